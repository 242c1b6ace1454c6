// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <torch/torch.h>

#include "tintreel/base/result.h"

namespace tintreel::nn {

/// Named tensors with a few words about them, as a safetensors file holds them: an 8-byte little-endian header
/// length, a JSON header {name: {dtype, shape, data_offsets}}, then the bytes. No code runs on loading.
struct TensorFile {
    std::map<std::string, torch::Tensor> tensors;
    std::map<std::string, std::string> metadata;
};

/// Writes by way of `path.part`. Tensors of dtype F64, F32, F16, BF16, I64, I32, U8, BOOL; any strides or device.
[[nodiscard]] Result<> saveSafetensors(const std::filesystem::path& path, const TensorFile& file);

/// Reads and checks a whole file: sizes, offsets, dtypes. Errors (ErrorCode::Model) name the file and the tensor.
[[nodiscard]] Result<TensorFile> loadSafetensors(const std::filesystem::path& path);

/// All parameters and buffers of a module, by name.
[[nodiscard]] std::map<std::string, torch::Tensor> stateOf(const torch::nn::Module& module);

/// Copies tensors into a module's parameters and buffers, converting the dtype. Every name must be there and
/// every shape must agree, and nothing may be left over: the error lists what is missing, unknown or misshapen.
/// `where` names the file in the error.
[[nodiscard]] Result<> loadStrict(torch::nn::Module& module, const std::map<std::string, torch::Tensor>& tensors,
                                  const std::string& where);

/// Whether a file's weights belong to a network of that architecture, as its metadata tells; files of before say
/// nothing and pass. Error: ErrorCode::Model, naming both.
[[nodiscard]] Result<> checkArchitecture(const TensorFile& file, const std::string& wanted, const std::string& where);

}  // namespace tintreel::nn
