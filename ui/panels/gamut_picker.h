// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QImage>
#include <QWidget>

#include "tintreel/hints/hint.h"

namespace tintreel::ui {

/// The a, b plane at the film's lightness: what colours are possible here. What is not possible is hatched. A gesture
/// (a drag, or arrow keys until the last is let go) sends colorDragging as it goes and colorChosen once at its end; Esc
/// takes it back. Colours picked by mouse are held within the gamut; one that was set from outside may lie out of it,
/// since brighter pixels of the same thing may well have it.
class GamutPicker : public QWidget {
    Q_OBJECT
public:
    static constexpr float kReach = 110;  ///< the plane shows −kReach..kReach; all of sRGB lies within

    explicit GamutPicker(QWidget* parent = nullptr);

    /// CIELAB lightness 0..100. Cheap: the picture is made when it is painted.
    void setLightness(float lightness);
    /// Moves the crosshair and ends a gesture without a signal.
    void setColor(hints::AbColor color);
    /// Numbered places, from 1: the ranked suggestions.
    void setMarks(std::vector<hints::AbColor> marks);

    [[nodiscard]] hints::AbColor color() const { return color_; }
    [[nodiscard]] float lightness() const { return lightness_; }
    /// Widget coordinates of a colour, and back; the latter is not held within the gamut.
    [[nodiscard]] QPointF pointOf(hints::AbColor color) const;
    [[nodiscard]] hints::AbColor colorAt(QPointF point) const;

    [[nodiscard]] QSize sizeHint() const override { return {230, 230}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {120, 120}; }

Q_SIGNALS:
    void colorDragging(tintreel::hints::AbColor color);
    void colorChosen(tintreel::hints::AbColor color);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    enum class Gesture { None, Drag, Nudge };

    void begin(Gesture gesture);
    void moveTo(hints::AbColor color);
    void finish();
    void cancel();
    void nudge(float a, float b);
    void describe();
    [[nodiscard]] QRectF plane() const;
    void paintPlane(QPainter& painter);
    void paintMarks(QPainter& painter) const;

    float lightness_ = 50;
    hints::AbColor color_, before_;
    std::vector<hints::AbColor> marks_;
    Gesture gesture_ = Gesture::None;
    QImage map_;  // null: to be made anew
};

}  // namespace tintreel::ui
