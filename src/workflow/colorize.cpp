// SPDX-License-Identifier: Apache-2.0
#include "tintreel/workflow/colorize.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <mutex>
#include <optional>

#include <fmt/format.h>

#include "tintreel/base/atomic_file.h"
#include "tintreel/media/frame_writer.h"
#include "tintreel/workflow/film_colorizer.h"
#include "workflow/film_output.h"
#include "workflow/film_planning.h"
#include "workflow/frame_range.h"
#include "workflow/frames.h"
#include "workflow/keyframe_plan.h"
#include "workflow/provenance.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;
namespace {

/// The folder of colour tracks beside the output. It goes with the run, unless the run may be resumed.
class TrackFolder {
public:
    TrackFolder(fs::path path, bool keep) : path_(std::move(path)), keep_(keep) {}
    ~TrackFolder() {
        std::error_code ec;
        if (!keep_ || done_) fs::remove_all(path_, ec);
    }
    TrackFolder(const TrackFolder&) = delete;
    TrackFolder& operator=(const TrackFolder&) = delete;
    void done() { done_ = true; }

private:
    fs::path path_;
    bool keep_, done_ = false;
};

/// One run of the main job: the networks colour scene after scene while what is finished is composed and encoded.
class Run {
public:
    Run(const ColorizeOptions& options, JobContext& context) : options_(options), context_(context) {}

    Result<ColorizeReport> go() {
        const auto start = std::chrono::steady_clock::now();
        TT_TRY(prepare());
        TT_TRY(split());
        if (options_.dryRun) {
            for (const auto& scene : plan_.scenes) countKeyframes(scene);
            return report_;
        }
        TT_TRY(open());
        TT_TRY(output_->run([&](const auto& ready, const auto& ended) { return colorScenes(ready, ended); },
                            [&](FrameIndex frame) { reportUpTo(frame + 1); }, context_));
        TT_TRY(output_->writer().finish());
        TT_TRY(settle());
        if (record_) {
            TT_ASSIGN(report_.outputSha256, record_->complete(part_->partPath(), context_));
        } else {
            TT_ASSIGN(report_.outputSha256, sha256OfFile(part_->partPath()));
        }
        TT_TRY(part_->commit());
        if (tracks_) tracks_->done();
        if (record_) {
            TT_ASSIGN(report_.record, record_->publish());
        }
        report_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return report_;
    }

private:
    /// Everything that can be found wrong before any work.
    Result<> prepare() {
        TT_ASSIGN(info_, media::probe(options_.input));
        TT_TRY(checkSource(info_, options_.source));
        TT_ASSIGN(format_, media::outputFormatFor(options_.preset, options_.output, info_));
        TT_TRY(checkMemory(format_, info_));
        TT_TRY(media::tryEncoder(format_, info_));
        TT_ASSIGN(part_, media::reserveOutput(options_.output, format_, info_, options_.overwrite));
        TT_TRY(checkMark(options_.mark, format_));
        // The record of a part is made when the parts are joined.
        if (!options_.partOf) {
            TT_ASSIGN(auto record, Provenance::begin({options_, info_, format_, plan_, frames_, report_}));
            record_.emplace(std::move(record));
        }
        fs::path tracks = options_.cacheFolder;
        if (!options_.plan) {
            TT_ASSIGN(plan_.person, readPersonInput(options_.hintsFile, options_.referencesDir));
        }
        if (tracks.empty()) {
            tracks = part_->partPath().string() + ".tracks";
            tracks_.emplace(tracks, options_.resume);
        }
        TT_ASSIGN(auto film, FilmColorizer::open({options_.input, tracks, options_.workingSize, options_.networks}));
        film_.emplace(std::move(film));
        report_.models = film_->models();
        report_.device = film_->deviceDescription();
        report_.warnings.insert(report_.warnings.end(), info_.warnings.begin(), info_.warnings.end());
        report_.warnings.insert(report_.warnings.end(), format_.notes.begin(), format_.notes.end());
        return {};
    }

