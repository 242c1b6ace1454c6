// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/colorizers.h"

#include <algorithm>
#include <map>

#include <torch/script.h>

#include "tintreel/nn/planes.h"
#include "tintreel/nn/safetensors.h"
#include "tintreel/nn/shot_runner.h"

namespace tintreel::nn {
namespace {

/// Any network of ours with the role "keyframe".
class NetworkColorizer final : public KeyframeColorizer {
public:
    NetworkColorizer(KeyframeNetwork network, const ModelSource& source)
        : network_(std::move(network)), device_(source.device.device), bf16_(source.bf16) {}

    Colored colorize(const torch::Tensor& lightness, const torch::Tensor& hintAb,
                     const torch::Tensor& hintMask) override {
        torch::InferenceMode guard;
        const Bf16Scope scope(bf16_, device_.type());
        const auto out = network_->forward(lightness.to(device_), hintAb.to(device_), hintMask.to(device_));
        return {out.ab.to(torch::kCPU), out.logError.to(torch::kCPU)};
    }

    std::vector<Suggestion> suggest(const torch::Tensor& lightness, const torch::Tensor& hintAb,
                                    const torch::Tensor& hintMask, int x, int y) override {
        torch::InferenceMode guard;
        const Bf16Scope scope(bf16_, device_.type());
        const auto L = lightness.to(device_), ab = hintAb.to(device_), mask = hintMask.to(device_);
        const auto out = network_->run(L, ab, mask, spreadTensor(L, ab, mask));
        std::vector<Suggestion> suggestions{at(out.ab, x, y, 1)};
        for (std::size_t i = 0; i < out.candidates.size(); ++i)
            suggestions.push_back(
                at(out.candidates[i], x, y, out.gates[0][static_cast<int64_t>(i)][y][x].item<float>()));
        std::stable_sort(suggestions.begin() + 1, suggestions.end(),
                         [](const auto& one, const auto& other) { return one.weight > other.weight; });
        return suggestions;
    }

private:
    static Suggestion at(const torch::Tensor& ab, int x, int y, float weight) {
        return {ab[0][0][y][x].item<float>(), ab[0][1][y][x].item<float>(), weight};
    }

    KeyframeNetwork network_;
    torch::Device device_;
    bool bf16_;
};

torch::jit::Module loadScript(const ModelSource& source) {
    auto module = torch::jit::load(source.entry.file.string(), source.device.device);
    module.eval();
    return module;
}

/// A user's file: forward(lightness, hintAb, hintMask) → (ab, logError), shapes as KeyframeColorizer's.
class ScriptKeyframes final : public KeyframeColorizer {
public:
    explicit ScriptKeyframes(const ModelSource& source) : module_(loadScript(source)), device_(source.device.device) {}

    Colored colorize(const torch::Tensor& lightness, const torch::Tensor& hintAb,
                     const torch::Tensor& hintMask) override {
        torch::InferenceMode guard;
        const auto out = module_.forward({lightness.to(device_), hintAb.to(device_), hintMask.to(device_)}).toTuple();
        const auto part = [&](std::size_t i) {
            return out->elements().at(i).toTensor().to(torch::kCPU, torch::kFloat32);
        };
        return {part(0), part(1)};
    }

private:
    torch::jit::Module module_;
    torch::Device device_;
};

/// A user's file: forward(lightness, keyLightness, keyAb, previousLightness, previousAb) → (ab, logError), all of the
/// frame's size.
class ScriptFrames final : public FrameColorizer {
public:
    explicit ScriptFrames(const ModelSource& source) : module_(loadScript(source)), device_(source.device.device) {}

