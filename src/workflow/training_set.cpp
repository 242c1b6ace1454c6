// SPDX-License-Identifier: Apache-2.0
#include "tintreel/workflow/training_set.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "tintreel/base/atomic_file.h"
#include "tintreel/training/shard.h"
#include "tintreel/workflow/colorize.h"
#include "tintreel/workflow/film_colorizer.h"
#include "tintreel/workflow/model_library.h"
#include "tintreel/workflow/project_film.h"
#include "tintreel/workflow/screen.h"
#include "workflow/dataset_files.h"
#include "workflow/frames.h"
#include "workflow/training_pictures.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;
namespace {

// Shorter shots have no motion worth learning.
constexpr FrameIndex kShortestClip = 12;
constexpr int kFullSize = std::numeric_limits<int>::max();
constexpr int kStillQuality = 95, kFrameQuality = 93;

class Builder {
public:
    Builder(const TrainingSetOptions& options, JobContext& context) : options_(options), context_(context) {}

    Result<TrainingSetReport> go() {
        if (!options_.project.empty()) TT_TRY(collectProject());
        for (const auto& folder : options_.references) TT_TRY(collectReferences(folder));
        for (const auto& path : options_.clips) TT_TRY(collectClips(path));
        report_.duplicates = dropDuplicates(pieces_);
        TT_TRY(checkEnough());
        report_.splitNote = splitByShot(pieces_, options_.heldBack);
        TT_TRY(pack());
        return report_;
    }

private:
    /// Keeps a still unless it is grey.
    Result<> addStill(const RgbImage& picture, Piece piece) {
        ++looked_;
        if (isColorless(picture)) {
            leaveOut("GREY",
                     "'" + piece.path + "' is black and white (or of one tint); colour cannot be learnt from it.");
            ++grey_;
            return {};
        }
        const auto size = options_.shortSide > 0 ? color::workingSize(picture.width, picture.height, options_.shortSide)
                                                 : color::Size{picture.width, picture.height};
        const auto small = color::resize(picture, size.width, size.height);
        piece.sign = signOf(small);
        piece.width = size.width;
        piece.height = size.height;
        TT_ASSIGN(piece.jpeg, training::encodeJpeg(small, kStillQuality, true));
        pieces_.push_back(std::move(piece));
        return {};
    }

    void leaveOut(const char* code, const std::string& words) {
        report_.leftOut.push_back(words);
        context_.warn({code, words, -1});
    }

    Result<> collectProject() {
        TT_ASSIGN(const auto project, project::Project::open(options_.project, true));
        plan_ = planOf(project);
        std::vector<std::pair<FrameRange, FrameIndex>> keys;
        std::vector<FrameRange> approved;
        for (const auto& scene : project.scenes()) {
            if (scene.note.approved) approved.push_back(scene.range);
            for (const FrameIndex key : FilmColorizer::keyframesOf(scene.range, plan_.person, plan_.choice)) {
                const auto& hints = plan_.person.hints.hints;
                const bool byPerson =
                    plan_.person.references.count(key) > 0 ||
                    std::any_of(hints.begin(), hints.end(), [&](const auto& hint) { return hint.frame == key; });
                if (scene.note.approved || (options_.hinted && byPerson)) keys.emplace_back(scene.range, key);
            }
        }
        if (keys.empty()) {
            if (options_.references.empty() && options_.clips.empty())
                return fail(
                    ErrorCode::Input,
                    "No scene of '" + options_.project.string() +
                        "' is approved, so there is no keyframe to learn from. Approve scenes in the studio (A), or take the hinted keyframes too (--hinted).");
            context_.warn(
                {"NOTHING_APPROVED",
                 "No scene of '" + options_.project.string() + "' is approved; only the other pictures are taken.",
                 -1});
            return {};
        }
        FilmOptions film;
        film.film = project.clip().path;
        film.cacheFolder = project.cacheFolder();
        film.networks = networksOf(project, options_.networks);
        TT_ASSIGN(auto opened, FilmColorizer::open(film));
        film_.emplace(std::move(opened));
        const std::string name = film.film.stem().string();
        std::int64_t done = 0;
        const auto addFrame = [&](FrameRange scene, FrameIndex frame, bool measures) -> Result<> {
            TT_ASSIGN(const auto picture, coloredFrame(frame));
            Piece piece;
            piece.path = fmt::format("{}/frame {}", name, frame);
            piece.set = measures ? "measured" : "keyframes";
            piece.licence = options_.licence;
            piece.shot = fmt::format("{}/{}", name, scene.first);
            piece.time = static_cast<double>(frame);
            piece.measures = measures;
            return addStill(picture, std::move(piece));
        };
        for (const auto& [scene, key] : keys) {
            if (context_.stopRequested()) return cancelled();
            context_.report({"pictures", 0, 3, ++done, static_cast<std::int64_t>(keys.size())});
            TT_TRY(addFrame(scene, key, false));
        }
        // Holding one of a few scenes back would leave little to learn from; the person approved their other frames,
        // too.
        if (keys.size() > 1 && approved.size() < kFewShots && options_.references.empty() && options_.clips.empty()) {
            for (const auto& scene : approved) {
                const FrameIndex frame = farFromKeyframes(scene);
                if (frame < 0) continue;
                TT_TRY(film_->colorizeScene(scene, plan_, context_));
                TT_TRY(addFrame(scene, frame, true));
            }
        }
        if (!options_.approvedScenes) return {};
        for (const auto& scene : approved) {
            if (scene.length() < kShortestClip) continue;
            TT_TRY(film_->colorizeScene(scene, plan_, context_));
            TT_ASSIGN(const auto middle, coloredFrame(scene.first + scene.length() / 2));
            addClip({}, name, scene, middle, options_.licence);
        }
        return {};
    }

