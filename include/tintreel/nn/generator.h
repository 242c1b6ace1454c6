// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <torch/torch.h>

#include "tintreel/nn/blocks.h"
#include "tintreel/nn/keyframe_network.h"

namespace tintreel::nn {

struct GeneratorOptions {
    std::vector<int64_t> widths{48, 80, 128, 176, 208};  ///< channels at 1/2, 1/4, 1/8, 1/16, 1/32
    std::vector<int64_t> blocks{1, 2, 2, 2, 2};           ///< residual blocks of the encoder at each level
};

/// The keyframe generator: a U-Net with channel and spatial attention over L, the hints, their mask and three
/// edge-aware spreads of the hints. Colour is copied before it is invented: hints are injected at every level,
/// features of every 1/8 cell look hint colours up by attention (with a null key for "no hint applies"), and
/// the output is a per-pixel softmax mix of {three spreads, the looked-up colour, an own guess}.
class GeneratorImpl : public KeyframeNetworkImpl {
public:
    explicit GeneratorImpl(GeneratorOptions options = {});
    Output run(const torch::Tensor& lightness, const torch::Tensor& hintAb, const torch::Tensor& hintMask, const torch::Tensor& spreads) override;

    GeneratorOptions options;

private:
    struct Copied {
        torch::Tensor ab;         // [N,2,h,w] / kHintAbScale
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
