// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <QString>

#include "tintreel/base/media_time.h"

namespace tintreel::ui {

// Pure functions; any thread.

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

/// "01:02:03:04"; a frame before 0 has a minus. Hours may have more than two digits.
[[nodiscard]] QString timecode(FrameIndex frame, const TimecodeFormat& format);

struct TimecodeEntry {
    FrameIndex frame = 0;    ///< may lie outside of the film
    bool relative = false;   ///< was typed with + or -
    bool operator==(const TimecodeEntry&) const = default;
};

/// Reads what a person types: "HH:MM:SS:FF", "MM:SS:FF", "SS:FF", a frame number, each also with + or - (counted from `present`).
/// ':', ';' and '.' separate. Nothing where it is none of these, or a part is too large (75 s behind a minute, frame 24 at 24 fps).
[[nodiscard]] std::optional<TimecodeEntry> parseTimecode(const QString& text, FrameIndex present, const TimecodeFormat& format);
/// What parseTimecode takes, in words for a tooltip.
[[nodiscard]] QString timecodeHelp(const TimecodeFormat& format);

}  // namespace tintreel::ui
