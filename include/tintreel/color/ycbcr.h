// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tintreel/base/image.h"

namespace tintreel::color {

/// Luma coefficients: ITU-R BT.601-7, BT.709-6 and BT.2020-2 (non-constant luminance).
enum class Matrix { Bt601, Bt709, Bt2020 };

struct LumaWeights {
    float r, g, b;
};
[[nodiscard]] LumaWeights lumaWeights(Matrix matrix) noexcept;

/// Luma Y' of gamma-coded RGB, 0..1.
[[nodiscard]] Plane<float> lumaOf(const RgbImage& rgb, Matrix matrix);

}  // namespace tintreel::color
