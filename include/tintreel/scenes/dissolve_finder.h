// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <vector>

#include "tintreel/base/image.h"
#include "tintreel/base/media_time.h"

namespace tintreel::scenes {

/// Highest correlation (−1..1) of the middle of `b` with `a` over small shifts: camera motion is no change of scene.
/// Both of one size, at least 16x10. 1 where a picture has no contrast.
[[nodiscard]] double likeness(const Plane<float>& a, const Plane<float>& b);

/// Finds dissolves in a stream of small luma pictures. In a dissolve a picture is a weighted sum of one before and one
/// after, which are unlike each other, and the weight wanders from the first to the second; a picture in motion is no
/// sum of its neighbours. Strict on purpose: a cut that is none costs more than a dissolve that is missed. Not
/// thread-safe.
class DissolveFinder {
public:
    struct Dissolve {
        FrameIndex middle = 0;  ///< where both pictures weigh about the same
        int reach = 0;          ///< frames looked at on either side
        double score = 0;       ///< share of the picture that the sum leaves open, by that of the better single picture
    };

    /// The next frame, at one size throughout (about 32x18), 0..255.
    void push(const Plane<float>& tiny);
    /// All found so far, in order, at most one within kApart frames.
    [[nodiscard]] const std::vector<Dissolve>& found() const noexcept { return found_; }

    static constexpr int kLongestReach = 12;
    static constexpr FrameIndex kApart = 24;

private:
    std::deque<Plane<float>> recent_;  // 2 · kLongestReach + 1 at most
    FrameIndex frames_ = 0;
    std::vector<Dissolve> found_;
};

}  // namespace tintreel::scenes