    /// The frame in the last quarter of a scene that is furthest from its keyframes; −1 where the scene is too short
    /// for one.
    FrameIndex farFromKeyframes(FrameRange scene) const {
        const auto keyframes = FilmColorizer::keyframesOf(scene, plan_.person, plan_.choice);
        FrameIndex best = -1, distance = kShortestClip / 2 - 1;
        for (FrameIndex f = scene.first + scene.length() * 3 / 4; f < scene.end; ++f) {
            FrameIndex nearest = scene.length();
            for (const FrameIndex key : keyframes) nearest = std::min(nearest, std::abs(f - key));
            if (nearest <= distance) continue;
            best = f;
            distance = nearest;
        }
        return best;
    }

    Result<RgbImage> coloredFrame(FrameIndex index) {
        TT_ASSIGN(const auto colors, film_->colors(index, plan_));
        if (!colors)
            return fail(ErrorCode::Failed, fmt::format("Frame {} has no colours; colour its scene first.", index));
        TT_ASSIGN(const auto frame, film_->frame(index));
        return coloredPicture(film_->info(), frame, colors->ab, kFullSize);
    }

    Result<> collectReferences(const fs::path& folder) {
        std::error_code ec;
        if (!fs::is_directory(folder, ec))
            return fail(ErrorCode::Input, "There is no folder '" + folder.string() + "'; check the name.");
        const auto files = filesIn(folder, pictureEndings());
        if (files.empty())
            return fail(ErrorCode::Input,
                        "The folder '" + folder.string() + "' holds no picture (JPEG, PNG, TIFF); check the name.");
        auto licences = readLicences(folder / "LICENCES.tsv");
        std::int64_t done = 0;
        for (const auto& file : files) {
            if (context_.stopRequested()) return cancelled();
            context_.report({"pictures", 0, 3, ++done, static_cast<std::int64_t>(files.size())});
            const auto picture = media::readPicture(folder / file);
            if (!picture) {
                leaveOut("UNREADABLE", "'" + file + "' is left out: " + describe(picture.error()));
                continue;
            }
            Piece piece;
            piece.path = piece.shot = file;
            piece.set = "references";
            piece.licence = licences[fs::path(file).stem().string()];
            piece.time = static_cast<double>(done);
            TT_TRY(addStill(*picture, std::move(piece)));
        }
        return {};
    }

    Result<> collectClips(const fs::path& path) {
        std::error_code ec;
        if (!fs::exists(path, ec))
            return fail(ErrorCode::Input, "There is no '" + path.string() + "'; check the name.");
        std::vector<fs::path> films{path};
        if (fs::is_directory(path, ec)) {
            films.clear();
            for (const auto& file : filesIn(path, filmEndings())) films.push_back(path / file);
            if (films.empty())
                return fail(ErrorCode::Input, "The folder '" + path.string() + "' holds no film; check the name.");
        }
        auto licences = readLicences((fs::is_directory(path, ec) ? path : path.parent_path()) / "LICENCES.tsv");
        for (const auto& film : films) TT_TRY(collectShots(film, licences[film.stem().string()]));
        return {};
    }

