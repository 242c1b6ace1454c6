// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "canvas/picture_layer.h"

namespace tintreel::ui {
namespace {

/// Left half red, right half blue.
QImage halves(QSize size) {
    QImage image(size, QImage::Format_RGB32);
    for (int y = 0; y < size.height(); ++y)
        for (int x = 0; x < size.width(); ++x)
            image.setPixel(x, y, x < size.width() / 2 ? qRgb(255, 0, 0) : qRgb(0, 0, 255));
    return image;
}

QImage painted(PictureLayer& layer, QRectF target, double ratio) {
    QImage image((QSizeF(100, 80) * ratio).toSize(), QImage::Format_RGB32);
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::green);
    QPainter painter(&image);
    layer.paint(painter, target, QRectF(0, 0, 100, 80), ratio);
    return image;
}

TEST(PictureLayer, FillsItsPlaceUpAndDownAtEveryPixelRatio) {
    for (const double ratio : {1.0, 2.0}) {
        for (const QSize size : {QSize(10, 8), QSize(1000, 800)}) {
            PictureLayer layer;
            layer.setImage(halves(size));
            const auto image = painted(layer, {20, 10, 60, 40}, ratio);
            const auto at = [&](double x, double y) {
                return QColor(image.pixel(static_cast<int>(x * ratio), static_cast<int>(y * ratio)));
            };
            EXPECT_EQ(at(22, 30), QColor(Qt::red)) << ratio << " " << size.width();
            EXPECT_EQ(at(78, 12), QColor(Qt::blue)) << ratio << " " << size.width();
            EXPECT_EQ(at(18, 30), QColor(Qt::green));
            EXPECT_EQ(at(50, 8), QColor(Qt::green));
            EXPECT_EQ(at(82, 30), QColor(Qt::green));
            EXPECT_EQ(at(50, 52), QColor(Qt::green));
        }
    }
}

TEST(PictureLayer, FollowsANewImageANewPlaceAndANewSize) {
    PictureLayer layer;
    layer.setImage(halves({200, 100}));
    EXPECT_EQ(QColor(painted(layer, {0, 0, 50, 25}, 1).pixel(10, 10)), QColor(Qt::red));
    EXPECT_EQ(QColor(painted(layer, {0, 0, 30, 15}, 1).pixel(40, 10)), QColor(Qt::green)) << "smaller";
    EXPECT_EQ(QColor(painted(layer, {-40, 0, 50, 25}, 1).pixel(5, 10)), QColor(Qt::blue)) << "moved";
    EXPECT_EQ(QColor(painted(layer, {-300, 0, 500, 80}, 1).pixel(5, 10)), QColor(Qt::blue)) << "larger than the image";
    EXPECT_EQ(QColor(painted(layer, {-100, 0, 500, 80}, 1).pixel(5, 10)), QColor(Qt::red)) << "larger, moved on";
    QImage other(20, 10, QImage::Format_RGB32);
    other.fill(Qt::yellow);
    layer.setImage(other);
    EXPECT_EQ(QColor(painted(layer, {-100, 0, 500, 80}, 1).pixel(5, 10)), QColor(Qt::yellow));
    layer.setImage({});
    EXPECT_EQ(QColor(painted(layer, {0, 0, 50, 25}, 1).pixel(10, 10)), QColor(Qt::green));
}

}  // namespace
}  // namespace tintreel::ui
