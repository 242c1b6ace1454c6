// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tintreel/base/result.h"
#include "tintreel/media/media_info.h"

namespace tintreel::media {

/// Whether film of 24 pictures was spread over fields (3:2 pulldown): in five frames one upper and one lower field
/// repeat the one before. Decodes some hundred frames from the start and the middle where the rate is that of 60-field
/// video, and asks libavfilter's idet. Error: Input.
[[nodiscard]] Result<bool> isTelecined(const MediaInfo& film);

}  // namespace tintreel::media
