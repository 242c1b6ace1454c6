// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include "tintreel/base/image.h"

namespace tintreel::nn {

/// Pictures as float tensors with data of their own, on the CPU: [1,H,W], and [2,H,W] of a and b.
[[nodiscard]] torch::Tensor tensorOf(const Plane<float>& plane);
[[nodiscard]] torch::Tensor tensorOf(const AbImage& ab);

/// The way back, from any device and type.
[[nodiscard]] Plane<float> planeOf(const torch::Tensor& t);  ///< [H,W]
[[nodiscard]] AbImage abOf(const torch::Tensor& t);          ///< [2,H,W]

}  // namespace tintreel::nn
