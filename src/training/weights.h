// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "tintreel/base/result.h"

namespace tintreel::training {

using Tensors = std::map<std::string, torch::Tensor>;

/// Copies of a module's parameters and buffers, by name.
[[nodiscard]] Tensors copyOf(const torch::nn::Module& module);

/// average ← decay · average + (1 − decay) · weights.
void updateAverage(Tensors& average, const torch::nn::Module& module, double decay);

/// Scales the gradients so that their common norm is at most `bound`. → the norm before; not finite where a gradient is
/// not
double boundGradients(const std::vector<torch::Tensor>& parameters, double bound);

/// optimizer.step() without amsgrad (Loshchilov and Hutter 2019) for all parameters in one kernel; a GPU waits for the
/// start of each. Moments and counts are the optimizer's own.
void stepAdamW(torch::optim::AdamW& optimizer);

/// (1 − share) · tuned + share · base, name by name (Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR
/// 2022). Whole numbers are taken from `tuned`. An empty base counts as share 0.
[[nodiscard]] Tensors blended(const Tensors& tuned, const Tensors& base, double share);

/// weights ← weights + share · (base − weights): L2 decay towards the start (Li et al., "Explicit inductive bias for
/// transfer learning", ICML 2018), apart from the gradient's moments as in AdamW.
void pullTowards(torch::nn::Module& module, const Tensors& base, double share);

/// Whether every parameter is a finite number.
[[nodiscard]] bool allFinite(const torch::nn::Module& module);

/// While it lives, the module has the given weights; then its own again, bit for bit.
class BorrowedWeights {
public:
    BorrowedWeights(torch::nn::Module& module, const Tensors& weights);
    ~BorrowedWeights();
    BorrowedWeights(const BorrowedWeights&) = delete;
    BorrowedWeights& operator=(const BorrowedWeights&) = delete;

private:
    torch::nn::Module& module_;
    Tensors own_;
};

/// Writes weights in half precision: what ships.
[[nodiscard]] Result<> saveWeights(const std::filesystem::path& path, const Tensors& weights,
                                   const std::map<std::string, std::string>& metadata);

}  // namespace tintreel::training
