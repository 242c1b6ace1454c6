// SPDX-License-Identifier: Apache-2.0
#include "timeline/timeline_painter.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <QCoreApplication>

#include "timeline/ruler_ticks.h"
#include "timeline/timeline_colors.h"

namespace tintreel::ui {
namespace {

constexpr int kLabelGap = 18;
constexpr int kFlag = 7;

int column(double x) { return static_cast<int>(std::floor(x)); }

void paintGround(const TimelinePaint& p) {
    p.painter.fillRect(p.dirty, p.palette.color(QPalette::Window));
    for (const auto lane : kLanes) {
        const auto ground = lane == Lane::Ruler ? QPalette::AlternateBase : QPalette::Base;
        p.painter.fillRect(p.view.layout.laneRect(lane).intersected(p.dirty), p.palette.color(ground));
        p.painter.setPen(mutedText(p.palette));
        p.painter.drawText(p.view.layout.nameRect(lane).adjusted(6, 0, -6, 0), Qt::AlignLeft | Qt::AlignVCenter,
                           laneName(lane));
    }
}

void paintRuler(const TimelinePaint& p) {
    const QRect ruler = p.view.layout.laneRect(Lane::Ruler);
    const auto& format = p.content.format;
    const int labelWidth = p.painter.fontMetrics().horizontalAdvance(timecode(p.content.frames, format)) + kLabelGap;
    const auto steps = tickSteps(p.view.mapping.pixelsPerFrame(), format.base(), labelWidth);
    const auto shown = p.frames(p.columns(Lane::Ruler, labelWidth));
    for (const auto& tick : rulerTicks({std::max<FrameIndex>(shown.first, 0), shown.end}, steps, format)) {
        const int x = column(p.view.mapping.xFromFrame(tick.frame));
        p.painter.setPen(
            blended(p.palette.color(QPalette::Base), p.palette.color(QPalette::Text), tick.major ? 0.6 : 0.3));
        p.painter.drawLine(x, ruler.bottom() - (tick.major ? 8 : 4), x, ruler.bottom());
        if (!tick.major) continue;
        p.painter.setPen(p.palette.color(QPalette::Text));
        const QRect room(x + 4, ruler.top() + 1, labelWidth, ruler.height() - 7);
        p.painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter, timecode(tick.frame, format));
    }
}

void paintMarkers(const TimelinePaint& p) {
    const QRect all = p.view.layout.frames();
    const auto shown = p.frames(p.columns(Lane::Ruler, kFlag));
    const auto& markers = p.content.markers();
    auto marker = std::lower_bound(markers.begin(), markers.end(), shown.first,
                                   [](const TimelineMarker& m, FrameIndex f) { return m.frame < f; });
    for (int last = -1; marker != markers.end() && marker->frame < shown.end; ++marker) {
        const int x = column(p.view.mapping.xFromFrame(marker->frame));
        if (x == last) continue;
        last = x;
        p.painter.setPen(QPen(kMarkerColor, 1, Qt::DotLine));
        p.painter.drawLine(x, all.top(), x, all.bottom());
        p.painter.setPen(Qt::NoPen);
        p.painter.setBrush(kMarkerColor);
        const int y = all.top();
        p.painter.drawPolygon(
            QPolygon({{x, y}, {x + kFlag, y}, {x + kFlag - 3, y + 3}, {x + kFlag, y + 6}, {x, y + 6}}));
    }
}

void paintWorkRange(const TimelinePaint& p) {
    const auto range = p.content.workRange();
    if (!range) return;
    const QRect all = p.view.layout.frames();
    const QRect ruler = p.view.layout.laneRect(Lane::Ruler);
    // Far ends lie outside of what an int holds.
    const auto bounded = [&](double x) { return column(std::clamp(x, all.left() - 10.0, all.right() + 10.0)); };
    const int in = bounded(p.view.mapping.xFromFrame(range->first));
    const int out = bounded(p.view.mapping.xFromFrame(range->end));
    QColor shade = p.palette.color(QPalette::Window);
    shade.setAlpha(150);
    p.painter.fillRect(QRect(QPoint(all.left(), ruler.bottom() + 1), QPoint(in - 1, all.bottom())).intersected(p.dirty),
                       shade);
    p.painter.fillRect(QRect(QPoint(out, ruler.bottom() + 1), QPoint(all.right(), all.bottom())).intersected(p.dirty),
                       shade);
    p.painter.fillRect(QRect(in, ruler.bottom() - 2, std::max(out - in, 1), 3), kInOutColor);
    p.painter.setPen(QPen(kInOutColor, 1));
    for (const auto& [set, x, inwards] :
         {std::tuple(p.content.in.has_value(), in, 1), std::tuple(p.content.out.has_value(), out - 1, -1)}) {
        if (!set) continue;
        p.painter.drawLine(x, ruler.top(), x, all.bottom());
        p.painter.drawLine(x, ruler.top(), x + 4 * inwards, ruler.top());
        p.painter.drawLine(x, ruler.top() + 1, x + 3 * inwards, ruler.top() + 1);
    }
}

void paintCutDrag(const TimelinePaint& p) {
    if (p.view.ghost < 0) return;
    const QRect lane = p.view.layout.laneRect(Lane::Scenes);
    const int x = column(p.view.mapping.xFromFrame(p.view.ghost));
    const QColor color = p.palette.color(QPalette::Highlight);
    p.painter.fillRect(QRect(x - 1, lane.top(), 3, lane.height()), color);
    const FrameIndex by = p.view.ghost - p.view.draggedCut;
    const auto text = QStringLiteral("%1  %2%3")
                          .arg(timecode(p.view.ghost, p.content.format), by < 0 ? QString() : QStringLiteral("+"))
                          .arg(by);
    QRect box = p.painter.fontMetrics().boundingRect(text).adjusted(-5, -2, 5, 2);
    box.moveTopLeft({x + 6, lane.top() + 4});
    if (box.right() > lane.right()) box.moveRight(x - 6);
    p.painter.fillRect(box, color);
    p.painter.setPen(p.palette.color(QPalette::HighlightedText));
    p.painter.drawText(box, Qt::AlignCenter, text);
}

void paintPlayhead(const TimelinePaint& p) {
    const QRect all = p.view.layout.frames();
    const double left = p.view.mapping.xFromFrame(p.content.playhead);
    if (left < all.left() - 2 * TimelineMapping::kMaxPixelsPerFrame || left > all.right() + 10) return;
    const int x = column(left);
    const int width = column(p.view.mapping.xFromFrame(p.content.playhead + 1)) - x;
    if (width > 3) {
        QColor band = kPlayheadColor;
        band.setAlpha(36);
        p.painter.fillRect(QRect(x, all.top(), width, all.height()), band);
    }
    p.painter.setRenderHint(QPainter::Antialiasing, false);
    p.painter.fillRect(QRect(x, all.top(), 1, all.height()), kPlayheadColor);
    p.painter.setRenderHint(QPainter::Antialiasing);
    p.painter.setPen(Qt::NoPen);
    p.painter.setBrush(kPlayheadColor);
    const QPointF tip(x + 0.5, p.view.layout.laneRect(Lane::Ruler).bottom() + 1);
    p.painter.drawPolygon(
        QPolygonF({tip, tip + QPointF(-5, -6), tip + QPointF(-5, -12), tip + QPointF(5, -12), tip + QPointF(5, -6)}));
    p.painter.setRenderHint(QPainter::Antialiasing, false);
}

}  // namespace

