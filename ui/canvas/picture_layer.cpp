// SPDX-License-Identifier: Apache-2.0
#include "canvas/picture_layer.h"

namespace tintreel::ui {
namespace {

constexpr int kShowPixels = 12;  // device pixels an image pixel from which on pixels are shown as what they are

/// Edges on whole device pixels, or a still picture would shimmer while it is panned.
QRect deviceRect(const QRectF& rect, double ratio) {
    const QPoint topLeft(qRound(rect.left() * ratio), qRound(rect.top() * ratio));
    const QPoint end(qRound(rect.right() * ratio), qRound(rect.bottom() * ratio));
    return {topLeft, QSize(qMax(1, end.x() - topLeft.x()), qMax(1, end.y() - topLeft.y()))};
}

}  // namespace

void PictureLayer::setImage(const QImage& image) {
    if (image.cacheKey() == image_.cacheKey()) return;
    image_ = image;
    cache_ = {};
}

void PictureLayer::paint(QPainter& painter, const QRectF& target, const QRectF& seen, double ratio) {
    if (image_.isNull() || target.isEmpty()) return;
    const QRect device = deviceRect(target, ratio);
    const QRect visible = deviceRect(seen, ratio).intersected(device).translated(-device.topLeft());
    if (visible.isEmpty()) return;
    const bool valid = !cache_.isNull() && targetSize_ == device.size() && covered_.contains(visible) &&
                       cache_.devicePixelRatio() == ratio;
    if (!valid) {
        targetSize_ = device.size();
        if (device.width() <= image_.width()) {
            // QPainter reads four pixels for one, which aliases below half size; scaled() reads all.
            covered_ = QRect(QPoint(), device.size());
            cache_ = QPixmap::fromImage(image_.scaled(device.size(), Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
        } else {
            covered_ = visible;
            cache_ = QPixmap(visible.size());
            QPainter scaler(&cache_);
            scaler.setRenderHint(QPainter::SmoothPixmapTransform, device.width() < kShowPixels * image_.width());
            scaler.setCompositionMode(QPainter::CompositionMode_Source);
            scaler.drawImage(QRectF(QPointF(-visible.topLeft()), QSizeF(device.size())), image_);
        }
        cache_.setDevicePixelRatio(ratio);
    }
    painter.drawPixmap(QPointF(device.topLeft() + covered_.topLeft()) / ratio, cache_);
}

}  // namespace tintreel::ui
