// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "timeline/timeline_content.h"
#include "timeline/timeline_layout.h"

namespace tintreel::ui {

// What the marks of a timeline mean, in words; translated.

[[nodiscard]] QString frameStateText(FrameState state);
[[nodiscard]] QString keyTip(const TimelineKey& key, const TimecodeFormat& format);
/// What a lane shows of a frame.
[[nodiscard]] QString timelineTip(const TimelineContent& content, Lane lane, FrameIndex frame);

}  // namespace tintreel::ui
