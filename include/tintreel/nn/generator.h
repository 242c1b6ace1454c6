// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <torch/torch.h>

#include "tintreel/nn/blocks.h"
#include "tintreel/nn/keyframe_network.h"

namespace tintreel::nn {

struct GeneratorOptions {
    std::vector<int64_t> widths{48, 80, 128, 176, 208};  ///< channels at 1/2, 1/4, 1/8, 1/16, 1/32
    std::vector<int64_t> blocks{1, 2, 2, 2, 2};          ///< residual blocks of the encoder at each level
};

/// The keyframe generator: a U-Net with channel and spatial attention over L, the hints, their mask and three
/// edge-aware spreads of the hints. Colour is copied before it is invented: hints are injected at every level,
/// features of every 1/8 cell and, after the decoder, of every pixel of half size look hint colours up by attention
/// (with a null key for "no hint applies"), and the output is a per-pixel softmax mix of {three spreads, both looked-up
/// colours, an own guess}.
class GeneratorImpl : public KeyframeNetworkImpl {
public:
    explicit GeneratorImpl(GeneratorOptions options = {});
    Output run(const torch::Tensor& lightness, const torch::Tensor& hintAb, const torch::Tensor& hintMask,
               const torch::Tensor& spreads) override;

    GeneratorOptions options;

private:
    struct Copied {
        torch::Tensor ab;         // [N,2,h,w] / kHintAbScale
        torch::Tensor certainty;  // [N,1,h,w] 1 − weight of the null key
    };
    Copied lookUpHints(const torch::Tensor& features, const torch::Tensor& cellAb, const torch::Tensor& cellShare);

    /// What every pixel of half size reads from the hints, looked up one by one: a, b (/ kHintAbScale), certainty,
    /// spread of the colours, similarity. features [N,C,h,w], ab [N,2,2h,2w] multiplied by the mask, mask [N,1,2h,2w] →
    /// [N,5,h,w].
    torch::Tensor lookUpTokens(const torch::Tensor& features, const torch::Tensor& ab, const torch::Tensor& mask);

    torch::nn::Conv2d stem{nullptr};
    torch::nn::ModuleList injections, encoders, downs, attentions, merges, decoders;
    torch::nn::Conv2d query{nullptr}, key{nullptr}, copied{nullptr}, headConv{nullptr}, head{nullptr};
    torch::nn::Conv2d fineQuery{nullptr}, fineRead{nullptr};
    torch::nn::Linear fineKey{nullptr};
    torch::Tensor nullKey, distanceWeight, temperature, fineNull, fineDistance, fineTemperature;
};
TORCH_MODULE(Generator);

}  // namespace tintreel::nn
