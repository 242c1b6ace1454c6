// SPDX-License-Identifier: Apache-2.0
#include <QLineEdit>
#include <QSignalSpy>

#include <gtest/gtest.h>

#include "panels/color_panel.h"
#include "panels/color_swatch.h"
#include "support/events.h"
#include "tintreel/color/gamut.h"

namespace tintreel::ui {
namespace {

using hints::AbColor;
using hints::HintColor;
using hints::NeutralColor;
using hints::PaletteColor;
using hints::PaletteSlot;
using hints::RgbColor;

std::vector<PaletteSlot> three() {
    return {{"skin", AbColor{18, 20}}, {"sky", RgbColor{100, 150, 220}}, {"grass", AbColor{-30, 30}}};
}

struct Panel {
    Panel() {
        panel.resize(300, 760);
        panel.setLightness(60);
        panel.setPalette(three());
        panel.show();
        picker = panel.findChild<GamutPicker*>();
        view = panel.findChild<QListView*>(QStringLiteral("palette"));
        testing::settle();
    }
    void click(const char* name) {
        QTest::mouseClick(panel.findChild<QAbstractButton*>(QString::fromLatin1(name)), Qt::LeftButton);
    }
    void clickSlot(int row) {
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {},
                          view->visualRect(view->model()->index(row, 0)).center());
    }
    void clickPicker(float a, float b) {
        QTest::mouseClick(picker, Qt::LeftButton, {}, picker->pointOf({a, b}).toPoint());
    }
    QColor patch(const char* name) const { return panel.findChild<ColorSwatch*>(QString::fromLatin1(name))->color(); }
    QString text(const char* name) const { return panel.findChild<QLabel*>(QString::fromLatin1(name))->text(); }
    HintColor lastChosen() const { return chosen.last().at(0).value<HintColor>(); }
    PaletteSlot lastEdit() const { return edited.last().at(1).value<PaletteSlot>(); }

