// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

namespace tintreel::training {

/// Charbonnier distance sqrt(|Δab|² + 1) − 1 (Charbonnier et al. 1994), mean over pixels. [N,2,H,W] each → scalar.
[[nodiscard]] torch::Tensor charbonnier(const torch::Tensor& ab, const torch::Tensor& truth);

/// Mean over pictures of log(mean |Δab|² + offset): weighs a picture's relative gain, as PSNR does.
[[nodiscard]] torch::Tensor logMse(const torch::Tensor& ab, const torch::Tensor& truth, double offset);

/// Negative log-likelihood of the distance |Δab| under a Laplace law of stated scale exp(logError); the distance is
/// held fixed, so that the statement alone learns.
[[nodiscard]] torch::Tensor statedError(const torch::Tensor& ab, const torch::Tensor& truth, const torch::Tensor& logError);

/// Total variation of ab, weighted by exp(−|∇L|/5): colour may change where lightness does.
[[nodiscard]] torch::Tensor smoothness(const torch::Tensor& ab, const torch::Tensor& lightness);

}  // namespace tintreel::training
