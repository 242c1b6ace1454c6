// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/torch.h>

#include "tintreel/nn/blocks.h"
#include "tintreel/nn/tracker.h"

namespace tintreel::nn {

/// What a frame looks like to the propagator.
struct FrameFeatures {
    torch::Tensor unit;     ///< [N,64,H/4,W/4] unit vectors, compared by attention
    torch::Tensor quarter;  ///< [N,48,H/4,W/4]
    torch::Tensor eighth;   ///< [N,96,H/8,W/8]
};

/// A frame with known colours, laid out for reading by attention: M cells of 8×8 pixels.
struct Memory {
    torch::Tensor keys;       ///< [N,M,64] unit vectors
    torch::Tensor values;     ///< [N,M,69] a, b, L, |ab|², log error, key
    torch::Tensor positions;  ///< [N,M,2] x, y of the cell in quarter-size pixel indices
};

/// A frame with known colours at half size.
struct Reference {
    torch::Tensor ab;         ///< [N,2,H/2,W/2]
    torch::Tensor logError;   ///< [N,1,H/2,W/2]
    torch::Tensor lightness;  ///< [N,1,H/2,W/2] 0..100
    Memory memory;
};

/// Geometry of a batch: 12 planes at half size in the order of StepGeometry's fields (chain x, y, error, key x, y,
/// move, anchor x, y, move, carried x, y, error). [N,12,H/2,W/2]
[[nodiscard]] torch::Tensor geometryTensor(const StepGeometry& geometry);

/// The frame propagator (reference: this project's own; docs/architecture.md): colours are sampled from the keyframe's
/// own ab by tracked coordinates and by attention, a network mixes the candidates and states its expected error.
/// All pictures have sides that are multiples of 32.
class PropagatorImpl : public torch::nn::Module {
public:
    PropagatorImpl();

    /// lightness [N,1,H,W] 0..100.
    FrameFeatures features(const torch::Tensor& lightness);

    /// Makes a reference of a frame whose colours are known.
    Reference makeReference(const FrameFeatures& features, const torch::Tensor& lightness, const torch::Tensor& ab,
                            const torch::Tensor& logError) const;

    /// Of a keyframe: ab [N,2,H,W] are a person's, or taken as if they were.
    Reference makeKeyframe(const torch::Tensor& lightness, const torch::Tensor& ab);

    struct Output {
        torch::Tensor ab;        ///< [N,2,H/2,W/2]
        torch::Tensor logError;  ///< [N,1,H/2,W/2] natural log of the expected distance in ab
        torch::Tensor ownAb;     ///< [N,2,H/2,W/2] the own guess alone, for training
    };
    /// One frame. `previous` is the result before, `key` the keyframe, `anchor` an own result 12..24 frames old (the
    /// keyframe until there is one), `others` further keyframes that may be read (null: none). Keyframe, anchor and
    /// others are read together anywhere; so what came into the picture after the keyframe keeps its colours.
    Output forward(const torch::Tensor& lightness, const FrameFeatures& features, const torch::Tensor& geometry,
                   const Reference& previous, const Reference& key, const Reference& anchor, const Memory* others);

    /// From here on only the mix learns: features and attention keep their weights and have no gradients, which makes a
    /// step cheaper.
    void freezeFeatures();

    /// Colour read from `memory` by attention alone, for training the features: by every second cell of every second
    /// row, `turn` (0, 1, 2, …) says which.
    struct Read {
        torch::Tensor ab;     ///< [N,2,h/2,w/2]
        torch::Tensor near;   ///< [N,1,h/2,w/2] Σ p · exp(−|Δab|²/32) against the truth
        torch::Tensor truth;  ///< [N,2,h/2,w/2] the true colours of the cells that read
    };
    Read readColors(const FrameFeatures& features, const Memory& memory, const torch::Tensor& truthQuarter,
                    int64_t turn) const;

private:
    /// Logits of `count` cells from `first` on against all cells of the memory: [N,count,M].
    torch::Tensor similarity(const FrameFeatures& features, const Memory& memory, int64_t first, int64_t count) const;
    /// Mean of the memory's values weighted by the softmax of the logits: [N,count,69].
    static torch::Tensor weighted(const torch::Tensor& logits, const Memory& memory);
    /// The part of a memory that a read sees, and where it looks for ([N,cells,2]; null: anywhere).
    struct ReadRange {
        int64_t first, count;
        const torch::Tensor* tracked;
    };
    /// What all cells read, as the mix sees it (a, b, L difference, spread, similarity, log error): [N,6,h,w].
    static torch::Tensor evidenceOf(const torch::Tensor& read, const torch::Tensor& unit,
                                    const torch::Tensor& lightness);
    /// The same on the CPU without gradients, in one pass over logits that never leave the cache; their matrix product
    /// is in bf16 under autocast.
    std::vector<torch::Tensor> fusedReads(const FrameFeatures& features, const Memory& memory,
                                          const std::vector<ReadRange>& ranges, const torch::Tensor& lightness) const;
    /// What picture n reads, means of the memory's planes and of the logits: [6,cells] for each range. `scale` is
    /// e^temperature.
    static std::vector<torch::Tensor> fusedReadsOf(int64_t n, const FrameFeatures& features, const Memory& memory,
                                                   const std::vector<ReadRange>& ranges, float scale);

    /// Multiplies each channel by a factor and adds an offset: one operation for all, as a GPU waits for the start of
    /// each.
    class ChannelScale {
    public:
        explicit ChannelScale(const std::vector<std::pair<double, double>>& channels);
        torch::Tensor operator()(const torch::Tensor& x);

    private:
        torch::Tensor factor_, offset_;  // [1,C,1,1], no weights
    };
    ChannelScale toMix_, toMixQuarter_;

    torch::nn::Conv2d stem1{nullptr}, stem2{nullptr}, head{nullptr};
    torch::nn::ModuleList levels, downs, merges, decoders;
    torch::nn::Conv2d mixIn{nullptr}, mixQuarter{nullptr}, mixEighth{nullptr}, mixOut{nullptr};
    torch::nn::ModuleList mixLevels, mixDowns, mixMerges, mixDecoders;
    torch::nn::ModuleList mixAttention;
    torch::Tensor temperature;
};
TORCH_MODULE(Propagator);

/// The cells of all parts, one after the other.
[[nodiscard]] Memory concatenated(const std::vector<Memory>& parts);

/// Bilinear half-size version; sides even. [N,C,H,W] → [N,C,H/2,W/2]
[[nodiscard]] torch::Tensor halfSize(const torch::Tensor& x);

}  // namespace tintreel::nn
