// SPDX-License-Identifier: Apache-2.0
#include "canvas/hint_painter.h"

#include <algorithm>

#include <QLineF>
#include <QPainterPath>

namespace tintreel::ui {
namespace {

const QColor kDark(0, 0, 0);
const QColor kLight(245, 245, 245);
const QColor kAccent(255, 178, 62);
const QColor kDoomed(255, 90, 80);
constexpr double kMark = 5.5;  // half the size of a mark, logical pixels
constexpr double kDash = 5, kDot = 2.5;

QPen pen(const QColor& color, double width, Qt::PenCapStyle cap = Qt::RoundCap) {
    return QPen(color, width, Qt::SolidLine, cap, Qt::RoundJoin);
}

// Lines one by one, without round ends and opaque (they overlap): the raster engine draws them some forty times faster
// than the same way as one path, and there may be hundreds of strokes. Dashes are cut here, for dashed pens are slow
// again.
void appendLines(QList<QLineF>& lines, const QPolygonF& way, double dash) {
    double left = dash;
    bool on = true;
    for (qsizetype i = 0; i + 1 < way.size(); ++i) {
        const QLineF whole(way[i], way[i + 1]);
        if (dash <= 0) {
            lines.append(whole);
            continue;
        }
        const double length = whole.length();
        for (double done = 0; done < length;) {
            const double step = std::min(left, length - done);
            if (on) lines.append(QLineF(whole.pointAt(done / length), whole.pointAt((done + step) / length)));
            done += step;
            left -= step;
            if (left <= 0) left = dash, on = !on;
        }
    }
}

void twoTone(QPainter& painter, const QList<QPolygonF>& ways, const QColor& light, double width, double dash = 0) {
    QList<QLineF> whole, dashed;
    for (const auto& way : ways) {
        appendLines(whole, way, 0);
        appendLines(dashed, way, dash);
    }
    painter.setPen(pen(kDark, width + 1.6, Qt::SquareCap));
    painter.drawLines(whole);
    painter.setPen(pen(light, width, dash > 0 ? Qt::FlatCap : Qt::SquareCap));
    painter.drawLines(dashed);
}

void plainLine(QPainter& painter, const QPolygonF& way, const QColor& color, double width) {
    QList<QLineF> lines;
    appendLines(lines, way, 0);
    painter.setPen(pen(color, width, Qt::SquareCap));
    painter.drawLines(lines);
}

void paintMark(QPainter& painter, const HintShape& shape, QPointF at, bool hollow) {
    QPainterPath form;
    if (shape.mark == HintShape::Mark::Square)
        form.addRect(QRectF(at.x() - kMark, at.y() - kMark, 2 * kMark, 2 * kMark));
    else form.addEllipse(at, kMark, kMark);
    painter.strokePath(form, pen(kDark, 4));
    painter.strokePath(form, pen(kLight, 2));
    if (!hollow) painter.fillPath(form, shape.color);
    if (shape.mark != HintShape::Mark::Cross) return;
    const double arm = kMark * 0.55;
    const QPolygonF down({at + QPointF(-arm, -arm), at + QPointF(arm, arm)}),
        up({at + QPointF(-arm, arm), at + QPointF(arm, -arm)});
    twoTone(painter, {down, up}, kLight, 1.4);
}

void paintCorners(QPainter& painter, const QRectF& box) {
    for (const QPointF& corner : {box.topLeft(), box.topRight(), box.bottomLeft(), box.bottomRight()}) {
        const QRectF square(corner.x() - 3, corner.y() - 3, 6, 6);
        painter.fillRect(square.adjusted(-1, -1, 1, 1), kDark);
        painter.fillRect(square, kAccent);
    }
}

}  // namespace

void paintHint(QPainter& painter, const HintShape& shape, const QTransform& canvasFromShape, HintLook look) {
    if (shape.outline.isEmpty()) return;
    QList<QPolygonF> outline;
    QRectF box;
    for (const auto& way : shape.outline) {
        outline.append(canvasFromShape.map(way));
        box |= outline.back().boundingRect();
    }
    const QPointF handle = canvasFromShape.map(shape.handle);
    const bool region = shape.kind == hints::HintKind::Region, selected = look == HintLook::Selected;
    painter.save();
    if (look == HintLook::Onion) {
        painter.setOpacity(0.6);
        twoTone(painter, outline, kLight, 1.0, kDash);
        paintMark(painter, shape, handle, true);
    } else if (look == HintLook::Doomed) {
        twoTone(painter, outline, kDoomed, 2.0, kDot);
    } else {
        // A region has no line of its own to carry the colour: it runs within the outline.
        twoTone(painter, outline, selected ? kAccent : kLight, (selected ? 1.8 : 1.0) + (region ? 2.0 : 0.0));
        if (region) {
            for (const auto& way : outline) plainLine(painter, way, shape.color, 1.4);
        } else if (!shape.spine.isEmpty()) {
            const auto spine = canvasFromShape.map(shape.spine);
            plainLine(painter, spine, kDark, 3.4);
            plainLine(painter, spine, shape.color, 2.0);
        }
        if (selected) paintCorners(painter, box.adjusted(-7, -7, 7, 7));
        paintMark(painter, shape, handle, false);
    }
    painter.restore();
}

void paintDraft(QPainter& painter, const hints::Hint& hint, const QColor& color, const CanvasView& view, bool open,
                bool closes) {
    if (hint.points.empty()) return;
    QPolygonF points;
    for (const auto& p : hint.points) points << view.canvasFromFrame(p);
    QColor veil = color;
    veil.setAlpha(110);
    QPainterPath path;
    painter.save();
    if (hint.kind == hints::HintKind::Region) {
        path.addPolygon(points);
        painter.fillPath(path, veil);
        if (!open) points << points.front();
        twoTone(painter, {points}, kLight, 1.3, open ? kDash : 0);
        for (const auto& corner : points) {
            const double half = closes && corner == points.front() ? 6 : 3;
            const QRectF square(corner.x() - half, corner.y() - half, 2 * half, 2 * half);
            painter.fillRect(square.adjusted(-1, -1, 1, 1), kDark);
            painter.fillRect(square, closes && corner == points.front() ? kAccent : kLight);
        }
    } else {
        const double width = 2 * view.canvasFromShare(hint.radius);
        path.addPolygon(points);
        if (points.size() == 1)
            path.lineTo(points.front() + QPointF(0.01, 0));  // a path of one point would not be drawn
        painter.strokePath(path, pen(veil, std::max(1.0, width)));
        twoTone(painter, {points}, color, 2);
    }
    painter.restore();
}

}  // namespace tintreel::ui
