// SPDX-License-Identifier: Apache-2.0
#include "canvas_fixture.h"

#include "canvas/hint_hit.h"

namespace tintreel::ui {
namespace {

using CanvasPaint = CanvasTest;
using hints::HintKind;

TEST_F(CanvasPaint, ADragIsAStrokeWhereThePointerWas) {
    canvas.setSpan(hints::HintSpan::Frame);
    canvas.setBrushRadius(0.03);
    const std::vector<QPoint> way = {at(0.2, 0.3), at(0.3, 0.32), at(0.4, 0.4), at(0.5, 0.7), at(0.6, 0.3)};
    testing::drag(canvas, way);
    ASSERT_EQ(drawn.size(), 1);
    EXPECT_GE(drawing.size(), 4);
    const auto hint = lastDrawn();
    EXPECT_EQ(hint.kind, HintKind::Stroke);
    EXPECT_EQ(hint.frame, 7);
    EXPECT_EQ(hint.span, hints::HintSpan::Frame);
    EXPECT_EQ(hint.color, hints::HintColor(hints::RgbColor{10, 200, 30}));
    EXPECT_NEAR(hint.radius, 0.03, 1e-9);
    auto line = hint;
    line.radius = 0;
    for (const auto& p : way)
        EXPECT_LT(distanceToHint(line, canvas.view().frameFromCanvas(p), {1600, 900}), 3 * pixel());
    EXPECT_NEAR(hint.points.front().x, 0.2, pixel());
    EXPECT_NEAR(hint.points.back().y, 0.3, 2 * pixel());
    // The last live hint is the one that is kept.
    EXPECT_EQ(drawing.back().at(0).value<hints::Hint>(), hint);
    EXPECT_EQ(cancelled.size(), 0);
}

TEST_F(CanvasPaint, AClickIsAStrokeOfOnePoint) {
    QTest::mouseClick(&canvas, Qt::LeftButton, {}, at(0.5, 0.5));
    ASSERT_EQ(drawn.size(), 1);
    EXPECT_EQ(lastDrawn().points.size(), 1U);
}

TEST_F(CanvasPaint, WhatLeavesThePictureIsHeldAtItsEdge) {
    testing::drag(canvas, {at(0.9, 0.5), QPoint(canvas.width() + 300, 20)});
    ASSERT_EQ(drawn.size(), 1);
    EXPECT_EQ(lastDrawn().points.back().x, 1.0);
    EXPECT_GE(lastDrawn().points.back().y, 0.0);
    testing::drag(canvas, {QPoint(2, 2), at(0.5, 0.5)});
    EXPECT_EQ(drawn.size(), 1) << "a stroke that begins outside the picture is none";
}

TEST_F(CanvasPaint, EscapeCancelsAndTheRestOfTheDragIsNothing) {
    canvas.setHints({dot(1, 0.6, 0.4)});
    QTest::mousePress(&canvas, Qt::LeftButton, {}, at(0.2, 0.2));
    testing::hover(canvas, at(0.4, 0.4), Qt::LeftButton);
    QTest::keyClick(&canvas, Qt::Key_Escape);
    EXPECT_EQ(cancelled.size(), 1);
    const auto live = drawing.size();
    testing::hover(canvas, at(0.6, 0.4), Qt::LeftButton);
    QTest::mouseClick(&canvas, Qt::RightButton, {}, at(0.6, 0.4));
    EXPECT_EQ(erased.size(), 0) << "the hand is still in the gesture";
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, at(0.6, 0.4));
    EXPECT_EQ(drawn.size(), 0);
    EXPECT_EQ(drawing.size(), live);
    testing::drag(canvas, {at(0.2, 0.2), at(0.4, 0.4)});
    EXPECT_EQ(drawn.size(), 1) << "the next gesture works again";
}

TEST_F(CanvasPaint, ADotFollowsThePointerUntilTheRelease) {
    canvas.setTool(Tool::Dot);
    testing::drag(canvas, {at(0.3, 0.3), at(0.35, 0.4)});
    ASSERT_EQ(drawn.size(), 1);
    EXPECT_EQ(lastDrawn().kind, HintKind::Dot);
    ASSERT_EQ(lastDrawn().points.size(), 1U);
    EXPECT_NEAR(lastDrawn().points[0].x, 0.35, pixel());
    EXPECT_NEAR(lastDrawn().points[0].y, 0.4, 2 * pixel());
}

TEST_F(CanvasPaint, AFastSecondClickIsASecondDot) {
    canvas.setTool(Tool::Dot);
    QTest::mouseClick(&canvas, Qt::LeftButton, {}, at(0.3, 0.3));
    QMouseEvent twice(QEvent::MouseButtonDblClick, at(0.3, 0.3), canvas.mapToGlobal(at(0.3, 0.3)), Qt::LeftButton,
                      Qt::LeftButton, {});
    QApplication::sendEvent(&canvas, &twice);
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, at(0.3, 0.3));
    EXPECT_EQ(drawn.size(), 2);
}

