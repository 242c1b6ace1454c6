// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>

#include "tintreel/base/image.h"
#include "tintreel/color/lab.h"

namespace tintreel::color {

/// Peak signal-to-noise ratio in dB over all RGB samples at 8-bit scale, in double: 20·log10(255/√MSE).
/// Equal pictures give 100 dB. Sizes must agree.
[[nodiscard]] double psnr(const RgbImage& a, const RgbImage& b);

/// Structural similarity of two planes at 8-bit scale (Wang et al., "Image Quality Assessment", TIP 2004): 11×11
/// Gaussian window with σ 1.5, K1 = 0.01, K2 = 0.03, mean over the pixels where the whole window lies inside. Sides
/// ≥ 11.
[[nodiscard]] double ssim(const Plane<float>& a, const Plane<float>& b);

/// CIEDE2000 colour difference with k_L = k_C = k_H = 1 (Sharma, Wu, Dalal, CRA 2005).
[[nodiscard]] double ciede2000(const Lab& first, const Lab& second) noexcept;
/// The same of (L, a, b) in double: pairs of opposite hue lie on a jump of the formula, which floats may miss.
[[nodiscard]] double ciede2000(const std::array<double, 3>& first, const std::array<double, 3>& second) noexcept;

/// Colourfulness of Hasler and Süsstrunk (2003) with signed opponents R − G and ½(R + G) − B, at 8-bit scale.
[[nodiscard]] double colorfulness(const RgbImage& rgb);

/// Colour distribution consistency: how much a film's colour histograms change over 1, 2 and 4 frames. Per channel the
/// mean Jensen–Shannon divergence (natural logarithm) of 256-bin histograms, averaged over the steps and channels.
/// Lower is steadier; a grey film scores well too, so the true film's figure belongs beside it.
class ColorConsistency {
public:
    void add(const RgbImage& frame);
    [[nodiscard]] double value() const;

private:
    using Histogram = std::array<std::array<double, 256>, 3>;
    std::deque<Histogram> recent_;  // at most 5
    std::array<double, 3> sums_{};  // by step
    std::array<std::int64_t, 3> counts_{};
};

}  // namespace tintreel::color
