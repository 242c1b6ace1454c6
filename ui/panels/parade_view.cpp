// SPDX-License-Identifier: Apache-2.0
#include "panels/parade_view.h"

#include "panels/scope_image.h"

namespace tintreel::ui {
namespace {

double meanOf(const color::Counts& counts) {
    double sum = 0, all = 0;
    for (int row = 0; row < counts.height; ++row)
        for (int x = 0; x < counts.width; ++x) {
            sum += static_cast<double>(counts.at(x, row)) * (255 - row);
            all += counts.at(x, row);
        }
    return all > 0 ? sum / all : 0;
}

}  // namespace

ParadeView::ParadeView(QWidget* parent) : ScopeView(tr("RGB parade"), parent) {}

QString ParadeView::count(const RgbImage& frame, color::Matrix) {
    counts_ = color::parade(frame, 128);
    auto text = tr("Mean red %1, green %2, blue %3 of 255");
    for (const auto& channel : counts_) text = text.arg(meanOf(channel), 0, 'f', 0);
    return text;
}

void ParadeView::paintPlot(QPainter& painter, const QRectF& area) {
    paintLevels(painter, area);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    const std::array<QColor, 3> colors{QColor(235, 80, 80), QColor(60, 185, 80), QColor(90, 130, 250)};
    const std::array<QString, 3> letters{tr("R"), tr("G"), tr("B")};
    const double width = area.width() / 3;
    for (std::size_t i = 0; i < 3; ++i) {
        const QRectF third(area.left() + width * static_cast<double>(i) + 1, area.top(), width - 2, area.height());
        painter.drawImage(third, imageOfCounts(counts_[i], colors[i]));
        painter.setPen(ink(0.8F));
        painter.drawText(third, Qt::AlignRight | Qt::AlignTop, letters[i]);
    }
}

}  // namespace tintreel::ui
