// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "tintreel/base/image.h"
#include "tintreel/training/hint_simulator.h"

namespace tintreel::training {

/// How black-and-white film shows a coloured scene. Old emulsions see little or no red (blue-sensitive until the 1880s,
/// orthochromatic into the 1930s): lips and bricks are dark, skies white. Light scatters in film and base (halation),
/// silver shows as grain.
struct FilmLook {
    std::array<double, 3> response{0.2126, 0.7152, 0.0722};  ///< weights of linear R, G, B in the exposure; sum 1
    double halation = 0;                                     ///< share of the light that is scattered, 0..1
    double halationRadius = 0;                               ///< σ of the scatter in pixels
    double grain = 0;                                        ///< standard deviation in L at middle grey
    double grainSize = 0;                                    ///< σ of a grain in pixels; 0 = every pixel on its own

    /// A film of any age for a picture of that width: a third each blue-sensitive to orthochromatic, orthochromatic to
    /// panchromatic, panchromatic.
    [[nodiscard]] static FilmLook random(Rng& rng, int width);
};

/// Lightness 0..100 of the picture on that film, without its grain: exposure = Σ response · linear light, of which the
/// share `halation` is spread by a Gaussian (the mean exposure stays), shown as grey.
[[nodiscard]] LPlane filmLightness(const RgbImage& rgb, const FilmLook& look);

/// Adds grain: noise of mean 0 whose deviation is `grain` at L = 50 and falls to 0 at black and white as √(4·t·(1−t)),
/// t = L/100. Result clipped to 0..100.
void addGrain(LPlane& lightness, const FilmLook& look, Rng& rng);

/// What years of projecting do to a print; the same for a whole shot.
struct FilmWear {
    double flicker = 0;    ///< standard deviation of a frame's gain
    double scratches = 0;  ///< upright lines, mean number in a picture
    double dust = 0;       ///< specks, mean number in a frame
    std::uint64_t seed = 0;

    [[nodiscard]] static FilmWear random(Rng& rng);
};
/// Wears frame `index`: a gain, scratches that stay and drift, specks that come and go. Result clipped to 0..100.
void addWear(LPlane& lightness, const FilmWear& wear, int index);

}  // namespace tintreel::training
