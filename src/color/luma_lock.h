// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>

#include "tintreel/color/ycbcr.h"

namespace tintreel::color {

/// The colour of exactly this luma and of the wanted a, b, whether or not it lies in the RGB cube. Smooth in all three,
/// which is why ChromaComposer tabulates this one and not what the gamut leaves of it.
[[nodiscard]] std::array<float, 3> rgbWithoutGamut(float grey, float a, float b, const LumaWeights& weights) noexcept;

/// The largest share (0..1) of the differences from grey that keeps all samples in 0..1. RGB is linear in Cb and Cr at
/// constant luma, so that shrinking all differences alike keeps luma and CbCr hue.
[[nodiscard]] inline float gamutShare(float grey, float r, float g, float b) noexcept {
    const float most = std::max(std::max(r, g), b) - grey, least = grey - std::min(std::min(r, g), b);
    // The tiny terms keep neutral colours from dividing by nothing; they give a share beyond 1, which is cut off.
    const float up = (1.0F - grey + 1e-9F) / (most + 1e-9F), down = (grey + 1e-9F) / (least + 1e-9F);
    return std::max(0.0F, std::min(1.0F, std::min(most > 0.0F ? up : 1.0F, least > 0.0F ? down : 1.0F)));
}

}  // namespace tintreel::color
