// SPDX-License-Identifier: Apache-2.0
#include "canvas_fixture.h"

namespace tintreel::ui {
namespace {

using CanvasEraser = CanvasTest;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

TEST_F(CanvasEraser, CollectsAllOnItsWay) {
    canvas.setHints({dot(1, 0.2, 0.5), stroke(2, {{0.5, 0.2}, {0.5, 0.8}}), dot(3, 0.5, 0.95),
                     region(4, {{0.7, 0.4}, {0.8, 0.4}, {0.8, 0.6}})});
    canvas.setTool(Tool::Eraser);
    testing::drag(canvas, {at(0.1, 0.5), at(0.6, 0.5), at(0.9, 0.5)});
    ASSERT_EQ(erased.size(), 1);
    EXPECT_THAT(erased[0].at(0).value<QList<qint64>>(), UnorderedElementsAre(1, 2, 4));
    EXPECT_EQ(drawn.size() + drawing.size(), 0);
}

TEST_F(CanvasEraser, MarksWhatWillBeGone) {
    canvas.setHints({dot(1, 0.3, 0.5, 0.1), dot(2, 0.7, 0.5, 0.1)});
    canvas.setTool(Tool::Eraser);
    canvas.setBrushRadius(0.01);
    const auto patch = [&](double x) {
        return canvas.grab(QRect(at(x, 0.5) - QPoint(38, 38), QSize(76, 76))).toImage();
    };
    const QImage before = patch(0.3), safe = patch(0.7);
    QTest::mousePress(&canvas, Qt::LeftButton, {}, at(0.3, 0.5));
    testing::hover(canvas, at(0.5, 0.9), Qt::LeftButton);
    EXPECT_NE(patch(0.3), before);
    EXPECT_EQ(patch(0.7), safe);
    QTest::keyClick(&canvas, Qt::Key_Escape);
    EXPECT_EQ(patch(0.3), before);
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, at(0.5, 0.9));
}

TEST_F(CanvasEraser, EscapeSparesThem) {
    canvas.setHints({dot(1, 0.2, 0.5)});
    canvas.setTool(Tool::Eraser);
    QTest::mousePress(&canvas, Qt::LeftButton, {}, at(0.2, 0.5));
    QTest::keyClick(&canvas, Qt::Key_Escape);
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, at(0.2, 0.5));
    EXPECT_EQ(erased.size(), 0);
}

TEST_F(CanvasEraser, NothingUnderItIsNoUndoStep) {
    canvas.setHints({dot(1, 0.2, 0.5)});
    canvas.setTool(Tool::Eraser);
    testing::drag(canvas, {at(0.6, 0.1), at(0.9, 0.1)});
    EXPECT_EQ(erased.size(), 0);
}

TEST_F(CanvasEraser, TheRightButtonRemovesWithEveryTool) {
    canvas.setHints({dot(1, 0.2, 0.5), dot(2, 0.21, 0.5), dot(3, 0.8, 0.5)});
    for (const Tool tool : {Tool::Brush, Tool::Select, Tool::Region, Tool::Picker}) {
        canvas.setTool(tool);
        erased.clear();
        QTest::mouseClick(&canvas, Qt::RightButton, {}, at(0.8, 0.5));
        ASSERT_EQ(erased.size(), 1);
        EXPECT_THAT(erased[0].at(0).value<QList<qint64>>(), ElementsAre(3));
        QTest::mouseClick(&canvas, Qt::RightButton, {}, at(0.205, 0.5));
        EXPECT_THAT(erased.back().at(0).value<QList<qint64>>(), ElementsAre(2)) << "the one on top";
        QTest::mouseClick(&canvas, Qt::RightButton, {}, at(0.5, 0.1));
        EXPECT_EQ(erased.size(), 2);
    }
    EXPECT_EQ(drawn.size(), 0);
}

TEST_F(CanvasEraser, WhatIsHiddenIsSafe) {
    canvas.setHints({dot(1, 0.2, 0.5)});
    canvas.setHintsVisible(false);
    QTest::mouseClick(&canvas, Qt::RightButton, {}, at(0.2, 0.5));
    canvas.setTool(Tool::Eraser);
    testing::drag(canvas, {at(0.1, 0.5), at(0.3, 0.5)});
    EXPECT_EQ(erased.size(), 0);
}

TEST_F(CanvasEraser, OnionHintsAreSeenButNotThere) {
    canvas.setOnionHints({dot(1, 0.2, 0.5)});
    const auto patch = [&](double x) { return canvas.grab(QRect(at(x, 0.5) - QPoint(8, 8), QSize(16, 16))).toImage(); };
    EXPECT_NE(patch(0.2), patch(0.6));
    QTest::mouseClick(&canvas, Qt::RightButton, {}, at(0.2, 0.5));
    EXPECT_EQ(erased.size(), 0);
}

}  // namespace
}  // namespace tintreel::ui
