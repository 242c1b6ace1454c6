// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include "tintreel/nn/blocks.h"
#include "tintreel/nn/keyframe_network.h"

namespace tintreel::nn {

/// A block of a Vision Transformer (Dosovitskiy et al., "An Image is Worth 16x16 Words", ICLR 2021): attention of every
/// token to every token, then a two-layer perceptron, each behind a layer norm and with a skip.
class VitBlockImpl : public torch::nn::Module {
public:
    VitBlockImpl(int64_t width, int64_t heads, int64_t hidden);
    torch::Tensor forward(const torch::Tensor& tokens);  ///< [N,T,width]

private:
    int64_t heads_;
    torch::nn::LayerNorm norm1{nullptr}, norm2{nullptr};
    torch::nn::Linear qkv{nullptr}, project{nullptr}, grow{nullptr}, shrink{nullptr};
};
TORCH_MODULE(VitBlock);

struct VitOptions {
    int64_t width = 224, blocks = 7, heads = 7, hidden = 672;
};

/// A keyframe generator whose body is a Vision Transformer: convolutions make one token of every 8×8 pixels (early
/// convolutions, Xiao et al., NeurIPS 2021), blocks of global attention work on them, a convolutional decoder with
/// skips goes back to the picture. The place of a token is told by a depth-wise convolution (Chu et al., "Conditional
/// Positional Encodings", 2021), so that pictures may have any size. The output is a per-pixel softmax mix of {three
/// spreads, an own guess}.
class VitGeneratorImpl : public KeyframeNetworkImpl {
public:
    explicit VitGeneratorImpl(VitOptions options = {});
    Output run(const torch::Tensor& lightness, const torch::Tensor& hintAb, const torch::Tensor& hintMask,
               const torch::Tensor& spreads) override;

private:
    torch::nn::Conv2d stem{nullptr}, toQuarter{nullptr}, toTokens{nullptr}, place{nullptr};
    torch::nn::ModuleList blocks;
    torch::nn::LayerNorm norm{nullptr};
    torch::nn::Conv2d mergeQuarter{nullptr}, mergeHalf{nullptr}, head{nullptr};
    ResidualBlock stemBlock{nullptr}, quarterBlock{nullptr}, decodeQuarter{nullptr}, decodeHalf{nullptr};
};
TORCH_MODULE(VitGenerator);

}  // namespace tintreel::nn
