// SPDX-License-Identifier: Apache-2.0
#include "canvas/hint_shape.h"

#include <algorithm>

#include <QPainterPath>
#include <QPainterPathStroker>

#include "canvas/stroke_builder.h"

namespace tintreel::ui {
namespace {

constexpr double kFine = 0.3;  // units that an outline may be off

/// Curves come in pieces far shorter than a pixel, which are slow to draw and lose weight in antialiasing.
QPolygonF fewer(const QPolygonF& way) {
    std::vector<hints::Point> points;
    points.reserve(static_cast<std::size_t>(way.size()));
    for (const auto& p : way) points.push_back({p.x(), p.y()});
    QPolygonF few;
    for (const auto& p : thinned(points, kFine, 1, 1)) few << QPointF(p.x, p.y);
    return few;
}

}  // namespace

HintShape hintShape(const CanvasHint& hint, QSizeF picture) {
    HintShape shape;
    shape.id = hint.id;
    shape.color = hint.color;
    shape.kind = hint.hint.kind;
    if (std::holds_alternative<hints::NeutralColor>(hint.hint.color)) shape.mark = HintShape::Mark::Cross;
    else if (std::holds_alternative<hints::PaletteColor>(hint.hint.color)) shape.mark = HintShape::Mark::Square;
    if (hint.hint.points.empty() || picture.isEmpty()) return shape;

    const double unit = kShapeUnits / std::min(picture.width(), picture.height());
    QPolygonF points;
    for (const auto& p : hint.hint.points)
        points << QPointF(p.x * picture.width() * unit, p.y * picture.height() * unit);
    shape.handle = points.front();
    const double radius = hint.hint.radius * kShapeUnits;
    QPainterPath area;
    if (hint.hint.kind == hints::HintKind::Region) {
        area.addPolygon(points);
        area.closeSubpath();
    } else if (points.size() == 1) {
        area.addEllipse(points.front(), radius, radius);
    } else {
        shape.spine = points;
        QPainterPath line;
        line.addPolygon(points);
        QPainterPathStroker stroker;
        stroker.setWidth(2 * radius);
        stroker.setCapStyle(Qt::RoundCap);
        stroker.setJoinStyle(Qt::RoundJoin);
        area = stroker.createStroke(line).simplified();
    }
    for (const auto& way : area.toSubpathPolygons()) shape.outline.append(fewer(way));
    return shape;
}

QTransform canvasFromShape(const CanvasView& view) {
    const QRectF rect = view.pictureRect();
    const double scale = std::min(rect.width(), rect.height()) / kShapeUnits;
    return QTransform(scale, 0, 0, scale, rect.left(), rect.top());
}

}  // namespace tintreel::ui
