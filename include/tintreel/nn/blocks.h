// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

namespace tintreel::nn {

/// 3×3 (or 1×1) convolution with bias and "same" padding; He initialisation times `gain`.
[[nodiscard]] torch::nn::Conv2d makeConv(int in, int out, int kernel = 3, int stride = 1, double gain = 1.0);

/// ReLU after a convolution, in place.
[[nodiscard]] torch::Tensor convRelu(torch::nn::Conv2dImpl& conv, const torch::Tensor& x);

/// What stands between the convolutions of a residual block.
enum class Norm { None, Group };

/// Two 3×3 convolutions with a skip. With Norm::None the branch starts at 0.3 of He's scale, which keeps
/// deep stacks without normalisation stable.
class ResidualBlockImpl : public torch::nn::Module {
public:
    ResidualBlockImpl(int channels, Norm norm);
    torch::Tensor forward(const torch::Tensor& x);

    torch::nn::Conv2d conv1{nullptr};
    torch::nn::Conv2d conv2{nullptr};
    torch::nn::GroupNorm norm1{nullptr};
    torch::nn::GroupNorm norm2{nullptr};
};
TORCH_MODULE(ResidualBlock);

/// Channel, then spatial attention (Woo et al., "CBAM", ECCV 2018): weights in 0..2 that start at 1.
class DualAttentionImpl : public torch::nn::Module {
public:
    explicit DualAttentionImpl(int channels, int reduction = 8);
    torch::Tensor forward(const torch::Tensor& x);

    torch::nn::Conv2d squeeze{nullptr};
    torch::nn::Conv2d excite{nullptr};
    torch::nn::Conv2d spatial{nullptr};
};
TORCH_MODULE(DualAttention);

/// Vectors along `dim` brought to length 1, as attention compares them.
[[nodiscard]] torch::Tensor unitVectors(const torch::Tensor& t, int64_t dim);

/// Bilinear resize with align_corners = false, to a size or by a factor of two.
[[nodiscard]] torch::Tensor resizeTo(const torch::Tensor& x, int64_t height, int64_t width);

/// Pads right and bottom by reflection (by edge repetition where the picture is too small for it) until both
/// sides are multiples of `multiple`.
[[nodiscard]] torch::Tensor padToMultiple(const torch::Tensor& x, int64_t multiple);

/// Stores all 4-D weights channels-last; convolutions on CPU run about twice as fast that way.
void toChannelsLast(torch::nn::Module& module);

/// Stores the weights of convolutions in bf16, so that no call has to cast them; for inference under Bf16Scope.
void toBf16(torch::nn::Module& module);

/// While it lives, convolutions and matrix products of this thread run in bf16 where `enabled` (autocast).
class Bf16Scope {
public:
    Bf16Scope(bool enabled, torch::DeviceType device);
    ~Bf16Scope();
    Bf16Scope(const Bf16Scope&) = delete;
    Bf16Scope& operator=(const Bf16Scope&) = delete;

private:
    torch::DeviceType device_;
    bool before_;
};

[[nodiscard]] int64_t parameterCount(const torch::nn::Module& module);

}  // namespace tintreel::nn
