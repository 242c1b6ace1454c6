// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
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
    Coordinates chain;        ///< in the frame before
    Plane<float> chainError;  ///< forward-backward error of the flow in full-size pixels, 0..8
    Coordinates key;          ///< in the keyframe
    Plane<float>
        keyMove;         ///< how far the keyframe was found again from the carried coordinates, full-size pixels, 0..8
    Coordinates anchor;  ///< in the anchor, an own result 12 to 24 frames old
    Plane<float> anchorMove;
    Coordinates carried;        ///< in the keyframe too, by the flow from frame to frame alone, never looked for again
    Plane<float> carriedError;  ///< the largest forward-backward error along that track, full-size pixels, 0..8
    /// This frame was made pending: the caller keeps its result, and the result that was pending before becomes the
    /// anchor from the next frame on.
    bool anchorChanges = false;
};

/// Dense optical flow by DIS (Kroeger et al., "Fast Optical Flow using Dense Inverse Search", ECCV 2016), preset
/// medium, as OpenCV has it. One object per picture size; not thread-safe.
class DenseFlow {
public:
    DenseFlow();
    ~DenseFlow();
    DenseFlow(DenseFlow&&) noexcept;
    DenseFlow& operator=(DenseFlow&&) noexcept;

    /// Displacements: pixel (x, y) of `from` is found at (x + u, y + v) of `to`. Started from the displacements in
    /// `u`, `v` where `useInitial`.
    void compute(const Plane<std::uint8_t>& from, const Plane<std::uint8_t>& to, Plane<float>& u, Plane<float>& v,
                 bool useInitial);

private:
    struct Private;
    std::unique_ptr<Private> p_;
};

/// `source` sampled at (x + u, y + v), bilinear, edges repeated: a picture carried along a flow.
[[nodiscard]] Plane<float> warp(const Plane<float>& source, const Plane<float>& u, const Plane<float>& v);

/// Follows every pixel of a shot back to its keyframe and to the anchors. Depends on lightness alone. Frames are fed in
/// the order of propagation; sides must be even. Not thread-safe.
///
/// What is told does not depend on how far frames are announced ahead nor on `besides`: a reference is sought in a
/// frame from where it was some frames before, carried on by the flow, so that the searches for frames in a row need
/// not wait for each other (docs/adr/0010-searches-that-need-not-wait.md).
class Tracker {
public:
    /// 8-bit lightness (L · 2.55) of the keyframe. `besides`: async to seek the fields that do not wait for each other
    /// at once, where cores are free for it.
    explicit Tracker(Plane<std::uint8_t> keyframe, std::launch besides = std::launch::deferred);
    ~Tracker();
    Tracker(Tracker&&) noexcept;
    Tracker& operator=(Tracker&&) noexcept;

    /// The frame after the last one announced: what can be sought of it already is begun.
    void announce(Plane<std::uint8_t> frame);
    /// Whether an announced frame is still to come.
    [[nodiscard]] bool hasNext() const { return !ahead_.empty(); }
    /// Goes on to the first of the announced frames; there must be one.
    [[nodiscard]] StepGeometry next();
    /// Both.
    [[nodiscard]] StepGeometry advance(Plane<std::uint8_t> frame);

private:
    using Frame = std::shared_ptr<const Plane<std::uint8_t>>;
    struct Track {
        Plane<float> u, v;  // displacements from a frame into a reference
    };
    struct Motion;
    struct Found {
        Track track;
        Plane<float> misfit;
    };
    using Seek = std::shared_future<std::shared_ptr<const Motion>>;
    /// Where the references are from one frame.
    struct Past {
        Seek motion;  // to the frame before
        std::shared_ptr<const Track> key, anchor, pending;
    };
    struct Ahead {
        Frame frame;
        Seek motion;
        std::future<Found> key, anchor;
    };
    static Track carried(const Track& track, const Motion& motion);
    /// Begins the searches whose start is known.
    void search();

    std::launch besides_;
    Frame announced_, key_, anchor_, pending_;
    std::deque<Past> past_;      // of the last frames up to tracked_
    Track carried_;              // into the keyframe, by flow alone
    Plane<float> carriedError_;  // at full size
    std::int64_t tracked_ = 0;   // frames since the keyframe
    int sinceAnchor_ = 0;
    std::vector<DenseFlow> keyFlows_, anchorFlows_;  // one for each search that goes on at once
    std::deque<Ahead> ahead_;                        // last: its searches use the flows
};

[[nodiscard]] Plane<std::uint8_t> lightnessBytes(const LPlane& lightness);

}  // namespace tintreel::nn
