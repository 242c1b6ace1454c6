// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/device.h"

#include <dlfcn.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include <torch/torch.h>

namespace tintreel::nn {
namespace {

/// libtorch_cuda.so lies beside libtorch_cpu.so; its own libraries lie in the wheel's nvidia folders. LibTorch must not
/// be asked for GPUs before: it remembers from the first time on that there are none.
bool openCudaHalf() {
    static const bool opened = [] {
        // Without a driver the CUDA half is of no use, and it is large.
        if (::dlopen("libcuda.so.1", RTLD_NOW | RTLD_GLOBAL) == nullptr) return false;
        Dl_info info{};
        if (::dladdr(reinterpret_cast<const void*>(&at::get_num_threads), &info) == 0 || info.dli_fname == nullptr)
            return false;
        const auto library = std::filesystem::path(info.dli_fname).parent_path() / "libtorch_cuda.so";
        if (::dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) return false;
        return torch::cuda::is_available();
    }();
    return opened;
}

Device cpu() {
    Device device;
    device.hasBf16 = __builtin_cpu_supports("avx512bf16") != 0;
    device.description = "CPU";
    return device;
}

}  // namespace

Result<Device> chooseDevice(const std::string& wanted) {
    if (wanted == "cpu") return cpu();
    if (wanted == "auto") {
        if (!openCudaHalf()) return cpu();
        return chooseDevice("cuda:0");
    }
    if (wanted != "cuda" && !wanted.starts_with("cuda:"))
        return fail(ErrorCode::Usage, "'" + wanted + "' is no device; use auto, cpu or cuda:N.");
    int index = 0;
    if (wanted.size() > 5) {
        const auto* end = wanted.data() + wanted.size();
        if (const auto [at, error] = std::from_chars(wanted.data() + 5, end, index);
            error != std::errc{} || at != end || index < 0)
            return fail(ErrorCode::Usage, "'" + wanted + "' is no device; use auto, cpu or cuda:N.");
    }
    if (!openCudaHalf())
        return fail(
            ErrorCode::Model,
            "There is no usable NVIDIA GPU: the driver or LibTorch's CUDA libraries are missing. Use --device cpu, or run 'scripts/setup --cuda'.");
    if (index >= static_cast<int>(torch::cuda::device_count()))
        return fail(ErrorCode::Model, "There is no GPU " + std::to_string(index) + "; this machine has " +
                                          std::to_string(torch::cuda::device_count()) + ".");
    Device device;
    device.device = torch::Device(torch::kCUDA, static_cast<torch::DeviceIndex>(index));
    device.hasBf16 = true;
    device.description = "cuda:" + std::to_string(index);
    return device;
}

int gpuCount() { return openCudaHalf() ? static_cast<int>(torch::cuda::device_count()) : 0; }

}  // namespace tintreel::nn
