// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "tintreel/base/image.h"
#include "tintreel/base/result.h"
#include "tintreel/nn/device.h"
#include "tintreel/nn/keyframe_network.h"
#include "tintreel/nn/models.h"

namespace tintreel::nn {

/// One colour that a network holds possible at a place.
struct Suggestion {
    float a = 0, b = 0;
    float weight = 0;  ///< 0..1, of all at that place
};

/// Colours one picture from its lightness and hints. Not thread-safe.
class KeyframeColorizer {
public:
    virtual ~KeyframeColorizer() = default;
    /// lightness [1,1,H,W] 0..100, hintAb [1,2,H,W], hintMask [1,1,H,W] 0..1, on the CPU → ab and log error on the CPU.
    [[nodiscard]] virtual Colored colorize(const torch::Tensor& lightness, const torch::Tensor& hintAb,
                                           const torch::Tensor& hintMask) = 0;
    /// Colours that are possible at pixel (x, y), the likeliest first. A network that knows but one answer gives that.
    [[nodiscard]] virtual std::vector<Suggestion> suggest(const torch::Tensor& lightness, const torch::Tensor& hintAb,
                                                          const torch::Tensor& hintMask, int x, int y);
};

/// Carries the colours of keyframes through a shot, frame after frame in one direction. Not thread-safe.
class FrameColorizer {
public:
    struct Colors {
        AbImage ab;             ///< half the size of the frame
        Plane<float> logError;  ///< same size; natural log of the expected distance in ab
    };
    virtual ~FrameColorizer() = default;
    /// Begins at a keyframe: lightness 0..100 and ab of one size, even sides.
    virtual void start(const LPlane& lightness, const AbImage& ab) = 0;
    /// Makes a further keyframe of the shot known.
    virtual void addKeyframe(const LPlane& lightness, const AbImage& ab) = 0;
    /// The colours are fetched from the device by get(), on any thread and while later steps go on.
    [[nodiscard]] virtual std::future<Colors> step(const LPlane& lightness) = 0;
    /// Tells which frames the next steps will have, each once and in their order, so that work which needs no colours
    /// can run ahead. Who does not announce a frame before its step announces none.
    virtual void announce(const LPlane& /*lightness*/) {}

protected:
    /// Colours that lie on the device: ab [1,2,h,w], logError [1,1,h,w].
    [[nodiscard]] static std::future<Colors> fetched(const torch::Tensor& ab, const torch::Tensor& logError);
};

/// What an architecture is made from: its file, checked, and where it shall run.
struct ModelSource {
    ModelEntry entry;
    Device device;
    bool bf16 = false;
};

/// Architectures by name. "generator", "vit-generator" and "propagator" are ours, "torchscript" is a user's own file
/// (docs/formats/manifest.md). Errors: ErrorCode::Model, with the names that are known.
[[nodiscard]] Result<std::unique_ptr<KeyframeColorizer>> makeKeyframeColorizer(const ModelSource& source);
[[nodiscard]] Result<std::unique_ptr<FrameColorizer>> makeFrameColorizer(const ModelSource& source);

using KeyframeFactory = std::function<Result<std::unique_ptr<KeyframeColorizer>>(const ModelSource&)>;
using FrameFactory = std::function<Result<std::unique_ptr<FrameColorizer>>(const ModelSource&)>;
/// Adds an architecture; a name that is taken is replaced. Call before colorizers are made.
void registerKeyframeArchitecture(const std::string& name, KeyframeFactory factory);
void registerFrameArchitecture(const std::string& name, FrameFactory factory);

}  // namespace tintreel::nn
