// SPDX-License-Identifier: Apache-2.0
#include <array>

#include <fmt/format.h>

#include "tintreel/color/lab.h"
#include "tintreel/color/metrics.h"
#include "tintreel/color/resize.h"
#include "tintreel/nn/tracker.h"
#include "workflow/evaluate_items.h"
#include "workflow/warp_error.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;
namespace {

Plane<float> luma255(const RgbImage& image) {
    auto plane = color::lumaOf(image, kScoreMatrix);
    for (auto& value : plane.data) value *= 255.0F;
    return plane;
}

double meanDeltaE(const RgbImage& image, const RgbImage& truth) {
    const auto x = color::labFromRgb(image), y = color::labFromRgb(truth);
    double sum = 0;
    for (std::size_t i = 0; i < x.L.size(); ++i)
        sum += color::ciede2000(color::Lab{x.L.data[i], x.ab.a.data[i], x.ab.b.data[i]},
                                color::Lab{y.L.data[i], y.ab.a.data[i], y.ab.b.data[i]});
    return sum / static_cast<double>(x.L.size());
}

/// What a film is compared by, gathered frame by frame: the result, its grey version or the truth itself.
struct Gathered {
    std::string prefix;
    color::ColorConsistency cdc = {};
    RgbImage before = {};
    double warp = 0;
};

}  // namespace

Result<ScoreTable> compareFilms(const fs::path& result, const fs::path& truth, JobContext& context) {
    TT_ASSIGN(auto first, media::FrameReader::open(result));
    TT_ASSIGN(auto second, media::FrameReader::open(truth));
    ScoreTable table;
    table.title = "Film against film";
    ScoreRow row{result.filename().string(), {}, {}, {}};
    auto& scores = row.scores;
    std::array<Gathered, 3> films{Gathered{""}, Gathered{"grey-"}, Gathered{"true-"}};
    nn::DenseFlow flow;
    Plane<float> u, v, backU, backV;
    Plane<std::uint8_t> before;
    std::int64_t frames = 0;
    while (true) {
        if (context.stopRequested()) return cancelled();
        TT_ASSIGN(const auto a, first.next());
        TT_ASSIGN(const auto b, second.next());
        if (!a || !b) {
            if (a.has_value() != b.has_value())
                return fail(ErrorCode::Mismatch,
                            fmt::format("The films differ in length: '{}' has {} frames, the other goes on.",
                                        (a ? truth : result).string(), frames));
            break;
        }
        const auto target = trueColors(second, *b);
        auto rgb = trueColors(first, *a);
        if (rgb.width != target.width || rgb.height != target.height)
            rgb = color::resize(rgb, target.width, target.height);
        const auto luma = color::lumaOf(target, kScoreMatrix);
        const auto grey = composed(luma, AbImage(target.width, target.height));
        const auto now = nn::lightnessBytes(color::lightnessFromGrey(luma));
        Plane<std::uint8_t> followable;
        if (!before.empty()) {
            flow.compute(now, before, u, v, false);
            flow.compute(before, now, backU, backV, false);
            followable = followablePixels(u, v, backU, backV);
        }
        before = now;
        const std::array<const RgbImage*, 3> pictures{&rgb, &grey, &target};
        for (std::size_t k = 0; k < films.size(); ++k) {
            auto& film = films[k];
            film.cdc.add(*pictures[k]);
            if (!film.before.empty()) film.warp += warpError(film.before, *pictures[k], u, v, followable);
            film.before = *pictures[k];
            scores[film.prefix + "colorfulness"] += color::colorfulness(*pictures[k]);
            if (k == 2) continue;
            const double psnr = color::psnr(*pictures[k], target);
            scores[film.prefix + "psnr"] += psnr;
            row.curves[k == 0 ? "result" : "grey"].push_back(psnr);
            scores[film.prefix + "deltaE"] += meanDeltaE(*pictures[k], target);
            scores[film.prefix + "l1"] += abL1(color::labFromRgb(*pictures[k]).ab, color::labFromRgb(target).ab);
            scores[film.prefix + "ssim-rgb"] += rgbSsim(*pictures[k], target);
        }
        scores["ssim"] += color::ssim(luma255(rgb), luma255(target));
        if (frames % 48 == 24 && row.pictures.size() < 24) {
            row.pictures.push_back(smallPicture(fmt::format("result, frame {}", frames), rgb));
            row.pictures.push_back(smallPicture(fmt::format("truth, frame {}", frames), target));
        }
        context.report({"compare", 0, 1, ++frames, second.info().expectedFrames});
    }
    if (frames == 0) return fail(ErrorCode::Input, "'" + result.string() + "' has no frame to compare.");
    for (auto& [name, value] : scores) value /= static_cast<double>(frames);
    for (const auto& film : films) {
        scores[film.prefix + "cdc"] = film.cdc.value();
        scores[film.prefix + "warp"] = frames < 2 ? 0.0 : film.warp / static_cast<double>(frames - 1);
    }
    scores["frames"] = static_cast<double>(frames);
    table.rows.push_back(std::move(row));
    average(table);
    return table;
}

}  // namespace tintreel::workflow
