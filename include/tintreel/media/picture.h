// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tintreel/base/image.h"
#include "tintreel/base/result.h"

namespace tintreel::media {

/// A picture as a "data:" URL that holds a JPEG, for thumbnails in pages. Error: Output where this FFmpeg lacks the
/// encoder.
[[nodiscard]] Result<std::string> jpegUrl(const RgbImage& image);

}  // namespace tintreel::media
