// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "training/weights.h"

namespace tintreel::training {

/// Where a run stands, besides its network and optimizer.
struct Checkpoint {
    std::int64_t step = 0;  ///< steps done
    std::string stage;      ///< a checkpoint goes on in the stage and with the network it was made with alone
    std::string architecture;
    nlohmann::json config;  ///< as the run was told
    nlohmann::json scores;  ///< base, best and last validation
    Tensors average;        ///< averaged weights
    Tensors base;           ///< the weights that fine-tuning keeps to; empty without
    Tensors state, lanes;   ///< of the stage (stage.h), the lanes of all ranks one after the other
};

/// A network that learns, with its optimizer; its tensors' names begin with `prefix` in the file.
struct Learner {
    std::string prefix;
    torch::nn::Module& network;
    torch::optim::AdamW& optimizer;
};

/// Writes a whole checkpoint into one safetensors file by way of a part: for each learner "model.*", "moment1.*",
/// "moment2.*" and "count.*"; "average.*", "base.*", "state.*", "lanes.*", the state of torch's random generators; in
/// the metadata step, stage, architecture, config, scores and the version of the code. Error: Output; what was there
/// before is then untouched.
[[nodiscard]] Result<> saveCheckpoint(const std::filesystem::path& path, const Checkpoint& checkpoint,
                                      const std::vector<Learner>& learners, torch::Device device);

/// Reads it back into the learners. Error: Model, in words, for a checkpoint of another stage, network or version.
[[nodiscard]] Result<Checkpoint> loadCheckpoint(const std::filesystem::path& path, const std::string& stage,
                                                const std::string& architecture, const std::vector<Learner>& learners,
                                                torch::Device device);

}  // namespace tintreel::training
