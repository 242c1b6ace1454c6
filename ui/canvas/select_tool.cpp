// SPDX-License-Identifier: Apache-2.0
#include "canvas/select_tool.h"

#include <algorithm>

#include <QLineF>

#include "canvas/hint_hit.h"

namespace tintreel::ui {
namespace {

constexpr double kStartsMoving = 3;  // logical pixels: a click's own tremble moves nothing
constexpr double kSlack = 4;

}  // namespace

hints::Hint movedInside(const hints::Hint& hint, double dx, double dy) {
    for (const auto& p : hint.points) {
        dx = std::clamp(dx, -p.x, 1 - p.x);
        dy = std::clamp(dy, -p.y, 1 - p.y);
    }
    auto moved = hint;
    // Rounding may leave the edge by a last bit, which a hints file would refuse.
    for (auto& p : moved.points) p = {std::clamp(p.x + dx, 0.0, 1.0), std::clamp(p.y + dy, 0.0, 1.0)};
    return moved;
}

void SelectTool::press(const PointerSample& at) {
    const auto& view = state().view;
    id_ = state().hintsVisible ? hintAt(state().hints, at.frame, view.shareFromCanvas(kSlack), view.picture()) : 0;
    moved_ = false;
    pressed_ = at;
    if (const auto* held = state().find(id_)) before_ = now_ = held->hint;
    host_.select(id_);
}

void SelectTool::move(const PointerSample& at) {
    if (id_ == 0 || (!moved_ && QLineF(at.canvas, pressed_.canvas).length() < kStartsMoving)) return;
    moved_ = true;
    now_ = movedInside(before_, at.frame.x - pressed_.frame.x, at.frame.y - pressed_.frame.y);
    host_.moving(id_, now_);
    host_.drawing(now_);
}

void SelectTool::release(const PointerSample&) {
    const auto id = std::exchange(id_, 0);
    if (id == 0 || !moved_) return;
    if (now_ == before_) host_.cancelled();
    else host_.moved(id, now_);
}

void SelectTool::cancel() {
    if (std::exchange(id_, 0) != 0 && moved_) host_.cancelled();
}

ToolOverlay SelectTool::overlay() const {
    ToolOverlay overlay;
    if (id_ == 0 || !moved_) return overlay;
    overlay.draft = now_;
    overlay.moved = id_;
    return overlay;
}

}  // namespace tintreel::ui
