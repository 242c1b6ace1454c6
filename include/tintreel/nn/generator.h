// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <vector>

#include <torch/torch.h>

#include "tintreel/nn/blocks.h"

namespace tintreel::nn {

/// λ and σ of the edge-aware spreads that the generator sees beside the hints (color/edge_aware.h).
struct SpreadSetting {
    double lambda;
    double sigma;
};
inline constexpr std::array<SpreadSetting, 3> kSpreads{{{800, 6}, {800, 12}, {8000, 12}}};

/// The spreads of N pictures, computed on the CPU.
/// lightness [N,1,H,W] 0..100, ab [N,2,H,W], mask [N,1,H,W] 0..1 → [N,9,H,W] on the same device:
/// per setting of kSpreads a, b, certainty 0..1.
[[nodiscard]] torch::Tensor spreadTensor(const torch::Tensor& lightness, const torch::Tensor& ab, const torch::Tensor& mask);

/// What a colorizer says of a picture.
struct Colored {
    torch::Tensor ab;        ///< [N,2,H,W] CIELAB a, b
    torch::Tensor logError;  ///< [N,1,H,W] natural log of the expected distance in ab
};

struct GeneratorOptions {
    std::vector<int64_t> widths{48, 80, 128, 176, 208};  ///< channels at 1/2, 1/4, 1/8, 1/16, 1/32
    std::vector<int64_t> blocks{1, 2, 2, 2, 2};           ///< residual blocks of the encoder at each level
};

/// The keyframe generator: a U-Net with channel and spatial attention over L, the hints, their mask and three
/// edge-aware spreads of the hints. Colour is copied before it is invented: hints are injected at every level,
/// features of every 1/8 cell look hint colours up by attention (with a null key for "no hint applies"), and
/// the output is a per-pixel softmax mix of {three spreads, the looked-up colour, an own guess}.
/// Under hints (mask 1) the output is the hint's colour.
class GeneratorImpl : public torch::nn::Module {
public:
    explicit GeneratorImpl(GeneratorOptions options = {});

    struct Output {
        torch::Tensor ab;        ///< [N,2,H,W] the result
        torch::Tensor logError;  ///< [N,1,H,W] natural log of the expected distance in ab
        torch::Tensor ownAb;     ///< [N,2,H,W] the own guess alone, for training
        std::vector<torch::Tensor> candidates;  ///< what is mixed, each [N,2,H,W] in ab: the spreads, the looked-up colour, the own guess
        torch::Tensor gates;     ///< [N,candidates,H,W] their shares, sum 1
    };
    /// lightness [N,1,H,W] 0..100, hintAb [N,2,H,W], hintMask [N,1,H,W] 0..1, spreads as spreadTensor() makes
    /// them. Any H, W ≥ 16 (padded inside to multiples of 32).
    Output run(const torch::Tensor& lightness, const torch::Tensor& hintAb, const torch::Tensor& hintMask,
               const torch::Tensor& spreads);
    /// ab and logError of run(), with the spreads made on the way.
    Colored forward(const torch::Tensor& lightness, const torch::Tensor& hintAb, const torch::Tensor& hintMask);

    GeneratorOptions options;

private:
    struct Copied {
        torch::Tensor ab;         // [N,2,h,w] / kAbScale
        torch::Tensor certainty;  // [N,1,h,w] 1 − weight of the null key
    };
    Copied lookUpHints(const torch::Tensor& features, const torch::Tensor& cellAb, const torch::Tensor& cellShare);

    torch::nn::Conv2d stem{nullptr};
    torch::nn::ModuleList injections, encoders, downs, attentions, merges, decoders;
    torch::nn::Conv2d query{nullptr}, key{nullptr}, copied{nullptr}, headConv{nullptr}, head{nullptr};
    torch::Tensor nullKey, distanceWeight, temperature;
};
TORCH_MODULE(Generator);

}  // namespace tintreel::nn
