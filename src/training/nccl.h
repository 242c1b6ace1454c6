// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <torch/torch.h>

#include "tintreel/base/result.h"

namespace tintreel::training {

/// Sums over the GPUs of several processes by NCCL, whose library comes with LibTorch's CUDA half and is found at run
/// time, so that building needs neither its header nor CUDA.
class NcclGroup {
public:
    /// `share` gives every rank what rank 0 passes to it. Error: Model, saying what is missing or what NCCL said.
    [[nodiscard]] static Result<std::unique_ptr<NcclGroup>> join(int rank, int ranks,
                                                                 const std::function<std::string(std::string)>& share,
                                                                 torch::Device device, std::chrono::seconds timeout);
    ~NcclGroup();
    NcclGroup(const NcclGroup&) = delete;
    NcclGroup& operator=(const NcclGroup&) = delete;

    /// tensor ← its sum over the ranks; contiguous float32 on this rank's GPU. Error: Failed, for a lost rank.
    [[nodiscard]] Result<> sum(torch::Tensor& tensor);

private:
    NcclGroup(void* communicator, torch::Device device, std::chrono::seconds timeout)
        : communicator_(communicator), device_(device), timeout_(timeout) {}
    void* communicator_;
    torch::Device device_;
    std::chrono::seconds timeout_;
};

}  // namespace tintreel::training
