// SPDX-License-Identifier: Apache-2.0
#include "tintreel/workflow/export_estimate.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "tintreel/color/compose.h"
#include "tintreel/media/frame_writer.h"
#include "tintreel/media/track_sizes.h"
#include "workflow/color_store.h"
#include "workflow/frame_range.h"
#include "workflow/frames.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;
double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

constexpr int kPlaces = 3;  // of the range where frames are written
constexpr FrameIndex kFramesAPlace = 12;
constexpr FrameIndex kColored = 6;  // frames that the networks colour
constexpr std::int64_t kPacketsLookedAt = 4000;
// Encoders of films begin a new group of pictures at cuts, and this often (libx264's and libx265's default).
constexpr double kFramesAGroup = 250;

class TemporaryFolder {
public:
    static Result<TemporaryFolder> make() {
        std::error_code ec;
        std::string name = (fs::temp_directory_path(ec) / "tintreel-estimate-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            return fail(ErrorCode::Output,
                        "No temporary folder can be made; set TMPDIR to a place that can be written.");
        return TemporaryFolder(name);
    }
    TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    TemporaryFolder& operator=(TemporaryFolder&& other) noexcept {
        std::swap(path_, other.path_);
        return *this;
    }
    ~TemporaryFolder() {
        std::error_code ec;
        if (!path_.empty()) fs::remove_all(path_, ec);
    }
    [[nodiscard]] const fs::path& path() const { return path_; }

private:
    explicit TemporaryFolder(fs::path path) : path_(std::move(path)) {}
    fs::path path_;
};

/// Notes when the first and the last frame of a stretch were coloured; passes a stop on.
class Stopwatch final : public JobContext {
public:
    explicit Stopwatch(JobContext& whole) : whole_(whole), start_(Clock::now()) {}
    void report(const Progress& progress) override {
        if (whole_.stopRequested()) requestStop();
        if (first_ < 0) first_ = since(start_);
        last_ = since(start_);
        done_ = progress.done;
    }
    [[nodiscard]] double secondsAFrame() const {
        return done_ > 1 ? (last_ - first_) / static_cast<double>(done_ - 1) : std::max(0.0, last_);
    }
    [[nodiscard]] double secondsToTheFirst() const { return std::max(0.0, first_); }

private:
    JobContext& whole_;
    Clock::time_point start_;
    double first_ = -1, last_ = -1;
    std::int64_t done_ = 0;
};

class Estimator {
public:
    Estimator(const ColorizeOptions& options, JobContext& context) : options_(options), context_(context) {}

    Result<ExportEstimate> go() {
        TT_ASSIGN(info_, media::probe(options_.input));
        TT_TRY(checkSource(info_, options_.source));
        TT_ASSIGN(format_, media::outputFormatFor(options_.preset, options_.output, info_));
        const FrameIndex known = options_.plan && !options_.plan->scenes.empty() ? options_.plan->scenes.back().end : 0;
        frames_ = known > 0 ? known
                            : std::max<FrameIndex>(
                                  {1, info_.expectedFrames, std::llround(info_.duration * info_.frameRate.value())});
        TT_ASSIGN(range_, parseRange(options_.range, frames_, info_));
        TT_ASSIGN(folder_, TemporaryFolder::make());
        TT_TRY(writeAFew());
        TT_TRY(addSizes());
        TT_TRY(colorAFew());
        return estimate_;
    }

private:
    Result<> step(int done) {
        context_.report({"estimate", 0, 1, done, 3});
        return context_.stopRequested() ? Result<>(cancelled()) : Result<>();
    }

    /// Decoder, composer and encoder on runs of frames spread over the range.
    Result<> writeAFew() {
        TT_TRY(step(0));
        sample_ = folder_->path() / (isNumbered() ? "pictures" : options_.output.filename());
        std::error_code ec;
        if (isNumbered()) fs::create_directories(sample_, ec);
        const fs::path name = isNumbered() ? sample_ / options_.output.filename() : sample_;
        TT_ASSIGN(auto writer, media::FrameWriter::create(sample_, name, format_, info_, options_.networks.threads));
        estimate_.warnings = writer.warnings();
        estimate_.warnings.insert(estimate_.warnings.end(), format_.notes.begin(), format_.notes.end());
        TT_ASSIGN(auto reader, media::FrameReader::open(options_.input, options_.networks.threads));
        if (options_.source.deinterlace) reader.deinterlace();
        const color::ChromaComposer composer(yuvFormatOf(format_));
        const auto working = color::workingSize(info_.width, info_.height, options_.workingSize);
        // Some colour, for chroma takes room too.
        AbImage ab((working.width + 1) / 2, (working.height + 1) / 2);
        for (std::size_t i = 0; i < ab.a.size(); ++i)
            ab.b.data[i] = 12.0F + 6.0F * std::sin(static_cast<float>(i) * 0.01F);
        const FrameIndex each = std::min(kFramesAPlace, std::max<FrameIndex>(1, range_.length() / kPlaces));
        double seconds = 0;
        FrameIndex before = -1;
        std::int64_t pts = 0;
        for (int place = 0; place < kPlaces; ++place) {
            const FrameIndex first = range_.first + place * (range_.length() / kPlaces);
            if (first <= before || first >= range_.end) continue;
            TT_TRY(reader.seek(first));
            for (FrameIndex f = first; f < std::min(first + each, range_.end); ++f) {
                const auto start = Clock::now();
                TT_ASSIGN(auto frame, reader.next());
                if (!frame) break;
                decodeSeconds_ += since(start);
                frame->pts = pts;
                pts += std::max<std::int64_t>(1, frame->duration);
                media::fitToOutput(*frame, format_);
                const auto chroma = composer.compose(frame->y, frame->depth, ab);
                TT_TRY(writer.write(*frame, chroma.cb, chroma.cr));
                seconds += since(start);
                before = f;
                if (context_.stopRequested()) return cancelled();
            }
        }
        const auto start = Clock::now();
        written_ = writer.framesWritten();
        if (written_ == 0)
            return fail(ErrorCode::Input, "'" + options_.input.string() +
                                              "' gives no frame of the range; is it damaged or shorter than it says?");
        TT_TRY(writer.finish());
        const auto length = static_cast<double>(range_.length());
        decodeSeconds_ *= length / static_cast<double>(written_);
        writeSeconds_ = (seconds + since(start)) * length / static_cast<double>(written_);
        return {};
    }

