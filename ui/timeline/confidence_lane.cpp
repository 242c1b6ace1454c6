// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include <QPolygonF>

#include "timeline/timeline_colors.h"
#include "timeline/timeline_painter.h"

namespace tintreel::ui {
namespace {

void paintWorst(const TimelinePaint& p, const QRect& lane) {
    const FrameIndex worst = p.content.confidence.worst();
    if (worst < 0) return;
    const double x = p.view.mapping.xFromFrame(worst) + p.view.mapping.pixelsPerFrame() / 2;
    if (x < lane.left() - 10 || x > lane.right() + 10) return;
    p.painter.setPen(Qt::NoPen);
    p.painter.setBrush(stateColor(FrameState::Stale, p.palette));
    const QPointF tip(x, lane.top() + 8);
    p.painter.drawPolygon(QPolygonF({tip, tip + QPointF(-5, -7), tip + QPointF(5, -7)}));
}

struct LaneScale {
    QRectF lane;
    QColor ink;
    QColor fill;
    [[nodiscard]] double y(float value) const { return lane.bottom() - static_cast<double>(value) * lane.height(); }
};

/// One value a frame, joined by a line that breaks where a frame has none.
void paintValues(const TimelinePaint& p, const LaneScale& scale, FrameRange shown) {
    QPolygonF line;
    const auto flush = [&] {
        if (line.isEmpty()) return;
        if (line.size() == 1) line << line.first() + QPointF(1, 0);
        p.painter.setPen(Qt::NoPen);
        p.painter.setBrush(scale.fill);
        p.painter.drawPolygon(
            line + QPolygonF({{line.last().x(), scale.lane.bottom()}, {line.first().x(), scale.lane.bottom()}}));
        p.painter.setPen(QPen(scale.ink, 1.4));
        p.painter.drawPolyline(line);
        line.clear();
    };
    for (FrameIndex frame = shown.first; frame < shown.end; ++frame) {
        if (const auto value = p.content.confidence.at(frame)) {
            line << QPointF(p.view.mapping.xFromFrame(frame) + p.view.mapping.pixelsPerFrame() / 2, scale.y(*value));
        } else {
            flush();
        }
    }
    flush();
}

/// Many frames a pixel: each column reaches from their highest down to their lowest, so that no dip is lost.
void paintExtents(const TimelinePaint& p, const LaneScale& scale, const QRect& columns) {
    const int bottom = qRound(scale.lane.bottom());
    std::optional<ConfidenceIndex::Extent> before;
    for (int x = columns.left(); x <= columns.right(); ++x) {
        const auto extent = p.content.confidence.in(p.framesOfColumn(x));
        if (extent) {
            int top = qRound(scale.y(extent->highest));
            int low = qRound(scale.y(extent->lowest));
            p.painter.fillRect(x, top, 1, bottom - top, scale.fill);
            if (before) {
                top = std::min(top, qRound(scale.y(before->lowest)));
                low = std::max(low, qRound(scale.y(before->highest)));
            }
            p.painter.fillRect(x, top, 1, std::max(low - top, 1), scale.ink);
        }
        before = extent;
    }
}

}  // namespace

void paintConfidenceLane(const TimelinePaint& p) {
    // A line from the frame before reaches into what is painted.
    const QRect columns = p.columns(Lane::Confidence, 3 + static_cast<int>(p.view.mapping.pixelsPerFrame()));
    if (columns.isEmpty()) return;
    const QRect lane = p.view.layout.laneRect(Lane::Confidence);
    LaneScale scale{QRectF(lane).adjusted(0, 3, 0, -3),
                    blended(p.palette.color(QPalette::Text), stateColor(FrameState::Preview, p.palette), 0.5),
                    {}};
    scale.fill = scale.ink;
    scale.fill.setAlpha(45);
    p.painter.setPen(
        QPen(blended(p.palette.color(QPalette::Base), p.palette.color(QPalette::Text), 0.25), 1, Qt::DotLine));
    p.painter.drawLine(QPointF(lane.left(), scale.y(0.5F)), QPointF(lane.right(), scale.y(0.5F)));
    if (p.view.mapping.pixelsPerFrame() < 1) paintExtents(p, scale, columns);
    p.painter.setRenderHint(QPainter::Antialiasing);
    if (p.view.mapping.pixelsPerFrame() >= 1) paintValues(p, scale, p.frames(columns));
    paintWorst(p, lane);
    p.painter.setRenderHint(QPainter::Antialiasing, false);
}

}  // namespace tintreel::ui
