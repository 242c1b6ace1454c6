// SPDX-License-Identifier: Apache-2.0
#include "tintreel/color/compose.h"

#include <algorithm>
#include <cmath>

#include "color/luma_lock.h"
#include "tintreel/color/lab.h"

namespace tintreel::color {

std::array<float, 3> rgbWithoutGamut(float grey, float a, float b, const LumaWeights& w) noexcept {
    if (a == 0.0F && b == 0.0F) return {grey, grey, grey};
    std::array<float, 3> rgb{};
    const auto lumaAt = [&](float L) {
        rgb = rgbFromLab({L, a, b});
        return w.r * rgb[0] + w.g * rgb[1] + w.b * rgb[2] - grey;
    };
    // Secant steps from the neutral lightness: luma grows nearly in proportion to L, so three mostly do. Dark saturated
    // colours lie where the curves bend and take more.
    constexpr float kLow = -60.0F, kHigh = 160.0F, kClose = 1e-5F;
    float L0 = lightnessFromGrey(grey), y0 = lumaAt(L0);
    float L1 = std::clamp(L0 - y0 * 100.0F, kLow, kHigh), y1 = lumaAt(L1);
    for (int i = 0; i < 8 && std::fabs(y1) > kClose && y1 != y0; ++i) {
        const float L2 = std::clamp(L1 - y1 * (L1 - L0) / (y1 - y0), kLow, kHigh);
        L0 = L1;
        y0 = y1;
        L1 = L2;
        y1 = lumaAt(L1);
    }
    // Far outside the gamut secant steps may run in circles; luma never falls with L, so halving always arrives.
    if (std::fabs(y1) > kClose) {
        float low = kLow, high = kHigh;
        for (int i = 0; i < 26 && std::fabs(y1) > kClose; ++i) {
            L1 = 0.5F * (low + high);
            y1 = lumaAt(L1);
            (y1 < 0.0F ? low : high) = L1;
        }
    }
    // What is left of the error goes into all three samples alike, so that luma is exact.
    for (auto& sample : rgb) sample -= y1;
    return rgb;
}

std::array<float, 3> rgbFromLumaAb(float grey, float a, float b, Matrix matrix) noexcept {
    auto rgb = rgbWithoutGamut(grey, a, b, lumaWeights(matrix));
    const float share = gamutShare(grey, rgb[0], rgb[1], rgb[2]);
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
