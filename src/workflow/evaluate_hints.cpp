// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tintreel/color/lab.h"
#include "tintreel/color/metrics.h"
#include "tintreel/color/resize.h"
#include "tintreel/training/hint_simulator.h"
#include "workflow/evaluate_items.h"

namespace tintreel::workflow {
namespace {

constexpr double kJustNoticeable = 2.3;  // CIEDE2000
constexpr std::size_t kPictured = 12;    // photos of a report

/// Share in % of the pixels under hints whose colour is the hint's to the eye.
double shareUnder(const AbImage& result, const LPlane& lightness, const training::SimulatedHints& hints) {
    std::size_t under = 0, good = 0;
    for (std::size_t i = 0; i < hints.mask.size(); ++i) {
        if (hints.mask.data[i] <= 0.5F) continue;
        const float L = lightness.data[i];
        ++under;
        good += color::ciede2000(color::Lab{L, result.a.data[i], result.b.data[i]},
                                 color::Lab{L, hints.ab.a.data[i], hints.ab.b.data[i]}) <= kJustNoticeable
                    ? 1
                    : 0;
    }
    return under == 0 ? 100.0 : 100.0 * static_cast<double>(good) / static_cast<double>(under);
}

}  // namespace

Result<ScoreTable> testHints(const HintTestOptions& options, JobContext& context) {
    TT_ASSIGN(auto colorizer, inference::Colorizer::create(options.networks));
    TT_ASSIGN(const auto photos, itemsOf(options.input, options.split, false, options.limit));
    ScoreTable table;
    table.title = "Hints: random dots of true colour";
    table.groups = {{"grey"}, {"l1-grey", "ssim-grey"}};
    for (const int dots : options.dots) {
        table.groups[0].push_back(fmt::format("tintreel-{}", dots));
        if (options.levin && dots > 0) table.groups[0].push_back(fmt::format("levin-{}", dots));
        if (dots > 0) table.groups[1].push_back(fmt::format("jnd-{}", dots));
        table.groups[1].push_back(fmt::format("l1-{}", dots));
        table.groups[1].push_back(fmt::format("ssim-{}", dots));
    }
    for (std::size_t i = 0; i < photos.size(); ++i) {
        const auto& photo = photos[i];
        const auto whole = media::readPicture(photo);
        if (!whole) {
            context.warn({"UNREADABLE", "'" + photo.string() + "' is left out: " + describe(whole.error()), -1});
            continue;
        }
        const auto size = color::workingSize(whole->width, whole->height, 256);
        const auto rgb = color::resize(*whole, size.width, size.height);
        const auto luma = color::lumaOf(rgb, kScoreMatrix);
        const auto truth = color::labFromRgb(rgb).ab;
        const auto lightness = color::lightnessFromGrey(luma);
        const AbImage none(size.width, size.height);
        const auto grey = composed(luma, none);
        ScoreRow row{
            nameOf(photo, options.input),
            {{"grey", color::psnr(grey, rgb)}, {"l1-grey", abL1(none, truth)}, {"ssim-grey", rgbSsim(grey, rgb)}},
            {},
            {}};
        const bool pictured = options.pictures && i < kPictured;
        if (pictured) row.pictures = {smallPicture("truth", rgb), smallPicture("grey", grey)};
        for (const int dots : options.dots) {
            if (context.stopRequested()) return cancelled();
            training::Rng rng =
                training::rngFor(static_cast<std::uint64_t>(options.seed), i, static_cast<std::uint64_t>(dots));
            const auto hints = training::randomDots(truth, dots, options.radius, rng);
            TT_ASSIGN(const auto result, colorizer.colorizeKeyframe(lightness, {hints.ab, hints.mask, std::nullopt}));
            const auto colored = composed(luma, result);
            row.scores[fmt::format("tintreel-{}", dots)] = color::psnr(colored, rgb);
            row.scores[fmt::format("l1-{}", dots)] = abL1(result, truth);
            row.scores[fmt::format("ssim-{}", dots)] = rgbSsim(colored, rgb);
            if (dots > 0) row.scores[fmt::format("jnd-{}", dots)] = shareUnder(result, lightness, hints);
            if (pictured) row.pictures.push_back(smallPicture(fmt::format("tintreel, {} dots", dots), colored));
            if (!options.levin || dots == 0) continue;
            const auto levin = composed(luma, levinSpread(lightness, hints.ab, hints.mask));
            row.scores[fmt::format("levin-{}", dots)] = color::psnr(levin, rgb);
            if (pictured) row.pictures.push_back(smallPicture(fmt::format("Levin 2004, {} dots", dots), levin));
        }
        table.rows.push_back(std::move(row));
        context.report({"evaluate", 0, 1, static_cast<std::int64_t>(i + 1), static_cast<std::int64_t>(photos.size())});
    }
    if (table.rows.empty())
        return fail(ErrorCode::Input, "No picture of '" + options.input.string() + "' can be read.");
    average(table);
    for (const int dots : options.dots) {
        table.steps.push_back(std::to_string(dots));
        table.curves["grey"].push_back(table.mean.at("grey"));
        table.curves["tintreel"].push_back(table.mean.at(fmt::format("tintreel-{}", dots)));
        if (!options.levin) continue;
        const auto levin = table.mean.find(fmt::format("levin-{}", dots));
        table.curves["Levin 2004"].push_back(levin == table.mean.end() ? std::nan("") : levin->second);
    }
    return table;
}

}  // namespace tintreel::workflow
