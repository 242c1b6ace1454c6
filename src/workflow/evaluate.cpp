// SPDX-License-Identifier: Apache-2.0
#include "tintreel/workflow/evaluate.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "tintreel/color/compose.h"
#include "tintreel/color/lab.h"
#include "tintreel/color/metrics.h"
#include "tintreel/media/frame_reader.h"
#include "tintreel/nn/tracker.h"
#include "tintreel/training/hint_simulator.h"
#include "tintreel/workflow/dataset.h"
#include "workflow/frames.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;
namespace {

constexpr auto kMatrix = color::Matrix::Bt601;  // of the luma that figures keep; the training data's own

RgbImage trueColors(const media::FrameReader& reader, const media::VideoFrame& frame) {
    return color::rgbFromYuv(frame.y, frame.cb, frame.cr, yuvFormatOf(reader.info(), frame));
}

double scoreOf(const RgbImage& truth, const Plane<float>& grey, const AbImage& ab) {
    return color::psnr(color::toRgb8(color::rgbFromLumaAb(grey, ab, kMatrix)), truth);
}

/// The files of a folder that are for validation, or the one file.
Result<std::vector<fs::path>> itemsOf(const fs::path& input, bool films) {
    std::error_code ec;
    if (fs::is_regular_file(input, ec)) return std::vector<fs::path>{input};
    if (!fs::is_directory(input, ec)) return fail(ErrorCode::Input, "There is no file or folder '" + input.string() + "'; check the name.");
    TT_ASSIGN(const auto split, readSplit(input));
    std::vector<fs::path> items;
    for (const auto& [file, part] : split)
        if (part == "val" && fs::exists(input / file, ec)) items.push_back(input / file);
    if (split.empty())
        for (const auto& entry : fs::recursive_directory_iterator(input)) {
            const auto e = entry.path().extension();
            const bool isFilm = e == ".mp4" || e == ".mkv" || e == ".mov", isPicture = e == ".jpg" || e == ".png" || e == ".jpeg" || e == ".tif";
            if (entry.is_regular_file() && (films ? isFilm : isPicture)) items.push_back(entry.path());
        }
    std::sort(items.begin(), items.end());
    if (items.empty()) return fail(ErrorCode::Input, "'" + input.string() + "' holds nothing to evaluate on.");
    return items;
}

void average(ScoreTable& table) {
    std::map<std::string, int> counts;
    for (const auto& [name, scores] : table.rows)
        for (const auto& [column, value] : scores) {
            table.mean[column] += value;
            ++counts[column];
        }
    for (auto& [column, value] : table.mean) value /= counts[column];
}

Result<Scores> scoreClip(const fs::path& clip, const PropagationTestOptions& options, inference::Colorizer& colorizer, JobContext& context) {
    TT_ASSIGN(auto reader, media::FrameReader::open(clip));
    std::vector<RgbImage> truth;
    std::vector<Plane<float>> grey;
    while (static_cast<int>(truth.size()) < options.maxFrames) {
        TT_ASSIGN(const auto frame, reader.next());
        if (!frame) break;
        const auto rgb = trueColors(reader, *frame);
        const int height = static_cast<int>(std::lround(static_cast<double>(rgb.height) * options.width / rgb.width / 2.0)) * 2;
        truth.push_back(color::resize(rgb, options.width, height));
        grey.push_back(color::lumaOf(truth.back(), kMatrix));
    }
    const auto count = static_cast<FrameIndex>(truth.size());
    if (count < 3) return fail(ErrorCode::Input, "'" + clip.string() + "' has fewer than three frames; nothing can be carried.");
    const int width = truth.front().width, height = truth.front().height;
    const auto lightnessAt = [&](FrameIndex f) -> Result<LPlane> { return color::lightnessFromGrey(grey[static_cast<std::size_t>(f)]); };

    inference::KeyframeColors keys{{0, color::labFromRgb(truth.front()).ab}};
    if (options.lastFrameToo) keys[count - 1] = color::labFromRgb(truth.back()).ab;
    const fs::path trackPath = fs::temp_directory_path() / fmt::format("tintreel-evaluate-{}.track", static_cast<const void*>(&truth));
    TT_ASSIGN(auto track, inference::ColorTrack::create(trackPath, (width + 1) / 2, (height + 1) / 2));
    fs::remove(trackPath);  // it lives on until it is closed
    const auto start = std::chrono::steady_clock::now();
    TT_TRY(colorizer.propagate({0, count}, lightnessAt, keys, track, context));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

    Scores scores;
    nn::DenseFlow flow;
    AbImage chain = keys.begin()->second;
    Plane<float> u, v;
    const FrameIndex last = options.lastFrameToo ? count - 1 : count;
    for (FrameIndex f = 1; f < last; ++f) {
        const auto i = static_cast<std::size_t>(f);
        const auto now = nn::lightnessBytes(*lightnessAt(f)), before = nn::lightnessBytes(*lightnessAt(f - 1));
        flow.compute(now, before, u, v, false);
        chain.a = nn::warp(chain.a, u, v);
        chain.b = nn::warp(chain.b, u, v);
        TT_ASSIGN(const auto colors, track.read(f));
        const double score = scoreOf(truth[i], grey[i], color::resize(colors.ab, width, height));
        scores["grey"] += scoreOf(truth[i], grey[i], AbImage(width, height));
        scores["chain"] += scoreOf(truth[i], grey[i], chain);
        scores["tintreel"] += score;
        if (f >= last - 10) scores["last10"] += score / static_cast<double>(std::min<FrameIndex>(10, last - 1));
        double confidence = 0;
        for (const float c : colors.confidence.data) confidence += c;
        scores["confidence"] += confidence / static_cast<double>(colors.confidence.size());
    }
    for (const char* column : {"grey", "chain", "tintreel", "confidence"}) scores[column] /= static_cast<double>(last - 1);
    scores["frames/s"] = static_cast<double>(count - 1) / seconds;
    return scores;
}

double medianUnder(const AbImage& result, const training::SimulatedHints& hints) {
    std::vector<double> distances;
    for (std::size_t i = 0; i < hints.mask.size(); ++i)
        if (hints.mask.data[i] > 0.5F) distances.push_back(std::hypot(result.a.data[i] - hints.ab.a.data[i], result.b.data[i] - hints.ab.b.data[i]));
    if (distances.empty()) return 0;
    std::nth_element(distances.begin(), distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2), distances.end());
    return distances[distances.size() / 2];
}

}  // namespace