    /// The shots of one film, and three stills of each for the keyframe network.
    Result<> collectShots(const fs::path& film, const std::string& licence) {
        TT_ASSIGN(const auto found, findScenes(film, 0, context_));
        TT_ASSIGN(auto reader, media::FrameReader::open(film));
        const std::string name = film.stem().string();
        const auto at = [&](FrameIndex index) -> Result<RgbImage> {
            TT_TRY(reader.seek(index));
            TT_ASSIGN(const auto frame, reader.next());
            if (!frame)
                return fail(ErrorCode::Input,
                            fmt::format("'{}' has no frame {} when it is read again.", film.string(), index));
            return color::rgbFromYuv(frame->y, frame->cb, frame->cr, yuvFormatOf(reader.info(), *frame));
        };
        for (const auto& shot : found.scenes) {
            if (context_.stopRequested()) return cancelled();
            TT_ASSIGN(const auto middle, at(shot.first + shot.length() / 2));
            if (isColorless(middle)) {
                ++looked_;
                ++grey_;
                leaveOut(
                    "GREY",
                    fmt::format(
                        "Frames {} to {} of '{}' are black and white (or of one tint); colour cannot be learnt from them.",
                        shot.first, shot.end - 1, film.filename().string()));
                continue;
            }
            if (shot.length() >= kShortestClip) addClip(film, name, shot, middle, licence);
            for (const FrameIndex still :
                 std::set<FrameIndex>{shot.first + shot.length() / 6, shot.first + shot.length() / 2,
                                      shot.first + shot.length() * 5 / 6}) {
                TT_ASSIGN(const auto picture, at(still));
                Piece piece;
                piece.path = fmt::format("{}/frame {}", name, still);
                piece.set = "clips";
                piece.licence = licence;
                piece.shot = fmt::format("{}/{}", name, shot.first);
                piece.time = static_cast<double>(still);
                TT_TRY(addStill(picture, std::move(piece)));
            }
        }
        return {};
    }

    void addClip(const fs::path& film, const std::string& name, FrameRange frames, const RgbImage& middle,
                 const std::string& licence) {
        Piece piece;
        piece.path = name + "/frames";
        piece.set = "clips";
        piece.licence = licence;
        piece.clip = true;
        piece.shot = fmt::format("{}/{}", name, frames.first);
        piece.time = static_cast<double>(frames.first);
        piece.sign = signOf(middle);
        piece.film = film;
        piece.frames = {frames.first, std::min(frames.end, frames.first + options_.maxFrames)};
        pieces_.push_back(std::move(piece));
    }

    Result<> checkEnough() const {
        const auto stills = std::count_if(pieces_.begin(), pieces_.end(),
                                          [](const Piece& piece) { return !piece.clip && !piece.measures; });
        if (stills == 0 && grey_ > 0 && grey_ == looked_)
            return fail(
                ErrorCode::Input,
                "All pictures are black and white (or of one tint); colour cannot be learnt from them. Give pictures or clips in colour.");
        if (stills == 0)
            return fail(
                ErrorCode::Input,
                "There is no picture to learn from. Approve keyframes, or name folders of colour pictures or clips.");
        if (stills == 1)
            return fail(
                ErrorCode::Input,
                fmt::format(
                    "There is one picture alone{}; two are the least, one to learn from and one to measure with. Approve another keyframe, or add colour pictures.",
                    report_.duplicates + grey_ > 0
                        ? fmt::format(" ({} near-copies and {} grey ones were left out)", report_.duplicates, grey_)
                        : ""));
        return {};
    }

    Result<std::vector<std::string>> framesOf(const Piece& piece) {
        std::optional<media::FrameReader> reader;
        if (!piece.film.empty()) {
            TT_ASSIGN(auto opened, media::FrameReader::open(piece.film));
            reader.emplace(std::move(opened));
            TT_TRY(reader->seek(piece.frames.first));
        }
        std::vector<std::string> jpegs;
        for (FrameIndex f = piece.frames.first; f < piece.frames.end; ++f) {
            if (context_.stopRequested()) return cancelled();
            RgbImage picture;
            if (reader) {
                TT_ASSIGN(const auto frame, reader->next());
                if (!frame) break;
                picture = color::rgbFromYuv(frame->y, frame->cb, frame->cr, yuvFormatOf(reader->info(), *frame));
            } else {
                TT_ASSIGN(picture, coloredFrame(f));
            }
            const auto size = options_.shortSide > 0
                                  ? color::workingSize(picture.width, picture.height, options_.shortSide)
                                  : color::Size{picture.width, picture.height};
            TT_ASSIGN(auto jpeg,
                      training::encodeJpeg(color::resize(picture, size.width, size.height), kFrameQuality, false));
            jpegs.push_back(std::move(jpeg));
        }
        return jpegs;
    }

