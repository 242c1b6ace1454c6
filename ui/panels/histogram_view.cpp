// SPDX-License-Identifier: Apache-2.0
#include "panels/histogram_view.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <QPolygonF>

namespace tintreel::ui {
namespace {

QPolygonF outline(const color::Histogram::Bins& bins, const QRectF& area) {
    const double scale =
        area.height() / std::log1p(static_cast<double>(std::max(*std::max_element(bins.begin(), bins.end()), 1U)));
    QPolygonF shape;
    shape << area.bottomLeft();
    for (std::size_t i = 0; i < bins.size(); ++i) {
        const double y = area.bottom() - std::log1p(static_cast<double>(bins[i])) * scale;
        for (const double edge : {static_cast<double>(i), static_cast<double>(i) + 1})
            shape << QPointF(area.left() + area.width() * edge / 256, y);
    }
    shape << area.bottomRight();
    return shape;
}

}  // namespace

HistogramView::HistogramView(QWidget* parent) : ScopeView(tr("Histogram"), parent) {}

QString HistogramView::count(const RgbImage& frame, color::Matrix matrix) {
    bins_ = color::histogram(frame, matrix);
    const double pixels = std::accumulate(bins_.luma.begin(), bins_.luma.end(), 0.0);
    std::size_t median = 0;
    for (double below = bins_.luma[0]; below * 2 < pixels && median < 255;) below += bins_.luma[++median];
    const auto percent = [&](std::uint32_t n) { return 100 * static_cast<double>(n) / pixels; };
    return tr("Median luma %1 of 255, black %2 %, white %3 %")
        .arg(median)
        .arg(percent(bins_.luma[0]), 0, 'f', 1)
        .arg(percent(bins_.luma[255]), 0, 'f', 1);
}

void HistogramView::paintPlot(QPainter& painter, const QRectF& area) {
    struct Strip {
        QString letter;
        const color::Histogram::Bins& bins;
        QColor color;
    };
    const Strip strips[] = {{tr("Y"), bins_.luma, palette().color(QPalette::Text)},
                            {tr("R"), bins_.r, QColor(235, 80, 80)},
                            {tr("G"), bins_.g, QColor(60, 185, 80)},
                            {tr("B"), bins_.b, QColor(90, 130, 250)}};
    const double height = area.height() / 4;
    double top = area.top();
    for (const auto& [letter, bins, color] : strips) {
        const QRectF strip(area.left(), top + 1, area.width(), height - 2);
        auto fill = color;
        fill.setAlphaF(0.75F);
        painter.setPen(Qt::NoPen);
        painter.setBrush(fill);
        painter.drawPolygon(outline(bins, strip));
        painter.setPen(ink(0.15F));
        painter.drawLine(strip.bottomLeft(), strip.bottomRight());
        painter.setPen(ink(0.8F));
        painter.drawText(strip.adjusted(0, 0, -2, 0), Qt::AlignRight | Qt::AlignTop, letter);
        top += height;
    }
}

}  // namespace tintreel::ui
