// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "tintreel/base/result.h"

namespace tintreel::training {

/// Where this process stands among those that train together.
struct RankPlace {
    int rank = 0, ranks = 1;
    int localRank = 0;  ///< on this machine: which GPU is this rank's
    std::string host;
    int port = 0;
};

/// What torchrun and its like tell: RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR, MASTER_PORT; one rank alone without
/// them. Error: Usage, naming the variable.
[[nodiscard]] Result<RankPlace> placeFromEnvironment();

/// The ranks of a data-parallel run, over c10d. Small things go through Gloo, which also notices a lost rank; gradients
/// on GPUs go through NCCL. All ranks must call the same functions in the same order. Error of each: Failed, where a
/// rank was lost or does not answer in time.
class Ranks {
public:
    /// Meets the others at rank 0's TCP store. `backend`: "auto" (NCCL on GPUs where each rank has one of its own),
    /// "gloo" or "nccl".
    [[nodiscard]] static Result<std::unique_ptr<Ranks>> join(const RankPlace& place, const std::string& backend,
                                                             torch::Device device, std::chrono::seconds timeout);
    ~Ranks();
    Ranks(const Ranks&) = delete;
    Ranks& operator=(const Ranks&) = delete;

    [[nodiscard]] int rank() const noexcept { return place_.rank; }
    [[nodiscard]] int count() const noexcept { return place_.ranks; }
    [[nodiscard]] std::string backend() const;

    /// values ← their sums over the ranks.
    [[nodiscard]] Result<> add(std::vector<double>& values);
    /// Gradients ← their means over the ranks, in one flat buffer; `loss` (a scalar) with them. A parameter without
    /// gradient counts as zeros.
    [[nodiscard]] Result<> average(const std::vector<torch::Tensor>& parameters, torch::Tensor& loss);
    /// The tensors of all ranks one after the other along the first dimension; of one shape and type on all. On the
    /// CPU.
    [[nodiscard]] Result<torch::Tensor> gather(const torch::Tensor& tensor);

private:
    struct Private;
    Ranks(const RankPlace& place, std::chrono::seconds timeout, std::unique_ptr<Private> p);
    template <class F>
    [[nodiscard]] Result<> guarded(F f);
    RankPlace place_;
    std::chrono::seconds timeout_;
    std::unique_ptr<Private> p_;
};

}  // namespace tintreel::training
