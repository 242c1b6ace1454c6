// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "tintreel/base/image.h"
#include "tintreel/color/lab.h"

namespace tintreel::color {

// Which colours sRGB has at one lightness. The film gives luma, a hint gives a and b: the lightness meant here is that
// of the film's grey, lightnessFromGrey(). All functions are pure and may run on any thread.

/// Whether CIELAB (L 0..100, a, b) is an sRGB colour, every sample within 0..1 up to a quarter of an 8-bit step. False
/// where a number is none.
[[nodiscard]] bool inGamut(float L, float a, float b) noexcept;

/// The nearest colour of the same lightness and hue: chroma goes down to the border of the gamut, colours inside stay
/// as they are. L is clipped to 0..100; neutral where a or b is no number.
[[nodiscard]] Lab clampToGamut(float L, float a, float b) noexcept;

/// A picture of the a, b plane at one lightness.
struct GamutMap {
    float L = 0;                 ///< 0..100
    float reach = 0;             ///< the picture spans −reach..reach in a (to the right) and in b (upwards)
    RgbImage rgb;                ///< outside the gamut: samples clipped, of no meaning
    Plane<std::uint8_t> inside;  ///< 1 where the pixel's centre is in gamut
};
/// `size`: pixels along both sides, at least 1.
[[nodiscard]] GamutMap abGamut(float L, int size, float reach = 110);

}  // namespace tintreel::color
