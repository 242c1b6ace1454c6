// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "tintreel/base/image.h"

namespace tintreel::color {

/// CIE 1976 L*a*b* under D65 (2°): L 0..100, a and b about −128..127.
struct Lab {
    float L = 0, a = 0, b = 0;
};

struct LabImage {
    LPlane L;
    AbImage ab;
};

/// sRGB transfer function of IEC 61966-2-1, code 0..1 ↔ linear light; odd-symmetric outside 0..1.
[[nodiscard]] float linearFromSrgb(float code) noexcept;
[[nodiscard]] float srgbFromLinear(float linear) noexcept;

/// sRGB 0..1 → CIELAB by way of XYZ (white point D65 = 0.95047, 1, 1.08883; CIE 15:2004 formulas).
[[nodiscard]] Lab labFromRgb(float r, float g, float b) noexcept;
/// The inverse; samples may lie outside 0..1 where the colour is out of gamut.
[[nodiscard]] std::array<float, 3> rgbFromLab(const Lab& lab) noexcept;

[[nodiscard]] LabImage labFromRgb(const RgbImage& rgb);
[[nodiscard]] RgbImageF rgbFromLab(const LPlane& L, const AbImage& ab);

/// Clips to 0..1, rounds to 8 bits.
[[nodiscard]] RgbImage toRgb8(const RgbImageF& rgb);

/// L* of the neutral pixel R' = G' = B' = grey. In and out: 0..1 → 0..100.
[[nodiscard]] float lightnessFromGrey(float grey) noexcept;
[[nodiscard]] LPlane lightnessFromGrey(const Plane<float>& grey);

}  // namespace tintreel::color
