// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <vector>

#include "tintreel/base/image.h"

namespace tintreel::nn {

/// A position for every pixel of a frame: where it lies in a reference, in pixel indices of the full picture.
struct Coordinates {
    Plane<float> x;
    Plane<float> y;
};

/// What the propagator is told about motion at one frame, all at half size (width/2 × height/2), coordinates in pixel
/// indices of the half-size reference.
struct StepGeometry {
    Coordinates chain;         ///< in the frame before
    Plane<float> chainError;  ///< forward-backward error of the flow in full-size pixels, 0..8
    Coordinates key;           ///< in the keyframe
    Plane<float> keyMove;     ///< how far the keyframe was found again from the carried coordinates, full-size pixels, 0..8
    Coordinates anchor;        ///< in the anchor, an own result 12 to 24 frames old
    Plane<float> anchorMove;
    Coordinates carried;         ///< in the keyframe too, by the flow from frame to frame alone, never looked for again
    Plane<float> carriedError;  ///< the largest forward-backward error along that track, full-size pixels, 0..8
    /// This frame was made pending: the caller keeps its result, and the result that was pending before becomes the anchor
    /// from the next frame on.
    bool anchorChanges = false;
};

/// Dense optical flow by DIS (Kroeger et al., "Fast Optical Flow using Dense Inverse Search", ECCV 2016), preset medium,
/// as OpenCV has it. One object per picture size; not thread-safe.
class DenseFlow {
public:
    DenseFlow();
    ~DenseFlow();
    DenseFlow(DenseFlow&&) noexcept;
    DenseFlow& operator=(DenseFlow&&) noexcept;

    /// Displacements: pixel (x, y) of `from` is found at (x + u, y + v) of `to`. Started from the displacements in
    /// `u`, `v` where `useInitial`.
    void compute(const Plane<std::uint8_t>& from, const Plane<std::uint8_t>& to, Plane<float>& u, Plane<float>& v, bool useInitial);

private:
    struct Private;
    std::unique_ptr<Private> p_;
};

/// `source` sampled at (x + u, y + v), bilinear, edges repeated: a picture carried along a flow.
[[nodiscard]] Plane<float> warp(const Plane<float>& source, const Plane<float>& u, const Plane<float>& v);

/// The flow between two neighbouring frames, both ways, in pixels.
struct FrameMotion {
    Plane<float> u, v;          ///< pixel (x, y) of the frame is found at (x + u, y + v) of the one before
    Plane<float> backU, backV;  ///< the other way
};
/// It depends on two frames alone and so can be sought ahead of the track. Any thread.
[[nodiscard]] FrameMotion motionBetween(const Plane<std::uint8_t>& frame, const Plane<std::uint8_t>& before);

/// Follows every pixel of a shot back to its keyframe and to the anchors. Depends on lightness alone. Frames are fed in
/// the order of propagation; sides must be even. Not thread-safe.
class Tracker {
public:
    /// 8-bit lightness (L · 2.55) of the keyframe. `besides`: async to seek the fields that do not wait for each other at once, where cores are free for it.
    explicit Tracker(Plane<std::uint8_t> keyframe, std::launch besides = std::launch::deferred);

    /// Goes on by one frame.
    [[nodiscard]] StepGeometry advance(const Plane<std::uint8_t>& frame);
    /// The same with the motion between it and the frame before.
    [[nodiscard]] StepGeometry advance(const Plane<std::uint8_t>& frame, const FrameMotion& motion);

private:
    struct Reference {
        Plane<std::uint8_t> frame;
        Plane<float> u, v;  // displacements from the current frame into this reference
    };
    /// Looks for the reference again from the carried track on and takes what fits better. → how far the two lie apart
    static Plane<float> reestimate(DenseFlow& flow, Reference& reference, const Plane<std::uint8_t>& frame);

    std::launch besides_;
    DenseFlow keyFlow_, anchorFlow_;  // one each, as they work at once
    Plane<std::uint8_t> previous_;
    Reference key_, anchor_, pending_, carried_;  // carried_ has no frame: it is not looked for
    Plane<float> carriedError_;                    // at full size
    int sinceAnchor_ = 0;
};

[[nodiscard]] Plane<std::uint8_t> lightnessBytes(const LPlane& lightness);

}  // namespace tintreel::nn