TEST_F(CanvasPaint, TheStrokeIsSeenWhileItIsDrawn) {
    canvas.setBrushRadius(0.1);
    const QColor before = seen(at(0.35, 0.3) + QPoint(0, 14));
    EXPECT_EQ(before, kOrange);
    QTest::mousePress(&canvas, Qt::LeftButton, {}, at(0.2, 0.3));
    testing::hover(canvas, at(0.5, 0.3), Qt::LeftButton);
    EXPECT_GT(seen(at(0.35, 0.3) + QPoint(0, 14)).green(), before.green());
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, at(0.5, 0.3));
    testing::hover(canvas, at(0.9, 0.9));
    EXPECT_EQ(seen(at(0.35, 0.3) + QPoint(0, 14)), before) << "until the owner gives it back as a hint, it is gone";
}

TEST_F(CanvasPaint, AnotherFrameCancelsWhatIsBegun) {
    QTest::mousePress(&canvas, Qt::LeftButton, {}, at(0.2, 0.3));
    testing::hover(canvas, at(0.5, 0.3), Qt::LeftButton);
    canvas.setFrame(8);
    EXPECT_EQ(cancelled.size(), 1);
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, at(0.5, 0.3));
    EXPECT_EQ(drawn.size(), 0);
}

TEST_F(CanvasPaint, ControlPicksWithEveryTool) {
    for (const Tool tool : {Tool::Brush, Tool::Eraser, Tool::Select, Tool::Region}) {
        canvas.setTool(tool);
        picked.clear();
        QTest::mouseClick(&canvas, Qt::LeftButton, Qt::ControlModifier, at(0.25, 0.75));
        ASSERT_EQ(picked.size(), 1);
        EXPECT_NEAR(picked[0].at(0).toPointF().x(), 0.25, pixel());
        EXPECT_NEAR(picked[0].at(0).toPointF().y(), 0.75, 2 * pixel());
    }
    EXPECT_EQ(drawn.size() + drawing.size(), 0);
    canvas.setTool(Tool::Picker);
    testing::drag(canvas, {at(0.1, 0.1), at(0.2, 0.2), QPoint(1, 1)});
    EXPECT_EQ(picked.size(), 3) << "press and move inside, nothing outside";
}

TEST_F(CanvasPaint, PointerIsToldInFrameCoordinates) {
    testing::hover(canvas, at(0.5, 0.25));
    ASSERT_EQ(pointer.size(), 1);
    EXPECT_NEAR(pointer[0].at(0).toPointF().y(), 0.25, 2 * pixel());
    EXPECT_TRUE(pointer[0].at(1).toBool());
    testing::hover(canvas, {1, 1});
    EXPECT_FALSE(pointer.back().at(1).toBool());
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(&canvas, &leave);
    EXPECT_EQ(pointer.size(), 3);
}

TEST_F(CanvasPaint, WithoutAFilmNothingHappens) {
    canvas.setShownSize({});
    canvas.setEmptyText(QStringLiteral("Drop a film here"));
    testing::drag(canvas, {{100, 100}, {200, 200}});
    testing::wheel(canvas, {100, 100}, 1);
    QTest::keyClick(&canvas, Qt::Key_Z);
    EXPECT_EQ(drawn.size() + drawing.size() + picked.size(), 0);
    EXPECT_TRUE(canvas.pictureRect().isEmpty());
    EXPECT_NE(seen({330, 190}), kOrange);
    canvas.setShownSize({1600, 900});
    EXPECT_EQ(seen(at(0.5, 0.6)), kOrange);
}

}  // namespace
}  // namespace tintreel::ui
