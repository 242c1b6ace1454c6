// SPDX-License-Identifier: Apache-2.0
#include "timeline/lane_index.h"

#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace tintreel::ui {
namespace {

constexpr unsigned bit(FrameState state) { return 1U << static_cast<unsigned>(state); }

TEST(StateIndex, TheLaterRunIsRight) {
    using enum FrameState;
    const StateIndex index({{{10, 100}, Full}, {{20, 30}, Stale}, {{25, 27}, None}, {{100, 120}, Full}});
    EXPECT_EQ(index.runs(),
              (std::vector<StateRun>{{{10, 20}, Full}, {{20, 25}, Stale}, {{27, 30}, Stale}, {{30, 120}, Full}}));
    EXPECT_EQ(index.at(9), FrameState::None);
    EXPECT_EQ(index.at(26), FrameState::None);
    EXPECT_EQ(index.at(119), FrameState::Full);
    EXPECT_EQ(index.at(120), FrameState::None);
}

// The slow and simple way is the yardstick.
TEST(StateIndex, AnswersAsAWalkThroughAllFramesDoes) {
    std::mt19937 random(11);
    const auto upTo = [&](int n) { return static_cast<FrameIndex>(random() % static_cast<unsigned>(n)); };
    for (int round = 0; round < 30; ++round) {
        std::vector<FrameState> frames(3000, FrameState::None);
        std::vector<StateRun> runs;
        for (int i = 0; i < 40; ++i) {
            const FrameIndex first = upTo(2990) - 5;
            const StateRun run{{first, first + upTo(round % 2 == 0 ? 600 : 12)}, static_cast<FrameState>(upTo(5))};
            runs.push_back(run);
            for (FrameIndex f = std::max<FrameIndex>(first, 0); f < std::min<FrameIndex>(run.range.end, 3000); ++f)
                frames[static_cast<std::size_t>(f)] = run.state;
        }
        const StateIndex index(runs);
        for (int i = 0; i < 300; ++i) {
            const FrameIndex first = upTo(2999);
            const FrameIndex end = std::min<FrameIndex>(3000, first + 1 + upTo(i % 2 == 0 ? 20 : 2000));
            unsigned expected = 0;
            for (FrameIndex f = first; f < end; ++f) expected |= bit(frames[static_cast<std::size_t>(f)]);
            ASSERT_EQ(index.statesIn({first, end}), expected) << first << ' ' << end;
            ASSERT_EQ(index.at(first), frames[static_cast<std::size_t>(first)]);
        }
    }
}

TEST(StateIndex, Empty) {
    const StateIndex index;
    EXPECT_EQ(index.statesIn({0, 100000}), bit(FrameState::None));
    EXPECT_EQ(index.statesIn({5, 5}), 0U);
}

TEST(ConfidenceIndex, FindsTheLowestAndHighest) {
    std::mt19937 random(5);
    ConfidenceRun a{100, std::vector<float>(2000)};
    ConfidenceRun b{5000, std::vector<float>(700)};
    for (auto* run : {&a, &b}) {
        for (auto& value : run->values) value = static_cast<float>(random() % 1000) / 1000.0F;
    }
    const ConfidenceIndex index({b, a});
    const auto at = [&](FrameIndex f) -> std::optional<float> {
        for (const auto* run : {&a, &b}) {
            if (f >= run->first && f < run->first + static_cast<FrameIndex>(run->values.size()))
                return run->values[static_cast<std::size_t>(f - run->first)];
        }
        return std::nullopt;
    };
    for (int i = 0; i < 500; ++i) {
        const auto first = static_cast<FrameIndex>(random() % 6000);
        const FrameIndex end = first + 1 + static_cast<FrameIndex>(random() % (i % 2 == 0 ? 10 : 4000));
        std::optional<ConfidenceIndex::Extent> expected;
        for (FrameIndex f = first; f < end; ++f) {
            const auto value = at(f);
            if (!value) continue;
            if (!expected) expected = ConfidenceIndex::Extent{*value, *value, f};
            if (*value < expected->lowest) expected->lowestFrame = f;
            expected->lowest = std::min(expected->lowest, *value);
            expected->highest = std::max(expected->highest, *value);
        }
        const auto got = index.in({first, end});
        ASSERT_EQ(got.has_value(), expected.has_value());
        if (!got) continue;
        ASSERT_EQ(got->lowest, expected->lowest);
        ASSERT_EQ(got->highest, expected->highest);
        ASSERT_EQ(got->lowestFrame, expected->lowestFrame);
    }
}

TEST(ConfidenceIndex, WorstIsTheFirstOfTheLowest) {
    EXPECT_EQ(ConfidenceIndex().worst(), -1);
    EXPECT_EQ(ConfidenceIndex({ConfidenceRun{0, {}}}).worst(), -1);
    EXPECT_EQ(ConfidenceIndex({{50, {0.5F, 0.2F, 0.2F}}, {10, {0.9F, 0.3F}}}).worst(), 51);
}

TEST(ConfidenceIndex, BadValues) {
    const ConfidenceIndex index({{0, {std::numeric_limits<float>::quiet_NaN(), -3.0F, 7.0F}}});
    EXPECT_FALSE(index.at(0).has_value());
    EXPECT_EQ(index.at(1), 0.0F);
    EXPECT_EQ(index.at(2), 1.0F);
    EXPECT_EQ(index.worst(), 1);
}

}  // namespace
}  // namespace tintreel::ui
