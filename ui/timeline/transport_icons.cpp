// SPDX-License-Identifier: Apache-2.0
#include "timeline/transport_icons.h"

#include <QPainter>
#include <QPainterPath>
#include <QPixmap>

namespace tintreel::ui {
namespace {

constexpr int kSize = 16;

QPainterPath triangle(double tip, double base) {
    QPainterPath path;
    path.moveTo(tip, 8);
    path.lineTo(base, 3);
    path.lineTo(base, 13);
    path.closeSubpath();
    return path;
}

QPainterPath bar(double x, double width = 2) {
    QPainterPath path;
    path.addRect(x, 3, width, 10);
    return path;
}

QPainterPath bracket(double spine, double end) {
    QPainterPath path;
    path.addRect(QRectF(spine, 3, 2, 10).normalized());
    path.addRect(QRectF(spine, 3, end - spine, 2).normalized());
    path.addRect(QRectF(spine, 11, end - spine, 2).normalized());
    path.setFillRule(Qt::WindingFill);
    return path;
}

QPainterPath loop() {
    QPainterPathStroker stroker;
    stroker.setWidth(1.8);
    QPainterPath line;
    line.moveTo(12, 5);
    line.lineTo(5, 5);
    line.arcTo(2, 5, 6, 6, 90, 180);
    line.lineTo(11, 11);
    line.arcTo(8, 5, 6, 6, 270, 100);
    QPainterPath path = stroker.createStroke(line);
    QPainterPath head;
    head.addPolygon(QPolygonF({{10, 1.5}, {14, 5}, {10, 8.5}}));
    head.closeSubpath();
    path.addPath(head);
    path.setFillRule(Qt::WindingFill);
    return path;
}

QPainterPath shape(TransportIcon icon) {
    switch (icon) {
        case TransportIcon::GoToIn: return bracket(2, 6) | triangle(7, 14);
        case TransportIcon::StepBack: return triangle(2, 9) | bar(11);
        case TransportIcon::Play: return triangle(14, 4);
        case TransportIcon::Stop: return bar(3, 10);
        case TransportIcon::StepOn: return triangle(14, 7) | bar(3);
        case TransportIcon::GoToOut: return bracket(12, 10) | triangle(9, 2);
        case TransportIcon::Loop: return loop();
    }
    return {};
}

QPixmap pixmap(const QPainterPath& path, const QColor& color, int scale) {
    QPixmap pixmap(kSize * scale, kSize * scale);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(scale, scale);
    painter.fillPath(path, color);
    painter.end();
    pixmap.setDevicePixelRatio(scale);
    return pixmap;
}

}  // namespace

QIcon transportIcon(TransportIcon icon, const QPalette& palette) {
    const auto path = shape(icon);
    QIcon result;
    for (const int scale : {1, 2, 3}) {
        result.addPixmap(pixmap(path, palette.color(QPalette::Active, QPalette::ButtonText), scale), QIcon::Normal);
        result.addPixmap(pixmap(path, palette.color(QPalette::Disabled, QPalette::ButtonText), scale), QIcon::Disabled);
    }
    return result;
}

}  // namespace tintreel::ui
