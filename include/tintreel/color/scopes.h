// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "tintreel/base/image.h"
#include "tintreel/color/ycbcr.h"

namespace tintreel::color {

// Counts behind the scopes, of gamma-coded 8-bit RGB. All functions are pure and may run on any thread; every pixel is
// counted once in each plot. Luma and chroma are those of `matrix`.

using Counts = Plane<std::uint32_t>;

/// A place in the chroma plane: Cb and Cr, −½..½ each.
struct Chroma {
    float cb = 0, cr = 0;
};
/// Chroma of R'G'B' 0..1.
[[nodiscard]] Chroma chromaFromRgb(float r, float g, float b, Matrix matrix) noexcept;

constexpr int kScopeSize = 256;

/// The cell of a vectorscope that a chroma falls into: column round(128 + 255·Cb), row round(128 − 255·Cr), both held
/// within 0..255. Cb grows to the right and Cr upwards; neutral is (128, 128).
struct ScopeCell {
    int column = 0, row = 0;
    bool operator==(const ScopeCell&) const = default;
};
[[nodiscard]] ScopeCell vectorscopeCell(Chroma chroma) noexcept;

/// Counts by chroma, 256×256 cells.
[[nodiscard]] Counts vectorscope(const RgbImage& rgb, Matrix matrix);

/// Counts by place and luma: pixel column x falls into column x·columns/width, luma code v (0..255, rounded) into row
/// 255 − v. As many columns as asked for, at most one a pixel.
[[nodiscard]] Counts waveform(const RgbImage& rgb, int columns, Matrix matrix);

/// Waveforms of R', G' and B'.
[[nodiscard]] std::array<Counts, 3> parade(const RgbImage& rgb, int columns);

struct Histogram {
    using Bins = std::array<std::uint32_t, 256>;
    Bins r{}, g{}, b{}, luma{};
};
[[nodiscard]] Histogram histogram(const RgbImage& rgb, Matrix matrix);

/// A colour of the bars: its usual letter and its chroma.
struct ScopeTarget {
    const char* name;  ///< "R", "Mg", "B", "Cy", "G", "Yl"
    Chroma chroma;
};
/// Where colour bars land; `level` 0..1 is the amplitude, 0.75 for the usual 75 % bars.
[[nodiscard]] std::array<ScopeTarget, 6> barTargets(Matrix matrix, float level = 0.75F) noexcept;

/// Direction of the skin-tone line, anticlockwise from +Cb, in degrees. It is NTSC's I axis, which SMPTE 170M puts at
/// 33° from V, so at 123° from U (U ∝ B' − Y', V ∝ R' − Y'). Graticules keep those 123° in the plane of Cb and Cr,
/// though the axis itself would turn to 132.5° there. So does this one: both skin patches of the ColorChecker then lie
/// within 1° of the line under BT.709.
constexpr float kSkinToneAngle = 123.0F;
/// The point of that line at `radius` (½ is full chroma along an axis).
[[nodiscard]] Chroma skinTonePoint(float radius) noexcept;

}  // namespace tintreel::color
