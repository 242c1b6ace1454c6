// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "canvas/hint_hit.h"
#include "canvas/stroke_builder.h"

namespace tintreel::ui {
namespace {

const QSizeF kPicture(1600, 900);
constexpr double kTolerance = 0.002;

double distanceToLine(const std::vector<hints::Point>& line, hints::Point p) {
    hints::Hint hint;
    hint.kind = hints::HintKind::Stroke;
    hint.points = line;
    return distanceToHint(hint, p, kPicture);
}

TEST(StrokeBuilder, AStraightLineIsTwoPoints) {
    StrokeBuilder stroke(kPicture, kTolerance);
    EXPECT_TRUE(stroke.empty());
    EXPECT_TRUE(stroke.points().empty());
    for (int i = 0; i <= 100; ++i) stroke.add({0.1 + 0.006 * i, 0.2 + 0.005 * i});
    const auto points = stroke.points();
    ASSERT_EQ(points.size(), 2U);
    EXPECT_EQ(points.front(), (hints::Point{0.1, 0.2}));
    EXPECT_NEAR(points.back().x, 0.7, 1e-9);
}

TEST(StrokeBuilder, StaysByThePointersWay) {
    StrokeBuilder stroke(kPicture, kTolerance);
    std::vector<hints::Point> way;
    for (int i = 0; i <= 400; ++i) way.push_back({0.5 + 0.3 * std::cos(i * 0.02), 0.5 + 0.3 * std::sin(i * 0.03)});
    for (const auto& p : way) stroke.add(p);
    const auto points = stroke.points();
    EXPECT_LT(points.size(), 100U);
    EXPECT_GT(points.size(), 10U);
    for (const auto& p : way) EXPECT_LT(distanceToLine(points, p), 2 * kTolerance);
}

TEST(StrokeBuilder, KeepsCornersAndTakesTrembleOut) {
    // Few, far events with a sharp turn, as a fast hand gives them: the turn is meant.
    StrokeBuilder sharp(kPicture, kTolerance);
    for (const hints::Point p : {hints::Point{0.1, 0.1}, {0.5, 0.8}, {0.9, 0.1}}) sharp.add(p);
    EXPECT_LT(distanceToLine(sharp.points(), {0.5, 0.8}), 1.01 * kTolerance);

    StrokeBuilder slow(kPicture, kTolerance);
    for (int i = 0; i <= 200; ++i) slow.add({0.1 + 0.004 * i, 0.5 + (i % 2 == 0 ? 0.0012 : -0.0012)});
    EXPECT_LE(slow.points().size(), 4U);
}

TEST(StrokeBuilder, NeverLeavesThePicture) {
    StrokeBuilder stroke(kPicture, kTolerance);
    for (const hints::Point p : {hints::Point{0.5, 0.5}, {1.4, 0.6}, {0.8, -3}, {-0.1, 2}}) stroke.add(p);
    for (const auto& p : stroke.points()) {
        EXPECT_TRUE(p.x >= 0 && p.x <= 1 && p.y >= 0 && p.y <= 1) << p.x << " " << p.y;
    }
}

TEST(StrokeBuilder, AScribbleHasItsLimit) {
    StrokeBuilder stroke(kPicture, 0.0002);
    std::mt19937 random(7);
    std::uniform_real_distribution<double> anywhere(0, 1);
    for (int i = 0; i < 4000; ++i) stroke.add({anywhere(random), anywhere(random)});
    EXPECT_LE(stroke.points().size(), kMostStrokePoints);
    EXPECT_GT(stroke.points().size(), 2U);
}

TEST(StrokeBuilder, PressureIsTheMeanOverTheWay) {
    StrokeBuilder mouse(kPicture, kTolerance), pen(kPicture, kTolerance), point(kPicture, kTolerance);
    for (int i = 0; i <= 10; ++i) mouse.add({0.05 * i, 0.5});
    EXPECT_DOUBLE_EQ(mouse.meanRadiusScale(), 1.0);
    // A long way lightly, a short one hard: the long one counts.
    pen.add({0, 0.5}, 0.2);
    pen.add({0.8, 0.5}, 0.2);
    pen.add({0.9, 0.5}, 1.0);
    EXPECT_NEAR(pen.meanRadiusScale(), (8 * radiusScale(0.2) + radiusScale(1)) / 9, 1e-9);
    point.add({0.5, 0.5}, 0.5);
    EXPECT_DOUBLE_EQ(point.meanRadiusScale(), radiusScale(0.5));
    EXPECT_EQ(point.points().size(), 1U);
    EXPECT_GT(radiusScale(0), 0.0);
    EXPECT_LT(radiusScale(0.3), radiusScale(0.6));
}

}  // namespace
}  // namespace tintreel::ui
