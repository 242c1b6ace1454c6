// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include <QPoint>
#include <QTest>
#include <QWidget>

namespace tintreel::testing {

// QTest has presses, clicks and keys; here is what it lacks.

/// Runs the event loop until `done` or the time is over; whether it was done.
[[nodiscard]] bool waitFor(const std::function<bool()>& done, int milliseconds = 10000);
/// Lets everything that is queued happen.
void settle();
/// Press at the first point, move through the others with the button held, release at the last. Widget coordinates.
void drag(QWidget& widget, const std::vector<QPoint>& points, Qt::MouseButton button = Qt::LeftButton,
          Qt::KeyboardModifiers modifiers = {});
/// A move of the pointer with no button, or with `held` ones.
void hover(QWidget& widget, QPoint at, Qt::MouseButtons held = Qt::NoButton, Qt::KeyboardModifiers modifiers = {});
/// Positive steps turn the wheel away from the user.
void wheel(QWidget& widget, QPoint at, int steps, Qt::KeyboardModifiers modifiers = {});

}  // namespace tintreel::testing
