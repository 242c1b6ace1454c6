// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tintreel/base/result.h"
#include "tintreel/training/trainer.h"

namespace tintreel::workflow {

/// Settings for tuning a shipped network on one's own film, which keep it near what it knew. Presets "quick",
/// "standard" and "thorough" differ in steps. Stage "keyframe" or "propagation"; shards, out and init-from are left to
/// the caller.
[[nodiscard]] std::vector<std::string> trainingPresets();
[[nodiscard]] Result<training::TrainOptions> trainingPreset(const std::string& preset, const std::string& stage);

struct TrainingEstimate {
    double seconds = 0;            ///< of the whole run
    std::uintmax_t bytes = 0;      ///< memory at most
    std::uintmax_t available = 0;  ///< memory that is free now; 0 = unknown (a GPU's)
    std::string warning;           ///< "" unless the memory will not do; says what to change
};
/// `secondsPerStep`: of an earlier run with these settings here, 0 = unknown; then from figures measured on one core of
/// an AMD EPYC.
[[nodiscard]] TrainingEstimate estimateTraining(const training::TrainOptions& options, double secondsPerStep = 0);

}  // namespace tintreel::workflow
