// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "timeline/scene_badge.h"
#include "timeline/timeline_colors.h"
#include "timeline/timeline_painter.h"

namespace tintreel::ui {
namespace {

constexpr int kNarrow = 6;           ///< pixels; scenes below it are painted together
constexpr int kThumbnailWidth = 24;  ///< pixels from which on a scene has room for a picture

struct SceneBox {
    int row;
    QRect box;  // of the whole scene lane, cut off at the lane's ends
};

int column(double x) { return static_cast<int>(std::floor(x)); }

QColor sceneGround(const QPalette& palette, int row) {
    return blended(palette.color(QPalette::Base), palette.color(QPalette::Text), row % 2 == 0 ? 0.10 : 0.15);
}

void paintThumbnail(const TimelinePaint& p, const SceneBox& scene) {
    const QRect strip = p.view.layout.thumbnailStrip();
    const QRect room(scene.box.left() + 1, strip.top() + 1, scene.box.width() - 1, strip.height() - 2);
    if (room.width() < kThumbnailWidth || !room.intersects(p.dirty)) return;
    const QImage image = p.content.model->thumbnail(scene.row);
    if (!image.isNull()) {
        // Scenes narrower than their picture show the middle of it.
        const double scale = static_cast<double>(room.height()) / image.height();
        const double width = std::min<double>(room.width(), image.width() * scale);
        const QRectF source((image.width() - width / scale) / 2, 0, width / scale, image.height());
        p.painter.setRenderHint(QPainter::SmoothPixmapTransform);
        p.painter.drawImage(QRectF(room.left(), room.top(), width, room.height()), image, source);
    }
    const auto number = QString::number(scene.row + 1);
    const QRect plate(room.left(), room.top(), p.painter.fontMetrics().horizontalAdvance(number) + 8,
                      p.painter.fontMetrics().height());
    if (plate.width() > room.width()) return;
    p.painter.fillRect(plate, QColor(0, 0, 0, 150));
    p.painter.setPen(Qt::white);
    p.painter.drawText(plate, Qt::AlignCenter, number);
}

void paintScene(const TimelinePaint& p, const SceneBox& scene) {
    const auto& data = p.content.model->scenes()[static_cast<std::size_t>(scene.row)];
    p.painter.fillRect(scene.box.intersected(p.dirty), sceneGround(p.palette, scene.row));
    paintThumbnail(p, scene);
    const QRect strip = p.view.layout.badgeStrip();
    const QRect badge(scene.box.left(), strip.top(), scene.box.width(), strip.height());
    // A tint over the whole length, so that a scene that is left half way out of view still shows where it ends.
    p.painter.fillRect(QRect(badge.left(), badge.top(), badge.width(), 2), statusColor(data.status, p.palette));
    paintSceneBadge(p.painter, badge.adjusted(5, 2, -3, 0), data.status, p.palette);
}

/// Many scenes in few pixels: all their statuses, one above the other.
void paintCrowd(const TimelinePaint& p, const QRect& box, unsigned statuses) {
    p.painter.fillRect(box, sceneGround(p.palette, 1));
    const QRect strip = p.view.layout.badgeStrip();
    int count = 0;
    for (int s = 0; s < kSceneStatusCount; ++s) count += (statuses >> s) & 1U;
    for (int s = 0, n = 0; s < kSceneStatusCount; ++s) {
        if (((statuses >> s) & 1U) == 0) continue;
        const int top = strip.top() + strip.height() * n / count;
        ++n;
        const int bottom = strip.top() + strip.height() * n / count;
        p.painter.fillRect(QRect(box.left(), top, box.width(), bottom - top),
                           statusColor(static_cast<SceneStatus>(s), p.palette));
    }
    p.painter.fillRect(QRect(box.right(), box.top(), 1, box.height()), p.palette.color(QPalette::Base));
}

void paintCut(const TimelinePaint& p, int x, FrameIndex frame, bool byHand) {
    const QRect lane = p.view.layout.laneRect(Lane::Scenes);
    const bool selected = frame == p.view.selectedCut;
    const bool dragged = frame == p.view.draggedCut && p.view.ghost >= 0;
    const QColor color = selected || frame == p.view.hoveredCut ? p.palette.color(QPalette::Highlight)
                                                                : p.palette.color(QPalette::Window);
    if (dragged) {
        p.painter.setPen(QPen(mutedText(p.palette), 1, Qt::DashLine));
        p.painter.drawLine(x, lane.top(), x, lane.bottom());
        return;
    }
    p.painter.fillRect(selected ? QRect(x - 1, lane.top(), 3, lane.height()) : QRect(x, lane.top(), 1, lane.height()),
                       color);
    if (selected) {
        p.painter.fillRect(QRect(x - 3, lane.top(), 7, 5), color);
        p.painter.fillRect(QRect(x - 3, lane.bottom() - 4, 7, 5), color);
    }
    if (!byHand) return;
    p.painter.setPen(Qt::NoPen);
    p.painter.setBrush(kInOutColor);
    p.painter.drawPolygon(QPolygon({{x - 4, lane.top()}, {x + 5, lane.top()}, {x, lane.top() + 5}}));
}

}  // namespace

void paintSceneLane(const TimelinePaint& p) {
    if (p.content.model == nullptr || p.content.model->scenes().empty()) return;
    const QRect lane = p.view.layout.laneRect(Lane::Scenes);
    // Blocks of narrow scenes begin where the view does, whatever part of it is painted anew.
    const auto shown = p.frames(p.columns(Lane::Scenes, 4).isEmpty() ? QRect() : lane);
    const auto& scenes = p.content.model->scenes();
    const auto from = std::upper_bound(scenes.begin(), scenes.end(), shown.first,
                                       [](FrameIndex f, const TimelineScene& s) { return f < s.range.end; });
    std::vector<std::pair<int, const TimelineScene*>> cuts;
    int crowdLeft = -1;
    unsigned crowd = 0;
    for (auto scene = from; scene != scenes.end() && scene->range.first < shown.end; ++scene) {
        const int left = column(std::max<double>(p.view.mapping.xFromFrame(scene->range.first), lane.left()));
        const int right = column(std::min<double>(p.view.mapping.xFromFrame(scene->range.end), lane.right() + 1));
        const bool wide = right - left >= kNarrow;
        if (crowd != 0 && (wide || left - crowdLeft >= kNarrow)) {
            paintCrowd(p, QRect(crowdLeft, lane.top(), std::max(left - crowdLeft, 1), lane.height()), crowd);
            crowd = 0;
        }
        if (wide) {
            const QRect box(left, lane.top(), right - left, lane.height());
            if (left <= p.dirty.right() + 4 && right >= p.dirty.left() - 4)
                paintScene(p, {static_cast<int>(scene - scenes.begin()), box});
            if (scene != scenes.begin() && scene->range.first > shown.first) cuts.emplace_back(left, &*scene);
        } else {
            if (crowd == 0) crowdLeft = left;
            crowd |= 1U << static_cast<unsigned>(scene->status);
        }
    }
    const int end = column(p.view.mapping.xFromFrame(shown.end));
    if (crowd != 0) paintCrowd(p, QRect(crowdLeft, lane.top(), std::max(end - crowdLeft, 1), lane.height()), crowd);
    for (const auto& [x, scene] : cuts) paintCut(p, x, scene->range.first, scene->cutByHand);
}

}  // namespace tintreel::ui
