// SPDX-License-Identifier: Apache-2.0
#include "tintreel/workflow/colorize.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <cmath>

#include <fmt/format.h>

#include "tintreel/base/atomic_file.h"
#include "tintreel/color/compose.h"
#include "tintreel/color/edge_aware.h"
#include "tintreel/media/frame_writer.h"
#include "tintreel/scenes/scene_splitter.h"
#include "workflow/frames.h"
#include "workflow/keyframe_plan.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;
namespace {

using hints::HintSpan;

// Certainty of the edge-aware spread at which a local repair counts half.
constexpr float kRepairHalf = 0.02F;

/// A local repair: moves the colours of one frame towards the hints near them, and nowhere else.
void repair(AbImage& ab, const LPlane& lightness, const inference::KeyframeHints& hints) {
    AbImage difference = hints.ab;
    for (std::size_t i = 0; i < hints.mask.size(); ++i) {
        difference.a.data[i] -= ab.a.data[i];
        difference.b.data[i] -= ab.b.data[i];
    }
    const auto spread = color::spreadHints(lightness, difference, hints.mask, 800, 12);
    for (std::size_t i = 0; i < hints.mask.size(); ++i) {
        const float far = spread.certainty.data[i] / (spread.certainty.data[i] + kRepairHalf), mask = hints.mask.data[i];
        ab.a.data[i] += (1 - mask) * far * spread.ab.a.data[i] + mask * difference.a.data[i];
        ab.b.data[i] += (1 - mask) * far * spread.ab.b.data[i] + mask * difference.b.data[i];
    }
}

/// One run of the main job, scene by scene: lightness of the scene to disk, keyframes, propagation, then the same frames again
/// from the source with their new chroma.
class Run {
public:
    Run(const ColorizeOptions& options, JobContext& context) : options_(options), context_(context) {}

    Result<ColorizeReport> go() {
        const auto start = std::chrono::steady_clock::now();
        TT_TRY(prepare());
        TT_TRY(split());
        TT_TRY(open());
        for (const auto& scene : scenes_) TT_TRY(colorizeScene(scene));
        TT_TRY(writer_->finish());
        TT_TRY(settle());
        TT_TRY(part_->commit());
        TT_ASSIGN(report_.outputSha256, sha256OfFile(options_.output));
        report_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return report_;
    }

private:
    /// Everything that can be found wrong before any work.
    Result<> prepare() {
        TT_ASSIGN(info_, media::probe(options_.input));
        std::error_code ec;
        if (fs::equivalent(options_.input, options_.output, ec))
            return fail(ErrorCode::Output, "'" + options_.output.string() + "' is the source itself, which is never written; choose another name.");
        TT_ASSIGN(format_, media::outputFormatFor(options_.preset, options_.output, info_));
        TT_ASSIGN(part_, PartFile::create(options_.output, options_.overwrite));
        TT_ASSIGN(person_, readPersonInput(options_.hintsFile, options_.referencesDir));
        TT_ASSIGN(auto colorizer, inference::Colorizer::create(options_.networks));
        colorizer_.emplace(std::move(colorizer));
        report_.models = colorizer_->models();
        report_.device = colorizer_->deviceDescription();
        working_ = color::workingSize(info_.width, info_.height, options_.workingSize);
        report_.warnings.insert(report_.warnings.end(), info_.warnings.begin(), info_.warnings.end());
        report_.warnings.insert(report_.warnings.end(), format_.notes.begin(), format_.notes.end());
        return {};
    }

    Result<> split() {
        TT_ASSIGN(const auto found, findScenes(options_.input, "robust", scenes::SceneSplitOptions{}.robustMargin, scenes::SceneSplitOptions{}.minLength, options_.networks.threads, context_));
        frames_ = found.frames;
        report_.defects = found.defects;
        if (options_.scenes == "auto") scenes_ = found.scenes;
        else if (options_.scenes == "single") scenes_ = {{0, frames_}};
        else {
            TT_ASSIGN(const std::string csv, readFile(options_.scenes, 64 << 20));
            TT_ASSIGN(scenes_, scenes::scenesFromCsv(csv, options_.scenes, frames_));
        }
        TT_TRY(checkPersonInput(person_, options_.hintsFile, info_, frames_));
        TT_ASSIGN(choice_, parseKeyframes(options_.keyframes, frames_));
        report_.scenes = static_cast<int>(scenes_.size());
        report_.framesExpected = info_.expectedIsExact ? info_.expectedFrames : frames_;
        return {};
    }

