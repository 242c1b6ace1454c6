// SPDX-License-Identifier: Apache-2.0
#include "canvas/canvas_keys.h"

#include "canvas/canvas_state.h"

namespace tintreel::ui {
namespace {

constexpr double kRadiusStep = 1.15;

/// Ctrl, Alt, Meta make another shortcut of a key. AltGr (GroupSwitch) does not: on many keyboards [ ] \ need it.
bool plain(const QKeyEvent& event) {
    const auto modifiers = event.modifiers();
    const bool altGr =
        modifiers.testFlag(Qt::GroupSwitchModifier) || modifiers.testFlags(Qt::ControlModifier | Qt::AltModifier);
    return altGr || !(modifiers & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier));
}

}  // namespace

bool CanvasKeys::press(const QKeyEvent& event) {
    const auto& state = host_.state();
    if (event.key() == Qt::Key_Control) gestures_.setControlHeld(true);
    if (!plain(event)) return false;
    switch (event.key()) {
        case Qt::Key_Space:
            if (event.modifiers() != Qt::NoModifier) return false;
            if (event.isAutoRepeat() || space_) return true;
            space_ = true;
            gestures_.forgetPan();
            gestures_.setSpaceHeld(true);
            return true;
        case Qt::Key_Backslash:
            if (!event.isAutoRepeat()) host_.setPeek(true);
            return true;
        case Qt::Key_BracketLeft: host_.changeBrushRadius(state.brushRadius / kRadiusStep); return true;
        case Qt::Key_BracketRight: host_.changeBrushRadius(state.brushRadius * kRadiusStep); return true;
        case Qt::Key_Z:
            if (event.modifiers() != Qt::NoModifier || state.view.empty()) return false;
            host_.toggleFit(
                state.pointer.value_or(QPointF(state.view.canvas().width() / 2, state.view.canvas().height() / 2)));
            return true;
        case Qt::Key_Escape: return gestures_.cancel();
        case Qt::Key_Return:
        case Qt::Key_Enter: return event.modifiers().testFlag(Qt::ShiftModifier) ? false : gestures_.key(event.key());
        case Qt::Key_Backspace: return gestures_.key(event.key());
        case Qt::Key_Delete:
            if (state.selected == 0 || gestures_.begun()) return false;
            host_.erased({state.selected});
            return true;
        default: return false;
    }
}

bool CanvasKeys::release(const QKeyEvent& event) {
    if (event.key() == Qt::Key_Control) gestures_.setControlHeld(false);
    if (event.isAutoRepeat())
        return (event.key() == Qt::Key_Space && space_) || (event.key() == Qt::Key_Backslash && host_.state().peek);
    if (event.key() == Qt::Key_Backslash && host_.state().peek) {
        host_.setPeek(false);
        return true;
    }
    if (event.key() != Qt::Key_Space || !space_) return false;
    space_ = false;
    gestures_.setSpaceHeld(false);
    // Space during a stroke was no wish to play.
    if (!gestures_.panned() && !gestures_.buttonDown()) host_.spaceTapped();
    return true;
}

bool CanvasKeys::overrides(const QKeyEvent& event) const {
    if (!plain(event)) return false;
    switch (event.key()) {
        case Qt::Key_Space: return event.modifiers() == Qt::NoModifier;
        case Qt::Key_Backslash: return true;
        case Qt::Key_Escape: return gestures_.begun();
        case Qt::Key_Return:
        case Qt::Key_Enter:
            return host_.state().tool == Tool::Region && gestures_.begun() &&
                   !event.modifiers().testFlag(Qt::ShiftModifier);
        case Qt::Key_Backspace: return host_.state().tool == Tool::Region && gestures_.begun();
        case Qt::Key_Delete: return host_.state().selected != 0;
        default: return false;
    }
}

void CanvasKeys::forget() {
    space_ = false;
    gestures_.setSpaceHeld(false);
    gestures_.setControlHeld(false);
    if (host_.state().peek) host_.setPeek(false);
}

}  // namespace tintreel::ui
