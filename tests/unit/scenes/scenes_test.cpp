// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <iostream>
#include <random>

#include <gtest/gtest.h>

#include "tintreel/color/resize.h"
#include "tintreel/scenes/scene_splitter.h"

namespace tintreel::scenes {
namespace {

/// A world made of smooth noise; a shot is a window that pans over it. Known truth instead of kept clips.
class Shot {
public:
    Shot(int seed, double pan) : pan_(pan) {
        std::mt19937 random(static_cast<unsigned>(seed));
        const auto layer = [&](int cells) {
            Plane<float> small(cells * 2, cells);
            for (auto& value : small.data) value = static_cast<float>(random() % 1000) / 1000.0F;
            return color::resize(small, 512, 256);
        };
        world_ = layer(5 + seed % 4);
        const auto detail = layer(24);
        const float brightness = 0.25F + 0.1F * static_cast<float>(seed % 5);
        for (std::size_t i = 0; i < world_.size(); ++i)
            world_.data[i] =
                std::clamp(brightness + 0.7F * (world_.data[i] - 0.5F) + 0.3F * (detail.data[i] - 0.5F), 0.0F, 1.0F);
    }
    [[nodiscard]] Plane<float> frame(int t) const {
        Plane<float> out(128, 72);
        const int x0 = static_cast<int>(std::fmod(40 + pan_ * t, 380)), y0 = 60;
        for (int y = 0; y < 72; ++y)
            for (int x = 0; x < 128; ++x) out.at(x, y) = world_.at(std::min(x0 + x, 511), y0 + y);
        return out;
    }

private:
    Plane<float> world_;
    double pan_;
};

struct Film {
    std::vector<Plane<float>> frames;
    std::vector<FrameIndex> cuts;
};

void scale(Plane<float>& frame, float gain, float offset) {
    for (auto& value : frame.data) value = std::clamp(value * gain + offset, 0.0F, 1.0F);
}

/// 30 shots of 25 frames with panning, grain, exposure flicker and flashes; every third joint is a fade through black.
Film film(unsigned seed) {
    Film result;
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0, 0.02F);
    for (int s = 0; s < 30; ++s) {
        const Shot shot(static_cast<int>(seed) * 100 + s, s % 4 == 0 ? 6.0 : 1.0);
        const bool fadeIn = s > 0 && s % 3 == 0, fadeOut = (s + 1) % 3 == 0 && s + 1 < 30;
        if (s > 0) result.cuts.push_back(static_cast<FrameIndex>(result.frames.size()));
        for (int t = 0; t < 25; ++t) {
            auto frame = shot.frame(t);
            if (fadeIn && t < 6) scale(frame, static_cast<float>(t) / 6, 0);
            if (fadeOut && t > 18) scale(frame, static_cast<float>(24 - t) / 6, 0);
            if (s % 5 == 2 && t >= 11 && t <= 12) scale(frame, 0.2F, 0.8F);  // a flash of two frames
            scale(frame, 1.0F + 0.06F * normal(random) / 0.02F * 0.5F, 0);
            for (auto& value : frame.data) value = std::clamp(value + normal(random), 0.0F, 1.0F);
            result.frames.push_back(std::move(frame));
        }
    }
    return result;
}

double f1(const std::vector<FrameRange>& scenes, const std::vector<FrameIndex>& truth) {
    int hits = 0;
    for (const FrameIndex cut : truth)
        hits += std::any_of(scenes.begin() + 1, scenes.end(),
                            [&](const FrameRange& s) { return std::llabs(s.first - cut) <= 3; });
    const double found = static_cast<double>(scenes.size()) - 1;
    return found + static_cast<double>(truth.size()) > 0 ? 2.0 * hits / (found + static_cast<double>(truth.size())) : 1;
}

std::vector<FrameRange> split(const Film& film, const std::string& rule) {
    SceneSplitOptions options;
    options.rule = rule;
    SceneSplitter splitter(options);
    for (const auto& frame : film.frames) splitter.push(frame);
    return splitter.finish();
}

TEST(SceneSplitter, RobustRuleOnCutsFadesFlashesPansAndGrain) {
    double robust = 0, paper = 0;
    for (unsigned seed = 1; seed <= 3; ++seed) {
        const auto test = film(seed);
        robust += f1(split(test, "robust"), test.cuts) / 3;
        paper += f1(split(test, "paper"), test.cuts) / 3;
    }
    std::cout << "F1: robust " << robust << ", bare rule " << paper << '\n';
    EXPECT_GE(robust, 0.95);
}

TEST(SceneSplitter, BareRuleFindsHardCuts) {
    Film test;
    for (int s = 0; s < 4; ++s)
        for (int t = 0; t < 20; ++t) test.frames.push_back(Shot(s * 7 + 1, 0).frame(t));
    const auto scenes = split(test, "paper");
    ASSERT_EQ(scenes.size(), 4U);
    EXPECT_EQ(scenes[1], (FrameRange{20, 40}));
    EXPECT_EQ(split(test, "robust"), scenes);
}

TEST(SceneSplitter, DissolvesEndInOneCutEach) {
    constexpr int kShots = 12, kLength = 40, kDissolve = 10;
    int hits = 0, found = 0;
    for (int seed = 1; seed <= 3; ++seed) {
        Film test;
        std::mt19937 random(static_cast<unsigned>(seed));
        std::normal_distribution<float> grain(0, 0.015F);
        for (int s = 0; s < kShots; ++s) {
            const Shot now(seed * 1000 + s, 0.5), next(seed * 1000 + s + 1, 0.5);
            for (int t = 0; t < kLength; ++t) {
                auto frame = now.frame(t);
                if (s + 1 < kShots && t >= kLength - kDissolve) {
                    const float part = static_cast<float>(t - (kLength - kDissolve) + 1) / (kDissolve + 1);
                    const auto coming = next.frame(0);
                    for (std::size_t i = 0; i < frame.size(); ++i)
                        frame.data[i] += part * (coming.data[i] - frame.data[i]);
                }
                for (auto& value : frame.data) value = std::clamp(value + grain(random), 0.0F, 1.0F);
                test.frames.push_back(std::move(frame));
            }
        }
        const auto scenes = split(test, "robust");
        found += static_cast<int>(scenes.size()) - 1;
        for (int s = 1; s < kShots; ++s)
            hits += std::any_of(scenes.begin() + 1, scenes.end(), [&](const FrameRange& r) {
                return r.first >= s * kLength - kDissolve - 2 && r.first <= s * kLength + 2;
            });
    }
    const int cuts = 3 * (kShots - 1);
    std::cout << "dissolves: " << hits << " of " << cuts << " found, " << found - hits << " false\n";
    EXPECT_GE(2.0 * hits / (found + cuts), 0.9);
    EXPECT_EQ(found, hits) << "one cut a dissolve, none elsewhere";
}

TEST(SceneSplitter, ExposureThatFlickersAndDirtAreNoCutsAndHideNone) {
    std::mt19937 random(4);
    std::normal_distribution<float> normal(0, 1);
    Film test;
    for (int s = 0; s < 12; ++s) {
        const Shot shot(s * 13 + 2, 1.0);
        if (s > 0) test.cuts.push_back(static_cast<FrameIndex>(test.frames.size()));
        for (int t = 0; t < 30; ++t) {
            auto frame = shot.frame(t);
            scale(frame, 1.0F + 0.08F * normal(random), 0);
            for (auto& value : frame.data) value = std::clamp(value + 0.04F * normal(random), 0.0F, 1.0F);
            for (unsigned spot = random() % 4; spot > 0; --spot) {  // dirt of up to a fourteenth of the width
                const int size = 2 + static_cast<int>(random() % 8), x0 = static_cast<int>(random() % 110),
                          y0 = static_cast<int>(random() % 54);
                for (int y = y0; y < y0 + size; ++y)
                    for (int x = x0; x < x0 + size; ++x) frame.at(x, y) = spot % 2 ? 0.97F : 0.03F;
            }
            test.frames.push_back(std::move(frame));
        }
    }
    const double score = f1(split(test, "robust"), test.cuts);
    std::cout << "flicker, grain and dirt: F1 " << score << '\n';
    EXPECT_GE(score, 0.95);
}

TEST(SceneSplitter, MotionOfPatchesAndCameraIsNoDissolve) {
    for (const double pan : {0.0, 2.0, 5.0, 8.0}) {
        Film test;
        const Shot shot(77, pan);
        for (int t = 0; t < 42; ++t) {  // at 8 pixels a frame the world ends after that
            auto frame = shot.frame(t);
            for (int patch = 0; patch < 3; ++patch)
                for (int y = 0; y < 20; ++y)
                    for (int x = 0; x < 20; ++x)
                        frame.at((t * (patch + 1) + patch * 30 + x) % 128, 8 + patch * 20 + y) =
                            0.15F + 0.35F * static_cast<float>(patch);
            test.frames.push_back(std::move(frame));
        }
        EXPECT_EQ(split(test, "robust").size(), 1U) << "pan " << pan;
    }
}

TEST(SceneSplitter, EdgesOfTheStream) {
    SceneSplitter empty({});
    EXPECT_TRUE(empty.finish().empty());
    SceneSplitter one({});
    one.push(Plane<float>(32, 32, 0.5F));
    EXPECT_EQ(one.finish(), (std::vector<FrameRange>{{0, 1}}));
}

}  // namespace
}  // namespace tintreel::scenes
