// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "support/temp_dir.h"
#include "support/tiny_shard.h"
#include "training/episode.h"

namespace tintreel::training {
namespace {

double meanOf(const LPlane& plane) {
    double sum = 0;
    for (const float L : plane.data) sum += L;
    return sum / static_cast<double>(plane.size());
}

/// Mean absolute difference of two frames' lightness.
double change(const LPlane& a, const LPlane& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += std::fabs(a.data[i] - b.data[i]);
    return sum / static_cast<double>(a.size());
}

class EpisodeTest : public ::testing::Test {
protected:
    std::vector<std::shared_ptr<const Shard>> open(const testing::TinyShard& what) {
        auto shard = Shard::open(testing::makeTinyShard(dir_ / "x.shard", what));
        EXPECT_TRUE(shard);
        return {*shard};
    }
    testing::TempDir dir_;
};

TEST_F(EpisodeTest, ClipsGiveFramesInOrderForwardsOrBackwardsAtAnyStride) {
    testing::TinyShard what;
    what.frames = 40;
    const auto shards = open(what);
    const Sampler clips(shards, {}, true, "train");
    ASSERT_FALSE(clips.empty());
    Rng rng = rngFor(1, 0, 0);
    std::set<int> lengths;
    for (int i = 0; i < 40; ++i) {
        const auto episode = clipEpisode(clips.draw(rng), 64, 64, 24, rng);
        lengths.insert(episode->length());
        // Stride 3 leaves 14 frames of 40, half the longest is asked for at least.
        EXPECT_GE(episode->length(), 12);
        EXPECT_LE(episode->length(), 24);
        const auto first = episode->frame(0), next = episode->frame(1), last = episode->frame(episode->length() - 1);
        ASSERT_TRUE(first && next && last);
        EXPECT_EQ(first->lightness.width, 64);
        EXPECT_EQ(first->ab.width(), 64);
        EXPECT_LT(change(first->lightness, next->lightness), change(first->lightness, last->lightness))
            << "things move on";
        // A frame is the same whenever it is asked for: a run that goes on sees what it saw.
        EXPECT_EQ(episode->frame(1)->lightness.data, next->lightness.data);
        EXPECT_EQ(episode->frame(1)->ab.a.data, next->ab.a.data);
    }
    EXPECT_GT(lengths.size(), 4U);
}

TEST_F(EpisodeTest, AFrameThatDoesNotDecodeIsItsNeighbour) {
    testing::TinyShard what;
    what.brokenFrame = 0;
    const auto shards = open(what);
    const Sampler clips(shards, {}, true, "train");
    Rng rng = rngFor(2, 0, 0);
    int met = 0;
    for (int i = 0; i < 20; ++i) {
        const auto episode = clipEpisode(clips.draw(rng), 64, 64, 16, rng);
        for (int f = 0; f < episode->length(); ++f) EXPECT_TRUE(episode->frame(f)) << f;
        met = static_cast<int>(shards[0]->damaged().size());
    }
    EXPECT_GT(met, 0) << "the broken frames were met and are listed";
}

TEST_F(EpisodeTest, SyntheticShotsMoveAndHideThingsAndKeepTheirColours) {
    const auto shards = open({});
    const Sampler photos(shards, {}, false, "train");
    Rng rng = rngFor(3, 0, 0);
    int brighter = 0, natural = 0;
    double moved = 0;
    constexpr int kShots = 40;
    for (int i = 0; i < kShots; ++i) {
        const auto episode = syntheticEpisode(photos, 96, 64, rng);
        ASSERT_TRUE(episode);
        EXPECT_GE((*episode)->length(), 12);
        EXPECT_LE((*episode)->length(), 32);
        const auto first = (*episode)->frame(0), last = (*episode)->frame((*episode)->length() - 1);
        ASSERT_TRUE(first && last);
        for (const float L : last->lightness.data) ASSERT_TRUE(L >= 0 && L <= 100);
        moved += change(first->lightness, last->lightness) / kShots;
        brighter += meanOf(last->lightness) > meanOf(first->lightness) ? 1 : 0;
        natural += (*episode)->naturalColors() ? 1 : 0;
    }
    EXPECT_GT(moved, 2.0);
    EXPECT_GT(brighter, kShots / 5);
    EXPECT_LT(brighter, kShots * 4 / 5);
    // Hues are turned in a quarter.
    EXPECT_GT(natural, kShots / 2);
    EXPECT_LT(natural, kShots);
}

TEST_F(EpisodeTest, AViewOfItsOwnChangesTheLightAndThePlaceAndNotWhatIsThere) {
    const auto shards = open({});
    const Sampler photos(shards, {}, false, "train");
    for (int i = 0; i < 5; ++i) {
        Rng one = rngFor(4, static_cast<std::uint64_t>(i), 0), other = one,
            views = rngFor(5, static_cast<std::uint64_t>(i), 0);
        const auto plain = syntheticEpisode(photos, 96, 64, one), seen = syntheticEpisode(photos, 96, 64, other);
        ASSERT_TRUE(plain && seen);
        (*seen)->seenThrough(View::random(96, 64, views));
        const auto a = (*plain)->frame(3), b = (*seen)->frame(3);
        ASSERT_TRUE(a && b);
        EXPECT_GT(change(a->lightness, b->lightness), 1.0);
        EXPECT_NEAR(meanOf(a->lightness), meanOf(b->lightness), 12.0);
    }
    // No share, no draw: runs without own views see what they always saw.
    Rng before = rngFor(6, 0, 0), after = before;
    Age age;
    EXPECT_FALSE(drawOwnViews(0, age, after));
    EXPECT_EQ(before(), after());
    EXPECT_TRUE(drawOwnViews(1, age, after));
    ASSERT_TRUE(age.look);
    EXPECT_EQ(age.look->grain, 0.0) << "a colour response, no old film";
}

}  // namespace
}  // namespace tintreel::training
