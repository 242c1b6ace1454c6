// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "training/picture.h"
#include "training/stage.h"

namespace tintreel::training {

/// A short stretch of film for training, real or made from photos; frame 0 is its keyframe.
class Episode {
public:
    virtual ~Episode() = default;
    [[nodiscard]] int length() const noexcept { return length_; }
    /// Frame `index`, with the episode's own exposure, grain and colours.
    [[nodiscard]] Result<GreyAndTruth> frame(int index);

protected:
    Episode(int length, Rng& rng);
    [[nodiscard]] virtual Result<RgbImage> picture(int index) = 0;

private:
    int length_;
    double gamma_, gammaSlope_, grain_, turn_, gain_;
    std::uint64_t grainSeed_;
};

/// Frames of a real clip: stride 1..3, 24 to 48 frames, sometimes backwards, mirrored and cropped.
[[nodiscard]] std::unique_ptr<Episode> clipEpisode(const Sampler::Ref& clip, int width, int height, Rng& rng);

/// A photo under a moving camera, with up to two cut-outs of other photos that move on their own; 12 to 32 frames.
[[nodiscard]] Result<std::unique_ptr<Episode>> syntheticEpisode(const Sampler& photos, int width, int height, Rng& rng);

}  // namespace tintreel::training
