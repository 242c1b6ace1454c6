// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

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

/// Stated against true error, in steps of √2 from ½ upwards.
class Reliability {
public:
    void add(const inference::ColoredFrame& colors, const AbImage& truth) {
        for (std::size_t i = 0; i < colors.confidence.size(); ++i) {
            const double stated = inference::statedError(colors.confidence.data[i]);
            auto& bin = bins_[static_cast<std::size_t>(std::clamp(2.0 * (std::log2(std::max(stated, 1e-3)) + 1.0), 0.0,
                                                                  static_cast<double>(bins_.size() - 1)))];
            bin.stated += stated;
            bin.found += std::hypot(colors.ab.a.data[i] - truth.a.data[i], colors.ab.b.data[i] - truth.b.data[i]);
            ++bin.pixels;
        }
    }
    [[nodiscard]] std::vector<ReliabilityBin> bins() const {
        std::vector<ReliabilityBin> result;
        for (auto bin : bins_) {
            if (bin.pixels == 0) continue;
            bin.stated /= bin.pixels;
            bin.found /= bin.pixels;
            result.push_back(bin);
        }
        return result;
    }

private:
    std::array<ReliabilityBin, 13> bins_{};
};

/// The true frames of a clip at the width of the test.
struct TrueClip {
    std::vector<RgbImage> rgb;
    std::vector<Plane<float>> grey;
    [[nodiscard]] FrameIndex count() const { return static_cast<FrameIndex>(rgb.size()); }
    [[nodiscard]] LPlane lightness(FrameIndex f) const {
        return color::lightnessFromGrey(grey[static_cast<std::size_t>(f)]);
    }
    [[nodiscard]] AbImage ab(FrameIndex f) const { return color::labFromRgb(rgb[static_cast<std::size_t>(f)]).ab; }
};

Result<TrueClip> readClip(const fs::path& clip, const PropagationTestOptions& options) {
    TT_ASSIGN(auto reader, media::FrameReader::open(clip));
    TrueClip result;
    while (static_cast<int>(result.rgb.size()) < options.maxFrames) {
        TT_ASSIGN(const auto frame, reader.next());
        if (!frame) break;
        const auto rgb = trueColors(reader, *frame);
        const int height =
            static_cast<int>(std::lround(static_cast<double>(rgb.height) * options.width / rgb.width / 2.0)) * 2;
        result.rgb.push_back(color::resize(rgb, options.width, height));
        result.grey.push_back(color::lumaOf(result.rgb.back(), kScoreMatrix));
    }
    if (result.count() < 3)
        return fail(ErrorCode::Input, "'" + clip.string() + "' has fewer than three frames; nothing can be carried.");
    return result;
}

/// One method's frames as they come: PSNR and flicker.
class Method {
public:
    void add(const RgbImage& rgb, const RgbImage& truth, const Plane<float>& u, const Plane<float>& v,
             const Plane<std::uint8_t>& followable) {
        psnr_.push_back(color::psnr(rgb, truth));
        cdc_.add(rgb);
        if (!before_.empty()) warp_ += warpError(before_, rgb, u, v, followable);
        before_ = rgb;
    }
    [[nodiscard]] const std::vector<double>& psnr() const { return psnr_; }
    [[nodiscard]] double meanPsnr() const { return mean(psnr_.begin(), psnr_.end()); }
    [[nodiscard]] double lastPsnr() const {
        return mean(psnr_.end() - std::min<std::ptrdiff_t>(10, std::ssize(psnr_)), psnr_.end());
    }
    [[nodiscard]] double cdc() const { return cdc_.value(); }
    [[nodiscard]] double warp() const { return psnr_.size() < 2 ? 0.0 : warp_ / static_cast<double>(psnr_.size() - 1); }

private:
    using At = std::vector<double>::const_iterator;
    static double mean(At from, At to) {
        double sum = 0;
        for (At at = from; at != to; ++at) sum += *at;
        return sum / static_cast<double>(to - from);
    }
    std::vector<double> psnr_;
    color::ColorConsistency cdc_;
    RgbImage before_;
    double warp_ = 0;
};