    Result<> pack() {
        TT_ASSIGN(auto writer, training::ShardWriter::create(options_.output, options_.overwrite));
        std::int64_t done = 0;
        for (const auto& piece : pieces_) {
            if (context_.stopRequested()) return cancelled();
            std::vector<std::string> jpegs{piece.jpeg};
            if (piece.clip) {
                TT_ASSIGN(jpegs, framesOf(piece));
            }
            const std::string path =
                piece.clip ? fmt::format("{} {}-{}", piece.path, piece.frames.first, piece.frames.end - 1) : piece.path;
            TT_TRY(writer.add({path, piece.set, piece.split, piece.licence, piece.clip, {}}, jpegs));
            context_.report({"pack", 2, 3, ++done, static_cast<std::int64_t>(pieces_.size())});
        }
        TT_TRY(writer.finish());
        TT_ASSIGN(auto described, describeTrainingSet(options_.output));
        described.duplicates = report_.duplicates;
        described.leftOut = std::move(report_.leftOut);
        described.splitNote = std::move(report_.splitNote);
        report_ = std::move(described);
        return {};
    }

    const TrainingSetOptions& options_;
    JobContext& context_;
    FilmPlan plan_;
    std::optional<FilmColorizer> film_;
    std::vector<Piece> pieces_;
    int looked_ = 0, grey_ = 0;
    TrainingSetReport report_;
};

}  // namespace

OptionTable TrainingSetOptions::table() {
    return {
        {"hinted", &hinted, "Keyframes with hints or a reference in scenes that are not approved, too.", 0, 0, {}},
        {"approved-scenes",
         &approvedScenes,
         "All frames of approved scenes as clips, for the propagation network.",
         0,
         0,
         {}},
        {"short-side",
         &shortSide,
         "Pictures are shrunk to this short side in pixels, 0 = never, 0..4096.",
         0,
         4096,
         {}},
        {"max-frames", &maxFrames, "Frames of a shot at most, 12..10000.", 12, 10000, {}},
        {"held-back", &heldBack, "Share of the shots that is held back to measure with, 0.05..0.5.", 0.05, 0.5, {}},
        {"licence", &licence, "Licence of the project's pictures, in words.", 0, 0, {}},
        {"device", &networks.device, "auto, cpu or cuda:N.", 0, 0, {}},
        {"threads", &networks.threads, "CPU threads, 0 for all cores.", 0, 256, {}},
    };
}

Result<TrainingSetReport> makeTrainingSet(TrainingSetOptions options, JobContext& context) {
    TT_TRY(checkOptions(options.table(), "dataset"));
    if (options.project.empty() && options.references.empty() && options.clips.empty())
        return fail(
            ErrorCode::Usage,
            "There is nothing to learn from; name a project, folders of pictures (--references) or films (--clips).");
    return Builder(options, context).go();
}

Result<TrainingSetReport> describeTrainingSet(const fs::path& path) {
    TT_ASSIGN(const auto shard, training::Shard::open(path, 0));
    TrainingSetReport report;
    for (std::size_t i = 0; i < shard->items().size(); ++i) {
        const auto& item = shard->items()[i];
        if (item.clip) ++report.clips;
        else if (item.set == "keyframes") ++report.keyframes;
        else if (item.set == "measured") ++report.measured;
        else ++report.references;
        ++report.perSplit[(item.clip ? "clips " : "photos ") + item.split];
        ++report.licences[item.licence.empty() ? "not stated" : item.licence];
        if (item.clip) continue;
        TT_ASSIGN(const auto picture, shard->picture(i, 0));
        const int side = std::min(picture->width, picture->height);
        report.smallestSide = report.smallestSide == 0 ? side : std::min(report.smallestSide, side);
        report.largestSide = std::max(report.largestSide, side);
    }
    std::error_code ec;
    report.bytes = fs::file_size(path, ec);
    TT_ASSIGN(report.sha256, sha256OfFile(path));
    return report;
}

fs::path trainingFolder(const fs::path& project) { return project.string() + "-training"; }

}  // namespace tintreel::workflow
