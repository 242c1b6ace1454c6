// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "training/film_look.h"
#include "training/picture.h"
#include "training/stage.h"
#include "training/view.h"

namespace tintreel::training {

/// How old film shows a shot.
struct Age {
    std::optional<FilmLook> look;
    std::optional<FilmWear> wear;
};

/// A short stretch of film for training, real or made from photos; frame 0 is its keyframe.
class Episode {
public:
    virtual ~Episode() = default;
    [[nodiscard]] int length() const noexcept { return length_; }
    /// Frame `index`, with the episode's own exposure, grain and colours.
    [[nodiscard]] Result<GreyAndTruth> frame(int index);
    /// False where all colours were turned by one angle.
    [[nodiscard]] bool naturalColors() const noexcept { return turn_ == 0; }
    /// From now on the episode is seen on film of that age.
    void age(Age age) { age_ = std::move(age); }
    /// From now on its frames are seen through that view.
    void seenThrough(View view) { view_ = std::move(view); }

protected:
    Episode(int length, Rng& rng);
    [[nodiscard]] virtual Result<RgbImage> picture(int index) = 0;

private:
    int length_;
    double gamma_, gammaSlope_, grain_, turn_, gain_;
    std::uint64_t grainSeed_;
    Age age_;
    std::optional<View> view_;
};

/// Frames of a real clip: stride 1..3, half of `longest` to `longest` frames where the clip has them, sometimes
/// backwards, mirrored and cropped.
[[nodiscard]] std::unique_ptr<Episode> clipEpisode(const Sampler::Ref& clip, int width, int height, int longest,
                                                   Rng& rng);

/// A photo under a moving camera, with up to two cut-outs of other photos that move on their own; 12 to 32 frames.
[[nodiscard]] Result<std::unique_ptr<Episode>> syntheticEpisode(const Sampler& photos, int width, int height, Rng& rng);

/// A look and wear at random, each for a share of the shots; a share of 0 draws nothing.
[[nodiscard]] Age randomAge(double lookShare, double wearShare, int width, Rng& rng);

/// Whether a shot gets views of its own, which a share of them do; where it does and is on no old film, it is on one
/// that sees colours in any way.
[[nodiscard]] bool drawOwnViews(double share, Age& age, Rng& rng);

}  // namespace tintreel::training
