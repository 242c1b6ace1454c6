// SPDX-License-Identifier: Apache-2.0
#pragma once

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
    [[nodiscard]] Colors step(const LPlane& lightness) override;
    /// Motion depends on lightness alone: it is tracked on another thread while the network colours the frames before, and where there are
    /// many cores the flow of each announced frame is sought on one of its own.
    void announce(const LPlane& lightness) override;

private:
    void trackNext();
    Colors color(const LPlane& lightness, const StepGeometry& motion);
    Reference referenceOf(const LPlane& lightness, const AbImage& ab);
    [[nodiscard]] torch::Tensor padded(const LPlane& lightness) const;

    Propagator network_;
    torch::Device device_;
    bool bf16_;
    std::optional<Tracker> tracker_;
    std::optional<Reference> previous_, key_, anchor_, pending_;
    std::optional<Memory> others_;
    std::vector<Plane<std::uint8_t>> waiting_;  // announced while the tracker's thread was at work
    int ahead_ = 0;                            // frames that the tracker has before it
    std::future<StepGeometry> tracked_;  // last: its thread uses the tracker
};

/// Repeats a plane by reflection to the right and below until both sides are multiples of `multiple`.
[[nodiscard]] Plane<float> padByReflection(const Plane<float>& plane, int multiple);

}  // namespace tintreel::nn
