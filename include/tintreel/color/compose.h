// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "tintreel/base/image.h"
#include "tintreel/color/ycbcr.h"

namespace tintreel::color {

/// The colour whose luma is exactly `grey` (0..1) and whose CIELAB a, b are the wanted ones, found by solving for L.
/// Where no such colour lies in the RGB cube, chroma is reduced at constant luma and constant CbCr hue. R'G'B' 0..1.
[[nodiscard]] std::array<float, 3> rgbFromLumaAb(float grey, float a, float b, Matrix matrix) noexcept;

/// The same for a picture; grey and ab of one size.
[[nodiscard]] RgbImageF rgbFromLumaAb(const Plane<float>& grey, const AbImage& ab, Matrix matrix);

}  // namespace tintreel::color
