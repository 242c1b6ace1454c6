// SPDX-License-Identifier: Apache-2.0
#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include <gtest/gtest.h>

#include "panels/hint_inspector.h"
#include "support/events.h"

namespace tintreel::ui {
namespace {

using hints::AbColor;
using hints::Hint;
using hints::HintKind;
using hints::HintSpan;

Hint hint(HintKind kind, HintSpan span, hints::HintColor color) {
    Hint h;
    h.frame = 15;
    h.kind = kind;
    h.span = span;
    if (span == HintSpan::Range) h.range = {10, 21};
    h.points = {{0.5, 0.5}, {0.6, 0.5}, {0.6, 0.7}};
    h.color = std::move(color);
    return h;
}

std::vector<HintRow> three() {
    return {{7, hint(HintKind::Dot, HintSpan::Scene, AbColor{20, 20})},
            {9, hint(HintKind::Stroke, HintSpan::Range, hints::PaletteColor{"sky"})},
            {12, hint(HintKind::Region, HintSpan::Frame, hints::NeutralColor{})}};
}

TEST(HintListModel, SaysWhatHintsAre) {
    HintListModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setHints(three());
    model.setPalette({{"sky", hints::RgbColor{90, 140, 220}}});
    const auto text = [&](int row, int column) { return model.data(model.index(row, column)).toString(); };
    ASSERT_EQ(model.rowCount(), 3);
    EXPECT_TRUE(text(0, HintListModel::KindColumn).contains(QStringLiteral("Dot")));
    EXPECT_EQ(text(1, HintListModel::ColorColumn), QStringLiteral("palette: sky"));
    EXPECT_EQ(text(1, HintListModel::SpanColumn), QStringLiteral("frames 10 – 20"));
    EXPECT_EQ(text(2, HintListModel::SpanColumn), QStringLiteral("frame"));
    EXPECT_EQ(text(2, HintListModel::IdColumn), QStringLiteral("12"));
    EXPECT_TRUE(model.data(model.index(1, HintListModel::ColorColumn), Qt::DecorationRole).isValid());
    // The same hints with another colour: no reset.
    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    auto next = three();
    next[0].hint.color = AbColor{1, 1};
    model.setHints(next);
    EXPECT_EQ(reset.size(), 0);
    EXPECT_EQ(changed.size(), 1);
    model.setHints({next[2]});
    EXPECT_EQ(reset.size(), 1);
    model.setHints({});
    EXPECT_EQ(model.rowCount(), 0);
}

struct Inspector {
    Inspector() {
        inspector.resize(320, 400);
        inspector.setFrameCount(100);
        inspector.setHints(three());
        inspector.show();
        view = inspector.findChild<QTableView*>();
        span = inspector.findChild<QComboBox*>(QStringLiteral("span"));
        from = inspector.findChild<QSpinBox*>(QStringLiteral("spanFrom"));
        to = inspector.findChild<QSpinBox*>(QStringLiteral("spanTo"));
        testing::settle();
    }
    void clickRow(int row, Qt::KeyboardModifiers modifiers = {}) {
        QTest::mouseClick(view->viewport(), Qt::LeftButton, modifiers,
                          view->visualRect(view->model()->index(row, 0)).center());
    }
    void click(const char* name) {
        QTest::mouseClick(inspector.findChild<QPushButton*>(QString::fromLatin1(name)), Qt::LeftButton);
    }
    Hint lastChange() const { return changed.last()[1].value<Hint>(); }

