// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tintreel/base/media_time.h"

namespace tintreel {

// Pure functions; any thread. Drop-frame counting after SMPTE ST 12-1.

/// How frames are named: HH:MM:SS:FF, or HH:MM:SS;FF where drop-frame is asked for and the rate has it.
struct TimecodeFormat {
    Rational rate{24, 1};  ///< frames per second, > 0
    bool dropFrame = false;
    /// Frames in a second of timecode: the rate, rounded (30 at 29.97). At least 1.
    [[nodiscard]] int base() const noexcept;
    /// Drop-frame is asked for and the rate is 29.97, 59.94 or 119.88.
    [[nodiscard]] bool drops() const noexcept;
    bool operator==(const TimecodeFormat&) const = default;
};

/// The count that a timecode spells out, base() a second; ahead of the frame number where labels are dropped.
[[nodiscard]] FrameIndex labelFromFrame(FrameIndex frame, const TimecodeFormat& format) noexcept;
/// The inverse; a label that drop-frame leaves out (00:01:00;00) gives the next frame that has one.
[[nodiscard]] FrameIndex frameFromLabel(FrameIndex label, const TimecodeFormat& format) noexcept;
/// Frames in that much of a clock that starts at 0: a duration, which meets no dropped label of its own.
[[nodiscard]] FrameIndex framesOfDuration(FrameIndex label, const TimecodeFormat& format) noexcept;

/// "01:02:03:04"; a frame before 0 has a minus. Hours may have more than two digits.
[[nodiscard]] std::string timecodeText(FrameIndex frame, const TimecodeFormat& format);
/// The frame that "HH:MM:SS:FF" names, where ':', ';' and '.' separate and hours may have more than two digits. Nothing
/// where it is no timecode of that rate: a part is missing or too large, or drop-frame leaves the label out.
[[nodiscard]] std::optional<FrameIndex> frameOfTimecode(std::string_view text, const TimecodeFormat& format);
/// Timecode is written with ';' or '.' before its frames where it drops.
[[nodiscard]] bool saysDropFrame(std::string_view timecode) noexcept;

}  // namespace tintreel
