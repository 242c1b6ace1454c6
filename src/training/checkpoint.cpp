// SPDX-License-Identifier: Apache-2.0
#include "training/checkpoint.h"

#include "tintreel/nn/safetensors.h"

namespace tintreel::training {
namespace {

constexpr const char* kVersion = "1";

void put(std::map<std::string, torch::Tensor>& all, const std::string& prefix, const std::map<std::string, torch::Tensor>& part) {
    for (const auto& [name, tensor] : part) all[prefix + name] = tensor;
}

std::map<std::string, torch::Tensor> take(const std::map<std::string, torch::Tensor>& all, const std::string& prefix) {
    std::map<std::string, torch::Tensor> part;
    for (const auto& [name, tensor] : all)
        if (name.starts_with(prefix)) part[name.substr(prefix.size())] = tensor;
    return part;
}

}  // namespace

WeightAverage::WeightAverage(const torch::nn::Module& module) {
    for (const auto& [name, tensor] : nn::stateOf(module)) tensors_[name] = tensor.detach().clone();
}

void WeightAverage::update(const torch::nn::Module& module, double decay) {
    torch::NoGradGuard guard;
    for (const auto& [name, tensor] : nn::stateOf(module)) {
        if (tensor.is_floating_point())
            tensors_.at(name).mul_(decay).add_(tensor, 1.0 - decay);
        else
            tensors_.at(name).copy_(tensor);
    }
}

void WeightAverage::swap(torch::nn::Module& module) {
    torch::NoGradGuard guard;
    for (auto& [name, tensor] : nn::stateOf(module)) {
        const auto weights = tensor.detach().clone();
        torch::Tensor target = tensor;
        target.copy_(tensors_.at(name));
        tensors_.at(name).copy_(weights);
    }
}

Result<> saveCheckpoint(const std::filesystem::path& path, const Checkpoint& checkpoint, const torch::nn::Module& module, const WeightAverage& average,
                        torch::optim::AdamW& optimizer) {
    nn::TensorFile file;
    put(file.tensors, "model.", nn::stateOf(module));
    put(file.tensors, "average.", average.tensors());
    put(file.tensors, "state.", checkpoint.state);
    for (const auto& item : module.named_parameters()) {
        const auto found = optimizer.state().find(item.value().unsafeGetTensorImpl());
        if (found == optimizer.state().end()) continue;
        const auto& state = static_cast<const torch::optim::AdamWParamState&>(*found->second);
        file.tensors["moment1." + item.key()] = state.exp_avg();
        file.tensors["moment2." + item.key()] = state.exp_avg_sq();
        file.tensors["count." + item.key()] = torch::tensor({state.step()});
    }
    file.metadata = {{"format", "tintreel-checkpoint"}, {"version", kVersion}, {"step", std::to_string(checkpoint.step)}, {"config", checkpoint.config}};
    return nn::saveSafetensors(path, file);
}

Result<Checkpoint> loadCheckpoint(const std::filesystem::path& path, torch::nn::Module& module, WeightAverage& average, torch::optim::AdamW& optimizer) {
    TT_ASSIGN(nn::TensorFile file, nn::loadSafetensors(path));
    if (file.metadata["format"] != "tintreel-checkpoint" || file.metadata["version"] != kVersion)
        return fail(ErrorCode::Model, "'" + path.string() + "' is no checkpoint of this version; start a new run in another folder.");
    TT_TRY(nn::loadStrict(module, take(file.tensors, "model."), path.string()));
    const auto averages = take(file.tensors, "average.");
    torch::NoGradGuard guard;
    for (auto& [name, tensor] : average.tensors()) {
        const auto found = averages.find(name);
        if (found == averages.end()) return fail(ErrorCode::Model, "The checkpoint '" + path.string() + "' lacks the average of '" + name + "'.");
        tensor.copy_(found->second);
    }
    for (const auto& item : module.named_parameters()) {
        const auto first = file.tensors.find("moment1." + item.key());
        if (first == file.tensors.end()) continue;  // a parameter that no step has touched yet
        auto state = std::make_unique<torch::optim::AdamWParamState>();
        const auto& parameter = item.value();
        state->exp_avg(torch::empty_like(parameter).copy_(first->second));
        state->exp_avg_sq(torch::empty_like(parameter).copy_(file.tensors.at("moment2." + item.key())));
        state->step(file.tensors.at("count." + item.key()).item<std::int64_t>());
        optimizer.state()[parameter.unsafeGetTensorImpl()] = std::move(state);
    }
    Checkpoint checkpoint;
    checkpoint.step = std::stoll(file.metadata["step"]);
    checkpoint.config = file.metadata["config"];
    checkpoint.state = take(file.tensors, "state.");
    return checkpoint;
}

}  // namespace tintreel::training
