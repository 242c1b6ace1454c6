// SPDX-License-Identifier: Apache-2.0
#include "canvas/overlay_painter.h"

#include <algorithm>

#include <QFontMetricsF>

namespace tintreel::ui {
namespace {

const QColor kPlate(18, 18, 18, 190);
const QColor kText(222, 222, 222);
const QColor kDark(0, 0, 0, 170);
const QColor kLight(255, 255, 255, 230);
const QColor kAccent(255, 178, 62);
constexpr double kGap = 10, kPadX = 8, kPadY = 4;

}  // namespace

void paintRing(QPainter& painter, QPointF centre, double radius, bool eraser) {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(kDark, 2.8));
    painter.drawEllipse(centre, radius, radius);
    painter.setPen(QPen(kLight, 1.2, eraser ? Qt::DashLine : Qt::SolidLine));
    painter.drawEllipse(centre, radius, radius);
    if (radius >= 5) return;
    for (const QPointF& arm : {QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)}) {
        const QLineF line(centre + arm * (radius + 4), centre + arm * (radius + 10));
        painter.setPen(QPen(kDark, 2.8));
        painter.drawLine(line);
        painter.setPen(QPen(kLight, 1.2));
        painter.drawLine(line);
    }
}

QSizeF plateSize(const QPainter& painter, const QString& text) {
    const QFontMetricsF metrics(painter.font());
    return {metrics.horizontalAdvance(text) + 2 * kPadX, metrics.height() + 2 * kPadY};
}

void paintPlate(QPainter& painter, const QRectF& area, Qt::Alignment corner, const QString& text) {
    if (text.isEmpty()) return;
    QSizeF size = plateSize(painter, text);
    size.setWidth(std::min(size.width(), area.width() - 2 * kGap));
    if (size.width() <= 2 * kPadX) return;
    const double x = corner.testFlag(Qt::AlignRight) ? area.right() - kGap - size.width() : area.left() + kGap;
    const double y = corner.testFlag(Qt::AlignBottom) ? area.bottom() - kGap - size.height() : area.top() + kGap;
    const QRectF plate(QPointF(x, y), size);
    painter.setPen(Qt::NoPen);
    painter.setBrush(kPlate);
    painter.drawRoundedRect(plate, 4, 4);
    painter.setPen(kText);
    const QRectF inner = plate.adjusted(kPadX, 0, -kPadX, 0);
    painter.drawText(inner, Qt::AlignVCenter | Qt::AlignLeft,
                     QFontMetricsF(painter.font()).elidedText(text, Qt::ElideMiddle, inner.width() + 1));
}

void paintWipeLine(QPainter& painter, const QRectF& picture, double position, bool vertical) {
    const QPointF at(picture.left() + picture.width() * position, picture.top() + picture.height() * position);
    const QLineF line = vertical ? QLineF(at.x(), picture.top(), at.x(), picture.bottom())
                                 : QLineF(picture.left(), at.y(), picture.right(), at.y());
    painter.setPen(QPen(kDark, 3));
    painter.drawLine(line);
    painter.setPen(QPen(kLight, 1));
    painter.drawLine(line);
    // The grip: two arrows that say which way the line goes.
    painter.save();
    painter.translate(line.center());
    if (!vertical) painter.rotate(90);
    painter.setPen(QPen(kLight, 1.2));
    painter.setBrush(kPlate);
    painter.drawEllipse(QPointF(), 11, 11);
    painter.setBrush(kLight);
    painter.setPen(Qt::NoPen);
    for (const double side : {-1.0, 1.0}) {
        const QPointF arrow[3] = {{side * 7.5, 0}, {side * 3, -4}, {side * 3, 4}};
        painter.drawPolygon(arrow, 3);
    }
    painter.restore();
}

void paintBusy(QPainter& painter, const QRectF& area, int phase) {
    const QRectF plate(area.right() - kGap - 26, area.top() + kGap, 26, 26);
    painter.setPen(Qt::NoPen);
    painter.setBrush(kPlate);
    painter.drawRoundedRect(plate, 4, 4);
    const QRectF circle = plate.adjusted(6, 6, -6, -6);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(255, 255, 255, 60), 2.2));
    painter.drawEllipse(circle);
    painter.setPen(QPen(kAccent, 2.2, Qt::SolidLine, Qt::RoundCap));
    painter.drawArc(circle, -phase * 30 * 16, 100 * 16);
}

void paintEmpty(QPainter& painter, const QRectF& area, const QString& text) {
    const QRectF box =
        area.adjusted(area.width() * 0.12, area.height() * 0.12, -area.width() * 0.12, -area.height() * 0.12);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(112, 112, 112), 1.5, Qt::DashLine));
    painter.drawRoundedRect(box, 10, 10);
    QFont font = painter.font();
    font.setPointSizeF(font.pointSizeF() > 0 ? font.pointSizeF() * 1.3 : 13);
    painter.setFont(font);
    painter.setPen(QColor(205, 205, 205));
    painter.drawText(box.adjusted(20, 20, -20, -20), Qt::AlignCenter | Qt::TextWordWrap, text);
}

}  // namespace tintreel::ui
