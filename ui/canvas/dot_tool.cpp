// SPDX-License-Identifier: Apache-2.0
#include "canvas/dot_tool.h"

#include <algorithm>

#include "canvas/stroke_builder.h"

namespace tintreel::ui {

hints::Hint DotTool::hint() const { return newHint(hints::HintKind::Dot, {*at_}, radiusScale(pressure_)); }

void DotTool::press(const PointerSample& at) {
    if (!at.inside) return;
    pressure_ = 0;
    at_ = at.frame;
    move(at);
}

void DotTool::move(const PointerSample& at) {
    if (!at_) return;
    at_ = hints::Point{std::clamp(at.frame.x, 0.0, 1.0), std::clamp(at.frame.y, 0.0, 1.0)};
    pressure_ = std::max(pressure_, at.pressure);
    host_.drawing(hint());
}

void DotTool::release(const PointerSample&) {
    if (!at_) return;
    const auto whole = hint();
    at_.reset();
    host_.drawn(whole);
}

void DotTool::cancel() {
    if (!at_) return;
    at_.reset();
    host_.cancelled();
}

ToolOverlay DotTool::overlay() const {
    ToolOverlay overlay;
    if (at_) overlay.draft = hint();
    return overlay;
}

}  // namespace tintreel::ui
