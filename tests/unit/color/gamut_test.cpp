// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "tintreel/color/gamut.h"

namespace tintreel::color {
namespace {

// Lindbloom's calculator, sRGB, D65; the corners of the cube are the outermost colours there are.
constexpr Lab kCorners[] = {{53.2408F, 80.0925F, 67.2032F},   {87.7347F, -86.1827F, 83.1793F},
                            {32.2970F, 79.1875F, -107.8602F}, {91.1132F, -48.0875F, -14.1312F},
                            {60.3242F, 98.2343F, -60.8249F},  {97.1393F, -21.5537F, 94.4780F}};

TEST(Gamut, ThePrimariesLieOnTheBorder) {
    for (const auto& lab : kCorners) {
        EXPECT_TRUE(inGamut(lab.L, lab.a, lab.b)) << lab.L;
        // The body is hollow beside yellow: paler yellows of the same lightness need a little more red than there is.
        EXPECT_EQ(inGamut(lab.L, lab.a * 0.98F, lab.b * 0.98F), lab.L < 97) << lab.L;
        EXPECT_FALSE(inGamut(lab.L, lab.a * 1.02F, lab.b * 1.02F)) << lab.L;
    }
}

TEST(Gamut, TheGreyAxisIsInsideAndNothingElseAtItsEnds) {
    for (int L = 0; L <= 100; ++L) ASSERT_TRUE(inGamut(static_cast<float>(L), 0, 0)) << L;
    EXPECT_FALSE(inGamut(100, 3, 0));
    EXPECT_FALSE(inGamut(0, 3, 0));
    EXPECT_FALSE(inGamut(101, 0, 0));
    EXPECT_FALSE(inGamut(-1, 0, 0));
}

TEST(Gamut, NoNumberIsOutside) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    EXPECT_FALSE(inGamut(nan, 0, 0));
    EXPECT_FALSE(inGamut(50, nan, 0));
    const auto lab = clampToGamut(50, 1, nan);
    EXPECT_EQ(lab.a, 0);
    EXPECT_EQ(lab.b, 0);
    EXPECT_EQ(clampToGamut(nan, 0, 0).L, 0);
}

TEST(Gamut, ClampingKeepsHueAndEndsAtTheBorder) {
    for (int L = 10; L <= 90; L += 10)
        for (int degrees = 0; degrees < 360; degrees += 15) {
            const float angle = static_cast<float>(degrees) * 3.14159265F / 180.0F;
            const float a = 140 * std::cos(angle), b = 140 * std::sin(angle);
            const auto lab = clampToGamut(static_cast<float>(L), a, b);
            ASSERT_EQ(lab.L, static_cast<float>(L));
            ASSERT_TRUE(inGamut(lab.L, lab.a, lab.b)) << L << ' ' << degrees;
            ASSERT_FALSE(inGamut(lab.L, lab.a * 1.01F, lab.b * 1.01F)) << L << ' ' << degrees;
            ASSERT_NEAR(lab.a * std::sin(angle), lab.b * std::cos(angle), 1e-3) << L << ' ' << degrees;
            ASSERT_GT(lab.a * a + lab.b * b, 0);
        }
}

TEST(Gamut, ClampingLeavesColoursInside) {
    const auto lab = clampToGamut(60, 20, -15);
    EXPECT_EQ(lab.L, 60);
    EXPECT_EQ(lab.a, 20);
    EXPECT_EQ(lab.b, -15);
    // The border towards red at red's own lightness is red.
    const auto red = clampToGamut(53.2408F, 80.0925F * 1.5F, 67.2032F * 1.5F);
    EXPECT_NEAR(red.a, 80.09, 0.3);
    EXPECT_NEAR(red.b, 67.20, 0.3);
}

TEST(Gamut, MapShowsThePlaneWithAToTheRightAndBUpwards) {
    const auto map = abGamut(60, 55, 110);  // steps of 4: pixel (27, 27) is neutral
    EXPECT_EQ(map.inside.at(27, 27), 1);
    const auto* middle = map.rgb.pixel(27, 27);
    EXPECT_EQ(middle[0], middle[1]);
    EXPECT_EQ(middle[1], middle[2]);
    EXPECT_NEAR(labFromRgb(static_cast<float>(middle[0]) / 255, static_cast<float>(middle[1]) / 255,
                           static_cast<float>(middle[2]) / 255)
                    .L,
                60, 0.3);
    const auto* right = map.rgb.pixel(37, 27);  // a = 40
    EXPECT_GT(right[0], right[1] + 50);
    const auto* up = map.rgb.pixel(27, 17);  // b = 40
    EXPECT_GT(up[0], up[2] + 50);
    EXPECT_EQ(map.inside.at(0, 0), 0);
    int inside = 0;
    for (int y = 0; y < 55; ++y)
        for (int x = 0; x < 55; ++x) {
            const float a = static_cast<float>(x - 27) * 4, b = static_cast<float>(27 - y) * 4;
            ASSERT_EQ(map.inside.at(x, y) == 1, inGamut(60, a, b)) << x << ' ' << y;
            inside += map.inside.at(x, y);
        }
    EXPECT_GT(inside, 500);
    EXPECT_LT(inside, 2000);
}

TEST(Gamut, BlackAndWhiteHaveHardlyAnyColour) {
    for (const float L : {0.0F, 100.0F}) {
        const auto map = abGamut(L, 11);
        int inside = 0;
        for (const auto cell : map.inside.data) inside += cell;
        EXPECT_EQ(inside, 1) << L;
        EXPECT_EQ(map.inside.at(5, 5), 1) << L;
    }
}

}  // namespace
}  // namespace tintreel::color
