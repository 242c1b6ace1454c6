// SPDX-License-Identifier: Apache-2.0
#include "support/events.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QMouseEvent>
#include <QWheelEvent>

namespace tintreel::testing {

bool waitFor(const std::function<bool()>& done, int milliseconds) {
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < milliseconds) {
        if (done()) return true;
        QApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 10);
        QTest::qSleep(1);
    }
    return done();
}

void settle() {
    for (int i = 0; i < 3; ++i) {
        QApplication::sendPostedEvents();
        QApplication::processEvents();
    }
}

void hover(QWidget& widget, QPoint at, Qt::MouseButtons held, Qt::KeyboardModifiers modifiers) {
    QMouseEvent event(QEvent::MouseMove, at, widget.mapToGlobal(at), Qt::NoButton, held, modifiers);
    QApplication::sendEvent(&widget, &event);
}

void drag(QWidget& widget, const std::vector<QPoint>& points, Qt::MouseButton button, Qt::KeyboardModifiers modifiers) {
    QTest::mousePress(&widget, button, modifiers, points.front());
    for (const auto& point : points) hover(widget, point, button, modifiers);
    QTest::mouseRelease(&widget, button, modifiers, points.back());
}

void wheel(QWidget& widget, QPoint at, int steps, Qt::KeyboardModifiers modifiers) {
    QWheelEvent event(at, widget.mapToGlobal(at), {}, QPoint(0, 120 * steps), Qt::NoButton, modifiers,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(&widget, &event);
}

}  // namespace tintreel::testing
