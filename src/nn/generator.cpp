// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/generator.h"

#include <cstring>

#include "tintreel/color/edge_aware.h"

namespace tintreel::nn {
namespace {

constexpr double kAbScale = 50.0;
constexpr int kSpreadCount = static_cast<int>(kSpreads.size());
constexpr int kInputs = 1 + 1 + 2 + 3 * kSpreadCount;
constexpr int kCandidates = kSpreadCount + 2;  // spreads, looked-up colour, own guess
constexpr int kHeadOutputs = kCandidates + 2 + 1;  // gates, own ab, log error
constexpr int kCopyLevel = 2;                      // 1/8
constexpr int64_t kKeyDim = 64;

Plane<float> planeFrom(const torch::Tensor& t) {
    const auto c = t.contiguous();
    Plane<float> plane(static_cast<int>(c.size(1)), static_cast<int>(c.size(0)));
    std::memcpy(plane.data.data(), c.data_ptr<float>(), plane.data.size() * sizeof(float));
    return plane;
}

void copyInto(torch::Tensor target, const Plane<float>& plane) {
    std::memcpy(target.data_ptr<float>(), plane.data.data(), plane.data.size() * sizeof(float));
}

/// Certainties span many powers of ten; their logarithm on about −1..1 tells near from far.
torch::Tensor logCertainty(const torch::Tensor& certainty) { return torch::log10(certainty + 1e-6) / 3.0 + 1.0; }

/// Mean hint colour under each cell of `factor` pixels and the share of the cell that hints cover.
std::pair<torch::Tensor, torch::Tensor> hintsPerCell(const torch::Tensor& ab, const torch::Tensor& mask, int64_t factor) {
    const auto share = torch::avg_pool2d(mask, factor);
    const auto sum = torch::avg_pool2d(ab * mask, factor);
    return {sum / (share + 1e-4), share};
}

}  // namespace

torch::Tensor spreadTensor(const torch::Tensor& lightness, const torch::Tensor& ab, const torch::Tensor& mask) {
    const auto L = lightness.detach().to(torch::kCPU, torch::kFloat32);
    const auto hintAb = ab.detach().to(torch::kCPU, torch::kFloat32);
    const auto hintMask = mask.detach().to(torch::kCPU, torch::kFloat32);
    auto out = torch::zeros({L.size(0), 3 * kSpreadCount, L.size(2), L.size(3)});
    for (int64_t n = 0; n < L.size(0); ++n) {
        if (hintMask[n].max().item<float>() <= 0) continue;
        const Plane<float> guide = planeFrom(L[n][0]);
        AbImage colors;
        colors.a = planeFrom(hintAb[n][0]);
        colors.b = planeFrom(hintAb[n][1]);
        const Plane<float> coverage = planeFrom(hintMask[n][0]);
        for (int s = 0; s < kSpreadCount; ++s) {
            const auto setting = kSpreads[static_cast<std::size_t>(s)];
            const auto spread = color::spreadHints(guide, colors, coverage, setting.lambda, setting.sigma);
            copyInto(out[n][3 * s], spread.ab.a);
            copyInto(out[n][3 * s + 1], spread.ab.b);
            copyInto(out[n][3 * s + 2], spread.certainty);
        }
    }
    return out.to(lightness.device());
}

GeneratorImpl::GeneratorImpl(GeneratorOptions opts) : options(std::move(opts)) {
    const auto& w = options.widths;
    const auto levels = w.size();
    const auto width = [&](std::size_t i) { return static_cast<int>(w[i]); };
    stem = register_module("stem", makeConv(kInputs * 4, width(0)));
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

Colored GeneratorImpl::forward(const torch::Tensor& lightness, const torch::Tensor& hintAb, const torch::Tensor& hintMask) {
    const auto out = run(lightness, hintAb, hintMask, spreadTensor(lightness, hintAb, hintMask));
    return {out.ab, out.logError};
}

GeneratorImpl::Output GeneratorImpl::run(const torch::Tensor& lightness, const torch::Tensor& hintAb, const torch::Tensor& hintMask,
                                         const torch::Tensor& spreads) {
    const auto height = lightness.size(2), width = lightness.size(3);
    const int64_t multiple = int64_t{1} << options.widths.size();
    const auto L = padToMultiple(lightness, multiple);
    const auto mask = padToMultiple(hintMask, multiple);
    const auto ab = padToMultiple(hintAb / kAbScale, multiple) * mask;
    const auto paddedSpreads = padToMultiple(spreads, multiple);

    std::vector<torch::Tensor> inputs{(L - 50.0) / 25.0, mask, ab};
    std::vector<torch::Tensor> candidates;
    for (int s = 0; s < kSpreadCount; ++s) {
        candidates.push_back(paddedSpreads.narrow(1, 3 * s, 2) / kAbScale);
        inputs.push_back(candidates.back());
        inputs.push_back(logCertainty(paddedSpreads.narrow(1, 3 * s + 2, 1)));
    }
    auto x = stem(torch::pixel_unshuffle(torch::cat(inputs, 1), 2).contiguous(torch::MemoryFormat::ChannelsLast));

    const auto levels = options.widths.size();
    std::vector<torch::Tensor> skips;
    Copied copy;
    for (std::size_t i = 0; i < levels; ++i) {
        const auto [cellAb, cellShare] = hintsPerCell(ab, mask, int64_t{2} << i);
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

    const auto gates = torch::softmax(out.narrow(1, 0, kCandidates), 1);
    candidates.push_back(resizeTo(copy.ab, out.size(2), out.size(3)));
    candidates.push_back(out.narrow(1, kCandidates, 2));
    auto mixed = torch::zeros_like(candidates.front());
    for (int c = 0; c < kCandidates; ++c) mixed = mixed + gates.narrow(1, c, 1) * candidates[static_cast<std::size_t>(c)];
    mixed = mixed * (1.0 - mask) + ab;

    const auto crop = [&](const torch::Tensor& t) { return t.narrow(2, 0, height).narrow(3, 0, width); };
    Output output{crop(mixed) * kAbScale, crop(out.narrow(1, kCandidates + 2, 1)) + 2.0, {}, {}, crop(gates)};
    for (const auto& candidate : candidates) output.candidates.push_back(crop(candidate) * kAbScale);
    output.ownAb = output.candidates.back();
    return output;
}

}  // namespace tintreel::nn
