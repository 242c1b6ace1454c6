// SPDX-License-Identifier: Apache-2.0
#include "workflow/warp_error.h"

#include <algorithm>

#include "tintreel/nn/tracker.h"

namespace tintreel::workflow {
namespace {

/// Squared length of a plane's gradient: forward differences, 0 at the last column and row.
float gradient(const Plane<float>& plane, int x, int y) {
    const float dx = x + 1 < plane.width ? plane.at(x + 1, y) - plane.at(x, y) : 0.0F;
    const float dy = y + 1 < plane.height ? plane.at(x, y + 1) - plane.at(x, y) : 0.0F;
    return dx * dx + dy * dy;
}

}  // namespace

Plane<std::uint8_t> followablePixels(const Plane<float>& u, const Plane<float>& v, const Plane<float>& backU,
                                     const Plane<float>& backV) {
    const auto returnU = nn::warp(backU, u, v), returnV = nn::warp(backV, u, v);
    Plane<std::uint8_t> followable(u.width, u.height);
    for (int y = 0; y < u.height; ++y)
        for (int x = 0; x < u.width; ++x) {
            const float fu = u.at(x, y), fv = v.at(x, y), bu = returnU.at(x, y), bv = returnV.at(x, y);
            const float forward = fu * fu + fv * fv, miss = (fu + bu) * (fu + bu) + (fv + bv) * (fv + bv);
            const bool occluded = miss > 0.01F * (forward + bu * bu + bv * bv) + 0.5F;
            const bool edge = gradient(u, x, y) + gradient(v, x, y) > 0.01F * forward + 0.002F;
            followable.at(x, y) = occluded || edge ? 0 : 1;
        }
    return followable;
}

double warpError(const RgbImage& before, const RgbImage& now, const Plane<float>& u, const Plane<float>& v,
                 const Plane<std::uint8_t>& followable) {
    double sum = 0;
    for (std::size_t c = 0; c < 3; ++c) {
        Plane<float> channel(before.width, before.height);
        for (std::size_t i = 0; i < channel.size(); ++i)
            channel.data[i] = static_cast<float>(before.data[3 * i + c]) / 255.0F;
        const auto carried = nn::warp(channel, u, v);
        for (std::size_t i = 0; i < channel.size(); ++i) {
            if (followable.data[i] == 0) continue;
            const double difference = static_cast<double>(now.data[3 * i + c]) / 255.0 - carried.data[i];
            sum += difference * difference;
        }
    }
    const auto count = std::count(followable.data.begin(), followable.data.end(), std::uint8_t{1});
    return count == 0 ? 0.0 : sum / static_cast<double>(count);
}

}  // namespace tintreel::workflow
