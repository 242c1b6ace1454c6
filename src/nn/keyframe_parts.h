// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tintreel/nn/keyframe_network.h"

namespace tintreel::nn {

inline constexpr double kHintAbScale = 50.0;  // ab enters and leaves keyframe networks divided by it
inline constexpr int kSpreadCount = static_cast<int>(kSpreads.size());
inline constexpr int kHintInputs = 1 + 1 + 2 + 3 * kSpreadCount;

/// A picture and its hints as keyframe networks take them, sides padded to a multiple.
struct HintInputs {
    HintInputs(const torch::Tensor& lightness, const torch::Tensor& hintAb, const torch::Tensor& hintMask,
               const torch::Tensor& spreads, int64_t multiple);

    int64_t height, width;                  // before padding
    torch::Tensor ab, mask;                 // padded; ab / kHintAbScale, 0 where no hint is
    torch::Tensor stacked;                  // [N,kHintInputs,H,W] L, mask, ab, the spreads with their log certainty
    std::vector<torch::Tensor> candidates;  // the spreads' colours / kHintAbScale
};

/// The result of a network whose last layer says `out` = gate logits of the candidates, own ab, log error. `candidates`
/// lack the own guess.
[[nodiscard]] KeyframeNetworkImpl::Output mixCandidates(const HintInputs& in, std::vector<torch::Tensor> candidates,
                                                        const torch::Tensor& out);

}  // namespace tintreel::nn
