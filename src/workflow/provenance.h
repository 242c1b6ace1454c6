// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "tintreel/base/job.h"
#include "tintreel/base/result.h"
#include "tintreel/media/frame_writer.h"
#include "tintreel/media/marks.h"
#include "tintreel/workflow/colorize.h"
#include "workflow/source_hash.h"

namespace tintreel::workflow {

/// What the record tells of: one run of the main job. All of it outlives the Provenance.
struct RunFacts {
    const ColorizeOptions& options;
    const media::MediaInfo& info;
    const media::OutputFormat& format;
    const FilmPlan& plan;          ///< its scenes are those that are written
    const FrameIndex& filmFrames;  ///< of the whole film
    const ColorizeReport& report;
};

/// Where the record of an output lies: its name with ".colorization.json" behind; for numbered pictures the folder's.
[[nodiscard]] std::filesystem::path recordBeside(const std::filesystem::path& output, bool numberedPictures);

/// Whether the option `mark` may be used with an output. Error: Usage; a master must hold the film's own luma.
[[nodiscard]] Result<> checkMark(const std::string& mark, const media::OutputFormat& format);

/// The record of who coloured what (docs/formats/provenance.md): is collected while the job runs, marks the output, and
/// is written beside it when it is whole.
class Provenance {
public:
    /// Begins to hash the source, on a thread. Error (Output): something that is no such record lies where the record
    /// shall be, or an output's record that may not be replaced.
    [[nodiscard]] static Result<Provenance> begin(const RunFacts& facts);

    /// What the writer puts into the file. Scenes and hints are known by then; hashes of references are worked out
    /// here. Error: Input.
    [[nodiscard]] Result<media::FileMarks> marks();
    /// Hashes `part`, the whole output under its working name, after the record was put into it where it has room.
    /// Stages: "source hash", "output hash". Gives the output's hash.
    [[nodiscard]] Result<std::string> complete(const std::filesystem::path& part, JobContext& context);
    /// Writes the record; the output has its name now. Gives the record's.
    [[nodiscard]] Result<std::filesystem::path> publish();

private:
    explicit Provenance(const RunFacts& facts);
    [[nodiscard]] nlohmann::ordered_json record() const;
    [[nodiscard]] std::string recordForTheFile() const;

    RunFacts facts_;
    std::filesystem::path file_;
    std::string created_, operator_;
    std::unique_ptr<SourceHash> source_;
    std::string sourceHash_, outputHash_;
    std::uintmax_t outputBytes_ = 0;
    std::size_t outputFiles_ = 1;
    std::map<FrameIndex, std::string> referenceHashes_;
    std::size_t room_ = 0;  // for the record in the file
};

}  // namespace tintreel::workflow
