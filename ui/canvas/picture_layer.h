// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QPainter>
#include <QPixmap>
#include <QRect>

namespace tintreel::ui {

/// One frame on the canvas, scaled once and kept until it, its place or its size on the screen changes. GUI thread.
class PictureLayer {
public:
    void setImage(const QImage& image);
    [[nodiscard]] const QImage& image() const { return image_; }
    [[nodiscard]] bool isNull() const { return image_.isNull(); }

    /// Fills `target`; only what lies in `seen` is worth preparing. Logical pixels, `ratio` device pixels each.
    void paint(QPainter& painter, const QRectF& target, const QRectF& seen, double ratio);

private:
    QImage image_;
    QPixmap cache_;
    QRect covered_;     ///< the part of the target, device pixels from its corner, that the cache holds
    QSize targetSize_;  ///< device pixels
};

}  // namespace tintreel::ui
