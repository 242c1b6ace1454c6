// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tintreel/base/job.h"
#include "tintreel/base/result.h"
#include "tintreel/project/project.h"
#include "tintreel/workflow/colorize.h"

namespace tintreel::workflow {

/// One scene to be coloured by whoever comes first.
struct FarmTask {
    FrameRange range;  ///< frames that it writes
    std::string
        hash;  ///< of all that its result depends on: film, options, models, and the hints and references of its scene
};

/// A film's colouring cut into tasks, as a file that explains itself (docs/formats/tasks.md): workers need it, the film
/// and the reference pictures, and never the project. Results lie beside it in the folder NAME.parts.
struct FarmPlan {
    std::filesystem::path file;
    project::Fingerprint film;
    ColorizeOptions options;                  ///< with the plan of the whole film
    FrameRange range;                         ///< that the tasks make up
    std::vector<inference::ModelUse> models;  ///< keyframe model, frame model
    std::vector<media::Defect> defects;       ///< of the film, as far as known
    std::vector<FarmTask> tasks;

    [[nodiscard]] std::filesystem::path partOf(std::size_t task) const;
    [[nodiscard]] std::filesystem::path reportOf(std::size_t task) const;
};

/// Cuts the job that `options` describes into a task a scene; `options.output` plays no part. Presets must code every
/// frame by itself (master, mezzanine), for only such files can be joined without a change. Stage reported: "scenes".
/// Errors: as colorize().
[[nodiscard]] Result<FarmPlan> planFarm(ColorizeOptions options, const std::filesystem::path& file,
                                        JobContext& context);
[[nodiscard]] Result<> writeFarmPlan(const FarmPlan& plan, bool overwrite);
/// Error: Input; Mismatch where a reference picture is not the one it was.
[[nodiscard]] Result<FarmPlan> readFarmPlan(const std::filesystem::path& file);

struct TaskOutcome {
    bool skipped = false;  ///< its result was there already
    std::int64_t frames = 0;
    std::size_t defects = 0;
    double seconds = 0;
};
/// Does one task: writes its part and then its report, each by way of `.part`. Does nothing where a report of the same
/// hash and its part are there. Errors: as colorize(); Mismatch for another film, Model for other models than planned.
[[nodiscard]] Result<TaskOutcome> runTask(const FarmPlan& plan, std::size_t task,
                                          const inference::ColorizerOptions& machine, JobContext& context);

struct MergeReport {
    std::int64_t frames = 0;
    std::vector<media::Defect> defects;
    std::vector<std::string> warnings;
    double confidence = 1;
    std::string outputSha256;
};
/// Joins the parts and copies the film's other tracks once: the same packets as those of one run. Error: Mismatch where
/// a task is missing, was done for another plan, or its part was changed; the text names them. Stage reported: "merge".
[[nodiscard]] Result<MergeReport> mergeTasks(const FarmPlan& plan, const std::filesystem::path& output, bool overwrite,
                                             JobContext& context);

/// Scripts that run a plan's tasks, `program` being how the tintreel program is called there: "shell" (run.sh), "slurm"
/// (tasks.sbatch, merge.sbatch, submit.sh) or "openjd" (template.json, jobtemplate-2023-09). Their names.
[[nodiscard]] Result<std::vector<std::filesystem::path>> writeFarmScripts(const FarmPlan& plan, const std::string& kind,
                                                                          const std::filesystem::path& folder,
                                                                          const std::string& program,
                                                                          const std::filesystem::path& output,
                                                                          bool overwrite);

}  // namespace tintreel::workflow