Result<ScoreTable> testPropagation(const PropagationTestOptions& options, JobContext& context) {
    TT_ASSIGN(auto colorizer, inference::Colorizer::create(options.networks));
    TT_ASSIGN(const auto clips, itemsOf(options.input, true));
    ScoreTable table;
    for (const auto& clip : clips) {
        TT_ASSIGN(auto scores, scoreClip(clip, options, colorizer, context));
        table.rows.emplace_back(clip.filename().string(), std::move(scores));
        context.report({"evaluate", 0, 1, static_cast<std::int64_t>(table.rows.size()), static_cast<std::int64_t>(clips.size())});
    }
    average(table);
    return table;
}

Result<ScoreTable> testHints(const HintTestOptions& options, JobContext& context) {
    TT_ASSIGN(auto colorizer, inference::Colorizer::create(options.networks));
    TT_ASSIGN(const auto photos, itemsOf(options.input, false));
    const auto count = std::min<std::size_t>(photos.size(), static_cast<std::size_t>(std::max(1, options.limit)));
    ScoreTable table;
    for (std::size_t i = 0; i < count; ++i) {
        const auto& photo = photos[i * photos.size() / count];
        TT_ASSIGN(const auto whole, media::readPicture(photo));
        const auto size = color::workingSize(whole.width, whole.height, 256);
        const auto rgb = color::resize(whole, size.width, size.height);
        const auto grey = color::lumaOf(rgb, kMatrix);
        const auto truth = color::labFromRgb(rgb).ab;
        const auto lightness = color::lightnessFromGrey(grey);
        Scores scores{{"grey", scoreOf(rgb, grey, AbImage(size.width, size.height))}};
        for (const int dots : options.dots) {
            if (context.stopRequested()) return cancelled();
            training::Rng rng = training::rngFor(static_cast<std::uint64_t>(options.seed), i, static_cast<std::uint64_t>(dots));
            const auto hints = training::randomDots(truth, dots, options.radius, rng);
            TT_ASSIGN(const auto result, colorizer.colorizeKeyframe(lightness, {hints.ab, hints.mask, std::nullopt}));
            scores[fmt::format("tintreel-{}", dots)] = scoreOf(rgb, grey, result);
            if (dots > 0) scores[fmt::format("under-{}", dots)] = medianUnder(result, hints);
            if (options.levin && dots > 0) scores[fmt::format("levin-{}", dots)] = scoreOf(rgb, grey, levinSpread(lightness, hints.ab, hints.mask));
        }
        table.rows.emplace_back(photo.filename().string(), std::move(scores));
        context.report({"evaluate", 0, 1, static_cast<std::int64_t>(i + 1), static_cast<std::int64_t>(count)});
    }
    average(table);
    return table;
}

