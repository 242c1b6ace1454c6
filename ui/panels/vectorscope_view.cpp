// SPDX-License-Identifier: Apache-2.0
#include "panels/vectorscope_view.h"

#include <algorithm>

#include "panels/scope_image.h"

namespace tintreel::ui {
namespace {

QPointF placeOf(color::Chroma chroma, const QRectF& square) {
    return {square.left() + (0.5 + chroma.cb) * square.width(), square.top() + (0.5 - chroma.cr) * square.height()};
}

/// The hue that a cell stands for, at a level that shows on dark and on light ground.
QColor hueOf(int column, int row, color::Matrix matrix) {
    constexpr float kLuma = 0.55F;
    const auto w = color::lumaWeights(matrix);
    const float cb = static_cast<float>(column - 128) / 255.0F, cr = static_cast<float>(128 - row) / 255.0F;
    const float r = kLuma + 2 * (1 - w.r) * cr, b = kLuma + 2 * (1 - w.b) * cb;
    const auto code = [](float v) { return std::clamp(v, 0.0F, 1.0F); };
    return QColor::fromRgbF(code(r), code((kLuma - w.r * r - w.b * b) / w.g), code(b));
}

}  // namespace

VectorscopeView::VectorscopeView(QWidget* parent) : ScopeView(tr("Vectorscope"), parent) {}

QString VectorscopeView::count(const RgbImage& frame, color::Matrix matrix) {
    matrix_ = matrix;
    counts_ = color::vectorscope(frame, matrix);
    double cb = 0, cr = 0, all = 0;
    for (int y = 0; y < counts_.height; ++y)
        for (int x = 0; x < counts_.width; ++x) {
            const double n = counts_.at(x, y);
            cb += n * (x - 128);
            cr += n * (128 - y);
            all += n;
        }
    return tr("Mean chroma: Cb %1 %, Cr %2 %")
        .arg(100 * cb / all / 255, 0, 'f', 1)
        .arg(100 * cr / all / 255, 0, 'f', 1);
}

void VectorscopeView::paintPlot(QPainter& painter, const QRectF& area) {
    const double side = std::min(area.width(), area.height());
    const QRectF square(area.center().x() - side / 2, area.center().y() - side / 2, side, side);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    paintGraticule(painter, square);
    // Cell (128, 128) is neutral: its centre, not its corner, lies in the middle of the plot.
    const double cell = side / 255;
    const QRectF cells(square.center() - QPointF(128.5 * cell, 128.5 * cell), QSizeF(256 * cell, 256 * cell));
    painter.drawImage(cells,
                      imageOfCounts(counts_, [this](int column, int row) { return hueOf(column, row, matrix_); }));
}

void VectorscopeView::paintGraticule(QPainter& painter, const QRectF& square) const {
    painter.setBrush(Qt::NoBrush);
    painter.setPen(ink(0.3F));
    painter.drawEllipse(square);
    painter.setPen(ink(0.15F));
    painter.drawLine(QPointF(square.left(), square.center().y()), QPointF(square.right(), square.center().y()));
    painter.drawLine(QPointF(square.center().x(), square.top()), QPointF(square.center().x(), square.bottom()));
    painter.setPen(QPen(ink(0.6F), 1, Qt::DashLine));
    const auto end = placeOf(color::skinTonePoint(0.5F), square);
    painter.drawLine(square.center(), end);
    painter.setPen(ink(0.8F));
    painter.drawText(QRectF(end - QPointF(60, 14), QSizeF(58, 14)), Qt::AlignRight | Qt::AlignVCenter, tr("skin"));
    for (const auto& target : color::barTargets(matrix_)) {
        const auto at = placeOf(target.chroma, square);
        painter.drawRect(QRectF(at - QPointF(4, 4), QSizeF(8, 8)));
        painter.drawText(at + QPointF(7, 4), QString::fromLatin1(target.name));
    }
}

}  // namespace tintreel::ui
