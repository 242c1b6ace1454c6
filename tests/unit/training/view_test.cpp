// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "training/view.h"

namespace tintreel::training {
namespace {

constexpr int kWidth = 160, kHeight = 96;

/// A red disc on grey.
RgbImage disc(double x, double y, double radius) {
    RgbImage rgb(kWidth, kHeight);
    for (int v = 0; v < kHeight; ++v)
        for (int u = 0; u < kWidth; ++u) {
            const bool inside = std::hypot(u - x, v - y) <= radius;
            const std::array<std::uint8_t, 3> color =
                inside ? std::array<std::uint8_t, 3>{200, 20, 20} : std::array<std::uint8_t, 3>{90, 90, 90};
            std::copy(color.begin(), color.end(), rgb.pixel(u, v));
        }
    return rgb;
}

struct Blob {
    double x = 0, y = 0, area = 0;
};
Blob redOf(const RgbImage& rgb) {
    Blob blob;
    for (int y = 0; y < rgb.height; ++y)
        for (int x = 0; x < rgb.width; ++x) {
            const double red = std::clamp((rgb.pixel(x, y)[0] - 90.0) / 110.0, 0.0, 1.0);
            blob.area += red;
            blob.x += red * x;
            blob.y += red * y;
        }
    blob.x /= blob.area;
    blob.y /= blob.area;
    return blob;
}

TEST(View, MovesAndZoomsByWhatItSays) {
    const auto rgb = disc(kWidth / 2.0, kHeight / 2.0, 16);
    const Blob before = redOf(rgb);
    Rng rng = rngFor(3, 0, 0);
    double mostX = 0, leastArea = 1e9, mostArea = 0;
    for (int i = 0; i < 60; ++i) {
        const Blob after = redOf(View::random(kWidth, kHeight, rng).seen(rgb));
        // Moved by a tenth, which zooming in makes a quarter more, and bent by 3 % of the width.
        EXPECT_LE(std::fabs(after.x - before.x), kWidth * (0.1 + 0.03) * 1.25 + 1);
        EXPECT_LE(std::fabs(after.y - before.y), (kHeight * 0.1 + kWidth * 0.03) * 1.25 + 1);
        mostX = std::max(mostX, std::fabs(after.x - before.x));
        leastArea = std::min(leastArea, after.area / before.area);
        mostArea = std::max(mostArea, after.area / before.area);
    }
    EXPECT_GT(mostX, kWidth * 0.05) << "views differ";
    EXPECT_LT(leastArea, 0.8);
    EXPECT_GT(mostArea, 1.25);
    // Zoom 0.8 .. 1.25 and a bend whose slope is below a fifth along both axes.
    EXPECT_GT(leastArea, 0.8 * 0.8 * 0.8 * 0.8);
    EXPECT_LT(mostArea, 1.25 * 1.25 * 1.25 * 1.25);
}

TEST(View, IsTheSameForTheSameDrawAndAnotherForAnother) {
    const auto rgb = disc(50, 40, 20);
    Rng a = rngFor(5, 1, 0), b = rngFor(5, 1, 0), c = rngFor(5, 2, 0);
    const auto first = View::random(kWidth, kHeight, a).seen(rgb);
    EXPECT_EQ(first.data, View::random(kWidth, kHeight, b).seen(rgb).data);
    EXPECT_NE(first.data, View::random(kWidth, kHeight, c).seen(rgb).data);
}

TEST(View, LightChangesSmoothlyAndByNoMoreThanItSays) {
    Rng rng = rngFor(9, 0, 0);
    float least = 50, most = 50;
    for (int i = 0; i < 20; ++i) {
        LPlane L(kWidth, kHeight);
        std::fill(L.data.begin(), L.data.end(), 50.0F);
        View::random(kWidth, kHeight, rng).light(L);
        for (int y = 0; y < kHeight; ++y)
            for (int x = 1; x < kWidth; ++x) EXPECT_LT(std::fabs(L.at(x, y) - L.at(x - 1, y)), 0.5F);
        const auto [low, high] = std::minmax_element(L.data.begin(), L.data.end());
        least = std::min(least, *low);
        most = std::max(most, *high);
    }
    EXPECT_GE(least, 46.0F - 1e-3F);
    EXPECT_LE(most, 54.0F + 1e-3F);
    EXPECT_LT(least, 47.5F);
    EXPECT_GT(most, 52.5F);
    LPlane white(kWidth, kHeight);
    std::fill(white.data.begin(), white.data.end(), 100.0F);
    View::random(kWidth, kHeight, rng).light(white);
    EXPECT_LE(*std::max_element(white.data.begin(), white.data.end()), 100.0F);
}

TEST(View, AnyResponseSeesAllColoursAndIsLuminanceInTheMiddle) {
    Rng rng = rngFor(11, 0, 0);
    std::array<double, 3> mean{};
    constexpr int kDraws = 20000;
    constexpr std::array<double, 3> kLuminance{0.2126, 0.7152, 0.0722};
    for (int i = 0; i < kDraws; ++i) {
        const auto weights = anyResponse(rng);
        EXPECT_NEAR(weights[0] + weights[1] + weights[2], 1.0, 1e-9);
        for (std::size_t c = 0; c < 3; ++c) {
            EXPECT_GE(weights[c], 0.5 * kLuminance[c] - 1e-12);
            mean[c] += weights[c] / kDraws;
        }
    }
    // The mean of weights that are spread evenly over the triangle is a third each.
    for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(mean[c], 0.5 * kLuminance[c] + 0.5 / 3, 0.005);
}

}  // namespace
}  // namespace tintreel::training
