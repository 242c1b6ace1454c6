// SPDX-License-Identifier: Apache-2.0
#include "canvas_fixture.h"

namespace tintreel::ui {
namespace {

class CanvasRegion : public CanvasTest {
protected:
    CanvasRegion() { canvas.setTool(Tool::Region); }
    void click(double x, double y) {
        testing::hover(canvas, at(x, y));
        QTest::mouseClick(&canvas, Qt::LeftButton, {}, at(x, y));
    }
    void threeCorners() {
        click(0.2, 0.2);
        click(0.6, 0.2);
        click(0.6, 0.7);
    }
    void expectTriangle() {
        ASSERT_EQ(drawn.size(), 1);
        const auto hint = lastDrawn();
        EXPECT_EQ(hint.kind, hints::HintKind::Region);
        EXPECT_EQ(hint.radius, 0);
        ASSERT_EQ(hint.points.size(), 3U);
        EXPECT_NEAR(hint.points[0].x, 0.2, pixel());
        EXPECT_NEAR(hint.points[2].x, 0.6, pixel());
        EXPECT_NEAR(hint.points[2].y, 0.7, 2 * pixel());
    }
};

TEST_F(CanvasRegion, EnterCloses) {
    threeCorners();
    EXPECT_EQ(drawn.size(), 0);
    EXPECT_GT(drawing.size(), 0);
    QTest::keyClick(&canvas, Qt::Key_Return);
    expectTriangle();
}

TEST_F(CanvasRegion, AClickOnTheFirstCornerCloses) {
    threeCorners();
    QTest::mouseClick(&canvas, Qt::LeftButton, {}, at(0.2, 0.2) + QPoint(4, -3));
    expectTriangle();
}

TEST_F(CanvasRegion, ADoubleClickClosesWithItsOwnCorner) {
    click(0.2, 0.2);
    click(0.6, 0.2);
    // A double-click is a click, and then an event of its own.
    click(0.6, 0.7);
    QTest::mouseDClick(&canvas, Qt::LeftButton, {}, at(0.6, 0.7) + QPoint(1, 1));
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, at(0.6, 0.7));
    expectTriangle();
    QTest::mouseClick(&canvas, Qt::LeftButton, {}, at(0.3, 0.3));
    QTest::keyClick(&canvas, Qt::Key_Return);
    EXPECT_EQ(drawn.size(), 1) << "the next click begins another";
}

TEST_F(CanvasRegion, BackspaceTakesCornersBack) {
    click(0.2, 0.2);
    click(0.6, 0.2);
    click(0.9, 0.9);
    QTest::keyClick(&canvas, Qt::Key_Backspace);
    click(0.6, 0.7);
    QTest::keyClick(&canvas, Qt::Key_Enter, Qt::KeypadModifier);
    expectTriangle();
}

TEST_F(CanvasRegion, BackspaceOnTheFirstCornerEndsIt) {
    click(0.2, 0.2);
    QTest::keyClick(&canvas, Qt::Key_Backspace);
    EXPECT_EQ(cancelled.size(), 1);
    QTest::keyClick(&canvas, Qt::Key_Return);
    EXPECT_EQ(drawn.size(), 0);
}

TEST_F(CanvasRegion, EscapeCancels) {
    threeCorners();
    QTest::keyClick(&canvas, Qt::Key_Escape);
    EXPECT_EQ(cancelled.size(), 1);
    QTest::keyClick(&canvas, Qt::Key_Return);
    EXPECT_EQ(drawn.size(), 0);
}

TEST_F(CanvasRegion, TwoCornersOrALineAreNoRegion) {
    click(0.2, 0.2);
    click(0.6, 0.2);
    QTest::keyClick(&canvas, Qt::Key_Return);
    click(0.8, 0.2);
    QTest::keyClick(&canvas, Qt::Key_Return);
    EXPECT_EQ(drawn.size(), 0);
    EXPECT_EQ(cancelled.size(), 0) << "it stays open for more corners";
    click(0.8, 0.8);
    QTest::keyClick(&canvas, Qt::Key_Return);
    EXPECT_EQ(drawn.size(), 1);
}

TEST_F(CanvasRegion, ClicksOutsideLandOnTheEdge) {
    click(0.2, 0.2);
    QTest::mouseClick(&canvas, Qt::LeftButton, {}, {canvas.width() - 1, at(0.5, 0.2).y()});
    click(0.6, 0.7);
    QTest::keyClick(&canvas, Qt::Key_Return);
    ASSERT_EQ(drawn.size(), 1);
    EXPECT_EQ(lastDrawn().points[1].x, 1.0);
}

TEST_F(CanvasRegion, PanningZoomingAndPickingKeepItOpen) {
    click(0.2, 0.2);
    click(0.6, 0.2);
    testing::drag(canvas, {at(0.5, 0.5), at(0.55, 0.55)}, Qt::MiddleButton);
    testing::wheel(canvas, at(0.5, 0.5), 1);
    QTest::mouseClick(&canvas, Qt::LeftButton, Qt::ControlModifier, at(0.4, 0.4));
    EXPECT_EQ(picked.size(), 1);
    canvas.setHints({dot(1, 0.4, 0.4)});
    QTest::mouseClick(&canvas, Qt::RightButton, {}, at(0.4, 0.4));
    EXPECT_EQ(erased.size(), 0);
    click(0.6, 0.7);
    QTest::keyClick(&canvas, Qt::Key_Return);
    expectTriangle();
}

TEST_F(CanvasRegion, AnotherToolCancels) {
    threeCorners();
    canvas.setTool(Tool::Brush);
    EXPECT_EQ(cancelled.size(), 1);
    EXPECT_EQ(drawn.size(), 0);
}

}  // namespace
}  // namespace tintreel::ui
