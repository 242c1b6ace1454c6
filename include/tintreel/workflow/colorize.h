// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tintreel/base/job.h"
#include "tintreel/base/media_time.h"
#include "tintreel/base/options.h"
#include "tintreel/base/result.h"
#include "tintreel/inference/colorizer.h"
#include "tintreel/media/frame_reader.h"
#include "tintreel/project/project.h"
#include "tintreel/workflow/film_colorizer.h"
#include "tintreel/workflow/source_rules.h"

namespace tintreel::workflow {

/// What a project says of a film that decides no colours: told in the record of the export.
struct ProjectRecord {
    std::filesystem::path file;
    std::map<FrameIndex, project::SceneNote> notes;  ///< by first frame of the scene
};

/// The whole main job: a film in, a coloured film out.
struct ColorizeOptions {
    std::filesystem::path input;
    std::filesystem::path output;
    std::filesystem::path hintsFile;      ///< "" for none
    std::filesystem::path referencesDir;  ///< "" for none
    std::string scenes = "auto";          ///< "auto", "single" or a scene list (.csv, .edl, .otio)
    std::string keyframes = "first";      ///< "first", "all" or a list of frames "0,48,96"
    std::string preset = "review";
    std::string range =
        "all";              ///< "all", "A-B" (0-based frames, both included) or two timecodes "HH:MM:SS:FF-HH:MM:SS:FF"
    int workingSize = 256;  ///< short side in pixels that the networks see, 64..1080
    SourceRules source;     ///< what may be done with interlaced and HDR film
    bool overwrite = false;
    bool dryRun = false;  ///< find everything that can be found wrong, then write nothing
    bool strict = false;  ///< defects of the source are an error, before anything is written
    bool resume = false;  ///< keep the tracks of finished scenes when stopped, and use those that are there
    inference::ColorizerOptions networks;
    std::optional<FilmPlan> plan;  ///< of a project; then hints, references, scenes and keyframes above are not read
    std::optional<FrameRange>
        partOf;  ///< the output will be joined with others to this range: the picture alone, at its time in there
    std::optional<ProjectRecord> record;  ///< of a project
    std::string mark = "none";  ///< "none", or "corner": a small mark is drawn into the picture; not in a master
    std::filesystem::path
        cacheFolder;  ///< where colour tracks are found and kept; "" = beside the output, for this run

    /// The fields that are plain settings, for the command line and JSON.
    [[nodiscard]] OptionTable table();
};

/// The settings that every job which writes a film has.
[[nodiscard]] OptionTable outputOptions(std::string& preset, std::string& range, std::string& mark, int& workingSize,
                                        SourceRules& source, inference::ColorizerOptions& networks);

struct ColorizeReport {
    std::int64_t framesIn = 0;   ///< decoded
    std::int64_t framesOut = 0;  ///< written
    std::int64_t framesExpected = 0;
    FrameRange range;  ///< of the film's frames that are written
    int scenes = 0;
    int keyframes = 0;
    int keyframesByPerson = 0;  ///< with hints or a reference
    double meanConfidence = 1;
    double seconds = 0;
    std::vector<media::Defect> defects;
    std::vector<std::string> warnings;
    std::vector<inference::ModelUse> models;
    std::string device;
    std::string outputSha256;      ///< of numbered pictures: sha256OfFiles()
    std::filesystem::path record;  ///< tells how the output was made, and lies beside it
};

/// Colours `options.input`. The source is only read; the output appears under its name when it is whole. Keyframes are
/// the frames with hints or a reference; a scene without any is keyed at its first frame by the generator alone. With a
/// range only its frames are written, and other tracks, chapters and the timecode are cut to match. The output is
/// marked as coloured, and OUTPUT.colorization.json tells who coloured what (docs/formats/provenance.md). Stages
/// reported: "scenes", "colorize", "source hash", "output hash". Errors: Input, Output, Model, Usage; cancelled()
/// leaves no file behind.
[[nodiscard]] Result<ColorizeReport> colorize(ColorizeOptions options, JobContext& context);

/// Scenes of a film. Stage reported: "scenes".
struct SceneReport {
    std::vector<FrameRange> scenes;
    FrameIndex frames = 0;
    Rational frameRate;
    std::vector<media::Defect> defects;
};
[[nodiscard]] Result<SceneReport> findScenes(const std::filesystem::path& input, const std::string& rule, double margin,
                                             int minLength, int threads, JobContext& context);
/// The same by the default rule.
[[nodiscard]] Result<SceneReport> findScenes(const std::filesystem::path& input, int threads, JobContext& context);

}  // namespace tintreel::workflow
