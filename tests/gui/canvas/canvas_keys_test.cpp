// SPDX-License-Identifier: Apache-2.0
#include "canvas_fixture.h"

#include <QAccessible>
#include <QVBoxLayout>

namespace tintreel::ui {
namespace {

using CanvasKeysTest = CanvasTest;

/// Counts the keys that a child had no use for.
class Parent : public QWidget {
public:
    int keys = 0;

protected:
    void keyPressEvent(QKeyEvent* event) override {
        ++keys;
        event->accept();
    }
};

bool overridden(QWidget& widget, int key, Qt::KeyboardModifiers modifiers = {}) {
    QKeyEvent event(QEvent::ShortcutOverride, key, modifiers);
    event.ignore();
    QApplication::sendEvent(&widget, &event);
    return event.isAccepted();
}

TEST_F(CanvasKeysTest, SpaceTappedIsTold) {
    QTest::keyClick(&canvas, Qt::Key_Space);
    EXPECT_EQ(space.size(), 1);
    EXPECT_TRUE(overridden(canvas, Qt::Key_Space))
        << "or a shortcut of the window would take it before it could be held";
    EXPECT_FALSE(overridden(canvas, Qt::Key_Space, Qt::ControlModifier));
}

TEST_F(CanvasKeysTest, SpaceHeldPansAndIsNoTap) {
    const QPointF before = canvas.pictureRect().topLeft();
    QTest::keyPress(&canvas, Qt::Key_Space);
    testing::drag(canvas, {at(0.5, 0.5), at(0.5, 0.5) + QPoint(30, 20)});
    QKeyEvent again(QEvent::KeyPress, Qt::Key_Space, {}, QString(), true);
    QApplication::sendEvent(&canvas, &again);
    QTest::keyRelease(&canvas, Qt::Key_Space);
    EXPECT_EQ(space.size(), 0);
    EXPECT_EQ(drawn.size(), 0);
    EXPECT_NEAR(canvas.pictureRect().left() - before.x(), 30, 1e-6);
    EXPECT_NEAR(canvas.pictureRect().top() - before.y(), 20, 1e-6);
    testing::drag(canvas, {at(0.5, 0.5), at(0.6, 0.6)});
    EXPECT_EQ(drawn.size(), 1) << "Space is up: the brush paints again";
    QTest::keyClick(&canvas, Qt::Key_Space);
    EXPECT_EQ(space.size(), 1);
}

TEST_F(CanvasKeysTest, RepeatedSpaceIsOneTapAndASpaceInAStrokeIsNone) {
    QTest::keyPress(&canvas, Qt::Key_Space);
    for (int i = 0; i < 3; ++i) {
        QKeyEvent up(QEvent::KeyRelease, Qt::Key_Space, {}, QString(), true),
            down(QEvent::KeyPress, Qt::Key_Space, {}, QString(), true);
        QApplication::sendEvent(&canvas, &up);
        QApplication::sendEvent(&canvas, &down);
    }
    EXPECT_EQ(space.size(), 0);
    QTest::keyRelease(&canvas, Qt::Key_Space);
    EXPECT_EQ(space.size(), 1);
    QTest::mousePress(&canvas, Qt::LeftButton, {}, at(0.2, 0.2));
    QTest::keyClick(&canvas, Qt::Key_Space);
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, at(0.4, 0.4));
    EXPECT_EQ(space.size(), 1);
    EXPECT_EQ(drawn.size(), 1);
}

TEST_F(CanvasKeysTest, BracketsChangeTheBrushWithinItsLimits) {
    canvas.setBrushRadius(0.05);
    radius.clear();
    QTest::keyClick(&canvas, Qt::Key_BracketRight);
    EXPECT_GT(canvas.brushRadius(), 0.05);
    QTest::keyClick(&canvas, Qt::Key_BracketLeft);
    EXPECT_NEAR(canvas.brushRadius(), 0.05, 1e-9);
    EXPECT_EQ(radius.size(), 2);
    for (int i = 0; i < 100; ++i) QTest::keyClick(&canvas, Qt::Key_BracketRight, Qt::GroupSwitchModifier);
    EXPECT_DOUBLE_EQ(canvas.brushRadius(), kLargestBrush);
    for (int i = 0; i < 100; ++i) QTest::keyClick(&canvas, Qt::Key_BracketLeft);
    EXPECT_DOUBLE_EQ(canvas.brushRadius(), kSmallestBrush);
}

TEST_F(CanvasKeysTest, ZTogglesFitAndOneHundredPercent) {
    QTest::keyClick(&canvas, Qt::Key_Z);
    EXPECT_DOUBLE_EQ(canvas.zoom(), 1.0);
    QTest::keyClick(&canvas, Qt::Key_Z);
    EXPECT_TRUE(canvas.view().fitted());
    QTest::keyClick(&canvas, Qt::Key_Z, Qt::ControlModifier);
    EXPECT_TRUE(canvas.view().fitted()) << "Ctrl+Z is undo";
}

TEST_F(CanvasKeysTest, BackslashShowsTheSourceWhileHeld) {
    EXPECT_EQ(seen(at(0.5, 0.6)), kOrange);
    QTest::keyPress(&canvas, Qt::Key_Backslash);
    EXPECT_EQ(seen(at(0.5, 0.6)), kGrey);
    QTest::keyRelease(&canvas, Qt::Key_Backslash);
    EXPECT_EQ(seen(at(0.5, 0.6)), kOrange);
    QTest::keyPress(&canvas, Qt::Key_Backslash);
    QFocusEvent out(QEvent::FocusOut, Qt::ActiveWindowFocusReason);
    QApplication::sendEvent(&canvas, &out);
    EXPECT_EQ(seen(at(0.5, 0.6)), kOrange) << "the release went elsewhere";
}

TEST_F(CanvasKeysTest, LeavesTheWindowItsKeys) {
    Parent parent;
    auto* child = new Canvas;
    (new QVBoxLayout(&parent))->addWidget(child);
    parent.show();
    child->setShownSize({1600, 900});
    const int theirs[] = {Qt::Key_Left, Qt::Key_Right,  Qt::Key_Up,     Qt::Key_Down,   Qt::Key_Home,     Qt::Key_J,
                          Qt::Key_1,    Qt::Key_Return, Qt::Key_Escape, Qt::Key_Delete, Qt::Key_Backspace};
    int sent = 0;
    for (const int key : theirs) {
        QTest::keyClick(child, static_cast<Qt::Key>(key));
        EXPECT_EQ(parent.keys, ++sent) << key;
        EXPECT_FALSE(overridden(*child, key)) << key;
    }
    QTest::keyClick(child, Qt::Key_BracketLeft);
    EXPECT_EQ(parent.keys, sent) << "a key with a use here goes no further";
    // With a region in the making Enter and Escape are the canvas' own.
    child->setTool(Tool::Region);
    QTest::mouseClick(child, Qt::LeftButton, {}, child->pictureRect().center().toPoint());
    for (const int key : {Qt::Key_Return, Qt::Key_Backspace, Qt::Key_Escape})
        EXPECT_TRUE(overridden(*child, key)) << key;
}

TEST_F(CanvasKeysTest, IsNamedForAssistiveTechnology) {
    canvas.setHud(QStringLiteral("scene 3"));
    auto* interface = QAccessible::queryAccessibleInterface(&canvas);
    ASSERT_NE(interface, nullptr);
    EXPECT_EQ(interface->role(), QAccessible::Canvas);
    EXPECT_FALSE(interface->text(QAccessible::Name).isEmpty());
    EXPECT_FALSE(interface->text(QAccessible::Description).isEmpty());
    EXPECT_EQ(interface->text(QAccessible::Value), QStringLiteral("scene 3"));
    EXPECT_EQ(canvas.focusPolicy(), Qt::StrongFocus);
}

}  // namespace
}  // namespace tintreel::ui
