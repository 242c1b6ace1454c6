// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "timeline/timeline_colors.h"
#include "timeline/timeline_painter.h"

namespace tintreel::ui {
namespace {

constexpr double kRadius = 5.5;

QPolygonF diamond(QPointF centre, double radius) {
    return QPolygonF({centre + QPointF(0, -radius), centre + QPointF(radius, 0), centre + QPointF(0, radius),
                      centre + QPointF(-radius, 0)});
}

}  // namespace

void paintKey(QPainter& painter, QPointF centre, double radius, const TimelineKey& key, const QPalette& palette) {
    const QColor ink = palette.color(QPalette::Text);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(key.stale ? QPen(kStaleColor, 2) : QPen(ink, 1.2));
    painter.setBrush(key.kind == KeyKind::Hinted ? QBrush(ink) : QBrush(Qt::NoBrush));
    if (key.kind == KeyKind::Reference) {
        painter.drawEllipse(centre, radius, radius);
        painter.setPen(Qt::NoPen);
        painter.setBrush(ink);
        painter.drawEllipse(centre, radius * 0.45, radius * 0.45);
    } else {
        painter.drawPolygon(diamond(centre, radius));
    }
    if (key.kind == KeyKind::Bare) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(ink);
        painter.drawPolygon(diamond(centre, radius * 0.5));
    }
    if (key.stale) {
        painter.setPen(QPen(kStaleColor, 1.5));
        painter.drawLine(centre + QPointF(-radius, radius), centre + QPointF(radius, -radius));
    }
    painter.restore();
}

void paintKeyLane(const TimelinePaint& p) {
    const QRect lane = p.view.layout.laneRect(Lane::Keys);
    const auto shown = p.frames(p.columns(Lane::Keys, 10));
    const auto& keys = p.content.keys();
    auto key = std::lower_bound(keys.begin(), keys.end(), shown.first,
                                [](const TimelineKey& k, FrameIndex f) { return k.frame < f; });
    // Keys upon keys cannot be told apart: one a pixel is enough, a stale one rather than another.
    for (; key != keys.end() && key->frame < shown.end; ++key) {
        const auto centreX = [&](FrameIndex frame) {
            return p.view.mapping.xFromFrame(frame) + p.view.mapping.pixelsPerFrame() / 2;
        };
        const double x = centreX(key->frame);
        const auto column =
            std::find_if(key, keys.end(), [&](const TimelineKey& k) { return centreX(k.frame) >= x + 1; });
        const auto stale = std::find_if(key, column, [](const TimelineKey& k) { return k.stale; });
        paintKey(p.painter, {x, lane.center().y() + 0.5}, kRadius, stale == column ? *key : *stale, p.palette);
        key = std::prev(column);
    }
}

}  // namespace tintreel::ui