    Result<> open() {
        TT_ASSIGN(auto networkReader, media::FrameReader::open(options_.input, options_.networks.threads));
        TT_ASSIGN(auto outputReader, media::FrameReader::open(options_.input, options_.networks.threads));
        networkReader_.emplace(std::move(networkReader));
        outputReader_.emplace(std::move(outputReader));
        TT_ASSIGN(auto writer, media::FrameWriter::create(part_->partPath(), options_.output, format_, info_, options_.networks.threads));
        writer_.emplace(std::move(writer));
        for (const auto& warning : writer_->warnings()) {
            report_.warnings.push_back(warning);
            context_.warn({"TRACK_LOST", warning, -1});
        }
        composer_.emplace(yuvFormatOf(format_));
        return {};
    }

    fs::path workFolder() const { return options_.output.has_parent_path() ? options_.output.parent_path() : fs::path("."); }

    Result<AbImage> keyframeColors(FrameIndex frame, const LPlane& lightness, bool withRangeHints) {
        std::set<HintSpan> spans{HintSpan::Scene};
        if (withRangeHints) spans.insert(HintSpan::Range);
        auto given = rasterizeFor(frame, spans, person_.hints, info_, working_);
        if (const auto reference = person_.references.find(frame); reference != person_.references.end()) {
            TT_ASSIGN(given.reference, referenceColors(reference->second, info_, working_));
        }
        return colorizer_->colorizeKeyframe(lightness, given);
    }

    Result<> colorizeScene(FrameRange scene) {
        TT_ASSIGN(auto lightness, LightnessFile::create(workFolder(), working_));
        for (FrameIndex f = scene.first; f < scene.end; ++f) {
            if (context_.stopRequested()) return cancelled();
            TT_ASSIGN(const auto frame, networkReader_->next());
            if (!frame) return fail(ErrorCode::Input, fmt::format("'{}' ended at frame {} when it was read again; was it changed meanwhile?", options_.input.string(), f));
            TT_TRY(lightness.write(f - scene.first, lightnessOf(info_, *frame, working_)));
        }
        const auto lightnessAt = [&](FrameIndex frame) { return lightness.read(frame - scene.first); };
        const auto plan = planScene(scene, person_, choice_);

        // Where every frame is a keyframe nothing is carried; the generator colours frame after frame.
        const bool everyFrame = plan.size() == 1 && static_cast<FrameIndex>(plan.front().keyframes.size()) == scene.length();
        const fs::path trackPath = part_->partPath().string() + ".track";
        struct Remove {
            fs::path path;
            ~Remove() {
                std::error_code ec;
                fs::remove(path, ec);
            }
        } remove{trackPath};
        TT_ASSIGN(auto track, inference::ColorTrack::open(trackPath, fmt::format("scene {}-{}", scene.first, scene.end), (working_.width + 1) / 2, (working_.height + 1) / 2));
        inference::KeyframeColors exact;  // keyframes at full working size
        for (const auto& stretch : plan) {
            if (everyFrame) break;
            inference::KeyframeColors keys;
            for (const FrameIndex frame : stretch.keyframes) {
                TT_ASSIGN(const LPlane L, lightnessAt(frame));
                TT_ASSIGN(AbImage ab, keyframeColors(frame, L, stretch.withRangeHints));
                exact[frame] = ab;
                keys[frame] = std::move(ab);
            }
            Forward progress(*this, scene, plan.size() > 1);
            TT_TRY(colorizer_->propagate(stretch.range, lightnessAt, keys, track, progress));
        }
        for (const FrameIndex frame : plan.front().keyframes) countKeyframe(frame);

        for (FrameIndex f = scene.first; f < scene.end; ++f) {
            if (context_.stopRequested()) return cancelled();
            TT_ASSIGN(const auto frame, outputReader_->next());
            if (!frame) return fail(ErrorCode::Input, fmt::format("'{}' ended at frame {} when it was read again; was it changed meanwhile?", options_.input.string(), f));
            AbImage ab;
            if (everyFrame) {
                TT_ASSIGN(const LPlane L, lightnessAt(f));
                TT_ASSIGN(ab, keyframeColors(f, L, false));
            } else if (const auto key = exact.find(f); key != exact.end()) {
                ab = key->second;
            } else {
                TT_ASSIGN(inference::ColoredFrame colors, track.read(f));
                double sum = 0;
                for (const float c : colors.confidence.data) sum += c;
                confidenceSum_ += sum / static_cast<double>(colors.confidence.size());
                ++confidenceCount_;
                ab = std::move(colors.ab);
            }
            const auto local = rasterizeFor(f, {HintSpan::Frame}, person_.hints, info_, working_);
            if (std::any_of(local.mask.data.begin(), local.mask.data.end(), [](float m) { return m > 0; })) {
                TT_ASSIGN(const LPlane L, lightnessAt(f));
                ab = color::resize(ab, working_.width, working_.height);
                repair(ab, L, local);
            }
            const auto chroma = composer_->compose(frame->y, frame->depth, ab);
            TT_TRY(writer_->write(*frame, chroma.cb, chroma.cr));
            ++report_.framesIn;
            report_.framesOut = writer_->framesWritten();
            // The networks' part was reported as it went; writing is quick beside it.
            context_.report({"colorize", 1, 2, everyFrame ? f + 1 : scene.end, frames_});
        }
        return {};
    }

