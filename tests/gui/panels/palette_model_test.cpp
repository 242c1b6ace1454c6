// SPDX-License-Identifier: Apache-2.0
#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include <gtest/gtest.h>

#include "panels/palette_model.h"

namespace tintreel::ui {
namespace {

std::vector<hints::PaletteSlot> three() {
    return {
        {"skin", hints::AbColor{18, 20}}, {"sky", hints::RgbColor{100, 150, 220}}, {"grass", hints::AbColor{-30, 30}}};
}

struct Model {
    PaletteModel model;
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::Fatal};
    QSignalSpy edited{&model, &PaletteModel::slotEdited};
    QSignalSpy refused{&model, &PaletteModel::editRefused};
    QString text(int row) const { return model.data(model.index(row)).toString(); }
};

TEST(PaletteModel, NumbersNamesAndColours) {
    Model m;
    m.model.setSlots(three());
    ASSERT_EQ(m.model.rowCount(), 3);
    EXPECT_EQ(m.text(0), QStringLiteral("1  skin"));
    EXPECT_EQ(m.model.data(m.model.index(1), Qt::EditRole).toString(), QStringLiteral("sky"));
    EXPECT_EQ(m.model.data(m.model.index(1), PaletteModel::ColorRole).value<QColor>(), QColor(100, 150, 220));
    const auto grass = m.model.data(m.model.index(2), PaletteModel::ColorRole).value<QColor>();
    EXPECT_GT(grass.green(), grass.red());
    EXPECT_TRUE(m.model.data(m.model.index(0), Qt::DecorationRole).isValid());
}

TEST(PaletteModel, OnlyNineSlotsHaveKeys) {
    Model m;
    std::vector<hints::PaletteSlot> many;
    for (int i = 0; i < 11; ++i) many.push_back({"c" + std::to_string(i), hints::AbColor{}});
    m.model.setSlots(many);
    EXPECT_EQ(m.text(8), QStringLiteral("9  c8"));
    EXPECT_EQ(m.text(9), QStringLiteral("–  c9"));
}

TEST(PaletteModel, EditsAreAskedForNotMade) {
    Model m;
    m.model.setSlots(three());
    m.model.setData(m.model.index(1), QStringLiteral("  evening   sky "));
    ASSERT_EQ(m.edited.size(), 1);
    EXPECT_EQ(m.edited[0][0].toInt(), 1);
    EXPECT_EQ(m.edited[0][1].value<hints::PaletteSlot>(),
              (hints::PaletteSlot{"evening sky", hints::RgbColor{100, 150, 220}}));
    EXPECT_EQ(m.text(1), QStringLiteral("2  sky"));
    m.model.setData(m.model.index(0), QColor(1, 2, 3), PaletteModel::ColorRole);
    ASSERT_EQ(m.edited.size(), 2);
    EXPECT_EQ(m.edited[1][1].value<hints::PaletteSlot>(), (hints::PaletteSlot{"skin", hints::RgbColor{1, 2, 3}}));
}

TEST(PaletteModel, NamesAreNeitherEmptyNorTwice) {
    Model m;
    m.model.setSlots(three());
    EXPECT_FALSE(m.model.setData(m.model.index(0), QStringLiteral("  ")));
    EXPECT_FALSE(m.model.setData(m.model.index(0), QStringLiteral("sky")));
    EXPECT_EQ(m.refused.size(), 2);
    EXPECT_TRUE(m.refused[1][0].toString().contains(QStringLiteral("sky")));
    EXPECT_FALSE(m.model.setData(m.model.index(0), QStringLiteral("skin")));  // as it was
    EXPECT_EQ(m.edited.size(), 0);
    EXPECT_EQ(m.refused.size(), 2);
}

TEST(PaletteModel, OnlyWhatChangesIsTouched) {
    Model m;
    m.model.setSlots(three());
    const QPersistentModelIndex last = m.model.index(2);
    QSignalSpy changed(&m.model, &QAbstractItemModel::dataChanged);
    auto next = three();
    next[1].color = hints::AbColor{0, -40};
    next.push_back({"wood", hints::AbColor{10, 20}});
    m.model.setSlots(next);
    ASSERT_EQ(changed.size(), 1);
    EXPECT_EQ(changed[0][0].value<QModelIndex>().row(), 1);
    EXPECT_EQ(m.model.rowCount(), 4);
    EXPECT_TRUE(last.isValid());
    m.model.setSlots({});
    EXPECT_EQ(m.model.rowCount(), 0);
    EXPECT_FALSE(last.isValid());
}

}  // namespace
}  // namespace tintreel::ui
