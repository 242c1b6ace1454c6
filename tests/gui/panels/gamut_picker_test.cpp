// SPDX-License-Identifier: Apache-2.0
#include <QSignalSpy>

#include <gtest/gtest.h>

#include "panels/gamut_picker.h"
#include "support/events.h"
#include "tintreel/color/gamut.h"

namespace tintreel::ui {
namespace {

struct Picker {
    Picker() {
        widget.resize(238, 238);  // 230 pixels of plane
        widget.show();
        widget.setLightness(60);
    }
    QPoint at(float a, float b) const { return widget.pointOf({a, b}).toPoint(); }
    static hints::AbColor argument(const QSignalSpy& spy, int i) { return spy.at(i).at(0).value<hints::AbColor>(); }

    GamutPicker widget;
    QSignalSpy dragging{&widget, &GamutPicker::colorDragging};
    QSignalSpy chosen{&widget, &GamutPicker::colorChosen};
};

TEST(GamutPicker, PointsAndColoursAreInverse) {
    const Picker picker;
    const auto color = picker.widget.colorAt(picker.widget.pointOf({31, -17}));
    EXPECT_NEAR(color.a, 31, 1e-3);
    EXPECT_NEAR(color.b, -17, 1e-3);
    EXPECT_GT(picker.at(50, 0).x(), picker.at(0, 0).x());
    EXPECT_LT(picker.at(0, 50).y(), picker.at(0, 0).y());
    EXPECT_EQ(picker.widget.colorAt({-500, 119}).a, -GamutPicker::kReach);
}

TEST(GamutPicker, ADragIsManyStepsAndOneChoice) {
    Picker picker;
    testing::drag(picker.widget, {picker.at(0, 0), picker.at(10, 5), picker.at(20, 10), picker.at(30, 15)});
    EXPECT_GE(picker.dragging.size(), 3);
    ASSERT_EQ(picker.chosen.size(), 1);
    const auto color = Picker::argument(picker.chosen, 0);
    EXPECT_NEAR(color.a, 30, 1);
    EXPECT_NEAR(color.b, 15, 1);
    EXPECT_EQ(picker.widget.color(), color);
}

TEST(GamutPicker, WhatIsNotPossibleIsHeldAtTheBorder) {
    Picker picker;
    QTest::mouseClick(&picker.widget, Qt::LeftButton, {}, picker.at(105, 0));
    ASSERT_EQ(picker.chosen.size(), 1);
    const auto color = Picker::argument(picker.chosen, 0);
    EXPECT_TRUE(color::inGamut(60, color.a, color.b));
    EXPECT_GT(color.a, 50);
    EXPECT_NEAR(color.b, 0, 1);
}

TEST(GamutPicker, OtherButtonsDoNothing) {
    Picker picker;
    testing::drag(picker.widget, {picker.at(0, 0), picker.at(30, 15)}, Qt::RightButton);
    testing::hover(picker.widget, picker.at(10, 10));
    EXPECT_EQ(picker.dragging.size(), 0);
    EXPECT_EQ(picker.chosen.size(), 0);
}

TEST(GamutPicker, EscapeTakesADragBack) {
    Picker picker;
    picker.widget.setColor({5, 6});
    QTest::mousePress(&picker.widget, Qt::LeftButton, {}, picker.at(20, 20));
    testing::hover(picker.widget, picker.at(30, 15), Qt::LeftButton);
    QTest::keyClick(&picker.widget, Qt::Key_Escape);
    EXPECT_EQ(picker.widget.color(), (hints::AbColor{5, 6}));
    EXPECT_EQ(Picker::argument(picker.dragging, static_cast<int>(picker.dragging.size()) - 1), (hints::AbColor{5, 6}));
    QTest::mouseRelease(&picker.widget, Qt::LeftButton, {}, picker.at(30, 15));
    EXPECT_EQ(picker.chosen.size(), 0);
}

TEST(GamutPicker, ArrowsNudgeAndChooseWhenLetGo) {
    Picker picker;
    picker.widget.setColor({10, 10});
    QTest::keyPress(&picker.widget, Qt::Key_Right);
    QTest::keyPress(&picker.widget, Qt::Key_Right);
    EXPECT_EQ(picker.dragging.size(), 2);
    EXPECT_EQ(picker.chosen.size(), 0);
    QTest::keyRelease(&picker.widget, Qt::Key_Right);
    ASSERT_EQ(picker.chosen.size(), 1);
    EXPECT_EQ(Picker::argument(picker.chosen, 0), (hints::AbColor{12, 10}));
    QTest::keyClick(&picker.widget, Qt::Key_Up, Qt::ShiftModifier);
    EXPECT_EQ(picker.widget.color(), (hints::AbColor{12, 20}));
    QTest::keyClick(&picker.widget, Qt::Key_Left);
    QTest::keyClick(&picker.widget, Qt::Key_Down);
    EXPECT_EQ(picker.widget.color(), (hints::AbColor{11, 19}));
    EXPECT_EQ(picker.chosen.size(), 4);
}

TEST(GamutPicker, NudgesEndAtTheBorderButAColourFromOutsideIsLeftThere) {
    Picker picker;
    for (int i = 0; i < 30; ++i) QTest::keyClick(&picker.widget, Qt::Key_Right, Qt::ShiftModifier);
    EXPECT_TRUE(color::inGamut(60, picker.widget.color().a, picker.widget.color().b));
    EXPECT_GT(picker.widget.color().a, 50);
    picker.widget.setLightness(5);
    picker.widget.setColor({60, 0});
    EXPECT_TRUE(picker.widget.accessibleDescription().contains(QStringLiteral("not possible")));
    QTest::keyClick(&picker.widget, Qt::Key_Left);
    EXPECT_EQ(picker.widget.color(), (hints::AbColor{59, 0}));
}

TEST(GamutPicker, SettingSendsNothing) {
    Picker picker;
    picker.widget.setColor({40, 30});
    picker.widget.setLightness(20);
    picker.widget.setMarks({{1, 2}, {3, 4}});
    testing::settle();
    EXPECT_EQ(picker.dragging.size() + picker.chosen.size(), 0);
}

TEST(GamutPicker, ShowsTheColoursOfTheLightness) {
    Picker picker;
    picker.widget.setColor({-60, -60});  // crosshair out of the way
    const auto pixel = [&](float a, float b) { return picker.widget.grab().toImage().pixelColor(picker.at(a, b)); };
    const auto inside = pixel(20, 20);
    const auto expected = color::rgbFromLab({60, 20, 20});
    EXPECT_NEAR(inside.redF(), expected[0], 0.03);
    EXPECT_NEAR(inside.greenF(), expected[1], 0.03);
    EXPECT_NEAR(inside.blueF(), expected[2], 0.03);
    picker.widget.setLightness(30);
    EXPECT_LT(pixel(20, 20).lightness(), inside.lightness() - 40);
    // Hatched: two tones of the palette side by side, neither of them a colour.
    const auto image = picker.widget.grab().toImage();
    QSet<QRgb> tones;
    for (int i = 0; i < 16; ++i) tones.insert(image.pixel(picker.at(80, -80) + QPoint(i, 0)));
    EXPECT_GE(tones.size(), 2);
    for (const auto tone : tones) EXPECT_NEAR(qRed(tone), qBlue(tone), 12);
}

}  // namespace
}  // namespace tintreel::ui
