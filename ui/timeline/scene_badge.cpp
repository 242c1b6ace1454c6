// SPDX-License-Identifier: Apache-2.0
#include "timeline/scene_badge.h"

#include <algorithm>

#include <QCoreApplication>
#include <QPainterPath>

#include "timeline/timeline_colors.h"

namespace tintreel::ui {
namespace {

constexpr int kShapeMax = 12;
constexpr int kGap = 4;

int shapeSize(const QFontMetrics& metrics) { return std::min(std::max(metrics.ascent(), 8), kShapeMax); }

QPolygonF polygon(const QRectF& box, std::initializer_list<QPointF> unit) {
    QPolygonF points;
    for (const auto& p : unit) points << QPointF(box.left() + p.x() * box.width(), box.top() + p.y() * box.height());
    return points;
}

void paintShape(QPainter& painter, const QRectF& box, SceneStatus status, const QPalette& palette) {
    const QColor color = statusColor(status, palette);
    const QColor sign = Qt::white;
    const auto filled = [&] {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
    };
    const auto lines = [&](std::initializer_list<QPointF> unit) {
        painter.setPen(QPen(sign, box.width() / 7, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(Qt::NoBrush);
        painter.drawPolyline(polygon(box, unit));
    };
    filled();
    switch (status) {
        case SceneStatus::Empty:
            painter.setPen(QPen(color, 1.5));
            painter.setBrush(Qt::NoBrush);
            painter.drawEllipse(box.adjusted(1.5, 1.5, -1.5, -1.5));
            break;
        case SceneStatus::Keyed:
            painter.drawPolygon(polygon(box, {{0.5, 0.0}, {1.0, 0.5}, {0.5, 1.0}, {0.0, 0.5}}));
            break;
        case SceneStatus::Done: painter.drawEllipse(box.adjusted(0.5, 0.5, -0.5, -0.5)); break;
        case SceneStatus::Stale:
            painter.drawPolygon(polygon(box, {{0.5, 0.0}, {1.0, 0.95}, {0.0, 0.95}}));
            lines({{0.5, 0.36}, {0.5, 0.60}});
            lines({{0.5, 0.79}, {0.5, 0.80}});
            break;
        case SceneStatus::Approved:
            painter.drawRoundedRect(box, 2, 2);
            lines({{0.22, 0.52}, {0.43, 0.74}, {0.80, 0.28}});
            break;
        case SceneStatus::Failed:
            painter.drawPolygon(
                polygon(box, {{0.3, 0}, {0.7, 0}, {1, 0.3}, {1, 0.7}, {0.7, 1}, {0.3, 1}, {0, 0.7}, {0, 0.3}}));
            lines({{0.31, 0.31}, {0.69, 0.69}});
            lines({{0.31, 0.69}, {0.69, 0.31}});
            break;
    }
}

}  // namespace

QString sceneStatusText(SceneStatus status) {
    const auto text = [](const char* word) { return QCoreApplication::translate("tintreel::ui::SceneStatus", word); };
    switch (status) {
        case SceneStatus::Empty: return text(QT_TRANSLATE_NOOP("tintreel::ui::SceneStatus", "empty"));
        case SceneStatus::Keyed: return text(QT_TRANSLATE_NOOP("tintreel::ui::SceneStatus", "keyed"));
        case SceneStatus::Done: return text(QT_TRANSLATE_NOOP("tintreel::ui::SceneStatus", "done"));
        case SceneStatus::Stale: return text(QT_TRANSLATE_NOOP("tintreel::ui::SceneStatus", "stale"));
        case SceneStatus::Approved: return text(QT_TRANSLATE_NOOP("tintreel::ui::SceneStatus", "approved"));
        case SceneStatus::Failed: return text(QT_TRANSLATE_NOOP("tintreel::ui::SceneStatus", "failed"));
    }
    return {};
}

QSize sceneBadgeSize(const QFontMetrics& metrics, SceneStatus status) {
    return {shapeSize(metrics) + kGap + metrics.horizontalAdvance(sceneStatusText(status)),
            std::max(metrics.height(), kShapeMax)};
}

void paintSceneBadge(QPainter& painter, const QRect& area, SceneStatus status, const QPalette& palette) {
    if (area.width() < 8 || area.height() < 8) return;
    const QFontMetrics metrics = painter.fontMetrics();
    const int size = std::min({shapeSize(metrics), area.width(), area.height()});
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    paintShape(painter, QRectF(area.left(), area.top() + (area.height() - size) / 2.0, size, size), status, palette);
    const QRect room = area.adjusted(size + kGap, 0, 0, 0);
    const auto text = sceneStatusText(status);
    if (room.width() >= std::min(metrics.horizontalAdvance(text), metrics.horizontalAdvance(text.left(3) + u'…'))) {
        painter.setPen(palette.color(QPalette::Text));
        painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(text, Qt::ElideRight, room.width()));
    }
    painter.restore();
}

}  // namespace tintreel::ui
