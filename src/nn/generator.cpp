// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/generator.h"

#include "nn/keyframe_parts.h"
#include "tintreel/nn/device.h"

namespace tintreel::nn {
namespace {

constexpr int kCandidates = kSpreadCount + 3;      // spreads, colours looked up by cells and by pixels, own guess
constexpr int kHeadOutputs = kCandidates + 2 + 1;  // gates, own ab, log error
constexpr int kCopyLevel = 2;                      // 1/8
constexpr int64_t kKeyDim = 64;
constexpr int64_t kFineDim = 32, kFineRead = 5;  // what a pixel reads: a, b, certainty, spread, similarity
constexpr int64_t kMostTokens = 512;             // hints are looked up in cells so large that there are no more of them
constexpr int64_t kPixelsAtOnce = 16384;

/// Mean hint colour in each cell of `factor` pixels and the share of the cell that hints cover; ab is multiplied by the
/// mask already, which is between 0 and 1 at a stroke's edge.
std::pair<torch::Tensor, torch::Tensor> hintsPerCell(const torch::Tensor& ab, const torch::Tensor& mask,
                                                     int64_t factor) {
    const auto share = torch::avg_pool2d(mask, factor);
    return {torch::avg_pool2d(ab, factor) / (share + 1e-4), share};
}

/// x and y of every pixel, row after row: [2,h·w].
torch::Tensor placesOf(int64_t h, int64_t w, const torch::TensorOptions& options) {
    const auto ys = torch::arange(h, options).view({h, 1}).expand({h, w}),
               xs = torch::arange(w, options).view({1, w}).expand({h, w});
    return torch::stack({xs, ys}).flatten(1);
}

/// The cells that have hints, T of them where the picture that has most has T. [G,T,·], after a picture's own cells
/// come others that are not `there`.
struct HintTokens {
    torch::Tensor features;   // [G,T,C] mean under the hints
    torch::Tensor ab;         // [G,T,2] / kHintAbScale
    torch::Tensor positions;  // [G,T,2] x, y in pixels of half size
    torch::Tensor there;      // [G,T]
};

torch::Tensor pooledBy(const torch::Tensor& t, int64_t factor) {
    return torch::avg_pool2d(t, factor, factor, 0, true, true);
}
torch::Tensor cellsWithHints(const torch::Tensor& share) { return share.flatten(1).gt(1e-3); }

/// Pictures whose tokens are looked up together.
struct HintGroup {
    int64_t factor;  // side of a cell in pixels of half size
    std::vector<int64_t> pictures;
};

/// Those that have hints, by the side of their cells: the smallest with which there are no more than kMostTokens of
/// them. On a GPU a group has all of one side, as a step of many small operations waits for their start; on a CPU each
/// has one picture, as none is to pay for another's tokens. halfMask [N,1,h,w].
std::vector<HintGroup> groupsOf(const torch::Tensor& halfMask) {
    std::vector<HintGroup> groups;
    std::vector<int64_t> left;
    for (int64_t i = 0; i < halfMask.size(0); ++i) left.push_back(i);
    for (int64_t factor = 2; !left.empty(); factor *= 2) {
        const auto counts = cellsWithHints(pooledBy(halfMask, factor)).sum(1).cpu();
        const auto countOf = [&](int64_t i) { return counts[i].item<int64_t>(); };
        HintGroup group{factor, {}};
        std::erase_if(left, [&](int64_t i) {
            if (countOf(i) > kMostTokens) return false;
            if (countOf(i) > 0) group.pictures.push_back(i);
            return true;
        });
        if (halfMask.is_cuda() && !group.pictures.empty()) groups.push_back(std::move(group));
        else
            for (const auto i : group.pictures) groups.push_back({factor, {i}});
    }
    return groups;
}

/// features [G,C,h,w] at half size, halfAb [G,2,h,w] multiplied by the mask, halfMask [G,1,h,w].
HintTokens tokensOf(const torch::Tensor& features, const torch::Tensor& halfAb, const torch::Tensor& halfMask,
                    int64_t factor) {
    const auto share = pooledBy(halfMask, factor);
    const auto has = cellsWithHints(share);
    const auto order = std::get<1>(has.to(torch::kUInt8).sort(/*stable=*/true, 1, /*descending=*/true))
                           .narrow(1, 0, has.sum(1).max().item<int64_t>());
    const auto mean = [&](const torch::Tensor& masked) {
        const auto cells = (pooledBy(masked, factor) / (share + 1e-6)).flatten(2);
        return cells.gather(2, order.unsqueeze(1).expand({-1, cells.size(1), -1})).transpose(1, 2);
    };
    const auto h = halfMask.size(2), w = halfMask.size(3);
    const auto places = placesOf(h, w, halfMask.options()).view({1, 2, h, w});
    return {mean(features * halfMask), mean(halfAb), mean(places * halfMask), has.gather(1, order)};
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

GeneratorImpl::Copied GeneratorImpl::lookUpHints(const torch::Tensor& features, const torch::Tensor& cellAb,
                                                 const torch::Tensor& cellShare) {
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
    const auto values =
        torch::cat({cellAb.to(torch::kFloat32).flatten(2), torch::ones_like(share)}, 1).transpose(1, 2);  // [N,cells,3]
    const auto read = torch::matmul(weights, values).transpose(1, 2).reshape({n, 3, h, w});
    const auto certainty = read.narrow(1, 2, 1);
    return {read.narrow(1, 0, 2) / (certainty + 1e-4), certainty};
}

torch::Tensor GeneratorImpl::lookUpTokens(const torch::Tensor& features, const torch::Tensor& ab,
                                          const torch::Tensor& mask) {
    const auto n = features.size(0), h = features.size(2), w = features.size(3);
    const auto allQueries =
        unitVectors(fineQuery(features).to(torch::kFloat32), 1).flatten(2).transpose(1, 2);  // [N,pixels,D]
    const auto plain = features.to(torch::kFloat32);
    const Bf16Scope fp32(false, features.device().type());
    const auto inputs = plain.options().requires_grad(false);
    const auto places = placesOf(h, w, inputs).t();
    const auto halfAb = torch::avg_pool2d(ab, 2), halfMask = torch::avg_pool2d(mask, 2);
    std::vector<torch::Tensor> reads(static_cast<std::size_t>(n), torch::zeros({kFineRead, h, w}, inputs));
    for (const auto& group : groupsOf(halfMask)) {
        const auto pictures = torch::tensor(group.pictures, inputs.dtype(torch::kInt64));
        const auto of = [&](const torch::Tensor& t) { return t.index_select(0, pictures); };
        const auto queries = of(allQueries);
        const auto tokens = tokensOf(of(plain), of(halfAb), of(halfMask), group.factor);
        const auto count = tokens.ab.size(1), members = tokens.ab.size(0);
        const auto absent = tokens.there.logical_not().unsqueeze(1);  // [G,1,T]
        const auto keys = unitVectors(fineKey(tokens.features), 2).transpose(1, 2);
        const auto values = torch::cat({tokens.ab, tokens.ab.square().sum(2, true)}, 2);
        std::vector<torch::Tensor> parts;  // a large picture's weights all at once would take gigabytes
        for (int64_t first = 0; first < h * w; first += kPixelsAtOnce) {
            const auto pixels = std::min(kPixelsAtOnce, h * w - first);
            const auto alike = torch::matmul(queries.narrow(1, first, pixels), keys);  // [G,pixels,T]
            const auto distance = torch::sqrt(
                torch::cdist(places.narrow(0, first, pixels).unsqueeze(0), tokens.positions).square() + 16.0);
            auto logits = alike * torch::exp(fineTemperature) - torch::exp(fineDistance) * distance / 32.0;
            if (members > 1) logits = logits.masked_fill(absent, -1e4);
            const auto null = fineNull.view({1, 1, 1}).expand({members, pixels, 1});
            const auto weights = torch::softmax(torch::cat({logits, null}, 2), 2).narrow(2, 0, count);
            const auto certainty = weights.sum(2, true);
            const auto read = torch::matmul(weights, values) / (certainty + 1e-4);
            const auto mean = read.narrow(2, 0, 2);
            const auto spread = torch::sqrt(torch::relu(read.narrow(2, 2, 1) - mean.square().sum(2, true)) + 1e-4);
            parts.push_back(
                torch::cat({mean, certainty, spread, (weights * alike).sum(2, true) / (certainty + 1e-4)}, 2));
        }
        const auto read = torch::cat(parts, 1).transpose(1, 2).reshape({members, kFineRead, h, w});
        for (std::size_t g = 0; g < group.pictures.size(); ++g)
            reads[static_cast<std::size_t>(group.pictures[g])] = read[static_cast<int64_t>(g)];
    }
    return torch::stack(reads);
}

GeneratorImpl::Output GeneratorImpl::run(const torch::Tensor& lightness, const torch::Tensor& hintAb,
                                         const torch::Tensor& hintMask, const torch::Tensor& spreads) {
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
