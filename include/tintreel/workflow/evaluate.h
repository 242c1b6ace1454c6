// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tintreel/base/job.h"
#include "tintreel/base/result.h"
#include "tintreel/inference/colorizer.h"

namespace tintreel::workflow {

/// Scores of one clip, photo or the mean of all, by name ("grey", "chain", "tintreel", …), in dB where not said otherwise.
using Scores = std::map<std::string, double>;

struct ScoreTable {
    std::vector<std::pair<std::string, Scores>> rows;  ///< one an item
    Scores mean;
};

struct PropagationTestOptions {
    std::filesystem::path input;  ///< a colour clip, or a folder of them; with a split.tsv its val clips alone
    int width = 448;              ///< pixels; the height follows the picture's shape
    int maxFrames = 100000;
    bool lastFrameToo = false;    ///< give the last frame as a second keyframe
    inference::ColorizerOptions networks;
};

/// First frame given with its true colours, the others coloured: RGB PSNR with the true luma, keyframes left out, mean over
/// frames, then over clips. Columns: grey (nothing coloured), chain (first frame carried by DIS flow), tintreel,
/// last10 (tintreel over the last ten frames), confidence, frames/s of the networks.
[[nodiscard]] Result<ScoreTable> testPropagation(const PropagationTestOptions& options, JobContext& context);

struct HintTestOptions {
    std::filesystem::path input;           ///< a photo or a folder of them; with a split.tsv its val photos alone
    std::vector<int> dots{0, 1, 10, 100};
    double radius = 3.0;                   ///< pixels at a short side of 256
    int limit = 1000000;                   ///< photos at most, evenly chosen
    bool levin = true;
    int seed = 7;
    inference::ColorizerOptions networks;
};

/// Dots of true colour at random places of unseen photos (short side 256): RGB PSNR with the true luma. Columns: grey,
/// tintreel-K and levin-K for K dots, under-K: median distance in ab under the dots.
[[nodiscard]] Result<ScoreTable> testHints(const HintTestOptions& options, JobContext& context);

/// A coloured film against the true one, frame by frame: psnr, ssim (luma), deltaE (CIEDE2000, mean), cdc, colourfulness;
/// the same for the grey version of the truth ("grey-…") and cdc and colourfulness of the truth ("true-…").
[[nodiscard]] Result<Scores> compareFilms(const std::filesystem::path& result, const std::filesystem::path& truth, JobContext& context);

/// Colours of hints spread by Levin, Lischinski and Weiss, "Colorization using Optimization" (SIGGRAPH 2004): sparse least
/// squares in which neighbours of like luma have like colours. lightness 0..100. The classical bar, for comparison.
[[nodiscard]] AbImage levinSpread(const LPlane& lightness, const AbImage& hintAb, const Plane<float>& hintMask);

}  // namespace tintreel::workflow
