// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tintreel/base/image.h"
#include "tintreel/base/job.h"
#include "tintreel/base/result.h"
#include "tintreel/inference/colorizer.h"

namespace tintreel::workflow {

/// Scores of one clip, photo or the mean of all, by name ("grey", "chain", "tintreel", …), in dB where not said
/// otherwise.
using Scores = std::map<std::string, double>;

/// A picture of a report with the words under it.
struct ReportPicture {
    std::string caption;
    RgbImage rgb;
};

/// Lines of one plot by name; NaN where a line has no value.
using Curves = std::map<std::string, std::vector<double>>;

struct ScoreRow {
    std::string name;
    Scores scores;
    Curves curves;  ///< dB by frame; keyframes left out
    std::vector<ReportPicture> pictures;
};

/// Pixels whose stated error lies in one range.
struct ReliabilityBin {
    double stated = 0;  ///< mean stated distance in ab
    double found = 0;   ///< mean true distance in ab
    double pixels = 0;
};

struct ScoreTable {
    std::string title;
    std::vector<std::vector<std::string>> groups;  ///< columns that belong into one table, for showing
    std::vector<ScoreRow> rows;                    ///< one an item
    Scores mean;
    std::vector<ReliabilityBin> reliability;
    std::vector<std::string> steps;  ///< what the means stand over in `curves`, as numbers of dots
    Curves curves;                   ///< means in dB by step
};

struct PropagationTestOptions {
    std::filesystem::path input;  ///< a colour clip, or a folder of them; with a split.tsv the clips of `split` alone
    std::string split = "val";
    int width = 448;  ///< pixels; the height follows the picture's shape
    int maxFrames = 100000;
    int limit = 1000000;        ///< clips at most, evenly chosen
    bool lastFrameToo = false;  ///< give the last frame as a second keyframe
    bool generator = false;     ///< also colour every frame by the keyframe network alone, without hints
    bool pictures = false;      ///< keep small pictures for a report
    inference::ColorizerOptions networks;
};

/// First frame given with its true colours, the others coloured: RGB PSNR with the true luma, keyframes left out, mean
/// over frames, then over clips. Columns
/// - dB: grey (nothing coloured), copy (the first frame's colours where they are), chain (the first frame carried by
/// DIS flow),
///   generator, tintreel, last10 and last10-grey (tintreel and grey over the last ten frames);
/// - flicker: cdc and warp of the result, cdc-true and warp-true of the truth, cdc-grey and warp-grey (color/metrics.h,
/// WarpError);
/// - the report of Oleshchenko and Tarelkina: l1 = mean |Δ| of a and b over 110, ssim = mean of R, G and B; l1-grey,
/// ssim-grey;
/// - confidence (mean), frames/s of the networks.
/// reliability: stated against true distance in ab over all pixels at the networks' output size.
[[nodiscard]] Result<ScoreTable> testPropagation(const PropagationTestOptions& options, JobContext& context);

struct HintTestOptions {
    std::filesystem::path input;  ///< a photo or a folder of them; with a split.tsv the photos of `split` alone
    std::string split = "val";
    std::vector<int> dots{0, 1, 10, 100};
    double radius = 3.0;  ///< pixels at a short side of 256
    int limit = 1000000;  ///< photos at most, evenly chosen
    bool levin = true;
    bool pictures = false;
    int seed = 7;
    inference::ColorizerOptions networks;
};

/// Dots of true colour at random places of unseen photos (short side 256): RGB PSNR with the true luma. Columns: grey,
/// tintreel-K and levin-K for K dots; jnd-K: share in % of the pixels under the dots with CIEDE2000 ≤ 2.3 to the dot's
/// colour; l1-K and ssim-K as for propagation, l1-grey and ssim-grey.
[[nodiscard]] Result<ScoreTable> testHints(const HintTestOptions& options, JobContext& context);

/// A coloured film against the true one, frame by frame: psnr, ssim (luma), ssim-rgb, l1, deltaE (CIEDE2000, mean),
/// cdc, warp, colourfulness; the same for the grey version of the truth ("grey-…") and cdc, warp and colourfulness of
/// the truth ("true-…").
[[nodiscard]] Result<ScoreTable> compareFilms(const std::filesystem::path& result, const std::filesystem::path& truth,
                                              JobContext& context);

/// Colours of hints spread by Levin, Lischinski and Weiss, "Colorization using Optimization" (SIGGRAPH 2004): sparse
/// least squares in which neighbours of like luma have like colours. lightness 0..100. The classical bar, for
/// comparison.
[[nodiscard]] AbImage levinSpread(const LPlane& lightness, const AbImage& hintAb, const Plane<float>& hintMask);

/// Pairs of stated and true error for a model's "calibration" in manifest.json (docs/formats/manifest.md): the bins
/// made monotone by pooling neighbours that fall (isotonic regression, weighted by pixels).
[[nodiscard]] std::vector<std::pair<double, double>> calibrationOf(const std::vector<ReliabilityBin>& bins);

/// A score for people: two places after the point for dB, more for what is small; "-" where there is none.
[[nodiscard]] std::string showScore(const Scores& scores, const std::string& column);

/// One HTML page with everything inside: tables, plots over the frames, reliability, pictures. Error: Output.
[[nodiscard]] Result<> writeReport(const ScoreTable& table, const std::filesystem::path& file, bool overwrite);

}  // namespace tintreel::workflow
