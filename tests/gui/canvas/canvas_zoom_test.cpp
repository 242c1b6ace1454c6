// SPDX-License-Identifier: Apache-2.0
#include "canvas_fixture.h"

#include <QPaintEvent>

namespace tintreel::ui {
namespace {

using CanvasZoom = CanvasTest;

TEST_F(CanvasZoom, TheWheelZoomsAtThePointer) {
    for (const auto modifiers : {Qt::KeyboardModifiers(Qt::NoModifier), Qt::KeyboardModifiers(Qt::ControlModifier)}) {
        const QPoint where = at(0.3, 0.7);
        const auto under = canvas.view().frameFromCanvas(where);
        const double before = canvas.zoom();
        viewed.clear();
        testing::wheel(canvas, where, 3, modifiers);
        EXPECT_GT(canvas.zoom(), 1.5 * before);
        EXPECT_NEAR(canvas.view().frameFromCanvas(where).x, under.x, 1e-9);
        EXPECT_NEAR(canvas.view().frameFromCanvas(where).y, under.y, 1e-9);
        EXPECT_EQ(viewed.size(), 1);
        testing::wheel(canvas, where, -3, modifiers);
        EXPECT_NEAR(canvas.zoom(), before, 1e-9);
    }
}

TEST_F(CanvasZoom, TheMiddleButtonPansWithEveryTool) {
    for (const Tool tool : {Tool::Brush, Tool::Select, Tool::Eraser, Tool::Picker}) {
        canvas.setTool(tool);
        canvas.fit();
        const QPointF before = canvas.pictureRect().topLeft();
        testing::drag(canvas, {at(0.5, 0.5), at(0.5, 0.5) + QPoint(-20, 5), at(0.5, 0.5) + QPoint(-44, 13)},
                      Qt::MiddleButton);
        EXPECT_NEAR(canvas.pictureRect().left() - before.x(), -44, 1e-6);
        EXPECT_NEAR(canvas.pictureRect().top() - before.y(), 13, 1e-6);
    }
    EXPECT_EQ(drawn.size() + picked.size() + erased.size(), 0);
}

TEST_F(CanvasZoom, StrokesLandRightWhenZoomedIn) {
    testing::wheel(canvas, at(0.3, 0.7), 8);
    const QPoint a = at(0.3, 0.7), b = a + QPoint(60, -30);
    const auto from = canvas.view().frameFromCanvas(a), to = canvas.view().frameFromCanvas(b);
    testing::drag(canvas, {a, b});
    ASSERT_EQ(drawn.size(), 1);
    EXPECT_NEAR(lastDrawn().points.front().x, from.x, 1e-9);
    EXPECT_NEAR(lastDrawn().points.back().y, to.y, 1e-9);
}

TEST_F(CanvasZoom, ShiftAndDragSizeTheBrush) {
    canvas.setBrushRadius(0.05);
    radius.clear();
    const QPoint a = at(0.3, 0.5);
    testing::drag(canvas, {a, a + QPoint(10, 0), a + QPoint(30, 4)}, Qt::LeftButton, Qt::ShiftModifier);
    EXPECT_NEAR(canvas.brushRadius(), 0.05 + canvas.view().shareFromCanvas(30), 1e-9);
    EXPECT_EQ(radius.size(), 2);
    EXPECT_EQ(drawn.size(), 0);
    // Escape gives the old size back.
    const double before = canvas.brushRadius();
    QTest::mousePress(&canvas, Qt::LeftButton, Qt::ShiftModifier, a);
    testing::hover(canvas, a - QPoint(20, 0), Qt::LeftButton, Qt::ShiftModifier);
    EXPECT_LT(canvas.brushRadius(), before);
    QTest::keyClick(&canvas, Qt::Key_Escape);
    EXPECT_DOUBLE_EQ(canvas.brushRadius(), before);
}

TEST_F(CanvasZoom, TheRingHasTheBrushesSize) {
    canvas.setBrushRadius(0.1);
    const QPoint middle = at(0.5, 0.5);
    testing::hover(canvas, middle);
    const int reach = qRound(canvas.view().canvasFromShare(0.1));
    EXPECT_NE(seen(middle + QPoint(reach, 0)), kOrange);
    EXPECT_NE(seen(middle - QPoint(0, reach)), kOrange);
    EXPECT_EQ(seen(middle + QPoint(reach + 5, 0)), kOrange);
    EXPECT_EQ(seen(middle + QPoint(reach - 5, 0)), kOrange);
    testing::hover(canvas, middle + QPoint(100, 0));
    EXPECT_EQ(seen(middle - QPoint(0, reach)), kOrange) << "it goes with the pointer";
}

/// What is painted anew.
class PaintWatch : public QObject {
public:
    QRegion painted;

protected:
    bool eventFilter(QObject*, QEvent* event) override {
        if (event->type() == QEvent::Paint) painted += static_cast<QPaintEvent&>(*event).region();
        return false;
    }
};

TEST_F(CanvasZoom, AMoveOfThePointerPaintsTheRingsPlacesOnly) {
    canvas.setBrushRadius(0.05);
    const QPoint a = at(0.2, 0.5), b = at(0.8, 0.5);
    testing::hover(canvas, a);
    testing::settle();
    PaintWatch watch;
    canvas.installEventFilter(&watch);
    testing::hover(canvas, b);
    ASSERT_TRUE(testing::waitFor([&] { return watch.painted.contains(b); }));
    const QPoint edge(qRound(canvas.view().canvasFromShare(0.05)), 0);
    for (const QPoint& p : {a, a + edge, a - edge, b + edge, b - edge}) EXPECT_TRUE(watch.painted.contains(p));
    EXPECT_FALSE(watch.painted.contains(at(0.5, 0.5)));
}

TEST_F(CanvasZoom, TheButtonsOfTheWindowWorkToo) {
    const double before = canvas.zoom();
    canvas.zoomIn();
    EXPECT_GT(canvas.zoom(), before);
    canvas.zoomOut();
    EXPECT_NEAR(canvas.zoom(), before, 1e-9);
    canvas.actualSize();
    EXPECT_DOUBLE_EQ(canvas.zoom(), 1.0);
    canvas.toggleFit();
    EXPECT_TRUE(canvas.view().fitted());
    canvas.resize(400, 300);
    EXPECT_TRUE(QRectF(canvas.rect()).contains(canvas.pictureRect())) << "what is fitted stays fitted";
}

}  // namespace
}  // namespace tintreel::ui
