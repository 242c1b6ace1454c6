// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "canvas/hint_hit.h"

namespace tintreel::ui {
namespace {

using hints::HintKind;
const QSizeF kPicture(2000, 1000);  // a unit of x is two shares of the shorter side

CanvasHint hintOf(qint64 id, HintKind kind, std::vector<hints::Point> points, double radius = 0) {
    CanvasHint hint;
    hint.id = id;
    hint.hint.kind = kind;
    hint.hint.points = std::move(points);
    hint.hint.radius = radius;
    return hint;
}

TEST(HintHit, ADotIsRoundInAWidePicture) {
    const auto dot = hintOf(1, HintKind::Dot, {{0.5, 0.5}}, 0.1);
    EXPECT_EQ(distanceToHint(dot.hint, {0.5, 0.59}, kPicture), 0);
    EXPECT_EQ(distanceToHint(dot.hint, {0.549, 0.5}, kPicture), 0);
    EXPECT_NEAR(distanceToHint(dot.hint, {0.6, 0.5}, kPicture), 0.1, 1e-9);
    EXPECT_NEAR(distanceToHint(dot.hint, {0.5, 0.7}, kPicture), 0.1, 1e-9);
}

TEST(HintHit, AStrokeIsAsFarAsItsLine) {
    const auto stroke = hintOf(1, HintKind::Stroke, {{0.1, 0.2}, {0.4, 0.2}, {0.4, 0.9}}, 0.05);
    EXPECT_EQ(distanceToHint(stroke.hint, {0.25, 0.24}, kPicture), 0);
    EXPECT_NEAR(distanceToHint(stroke.hint, {0.25, 0.4}, kPicture), 0.15, 1e-9);
    EXPECT_NEAR(distanceToHint(stroke.hint, {0.5, 0.6}, kPicture), 0.15, 1e-9);
    EXPECT_GT(distanceToHint(stroke.hint, {0.1, 0.9}, kPicture), 0.5) << "a stroke is not closed";
}

TEST(HintHit, ARegionFillsByEvenOdd) {
    // A square with a square hole, one line.
    const auto ring = hintOf(1, HintKind::Region,
                             {{0.1, 0.1},
                              {0.9, 0.1},
                              {0.9, 0.9},
                              {0.1, 0.9},
                              {0.1, 0.1},
                              {0.4, 0.4},
                              {0.6, 0.4},
                              {0.6, 0.6},
                              {0.4, 0.6},
                              {0.4, 0.4}});
    EXPECT_EQ(distanceToHint(ring.hint, {0.2, 0.5}, kPicture), 0);
    EXPECT_NEAR(distanceToHint(ring.hint, {0.5, 0.5}, kPicture), 0.1, 1e-9);
    EXPECT_NEAR(distanceToHint(ring.hint, {0.95, 0.5}, kPicture), 0.1, 1e-9);
}

TEST(HintHit, TakesTheTopmostAndSmallOnesBeforeRegions) {
    const std::vector<CanvasHint> hints = {
        hintOf(1, HintKind::Dot, {{0.5, 0.5}}, 0.1),
        hintOf(2, HintKind::Dot, {{0.52, 0.5}}, 0.1),
        hintOf(3, HintKind::Region, {{0, 0}, {1, 0}, {1, 1}, {0, 1}}),
    };
    EXPECT_EQ(hintAt(hints, {0.51, 0.5}, 0, kPicture), 2);
    EXPECT_EQ(hintAt(hints, {0.46, 0.5}, 0, kPicture), 1);
    EXPECT_EQ(hintAt(hints, {0.1, 0.1}, 0, kPicture), 3);
    EXPECT_EQ(hintAt({hints[0]}, {0.6, 0.5}, 0.05, kPicture), 0);
    EXPECT_EQ(hintAt({hints[0]}, {0.6, 0.5}, 0.15, kPicture), 1) << "slack";
    EXPECT_EQ(hintAt({}, {0.5, 0.5}, 1, kPicture), 0);
}

TEST(HintHit, AnEraserTouchesAllOnItsWay) {
    const std::vector<CanvasHint> hints = {
        hintOf(1, HintKind::Dot, {{0.1, 0.5}}, 0.01),
        hintOf(2, HintKind::Stroke, {{0.5, 0.1}, {0.5, 0.9}}, 0.001),
        hintOf(3, HintKind::Dot, {{0.5, 0.95}}, 0.01),
        hintOf(4, HintKind::Region, {{0.8, 0.4}, {0.9, 0.4}, {0.9, 0.6}, {0.8, 0.6}}),
    };
    EXPECT_THAT(hintsTouched(hints, {0, 0.5}, {1, 0.5}, 0.01, kPicture), ::testing::ElementsAre(1, 2, 4));
    EXPECT_THAT(hintsTouched(hints, {0.5, 0.95}, {0.5, 0.95}, 0.02, kPicture), ::testing::ElementsAre(3));
    EXPECT_THAT(hintsTouched(hints, {0.5, 0.97}, {0.5, 0.97}, 0.08, kPicture), ::testing::ElementsAre(2, 3));
    EXPECT_THAT(hintsTouched(hints, {0.3, 0.1}, {0.3, 0.9}, 0.1, kPicture), ::testing::IsEmpty());
}

}  // namespace
}  // namespace tintreel::ui