    Result<> split() {
        TT_ASSIGN(auto film, planFilm(options_, info_, std::move(plan_.person), context_));
        plan_ = std::move(film.plan);
        frames_ = film.frames;
        range_ = film.range;
        report_.defects = std::move(film.defects);
        whole_ = range_ == FrameRange{0, frames_};
        std::erase_if(plan_.scenes,
                      [&](const FrameRange& scene) { return scene.end <= range_.first || scene.first >= range_.end; });
        std::erase_if(report_.defects,
                      [&](const media::Defect& defect) { return !whole_ && !range_.contains(defect.frame); });
        report_.range = range_;
        report_.scenes = static_cast<int>(plan_.scenes.size());
        report_.framesExpected = !whole_ ? range_.length() : info_.expectedIsExact ? info_.expectedFrames : frames_;
        return {};
    }

    Result<> open() {
        TT_ASSIGN(auto reader, media::FrameReader::open(options_.input, options_.networks.threads));
        if (options_.source.deinterlace) reader.deinterlace();
        media::MediaInfo source = info_;
        if (options_.partOf) {
            TT_ASSIGN(const auto joined, media::cutOf(reader, *options_.partOf));
            TT_ASSIGN(format_.cut, media::cutOf(reader, range_));
            format_.cut->shift = joined.shift;
            format_.pictureOnly = true;
        } else if (!whole_) {
            TT_ASSIGN(format_.cut, media::cutOf(reader, range_));
            if (const auto timecode = timecodeOf(range_.first, info_); !timecode.empty()) source.timecode = timecode;
        }
        if (record_) {
            TT_ASSIGN(format_.marks, record_->marks());
        }
        TT_ASSIGN(auto writer, media::FrameWriter::create(part_->partPath(), options_.output, format_, source,
                                                          options_.networks.threads));
        for (const auto& warning : writer.warnings()) {
            report_.warnings.push_back(warning);
            context_.warn({"TRACK_LOST", warning, -1});
        }
        for (const auto& scene : plan_.scenes) countKeyframes(scene);
        // A day of film would fill the disk with tracks; only a project and a run that may be resumed keep them.
        const bool forget = tracks_ && !options_.resume;
        output_.emplace(
            FilmOutputOptions{info_, format_, &plan_, range_, options_.workingSize, forget, options_.mark == "corner"},
            std::move(reader), std::move(writer), film_->store());
        return {};
    }

    Result<> colorScenes(const FilmColorizer::Ready& ready, const std::function<bool()>& ended) {
        for (const auto& scene : plan_.scenes) {
            Forward progress(*this, scene, ended);
            TT_TRY(film_->colorizeScene(scene, plan_, progress, scene.first, range_, ready));
        }
        return {};
    }

    /// Progress never goes back: a frame counts when it is coloured, or else when it is written.
    void reportUpTo(FrameIndex frame) {
        const std::lock_guard lock(reporting_);
        reported_ = std::clamp(frame - range_.first, reported_, range_.length());
        context_.report({"colorize", 1, 2, reported_, range_.length()});
    }

    /// Passes the propagation's progress on as frames of the whole film.
    class Forward final : public JobContext {
    public:
        Forward(Run& run, FrameRange scene, const std::function<bool()>& ended)
            : run_(run), scene_(scene), ended_(ended) {
            stopWithTheOthers();
        }
        void report(const Progress& p) override {
            stopWithTheOthers();
            const double share = p.total > 0 ? static_cast<double>(p.done) / static_cast<double>(p.total) : 1.0;
            run_.reportUpTo(scene_.first + static_cast<std::int64_t>(share * static_cast<double>(scene_.length())));
        }
        void warn(const Warning& w) override { run_.context_.warn(w); }

    private:
        void stopWithTheOthers() {
            if (run_.context_.stopRequested() || ended_()) requestStop();
        }
        Run& run_;
        FrameRange scene_;
        const std::function<bool()>& ended_;
    };

    void countKeyframes(FrameRange scene) {
        const auto& given = plan_.person;
        for (const FrameIndex frame : FilmColorizer::keyframesOf(scene, given, plan_.choice)) {
            ++report_.keyframes;
            const bool hinted = std::any_of(given.hints.hints.begin(), given.hints.hints.end(),
                                            [&](const hints::Hint& h) { return h.frame == frame; });
            if (hinted || given.references.count(frame)) ++report_.keyframesByPerson;
        }
    }

