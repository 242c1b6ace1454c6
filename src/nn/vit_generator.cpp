// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/vit_generator.h"

#include <cmath>

#include "nn/keyframe_parts.h"

namespace tintreel::nn {
namespace {

constexpr int kHalf = 48, kQuarter = 96;                // channels beside the tokens
constexpr int kHeadOutputs = kSpreadCount + 1 + 2 + 1;  // gates, own ab, log error

torch::nn::Linear linear(int64_t in, int64_t out, double gain = 1.0) {
    torch::nn::Linear layer(in, out);
    torch::NoGradGuard guard;
    layer->weight.normal_(0.0, gain / std::sqrt(static_cast<double>(in)));
    layer->bias.zero_();
    return layer;
}

torch::nn::LayerNorm layerNorm(int64_t width) { return torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})); }

}  // namespace

VitBlockImpl::VitBlockImpl(int64_t width, int64_t heads, int64_t hidden) : heads_(heads) {
    norm1 = register_module("norm1", layerNorm(width));
    norm2 = register_module("norm2", layerNorm(width));
    qkv = register_module("qkv", linear(width, 3 * width));
    project = register_module("project", linear(width, width, 0.3));
    grow = register_module("grow", linear(width, hidden));
    shrink = register_module("shrink", linear(hidden, width, 0.3));
}

torch::Tensor VitBlockImpl::forward(const torch::Tensor& tokens) {
    const auto n = tokens.size(0), count = tokens.size(1), width = tokens.size(2);
    const auto parts =
        qkv(norm1(tokens)).view({n, count, 3, heads_, width / heads_}).permute({2, 0, 3, 1, 4});  // [3,N,heads,T,D]
    const auto read =
        torch::scaled_dot_product_attention(parts[0], parts[1], parts[2]).transpose(1, 2).reshape({n, count, width});
    const auto x = tokens + project(read);
    return x + shrink(torch::gelu(grow(norm2(x))));
}

VitGeneratorImpl::VitGeneratorImpl(VitOptions options) {
    const auto width = static_cast<int>(options.width);
    stem = register_module("stem", makeConv(kHintInputs * 4, kHalf));
    stemBlock = register_module("stem_block", ResidualBlock(kHalf, Norm::Group));
    toQuarter = register_module("to_quarter", makeConv(kHalf, kQuarter, 3, 2));
    quarterBlock = register_module("quarter_block", ResidualBlock(kQuarter, Norm::Group));
    toTokens = register_module("to_tokens", makeConv(kQuarter, width, 3, 2));
    place =
        register_module("place", torch::nn::Conv2d(torch::nn::Conv2dOptions(width, width, 3).padding(1).groups(width)));
    for (int64_t i = 0; i < options.blocks; ++i)
        blocks->push_back(VitBlock(options.width, options.heads, options.hidden));
    register_module("blocks", blocks);
    norm = register_module("norm", layerNorm(options.width));
    mergeQuarter = register_module("merge_quarter", makeConv(width + kQuarter, kQuarter, 1));
    decodeQuarter = register_module("decode_quarter", ResidualBlock(kQuarter, Norm::Group));
    mergeHalf = register_module("merge_half", makeConv(kQuarter + kHalf, kHalf, 1));
    decodeHalf = register_module("decode_half", ResidualBlock(kHalf, Norm::Group));
    head = register_module("head", makeConv(kHalf, kHeadOutputs * 4, 3, 1, 0.1));
}

KeyframeNetworkImpl::Output VitGeneratorImpl::run(const torch::Tensor& lightness, const torch::Tensor& hintAb,
                                                  const torch::Tensor& hintMask, const torch::Tensor& spreads) {
    const HintInputs in(lightness, hintAb, hintMask, spreads, 8);
    const auto half =
        stemBlock(stem(torch::pixel_unshuffle(in.stacked, 2).contiguous(torch::MemoryFormat::ChannelsLast)));
    const auto quarter = quarterBlock(toQuarter(half));
    auto grid = toTokens(torch::silu(quarter));
    grid = grid + place(grid);
    const auto h = grid.size(2), w = grid.size(3);
    auto tokens = grid.flatten(2).transpose(1, 2);
    for (const auto& block : *blocks) tokens = block->as<VitBlock>()->forward(tokens);
    auto x = norm(tokens).transpose(1, 2).reshape({grid.size(0), grid.size(1), h, w});
    x = decodeQuarter(mergeQuarter(torch::cat({resizeTo(x, 2 * h, 2 * w), quarter}, 1)));
    x = decodeHalf(mergeHalf(torch::cat({resizeTo(x, 4 * h, 4 * w), half}, 1)));
    return mixCandidates(in, in.candidates, torch::pixel_shuffle(head(torch::silu(x)), 2).to(torch::kFloat32));
}

}  // namespace tintreel::nn
