// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tintreel/base/media_time.h"
#include "tintreel/base/result.h"
#include "tintreel/media/media_info.h"

namespace tintreel::workflow {

/// The frames that `text` names of a film of `frames` frames: "all", "A-B" (0-based, both included), or two timecodes
/// "HH:MM:SS:FF-HH:MM:SS:FF" on the film's own clock (from 00:00:00:00 where it has none). Error (Usage) says what the
/// film has.
[[nodiscard]] Result<FrameRange> parseRange(const std::string& text, FrameIndex frames, const media::MediaInfo& info);

/// The timecode of a frame of the film, on its own clock; "" where it has none.
[[nodiscard]] std::string timecodeOf(FrameIndex frame, const media::MediaInfo& info);

}  // namespace tintreel::workflow
