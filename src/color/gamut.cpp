// SPDX-License-Identifier: Apache-2.0
#include "tintreel/color/gamut.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tintreel::color {
namespace {

constexpr float kTolerance = 0.25F / 255.0F;

std::uint8_t code(float sample) noexcept {
    return static_cast<std::uint8_t>(std::clamp(sample, 0.0F, 1.0F) * 255.0F + 0.5F);
}

/// A share of (a, b) on the border. Halving finds it, since lines from the grey axis leave the sRGB body once only; but
/// for a sliver at yellow (L 93..98, hue 99°..103°), where less saturated colours miss the gamut by up to 1.4 % and the
/// inner or the outer border may come out.
float shareInGamut(float L, float a, float b) noexcept {
    if (inGamut(L, a, b)) return 1.0F;
    float inner = 0, outer = 1;
    for (int i = 0; i < 20; ++i) {
        const float middle = 0.5F * (inner + outer);
        (inGamut(L, a * middle, b * middle) ? inner : outer) = middle;
    }
    return inner;
}

}  // namespace

bool inGamut(float L, float a, float b) noexcept {
    const auto rgb = rgbFromLab({L, a, b});
    // Written so that a sample that is no number fails.
    return std::all_of(rgb.begin(), rgb.end(), [](float v) { return v >= -kTolerance && v <= 1.0F + kTolerance; });
}

Lab clampToGamut(float L, float a, float b) noexcept {
    const float lightness = std::isfinite(L) ? std::clamp(L, 0.0F, 100.0F) : 0.0F;
    if (!std::isfinite(a) || !std::isfinite(b)) return {lightness, 0, 0};
    const float share = shareInGamut(lightness, a, b);
    return {lightness, a * share, b * share};
}

GamutMap abGamut(float L, int size, float reach) {
    GamutMap map{std::clamp(L, 0.0F, 100.0F), reach, RgbImage(size, size), Plane<std::uint8_t>(size, size)};
    const float step = 2.0F * reach / static_cast<float>(size);
    for (int y = 0; y < size; ++y)
        for (int x = 0; x < size; ++x) {
            const float a = (static_cast<float>(x) + 0.5F) * step - reach,
                        b = reach - (static_cast<float>(y) + 0.5F) * step;
            map.inside.at(x, y) = inGamut(map.L, a, b) ? 1 : 0;
            const auto rgb = rgbFromLab({map.L, a, b});
            std::transform(rgb.begin(), rgb.end(), map.rgb.pixel(x, y), code);
        }
    return map;
}

}  // namespace tintreel::color