    ColorPanel panel;
    GamutPicker* picker = nullptr;
    QListView* view = nullptr;
    QSignalSpy chosen{&panel, &ColorPanel::colorChosen};
    QSignalSpy edited{&panel, &ColorPanel::slotEdited};
    QSignalSpy added{&panel, &ColorPanel::slotAdded};
};

TEST(ColorPanel, PickingInTheGamutChooses) {
    Panel p;
    p.clickPicker(25, -10);
    ASSERT_EQ(p.chosen.size(), 1);
    const auto color = std::get<AbColor>(p.lastChosen());
    EXPECT_NEAR(color.a, 25, 1);
    EXPECT_NEAR(color.b, -10, 1);
    EXPECT_EQ(p.panel.color(), p.lastChosen());
    EXPECT_EQ(p.patch("currentColor"), p.panel.shown(color));
    EXPECT_TRUE(p.text("colorNumbers").contains(p.panel.shown(color).name()));
}

TEST(ColorPanel, ClickingASlotChoosesItByName) {
    Panel p;
    p.clickSlot(2);
    ASSERT_EQ(p.chosen.size(), 1);
    EXPECT_EQ(p.lastChosen(), HintColor(PaletteColor{"grass"}));
    EXPECT_NEAR(p.picker->color().a, -30, 1e-3);
    EXPECT_TRUE(p.text("colorWords").contains(QStringLiteral("grass")));
}

TEST(ColorPanel, KeysOneToNineAndX) {
    Panel p;
    p.clickSlot(0);
    QTest::keyClick(p.view, Qt::Key_2);  // the list must not take it for a search
    EXPECT_EQ(p.lastChosen(), HintColor(PaletteColor{"sky"}));
    QTest::keyClick(p.picker, Qt::Key_3);
    EXPECT_EQ(p.lastChosen(), HintColor(PaletteColor{"grass"}));
    QTest::keyClick(p.picker, Qt::Key_X);
    EXPECT_EQ(p.lastChosen(), HintColor(PaletteColor{"sky"}));
    p.click("swapColors");
    EXPECT_EQ(p.lastChosen(), HintColor(PaletteColor{"grass"}));
    const auto count = p.chosen.size();
    QTest::keyClick(p.picker, Qt::Key_9);  // no such slot
    QTest::keyClick(p.picker, Qt::Key_1, Qt::ControlModifier);
    EXPECT_EQ(p.chosen.size(), count);
}

TEST(ColorPanel, ReturnInTheListChooses) {
    Panel p;
    p.clickSlot(0);
    QTest::keyClick(p.view, Qt::Key_Down);
    EXPECT_EQ(p.chosen.size(), 1);
    QTest::keyClick(p.view, Qt::Key_Return);
    EXPECT_EQ(p.lastChosen(), HintColor(PaletteColor{"sky"}));
}

TEST(ColorPanel, NeutralIsAColour) {
    Panel p;
    p.click("neutral");
    EXPECT_EQ(p.lastChosen(), HintColor(NeutralColor{}));
    const auto grey = p.panel.shown(NeutralColor{});
    EXPECT_EQ(grey.red(), grey.green());
    EXPECT_EQ(grey.green(), grey.blue());
}

TEST(ColorPanel, SuggestionsAreRankedAndChosenByAClick) {
    Panel p;
    p.panel.setSuggestions({{{1, 2}, 0.1, {}}, {{-20, 25}, 0.6, QStringLiteral("generator")}, {{30, 5}, 0.3, {}}});
    auto* first = p.panel.findChild<QToolButton*>(QStringLiteral("suggestion1"));
    EXPECT_TRUE(first->text().contains(QStringLiteral("60 %")));
    EXPECT_TRUE(first->toolTip().contains(QStringLiteral("generator")));
    p.click("suggestion1");
    EXPECT_EQ(p.lastChosen(), HintColor(AbColor{-20, 25}));
    p.click("suggestion3");
    EXPECT_EQ(p.lastChosen(), HintColor(AbColor{1, 2}));
    EXPECT_FALSE(p.panel.findChild<QToolButton*>(QStringLiteral("suggestion4"))->isVisible());
}

TEST(ColorPanel, ChangingASlotIsOneSignalAGesture) {
    Panel p;
    p.clickSlot(1);
    p.click("recolorSlot");
    EXPECT_TRUE(p.text("paletteMessage").contains(QStringLiteral("sky")));
    const auto before = p.chosen.size();
    const auto at = [&](float a, float b) { return p.picker->pointOf({a, b}).toPoint(); };
    testing::drag(*p.picker, {at(0, 0), at(5, -10), at(8, -20), at(10, -30)});
    ASSERT_EQ(p.edited.size(), 1);
    EXPECT_EQ(p.edited[0][0].toInt(), 1);
    EXPECT_EQ(p.lastEdit().name, "sky");
    EXPECT_NEAR(std::get<AbColor>(p.lastEdit().color).b, -30, 1);
    EXPECT_EQ(p.chosen.size(), before);
    EXPECT_EQ(p.panel.color(), HintColor(PaletteColor{"sky"}));
    // The document agrees: the colour on show follows.
    auto next = three();
    next[1] = p.lastEdit();
    p.panel.setPalette(next);
    EXPECT_NEAR(p.picker->color().b, -30, 1);
    QTest::keyClick(p.picker, Qt::Key_Right);
    EXPECT_EQ(p.edited.size(), 2);
    // Up again: picks choose as usual.
    p.click("recolorSlot");
    p.clickPicker(10, 10);
    EXPECT_EQ(p.edited.size(), 2);
    EXPECT_EQ(p.chosen.size(), before + 1);
}

TEST(ColorPanel, AnotherSlotEndsTheChangeOfTheFirst) {
    Panel p;
    p.clickSlot(1);
    p.click("recolorSlot");
    p.clickSlot(2);
    EXPECT_FALSE(p.panel.findChild<QAbstractButton*>(QStringLiteral("recolorSlot"))->isChecked());
    p.clickPicker(10, 10);
    EXPECT_EQ(p.edited.size(), 0);
    // So does a walk through the list, before anything is chosen.
    p.clickSlot(1);
    p.click("recolorSlot");
    QTest::keyClick(p.view, Qt::Key_Down);
    p.clickPicker(20, 10);
    EXPECT_EQ(p.edited.size(), 0);
}

TEST(ColorPanel, RenamingByTheList) {
    Panel p;
    p.clickSlot(0);
    p.click("renameSlot");
    auto* editor = p.view->viewport()->findChild<QLineEdit*>();
    ASSERT_NE(editor, nullptr);
    editor->selectAll();
    QTest::keyClicks(editor, QStringLiteral("face 1x"));
    QTest::keyClick(editor, Qt::Key_Return);
    testing::settle();  // the delegate hands over from the event loop
    ASSERT_EQ(p.edited.size(), 1);
    EXPECT_EQ(p.lastEdit(), (PaletteSlot{"face 1x", AbColor{18, 20}}));
    // The current colour was the slot: it goes along.
    p.panel.setPalette({p.lastEdit(), three()[1], three()[2]});
    EXPECT_EQ(p.panel.color(), HintColor(PaletteColor{"face 1x"}));
}

TEST(ColorPanel, ASlotThatIsGoneLeavesItsColour) {
    Panel p;
    p.clickSlot(2);
    p.panel.setPalette({three()[0], three()[1]});
    EXPECT_EQ(p.panel.color(), HintColor(AbColor{-30, 30}));
}

TEST(ColorPanel, AddingMakesASlotOfTheCurrentColour) {
    Panel p;
    p.panel.setColor(AbColor{7, -8});
    p.click("addSlot");
    ASSERT_EQ(p.added.size(), 1);
    EXPECT_EQ(p.added[0][0].value<PaletteSlot>(), (PaletteSlot{"Colour 4", AbColor{7, -8}}));
    auto four = three();
    four[0].name = "Colour 4";
    p.panel.setPalette(four);
    p.click("addSlot");
    EXPECT_EQ(p.added[1][0].value<PaletteSlot>().name, "Colour 5");
}

TEST(ColorPanel, ShownFollowsLightnessAndPalette) {
    Panel p;
    const auto bright = p.panel.shown(PaletteColor{"skin"});
    EXPECT_EQ(bright, p.panel.shown(AbColor{18, 20}));
    p.panel.setLightness(20);
    EXPECT_LT(p.panel.shown(PaletteColor{"skin"}).lightness(), bright.lightness() - 40);
    // Lightness comes from the film for RGB colours too.
    const auto sky = p.panel.shown(PaletteColor{"sky"});
    EXPECT_NEAR(color::labFromRgb(static_cast<float>(sky.redF()), static_cast<float>(sky.greenF()),
                                  static_cast<float>(sky.blueF()))
                    .L,
                20, 0.5);
    EXPECT_EQ(p.panel.shown(PaletteColor{"unknown"}), p.panel.shown(NeutralColor{}));
    p.panel.setColor(AbColor{90, 60});
    EXPECT_TRUE(p.text("colorNumbers").contains(QStringLiteral("nearest")));
}

TEST(ColorPanel, SettingSendsNothing) {
    Panel p;
    p.panel.setColor(RgbColor{10, 20, 30});
    p.panel.setLightness(33);
    p.panel.setPalette({});
    p.panel.setSuggestions({});
    p.panel.chooseSlot(0);
    EXPECT_EQ(p.chosen.size() + p.edited.size() + p.added.size(), 0);
    EXPECT_EQ(p.panel.color(), HintColor(RgbColor{10, 20, 30}));
}

TEST(ColorPanel, EveryControlHasAName) {
    Panel p;
    p.panel.setSuggestions({{{1, 2}, 0.5, {}}});
    for (const auto* widget : p.panel.findChildren<QWidget*>()) {
        if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible()) continue;
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        const auto* proxy = widget->focusProxy();
        EXPECT_TRUE(!widget->accessibleName().isEmpty() || proxy != nullptr ||
                    (button != nullptr && !button->text().isEmpty()))
            << widget->metaObject()->className() << ' ' << widget->objectName().toStdString();
    }
}

}  // namespace
}  // namespace tintreel::ui
