// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/keyframe_network.h"

#include <fmt/format.h>

#include "nn/keyframe_parts.h"
#include "tintreel/color/edge_aware.h"
#include "tintreel/nn/blocks.h"
#include "tintreel/nn/generator.h"
#include "tintreel/nn/planes.h"
#include "tintreel/nn/vit_generator.h"

namespace tintreel::nn {
namespace {

/// Certainties span many powers of ten; their logarithm on about −1..1 tells near from far.
torch::Tensor logCertainty(const torch::Tensor& certainty) { return torch::log10(certainty + 1e-6) / 3.0 + 1.0; }

}  // namespace

torch::Tensor spreadTensor(const torch::Tensor& lightness, const torch::Tensor& ab, const torch::Tensor& mask) {
    auto out = torch::zeros({lightness.size(0), 3 * kSpreadCount, lightness.size(2), lightness.size(3)});
    for (int64_t n = 0; n < lightness.size(0); ++n) {
        if (mask[n].max().item<float>() <= 0) continue;
        const Plane<float> guide = planeOf(lightness[n][0]), coverage = planeOf(mask[n][0]);
        const AbImage colors = abOf(ab[n]);
        for (int s = 0; s < kSpreadCount; ++s) {
            const auto setting = kSpreads[static_cast<std::size_t>(s)];
            const auto spread = color::spreadHints(guide, colors, coverage, setting.lambda, setting.sigma);
            out[n].narrow(0, 3 * s, 3).copy_(torch::cat({tensorOf(spread.ab), tensorOf(spread.certainty)}, 0));
        }
    }
    return out.to(lightness.device());
}

HintInputs::HintInputs(const torch::Tensor& lightness, const torch::Tensor& hintAb, const torch::Tensor& hintMask,
                       const torch::Tensor& spreads, int64_t multiple)
    : height(lightness.size(2)), width(lightness.size(3)) {
    const auto L = padToMultiple(lightness, multiple);
    mask = padToMultiple(hintMask, multiple);
    ab = padToMultiple(hintAb / kHintAbScale, multiple) * mask;
    const auto paddedSpreads = padToMultiple(spreads, multiple);
    std::vector<torch::Tensor> inputs{(L - 50.0) / 25.0, mask, ab};
    for (int s = 0; s < kSpreadCount; ++s) {
        candidates.push_back(paddedSpreads.narrow(1, 3 * s, 2) / kHintAbScale);
        inputs.push_back(candidates.back());
        inputs.push_back(logCertainty(paddedSpreads.narrow(1, 3 * s + 2, 1)));
    }
    stacked = torch::cat(inputs, 1);
}

KeyframeNetworkImpl::Output mixCandidates(const HintInputs& in, std::vector<torch::Tensor> candidates,
                                          const torch::Tensor& out) {
    const auto copied = static_cast<int64_t>(candidates.size());
    const auto gates = torch::softmax(out.narrow(1, 0, copied + 1), 1);
    candidates.push_back(out.narrow(1, copied + 1, 2));
    auto mixed = torch::zeros_like(candidates.front());
    for (int64_t c = 0; c <= copied; ++c)
        mixed = mixed + gates.narrow(1, c, 1) * candidates[static_cast<std::size_t>(c)];
    mixed = mixed * (1.0 - in.mask) + in.ab;

    const auto crop = [&](const torch::Tensor& t) { return t.narrow(2, 0, in.height).narrow(3, 0, in.width); };
    KeyframeNetworkImpl::Output output{
        crop(mixed) * kHintAbScale, crop(out.narrow(1, copied + 3, 1)) + 2.0, {}, {}, crop(gates)};
    for (const auto& candidate : candidates) output.candidates.push_back(crop(candidate) * kHintAbScale);
    output.ownAb = output.candidates.back();
    return output;
}

Colored KeyframeNetworkImpl::forward(const torch::Tensor& lightness, const torch::Tensor& hintAb,
                                     const torch::Tensor& hintMask) {
    const auto out = run(lightness, hintAb, hintMask, spreadTensor(lightness, hintAb, hintMask));
    return {out.ab, out.logError};
}

const std::vector<std::string>& keyframeArchitectures() {
    static const std::vector<std::string> names{"generator", "vit-generator"};
    return names;
}

Result<KeyframeNetwork> makeKeyframeNetwork(const std::string& architecture) {
    if (architecture == "generator") return KeyframeNetwork(std::make_shared<GeneratorImpl>());
    if (architecture == "vit-generator") return KeyframeNetwork(std::make_shared<VitGeneratorImpl>());
    return fail(ErrorCode::Model, fmt::format("There is no keyframe network '{}'; there are: {}.", architecture,
                                              fmt::join(keyframeArchitectures(), ", ")));
}

}  // namespace tintreel::nn