    /// Passes the propagation's progress on as frames of the whole film.
    class Forward final : public JobContext {
    public:
        Forward(Run& run, FrameRange scene, bool) : run_(run), scene_(scene) {}
        void report(const Progress& p) override {
            if (run_.context_.stopRequested()) requestStop();
            const double share = p.total > 0 ? static_cast<double>(p.done) / static_cast<double>(p.total) : 1.0;
            run_.context_.report({"colorize", 1, 2, scene_.first + static_cast<std::int64_t>(share * static_cast<double>(scene_.length())), run_.frames_});
        }
        void warn(const Warning& w) override { run_.context_.warn(w); }

    private:
        Run& run_;
        FrameRange scene_;
    };

    void countKeyframe(FrameIndex frame) {
        ++report_.keyframes;
        const bool hinted = std::any_of(person_.hints.hints.begin(), person_.hints.hints.end(), [&](const hints::Hint& h) { return h.frame == frame; });
        if (hinted || person_.references.count(frame)) ++report_.keyframesByPerson;
    }

    /// decoded = written = expected, or the defects say so.
    Result<> settle() {
        if (confidenceCount_ > 0) report_.meanConfidence = confidenceSum_ / static_cast<double>(confidenceCount_);
        if (report_.framesOut != frames_)
            return fail(ErrorCode::Failed, fmt::format("{} frames were decoded but {} written; the output is not kept.", frames_, report_.framesOut));
        for (const auto& defect : report_.defects) context_.warn({defect.code, defect.message, defect.frame});
        return {};
    }

    const ColorizeOptions& options_;
    JobContext& context_;
    media::MediaInfo info_;
    media::OutputFormat format_;
    std::optional<PartFile> part_;
    PersonInput person_;
    KeyframeChoice choice_;
    std::optional<inference::Colorizer> colorizer_;
    std::optional<media::FrameReader> networkReader_, outputReader_;
    std::optional<media::FrameWriter> writer_;
    std::optional<color::ChromaComposer> composer_;
    std::vector<FrameRange> scenes_;
    color::Size working_;
    FrameIndex frames_ = 0;
    double confidenceSum_ = 0;
    std::int64_t confidenceCount_ = 0;
    ColorizeReport report_;
};

}  // namespace

OptionTable ColorizeOptions::table() {
    return {
        {"scenes", &scenes, "auto, single, or a CSV file with scenes.", 0, 0, {}},
        {"keyframes", &keyframes, "first, all, or a list of frames like 0,48,96.", 0, 0, {}},
        {"preset", &preset, "review (H.264) or master (FFV1).", 0, 0, {"review", "master"}},
        {"working-size", &workingSize, "Short side in pixels that the networks see, 64..1080.", 64, 1080, {}},
        {"device", &networks.device, "auto, cpu or cuda:N.", 0, 0, {}},
        {"threads", &networks.threads, "CPU threads, 0 for all cores.", 0, 256, {}},
        {"keyframe-model", &networks.keyframeModel, "Id of the keyframe model.", 0, 0, {}},
        {"frame-model", &networks.frameModel, "Id of the frame model.", 0, 0, {}},
    };
}

Result<ColorizeReport> colorize(ColorizeOptions options, JobContext& context) {
    TT_TRY(checkOptions(options.table(), "colorize"));
    return Run(options, context).go();
}

}  // namespace tintreel::workflow
