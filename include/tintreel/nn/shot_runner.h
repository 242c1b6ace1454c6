// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <future>
#include <optional>
#include <vector>

#include "tintreel/base/image.h"
#include "tintreel/nn/colorizers.h"
#include "tintreel/nn/propagator.h"

namespace tintreel::nn {

/// One pass of the propagator through a shot, frame after frame from a keyframe: holds the tracker, the result before
/// and the anchors. Pictures have even sides of any size; padding happens inside. Not thread-safe.
class ShotRunner final : public FrameColorizer {
public:
    ShotRunner(Propagator network, torch::Device device, bool bf16);

    void start(const LPlane& lightness, const AbImage& ab) override;
    /// Makes a further keyframe readable by attention beside the first (several references at once).
    void addKeyframe(const LPlane& lightness, const AbImage& ab) override;
    [[nodiscard]] std::future<Colors> step(const LPlane& lightness) override;
    /// Motion depends on lightness alone: it is tracked on another thread while the network colours the frames before,
    /// and where there are many cores that of several announced frames is sought at once.
    void announce(const LPlane& lightness) override;

private:
    /// Begins to track the next frame.
    void trackNext();
    [[nodiscard]] torch::Tensor padded(const LPlane& lightness) const;
    [[nodiscard]] torch::Tensor onDevice(const torch::Tensor& t) const;
    Reference referenceOf(const LPlane& lightness, const AbImage& ab);

    Propagator network_;
    torch::Device device_;
    bool bf16_;
    std::optional<Tracker> tracker_;
    std::optional<Reference> previous_, key_, anchor_, pending_;
    std::optional<Memory> others_;
    std::vector<Plane<std::uint8_t>> waiting_;  // announced while the tracker's thread was at work
    std::future<StepGeometry> tracked_;         // last: its thread uses the tracker
};

/// Repeats a plane by reflection to the right and below until both sides are multiples of `multiple`.
[[nodiscard]] Plane<float> padByReflection(const Plane<float>& plane, int multiple);

}  // namespace tintreel::nn
