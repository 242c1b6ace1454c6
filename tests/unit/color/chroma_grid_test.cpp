// SPDX-License-Identifier: Apache-2.0
// Where chroma samples lie, at every depth and range, and what becomes of colours outside the gamut.
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>

#include <gtest/gtest.h>

#include "tintreel/color/compose.h"
#include "tintreel/color/lab.h"
#include "tintreel/color/metrics.h"

namespace tintreel::color {
namespace {

struct Bar {
    int y, cb, cr;
    std::array<int, 3> rgb;
};

// 100 % colour bars, 8-bit limited range, as every test generator has them (BT.601-7, BT.709-6).
constexpr Bar kBars601[] = {{235, 128, 128, {255, 255, 255}}, {210, 16, 146, {255, 255, 0}},
                            {170, 166, 16, {0, 255, 255}},    {145, 54, 34, {0, 255, 0}},
                            {106, 202, 222, {255, 0, 255}},   {81, 90, 240, {255, 0, 0}},
                            {41, 240, 110, {0, 0, 255}},      {16, 128, 128, {0, 0, 0}}};
constexpr Bar kBars709[] = {{235, 128, 128, {255, 255, 255}}, {219, 16, 138, {255, 255, 0}},
                            {188, 154, 16, {0, 255, 255}},    {173, 42, 26, {0, 255, 0}},
                            {78, 214, 230, {255, 0, 255}},    {63, 102, 240, {255, 0, 0}},
                            {32, 240, 118, {0, 0, 255}},      {16, 128, 128, {0, 0, 0}}};
// BT.2020-2, 10-bit limited, from its coefficients 0.2627, 0.6780, 0.0593.
constexpr Bar kBars2020[] = {{294, 387, 960, {255, 0, 0}},
                             {658, 189, 100, {0, 255, 0}},
                             {116, 960, 476, {0, 0, 255}},
                             {940, 512, 512, {255, 255, 255}}};

void expectBar(const Bar& bar, const YuvFormat& format) {
    const auto plane = [](int code) { return Plane<std::uint16_t>(4, 4, static_cast<std::uint16_t>(code)); };
    const auto rgb = rgbFromYuv(plane(bar.y), plane(bar.cb), plane(bar.cr), format);
    // Codes are rounded, so that a sample may come back a little off.
    for (std::size_t c = 0; c < 3; ++c)
        EXPECT_NEAR(rgb.pixel(1, 1)[c], bar.rgb[c], 2) << bar.y << ' ' << bar.cb << ' ' << bar.cr;
}

TEST(Ycbcr, ColourBarsOfTheThreeMatrices) {
    for (const auto& bar : kBars601) expectBar(bar, {Matrix::Bt601, false, 8, 0, 0, true});
    for (const auto& bar : kBars709) expectBar(bar, {Matrix::Bt709, false, 8, 0, 0, true});
    for (const auto& bar : kBars2020) expectBar(bar, {Matrix::Bt2020, false, 10, 0, 0, true});
    expectBar({76, 85, 255, {254, 0, 0}}, {Matrix::Bt601, true, 8, 0, 0, true});  // JFIF's red
}

struct Site {
    const char* name;
    int shiftX, shiftY;
    bool left, top;
    double x, y;  // of chroma sample 0, in luma samples
};
constexpr Site kSites[] = {{"420 left", 1, 1, true, false, 0, 0.5},  {"420 centre", 1, 1, false, false, 0.5, 0.5},
                           {"420 top left", 1, 1, true, true, 0, 0}, {"422", 1, 0, true, false, 0, 0},
                           {"444", 0, 0, true, false, 0, 0},         {"411", 2, 0, true, false, 0, 0}};

TEST(Siting, ComposedChromaLiesWhereTheFormatSays) {
    constexpr int kWidth = 96, kHeight = 64;
    AbImage ab(kWidth, kHeight);
    const auto aAt = [](double x, double y) { return 0.3 * x + 0.2 * y - 20; };
    for (int y = 0; y < kHeight; ++y)
        for (int x = 0; x < kWidth; ++x) ab.a.at(x, y) = static_cast<float>(aAt(x, y));
    for (const auto& site : kSites) {
        const YuvFormat format{Matrix::Bt709, false, 16, site.shiftX, site.shiftY, site.left, site.top};
        const ChromaComposer composer(format);
        const Plane<std::uint16_t> luma(kWidth, kHeight, 30000);
        const auto chroma = composer.compose(luma, 16, ab);
        const auto scale = codeScale(format);
        const float grey = (30000 - scale.lumaOffset) / scale.lumaScale;
        const double perUnit = (composer.chromaOf(grey, 1, 0)[1] - composer.chromaOf(grey, 0, 0)[1]) *
                               static_cast<double>(scale.chromaScale);
        for (int y = 8 >> site.shiftY; y < (kHeight - 8) >> site.shiftY; ++y)
            for (int x = 8 >> site.shiftX; x < (kWidth - 8) >> site.shiftX; ++x) {
                const double wanted = aAt((x << site.shiftX) + site.x, (y << site.shiftY) + site.y);
                const double code =
                    composer.chromaOf(grey, static_cast<float>(wanted), 0)[1] * static_cast<double>(scale.chromaScale) +
                    scale.chromaOffset;
                // 0.05 of a unit of a* is a quarter of a luma row.
                ASSERT_NEAR(chroma.cr.at(x, y), code, 0.05 * perUnit) << site.name << ' ' << x << ' ' << y;
            }
    }
}

TEST(Siting, ReadingPutsChromaBackWhereItLies) {
    constexpr int kWidth = 64, kHeight = 48;
    for (const auto& site : kSites) {
        const YuvFormat format{Matrix::Bt709, false, 16, site.shiftX, site.shiftY, site.left, site.top};
        const auto scale = codeScale(format);
        const Plane<std::uint16_t> luma(kWidth, kHeight, 32000);
        Plane<std::uint16_t> cb(kWidth >> site.shiftX, kHeight >> site.shiftY, 32768), cr(cb.width, cb.height);
        const auto at = [](double x, double y) { return 0.002 * x + 0.0015 * y - 0.1; };  // Cr as a plane in space
        for (int y = 0; y < cr.height; ++y)
            for (int x = 0; x < cr.width; ++x)
                cr.at(x, y) = static_cast<std::uint16_t>(
                    std::lround(at((x << site.shiftX) + site.x, (y << site.shiftY) + site.y) * scale.chromaScale +
                                scale.chromaOffset));
        const auto rgb = rgbFromYuv(luma, cb, cr, format);
        const double grey = (32000 - scale.lumaOffset) / static_cast<double>(scale.lumaScale);
        for (int y = 6; y < kHeight - 6; ++y)
            for (int x = 6; x < kWidth - 6; ++x)
                ASSERT_NEAR(rgb.pixel(x, y)[0], (grey + 2 * (1 - 0.2126) * at(x, y)) * 255, 0.55)
                    << site.name << ' ' << x << ' ' << y;
    }
}

TEST(Composer, EveryDepthAndRangeMeansTheSameColour) {
    AbImage ab(30, 20);
    std::fill(ab.a.data.begin(), ab.a.data.end(), -18.0F);
    std::fill(ab.b.data.begin(), ab.b.data.end(), 25.0F);
    const auto exact = rgbFromLumaAb(0.5F, -18, 25, Matrix::Bt601);
    for (const int depth : {8, 10, 12, 16})
        for (const bool full : {false, true}) {
            const YuvFormat format{Matrix::Bt601, full, depth, 1, 1, true};
            const auto scale = codeScale(format);
            const Plane<std::uint16_t> luma(
                61, 41, static_cast<std::uint16_t>(std::lround(scale.lumaOffset + 0.5F * scale.lumaScale)));
            const auto chroma = ChromaComposer(format).compose(luma, depth, ab);
            ASSERT_TRUE(chroma.cb.sameSize(31, 21));
            const double cb = (exact[2] - 0.5) / (2 * (1 - 0.114)) * scale.chromaScale + scale.chromaOffset,
                         cr = (exact[0] - 0.5) / (2 * (1 - 0.299)) * scale.chromaScale + scale.chromaOffset;
            const double tolerance = 0.75 + 0.4 * std::ldexp(1.0, depth - 8);  // rounding, and the table's own error
            for (const auto code : chroma.cb.data) ASSERT_NEAR(code, cb, tolerance) << depth << full;
            for (const auto code : chroma.cr.data) ASSERT_NEAR(code, cr, tolerance) << depth << full;
        }
}

/// The colour of the wanted ab and luma without regard to the gamut, by bisection in L.
std::array<double, 2> chromaWithoutGamut(float grey, float a, float b, const LumaWeights& w) {
    double low = -60, high = 160;
    std::array<float, 3> rgb{};
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        rgb = rgbFromLab({static_cast<float>(middle), a, b});
        (w.r * rgb[0] + w.g * rgb[1] + w.b * rgb[2] < grey ? low : high) = middle;
    }
    return {(rgb[2] - grey) / (2.0 * (1 - w.b)), (rgb[0] - grey) / (2.0 * (1 - w.r))};
}

TEST(LumaLock, OutsideTheGamutChromaShrinksAndHueStays) {
    std::mt19937 random(11);
    std::uniform_real_distribution<float> grey(0.03F, 0.97F), ab(-110, 110);
    int reduced = 0;
    for (int i = 0; i < 4000; ++i) {
        const float y = grey(random), a = ab(random), b = ab(random);
        for (const auto matrix : {Matrix::Bt601, Matrix::Bt709, Matrix::Bt2020}) {
            const auto w = lumaWeights(matrix);
            const auto free = chromaWithoutGamut(y, a, b, w);
            const auto rgb = rgbFromLumaAb(y, a, b, matrix);
            ASSERT_NEAR(w.r * rgb[0] + w.g * rgb[1] + w.b * rgb[2], y, 2e-5);
            for (const float sample : rgb) {
                ASSERT_GE(sample, -1e-5F);
                ASSERT_LE(sample, 1 + 1e-5F);
            }
            const std::array<double, 2> made{(rgb[2] - y) / (2.0 * (1 - w.b)), (rgb[0] - y) / (2.0 * (1 - w.r))};
            const double size = std::hypot(made[0], made[1]), wanted = std::hypot(free[0], free[1]);
            if (size < 0.02 || wanted < 0.02) continue;
            const double turn =
                std::atan2(made[0] * free[1] - made[1] * free[0], made[0] * free[0] + made[1] * free[1]) * 180 /
                std::numbers::pi;
            ASSERT_NEAR(turn, 0, 1.0) << "Y' " << y << " a " << a << " b " << b << " matrix "
                                      << static_cast<int>(matrix);
            ASSERT_LE(size, wanted * 1.01 + 1e-3);
            reduced += size < 0.98 * wanted;
        }
    }
    EXPECT_GT(reduced, 1000);
}

TEST(Composer, ErrorOfTheTableIsBelowWhatTheEyeSees) {
    for (const auto matrix : {Matrix::Bt601, Matrix::Bt709}) {
        const ChromaComposer composer({matrix, false, 8, 0, 0, true});
        const auto w = lumaWeights(matrix);
        std::mt19937 random(5);
        std::uniform_real_distribution<float> grey(0.02F, 0.98F), ab(-60, 60);
        double sum = 0, worst = 0;
        for (int i = 0; i < 20000; ++i) {
            const float y = grey(random), a = ab(random), b = ab(random);
            const auto rgb = rgbFromLumaAb(y, a, b, matrix);
            const auto c = composer.chromaOf(y, a, b);
            const float red = y + 2 * (1 - w.r) * c[1], blue = y + 2 * (1 - w.b) * c[0];
            const double difference = ciede2000(labFromRgb(rgb[0], rgb[1], rgb[2]),
                                                labFromRgb(red, (y - w.r * red - w.b * blue) / w.g, blue));
            sum += difference;
            worst = std::max(worst, difference);
        }
        std::printf("table against solver, CIEDE2000: mean %.3f, worst %.2f\n", sum / 20000, worst);
        EXPECT_LT(sum / 20000, 0.2);
        EXPECT_LT(worst, 3.0);
    }
}

TEST(Composer, LumaEdgesSteerColourEdges) {
    // A colour edge that is two cells soft at working size lies beside a sharp edge of luma at four times that size.
    constexpr int kWidth = 192, kHeight = 96, kScale = 4;
    Plane<std::uint16_t> luma(kWidth, kHeight);
    for (int y = 0; y < kHeight; ++y)
        for (int x = 0; x < kWidth; ++x) luma.at(x, y) = x < kWidth / 2 ? 60 : 180;
    AbImage ab(kWidth / kScale, kHeight / kScale);
    for (int y = 0; y < ab.height(); ++y)
        for (int x = 0; x < ab.width(); ++x) ab.a.at(x, y) = x < ab.width() / 2 ? 25.0F : -25.0F;
    const YuvFormat format{Matrix::Bt709, false, 8, 1, 1, true};
    const auto chroma = ChromaComposer(format).compose(luma, 8, ab);
    const int row = kHeight / 4, edge = kWidth / 4;
    const int left = chroma.cr.at(edge - 12, row), right = chroma.cr.at(edge + 12, row);
    ASSERT_GT(left, 132);
    ASSERT_LT(right, 124);
    // Two chroma samples to either side the colour is the side's own within a quarter of the step.
    EXPECT_GT(chroma.cr.at(edge - 2, row), left - (left - right) / 4);
    EXPECT_LT(chroma.cr.at(edge + 2, row), right + (left - right) / 4);
}

TEST(Composer, ColoursThatAreNoNumbersComeOutNeutral) {
    const ChromaComposer composer({Matrix::Bt709, false, 8, 1, 1, true});
    const float nan = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(composer.chromaOf(0.5F, nan, 10), (std::array<float, 2>{0, 0}));
    EXPECT_EQ(composer.chromaOf(0.5F, 10, nan), (std::array<float, 2>{0, 0}));
    AbImage ab(16, 16);
    ab.a.at(8, 8) = nan;
    const auto chroma = composer.compose(Plane<std::uint16_t>(64, 64, 100), 8, ab);
    for (const auto code : chroma.cr.data) ASSERT_EQ(code, 128);
}

TEST(Ciede2000, PairsOnTheDiscontinuityOfHueAgreeInDouble) {
    // Pairs 10 and 14 of Sharma's table, which floats may put on the other side.
    EXPECT_NEAR(ciede2000(std::array{50.0, 2.49, -0.001}, std::array{50.0, -2.49, 0.001}), 7.1792, 1e-4);
    EXPECT_NEAR(ciede2000(std::array{50.0, -0.001, 2.49}, std::array{50.0, 0.001, -2.49}), 4.8045, 1e-4);
}

}  // namespace
}  // namespace tintreel::color
