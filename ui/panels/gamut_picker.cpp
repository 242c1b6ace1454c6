// SPDX-License-Identifier: Apache-2.0
#include "panels/gamut_picker.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include "tintreel/color/gamut.h"

namespace tintreel::ui {
namespace {

constexpr int kMargin = 4;
constexpr int kMapSize = 192;  // pixels; smooth scaling does the rest

QImage imageOf(const color::GamutMap& map) {
    QImage image(map.rgb.width, map.rgb.height, QImage::Format_ARGB32);
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const auto* p = map.rgb.pixel(x, y);
            image.setPixel(x, y, qRgba(p[0], p[1], p[2], map.inside.at(x, y) != 0 ? 255 : 0));
        }
    return image;
}

}  // namespace

GamutPicker::GamutPicker(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::CrossCursor);
    setAccessibleName(tr("Colours possible at this lightness"));
    setToolTip(tr(
        "Drag to pick a colour. Arrow keys move by 1, with Shift by 10; Esc takes a drag back.\nHatched: not possible at this lightness."));
    describe();
}

void GamutPicker::setLightness(float lightness) {
    lightness = std::isfinite(lightness) ? std::clamp(lightness, 0.0F, 100.0F) : 50.0F;
    if (lightness == lightness_) return;
    lightness_ = lightness;
    map_ = {};
    describe();
    update();
}

void GamutPicker::setColor(hints::AbColor color) {
    gesture_ = Gesture::None;
    color_ = color;
    describe();
    update();
}

void GamutPicker::setMarks(std::vector<hints::AbColor> marks) {
    marks_ = std::move(marks);
    update();
}

QRectF GamutPicker::plane() const {
    const auto side = std::max(std::min(width(), height()) - 2 * kMargin, 1);
    return {(width() - side) / 2.0, (height() - side) / 2.0, static_cast<double>(side), static_cast<double>(side)};
}

QPointF GamutPicker::pointOf(hints::AbColor color) const {
    const auto area = plane();
    const double scale = area.width() / (2 * kReach);
    return area.center() + QPointF(color.a * scale, -color.b * scale);
}

hints::AbColor GamutPicker::colorAt(QPointF point) const {
    const auto area = plane();
    const auto at = (point - area.center()) * (2 * kReach / area.width());
    const auto held = [](double v) {
        return static_cast<float>(std::clamp(v, -static_cast<double>(kReach), static_cast<double>(kReach)));
    };
    return {held(at.x()), held(-at.y())};
}

void GamutPicker::begin(Gesture gesture) {
    if (gesture_ == Gesture::None) before_ = color_;
    gesture_ = gesture;
}

void GamutPicker::moveTo(hints::AbColor color) {
    color_ = color;
    describe();
    update();
    Q_EMIT colorDragging(color_);
}

void GamutPicker::finish() {
    if (gesture_ == Gesture::None) return;
    gesture_ = Gesture::None;
    Q_EMIT colorChosen(color_);
}

void GamutPicker::cancel() {
    gesture_ = Gesture::None;
    moveTo(before_);
}

void GamutPicker::nudge(float a, float b) {
    begin(Gesture::Nudge);
    const hints::AbColor wanted{std::clamp(color_.a + a, -kReach, kReach), std::clamp(color_.b + b, -kReach, kReach)};
    // A colour set from outside may be out of gamut here; moving it by a step must not throw it to the border.
    if (!color::inGamut(lightness_, color_.a, color_.b)) return moveTo(wanted);
    const auto held = color::clampToGamut(lightness_, wanted.a, wanted.b);
    moveTo({held.a, held.b});
}

void GamutPicker::describe() {
    auto text =
        tr("a %1, b %2 at lightness %3").arg(color_.a, 0, 'f', 1).arg(color_.b, 0, 'f', 1).arg(lightness_, 0, 'f', 0);
    if (!color::inGamut(lightness_, color_.a, color_.b)) text += tr(", not possible at this lightness");
    setAccessibleDescription(text);
}

void GamutPicker::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return event->ignore();
    begin(Gesture::Drag);
    mouseMoveEvent(event);
}

