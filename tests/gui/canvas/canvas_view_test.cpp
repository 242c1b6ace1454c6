// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "canvas/canvas_view.h"

namespace tintreel::ui {
namespace {

CanvasView viewOf(QSizeF picture, QSizeF canvas, double ratio) {
    CanvasView view;
    view.setCanvas(canvas, ratio);
    view.setPicture(picture);
    return view;
}

TEST(CanvasView, RoundTripsAtEveryZoomAndPixelRatio) {
    for (const double ratio : {1.0, 1.25, 2.0, 3.0}) {
        for (const double factor : {0.5, 1.0, 3.7, 40.0}) {
            auto view = viewOf({1920, 1080}, {800, 600}, ratio);
            view.zoomAt({130, 470}, factor);
            for (const hints::Point p : {hints::Point{0, 0}, {1, 1}, {0.25, 0.75}, {-0.3, 1.4}}) {
                const auto back = view.frameFromCanvas(view.canvasFromFrame(p));
                EXPECT_NEAR(back.x, p.x, 1e-9) << ratio << " " << factor;
                EXPECT_NEAR(back.y, p.y, 1e-9) << ratio << " " << factor;
            }
            EXPECT_NEAR(view.shareFromCanvas(view.canvasFromShare(0.1)), 0.1, 1e-12);
        }
    }
}

TEST(CanvasView, FitShowsTheWholePictureInTheMiddle) {
    const auto wide = viewOf({2000, 500}, {800, 600}, 1), tall = viewOf({500, 2000}, {800, 600}, 1);
    for (const auto& view : {wide, tall}) {
        const QRectF rect = view.pictureRect();
        EXPECT_TRUE(QRectF(0, 0, 800, 600).contains(rect));
        EXPECT_NEAR(rect.center().x(), 400, 1e-9);
        EXPECT_NEAR(rect.center().y(), 300, 1e-9);
        EXPECT_NEAR(rect.width() / rect.height(), view.picture().width() / view.picture().height(), 1e-9);
    }
    EXPECT_GT(wide.pictureRect().width(), 760);
    EXPECT_GT(tall.pictureRect().height(), 560);
}

TEST(CanvasView, OneHundredPercentIsADevicePixelAPicturePixel) {
    auto view = viewOf({1000, 500}, {300, 200}, 2);
    view.actualSize({150, 100});
    EXPECT_DOUBLE_EQ(view.zoom(), 1.0);
    EXPECT_NEAR(view.pictureRect().width(), 500, 1e-9);  // logical pixels, two device pixels each
    EXPECT_FALSE(view.fitted());
    view.toggleFit({});
    EXPECT_TRUE(view.fitted());
    EXPECT_NEAR(view.zoom(), view.fitZoom(), 1e-12);
}

TEST(CanvasView, ZoomKeepsThePointUnderThePointer) {
    auto view = viewOf({1920, 1080}, {800, 600}, 1.5);
    const QPointF at(233, 401);
    const auto before = view.frameFromCanvas(at);
    for (const double factor : {1.2, 1.2, 2.5, 0.7, 1.9}) {
        view.zoomAt(at, factor);
        const auto now = view.frameFromCanvas(at);
        EXPECT_NEAR(now.x, before.x, 1e-9);
        EXPECT_NEAR(now.y, before.y, 1e-9);
    }
}

TEST(CanvasView, KeepsToItsLimits) {
    auto view = viewOf({1920, 1080}, {800, 600}, 1);
    for (int i = 0; i < 100; ++i) view.zoomAt({400, 300}, 2);
    EXPECT_DOUBLE_EQ(view.zoom(), view.largestZoom());
    for (int i = 0; i < 100; ++i) view.zoomAt({400, 300}, 0.5);
    EXPECT_DOUBLE_EQ(view.zoom(), view.smallestZoom());
    EXPECT_LT(view.smallestZoom(), view.fitZoom());
    view.panBy({1e6, -1e6});
    const QRectF seen = view.pictureRect().intersected(QRectF(0, 0, 800, 600));
    EXPECT_GE(seen.width(), 30);
    EXPECT_GE(seen.height(), 30);
}

TEST(CanvasView, PanFollowsTheHand) {
    auto view = viewOf({1920, 1080}, {800, 600}, 2);
    const auto under = view.frameFromCanvas({300, 300});
    view.panBy({40, -25});
    const auto now = view.frameFromCanvas({340, 275});
    EXPECT_NEAR(now.x, under.x, 1e-9);
    EXPECT_NEAR(now.y, under.y, 1e-9);
}

TEST(CanvasView, ResizeKeepsTheFitOrTheMiddle) {
    auto view = viewOf({1920, 1080}, {800, 600}, 1);
    view.setCanvas({400, 700}, 1);
    EXPECT_TRUE(view.fitted());
    EXPECT_LE(view.pictureRect().width(), 400);
    view.zoomAt({200, 350}, 5);
    view.panBy({33, 21});
    const auto middle = view.frameFromCanvas({200, 350});
    const double zoom = view.zoom();
    view.setCanvas({1000, 500}, 1);
    EXPECT_NEAR(view.frameFromCanvas({500, 250}).x, middle.x, 1e-9);
    EXPECT_NEAR(view.frameFromCanvas({500, 250}).y, middle.y, 1e-9);
    EXPECT_DOUBLE_EQ(view.zoom(), zoom);
}

TEST(CanvasView, IsHarmlessWithoutAPicture) {
    CanvasView view;
    EXPECT_TRUE(view.empty());
    view.setCanvas({100, 100}, 1);
    view.zoomAt({5, 5}, 2);
    view.panBy({5, 5});
    view.fit();
    EXPECT_TRUE(view.empty());
    EXPECT_TRUE(view.pictureRect().isEmpty());
    EXPECT_EQ(view.frameFromCanvas({50, 50}), hints::Point{});
    view.setPicture({160, 90});
    EXPECT_TRUE(view.fitted());
    EXPECT_FALSE(view.pictureRect().isEmpty());
}

}  // namespace
}  // namespace tintreel::ui