    void start(const LPlane& lightness, const AbImage& ab) override {
        keyLightness_ = previousLightness_ = tensorOf(lightness).unsqueeze(0).to(device_);
        keyAb_ = previousAb_ = tensorOf(ab).unsqueeze(0).to(device_);
    }
    void addKeyframe(const LPlane&, const AbImage&) override {}  // the file's interface knows one keyframe
    std::future<Colors> step(const LPlane& lightness) override {
        torch::InferenceMode guard;
        const auto L = tensorOf(lightness).unsqueeze(0).to(device_);
        const auto out = module_.forward({L, keyLightness_, keyAb_, previousLightness_, previousAb_}).toTuple();
        previousLightness_ = L;
        previousAb_ = out->elements().at(0).toTensor().to(torch::kFloat32);
        return fetched(halfSize(previousAb_), halfSize(out->elements().at(1).toTensor().to(torch::kFloat32)));
    }

private:
    torch::jit::Module module_;
    torch::Device device_;
    torch::Tensor keyLightness_, keyAb_, previousLightness_, previousAb_;
};

/// Loads our own weights into a fresh network and puts it where it shall run.
Result<> load(torch::nn::Module& network, const ModelSource& source) {
    TT_ASSIGN(const TensorFile file, loadSafetensors(source.entry.file));
    TT_TRY(checkArchitecture(file, source.entry.architecture, source.entry.file.string()));
    TT_TRY(loadStrict(network, file.tensors, source.entry.file.string()));
    for (auto& parameter : network.parameters()) parameter.requires_grad_(false);
    network.eval();
    toChannelsLast(network);
    network.to(source.device.device);
    return {};
}

Result<std::unique_ptr<KeyframeColorizer>> keyframesOfOurs(const ModelSource& source) {
    TT_ASSIGN(auto network, makeKeyframeNetwork(source.entry.architecture));
    TT_TRY(load(*network, source));
    return std::unique_ptr<KeyframeColorizer>(std::make_unique<NetworkColorizer>(std::move(network), source));
}

/// Runs a maker of a TorchScript colorizer; what the file or LibTorch throws becomes words.
template <class Interface, class Script>
Result<std::unique_ptr<Interface>> fromScript(const ModelSource& source) {
    try {
        return std::unique_ptr<Interface>(std::make_unique<Script>(source));
    } catch (const std::exception& error) {
        const std::string what = error.what();
        return fail(ErrorCode::Model,
                    "'" + source.entry.file.string() + "' is no TorchScript file that can be loaded here.",
                    what.substr(0, what.find('\n')));
    }
}

std::map<std::string, KeyframeFactory>& keyframeFactories() {
    static std::map<std::string, KeyframeFactory> factories = [] {
        std::map<std::string, KeyframeFactory> known{{"torchscript", fromScript<KeyframeColorizer, ScriptKeyframes>}};
        for (const auto& name : keyframeArchitectures()) known.emplace(name, keyframesOfOurs);
        return known;
    }();
    return factories;
}

std::map<std::string, FrameFactory>& frameFactories() {
    static std::map<std::string, FrameFactory> factories{
        {"propagator",
         [](const ModelSource& source) -> Result<std::unique_ptr<FrameColorizer>> {
             Propagator network;
             TT_TRY(load(*network, source));
             if (source.bf16) toBf16(*network);
             return std::unique_ptr<FrameColorizer>(
                 std::make_unique<ShotRunner>(std::move(network), source.device.device, source.bf16));
         }},
        {"torchscript", fromScript<FrameColorizer, ScriptFrames>},
    };
    return factories;
}

template <class Factories>
auto make(const Factories& factories, const ModelSource& source) -> decltype(factories.begin()->second(source)) {
    const auto found = factories.find(source.entry.architecture);
    if (found != factories.end()) return found->second(source);
    std::string names;
    for (const auto& [name, factory] : factories) names += (names.empty() ? "" : ", ") + name;
    return fail(ErrorCode::Model, "The model '" + source.entry.id + "' wants the architecture '" +
                                      source.entry.architecture + "', which is not known; known are: " + names + ".");
}

}  // namespace

std::future<FrameColorizer::Colors> FrameColorizer::fetched(const torch::Tensor& ab, const torch::Tensor& logError) {
    return std::async(std::launch::deferred, [all = torch::cat({ab, logError}, 1)[0]] {
        const torch::InferenceMode guard;
        const auto here = all.to(torch::kCPU);
        return Colors{abOf(here), planeOf(here[2])};
    });
}

std::vector<Suggestion> KeyframeColorizer::suggest(const torch::Tensor& lightness, const torch::Tensor& hintAb,
                                                   const torch::Tensor& hintMask, int x, int y) {
    const auto ab = colorize(lightness, hintAb, hintMask).ab;
    return {{ab[0][0][y][x].item<float>(), ab[0][1][y][x].item<float>(), 1}};
}

Result<std::unique_ptr<KeyframeColorizer>> makeKeyframeColorizer(const ModelSource& source) {
    return make(keyframeFactories(), source);
}
Result<std::unique_ptr<FrameColorizer>> makeFrameColorizer(const ModelSource& source) {
    return make(frameFactories(), source);
}
void registerKeyframeArchitecture(const std::string& name, KeyframeFactory factory) {
    keyframeFactories()[name] = std::move(factory);
}
void registerFrameArchitecture(const std::string& name, FrameFactory factory) {
    frameFactories()[name] = std::move(factory);
}

}  // namespace tintreel::nn
