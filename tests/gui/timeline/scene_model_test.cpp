// SPDX-License-Identifier: Apache-2.0
#include "timeline/scene_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include <gtest/gtest.h>

#include "support/events.h"

namespace tintreel::ui {
namespace {

std::vector<TimelineScene> scenes(std::initializer_list<FrameIndex> edges) {
    std::vector<TimelineScene> result;
    for (auto edge = edges.begin(); edge + 1 < edges.end(); ++edge) result.push_back({{*edge, *(edge + 1)}});
    return result;
}

QImage picture(QColor color, int width = 64, int height = 36) {
    QImage image(width, height, QImage::Format_RGB32);
    image.fill(color);
    return image;
}

struct SceneModelTest : ::testing::Test {
    SceneModel model;
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::Fatal};
    QSignalSpy changed{&model, &QAbstractItemModel::dataChanged};
    QSignalSpy reset{&model, &QAbstractItemModel::modelReset};
    QSignalSpy inserted{&model, &QAbstractItemModel::rowsInserted};
    QSignalSpy removed{&model, &QAbstractItemModel::rowsRemoved};
    QSignalSpy wanted{&model, &SceneModel::thumbnailWanted};

    /// Rows and roles of a dataChanged.
    [[nodiscard]] std::tuple<int, int, QList<int>> change(int i) const {
        return {changed[i][0].toModelIndex().row(), changed[i][1].toModelIndex().row(),
                changed[i][2].value<QList<int>>()};
    }
    void start(std::initializer_list<FrameIndex> edges) {
        model.setScenes(scenes(edges));
        for (auto* spy : {&changed, &reset, &inserted, &removed, &wanted}) spy->clear();
    }
};

TEST_F(SceneModelTest, TellsOfScenes) {
    auto all = scenes({0, 10, 25});
    all[1].status = SceneStatus::Stale;
    all[1].notes = QStringLiteral("dark");
    all[1].cutByHand = true;
    model.setScenes(all);
    EXPECT_EQ(reset.size(), 1);
    ASSERT_EQ(model.rowCount(), 2);
    const auto second = model.index(1);
    EXPECT_EQ(second.data().toString(), QStringLiteral("Scene 2"));
    EXPECT_EQ(second.data(SceneModel::RangeRole).value<FrameRange>(), (FrameRange{10, 25}));
    EXPECT_EQ(second.data(SceneModel::StatusRole).toInt(), static_cast<int>(SceneStatus::Stale));
    EXPECT_EQ(second.data(SceneModel::StatusTextRole).toString(), QStringLiteral("stale"));
    EXPECT_EQ(second.data(SceneModel::NotesRole).toString(), QStringLiteral("dark"));
    EXPECT_TRUE(second.data(SceneModel::CutByHandRole).toBool());
    EXPECT_TRUE(second.data(Qt::ToolTipRole).toString().contains(QStringLiteral("dark")));
    EXPECT_FALSE(model.data(QModelIndex()).isValid());
}

TEST_F(SceneModelTest, FindsTheSceneOfAFrame) {
    start({5, 10, 25});
    for (const auto& [frame, row] : {std::pair(4, -1), {5, 0}, {9, 0}, {10, 1}, {24, 1}, {25, -1}, {-1, -1}})
        EXPECT_EQ(model.rowAt(frame), row) << frame;
}

TEST_F(SceneModelTest, TheSameScenesSayNothing) {
    start({0, 10, 20, 30});
    model.setScenes(scenes({0, 10, 20, 30}));
    EXPECT_EQ(changed.size() + reset.size() + inserted.size() + removed.size(), 0);
}

TEST_F(SceneModelTest, OnlyWhatDiffersIsTold) {
    start({0, 10, 20, 30, 40});
    auto all = model.scenes();
    all[1].status = all[2].status = SceneStatus::Done;
    all[3].notes = QStringLiteral("x");
    model.setScenes(all);
    EXPECT_EQ(reset.size(), 0);
    ASSERT_EQ(changed.size(), 2);
    EXPECT_EQ(std::get<0>(change(0)), 1);
    EXPECT_EQ(std::get<1>(change(0)), 2);
    EXPECT_TRUE(std::get<2>(change(0)).contains(SceneModel::StatusRole));
    EXPECT_FALSE(std::get<2>(change(0)).contains(Qt::DecorationRole));
    EXPECT_EQ(std::get<0>(change(1)), 3);
    EXPECT_TRUE(std::get<2>(change(1)).contains(SceneModel::NotesRole));
    model.setStatus(0, SceneStatus::Failed);
    model.setStatus(0, SceneStatus::Failed);
    model.setNotes(99, QStringLiteral("nobody"));
    EXPECT_EQ(changed.size(), 3);
}

TEST_F(SceneModelTest, AMovedCutChangesTwoRows) {
    start({0, 10, 20, 30, 40});
    model.setScenes(scenes({0, 10, 24, 30, 40}));
    EXPECT_EQ(reset.size(), 0);
    ASSERT_EQ(changed.size(), 1);
    EXPECT_EQ(std::get<0>(change(0)), 1);
    EXPECT_EQ(std::get<1>(change(0)), 2);
    EXPECT_EQ(model.scenes(), scenes({0, 10, 24, 30, 40}));
}

TEST_F(SceneModelTest, ASplitInsertsAMergeRemoves) {
    start({0, 10, 20, 30});
    const QPersistentModelIndex last(model.index(2));
    model.setScenes(scenes({0, 10, 14, 20, 30}));
    EXPECT_EQ(reset.size(), 0);
    EXPECT_EQ(inserted.size(), 1);
    EXPECT_EQ(last.row(), 3);
    EXPECT_EQ(last.data().toString(), QStringLiteral("Scene 4"));
    model.setScenes(scenes({0, 14, 20, 30}));
    EXPECT_EQ(reset.size(), 0);
    EXPECT_EQ(removed.size(), 1);
    EXPECT_EQ(last.row(), 2);
    EXPECT_EQ(model.scenes(), scenes({0, 14, 20, 30}));
    model.setScenes({});
    EXPECT_EQ(reset.size(), 1);
}

TEST_F(SceneModelTest, AsksOnceForAThumbnailAndNotWhilePainting) {
    start({0, 10, 20});
    EXPECT_FALSE(model.index(1).data(Qt::DecorationRole).isValid());
    EXPECT_FALSE(model.index(1).data(Qt::DecorationRole).isValid());
    EXPECT_EQ(wanted.size(), 0);
    ASSERT_TRUE(testing::waitFor([&] { return !wanted.isEmpty(); }));
    ASSERT_EQ(wanted.size(), 1);
    EXPECT_EQ(wanted[0][0].value<FrameIndex>(), 15);
    EXPECT_EQ(model.thumbnailFrame(1), 15);
    model.setThumbnail(15, picture(Qt::red));
    ASSERT_EQ(changed.size(), 1);
    EXPECT_EQ(std::get<0>(change(0)), 1);
    EXPECT_EQ(model.index(1).data(Qt::DecorationRole).value<QImage>().pixelColor(3, 3), QColor(Qt::red));
    testing::settle();
    EXPECT_EQ(wanted.size(), 1);
}

TEST_F(SceneModelTest, WhatCannotBeHadIsNotAskedForAgain) {
    start({0, 10});
    (void)model.thumbnail(0);
    testing::settle();
    model.setThumbnail(5, {});
    (void)model.thumbnail(0);
    testing::settle();
    EXPECT_EQ(wanted.size(), 1);
    model.forgetRequests();
    (void)model.thumbnail(0);
    testing::settle();
    EXPECT_EQ(wanted.size(), 2);
}

TEST_F(SceneModelTest, ThumbnailsAreSmallAndTheCacheIsBounded) {
    std::vector<TimelineScene> many;
    for (FrameIndex i = 0; i < 2000; ++i) many.push_back({{i * 10, i * 10 + 10}});
    model.setScenes(many);
    model.setThumbnail(5, picture(Qt::blue, 1920, 1080));
    EXPECT_EQ(model.thumbnail(0).height(), SceneModel::kThumbnailHeight);
    for (FrameIndex i = 0; i < 2000; ++i) model.setThumbnail(i * 10 + 5, picture(Qt::green, 320, 180));
    int held = 0;
    qsizetype bytes = 0;
    for (int row = 0; row < 2000; ++row) {
        const auto image = model.thumbnail(row);
        held += image.isNull() ? 0 : 1;
        bytes += image.sizeInBytes();
    }
    EXPECT_GT(held, 200);
    EXPECT_LT(held, 2000);
    EXPECT_LE(bytes, SceneModel::kThumbnailCacheKilobytes * 1024LL);
    EXPECT_FALSE(model.thumbnail(1999).isNull());  // the last that came is there
}

}  // namespace
}  // namespace tintreel::ui
