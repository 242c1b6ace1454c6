// SPDX-License-Identifier: Apache-2.0
#include "canvas/canvas_view.h"

#include <algorithm>

namespace tintreel::ui {
namespace {

constexpr double kMargin = 10;  // around a fitted picture, so that hints at its edge can be reached
constexpr double kLargestZoom = 32;
constexpr double kStays = 48;  // logical pixels of the picture that cannot be pushed off the canvas

}  // namespace

void CanvasView::setPicture(QSizeF size) {
    const bool first = picture_.isEmpty();
    picture_ = size.isEmpty() ? QSizeF() : size;
    if (first || fitted_) fit();
    else keepOnCanvas();
}

void CanvasView::setCanvas(QSizeF size, double devicePixelRatio) {
    canvas_ = size;
    ratio_ = devicePixelRatio > 0 ? devicePixelRatio : 1.0;
    if (fitted_) fit();
    else keepOnCanvas();
}

QPointF CanvasView::canvasFromFrame(hints::Point frame) const {
    const QSizeF size = shown();
    return {canvas_.width() / 2 + (frame.x - centre_.x()) * size.width(),
            canvas_.height() / 2 + (frame.y - centre_.y()) * size.height()};
}

hints::Point CanvasView::frameFromCanvas(QPointF canvas) const {
    if (empty()) return {};
    const QSizeF size = shown();
    return {centre_.x() + (canvas.x() - canvas_.width() / 2) / size.width(),
            centre_.y() + (canvas.y() - canvas_.height() / 2) / size.height()};
}

double CanvasView::canvasFromShare(double share) const { return share * std::min(shown().width(), shown().height()); }

double CanvasView::shareFromCanvas(double length) const {
    const double side = std::min(shown().width(), shown().height());
    return side > 0 ? length / side : 0.0;
}

QRectF CanvasView::pictureRect() const { return empty() ? QRectF() : QRectF(canvasFromFrame({0, 0}), shown()); }

double CanvasView::fitZoom() const {
    if (empty()) return 1.0;
    const double margin = std::min({kMargin, canvas_.width() / 8, canvas_.height() / 8});
    return ratio_ * std::min((canvas_.width() - 2 * margin) / picture_.width(),
                             (canvas_.height() - 2 * margin) / picture_.height());
}

double CanvasView::smallestZoom() const { return std::min(fitZoom(), 1.0) / 4; }

double CanvasView::largestZoom() const { return std::max(fitZoom(), kLargestZoom); }

void CanvasView::fit() {
    fitted_ = true;
    zoom_ = fitZoom();
    centre_ = {0.5, 0.5};
}

void CanvasView::actualSize(QPointF at) { zoomAt(at, 1.0 / zoom_); }

void CanvasView::toggleFit(QPointF at) {
    if (fitted_) actualSize(at);
    else fit();
}

void CanvasView::zoomAt(QPointF at, double factor) {
    if (empty()) return;
    const hints::Point under = frameFromCanvas(at);
    zoom_ = std::clamp(zoom_ * factor, smallestZoom(), largestZoom());
    const QSizeF size = shown();
    centre_ = {under.x - (at.x() - canvas_.width() / 2) / size.width(),
               under.y - (at.y() - canvas_.height() / 2) / size.height()};
    fitted_ = false;
    keepOnCanvas();
}

void CanvasView::panBy(QPointF delta) {
    if (empty()) return;
    const QSizeF size = shown();
    centre_ -= QPointF(delta.x() / size.width(), delta.y() / size.height());
    fitted_ = false;
    keepOnCanvas();
}

void CanvasView::keepOnCanvas() {
    if (empty()) return;
    const auto kept = [](double centre, double canvas, double size) {
        const double stays = std::min({kStays, size / 2, canvas / 2});
        return std::clamp(centre, (stays - canvas / 2) / size, 1 + (canvas / 2 - stays) / size);
    };
    zoom_ = std::clamp(zoom_, smallestZoom(), largestZoom());
    const QSizeF size = shown();
    centre_ = {kept(centre_.x(), canvas_.width(), size.width()), kept(centre_.y(), canvas_.height(), size.height())};
}

}  // namespace tintreel::ui
