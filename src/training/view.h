// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include <opencv2/core.hpp>

#include "tintreel/base/image.h"
#include "tintreel/training/hint_simulator.h"

namespace tintreel::training {

/// A frame, or a whole shot, seen a little differently, so that few shots show many views: turned, zoomed, moved and
/// bent, under other light. What it shows and the colours it has stay.
class View {
public:
    /// Turned by up to 0.15 radians, zoomed by a factor 0.8..1.25, moved by up to a tenth and bent by up to 3 % of the
    /// width; lightness × 0.92..1.08, smoothly over the picture.
    [[nodiscard]] static View random(int width, int height, Rng& rng);

    /// The picture through that view; its edge is mirrored where the view looks beyond it.
    [[nodiscard]] RgbImage seen(const RgbImage& rgb) const;
    /// Lights `lightness`; result clipped to 0..100.
    void light(LPlane& lightness) const;

private:
    cv::Mat x_, y_;  // where each pixel is taken from, CV_32F
    cv::Mat gain_;   // of the lightness, CV_32F
};

/// Weights of linear R, G, B (sum 1) of a film that sees colours in any way: halfway between BT.709's luminance and
/// three weights at random.
[[nodiscard]] std::array<double, 3> anyResponse(Rng& rng);

}  // namespace tintreel::training
