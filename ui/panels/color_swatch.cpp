// SPDX-License-Identifier: Apache-2.0
#include "panels/color_swatch.h"

#include <QPainter>

namespace tintreel::ui {

ColorSwatch::ColorSwatch(QSize size, QWidget* parent) : QWidget(parent), size_(size) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void ColorSwatch::setColor(const QColor& color, const QString& words) {
    color_ = color;
    setAccessibleDescription(words);
    update();
}

void ColorSwatch::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), color_);
    painter.setPen(palette().color(QPalette::Mid));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

}  // namespace tintreel::ui
