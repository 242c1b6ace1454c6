// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "tintreel/base/result.h"

namespace tintreel::nn {

/// λ and σ of the edge-aware spreads that a keyframe network sees beside the hints (color/edge_aware.h).
struct SpreadSetting {
    double lambda;
    double sigma;
};
inline constexpr std::array<SpreadSetting, 3> kSpreads{{{800, 6}, {800, 12}, {8000, 12}}};

/// The spreads of N pictures, computed on the CPU.
/// lightness [N,1,H,W] 0..100, ab [N,2,H,W], mask [N,1,H,W] 0..1 → [N,9,H,W] on the same device:
/// per setting of kSpreads a, b, certainty 0..1.
[[nodiscard]] torch::Tensor spreadTensor(const torch::Tensor& lightness, const torch::Tensor& ab,
                                         const torch::Tensor& mask);

/// What a colorizer says of a picture.
struct Colored {
    torch::Tensor ab;        ///< [N,2,H,W] CIELAB a, b
    torch::Tensor logError;  ///< [N,1,H,W] natural log of the expected distance in ab
};

/// A network that colours one picture from its lightness and hints: what architectures of the role "keyframe" have in
/// common, for training and for use. Under hints (mask 1) the output is the hint's colour.
class KeyframeNetworkImpl : public torch::nn::Module {
public:
    struct Output {
        torch::Tensor ab;                       ///< [N,2,H,W] the result
        torch::Tensor logError;                 ///< [N,1,H,W] natural log of the expected distance in ab
        torch::Tensor ownAb;                    ///< [N,2,H,W] the own guess alone, for training
        std::vector<torch::Tensor> candidates;  ///< what is mixed, each [N,2,H,W] in ab; the last is the own guess
        torch::Tensor gates;                    ///< [N,candidates,H,W] their shares, sum 1
    };
    /// lightness [N,1,H,W] 0..100, hintAb [N,2,H,W], hintMask [N,1,H,W] 0..1, spreads as spreadTensor() makes
    /// them. Any H, W ≥ 16 (padded inside).
    virtual Output run(const torch::Tensor& lightness, const torch::Tensor& hintAb, const torch::Tensor& hintMask,
                       const torch::Tensor& spreads) = 0;
    /// ab and logError of run(), with the spreads made on the way.
    Colored forward(const torch::Tensor& lightness, const torch::Tensor& hintAb, const torch::Tensor& hintMask);
};
using KeyframeNetwork = std::shared_ptr<KeyframeNetworkImpl>;

/// Names of the architectures that makeKeyframeNetwork() knows: "generator" (the default) and "vit-generator".
[[nodiscard]] const std::vector<std::string>& keyframeArchitectures();
/// A network with fresh weights. Error: ErrorCode::Model, with the names that are known.
[[nodiscard]] Result<KeyframeNetwork> makeKeyframeNetwork(const std::string& architecture);

}  // namespace tintreel::nn
