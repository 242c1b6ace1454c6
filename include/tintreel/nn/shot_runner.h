// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <future>
#include <optional>
#include <vector>

#include "tintreel/base/image.h"
#include "tintreel/nn/colorizers.h"
#include "tintreel/nn/propagator.h"

namespace tintreel::nn {

/// One pass of the propagator through a shot, frame after frame from a keyframe: holds the tracker, the result before and
/// the anchors. Pictures have even sides of any size; padding happens inside. Not thread-safe.
class ShotRunner final : public FrameColorizer {
public:
    ShotRunner(Propagator network, torch::Device device, bool bf16);

    void start(const LPlane& lightness, const AbImage& ab) override;
    /// Makes a further keyframe readable by attention beside the first (several references at once).
    void addKeyframe(const LPlane& lightness, const AbImage& ab) override;
    [[nodiscard]] std::future<Colors> step(const LPlane& lightness) override;
    /// Motion depends on lightness alone: it is tracked on another thread while the network colours the frames before, and where there are
    /// many cores the flow of each announced frame is sought on one of its own.
    void announce(const LPlane& lightness) override;

private:
    /// What the network makes of a frame's lightness alone.
    struct Seen {
        torch::Tensor lightness;  // padded, on the device
        FrameFeatures features;
    };
    /// Begins what the next frame needs and no colours: its motion, and on a GPU its features, as there starting operations is what takes time.
    void prepareNext();
    [[nodiscard]] Seen see(const Plane<float>& padded);
    [[nodiscard]] torch::Tensor onDevice(const torch::Tensor& t) const;
    Reference referenceOf(const LPlane& lightness, const AbImage& ab);

    Propagator network_;
    torch::Device device_;
    bool bf16_;
    std::optional<Tracker> tracker_;
    std::optional<Reference> previous_, key_, anchor_, pending_;
    std::optional<Memory> others_;
    std::deque<Plane<float>> ahead_;     // announced frames, padded
    std::size_t told_ = 0;               // of them the tracker knows so many, the first ones
    std::future<StepGeometry> tracked_;  // last: their threads use what is above
    std::future<Seen> seen_;
};

/// Repeats a plane by reflection to the right and below until both sides are multiples of `multiple`.
[[nodiscard]] Plane<float> padByReflection(const Plane<float>& plane, int multiple);

}  // namespace tintreel::nn
