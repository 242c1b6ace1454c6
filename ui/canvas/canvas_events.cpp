// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QPainter>
#include <QTabletEvent>
#include <QTimerEvent>
#include <QWheelEvent>

#include "canvas/canvas.h"
#include "canvas/canvas_impl.h"
#include "canvas/canvas_painter.h"

namespace tintreel::ui {
namespace {

constexpr double kWheelStep = 1.2;  // zoom a notch

PointerEvent pointerEvent(const QSinglePointEvent& event) {
    PointerEvent pointer;
    pointer.button = event.button();
    pointer.modifiers = event.modifiers();
    return pointer;
}

/// The side buttons go back and forth in the window.
bool ours(Qt::MouseButton button) {
    return button == Qt::LeftButton || button == Qt::MiddleButton || button == Qt::RightButton;
}

}  // namespace

bool Canvas::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride && impl_->keys.overrides(static_cast<QKeyEvent&>(*event))) {
        event->accept();
        return true;
    }
    if (event->type() == QEvent::NativeGesture) {
        const auto& gesture = static_cast<QNativeGestureEvent&>(*event);
        if (gesture.gestureType() == Qt::ZoomNativeGesture) {
            impl_->zoomAt(impl_->inPane(gesture.position()), 1 + gesture.value());
            return true;
        }
    }
    return QWidget::event(event);
}

void Canvas::paintEvent(QPaintEvent*) {
    impl_->layOut();  // the window may have come to a screen with other pixels
    QPainter painter(this);
    CanvasPainter(painter, impl_->shown, size(), devicePixelRatioF())
        .paint(impl_->gestures.overlay(), impl_->gestures.ring());
}

void Canvas::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    impl_->layOut();
}

void Canvas::hideEvent(QHideEvent* event) {
    impl_->gestures.cancel();
    impl_->keys.forget();
    QWidget::hideEvent(event);
}

void Canvas::timerEvent(QTimerEvent* event) {
    if (event->timerId() != impl_->busyTimer.timerId()) return QWidget::timerEvent(event);
    impl_->shown.busyPhase = (impl_->shown.busyPhase + 1) % 12;
    update(width() - 44, 0, 44, 44);
}

void Canvas::mousePressEvent(QMouseEvent* event) {
    if (ours(event->button())) impl_->pointer(Impl::Pointer::Press, event->position(), pointerEvent(*event));
    else event->ignore();
}

void Canvas::mouseDoubleClickEvent(QMouseEvent* event) {
    if (ours(event->button())) impl_->pointer(Impl::Pointer::DoubleClick, event->position(), pointerEvent(*event));
    else event->ignore();
}

void Canvas::mouseMoveEvent(QMouseEvent* event) {
    impl_->pointer(Impl::Pointer::Move, event->position(), pointerEvent(*event));
}

void Canvas::mouseReleaseEvent(QMouseEvent* event) {
    if (ours(event->button())) impl_->pointer(Impl::Pointer::Release, event->position(), pointerEvent(*event));
    else event->ignore();
}

void Canvas::tabletEvent(QTabletEvent* event) {
    auto pointer = pointerEvent(*event);
    const auto* device = event->pointingDevice();
    const bool hasPressure = device == nullptr || device->hasCapability(QInputDevice::Capability::Pressure);
    pointer.pressure = hasPressure ? event->pressure() : 1.0;
    pointer.eraser = event->pointerType() == QPointingDevice::PointerType::Eraser;
    switch (event->type()) {
        case QEvent::TabletPress:
            if (event->button() == Qt::LeftButton) setFocus(Qt::MouseFocusReason);
            impl_->pointer(Impl::Pointer::Press, event->position(), pointer);
            break;
        case QEvent::TabletRelease: impl_->pointer(Impl::Pointer::Release, event->position(), pointer); break;
        default: impl_->pointer(Impl::Pointer::Move, event->position(), pointer); break;
    }
    event->accept();  // or Qt would send the same again as a mouse
}

void Canvas::wheelEvent(QWheelEvent* event) {
    if (view().empty() || event->angleDelta().y() == 0) return event->ignore();
    impl_->zoomAt(impl_->inPane(event->position()), std::pow(kWheelStep, event->angleDelta().y() / 120.0));
    event->accept();
}

void Canvas::leaveEvent(QEvent* event) {
    impl_->pointerLeft();
    QWidget::leaveEvent(event);
}

void Canvas::keyPressEvent(QKeyEvent* event) {
    const bool used = impl_->keys.press(*event);
    impl_->updateCursor();
    update();
    if (!used) QWidget::keyPressEvent(event);
}

void Canvas::keyReleaseEvent(QKeyEvent* event) {
    const bool used = impl_->keys.release(*event);
    impl_->updateCursor();
    update();
    if (!used) QWidget::keyReleaseEvent(event);
}

void Canvas::focusInEvent(QFocusEvent* event) {
    // Who came by keyboard must see where they are; who clicked knows.
    const auto reason = event->reason();
    impl_->shown.focus =
        reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason || reason == Qt::ShortcutFocusReason;
    QWidget::focusInEvent(event);
    update();
}

void Canvas::focusOutEvent(QFocusEvent* event) {
    impl_->shown.focus = false;
    impl_->keys.forget();
    impl_->updateCursor();
    QWidget::focusOutEvent(event);
    update();
}

}  // namespace tintreel::ui
