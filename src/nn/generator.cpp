// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/generator.h"

#include "nn/keyframe_parts.h"

namespace tintreel::nn {
namespace {

constexpr int kCandidates = kSpreadCount + 2;  // spreads, looked-up colour, own guess
constexpr int kHeadOutputs = kCandidates + 2 + 1;  // gates, own ab, log error
constexpr int kCopyLevel = 2;                      // 1/8
constexpr int64_t kKeyDim = 64;

/// Mean hint colour under each cell of `factor` pixels and the share of the cell that hints cover.
std::pair<torch::Tensor, torch::Tensor> hintsPerCell(const torch::Tensor& ab, const torch::Tensor& mask, int64_t factor) {
    const auto share = torch::avg_pool2d(mask, factor);
    const auto sum = torch::avg_pool2d(ab * mask, factor);
    return {sum / (share + 1e-4), share};
}

}  // namespace

GeneratorImpl::GeneratorImpl(GeneratorOptions opts) : options(std::move(opts)) {
    const auto& w = options.widths;
    const auto levels = w.size();
    const auto width = [&](std::size_t i) { return static_cast<int>(w[i]); };
    stem = register_module("stem", makeConv(kHintInputs * 4, width(0)));
    for (std::size_t i = 0; i < levels; ++i) {
        injections->push_back(makeConv(3, width(i), 1, 1, 0.5));
        torch::nn::Sequential encoder;
        for (int64_t b = 0; b < options.blocks[i]; ++b) encoder->push_back(ResidualBlock(width(i), Norm::Group));
        encoders->push_back(encoder);
        attentions->push_back(DualAttention(width(i)));
        if (i + 1 < levels) {
            downs->push_back(makeConv(width(i), width(i + 1), 3, 2));
            merges->push_back(makeConv(width(i) + width(i + 1), width(i), 1));
            decoders->push_back(ResidualBlock(width(i), Norm::Group));
        }
    }
    register_module("injections", injections);
    register_module("encoders", encoders);
    register_module("attentions", attentions);
    register_module("downs", downs);
    register_module("merges", merges);
    register_module("decoders", decoders);
    query = register_module("query", makeConv(width(kCopyLevel), kKeyDim, 1));
    key = register_module("key", makeConv(width(kCopyLevel), kKeyDim, 1));
    copied = register_module("copied", makeConv(3, width(kCopyLevel), 1, 1, 0.5));
    nullKey = register_parameter("null_logit", torch::zeros({1}));
    distanceWeight = register_parameter("distance_weight", torch::zeros({1}));
    temperature = register_parameter("temperature", torch::full({1}, 2.0));
    headConv = register_module("head_conv", makeConv(width(0), width(0)));
    head = register_module("head", makeConv(width(0), kHeadOutputs * 4, 1, 1, 0.1));
}

GeneratorImpl::Copied GeneratorImpl::lookUpHints(const torch::Tensor& features, const torch::Tensor& cellAb, const torch::Tensor& cellShare) {
    const auto n = features.size(0), h = features.size(2), w = features.size(3), cells = h * w;
    const auto unit = [](const torch::Tensor& t) { return t / (t.norm(2, 1, true) + 1e-4); };
    const auto q = unit(query(features).to(torch::kFloat32)).flatten(2).transpose(1, 2);  // [N,cells,D]
    const auto k = unit(key(features).to(torch::kFloat32)).flatten(2);                    // [N,D,cells]
    auto logits = torch::matmul(q, k) * torch::exp(temperature);

    const auto ys = torch::arange(h, features.options().dtype(torch::kFloat32)).view({h, 1}).expand({h, w}).reshape({cells});
    const auto xs = torch::arange(w, features.options().dtype(torch::kFloat32)).view({1, w}).expand({h, w}).reshape({cells});
    const auto distance = (ys.unsqueeze(1) - ys.unsqueeze(0)).square() + (xs.unsqueeze(1) - xs.unsqueeze(0)).square();
    logits = logits - torch::exp(distanceWeight) * torch::sqrt(distance + 1.0).unsqueeze(0) / 8.0;

    const auto share = cellShare.to(torch::kFloat32).flatten(2);  // [N,1,cells]
    logits = logits.masked_fill(share <= 1e-3, -1e4);
    const auto null = nullKey.view({1, 1, 1}).expand({n, cells, 1});
    const auto weights = torch::softmax(torch::cat({logits, null}, 2), 2).narrow(2, 0, cells);
    const auto values = torch::cat({cellAb.to(torch::kFloat32).flatten(2), torch::ones_like(share)}, 1).transpose(1, 2);  // [N,cells,3]
    const auto read = torch::matmul(weights, values).transpose(1, 2).reshape({n, 3, h, w});
    const auto certainty = read.narrow(1, 2, 1);
    return {read.narrow(1, 0, 2) / (certainty + 1e-4), certainty};
}

GeneratorImpl::Output GeneratorImpl::run(const torch::Tensor& lightness, const torch::Tensor& hintAb, const torch::Tensor& hintMask,
                                         const torch::Tensor& spreads) {
    const HintInputs in(lightness, hintAb, hintMask, spreads, int64_t{1} << options.widths.size());
    auto x = stem(torch::pixel_unshuffle(in.stacked, 2).contiguous(torch::MemoryFormat::ChannelsLast));

    const auto levels = options.widths.size();
    std::vector<torch::Tensor> skips;
    Copied copy;
    for (std::size_t i = 0; i < levels; ++i) {
        const auto [cellAb, cellShare] = hintsPerCell(in.ab, in.mask, int64_t{2} << i);
        x = x + injections[i]->as<torch::nn::Conv2d>()->forward(torch::cat({cellAb, cellShare}, 1));
        x = encoders[i]->as<torch::nn::Sequential>()->forward(x);
        x = attentions[i]->as<DualAttention>()->forward(x);
        if (i == kCopyLevel) {
            copy = lookUpHints(x, cellAb, cellShare);
            x = x + copied(torch::cat({copy.ab, copy.certainty}, 1));
        }
        skips.push_back(x);
        if (i + 1 < levels) x = downs[i]->as<torch::nn::Conv2d>()->forward(x);
    }
    for (std::size_t i = levels - 1; i-- > 0;) {
        const auto up = resizeTo(x, skips[i].size(2), skips[i].size(3));
        x = merges[i]->as<torch::nn::Conv2d>()->forward(torch::cat({up, skips[i]}, 1));
        x = decoders[i]->as<ResidualBlock>()->forward(x);
    }
    const auto out = torch::pixel_shuffle(head(torch::silu(headConv(x))), 2).to(torch::kFloat32);

    auto candidates = in.candidates;
    candidates.push_back(resizeTo(copy.ab, out.size(2), out.size(3)));
    return mixCandidates(in, std::move(candidates), out);
}

}  // namespace tintreel::nn
