// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tintreel/base/job.h"
#include "tintreel/base/options.h"
#include "tintreel/base/result.h"
#include "tintreel/inference/colorizer.h"

namespace tintreel::workflow {

/// What a network shall be tuned on: a person's own work and colour pictures of the same kind.
struct TrainingSetOptions {
    std::filesystem::path project;  ///< its approved keyframes; "" for none
    bool hinted = false;            ///< keyframes with hints or a reference in scenes that are not approved, too
    bool approvedScenes = false;    ///< all frames of approved scenes as clips, coloured as the project has them
    std::vector<std::filesystem::path> references;  ///< folders of colour pictures
    std::vector<std::filesystem::path> clips;       ///< colour films, or folders of them; cut into their shots
    std::filesystem::path output;                   ///< the shard
    int shortSide = 256;                            ///< pictures are shrunk to it, as the networks see films; 0 = never
    int maxFrames = 150;                            ///< frames of a shot at most
    double heldBack = 0.2;                          ///< share of the shots that only measures
    std::string licence = "own work";               ///< of the project's pictures
    bool overwrite = false;
    inference::ColorizerOptions networks;

    [[nodiscard]] OptionTable table();
};

struct TrainingSetReport {
    int keyframes = 0, references = 0,
        clips = 0;     ///< stills of the project, stills of folders and clips, shots of moving pictures
    int measured = 0;  ///< other frames of approved scenes, which measure where scenes are few
    std::map<std::string, int> perSplit;    ///< "photos train", "photos val", "clips train", "clips val"
    int duplicates = 0;                     ///< stills that were near-copies of others and left out
    std::vector<std::string> leftOut;       ///< grey or unreadable pictures, in words
    std::string splitNote;                  ///< "" where no shot is in both splits
    std::map<std::string, int> licences;    ///< as stated ("not stated"), with how many pictures and clips
    int smallestSide = 0, largestSide = 0;  ///< short sides of the packed stills, pixels
    std::uintmax_t bytes = 0;
    std::string sha256;
};

/// Makes a shard (docs/formats/shard.md). A keyframe counts as approved when its scene is; it is taken as the generator
/// makes it from the person's hints, composed with the film's own luma at full size. Near-copies are left out,
/// black-and-white pictures refused. Split by shot; where shots are few each is learnt from, and later frames of it are
/// held back (another frame of each approved scene, which is coloured first). Stages reported: "pictures", "scenes",
/// "pack". Errors: Input (nothing approved, one picture alone, all grey), Model, Output.
[[nodiscard]] Result<TrainingSetReport> makeTrainingSet(TrainingSetOptions options, JobContext& context);

/// What a shard holds, for those who did not make it; what is not in the file (duplicates, leftOut) stays empty.
[[nodiscard]] Result<TrainingSetReport> describeTrainingSet(const std::filesystem::path& shard);

/// Folder of a project's data set and training runs: `NAME.tintreel-training` beside it.
[[nodiscard]] std::filesystem::path trainingFolder(const std::filesystem::path& project);

}  // namespace tintreel::workflow