    HintInspector inspector;
    QTableView* view = nullptr;
    QComboBox* span = nullptr;
    QSpinBox* from = nullptr;
    QSpinBox* to = nullptr;
    QSignalSpy changed{&inspector, &HintInspector::hintChanged};
    QSignalSpy removed{&inspector, &HintInspector::hintsRemoved};
    QSignalSpy selected{&inspector, &HintInspector::hintSelected};
};

TEST(HintInspector, AClickSelects) {
    Inspector i;
    EXPECT_FALSE(i.span->isEnabled());
    i.clickRow(1);
    ASSERT_EQ(i.selected.size(), 1);
    EXPECT_EQ(i.selected[0][0].toLongLong(), 9);
    EXPECT_EQ(i.span->currentText(), QStringLiteral("Range"));
    EXPECT_EQ(i.from->value(), 10);
    EXPECT_EQ(i.to->value(), 20);
    QTest::keyClick(i.view, Qt::Key_Down);
    EXPECT_EQ(i.selected.last()[0].toLongLong(), 12);
    EXPECT_FALSE(i.from->isEnabled());
    i.clickRow(2, Qt::ControlModifier);
    EXPECT_EQ(i.selected.last()[0].toLongLong(), -1);
    EXPECT_EQ(i.changed.size() + i.removed.size(), 0);
}

TEST(HintInspector, SpanByKeyboard) {
    Inspector i;
    i.clickRow(0);
    QTest::keyClick(i.span, Qt::Key_Home);
    ASSERT_EQ(i.changed.size(), 1);
    EXPECT_EQ(i.changed[0][0].toLongLong(), 7);
    EXPECT_EQ(i.lastChange().span, HintSpan::Frame);
    EXPECT_EQ(i.lastChange().points, three()[0].hint.points);
    // A range begins as the hint's own frame, so that it is valid at once.
    QTest::keyClick(i.span, Qt::Key_Down);
    EXPECT_EQ(i.lastChange().span, HintSpan::Range);
    EXPECT_EQ(i.lastChange().range, (FrameRange{15, 16}));
}

TEST(HintInspector, RangeNumbersAreHeldAndSentOnce) {
    Inspector i;
    i.clickRow(1);
    for (int n = 0; n < 3; ++n) QTest::keyClick(i.to, Qt::Key_Up);
    EXPECT_EQ(i.changed.size(), 0);
    ASSERT_TRUE(testing::waitFor([&] { return i.changed.size() > 0; }, 5000));
    EXPECT_EQ(i.changed.size(), 1);
    EXPECT_EQ(i.lastChange().range, (FrameRange{10, 24}));
    // Neither past the film nor past the hint's frame.
    i.to->selectAll();
    QTest::keyClicks(i.to, QStringLiteral("5000"));
    QTest::keyClick(i.to, Qt::Key_Return);
    EXPECT_LE(i.lastChange().range.end, 100);
    i.from->selectAll();
    QTest::keyClicks(i.from, QStringLiteral("3"));
    QTest::keyClick(i.from, Qt::Key_Return);
    EXPECT_EQ(i.lastChange().range.first, 3);
    for (int n = 0; n < 40; ++n) QTest::keyClick(i.from, Qt::Key_Up);
    EXPECT_EQ(i.from->value(), 15);
}

TEST(HintInspector, SteppedNumbersAreNotLostWithTheSelection) {
    Inspector i;
    i.clickRow(1);
    QTest::keyClick(i.to, Qt::Key_Up);
    i.clickRow(0);
    ASSERT_EQ(i.changed.size(), 1);
    EXPECT_EQ(i.changed[0][0].toLongLong(), 9);
    EXPECT_EQ(i.lastChange().range.end, 22);
}

TEST(HintInspector, SteppedNumbersOutliveNewsFromTheDocument) {
    Inspector i;
    i.clickRow(1);
    QTest::keyClick(i.to, Qt::Key_Up);
    i.inspector.setHints(three());
    EXPECT_EQ(i.to->value(), 21);
    i.inspector.setHints({});  // another frame is shown
    EXPECT_EQ(i.changed.size(), 0);
    testing::settle();
    ASSERT_EQ(i.changed.size(), 1);
    EXPECT_EQ(i.changed[0][0].toLongLong(), 9);
    EXPECT_EQ(i.lastChange().range, (FrameRange{10, 22}));
}

TEST(HintInspector, CurrentColourForAllSelected) {
    Inspector i;
    i.inspector.setCurrentColor(AbColor{-5, 40});
    i.clickRow(0);
    i.clickRow(2, Qt::ShiftModifier);
    i.click("hintRecolor");
    ASSERT_EQ(i.changed.size(), 3);
    for (int n = 0; n < 3; ++n) EXPECT_EQ(i.changed[n][1].value<Hint>().color, hints::HintColor(AbColor{-5, 40}));
}

TEST(HintInspector, DeletingByKeyAndButton) {
    Inspector i;
    QTest::keyClick(i.view, Qt::Key_Delete);
    EXPECT_EQ(i.removed.size(), 0);
    i.clickRow(0);
    i.clickRow(2, Qt::ControlModifier);
    QTest::keyClick(i.view, Qt::Key_Delete);
    ASSERT_EQ(i.removed.size(), 1);
    EXPECT_EQ(i.removed[0][0].value<QList<qint64>>(), (QList<qint64>{7, 12}));
    i.click("hintDelete");
    EXPECT_EQ(i.removed.size(), 2);
}

TEST(HintInspector, SettingSendsNothingAndKeepsTheSelection) {
    Inspector i;
    i.inspector.selectHint(9);
    EXPECT_EQ(i.to->value(), 20);
    auto next = three();
    next.erase(next.begin());
    next[0].hint.range.end = 31;
    i.inspector.setHints(next);
    EXPECT_EQ(i.to->value(), 30);
    EXPECT_TRUE(i.inspector.findChild<QPushButton*>(QStringLiteral("hintDelete"))->isEnabled());
    i.inspector.setHints({});
    EXPECT_FALSE(i.inspector.findChild<QPushButton*>(QStringLiteral("hintDelete"))->isEnabled());
    i.inspector.selectHint(9);
    EXPECT_EQ(i.changed.size() + i.removed.size() + i.selected.size(), 0);
}

}  // namespace
}  // namespace tintreel::ui
