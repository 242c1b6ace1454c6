// SPDX-License-Identifier: Apache-2.0
#include "timeline/timeline_content.h"

#include <gtest/gtest.h>

namespace tintreel::ui {
namespace {

struct Film : ::testing::Test {
    SceneModel model;
    TimelineContent content;
    Film() {
        model.setScenes({{{0, 100}}, {{100, 101}}, {{101, 300}}});
        content.frames = 300;
        content.model = &model;
        content.setKeys({{250}, {50}, {120}});
        content.setMarkers({{7, QStringLiteral("b")}, {3, QStringLiteral("a")}});
    }
};

TEST_F(Film, GoesToCutsKeysAndMarkers) {
    EXPECT_EQ(content.nextCut(0), 100);
    EXPECT_EQ(content.nextCut(100), 101);
    EXPECT_EQ(content.nextCut(101), 101);
    EXPECT_EQ(content.previousCut(299), 101);
    EXPECT_EQ(content.previousCut(101), 100);
    EXPECT_EQ(content.previousCut(40), 0);
    EXPECT_EQ(content.previousCut(0), 0);
    EXPECT_EQ(content.nextKey(0), 50);
    EXPECT_EQ(content.nextKey(50), 120);
    EXPECT_EQ(content.nextKey(250), 250);
    EXPECT_EQ(content.previousKey(120), 50);
    EXPECT_EQ(content.previousKey(50), 50);
    EXPECT_EQ(content.nextMarker(0), 3);
    EXPECT_EQ(content.previousMarker(7), 3);
}

TEST_F(Film, KnowsItsCuts) {
    EXPECT_FALSE(content.isCut(0));
    EXPECT_TRUE(content.isCut(100));
    EXPECT_FALSE(content.isCut(102));
    EXPECT_FALSE(content.isCut(-1));
    EXPECT_EQ(content.nearestCut(0), 100);
    EXPECT_EQ(content.nearestCut(100), 100);
    EXPECT_EQ(content.nearestCut(299), 101);
    EXPECT_EQ(content.roomOfCut(100), (FrameRange{1, 101}));
    EXPECT_EQ(content.roomOfCut(101), (FrameRange{101, 300}));
    model.setScenes({{{0, 300}}});
    EXPECT_EQ(content.nearestCut(5), -1);
}

TEST_F(Film, TheWorkRangeIncludesBothEnds) {
    EXPECT_FALSE(content.workRange().has_value());
    content.in = 10;
    EXPECT_EQ(content.workRange(), (FrameRange{10, 300}));
    content.out = 20;
    EXPECT_EQ(content.workRange(), (FrameRange{10, 21}));
    content.out = 5;
    EXPECT_FALSE(content.workRange().has_value());
    content.in.reset();
    content.out = 99999;
    EXPECT_EQ(content.workRange(), (FrameRange{0, 300}));
}

}  // namespace
}  // namespace tintreel::ui
