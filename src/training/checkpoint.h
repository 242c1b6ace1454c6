// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <torch/torch.h>

#include "tintreel/base/result.h"

namespace tintreel::training {

/// Averaged weights: average ← decay · average + (1 − decay) · weights after every step.
class WeightAverage {
public:
    explicit WeightAverage(const torch::nn::Module& module);
    void update(const torch::nn::Module& module, double decay);
    /// Exchanges the module's weights and the averages; calling it twice changes nothing.
    void swap(torch::nn::Module& module);
    [[nodiscard]] std::map<std::string, torch::Tensor>& tensors() noexcept { return tensors_; }
    [[nodiscard]] const std::map<std::string, torch::Tensor>& tensors() const noexcept { return tensors_; }

private:
    std::map<std::string, torch::Tensor> tensors_;
};

/// A whole checkpoint in one safetensors file: "model.*", "average.*", "moment1.*", "moment2.*", "state.*" and, in its
/// metadata, the step, the config and the code version. All random draws follow from (seed, step), so that no
/// generator state is needed.
struct Checkpoint {
    std::int64_t step = 0;  ///< steps done
    std::string config;     ///< JSON
    std::map<std::string, torch::Tensor> state;  ///< of the stage
};

[[nodiscard]] Result<> saveCheckpoint(const std::filesystem::path& path, const Checkpoint& checkpoint, const torch::nn::Module& module,
                                      const WeightAverage& average, torch::optim::AdamW& optimizer);
[[nodiscard]] Result<Checkpoint> loadCheckpoint(const std::filesystem::path& path, torch::nn::Module& module, WeightAverage& average,
                                                torch::optim::AdamW& optimizer);

}  // namespace tintreel::training
