// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>

#include "tintreel/base/image.h"

namespace tintreel::training {

using Rng = std::mt19937_64;

/// A generator for one purpose at one place of the run: the same (seed, step, lane) gives the same stream, which
/// is what makes a resumed run see the data an uninterrupted one sees.
[[nodiscard]] Rng rngFor(std::uint64_t seed, std::uint64_t step, std::uint64_t lane);

[[nodiscard]] double uniform(Rng& rng, double low, double high);
[[nodiscard]] int uniformInt(Rng& rng, int low, int high);  ///< both ends included
[[nodiscard]] bool chance(Rng& rng, double probability);

/// Simulated hints on a picture with known colours: ab under mask 1, 0 elsewhere.
struct SimulatedHints {
    AbImage ab;
    Plane<float> mask;
    Plane<float> wrong;  ///< 1 under hints that are not true on purpose; empty where there are none
    int count = 0;       ///< dots and strokes
};

/// What simulateHints() does beyond true hints where they lie.
struct HintFaults {
    double wrong = 0;   ///< share of dots and strokes with another colour than the truth, 20 to 60 away in ab
    double jitter = 0;  ///< standard deviation in pixels of the place a dot's colour is taken at
};

/// `count` dots of `radius` pixels at random places, each with the mean true colour under it: what evaluation uses.
[[nodiscard]] SimulatedHints randomDots(const AbImage& truth, int count, double radius, Rng& rng);

/// Hints as users may give them (Zhang et al., "Real-Time User-Guided Image Colorization", SIGGRAPH 2017, widened):
/// none (12 %); points, their number geometric with p = 1/8 (38 %) or log-uniform 1..300 (40 %); strokes that
/// keep to one colour (10 %). Dot radii 0.5..4.5 px, a little noise on the colours.
[[nodiscard]] SimulatedHints simulateHints(const AbImage& truth, Rng& rng, const HintFaults& faults = {});

/// Turns hues by `angle` (radians) and multiplies chroma by `gain`.
void turnColors(AbImage& ab, double angle, double gain);

/// Turns all colours of a picture and of its hints by one angle, any in a quarter of the pictures, and scales them:
/// what hints say must count, not what is usual. Fewer than five hints cannot tell that, and usual colours are the best
/// guess: nothing is changed. False where the colours are no natural ones any more.
bool varyColors(AbImage& truth, SimulatedHints& hints, Rng& rng);

}  // namespace tintreel::training
