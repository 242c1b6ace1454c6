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
    std::vector<torch::Tensor> averages, current;
    for (const auto& [name, tensor] : nn::stateOf(module)) {
        if (!tensor.is_floating_point()) {
            average.at(name).copy_(tensor);
            continue;
        }
        averages.push_back(average.at(name));
        current.push_back(tensor.detach());
    }
    at::_foreach_mul_(averages, decay);
    at::_foreach_add_(averages, current, 1.0 - decay);
}

double boundGradients(const std::vector<torch::Tensor>& parameters, double bound) {
    const torch::NoGradGuard guard;
    std::vector<torch::Tensor> gradients;
    for (const auto& parameter : parameters)
        if (parameter.grad().defined()) gradients.push_back(parameter.grad());
    if (gradients.empty()) return 0;
    const double norm = torch::stack(at::_foreach_norm(gradients)).norm().item<double>();
    if (bound / (norm + 1e-6) < 1) at::_foreach_mul_(gradients, bound / (norm + 1e-6));
    return norm;
}

void stepAdamW(torch::optim::AdamW& optimizer) {
    const torch::NoGradGuard guard;
    for (auto& group : optimizer.param_groups()) {
        const auto& options = static_cast<const torch::optim::AdamWOptions&>(group.options());
        std::vector<torch::Tensor> parameters, gradients, first, second, counts;
        std::map<std::int64_t, torch::Tensor> countOf;
        for (const auto& parameter : group.params()) {
            if (!parameter.grad().defined()) continue;
            auto& kept = optimizer.state()[parameter.unsafeGetTensorImpl()];
            if (!kept) {
                auto fresh = std::make_unique<torch::optim::AdamWParamState>();
                fresh->exp_avg(torch::zeros_like(parameter));
                fresh->exp_avg_sq(torch::zeros_like(parameter));
                kept = std::move(fresh);
            }
            auto& state = static_cast<torch::optim::AdamWParamState&>(*kept);
            state.step(state.step() + 1);
            auto& count = countOf[state.step()];
            if (!count.defined())
                count = torch::full({}, static_cast<double>(state.step()),
                                    parameter.options().dtype(torch::kFloat32).requires_grad(false));
            parameters.push_back(parameter);
            gradients.push_back(parameter.grad());
            first.push_back(state.exp_avg());
            second.push_back(state.exp_avg_sq());
            counts.push_back(count);
        }
        const auto [beta1, beta2] = options.betas();
        at::_fused_adamw_(parameters, gradients, first, second, {}, counts, options.lr(), beta1, beta2,
                          options.weight_decay(), options.eps(), false, false);
    }
}

Tensors blended(const Tensors& tuned, const Tensors& base, double share) {
    if (base.empty() || share <= 0) return tuned;
    Tensors result;
    for (const auto& [name, tensor] : tuned)
        result[name] = tensor.is_floating_point() ? tensor.lerp(base.at(name), share) : tensor;
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

BorrowedWeights::BorrowedWeights(torch::nn::Module& module, const Tensors& weights)
    : module_(module), own_(copyOf(module)) {
    assign(module, weights);
}
BorrowedWeights::~BorrowedWeights() { assign(module_, own_); }

Result<> saveWeights(const std::filesystem::path& path, const Tensors& weights,
                     const std::map<std::string, std::string>& metadata) {
    nn::TensorFile file;
    for (const auto& [name, tensor] : weights)
        file.tensors[name] = tensor.is_floating_point() ? tensor.to(torch::kFloat16) : tensor;
    file.metadata = metadata;
    file.metadata["format"] = "tintreel-weights";
    return nn::saveSafetensors(path, file);
}

}  // namespace tintreel::training
