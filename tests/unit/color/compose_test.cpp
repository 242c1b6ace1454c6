// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "tintreel/color/compose.h"
#include "tintreel/color/lab.h"

namespace tintreel::color {
namespace {

TEST(Ycbcr, TextbookCodesOfPrimaries) {
    // BT.709 and BT.601 8-bit limited codes of 100 % red (ITU-R BT.709-6, BT.601-7).
    const auto codes = [](Matrix matrix, int y, int cb, int cr) {
        Plane<std::uint16_t> Y(2, 2, static_cast<std::uint16_t>(y)), Cb(1, 1, static_cast<std::uint16_t>(cb)),
            Cr(1, 1, static_cast<std::uint16_t>(cr));
        return rgbFromYuv(Y, Cb, Cr, {matrix, false, 8, 1, 1, true});
    };
    for (const auto& rgb : {codes(Matrix::Bt709, 63, 102, 240), codes(Matrix::Bt601, 81, 90, 240)}) {
        EXPECT_NEAR(rgb.pixel(0, 0)[0], 255, 2);
        EXPECT_NEAR(rgb.pixel(0, 0)[1], 0, 2);
        EXPECT_NEAR(rgb.pixel(0, 0)[2], 0, 2);
    }
}

TEST(ChromaComposer, FieldsKnowNothingOfEachOther) {
    // A bright bar that moves between the fields; heights with and without whole chroma rows in each field.
    for (const int height : {48, 46, 45}) {
        YuvFormat format{Matrix::Bt601, false, 8, 1, 1, true};
        const ChromaComposer picture(format);
        format.fields = true;
        const ChromaComposer fields(format);
        Plane<std::uint16_t> woven(64, height);
        AbImage ab(16, 12);
        for (std::size_t i = 0; i < ab.a.size(); ++i) {
            ab.a.data[i] = i % 16 < 8 ? 40.0F : -30.0F;
            ab.b.data[i] = i % 3 == 0 ? 25.0F : -20.0F;
        }
        std::array<Plane<std::uint16_t>, 2> own{Plane<std::uint16_t>(64, (height + 1) / 2),
                                                Plane<std::uint16_t>(64, height / 2)};
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < 64; ++x) {
                const int bar = y % 2 == 0 ? 20 : 32;
                woven.at(x, y) = own[static_cast<std::size_t>(y % 2)].at(x, y / 2) =
                    static_cast<std::uint16_t>(x >= bar && x < bar + 10 ? 200 : 60);
            }
        const auto both = fields.compose(woven, 8, ab), mixed = picture.compose(woven, 8, ab);
        const std::array<ChromaComposer::Chroma, 2> apart{picture.compose(own[0], 8, ab),
                                                          picture.compose(own[1], 8, ab)};
        ASSERT_TRUE(both.cb.sameSize(32, (height + 1) / 2));
        for (int y = 0; y < both.cb.height; ++y)
            for (int x = 0; x < 32; ++x) {
                ASSERT_EQ(both.cb.at(x, y), apart[static_cast<std::size_t>(y % 2)].cb.at(x, y / 2))
                    << height << ' ' << x << ' ' << y;
                ASSERT_EQ(both.cr.at(x, y), apart[static_cast<std::size_t>(y % 2)].cr.at(x, y / 2))
                    << height << ' ' << x << ' ' << y;
            }
        EXPECT_NE(both.cr, mixed.cr) << "woven rows steer each other";
    }
}

TEST(LumaLock, LumaIsExactAndTheWantedAbIsMetInsideTheGamut) {
    std::mt19937 random(3);
    std::uniform_real_distribution<float> grey(0.02F, 0.98F), ab(-60, 60);
    int inside = 0;
    for (int i = 0; i < 2000; ++i) {
        const float y = grey(random), a = ab(random), b = ab(random);
        for (const auto matrix : {Matrix::Bt601, Matrix::Bt709, Matrix::Bt2020}) {
            const auto rgb = rgbFromLumaAb(y, a, b, matrix);
            const auto w = lumaWeights(matrix);
            ASSERT_NEAR(w.r * rgb[0] + w.g * rgb[1] + w.b * rgb[2], y, 1e-5);
            for (const float sample : rgb) {
                ASSERT_GE(sample, -1e-5F);
                ASSERT_LE(sample, 1 + 1e-5F);
            }
            const auto lab = labFromRgb(rgb[0], rgb[1], rgb[2]);
            const bool clipped =
                std::any_of(rgb.begin(), rgb.end(), [](float s) { return s < 1e-4F || s > 1 - 1e-4F; });
            if (clipped) continue;
            ++inside;
            ASSERT_NEAR(lab.a, a, 0.3) << y << ' ' << a << ' ' << b;
            ASSERT_NEAR(lab.b, b, 0.3) << y << ' ' << a << ' ' << b;
        }
    }
    EXPECT_GT(inside, 1000);
}

TEST(Composer, NeutralGivesTheNeutralCodeAtEveryDepth) {
    for (const int depth : {8, 10, 12, 16})
        for (const bool full : {false, true}) {
            const ChromaComposer composer({Matrix::Bt709, full, depth, 1, 1, true});
            Plane<std::uint16_t> luma(37, 23);
            for (std::size_t i = 0; i < luma.size(); ++i)
                luma.data[i] = static_cast<std::uint16_t>((i * 977) % (1U << depth));
            const auto chroma = composer.compose(luma, depth, AbImage(16, 10));
            ASSERT_TRUE(chroma.cb.sameSize(19, 12)) << "odd sizes round up";
            for (const auto code : chroma.cb.data) ASSERT_EQ(code, 128 << (depth - 8));
            for (const auto code : chroma.cr.data) ASSERT_EQ(code, 128 << (depth - 8));
        }
}

TEST(Composer, TheTableAgreesWithTheSolver) {
    const ChromaComposer composer({Matrix::Bt601, false, 8, 0, 0, true});
    std::mt19937 random(5);
    std::uniform_real_distribution<float> grey(0.05F, 0.95F), ab(-50, 50);
    const auto w = lumaWeights(Matrix::Bt601);
    double sum = 0, worst = 0;
    for (int i = 0; i < 5000; ++i) {
        const float y = grey(random), a = ab(random), b = ab(random);
        const auto rgb = rgbFromLumaAb(y, a, b, Matrix::Bt601);
        const auto c = composer.chromaOf(y, a, b);
        const double error =
            std::hypot(c[0] - (rgb[2] - y) / (2 * (1 - w.b)), c[1] - (rgb[0] - y) / (2 * (1 - w.r))) * 224;
        sum += error;
        worst = std::max(worst, error);
    }
    EXPECT_LT(sum / 5000, 0.25) << "in 8-bit codes";
    EXPECT_LT(worst, 6.0) << "at the edge of the gamut";
}

TEST(Composer, FlatColourComesOutFlatAndRight) {
    const YuvFormat format{Matrix::Bt709, false, 8, 1, 1, true};
    const ChromaComposer composer(format);
    AbImage ab(24, 16);
    std::fill(ab.a.data.begin(), ab.a.data.end(), 20.0F);
    std::fill(ab.b.data.begin(), ab.b.data.end(), -15.0F);
    const Plane<std::uint16_t> luma(96, 64, 120);
    const auto chroma = composer.compose(luma, 8, ab);
    const auto rgb = rgbFromYuv(luma, chroma.cb, chroma.cr, format);
    const auto lab = labFromRgb(rgb);
    for (std::size_t i = 0; i < lab.L.size(); ++i) {
        ASSERT_NEAR(lab.ab.a.data[i], 20, 1.5);
        ASSERT_NEAR(lab.ab.b.data[i], -15, 1.5);
    }
}

}  // namespace
}  // namespace tintreel::color
