// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/lab.h"

namespace tintreel::nn {
namespace {

constexpr double kWhiteX = 0.95047, kWhiteZ = 1.08883;
constexpr double kEpsilon = 216.0 / 24389.0, kKappa = 24389.0 / 27.0;

torch::Tensor fInverse(const torch::Tensor& t) {
    const auto cube = t * t * t;
    return torch::where(cube > kEpsilon, cube, (116.0 * t - 16.0) / kKappa);
}

torch::Tensor srgbFromLinear(const torch::Tensor& linear) {
    const auto size = linear.abs();
    // Below the knee the power is not used; keeping its argument above 0 keeps its gradient finite there.
    const auto power = 1.055 * torch::pow(size.clamp_min(0.0031308), 1.0 / 2.4) - 0.055;
    return torch::where(size <= 0.0031308, 12.92 * linear, torch::sign(linear) * power);
}

}  // namespace

torch::Tensor rgbFromLab(const torch::Tensor& lightness, const torch::Tensor& ab) {
    const auto fy = (lightness + 16.0) / 116.0;
    const auto x = kWhiteX * fInverse(fy + ab.narrow(1, 0, 1) / 500.0);
    const auto y = fInverse(fy);
    const auto z = kWhiteZ * fInverse(fy - ab.narrow(1, 1, 1) / 200.0);
    return srgbFromLinear(
        torch::cat({3.2404542 * x - 1.5371385 * y - 0.4985314 * z, -0.9692660 * x + 1.8760108 * y + 0.0415560 * z,
                    0.0556434 * x - 0.2040259 * y + 1.0572252 * z},
                   1));
}

}  // namespace tintreel::nn
