// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <torch/types.h>

#include "tintreel/base/result.h"

namespace tintreel::nn {

/// A device the networks run on; chosen once and passed down.
struct Device {
    torch::Device device{torch::kCPU};
    bool hasBf16 = false;  ///< bf16 arithmetic is native (AVX512-BF16 or AMX on CPUs, compute capability ≥ 8 on GPUs)
    std::string description;  ///< "CPU" or "cuda:0 NVIDIA …"
};

/// "auto" (a GPU where there is one), "cpu" or "cuda:N". Opens the CUDA half of LibTorch at run time where its
/// libraries and a driver are there. Error: ErrorCode::Model, saying what is missing. Call before other threads start.
[[nodiscard]] Result<Device> chooseDevice(const std::string& wanted);

/// GPUs that can be used; 0 without a driver or LibTorch's CUDA half.
[[nodiscard]] int gpuCount();

}  // namespace tintreel::nn