    /// decoded = written = expected, or the defects say so.
    Result<> settle() {
        const auto& totals = output_->totals();
        if (totals.carried > 0) report_.meanConfidence = totals.confidence / static_cast<double>(totals.carried);
        report_.framesOut = report_.framesIn = output_->writer().framesWritten();
        if (options_.plan && range_.end == frames_) {
            // Reading to the end lists what was missing there; a film that has grown since its scenes were found is no
            // longer the same.
            TT_ASSIGN(const auto more, output_->reader().next());
            if (more)
                return fail(
                    ErrorCode::Input,
                    fmt::format("'{}' has more than the {} frames that its scenes were found in; find its scenes anew.",
                                options_.input.string(), frames_));
        }
        if (options_.plan) {
            report_.defects = output_->reader().defects();
            std::erase_if(report_.defects,
                          [&](const media::Defect& defect) { return !whole_ && !range_.contains(defect.frame); });
        }
        if (report_.framesOut != range_.length())
            return fail(ErrorCode::Failed, fmt::format("{} frames were decoded but {} written; the output is not kept.",
                                                       range_.length(), report_.framesOut));
        for (const auto& defect : report_.defects) context_.warn({defect.code, defect.message, defect.frame});
        return {};
    }

    const ColorizeOptions& options_;
    JobContext& context_;
    media::MediaInfo info_;
    media::OutputFormat format_;
    std::optional<media::ReservedOutput> part_;
    FilmPlan plan_;
    std::optional<TrackFolder> tracks_;
    std::optional<FilmColorizer> film_;
    std::optional<FilmOutput> output_;
    std::optional<Provenance> record_;
    FrameIndex frames_ = 0;    // of the film
    FrameRange range_;         // that is written
    bool whole_ = true;        // all of it
    FrameIndex reported_ = 0;  // frames of the range that progress has told of, by two threads
    std::mutex reporting_;
    ColorizeReport report_;
};

}  // namespace

OptionTable outputOptions(std::string& preset, std::string& range, std::string& mark, int& workingSize,
                          SourceRules& source, inference::ColorizerOptions& networks) {
    OptionTable table{
        {"preset", &preset, "How the film is written; 'tintreel presets' lists them.", 0, 0, {}},
        {"frames",
         &range,
         "The part that is written: all, A-B (both included, the first frame is 0) or two timecodes HH:MM:SS:FF-HH:MM:SS:FF.",
         0,
         0,
         {}},
        {"mark",
         &mark,
         "none, or corner: a small mark in the picture that says that its colours were made; not in a master.",
         0,
         0,
         {"none", "corner"}},
        {"working-size", &workingSize, "Short side in pixels that the networks see, 64..1080.", 64, 1080, {}},
        {"device", &networks.device, "auto, cpu or cuda:N.", 0, 0, {}},
        {"threads", &networks.threads, "CPU threads, 0 for all cores.", 0, 256, {}},
        {"keyframe-model", &networks.keyframeModel, "Id of the keyframe model.", 0, 0, {}},
        {"frame-model", &networks.frameModel, "Id of the frame model.", 0, 0, {}},
    };
    const auto rules = source.table();
    table.insert(table.end(), rules.begin(), rules.end());
    return table;
}

OptionTable ColorizeOptions::table() {
    auto table = outputOptions(preset, range, mark, workingSize, source, networks);
    table.insert(
        table.begin(),
        {{"scenes", &scenes, "auto, single, or a list of scenes: a .csv, .edl or .otio file.", 0, 0, {}},
         {"keyframes", &keyframes, "first, all, or a list of frames like 0,48,96.", 0, 0, {}},
         {"dry-run", &dryRun, "Check film, hints, output and models, say what would be done, write nothing.", 0, 0, {}},
         {"strict", &strict, "Treat defects of the source as an error before anything is written.", 0, 0, {}},
         {"resume", &resume, "Go on where an interrupted run of the same command stopped.", 0, 0, {}}});
    return table;
}

Result<ColorizeReport> colorize(ColorizeOptions options, JobContext& context) {
    TT_TRY(checkOptions(options.table(), "colorize"));
    return Run(options, context).go();
}

}  // namespace tintreel::workflow
