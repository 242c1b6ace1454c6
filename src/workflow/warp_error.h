// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tintreel/base/image.h"

namespace tintreel::workflow {

/// Which pixels of a frame can be followed into the one before (Sundaram, Brox, Keutzer, ECCV 2010, equations 29 and
/// 30), from the flow (u, v) into the frame before and the flow (backU, backV) from there into this frame, in pixels:
/// not where |F + B(F)|² > 0.01(|F|² + |B(F)|²) + 0.5, nor at the edges of moving things, |∇u|² + |∇v|² > 0.01|F|² +
/// 0.002. 1 = can.
[[nodiscard]] Plane<std::uint8_t> followablePixels(const Plane<float>& u, const Plane<float>& v,
                                                   const Plane<float>& backU, const Plane<float>& backV);

/// Warp error of Lai et al., "Learning Blind Video Temporal Consistency" (ECCV 2018), for one pair: the sum over
/// followable pixels of the squared difference to the frame before carried along the flow (three channels summed,
/// samples 0..1), over their number; 0 where there is none. The flow is the true film's, the same for every result.
/// Lower is steadier; grey scores best.
[[nodiscard]] double warpError(const RgbImage& before, const RgbImage& now, const Plane<float>& u,
                               const Plane<float>& v, const Plane<std::uint8_t>& followable);

}  // namespace tintreel::workflow
