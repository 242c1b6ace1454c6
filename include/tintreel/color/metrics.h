// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tintreel/base/image.h"

namespace tintreel::color {

/// Peak signal-to-noise ratio in dB over all RGB samples at 8-bit scale, in double: 20·log10(255/√MSE).
/// Equal pictures give 100 dB. Sizes must agree.
[[nodiscard]] double psnr(const RgbImage& a, const RgbImage& b);

}  // namespace tintreel::color
