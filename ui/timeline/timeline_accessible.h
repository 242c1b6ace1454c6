// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tintreel::ui {

/// Tells assistive technology that a TimelineWidget is a slider over the film's frames, with the timecode as its value
/// in words; setting the value moves the playhead. Once is enough; more do no harm.
void installTimelineAccessible();

}  // namespace tintreel::ui
