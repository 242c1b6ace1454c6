// SPDX-License-Identifier: Apache-2.0
#include "canvas_fixture.h"

namespace tintreel::ui {
namespace {

using CanvasCompare = CanvasTest;

TEST_F(CanvasCompare, ResultAndSource) {
    EXPECT_EQ(seen(at(0.3, 0.5)), kOrange);
    canvas.setCompare(Compare::Source);
    EXPECT_EQ(seen(at(0.3, 0.5)), kGrey);
    canvas.setCompare(Compare::Result);
    canvas.setResult({});
    EXPECT_EQ(seen(at(0.3, 0.5)), kGrey) << "no result yet: the film itself";
}

TEST_F(CanvasCompare, WipeShowsTheSourceBeforeTheLineAndTheResultBehindIt) {
    canvas.setCompare(Compare::Wipe);
    canvas.setWipe(0.4, true);
    EXPECT_EQ(seen(at(0.4, 0.3) - QPoint(6, 0)), kGrey);
    EXPECT_EQ(seen(at(0.4, 0.3) + QPoint(6, 0)), kOrange);
    EXPECT_EQ(seen(at(0.1, 0.5)), kGrey);
    EXPECT_EQ(seen(at(0.9, 0.5)), kOrange);
    canvas.setWipe(0.4, false);
    EXPECT_EQ(seen(at(0.9, 0.3)), kGrey);
    EXPECT_EQ(seen(at(0.3, 0.5)), kOrange);
    QTest::keyPress(&canvas, Qt::Key_Backslash);
    EXPECT_EQ(seen(at(0.3, 0.5)), kGrey);
    QTest::keyRelease(&canvas, Qt::Key_Backslash);
}

TEST_F(CanvasCompare, TheLineIsDragged) {
    canvas.setCompare(Compare::Wipe);
    canvas.setWipe(0.5, true);
    wiped.clear();
    testing::drag(canvas, {at(0.5, 0.2) + QPoint(3, 0), at(0.6, 0.2) + QPoint(3, 0), at(0.7, 0.3) + QPoint(3, 0)});
    ASSERT_EQ(wiped.size(), 2);
    EXPECT_NEAR(wiped.back().at(0).toDouble(), 0.7, 2 * pixel());
    EXPECT_TRUE(wiped.back().at(1).toBool());
    EXPECT_EQ(drawn.size(), 0);
    EXPECT_EQ(seen(at(0.6, 0.5)), kGrey);
    testing::drag(canvas, {at(0.7, 0.2), {5000, 100}});
    EXPECT_DOUBLE_EQ(wiped.back().at(0).toDouble(), 1.0);
    testing::drag(canvas, {at(0.3, 0.2), at(0.4, 0.3)});
    EXPECT_EQ(drawn.size(), 1) << "away from the line the brush paints";
    // Without the wipe there is no line to take.
    canvas.setCompare(Compare::Result);
    testing::drag(canvas, {at(0.99, 0.2), at(0.9, 0.3)});
    EXPECT_EQ(drawn.size(), 2);
}

TEST_F(CanvasCompare, SplitShowsTheSamePartTwice) {
    // A result whose left quarter is blue tells which part of the picture a pane shows.
    QImage image(320, 180, QImage::Format_RGB32);
    image.fill(kOrange);
    for (int y = 0; y < 180; ++y)
        for (int x = 0; x < 80; ++x) image.setPixel(x, y, qRgb(0, 0, 255));
    canvas.setResult(image);
    canvas.setCompare(Compare::Split);
    const QRectF left = canvas.pictureRect();
    EXPECT_LE(left.right(), canvas.width() / 2.0);
    const QPoint other(canvas.width() / 2, 0);
    EXPECT_EQ(seen(at(0.1, 0.5)), kGrey);
    EXPECT_EQ(seen(at(0.9, 0.5)), kGrey);
    EXPECT_EQ(seen(at(0.1, 0.5) + other), QColor(Qt::blue));
    EXPECT_EQ(seen(at(0.9, 0.5) + other), kOrange);
    // Both panes can be painted in, and a stroke stays in the pane where it began.
    testing::drag(canvas, {at(0.3, 0.5) + other, at(0.6, 0.5) + other});
    ASSERT_EQ(drawn.size(), 1);
    EXPECT_NEAR(lastDrawn().points.front().x, 0.3, 1.5 * pixel());
    EXPECT_NEAR(lastDrawn().points.back().x, 0.6, 1.5 * pixel());
    testing::drag(canvas, {at(0.3, 0.5), at(0.6, 0.5) + other});
    ASSERT_EQ(drawn.size(), 2);
    EXPECT_EQ(lastDrawn().points.back().x, 1.0);
    canvas.setCompare(Compare::Result);
    EXPECT_GT(canvas.pictureRect().width(), 1.5 * left.width());
}

TEST_F(CanvasCompare, BusyAndHudAreSeenAndGo) {
    const QImage calm = canvas.grab().toImage();
    canvas.setBusy(true);
    canvas.setHud(QStringLiteral("scene 3 · 00:00:12:03 · STALE"));
    EXPECT_NE(canvas.grab().toImage(), calm);
    canvas.setBusy(false);
    canvas.setHud({});
    EXPECT_EQ(canvas.grab().toImage(), calm);
}

}  // namespace
}  // namespace tintreel::ui