Result<Scores> compareFilms(const fs::path& result, const fs::path& truth, JobContext& context) {
    TT_ASSIGN(auto first, media::FrameReader::open(result));
    TT_ASSIGN(auto second, media::FrameReader::open(truth));
    Scores scores;
    color::ColorConsistency cdc, greyCdc, trueCdc;
    std::int64_t frames = 0;
    while (true) {
        if (context.stopRequested()) return cancelled();
        TT_ASSIGN(const auto a, first.next());
        TT_ASSIGN(const auto b, second.next());
        if (!a || !b) {
            if (a.has_value() != b.has_value())
                return fail(ErrorCode::Mismatch, fmt::format("The films differ in length: '{}' has {} frames, the other goes on.", (a ? truth : result).string(), frames));
            break;
        }
        const auto target = trueColors(second, *b);
        auto rgb = trueColors(first, *a);
        if (rgb.width != target.width || rgb.height != target.height) rgb = color::resize(rgb, target.width, target.height);
        const auto greyLuma = color::lumaOf(target, kMatrix);
        const auto grey = color::toRgb8(color::rgbFromLumaAb(greyLuma, AbImage(target.width, target.height), kMatrix));
        const auto luma255 = [&](const RgbImage& image) {
            auto plane = color::lumaOf(image, kMatrix);
            for (auto& value : plane.data) value *= 255.0F;
            return plane;
        };
        const auto deltaE = [&](const RgbImage& image) {
            const auto x = color::labFromRgb(image), y = color::labFromRgb(target);
            double sum = 0;
            for (std::size_t i = 0; i < x.L.size(); ++i)
                sum += color::ciede2000(color::Lab{x.L.data[i], x.ab.a.data[i], x.ab.b.data[i]}, color::Lab{y.L.data[i], y.ab.a.data[i], y.ab.b.data[i]});
            return sum / static_cast<double>(x.L.size());
        };
        scores["psnr"] += color::psnr(rgb, target);
        scores["grey-psnr"] += color::psnr(grey, target);
        scores["ssim"] += color::ssim(luma255(rgb), luma255(target));
        scores["deltaE"] += deltaE(rgb);
        scores["grey-deltaE"] += deltaE(grey);
        scores["colorfulness"] += color::colorfulness(rgb);
        scores["true-colorfulness"] += color::colorfulness(target);
        cdc.add(rgb);
        greyCdc.add(grey);
        trueCdc.add(target);
        context.report({"compare", 0, 1, ++frames, second.info().expectedFrames});
    }
    if (frames == 0) return fail(ErrorCode::Input, "'" + result.string() + "' has no frame to compare.");
    for (auto& [name, value] : scores) value /= static_cast<double>(frames);
    scores["cdc"] = cdc.value();
    scores["grey-cdc"] = greyCdc.value();
    scores["true-cdc"] = trueCdc.value();
    scores["frames"] = static_cast<double>(frames);
    return scores;
}

}  // namespace tintreel::workflow