FrameRange TimelinePaint::frames(const QRect& columns) const {
    if (columns.isEmpty() || content.frames == 0) return {};
    return {view.mapping.frameFromX(columns.left()), view.mapping.frameFromX(columns.right() + 1) + 1};
}

FrameRange TimelinePaint::framesOfColumn(int x) const {
    const FrameIndex first = view.mapping.frameFromX(x);
    // The film ends within its last column.
    const FrameIndex end =
        x + 1 >= view.mapping.xFromFrame(content.frames) ? content.frames : view.mapping.frameFromX(x + 1);
    return {first, std::max(first + 1, end)};
}

void paintTimeline(const TimelinePaint& p) {
    p.painter.save();
    paintGround(p);
    const QRect all = p.view.layout.frames();
    if (p.content.frames == 0) {
        p.painter.setPen(mutedText(p.palette));
        p.painter.drawText(all, Qt::AlignCenter,
                           QCoreApplication::translate("tintreel::ui::Timeline", "No film is open"));
    } else {
        p.painter.setClipRect(all, Qt::IntersectClip);
        paintSceneLane(p);
        paintKeyLane(p);
        paintResultLane(p);
        paintConfidenceLane(p);
        paintWorkRange(p);
        paintMarkers(p);
        paintRuler(p);
        paintCutDrag(p);
        paintPlayhead(p);
    }
    p.painter.restore();
    if (!p.view.focused) return;
    p.painter.setPen(p.palette.color(QPalette::Highlight));
    p.painter.setBrush(Qt::NoBrush);
    p.painter.drawRect(all.adjusted(0, 0, -1, -1));
}

}  // namespace tintreel::ui
