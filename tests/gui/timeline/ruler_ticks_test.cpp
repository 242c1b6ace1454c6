// SPDX-License-Identifier: Apache-2.0
#include "timeline/ruler_ticks.h"

#include <gtest/gtest.h>

namespace tintreel::ui {
namespace {

struct Case {
    double pixelsPerFrame;
    int base;
    TickSteps steps;
};

class Steps : public ::testing::TestWithParam<Case> {};

TEST_P(Steps, AreThoseThatPeopleCountIn) {
    const auto& [scale, base, steps] = GetParam();
    EXPECT_EQ(tickSteps(scale, base, 100), steps)
        << tickSteps(scale, base, 100).major << ' ' << tickSteps(scale, base, 100).minor;
}

INSTANTIATE_TEST_SUITE_P(Scales, Steps,
                         ::testing::Values(Case{100, 24, {1, 1}}, Case{64, 24, {2, 1}}, Case{10, 24, {12, 1}},
                                           Case{5, 24, {24, 2}}, Case{5, 25, {25, 5}}, Case{5, 30, {30, 2}},
                                           Case{1, 24, {120, 6}}, Case{0.1, 24, {1440, 120}},
                                           Case{0.01, 24, {10 * 1440, 720}}, Case{0.001, 24, {2 * 86400, 7200}},
                                           Case{1e-9, 1, {86400LL << 21, 86400LL << 17}}));

TEST(RulerTicks, StandOnFullSteps) {
    const auto ticks = rulerTicks({30, 75}, {24, 12}, {{24, 1}});
    EXPECT_EQ(ticks, (std::vector<RulerTick>{{24, true}, {36, false}, {48, true}, {60, false}, {72, true}}));
}

TEST(RulerTicks, StandOnFullLabelsWhereSomeAreDropped) {
    const TimecodeFormat df{{30000, 1001}, true};
    const auto ticks = rulerTicks({1700, 19000}, {18000, 1800}, df);
    ASSERT_EQ(ticks.size(), 11U);
    for (const auto& tick : ticks) {
        const auto text = timecode(tick.frame, df);
        EXPECT_TRUE(text.endsWith(tick.major ? QStringLiteral("0:00;00") : QStringLiteral(":00;02")))
            << text.toStdString();
    }
    EXPECT_EQ(ticks.front(), (RulerTick{0, true}));
    EXPECT_EQ(ticks.back(), (RulerTick{17982, true}));
}

TEST(RulerTicks, NoFrameTwice) {
    const auto ticks = rulerTicks({1798, 1803}, {1, 1}, {{30000, 1001}, true});
    ASSERT_EQ(ticks.size(), 5U);
    for (std::size_t i = 0; i < ticks.size(); ++i) EXPECT_EQ(ticks[i].frame, 1798 + static_cast<FrameIndex>(i));
}

}  // namespace
}  // namespace tintreel::ui