void GamutPicker::mouseMoveEvent(QMouseEvent* event) {
    if (gesture_ != Gesture::Drag) return event->ignore();
    const auto wanted = colorAt(event->position());
    const auto held = color::clampToGamut(lightness_, wanted.a, wanted.b);
    moveTo({held.a, held.b});
}

void GamutPicker::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || gesture_ != Gesture::Drag) return event->ignore();
    finish();
}

void GamutPicker::keyPressEvent(QKeyEvent* event) {
    const float step = event->modifiers().testFlag(Qt::ShiftModifier) ? 10 : 1;
    if (event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) return QWidget::keyPressEvent(event);
    switch (event->key()) {
        case Qt::Key_Left: return nudge(-step, 0);
        case Qt::Key_Right: return nudge(step, 0);
        case Qt::Key_Up: return nudge(0, step);
        case Qt::Key_Down: return nudge(0, -step);
        case Qt::Key_Return:
        case Qt::Key_Enter: begin(Gesture::Nudge); return finish();
        case Qt::Key_Escape:
            if (gesture_ != Gesture::None) return cancel();
            break;
        default: break;
    }
    QWidget::keyPressEvent(event);
}

void GamutPicker::keyReleaseEvent(QKeyEvent* event) {
    const auto key = event->key();
    const bool arrow = key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up || key == Qt::Key_Down;
    if (!arrow) return QWidget::keyReleaseEvent(event);
    if (gesture_ == Gesture::Nudge && !event->isAutoRepeat()) finish();
}

void GamutPicker::focusOutEvent(QFocusEvent* event) {
    if (gesture_ == Gesture::Nudge) finish();
    QWidget::focusOutEvent(event);
}

void GamutPicker::paintPlane(QPainter& painter) {
    if (map_.isNull()) map_ = imageOf(color::abGamut(lightness_, kMapSize, kReach));
    const auto area = plane();
    painter.fillRect(area, palette().color(QPalette::Base));
    painter.fillRect(area, QBrush(palette().color(QPalette::Mid), Qt::BDiagPattern));
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(area, map_);
    auto axis = palette().color(QPalette::Text);
    axis.setAlphaF(0.3F);
    painter.setPen(axis);
    painter.drawLine(QPointF(area.left(), area.center().y()), QPointF(area.right(), area.center().y()));
    painter.drawLine(QPointF(area.center().x(), area.top()), QPointF(area.center().x(), area.bottom()));
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(area.adjusted(4, 2, -4, -2), Qt::AlignRight | Qt::AlignTop,
                     QStringLiteral("L %1").arg(lightness_, 0, 'f', 0));
    painter.drawText(area.adjusted(4, 2, -4, -2), Qt::AlignRight | Qt::AlignVCenter, QStringLiteral("a"));
    painter.drawText(area.adjusted(4, 2, -4, -2), Qt::AlignHCenter | Qt::AlignTop, QStringLiteral("b"));
}

void GamutPicker::paintMarks(QPainter& painter) const {
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::size_t i = 0; i < marks_.size(); ++i) {
        const QRectF disc(pointOf(marks_[i]) - QPointF(7, 7), QSizeF(14, 14));
        painter.setPen(QPen(Qt::white, 1));
        painter.setBrush(QColor(0, 0, 0, 170));
        painter.drawEllipse(disc);
        painter.drawText(disc, Qt::AlignCenter, QString::number(i + 1));
    }
    // Black within white: visible on every colour.
    const auto at = pointOf(color_);
    painter.setBrush(Qt::NoBrush);
    for (const auto& pen : {QPen(Qt::white, 3), QPen(Qt::black, 1.2)}) {
        painter.setPen(pen);
        painter.drawEllipse(at, 6, 6);
        for (const auto& way : {QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)})
            painter.drawLine(at + 6 * way, at + 11 * way);
    }
}

void GamutPicker::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (!isEnabled()) painter.setOpacity(0.4);
    paintPlane(painter);
    paintMarks(painter);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(palette().color(hasFocus() ? QPalette::Highlight : QPalette::Mid), hasFocus() ? 2 : 1));
    painter.drawRect(plane());
}

}  // namespace tintreel::ui
