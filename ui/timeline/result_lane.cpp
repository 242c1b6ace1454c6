// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "timeline/timeline_colors.h"
#include "timeline/timeline_painter.h"

namespace tintreel::ui {
namespace {

constexpr double kHatchSpacing = 6.0;  ///< logical pixels

enum class Hatch { Plain, Rising, Falling, Crossed };

Hatch hatchOf(FrameState state) {
    switch (state) {
        case FrameState::Preview: return Hatch::Rising;
        case FrameState::Stale: return Hatch::Falling;
        case FrameState::Failed: return Hatch::Crossed;
        case FrameState::None:
        case FrameState::Full: break;
    }
    return Hatch::Plain;
}

/// A tile of slanted lines, in device pixels; tiles meet on a grid of the widget, so that parts painted at different
/// times meet too.
QBrush hatchBrush(Hatch hatch, const QColor& ground, double scale) {
    const int size = qRound(kHatchSpacing * scale);
    QImage tile(size, size, QImage::Format_RGB32);
    tile.fill(ground);
    QPainter painter(&tile);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(ground.lighter(155), 1.3 * scale));
    for (const int shift : {-size, 0, size}) {
        if (hatch != Hatch::Falling) painter.drawLine(QPoint(shift, size), QPoint(shift + size, 0));
        if (hatch != Hatch::Rising) painter.drawLine(QPoint(shift, 0), QPoint(shift + size, size));
    }
    painter.end();
    QBrush brush(tile);
    brush.setTransform(QTransform::fromScale(kHatchSpacing / size, kHatchSpacing / size));
    return brush;
}

/// The GUI thread's; a handful of looks per screen and theme.
const QBrush& stateBrush(FrameState state, const QPalette& palette, double scale) {
    static std::map<std::tuple<FrameState, QRgb, int>, QBrush> brushes;
    const QColor color = stateColor(state, palette);
    auto& brush = brushes[{state, color.rgb(), qRound(scale * 100)}];
    if (brush.style() == Qt::NoBrush)
        brush = hatchOf(state) == Hatch::Plain ? QBrush(color) : hatchBrush(hatchOf(state), color, scale);
    return brush;
}

/// A column with several states shows all of them, one above the other: a single failed frame among thousands is seen.
void paintColumns(const TimelinePaint& p, const QRect& area, unsigned states) {
    int count = 0;
    for (int s = 0; s < kFrameStateCount; ++s) count += (states >> s) & 1U;
    for (int s = kFrameStateCount - 1, n = 0; s >= 0; --s) {
        if (((states >> s) & 1U) == 0) continue;
        const int top = area.top() + area.height() * n / count;
        ++n;
        const int bottom = area.top() + area.height() * n / count;
        paintState(p.painter, QRect(area.left(), top, area.width(), bottom - top), p.dirty, static_cast<FrameState>(s),
                   p.palette);
    }
}

}  // namespace

void paintState(QPainter& painter, const QRect& area, const QRect& dirty, FrameState state, const QPalette& palette) {
    QRect bar = area;
    if (state == FrameState::None) bar.setTop(area.bottom() - std::max(area.height() / 4, 1) + 1);
    if (state == FrameState::Preview) bar.setTop(area.top() + area.height() / 3);
    bar = bar.intersected(dirty);
    if (bar.isEmpty()) return;
    painter.fillRect(bar, stateBrush(state, palette, painter.device()->devicePixelRatioF()));
}

void paintResultLane(const TimelinePaint& p) {
    const QRect columns = p.columns(Lane::Result);
    if (columns.isEmpty()) return;
    const QRect lane = p.view.layout.laneRect(Lane::Result).adjusted(0, 2, 0, -2);
    const int end =
        std::min(columns.right() + 1, static_cast<int>(std::ceil(p.view.mapping.xFromFrame(p.content.frames))));
    unsigned states = p.content.states.statesIn(p.framesOfColumn(columns.left()));
    for (int from = columns.left(), x = from + 1; x <= end; ++x) {
        const unsigned next = x < end ? p.content.states.statesIn(p.framesOfColumn(x)) : 0;
        if (next == states) continue;
        paintColumns(p, QRect(from, lane.top(), x - from, lane.height()), states);
        from = x;
        states = next;
    }
}

}  // namespace tintreel::ui
