// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPointF>
#include <QRectF>
#include <QSizeF>

#include "tintreel/hints/hint.h"

namespace tintreel::ui {

/// Where the picture lies on the canvas. Pure mapping, no widget.
/// Frame coordinates: 0..1 of the picture as shown. Canvas coordinates: logical pixels of the widget.
/// Picture pixels are square: non-square samples and rotation are in the shown size already.
class CanvasView {
public:
    /// Size of the picture in square pixels; empty: no picture. A first picture is fitted, later ones keep the zoom.
    void setPicture(QSizeF size);
    /// Size of the canvas in logical pixels and device pixels a logical one. The picture stays fitted, or its middle in
    /// place.
    void setCanvas(QSizeF size, double devicePixelRatio);

    [[nodiscard]] bool empty() const { return picture_.isEmpty() || canvas_.isEmpty(); }
    [[nodiscard]] QSizeF picture() const { return picture_; }
    [[nodiscard]] QSizeF canvas() const { return canvas_; }
    [[nodiscard]] double devicePixelRatio() const { return ratio_; }

    [[nodiscard]] QPointF canvasFromFrame(hints::Point frame) const;
    /// Outside the picture the result lies outside 0..1. (0, 0) without a picture.
    [[nodiscard]] hints::Point frameFromCanvas(QPointF canvas) const;
    /// Lengths: shares of the picture's shorter side and logical pixels.
    [[nodiscard]] double canvasFromShare(double share) const;
    [[nodiscard]] double shareFromCanvas(double length) const;
    [[nodiscard]] QRectF pictureRect() const;
    [[nodiscard]] bool contains(QPointF canvas) const { return pictureRect().contains(canvas); }

    /// Device pixels a picture pixel: 1 is 100 %.
    [[nodiscard]] double zoom() const { return zoom_; }
    [[nodiscard]] double fitZoom() const;
    [[nodiscard]] double smallestZoom() const;
    [[nodiscard]] double largestZoom() const;
    [[nodiscard]] bool fitted() const { return fitted_; }

    void fit();
    /// 100 %, keeping the point of the picture under `at` in place.
    void actualSize(QPointF at);
    void toggleFit(QPointF at);
    /// Multiplies the zoom, within the limits, keeping the point of the picture under `at` in place.
    void zoomAt(QPointF at, double factor);
    /// Moves the picture by logical pixels; a bit of it always stays on the canvas.
    void panBy(QPointF delta);

private:
    [[nodiscard]] QSizeF shown() const { return picture_ * (zoom_ / ratio_); }
    void keepOnCanvas();

    QSizeF picture_, canvas_;
    double ratio_ = 1.0, zoom_ = 1.0;
    QPointF centre_{0.5,
                    0.5};  ///< frame coordinates of the canvas' middle: stays right when the canvas changes its size
    bool fitted_ = true;
};

}  // namespace tintreel::ui
