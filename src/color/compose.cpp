// SPDX-License-Identifier: Apache-2.0
#include "tintreel/color/compose.h"

#include <algorithm>
#include <cmath>

#include "tintreel/color/lab.h"

namespace tintreel::color {

std::array<float, 3> rgbFromLumaAb(float grey, float a, float b, Matrix matrix) noexcept {
    if (a == 0.0F && b == 0.0F) return {grey, grey, grey};
    const auto w = lumaWeights(matrix);
    const auto lumaAt = [&](float L, std::array<float, 3>& rgb) {
        rgb = rgbFromLab({L, a, b});
        return w.r * rgb[0] + w.g * rgb[1] + w.b * rgb[2];
    };
    // Secant steps from the neutral lightness: luma grows nearly in proportion to L, so three are enough.
    std::array<float, 3> rgb{};
    float L0 = lightnessFromGrey(grey), y0 = lumaAt(L0, rgb) - grey;
    float L1 = L0 - y0 * 100.0F, y1 = lumaAt(L1, rgb) - grey;
    for (int i = 0; i < 4 && std::fabs(y1) > 1e-5F && y1 != y0; ++i) {
        const float L2 = std::clamp(L1 - y1 * (L1 - L0) / (y1 - y0), -20.0F, 120.0F);
        L0 = L1;
        y0 = y1;
        L1 = L2;
        y1 = lumaAt(L1, rgb) - grey;
    }
    // What is left of the error goes into all three samples alike, so that luma is exact.
    float share = 1.0F;
    for (auto& sample : rgb) {
        sample -= y1;
        const float difference = sample - grey;
        if (difference > 1e-6F) share = std::min(share, (1.0F - grey) / difference);
        if (difference < -1e-6F) share = std::min(share, grey / -difference);
    }
    share = std::max(share, 0.0F);
    for (auto& sample : rgb) sample = grey + share * (sample - grey);
    return rgb;
}

RgbImageF rgbFromLumaAb(const Plane<float>& grey, const AbImage& ab, Matrix matrix) {
    RgbImageF rgb(grey.width, grey.height);
    for (std::size_t i = 0; i < grey.size(); ++i) {
        const auto pixel = rgbFromLumaAb(grey.data[i], ab.a.data[i], ab.b.data[i], matrix);
        std::copy(pixel.begin(), pixel.end(), rgb.data.begin() + static_cast<std::ptrdiff_t>(i * 3));
    }
    return rgb;
}

}  // namespace tintreel::color
