// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPainter>
#include <QRectF>
#include <QString>

namespace tintreel::ui {

// The small things over the picture. Logical pixels.

/// The brush's ring; dashed for the eraser. Small brushes get a cross-hair, large ones a point in the middle.
void paintRing(QPainter& painter, QPointF centre, double radius, bool eraser);
/// A line of text on a dark plate; `corner` says which corner of `area` it keeps to.
void paintPlate(QPainter& painter, const QRectF& area, Qt::Alignment corner, const QString& text);
/// The plate's size, for who wants to stand beside it.
[[nodiscard]] QSizeF plateSize(const QPainter& painter, const QString& text);
/// The line of the wipe through `picture`, with its grip.
void paintWipeLine(QPainter& painter, const QRectF& picture, double position, bool vertical);
/// "The network is at work": an arc that turns by phase (12 make a round), in the upper right corner of `area`.
void paintBusy(QPainter& painter, const QRectF& area, int phase);
/// What to do when there is no film.
void paintEmpty(QPainter& painter, const QRectF& area, const QString& text);

}  // namespace tintreel::ui
