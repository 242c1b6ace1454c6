// SPDX-License-Identifier: Apache-2.0
#include "training/checkpoint.h"

#include <ATen/Context.h>

#include "tintreel/nn/safetensors.h"

namespace tintreel::training {
namespace {

constexpr const char* kVersion = "3";

void put(Tensors& all, const std::string& prefix, const Tensors& part) {
    for (const auto& [name, tensor] : part) all[prefix + name] = tensor;
}

Tensors take(const Tensors& all, const std::string& prefix) {
    Tensors part;
    for (const auto& [name, tensor] : all)
        if (name.starts_with(prefix)) part[name.substr(prefix.size())] = tensor;
    return part;
}

/// Draws of the data follow from (seed, step); these are for what a network or a loss draws itself.
Tensors generatorStates(torch::Device device) {
    Tensors states{{"cpu", at::globalContext().defaultGenerator(torch::kCPU).get_state()}};
    if (device.is_cuda()) states["cuda"] = at::globalContext().defaultGenerator(device).get_state();
    return states;
}

void restoreGenerators(const Tensors& states, torch::Device device) {
    const auto set = [&](const char* name, torch::Device which) {
        const auto found = states.find(name);
        at::Generator generator = at::globalContext().defaultGenerator(which);
        if (found != states.end()) generator.set_state(found->second);
    };
    set("cpu", torch::kCPU);
    if (device.is_cuda()) set("cuda", device);
}

void putLearner(Tensors& all, const Learner& learner) {
    put(all, learner.prefix + "model.", nn::stateOf(learner.network));
    for (const auto& item : learner.network.named_parameters()) {
        const auto found = learner.optimizer.state().find(item.value().unsafeGetTensorImpl());
        if (found == learner.optimizer.state().end()) continue;
        const auto& state = static_cast<const torch::optim::AdamWParamState&>(*found->second);
        all[learner.prefix + "moment1." + item.key()] = state.exp_avg();
        all[learner.prefix + "moment2." + item.key()] = state.exp_avg_sq();
        all[learner.prefix + "count." + item.key()] = torch::tensor({state.step()});
    }
}

Result<> takeLearner(const Tensors& all, const Learner& learner, const std::string& where) {
    TT_TRY(nn::loadStrict(learner.network, take(all, learner.prefix + "model."), where));
    const torch::NoGradGuard guard;
    for (const auto& item : learner.network.named_parameters()) {
        const auto first = all.find(learner.prefix + "moment1." + item.key());
        if (first == all.end()) continue;  // a parameter that no step has touched yet
        const auto second = all.find(learner.prefix + "moment2." + item.key()),
                   count = all.find(learner.prefix + "count." + item.key());
        const auto& parameter = item.value();
        if (second == all.end() || count == all.end() || first->second.sizes() != parameter.sizes() ||
            second->second.sizes() != parameter.sizes())
            return fail(ErrorCode::Model, "The checkpoint '" + where + "' lacks the moments of '" + item.key() + "'.");
        auto state = std::make_unique<torch::optim::AdamWParamState>();
        state->exp_avg(torch::empty_like(parameter).copy_(first->second));
        state->exp_avg_sq(torch::empty_like(parameter).copy_(second->second));
        state->step(count->second.item<std::int64_t>());
        learner.optimizer.state()[parameter.unsafeGetTensorImpl()] = std::move(state);
    }
    return {};
}

}  // namespace

Result<> saveCheckpoint(const std::filesystem::path& path, const Checkpoint& checkpoint,
                        const std::vector<Learner>& learners, torch::Device device) {
    nn::TensorFile file;
    for (const auto& learner : learners) putLearner(file.tensors, learner);
    put(file.tensors, "average.", checkpoint.average);
    put(file.tensors, "base.", checkpoint.base);
    put(file.tensors, "state.", checkpoint.state);
    put(file.tensors, "lanes.", checkpoint.lanes);
    put(file.tensors, "generator.", generatorStates(device));
    file.metadata = {{"format", "tintreel-checkpoint"},    {"version", kVersion},
                     {"code", TINTREEL_VERSION},           {"step", std::to_string(checkpoint.step)},
                     {"stage", checkpoint.stage},          {"architecture", checkpoint.architecture},
                     {"config", checkpoint.config.dump()}, {"scores", checkpoint.scores.dump()}};
    return nn::saveSafetensors(path, file);
}

Result<Checkpoint> loadCheckpoint(const std::filesystem::path& path, const std::string& stage,
                                  const std::string& architecture, const std::vector<Learner>& learners,
                                  torch::Device device) {
    TT_ASSIGN(nn::TensorFile file, nn::loadSafetensors(path));
    const auto refuse = [&](const std::string& why, const std::string& detail = {}) {
        return fail(ErrorCode::Model,
                    "The checkpoint '" + path.string() + "' " + why +
                        "; choose another folder, or begin anew with --resume never.",
                    detail);
    };
    auto& told = file.metadata;
    if (told["format"] != "tintreel-checkpoint") return refuse("is no checkpoint of a training run");
    if (told["version"] != kVersion)
        return refuse("is of version " + told["version"] + ", this program reads version " + kVersion);
    if (told["stage"] != stage)
        return refuse("belongs to a run of the stage '" + told["stage"] + "', the config asks for '" + stage + "'");
    if (told["architecture"] != architecture)
        return refuse("belongs to the network '" + told["architecture"] + "', the config asks for '" + architecture +
                      "'");
    for (const auto& learner : learners)
        if (auto taken = takeLearner(file.tensors, learner, path.string()); !taken)
            return refuse("does not fit this config's networks", describe(taken.error()));
    Checkpoint checkpoint;
    checkpoint.stage = stage;
    checkpoint.architecture = architecture;
    checkpoint.average = take(file.tensors, "average.");
    checkpoint.base = take(file.tensors, "base.");
    const torch::NoGradGuard guard;
    for (const auto& [name, tensor] : nn::stateOf(learners.front().network)) {
        if (checkpoint.average.find(name) == checkpoint.average.end())
            return refuse("lacks the average of '" + name + "'");
        for (auto* part : {&checkpoint.average, &checkpoint.base})
            if (const auto found = part->find(name); found != part->end())
                found->second = torch::empty_like(tensor).copy_(found->second);
    }
    restoreGenerators(take(file.tensors, "generator."), device);
    checkpoint.step = std::atoll(told["step"].c_str());
    checkpoint.config = nlohmann::json::parse(told["config"], nullptr, false);
    checkpoint.scores = nlohmann::json::parse(told["scores"], nullptr, false);
    checkpoint.state = take(file.tensors, "state.");
    checkpoint.lanes = take(file.tensors, "lanes.");
    return checkpoint;
}

}  // namespace tintreel::training
