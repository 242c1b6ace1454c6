// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <torch/torch.h>

namespace tintreel::training {

/// Mean of |Δa| and |Δb|: the plain L1 distance. [N,2,H,W] each → scalar.
[[nodiscard]] torch::Tensor meanAbsolute(const torch::Tensor& ab, const torch::Tensor& truth);

/// Charbonnier distance sqrt(|Δab|² + 1) − 1 (Charbonnier et al. 1994), mean over pixels. [N,2,H,W] each → scalar.
[[nodiscard]] torch::Tensor charbonnier(const torch::Tensor& ab, const torch::Tensor& truth);

/// Mean over pictures of log(mean |Δab|² + offset): weighs a picture's relative gain, as PSNR does.
[[nodiscard]] torch::Tensor logMse(const torch::Tensor& ab, const torch::Tensor& truth, double offset);

/// The distance that l1-weight weighs: "smooth" is charbonnier(), "plain" meanAbsolute().
[[nodiscard]] torch::Tensor distanceOf(const std::string& kind, const torch::Tensor& ab, const torch::Tensor& truth);

/// Negative log-likelihood of the distance |Δab| under a Laplace law of stated scale exp(logError); the distance is
/// held fixed, so that the statement alone learns.
[[nodiscard]] torch::Tensor statedError(const torch::Tensor& ab, const torch::Tensor& truth,
                                        const torch::Tensor& logError);

/// Total variation of ab, weighted by exp(−|∇L|/5): colour may change where lightness does.
[[nodiscard]] torch::Tensor smoothness(const torch::Tensor& ab, const torch::Tensor& lightness);

/// `previous` [N,2,h,w] at the places x, y [N,1,h,w] in pixel indices, bilinear, edges repeated: the result before
/// carried to this frame.
[[nodiscard]] torch::Tensor carriedBy(const torch::Tensor& previous, const torch::Tensor& x, const torch::Tensor& y);

/// Change against the result before, carried here by the motion, where a pixel is `visible` in both: Σ visible·(|Δa| +
/// |Δb|) / (2 Σ visible) of each picture, mean over pictures (so that a mean over ranks is the mean over their
/// pictures). ab, carried [N,2,H,W], visible [N,1,H,W] 0 or 1 → scalar; 0 for a picture of which nothing is visible.
[[nodiscard]] torch::Tensor temporalDifference(const torch::Tensor& ab, const torch::Tensor& carried,
                                               const torch::Tensor& visible);

/// Hinge (Lim and Ye, "Geometric GAN", 2017) or least squares (Mao et al., "Least Squares GAN", ICCV 2017, with targets
/// 0 and 1).
enum class GanLoss { Hinge, LeastSquares };
/// The discriminator's loss, from its verdicts on true and made colours, each [N,1,h,w] a scale → [N], the mean over
/// scales and patches.
[[nodiscard]] torch::Tensor discriminatorLoss(GanLoss kind, const std::vector<torch::Tensor>& real,
                                              const std::vector<torch::Tensor>& made);
/// What the maker of colours pays for being found out → [N].
[[nodiscard]] torch::Tensor adversarialLoss(GanLoss kind, const std::vector<torch::Tensor>& made);

/// Mean absolute difference of features, mean over layers: feature matching on a discriminator (Salimans et al., 2016),
/// the contextual loss on VGG19. [N,C,h,w] a layer → [N].
[[nodiscard]] torch::Tensor featureDistance(const std::vector<torch::Tensor>& features,
                                            const std::vector<torch::Tensor>& truth);

}  // namespace tintreel::training
