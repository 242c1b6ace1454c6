// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/blocks.h"

#include <ATen/autocast_mode.h>

#include <algorithm>
#include <cmath>

namespace tintreel::nn {
namespace F = torch::nn::functional;

torch::Tensor convRelu(torch::nn::Conv2dImpl& conv, const torch::Tensor& x) { return conv.forward(x).relu_(); }

torch::nn::Conv2d makeConv(int in, int out, int kernel, int stride, double gain) {
    torch::nn::Conv2d conv(torch::nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2).bias(true));
    torch::NoGradGuard guard;
    conv->weight.normal_(0.0, gain * std::sqrt(2.0 / (in * kernel * kernel)));
    conv->bias.zero_();
    return conv;
}

ResidualBlockImpl::ResidualBlockImpl(int channels, Norm norm) {
    conv1 = register_module("conv1", makeConv(channels, channels));
    conv2 = register_module("conv2", makeConv(channels, channels, 3, 1, 0.3));
    if (norm == Norm::Group) {
        norm1 = register_module("norm1", torch::nn::GroupNorm(torch::nn::GroupNormOptions(8, channels)));
        norm2 = register_module("norm2", torch::nn::GroupNorm(torch::nn::GroupNormOptions(8, channels)));
    }
}

torch::Tensor ResidualBlockImpl::forward(const torch::Tensor& x) {
    if (norm1.is_empty()) return conv2(convRelu(*conv1, x)).add_(x).relu_();
    return x + conv2(torch::silu(norm2(conv1(torch::silu(norm1(x))))));
}

DualAttentionImpl::DualAttentionImpl(int channels, int reduction) {
    const int hidden = std::max(8, channels / reduction);
    squeeze = register_module("squeeze", makeConv(channels, hidden, 1));
    excite = register_module("excite", makeConv(hidden, channels, 1, 1, 0.1));
    spatial = register_module("spatial", makeConv(2, 1, 7, 1, 0.1));
}

torch::Tensor DualAttentionImpl::forward(const torch::Tensor& x) {
    const auto channelWeight = 2 * torch::sigmoid(excite(torch::relu(squeeze(x.mean({2, 3}, true)))));
    const auto y = x * channelWeight;
    const auto summary = torch::cat({y.mean(1, true), y.amax(1, true)}, 1);
    return y * (2 * torch::sigmoid(spatial(summary)));
}

torch::Tensor unitVectors(const torch::Tensor& t, int64_t dim) { return t / (t.norm(2, dim, true) + 1e-4); }

torch::Tensor resizeTo(const torch::Tensor& x, int64_t height, int64_t width) {
    if (x.size(2) == height && x.size(3) == width) return x;
    return F::interpolate(x, F::InterpolateFuncOptions()
                                 .size(std::vector<int64_t>{height, width})
                                 .mode(torch::kBilinear)
                                 .align_corners(false));
}

torch::Tensor padToMultiple(const torch::Tensor& x, int64_t multiple) {
    const int64_t bottom = (multiple - x.size(2) % multiple) % multiple;
    const int64_t right = (multiple - x.size(3) % multiple) % multiple;
    if (bottom == 0 && right == 0) return x;
    const auto options = F::PadFuncOptions({0, right, 0, bottom});
    if (bottom < x.size(2) && right < x.size(3)) return F::pad(x, F::PadFuncOptions(options).mode(torch::kReflect));
    return F::pad(x, F::PadFuncOptions(options).mode(torch::kReplicate));
}

void toBf16(torch::nn::Module& module) {
    torch::NoGradGuard guard;
    for (auto& child : module.modules(false))
        if (auto* conv = child->as<torch::nn::Conv2d>()) conv->to(torch::kBFloat16);
}

void toChannelsLast(torch::nn::Module& module) {
    torch::NoGradGuard guard;
    for (auto& parameter : module.parameters()) {
        if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
    }
}

Bf16Scope::Bf16Scope(bool enabled, torch::DeviceType device)
    : device_(device), before_(at::autocast::is_autocast_enabled(device)) {
    at::autocast::set_autocast_enabled(device_, enabled);
    at::autocast::set_autocast_dtype(device_, torch::kBFloat16);
    at::autocast::increment_nesting();
}

Bf16Scope::~Bf16Scope() {
    // The cast copies of the weights live until the outermost scope ends; the optimizer changes weights after that.
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(device_, before_);
}

int64_t parameterCount(const torch::nn::Module& module) {
    int64_t count = 0;
    for (const auto& parameter : module.parameters()) count += parameter.numel();
    return count;
}

}  // namespace tintreel::nn
