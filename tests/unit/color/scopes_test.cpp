// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

#include "tintreel/color/scopes.h"

namespace tintreel::color {
namespace {

constexpr Matrix kMatrices[] = {Matrix::Bt601, Matrix::Bt709, Matrix::Bt2020};

RgbImage noise(int width, int height) {
    RgbImage rgb(width, height);
    std::mt19937 random(1);
    for (auto& sample : rgb.data) sample = static_cast<std::uint8_t>(random());
    return rgb;
}

RgbImage filled(int width, int height, std::uint8_t r, std::uint8_t g, std::uint8_t b) {
    RgbImage rgb(width, height);
    for (std::size_t i = 0; i < rgb.data.size(); i += 3) {
        rgb.data[i] = r;
        rgb.data[i + 1] = g;
        rgb.data[i + 2] = b;
    }
    return rgb;
}

template <class Cells>
std::uint64_t sum(const Cells& cells) {
    return std::accumulate(std::begin(cells), std::end(cells), std::uint64_t{0});
}

double degrees(Chroma c) { return std::atan2(c.cr, c.cb) * 180 / 3.14159265358979; }

TEST(Scopes, ChromaByHand) {
    // BT.601 red: Cb = −0.299/1.772, Cr = ½. BT.709 blue: Cb = ½, Cr = −0.0722/1.5748.
    const auto red = chromaFromRgb(1, 0, 0, Matrix::Bt601);
    EXPECT_NEAR(red.cb, -0.168736, 1e-5);
    EXPECT_NEAR(red.cr, 0.5, 1e-6);
    const auto blue = chromaFromRgb(0, 0, 1, Matrix::Bt709);
    EXPECT_NEAR(blue.cb, 0.5, 1e-6);
    EXPECT_NEAR(blue.cr, -0.045847, 1e-5);
}

TEST(Scopes, GreyLandsInTheMiddleOfTheVectorscope) {
    for (const auto matrix : kMatrices)
        for (int grey = 0; grey < 256; ++grey) {
            const auto code = static_cast<std::uint8_t>(grey);
            const auto counts = vectorscope(filled(3, 2, code, code, code), matrix);
            ASSERT_EQ(counts.at(128, 128), 6U) << grey;
        }
}

TEST(Scopes, BarsLandOnTheirTargets) {
    // 75 % of 255 is 191.25: the nearest code is a quarter of a step away, at most one cell.
    struct Bar {
        const char* name;
        int r, g, b;
    };
    constexpr Bar kBars[] = {{"R", 191, 0, 0},    {"Mg", 191, 0, 191}, {"B", 0, 0, 191},
                             {"Cy", 0, 191, 191}, {"G", 0, 191, 0},    {"Yl", 191, 191, 0}};
    for (const auto matrix : kMatrices) {
        const auto targets = barTargets(matrix);
        for (std::size_t i = 0; i < targets.size(); ++i) {
            const auto& bar = kBars[i];
            EXPECT_STREQ(targets[i].name, bar.name);
            const auto code = [](int v) { return static_cast<std::uint8_t>(v); };
            const auto counts = vectorscope(filled(4, 4, code(bar.r), code(bar.g), code(bar.b)), matrix);
            const auto at =
                static_cast<int>(std::max_element(counts.data.begin(), counts.data.end()) - counts.data.begin());
            const auto target = vectorscopeCell(targets[i].chroma);
            EXPECT_NEAR(at % 256, target.column, 1) << bar.name;
            EXPECT_NEAR(at / 256, target.row, 1) << bar.name;
        }
    }
    // By hand, BT.709: 75 % red is Cb = −0.75·0.2126/1.8556 = −0.0859, Cr = 0.375.
    EXPECT_EQ(vectorscopeCell(barTargets(Matrix::Bt709)[0].chroma), (ScopeCell{106, 32}));
    // 100 % bars lie a third further out.
    EXPECT_NEAR(barTargets(Matrix::Bt709, 1)[2].chroma.cb, 0.5, 1e-6);
}

TEST(Scopes, FullChromaStaysInThePlot) {
    EXPECT_EQ(vectorscopeCell({0.5F, 0.5F}), (ScopeCell{255, 1}));
    EXPECT_EQ(vectorscopeCell({-0.5F, -0.5F}), (ScopeCell{1, 255}));
    EXPECT_EQ(vectorscopeCell({9, 9}), (ScopeCell{255, 0}));
}

TEST(Scopes, EveryPixelIsCountedOnce) {
    const auto rgb = noise(101, 37);
    const std::uint64_t pixels = 101 * 37;
    for (const auto matrix : kMatrices) {
        EXPECT_EQ(sum(vectorscope(rgb, matrix).data), pixels);
        EXPECT_EQ(sum(waveform(rgb, 40, matrix).data), pixels);
        const auto bins = histogram(rgb, matrix);
        for (const auto* channel : {&bins.r, &bins.g, &bins.b, &bins.luma}) EXPECT_EQ(sum(*channel), pixels);
    }
    for (const auto& channel : parade(rgb, 256)) EXPECT_EQ(sum(channel.data), pixels);
}

TEST(Scopes, WaveformKeepsPlaceAndLevel) {
    // Left half black, right half luma 0.2126·200 + 0.7152·100 + 0.0722·50 = 117.65.
    RgbImage rgb(8, 3);
    for (int y = 0; y < 3; ++y)
        for (int x = 4; x < 8; ++x) {
            auto* p = rgb.pixel(x, y);
            p[0] = 200;
            p[1] = 100;
            p[2] = 50;
        }
    const auto wave = waveform(rgb, 4, Matrix::Bt709);
    ASSERT_TRUE(wave.sameSize(4, 256));
    EXPECT_EQ(wave.at(0, 255), 6U);
    EXPECT_EQ(wave.at(1, 255), 6U);
    EXPECT_EQ(wave.at(2, 255 - 118), 6U);
    EXPECT_EQ(wave.at(3, 255 - 118), 6U);
    const auto channels = parade(rgb, 2);
    EXPECT_EQ(channels[0].at(1, 255 - 200), 12U);
    EXPECT_EQ(channels[1].at(1, 255 - 100), 12U);
    EXPECT_EQ(channels[2].at(1, 255 - 50), 12U);
    EXPECT_EQ(channels[2].at(0, 255), 12U);
}

TEST(Scopes, NoMoreColumnsThanPixels) {
    EXPECT_EQ(waveform(noise(10, 4), 256, Matrix::Bt709).width, 10);
    EXPECT_TRUE(waveform({}, 256, Matrix::Bt709).empty());
    EXPECT_EQ(sum(vectorscope({}, Matrix::Bt709).data), 0U);
}

TEST(Scopes, WhiteIsTheLastBin) {
    const auto bins = histogram(filled(5, 5, 255, 255, 255), Matrix::Bt2020);
    EXPECT_EQ(bins.luma[255], 25U);
    EXPECT_EQ(histogram(filled(1, 1, 10, 20, 30), Matrix::Bt601).luma[18], 1U);  // 2.99 + 11.74 + 3.42 = 18.15
}

TEST(Scopes, SkinLiesOnTheSkinToneLine) {
    const auto point = skinTonePoint(0.5F);
    EXPECT_NEAR(point.cb, -0.27232, 1e-4);  // ½·cos 123°
    EXPECT_NEAR(point.cr, 0.41934, 1e-4);   // ½·sin 123°
    // ColorChecker, sRGB: light skin 194 150 130, dark skin 115 82 68.
    EXPECT_NEAR(degrees(chromaFromRgb(194 / 255.0F, 150 / 255.0F, 130 / 255.0F, Matrix::Bt709)), kSkinToneAngle, 1);
    EXPECT_NEAR(degrees(chromaFromRgb(115 / 255.0F, 82 / 255.0F, 68 / 255.0F, Matrix::Bt709)), kSkinToneAngle, 1);
}

}  // namespace
}  // namespace tintreel::color
