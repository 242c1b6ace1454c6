// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tintreel/base/image.h"

namespace tintreel::color {

/// Fast global smoother (Min et al., "Fast Global Image Smoothing Based on Weighted Least Squares", TIP 2014):
/// separable weighted least squares with exponential edge weights, tridiagonal systems along rows then columns.
struct SmootherOptions {
    double lambda = 800;        ///< smoothness
    double sigma = 12;          ///< edge sensitivity, in units of the guide (0..255)
    double attenuation = 0.25;  ///< factor on lambda from one pass to the next
    int passes = 3;
};

/// Smooths `planes` (all of the guide's size) in place. Guide: 0..255.
void smoothEdgeAware(const Plane<float>& guide, std::vector<Plane<float>*> planes, const SmootherOptions& options);

/// Colours of hints carried outwards along the picture's edges without a network.
struct HintSpread {
    AbImage ab;              ///< filter(ab·mask) / filter(mask)
    Plane<float> certainty;  ///< filter(mask), 0..1, falling with the distance to the nearest hint
};

/// Spreads hint colours (ab where mask > 0) guided by lightness (0..100). Without any hint: zero ab, zero certainty.
[[nodiscard]] HintSpread spreadHints(const LPlane& lightness, const AbImage& ab, const Plane<float>& mask,
                                     double lambda, double sigma);

}  // namespace tintreel::color
