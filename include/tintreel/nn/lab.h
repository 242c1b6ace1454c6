// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

namespace tintreel::nn {

/// CIELAB → sRGB with gradients, the formulas of color::rgbFromLab(): L [N,1,H,W] 0..100, ab [N,2,H,W] → [N,3,H,W],
/// 0..1 where the colour is in gamut. The slope of the transfer function is finite everywhere, so are the gradients.
[[nodiscard]] torch::Tensor rgbFromLab(const torch::Tensor& lightness, const torch::Tensor& ab);

}  // namespace tintreel::nn
