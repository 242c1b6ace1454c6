// SPDX-License-Identifier: Apache-2.0
#include "training/weights.h"

#include "tintreel/nn/safetensors.h"

namespace tintreel::training {
namespace {

void assign(torch::nn::Module& module, const Tensors& weights) {
    const torch::NoGradGuard guard;
    for (auto& [name, tensor] : nn::stateOf(module)) {
        torch::Tensor target = tensor;
        target.copy_(weights.at(name));
    }
}

}  // namespace

Tensors copyOf(const torch::nn::Module& module) {
    Tensors tensors;
    for (const auto& [name, tensor] : nn::stateOf(module)) tensors[name] = tensor.detach().clone();
    return tensors;
}

void updateAverage(Tensors& average, const torch::nn::Module& module, double decay) {
    const torch::NoGradGuard guard;
    for (const auto& [name, tensor] : nn::stateOf(module)) {
        if (tensor.is_floating_point())
            average.at(name).mul_(decay).add_(tensor, 1.0 - decay);
        else
            average.at(name).copy_(tensor);
    }
}

Tensors blended(const Tensors& tuned, const Tensors& base, double share) {
    if (base.empty() || share <= 0) return tuned;
    Tensors result;
    for (const auto& [name, tensor] : tuned) result[name] = tensor.is_floating_point() ? tensor.lerp(base.at(name), share) : tensor;
    return result;
}

void pullTowards(torch::nn::Module& module, const Tensors& base, double share) {
    const torch::NoGradGuard guard;
    for (const auto& item : module.named_parameters()) {
        torch::Tensor parameter = item.value();
        parameter.lerp_(base.at(item.key()), share);
    }
}

bool allFinite(const torch::nn::Module& module) {
    const torch::NoGradGuard guard;
    for (const auto& parameter : module.parameters())
        if (!std::isfinite(parameter.sum().item<double>())) return false;
    return true;
}

BorrowedWeights::BorrowedWeights(torch::nn::Module& module, const Tensors& weights) : module_(module), own_(copyOf(module)) { assign(module, weights); }
BorrowedWeights::~BorrowedWeights() { assign(module_, own_); }

Result<> saveWeights(const std::filesystem::path& path, const Tensors& weights, const std::map<std::string, std::string>& metadata) {
    nn::TensorFile file;
    for (const auto& [name, tensor] : weights) file.tensors[name] = tensor.is_floating_point() ? tensor.to(torch::kFloat16) : tensor;
    file.metadata = metadata;
    file.metadata["format"] = "tintreel-weights";
    return nn::saveSafetensors(path, file);
}

}  // namespace tintreel::training
