// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <QString>

#include "tintreel/base/timecode.h"

namespace tintreel::ui {

// Pure functions; any thread.

/// timecodeText() for labels.
[[nodiscard]] QString timecode(FrameIndex frame, const TimecodeFormat& format);

struct TimecodeEntry {
    FrameIndex frame = 0;   ///< may lie outside of the film
    bool relative = false;  ///< was typed with + or -
    bool operator==(const TimecodeEntry&) const = default;
};

/// Reads what a person types: "HH:MM:SS:FF", "MM:SS:FF", "SS:FF", a frame number, each also with + or - (counted from
/// `present`).
/// ':', ';' and '.' separate. Nothing where it is none of these, or a part is too large (75 s behind a minute, frame 24
/// at 24 fps).
[[nodiscard]] std::optional<TimecodeEntry> parseTimecode(const QString& text, FrameIndex present,
                                                         const TimecodeFormat& format);
/// What parseTimecode takes, in words for a tooltip.
[[nodiscard]] QString timecodeHelp(const TimecodeFormat& format);

}  // namespace tintreel::ui
