// SPDX-License-Identifier: Apache-2.0
#include "canvas/canvas_gestures.h"

#include <algorithm>
#include <cmath>

#include "canvas/brush_tool.h"
#include "canvas/dot_tool.h"
#include "canvas/eraser_tool.h"
#include "canvas/hint_hit.h"
#include "canvas/picker_tool.h"
#include "canvas/region_tool.h"
#include "canvas/select_tool.h"

namespace tintreel::ui {
namespace {

constexpr double kWipeReach = 5;  // logical pixels from the line where it can be taken
constexpr double kHintSlack = 4;

}  // namespace

CanvasGestures::CanvasGestures(CanvasHost& host) : host_(host) {
    const auto put = [&]<class T>(Tool tool, std::unique_ptr<T> made) {
        tools_[static_cast<std::size_t>(tool)] = std::move(made);
    };
    put(Tool::Brush, std::make_unique<BrushTool>(host));
    put(Tool::Dot, std::make_unique<DotTool>(host));
    put(Tool::Region, std::make_unique<RegionTool>(host));
    put(Tool::Eraser, std::make_unique<EraserTool>(host));
    put(Tool::Select, std::make_unique<SelectTool>(host));
    put(Tool::Picker, std::make_unique<PickerTool>(host));
}

CanvasTool& CanvasGestures::of(Tool tool) const { return *tools_[static_cast<std::size_t>(tool)]; }
CanvasTool& CanvasGestures::current() const { return of(host_.state().tool); }

PointerSample CanvasGestures::sample(const PointerEvent& event) const {
    const auto& view = host_.state().view;
    return {event.at, view.frameFromCanvas(event.at), view.contains(event.at), event.pressure};
}

bool CanvasGestures::sized() const {
    const Tool tool = host_.state().tool;
    return eraserEnd_ || tool == Tool::Brush || tool == Tool::Dot || tool == Tool::Eraser;
}

bool CanvasGestures::onWipe(QPointF at) const {
    const auto& state = host_.state();
    if (state.compare != Compare::Wipe || state.view.empty() || current().active()) return false;
    const QRectF picture = state.view.pictureRect();
    const double x = picture.left() + picture.width() * state.wipe, y = picture.top() + picture.height() * state.wipe;
    if (state.wipeVertical)
        return std::abs(at.x() - x) <= kWipeReach && at.y() >= picture.top() && at.y() <= picture.bottom();
    return std::abs(at.y() - y) <= kWipeReach && at.x() >= picture.left() && at.x() <= picture.right();
}

void CanvasGestures::press(const PointerEvent& event) { begin(event, false); }
void CanvasGestures::doubleClick(const PointerEvent& event) { begin(event, true); }

void CanvasGestures::begin(const PointerEvent& event, bool doubleClick) {
    if (mode_ != Mode::None || host_.state().view.empty()) return;
    last_ = pressed_ = event.at;
    button_ = event.button;
    eraserEnd_ = event.eraser;
    control_ = event.modifiers.testFlag(Qt::ControlModifier);
    if (event.button == Qt::MiddleButton || (event.button == Qt::LeftButton && space_)) {
        mode_ = Mode::Pan;
        panned_ = space_;
    } else if (event.button == Qt::RightButton) {
        if (!current().active()) removeAt(event.at);
    } else if (event.button != Qt::LeftButton) {
        return;
    } else if (event.modifiers.testFlag(Qt::ShiftModifier) && !control_ && sized()) {
        mode_ = Mode::Size;
        radiusBefore_ = host_.state().brushRadius;
    } else if (!control_ && onWipe(event.at)) {
        mode_ = Mode::Wipe;
        wipeBefore_ = host_.state().wipe;
    } else {
        mode_ = Mode::Tool;
        working_ = control_ ? &of(Tool::Picker) : eraserEnd_ ? &of(Tool::Eraser) : &current();
        if (doubleClick) working_->doubleClick(sample(event));
        else working_->press(sample(event));
    }
}

void CanvasGestures::move(const PointerEvent& event) {
    const QPointF delta = event.at - last_;
    last_ = event.at;
    const auto& view = host_.state().view;
    switch (mode_) {
        case Mode::None:
            eraserEnd_ = event.eraser;
            control_ = event.modifiers.testFlag(Qt::ControlModifier);
            if (!view.empty()) current().hover(sample(event));
            break;
        case Mode::Tool: working_->move(sample(event)); break;
        case Mode::Pan: host_.panBy(delta); break;
        case Mode::Size:
            host_.changeBrushRadius(radiusBefore_ + view.shareFromCanvas(event.at.x() - pressed_.x()));
            break;
        case Mode::Wipe: {
            const auto at = view.frameFromCanvas(event.at), from = view.frameFromCanvas(pressed_);
            host_.moveWipe(wipeBefore_ + (host_.state().wipeVertical ? at.x - from.x : at.y - from.y));
            break;
        }
        case Mode::Spent: break;
    }
}

void CanvasGestures::release(const PointerEvent& event) {
    if (mode_ == Mode::None || event.button != button_) return;
    auto* tool = mode_ == Mode::Tool ? working_ : nullptr;
    // Before the tool tells the world: who hears of the new hint may change tools at once.
    mode_ = Mode::None;
    working_ = nullptr;
    if (tool != nullptr) tool->release(sample(event));
}

bool CanvasGestures::toolActive() const { return current().active() || (working_ != nullptr && working_->active()); }

bool CanvasGestures::begun() const { return mode_ == Mode::Size || mode_ == Mode::Wipe || toolActive(); }

bool CanvasGestures::cancel() {
    if (!begun()) return false;
    const Mode mode = mode_;
    auto* tool = std::exchange(working_, nullptr);
    if (mode_ != Mode::None) mode_ = Mode::Spent;
    if (mode == Mode::Size) host_.changeBrushRadius(radiusBefore_);
    if (mode == Mode::Wipe) host_.moveWipe(wipeBefore_);
    if (tool != nullptr) tool->cancel();
    current().cancel();
    return true;
}

bool CanvasGestures::key(int key) { return mode_ != Mode::Pan && current().key(key); }

void CanvasGestures::removeAt(QPointF at) {
    const auto& state = host_.state();
    if (!state.hintsVisible) return;
    const qint64 id = hintAt(state.hints, state.view.frameFromCanvas(at), state.view.shareFromCanvas(kHintSlack),
                             state.view.picture());
    if (id != 0) host_.erased({id});
}

ToolOverlay CanvasGestures::overlay() const {
    // Picking a colour leaves a region in the making to be seen.
    if (working_ != nullptr && working_ != &of(Tool::Picker)) return working_->overlay();
    return current().overlay();
}

std::optional<BrushRing> CanvasGestures::ring() const {
    const auto& state = host_.state();
    if (!state.pointer || state.view.empty() || !sized()) return std::nullopt;
    const bool eraser = eraserEnd_ || state.tool == Tool::Eraser;
    if (mode_ == Mode::Size) return BrushRing{pressed_, state.brushRadius, eraser, true};
    const bool other = mode_ == Mode::Pan || mode_ == Mode::Wipe || working_ == &of(Tool::Picker);
    if (other || (mode_ == Mode::None && (space_ || control_ || onWipe(*state.pointer)))) return std::nullopt;
    return BrushRing{*state.pointer, state.brushRadius, eraser, false};
}

Qt::CursorShape CanvasGestures::cursor() const {
    const auto& state = host_.state();
    if (state.view.empty()) return Qt::ArrowCursor;
    if (mode_ == Mode::Pan) return Qt::ClosedHandCursor;
    if (mode_ == Mode::Size) return Qt::SizeHorCursor;
    const Qt::CursorShape wipe = state.wipeVertical ? Qt::SplitHCursor : Qt::SplitVCursor;
    if (mode_ == Mode::Wipe) return wipe;
    if (mode_ == Mode::None && space_) return Qt::OpenHandCursor;
    if (control_ || state.tool == Tool::Picker) return Qt::PointingHandCursor;
    if (mode_ == Mode::None && state.pointer && onWipe(*state.pointer)) return wipe;
    if (state.tool != Tool::Select) return Qt::CrossCursor;
    if (!state.pointer || !state.hintsVisible) return Qt::ArrowCursor;
    const auto& view = state.view;
    const bool over = hintAt(state.hints, view.frameFromCanvas(*state.pointer), view.shareFromCanvas(kHintSlack),
                             view.picture()) != 0;
    return over ? Qt::SizeAllCursor : Qt::ArrowCursor;
}

}  // namespace tintreel::ui