    [[nodiscard]] bool isNumbered() const { return format_.kind == media::OutputFormat::Kind::NumberedPictures; }
    [[nodiscard]] bool isPicture() const { return format_.kind != media::OutputFormat::Kind::Film; }

    Result<> addSizes() {
        const auto length = static_cast<double>(range_.length());
        std::error_code ec;
        if (isPicture()) {
            double bytes = 0;
            if (isNumbered())
                for (const auto& entry : fs::directory_iterator(sample_, ec))
                    bytes += static_cast<double>(entry.file_size(ec));
            else bytes = static_cast<double>(fs::file_size(sample_, ec));
            estimate_.bytes = static_cast<std::uintmax_t>(bytes * length / static_cast<double>(written_));
            return {};
        }
        TT_ASSIGN(const auto sizes, media::trackSizes(sample_, written_ * 100));
        const double key =
            sizes.keyPackets > 0 ? static_cast<double>(sizes.keyBytes) / static_cast<double>(sizes.keyPackets) : 0.0;
        const double other = sizes.otherPackets > 0
                                 ? static_cast<double>(sizes.otherBytes) / static_cast<double>(sizes.otherPackets)
                                 : key;
        const double keys =
            sizes.otherPackets == 0
                ? length
                : std::min(length, std::ceil(length / kFramesAGroup) + static_cast<double>(scenesInRange()));
        double bytes = keys * key + (length - keys) * other;
        if (info_.container != "pictures") {
            TT_ASSIGN(const auto source, media::trackSizes(options_.input, kPacketsLookedAt));
            if (source.seconds > 0)
                bytes += static_cast<double>(source.besideBytes) / source.seconds * length /
                         std::max(1e-3, info_.frameRate.value());
        }
        estimate_.bytes = static_cast<std::uintmax_t>(bytes * 1.01) + 4096;
        return {};
    }

    [[nodiscard]] std::int64_t scenesInRange() const {
        if (!options_.plan) return 0;
        return std::count_if(options_.plan->scenes.begin(), options_.plan->scenes.end(), [&](const FrameRange& scene) {
            return scene.end > range_.first && scene.first < range_.end;
        });
    }

    /// The networks on a run of frames, times the frames that have no colours yet.
    Result<> colorAFew() {
        TT_TRY(step(1));
        TT_ASSIGN(auto film, FilmColorizer::open({options_.input, folder_->path() / "tracks", options_.workingSize,
                                                  options_.networks}));
        const FrameIndex first = range_.first + std::max<FrameIndex>(0, (range_.length() - kColored) / 2);
        FilmPlan plan;
        plan.scenes = {{first, std::min(first + kColored, range_.end)}};
        Stopwatch watch(context_);
        TT_TRY(film.colorizeScene(plan.scenes.front(), plan, watch, first));
        TT_TRY(step(2));
        TT_ASSIGN(const FrameIndex missing, framesToColor(film.store().identity()));
        const double network =
            watch.secondsAFrame() * static_cast<double>(missing) + (missing > 0 ? watch.secondsToTheFirst() : 0.0);
        // A processor does one after the other; a GPU colours while the processor writes.
        const bool gpu = film.deviceDescription().starts_with("cuda");
        estimate_.seconds =
            (gpu ? std::max(network, writeSeconds_) : network + writeSeconds_) + (options_.plan ? 0.0 : decodeSeconds_);
        return step(3);
    }

    Result<FrameIndex> framesToColor(const std::string& identity) {
        if (!options_.plan || options_.cacheFolder.empty()) return range_.length();
        ColorStore store(options_.cacheFolder, identity);
        FrameIndex missing = 0;
        for (const auto& scene : options_.plan->scenes) {
            if (scene.end <= range_.first || scene.first >= range_.end) continue;
            TT_ASSIGN(const auto plan, store.plan(scene, *options_.plan, range_));
            TT_ASSIGN(const auto states, store.states(plan));
            for (const auto& stretch : states)
                if (stretch.state != ColorState::Done && stretch.range.end > range_.first &&
                    stretch.range.first < range_.end)
                    missing += std::min(stretch.range.end, range_.end) - std::max(stretch.range.first, range_.first);
        }
        return std::min(missing, range_.length());
    }

    const ColorizeOptions& options_;
    JobContext& context_;
    media::MediaInfo info_;
    media::OutputFormat format_;
    FrameIndex frames_ = 0, written_ = 0;
    FrameRange range_;
    std::optional<TemporaryFolder> folder_;
    fs::path sample_;
    double decodeSeconds_ = 0, writeSeconds_ = 0;  // for the whole range
    ExportEstimate estimate_;
};

}  // namespace

Result<ExportEstimate> estimateExport(const ColorizeOptions& options, JobContext& context) {
    return Estimator(options, context).go();
}

}  // namespace tintreel::workflow