Result<ScoreRow> scoreClip(const fs::path& path, const PropagationTestOptions& options, inference::Colorizer& colorizer,
                           Reliability& reliability, JobContext& context) {
    TT_ASSIGN(const TrueClip clip, readClip(path, options));
    const auto count = clip.count();
    const int width = clip.rgb.front().width, height = clip.rgb.front().height;
    inference::KeyframeColors keys{{0, clip.ab(0)}};
    if (options.lastFrameToo) keys[count - 1] = clip.ab(count - 1);
    const fs::path trackPath =
        fs::temp_directory_path() / fmt::format("tintreel-evaluate-{}.track", static_cast<const void*>(&clip));
    TT_ASSIGN(auto track, inference::ColorTrack::create(trackPath, (width + 1) / 2, (height + 1) / 2));
    fs::remove(trackPath);  // it lives on until it is closed
    const auto start = std::chrono::steady_clock::now();
    TT_TRY(colorizer.propagate(
        {0, count}, [&](FrameIndex f) -> Result<LPlane> { return clip.lightness(f); }, keys, track, context));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

    ScoreRow row{nameOf(path, options.input), {}, {}, {}};
    auto& scores = row.scores;
    std::map<std::string, Method> methods;
    nn::DenseFlow flow;
    const AbImage none(width, height), first = clip.ab(0);
    AbImage chain = first;
    Plane<float> u, v, backU, backV;
    const FrameIndex end = options.lastFrameToo ? count - 1 : count;
    for (FrameIndex f = 1; f < end; ++f) {
        if (context.stopRequested()) return cancelled();
        const auto i = static_cast<std::size_t>(f);
        const auto& truth = clip.rgb[i];
        const auto L = clip.lightness(f);
        const auto now = nn::lightnessBytes(L), before = nn::lightnessBytes(clip.lightness(f - 1));
        flow.compute(now, before, u, v, false);
        flow.compute(before, now, backU, backV, false);
        const auto followable = followablePixels(u, v, backU, backV);
        chain.a = nn::warp(chain.a, u, v);
        chain.b = nn::warp(chain.b, u, v);
        TT_ASSIGN(const auto colors, track.read(f));
        const AbImage result = color::resize(colors.ab, width, height), trueAb = clip.ab(f);
        const auto grey = composed(clip.grey[i], none), colored = composed(clip.grey[i], result);
        const auto add = [&](const char* name, const RgbImage& rgb) {
            methods[name].add(rgb, truth, u, v, followable);
        };
        add("true", truth);
        add("grey", grey);
        add("copy", composed(clip.grey[i], first));
        add("chain", composed(clip.grey[i], chain));
        add("tintreel", colored);
        if (options.generator) {
            TT_ASSIGN(const auto alone, colorizer.colorizeKeyframe(L, {}));
            add("generator", composed(clip.grey[i], alone));
        }
        const auto share = 1.0 / static_cast<double>(end - 1);
        scores["l1"] += share * abL1(result, trueAb);
        scores["l1-grey"] += share * abL1(none, trueAb);
        scores["ssim"] += share * rgbSsim(colored, truth);
        scores["ssim-grey"] += share * rgbSsim(grey, truth);
        double confidence = 0;
        for (const float c : colors.confidence.data) confidence += c;
        scores["confidence"] += share * confidence / static_cast<double>(colors.confidence.size());
        reliability.add(colors, color::resize(trueAb, colors.ab.width(), colors.ab.height()));
        if (options.pictures && (f == end / 2 || f == end - 1)) {
            const auto place = fmt::format(", frame {}", f);
            for (const auto& [words, rgb] :
                 {std::pair<const char*, const RgbImage*>{"grey", &grey}, {"tintreel", &colored}, {"truth", &truth}})
                row.pictures.push_back(smallPicture(words + place, *rgb));
        }
    }
    for (const auto& [name, method] : methods) {
        if (name != "true") {
            scores[name] = method.meanPsnr();
            row.curves[name] = method.psnr();
        }
        if (name != "true" && name != "grey" && name != "tintreel") continue;
        const std::string ending = name == "tintreel" ? "" : "-" + name;
        scores["cdc" + ending] = method.cdc();
        scores["warp" + ending] = method.warp();
    }
    scores["last10"] = methods["tintreel"].lastPsnr();
    scores["last10-grey"] = methods["grey"].lastPsnr();
    scores["frames/s"] = static_cast<double>(count - 1) / seconds;
    return row;
}

}  // namespace

Result<ScoreTable> testPropagation(const PropagationTestOptions& options, JobContext& context) {
    TT_ASSIGN(auto colorizer, inference::Colorizer::create(options.networks));
    TT_ASSIGN(const auto clips, itemsOf(options.input, options.split, true, options.limit));
    ScoreTable table;
    table.title = options.lastFrameToo ? "Propagation, first and last frame given" : "Propagation, first frame given";
    table.groups = {
        {"grey", "copy", "chain", "generator", "tintreel", "last10", "last10-grey", "confidence", "frames/s"},
        {"cdc", "cdc-true", "cdc-grey", "warp", "warp-true", "warp-grey"},
        {"l1", "l1-grey", "ssim", "ssim-grey"}};
    Reliability reliability;
    for (std::size_t i = 0; i < clips.size(); ++i) {
        auto row = scoreClip(clips[i], options, colorizer, reliability, context);
        // One clip that cannot be read does not take the others' figures.
        if (!row && (row.error().code != ErrorCode::Input || clips.size() == 1)) return tl::unexpected(row.error());
        if (row) table.rows.push_back(std::move(*row));
        else context.warn({"UNREADABLE", "A clip is left out: " + describe(row.error()), -1});
        context.report({"evaluate", 0, 1, static_cast<std::int64_t>(i + 1), static_cast<std::int64_t>(clips.size())});
    }
    if (table.rows.empty())
        return fail(ErrorCode::Input, "No clip of '" + options.input.string() + "' can be carried through.");
    average(table);
    table.reliability = reliability.bins();
    return table;
}

std::vector<std::pair<double, double>> calibrationOf(const std::vector<ReliabilityBin>& bins) {
    // Pool adjacent violators (Ayer et al. 1955): neighbours that fall become one with their common mean.
    std::vector<ReliabilityBin> pools;
    for (auto bin : bins) {
        while (!pools.empty() && pools.back().found >= bin.found) {
            const auto& last = pools.back();
            const double pixels = last.pixels + bin.pixels;
            bin = {(last.stated * last.pixels + bin.stated * bin.pixels) / pixels,
                   (last.found * last.pixels + bin.found * bin.pixels) / pixels, pixels};
            pools.pop_back();
        }
        pools.push_back(bin);
    }
    std::vector<std::pair<double, double>> pairs;
    for (const auto& pool : pools) pairs.emplace_back(pool.stated, pool.found);
    return pairs;
}

}  // namespace tintreel::workflow
