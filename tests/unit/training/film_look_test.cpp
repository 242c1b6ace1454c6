// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "tintreel/color/lab.h"
#include "tintreel/training/hint_simulator.h"
#include "training/film_look.h"

namespace tintreel::training {
namespace {

RgbImage filled(int width, int height, int r, int g, int b) {
    RgbImage rgb(width, height);
    for (int i = 0; i < width * height; ++i) {
        rgb.data[static_cast<std::size_t>(3 * i)] = static_cast<std::uint8_t>(r);
        rgb.data[static_cast<std::size_t>(3 * i + 1)] = static_cast<std::uint8_t>(g);
        rgb.data[static_cast<std::size_t>(3 * i + 2)] = static_cast<std::uint8_t>(b);
    }
    return rgb;
}

double meanOf(const LPlane& plane) {
    return std::accumulate(plane.data.begin(), plane.data.end(), 0.0) / static_cast<double>(plane.size());
}

double deviationOf(const LPlane& plane) {
    const double mean = meanOf(plane);
    double sum = 0;
    for (const float value : plane.data) sum += (value - mean) * (value - mean);
    return std::sqrt(sum / static_cast<double>(plane.size()));
}

TEST(FilmLook, OrthochromaticFilmSeesRedAsDarkAndGreyAsItIs) {
    FilmLook panchromatic, orthochromatic;
    orthochromatic.response = {0.03, 0.52, 0.45};
    const auto of = [](const RgbImage& rgb, const FilmLook& look) {
        return static_cast<double>(filmLightness(rgb, look).at(0, 0));
    };
    const auto red = filled(4, 4, 200, 30, 30), blue = filled(4, 4, 60, 90, 220), grey = filled(4, 4, 120, 120, 120);
    EXPECT_LT(of(red, orthochromatic), of(red, panchromatic) - 15);
    EXPECT_GT(of(blue, orthochromatic), of(blue, panchromatic) + 10) << "skies are white";
    EXPECT_NEAR(of(grey, orthochromatic), of(grey, panchromatic), 0.05);
    // By the definition: exposure of the linear light, shown as grey.
    const double exposure = 0.03 * color::linearFromSrgb(200 / 255.0F) + 0.52 * color::linearFromSrgb(30 / 255.0F) +
                            0.45 * color::linearFromSrgb(30 / 255.0F);
    const double wanted = exposure > 216.0 / 24389 ? 116 * std::cbrt(exposure) - 16 : exposure * 24389.0 / 27;
    EXPECT_NEAR(of(red, orthochromatic), wanted, 0.05);
}

TEST(FilmLook, HalationSpreadsLightAndKeepsItsSum) {
    auto rgb = filled(80, 60, 10, 10, 10);
    for (int y = 25; y < 35; ++y)
        for (int x = 35; x < 45; ++x)
            for (int c = 0; c < 3; ++c) rgb.pixel(x, y)[c] = 250;
    FilmLook plain, glowing;
    glowing.halation = 0.3;
    glowing.halationRadius = 4;
    const auto before = filmLightness(rgb, plain), after = filmLightness(rgb, glowing);
    EXPECT_GT(after.at(40, 22), before.at(40, 22) + 5) << "a glow beside the light";
    EXPECT_LT(after.at(40, 30), before.at(40, 30));
    const auto light = [](const LPlane& plane) {
        double sum = 0;
        for (const float L : plane.data) sum += L > 8 ? std::pow((L + 16.0) / 116.0, 3) : L * 27.0 / 24389.0;
        return sum;
    };
    EXPECT_NEAR(light(after) / light(before), 1.0, 1e-3);
}

TEST(FilmLook, GrainHasTheStatedDeviationAndNoMean) {
    for (const double size : {0.0, 0.8}) {
        LPlane lightness(256, 256);
        std::fill(lightness.data.begin(), lightness.data.end(), 50.0F);
        FilmLook look;
        look.grain = 3.0;
        look.grainSize = size;
        Rng rng = rngFor(1, 2, 3);
        addGrain(lightness, look, rng);
        EXPECT_NEAR(deviationOf(lightness), 3.0, 0.1) << size;
        EXPECT_NEAR(meanOf(lightness), 50.0, 0.1) << size;
        // Coarse grain: neighbours are alike, by the autocorrelation of a Gaussian kernel, exp(−1/(4·size²)).
        double product = 0;
        for (int y = 0; y < 256; ++y)
            for (int x = 0; x < 255; ++x) product += (lightness.at(x, y) - 50.0) * (lightness.at(x + 1, y) - 50.0);
        EXPECT_NEAR(product / (256 * 255) / 9.0, size > 0 ? std::exp(-1 / (4 * size * size)) : 0.0, 0.04);
        LPlane black(32, 32);
        addGrain(black, look, rng);
        EXPECT_EQ(deviationOf(black), 0.0) << "clear and black film has none";
    }
}

TEST(FilmWear, FlickerScratchesAndDust) {
    const auto frameOf = [](const FilmWear& wear, int index) {
        LPlane lightness(120, 90);
        std::fill(lightness.data.begin(), lightness.data.end(), 50.0F);
        addWear(lightness, wear, index);
        return lightness;
    };
    FilmWear flicker;
    flicker.flicker = 0.05;
    flicker.seed = 5;
    double sum = 0, squares = 0;
    for (int i = 0; i < 400; ++i) {
        const auto frame = frameOf(flicker, i);
        EXPECT_NEAR(deviationOf(frame), 0.0, 1e-3) << "a gain of the whole frame";
        const double gain = meanOf(frame) / 50;
        sum += gain;
        squares += gain * gain;
    }
    EXPECT_NEAR(sum / 400, 1.0, 0.01);
    EXPECT_NEAR(std::sqrt(squares / 400 - sum / 400 * sum / 400), 0.05, 0.006);

    FilmWear scratched;
    scratched.scratches = 6;
    scratched.seed = 7;
    const auto one = frameOf(scratched, 0), next = frameOf(scratched, 1);
    const auto changedColumns = [](const LPlane& frame) {
        std::vector<int> columns;
        for (int x = 0; x < frame.width; ++x)
            for (int y = 0; y < frame.height; ++y)
                if (frame.at(x, y) != 50.0F) {
                    columns.push_back(x);
                    break;
                }
        return columns;
    };
    const auto a = changedColumns(one), b = changedColumns(next);
    ASSERT_GE(a.size(), 2U);
    ASSERT_LE(a.size(), 14U) << "lines, not areas";
    for (const int column : a)
        EXPECT_TRUE(std::any_of(b.begin(), b.end(), [&](int other) { return std::abs(other - column) <= 4; }) ||
                    column < 4 || column > 115)
            << "it stays about where it was";

    FilmWear dusty;
    dusty.dust = 8;
    dusty.seed = 9;
    EXPECT_NE(frameOf(dusty, 0).data, frameOf(dusty, 1).data) << "specks come and go";
    EXPECT_EQ(frameOf(dusty, 3).data, frameOf(dusty, 3).data) << "a frame looks the same whenever it is drawn";
    EXPECT_EQ(frameOf(FilmWear{}, 0).data, LPlane(frameOf(FilmWear{}, 0)).data);
    EXPECT_EQ(meanOf(frameOf(FilmWear{}, 0)), 50.0);
}

TEST(WrongHints, AShareOfTheHintsHasAnotherColour) {
    AbImage truth(64, 48);
    for (auto& value : truth.a.data) value = 10.0F;
    for (auto& value : truth.b.data) value = -5.0F;
    std::int64_t hinted = 0, wrong = 0;
    for (std::uint64_t i = 0; i < 300; ++i) {
        Rng rng = rngFor(4, i, 0);
        const auto hints = simulateHints(truth, rng, {0.1, 0.0});
        for (std::size_t p = 0; p < hints.mask.size(); ++p) {
            if (hints.mask.data[p] == 0) continue;
            ++hinted;
            const double off = std::hypot(hints.ab.a.data[p] - 10.0F, hints.ab.b.data[p] + 5.0F);
            const bool marked = hints.wrong.size() > 0 && hints.wrong.data[p] > 0;
            wrong += marked;
            if (marked) EXPECT_GT(off, 10.0) << "20 to 60 away, give or take the noise on hints";
            else EXPECT_LT(off, 14.0);
        }
    }
    EXPECT_NEAR(static_cast<double>(wrong) / static_cast<double>(hinted), 0.1, 0.03);
    // Without faults nothing else is drawn: what a seed gave before, it gives now.
    Rng a = rngFor(4, 2, 0), b = rngFor(4, 2, 0);
    EXPECT_EQ(simulateHints(truth, a).mask, simulateHints(truth, b, {0.0, 0.0}).mask);
    EXPECT_EQ(a, b);
}

TEST(HintJitter, ADotsColourComesFromBesideIt) {
    AbImage truth(200, 40);
    for (int y = 0; y < 40; ++y)
        for (int x = 0; x < 200; ++x) truth.a.at(x, y) = static_cast<float>(x) / 4;
    double sum = 0;
    int dots = 0;
    for (std::uint64_t i = 0; i < 200; ++i) {
        Rng rng = rngFor(11, i, 0);
        const auto hints = simulateHints(truth, rng, {0.0, 6.0});
        for (int x = 20; x < 180; ++x) {
            if (hints.mask.at(x, 20) == 0) continue;
            sum += std::fabs(hints.ab.a.at(x, 20) - truth.a.at(x, 20));
            ++dots;
        }
    }
    EXPECT_NEAR(sum / dots * 4, 6 * std::sqrt(2 / 3.14159), 2.5) << "the mean of |normal|, in pixels";
}

}  // namespace
}  // namespace tintreel::training
