// SPDX-License-Identifier: Apache-2.0
#include "tintreel/color/scopes.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tintreel::color {
namespace {

/// Luma code 0..255 of an 8-bit pixel. Rounding to the nearest keeps greys at their own code whatever float makes of
/// the sum.
int lumaCode(const std::uint8_t* p, const LumaWeights& w) noexcept {
    const float luma = w.r * static_cast<float>(p[0]) + w.g * static_cast<float>(p[1]) + w.b * static_cast<float>(p[2]);
    return std::min(static_cast<int>(luma + 0.5F), 255);
}

/// Waveform of the value that `codeOf` (pixel → 0..255) gives.
template <class CodeOf>
Counts waveformOf(const RgbImage& rgb, int columns, const CodeOf& codeOf) {
    const int width = std::clamp(columns, 0, rgb.width);
    Counts counts(width, kScopeSize);
    for (int y = 0; y < rgb.height; ++y)
        for (int x = 0; x < rgb.width && width > 0; ++x) {
            const auto column = static_cast<int>(static_cast<std::int64_t>(x) * width / rgb.width);
            ++counts.at(column, kScopeSize - 1 - codeOf(rgb.pixel(x, y)));
        }
    return counts;
}

Chroma chromaFromLuma(float luma, float r, float b, const LumaWeights& w) noexcept {
    return {(b - luma) / (2.0F * (1.0F - w.b)), (r - luma) / (2.0F * (1.0F - w.r))};
}

}  // namespace

Chroma chromaFromRgb(float r, float g, float b, Matrix matrix) noexcept {
    const auto w = lumaWeights(matrix);
    return chromaFromLuma(w.r * r + w.g * g + w.b * b, r, b, w);
}

ScopeCell vectorscopeCell(Chroma chroma) noexcept {
    const auto cell = [](float value) { return std::clamp(static_cast<int>(std::lround(value)), 0, kScopeSize - 1); };
    return {cell(128.0F + 255.0F * chroma.cb), cell(128.0F - 255.0F * chroma.cr)};
}

Counts vectorscope(const RgbImage& rgb, Matrix matrix) {
    const auto w = lumaWeights(matrix);
    Counts counts(kScopeSize, kScopeSize);
    for (std::size_t i = 0; i + 2 < rgb.data.size(); i += 3) {
        const auto sample = [&](std::size_t c) { return static_cast<float>(rgb.data[i + c]) / 255.0F; };
        const float r = sample(0), g = sample(1), b = sample(2);
        const auto cell = vectorscopeCell(chromaFromLuma(w.r * r + w.g * g + w.b * b, r, b, w));
        ++counts.at(cell.column, cell.row);
    }
    return counts;
}

Counts waveform(const RgbImage& rgb, int columns, Matrix matrix) {
    return waveformOf(rgb, columns, [w = lumaWeights(matrix)](const std::uint8_t* p) { return lumaCode(p, w); });
}

std::array<Counts, 3> parade(const RgbImage& rgb, int columns) {
    const auto channel = [&](int c) {
        return waveformOf(rgb, columns, [c](const std::uint8_t* p) { return static_cast<int>(p[c]); });
    };
    return {channel(0), channel(1), channel(2)};
}

Histogram histogram(const RgbImage& rgb, Matrix matrix) {
    const auto w = lumaWeights(matrix);
    Histogram result;
    for (std::size_t i = 0; i + 2 < rgb.data.size(); i += 3) {
        const std::uint8_t* p = rgb.data.data() + i;
        ++result.r[p[0]];
        ++result.g[p[1]];
        ++result.b[p[2]];
        ++result.luma[static_cast<std::size_t>(lumaCode(p, w))];
    }
    return result;
}

std::array<ScopeTarget, 6> barTargets(Matrix matrix, float level) noexcept {
    const auto at = [&](float r, float g, float b) { return chromaFromRgb(level * r, level * g, level * b, matrix); };
    return {{{"R", at(1, 0, 0)},
             {"Mg", at(1, 0, 1)},
             {"B", at(0, 0, 1)},
             {"Cy", at(0, 1, 1)},
             {"G", at(0, 1, 0)},
             {"Yl", at(1, 1, 0)}}};
}

Chroma skinTonePoint(float radius) noexcept {
    constexpr float kAngle = kSkinToneAngle * std::numbers::pi_v<float> / 180.0F;
    return {radius * std::cos(kAngle), radius * std::sin(kAngle)};
}

}  // namespace tintreel::color
