// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "timeline/timecode.h"
#include "timeline/timeline_mapping.h"

namespace tintreel::ui {

// Pure functions; any thread.

/// Distances between ticks in timecode counts (frames, but for dropped labels).
struct TickSteps {
    FrameIndex major = 1;  ///< ticks with a timecode
    FrameIndex minor = 1;  ///< divides major
    bool operator==(const TickSteps&) const = default;
};

/// The closest steps that people count in (parts of a second, 1 2 5 10 15 30 s and min, 1 2 6 12 24 h …) with
/// `labelPixels` between labels.
[[nodiscard]] TickSteps tickSteps(double pixelsPerFrame, int base, double labelPixels);

struct RulerTick {
    FrameIndex frame = 0;
    bool major = false;
    bool operator==(const RulerTick&) const = default;
};

/// Ticks from the major one at or before `shown` up to its end, ascending. In drop-frame they stand where the labels
/// are round.
[[nodiscard]] std::vector<RulerTick> rulerTicks(FrameRange shown, const TickSteps& steps, const TimecodeFormat& format);

}  // namespace tintreel::ui
