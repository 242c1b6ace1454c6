// SPDX-License-Identifier: Apache-2.0
#include "panels/scope_view.h"

namespace tintreel::ui {

ScopeView::ScopeView(const QString& title, QWidget* parent) : QWidget(parent), title_(title) {
    setAccessibleName(title);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void ScopeView::setFrame(Frame frame, color::Matrix matrix) {
    frame_ = std::move(frame);
    matrix_ = matrix;
    counted_ = false;
    countIfShown();
}

void ScopeView::countIfShown() {
    if (counted_ || !isVisible()) return;
    counted_ = true;
    summary_.clear();
    if (frame_ && !frame_->empty()) {
        summary_ = count(*frame_, matrix_);
        ++countings_;
    }
    setAccessibleDescription(summary_.isEmpty() ? tr("no frame") : summary_);
    setToolTip(summary_);
    update();
}

void ScopeView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    countIfShown();
}

QColor ScopeView::ink(float opacity) const {
    auto color = palette().color(QPalette::Text);
    color.setAlphaF(opacity);
    return color;
}

void ScopeView::paintLevels(QPainter& painter, const QRectF& area) const {
    for (int percent = 0; percent <= 100; percent += 25) {
        const double y = area.bottom() - area.height() * percent / 100;
        painter.setPen(ink(percent % 50 == 0 ? 0.3F : 0.15F));
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        if (percent % 50 != 0) continue;
        painter.setPen(ink(0.7F));
        const int below = percent == 100 ? 12 : -2;
        painter.drawText(QPointF(area.left() + 2, y + below), tr("%1 %").arg(percent));
    }
}

void ScopeView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    auto small = font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    painter.setFont(small);
    const int heading = painter.fontMetrics().height() + 2;
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(QRect(2, 0, width() - 4, heading), Qt::AlignLeft | Qt::AlignVCenter, title_);
    const QRectF plot(0.5, heading + 0.5, width() - 1, height() - heading - 1);
    painter.fillRect(plot, palette().color(QPalette::Base));
    painter.setPen(palette().color(QPalette::Mid));
    painter.drawRect(plot);
    if (summary_.isEmpty()) {
        painter.setPen(ink(0.7F));
        painter.drawText(plot, Qt::AlignCenter, tr("no frame"));
        return;
    }
    const auto inner = plot.adjusted(3, 3, -3, -3);
    painter.setClipRect(plot);
    paintPlot(painter, inner);
}

}  // namespace tintreel::ui
