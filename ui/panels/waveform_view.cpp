// SPDX-License-Identifier: Apache-2.0
#include "panels/waveform_view.h"

#include <algorithm>

#include "panels/scope_image.h"

namespace tintreel::ui {

WaveformView::WaveformView(QWidget* parent) : ScopeView(tr("Waveform (luma)"), parent) {}

QString WaveformView::count(const RgbImage& frame, color::Matrix matrix) {
    counts_ = color::waveform(frame, 256, matrix);
    int lowest = 255, highest = 0;
    for (int row = 0; row < counts_.height; ++row) {
        const auto* cells = counts_.row(row);
        if (std::all_of(cells, cells + counts_.width, [](auto n) { return n == 0; })) continue;
        lowest = std::min(lowest, 255 - row);
        highest = std::max(highest, 255 - row);
    }
    return tr("Luma from %1 to %2 of 255").arg(lowest).arg(highest);
}

void WaveformView::paintPlot(QPainter& painter, const QRectF& area) {
    paintLevels(painter, area);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(area, imageOfCounts(counts_, palette().color(QPalette::Text)));
}

}  // namespace tintreel::ui
