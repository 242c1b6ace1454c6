// SPDX-License-Identifier: Apache-2.0
#include "canvas/brush_tool.h"

namespace tintreel::ui {

hints::Hint BrushTool::hint() const {
    return newHint(hints::HintKind::Stroke, stroke_->points(), stroke_->meanRadiusScale());
}

void BrushTool::press(const PointerSample& at) {
    if (!at.inside) return;
    const auto& view = state().view;
    // A logical pixel of tremble is no wish; far in, that is less of the picture, and the stroke may be finer.
    stroke_.emplace(view.picture(), view.shareFromCanvas(1.0));
    stroke_->add(at.frame, at.pressure);
    host_.drawing(hint());
}

void BrushTool::move(const PointerSample& at) {
    if (!stroke_) return;
    stroke_->add(at.frame, at.pressure);
    host_.drawing(hint());
}

// A pen reports no pressure as it leaves: the release is no part of the stroke's width.
void BrushTool::release(const PointerSample&) {
    if (!stroke_) return;
    const auto whole = hint();
    stroke_.reset();
    host_.drawn(whole);
}

void BrushTool::cancel() {
    if (!stroke_) return;
    stroke_.reset();
    host_.cancelled();
}

ToolOverlay BrushTool::overlay() const {
    ToolOverlay overlay;
    if (stroke_) overlay.draft = hint();
    return overlay;
}

}  // namespace tintreel::ui
