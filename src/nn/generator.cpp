// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/generator.h"

#include "nn/keyframe_parts.h"
#include "tintreel/nn/device.h"

namespace tintreel::nn {
namespace {

constexpr int kCandidates = kSpreadCount + 3;  // spreads, colours looked up by cells and by pixels, own guess
constexpr int kHeadOutputs = kCandidates + 2 + 1;  // gates, own ab, log error
constexpr int kCopyLevel = 2;                      // 1/8
constexpr int64_t kKeyDim = 64;
constexpr int64_t kFineDim = 32, kFineRead = 5;  // what a pixel reads: a, b, certainty, spread, similarity
constexpr int64_t kMostTokens = 512;             // hints are looked up in cells so large that there are no more of them
constexpr int64_t kPixelsAtOnce = 16384;

/// Mean hint colour in each cell of `factor` pixels and the share of the cell that hints cover; ab is multiplied by the mask already, which is between
/// 0 and 1 at a stroke's edge.
std::pair<torch::Tensor, torch::Tensor> hintsPerCell(const torch::Tensor& ab, const torch::Tensor& mask, int64_t factor) {
    const auto share = torch::avg_pool2d(mask, factor);
    return {torch::avg_pool2d(ab, factor) / (share + 1e-4), share};
}

/// x and y of every pixel, row after row: [2,h·w].
torch::Tensor placesOf(int64_t h, int64_t w, const torch::TensorOptions& options) {
    const auto ys = torch::arange(h, options).view({h, 1}).expand({h, w}), xs = torch::arange(w, options).view({1, w}).expand({h, w});
    return torch::stack({xs, ys}).flatten(1);
}

/// The cells of one picture that have hints, N of them.
struct HintTokens {
    torch::Tensor features;   // [N,C] mean under the hints
    torch::Tensor ab;         // [N,2] / kHintAbScale
    torch::Tensor positions;  // [N,2] x, y in pixels of half size
};

/// features [C,h,w] at half size, ab [2,2h,2w] multiplied by the mask, mask [1,2h,2w].
HintTokens tokensOf(const torch::Tensor& features, const torch::Tensor& ab, const torch::Tensor& mask) {
    const auto halfMask = torch::avg_pool2d(mask.unsqueeze(0), 2);
    const auto h = halfMask.size(2), w = halfMask.size(3);
    int64_t factor = 1;
    const auto pooled = [&](const torch::Tensor& t) { return torch::avg_pool2d(t, factor, factor, 0, true, true); };
    torch::Tensor share, at;
    do {
        factor *= 2;
        share = pooled(halfMask);
        at = share.flatten().gt(1e-3).nonzero().flatten();
    } while (at.size(0) > kMostTokens);
    const auto mean = [&](const torch::Tensor& masked) { return (pooled(masked) / (share + 1e-6)).flatten(2)[0].index_select(1, at).t(); };
    const auto places = placesOf(h, w, halfMask.options()).view({1, 2, h, w});
    return {mean(features.unsqueeze(0) * halfMask), mean(torch::avg_pool2d(ab.unsqueeze(0), 2)), mean(places * halfMask)};
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
    fineQuery = register_module("fine_query", makeConv(width(0), kFineDim, 1));
    fineKey = register_module("fine_key", torch::nn::Linear(width(0), kFineDim));
    fineRead = register_module("fine_read", makeConv(kFineRead, width(0), 1, 1, 0.1));
    fineNull = register_parameter("fine_null_logit", torch::zeros({1}));
    fineDistance = register_parameter("fine_distance_weight", torch::zeros({1}));
    fineTemperature = register_parameter("fine_temperature", torch::full({1}, 2.0));
    headConv = register_module("head_conv", makeConv(width(0), width(0)));
    head = register_module("head", makeConv(width(0), kHeadOutputs * 4, 1, 1, 0.1));
}

GeneratorImpl::Copied GeneratorImpl::lookUpHints(const torch::Tensor& features, const torch::Tensor& cellAb, const torch::Tensor& cellShare) {
    const auto n = features.size(0), h = features.size(2), w = features.size(3), cells = h * w;
    const auto q = unitVectors(query(features).to(torch::kFloat32), 1).flatten(2).transpose(1, 2);  // [N,cells,D]
    const auto k = unitVectors(key(features).to(torch::kFloat32), 1).flatten(2);                    // [N,D,cells]
    auto logits = torch::matmul(q, k) * torch::exp(temperature);

    const auto places = placesOf(h, w, k.options().requires_grad(false));
    const auto xs = places[0], ys = places[1];
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

torch::Tensor GeneratorImpl::lookUpTokens(const torch::Tensor& features, const torch::Tensor& ab, const torch::Tensor& mask) {
    const auto n = features.size(0), h = features.size(2), w = features.size(3);
    const auto queries = unitVectors(fineQuery(features).to(torch::kFloat32), 1).flatten(2).transpose(1, 2);  // [N,pixels,D]
    const auto plain = features.to(torch::kFloat32);
    const Bf16Scope fp32(false, features.device().type());
    const auto inputs = plain.options().requires_grad(false);
    const auto places = placesOf(h, w, inputs).t();
    std::vector<torch::Tensor> reads;
    for (int64_t i = 0; i < n; ++i) {
        const auto tokens = tokensOf(plain[i], ab[i], mask[i]);
        if (tokens.ab.size(0) == 0) {
            reads.push_back(torch::zeros({kFineRead, h, w}, inputs));
            continue;
        }
        const auto keys = unitVectors(fineKey(tokens.features), 1).t();
        const auto values = torch::cat({tokens.ab, tokens.ab.square().sum(1, true)}, 1);
        std::vector<torch::Tensor> parts;  // a large picture's weights all at once would take gigabytes
        for (int64_t first = 0; first < h * w; first += kPixelsAtOnce) {
            const auto count = std::min(kPixelsAtOnce, h * w - first);
            const auto alike = torch::matmul(queries[i].narrow(0, first, count), keys);  // [count,tokens]
            const auto distance = torch::sqrt(torch::cdist(places.narrow(0, first, count), tokens.positions).square() + 16.0);
            const auto logits = alike * torch::exp(fineTemperature) - torch::exp(fineDistance) * distance / 32.0;
            const auto weights = torch::softmax(torch::cat({logits, fineNull.view({1, 1}).expand({count, 1})}, 1), 1).narrow(1, 0, tokens.ab.size(0));
            const auto certainty = weights.sum(1, true);
            const auto read = torch::matmul(weights, values) / (certainty + 1e-4);
            const auto mean = read.narrow(1, 0, 2);
            const auto spread = torch::sqrt(torch::relu(read.narrow(1, 2, 1) - mean.square().sum(1, true)) + 1e-4);
            parts.push_back(torch::cat({mean, certainty, spread, (weights * alike).sum(1, true) / (certainty + 1e-4)}, 1));
        }
        reads.push_back(torch::cat(parts, 0).t().reshape({kFineRead, h, w}));
    }
    return torch::stack(reads);
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
    const auto fine = lookUpTokens(x, in.ab, in.mask);
    x = x + fineRead(fine);
    const auto out = torch::pixel_shuffle(head(torch::silu(headConv(x))), 2).to(torch::kFloat32);

    auto candidates = in.candidates;
    for (const auto& ab : {copy.ab, fine.narrow(1, 0, 2)}) candidates.push_back(resizeTo(ab, out.size(2), out.size(3)));
    return mixCandidates(in, std::move(candidates), out);
}

}  // namespace tintreel::nn
