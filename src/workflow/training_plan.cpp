// SPDX-License-Identifier: Apache-2.0
#include "tintreel/workflow/training_plan.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <thread>

#include <fmt/format.h>

namespace tintreel::workflow {
namespace {

// Measured on runs of the shipped networks, which took 1.4 GB at 6 crops of 192×192 and 1.2 GB at 3 streams of 224×352:
// the program and its libraries, weights with gradients, moments and averages, and what the activations of one pixel of
// a batch take in bf16; fp32 doubles the last.
constexpr double kProgramBytes = 4.5e8, kKeyframePixelBytes = 3300, kPropagationPixelBytes = 2700;
constexpr double kKeyframePixelSeconds = 3.0e-6, kPropagationPixelSeconds = 4.0e-6;
constexpr double kFp32Slower = 2.0, kWideBatchReserve = 1.15;

double availableMemory() {
    std::ifstream in("/proc/meminfo");
    std::string name, unit;
    double value = 0;
    while (in >> name >> value) {
        std::getline(in, unit);
        if (name == "MemAvailable:") return value * 1024;
    }
    return 0;
}

}  // namespace

std::vector<std::string> trainingPresets() { return {"quick", "standard", "thorough"}; }

Result<training::TrainOptions> trainingPreset(const std::string& preset, const std::string& stage) {
    const auto presets = trainingPresets();
    const auto which = std::find(presets.begin(), presets.end(), preset);
    if (which == presets.end())
        return fail(ErrorCode::Usage, "There is no preset '" + preset + "'; there are quick, standard and thorough.");
    const auto rank = static_cast<std::size_t>(which - presets.begin());
    training::TrainOptions o;
    o.stage = stage;
    o.steps = std::array{60, 200, 600}[rank];
    o.batch = stage == "keyframe" ? 4 : 2;
    o.crop = 160;
    o.cropHeight = 160;
    o.cropWidth = 224;
    o.learningRate = std::array{1e-4, 1e-4, 5e-5}[rank];
    o.warmup = o.steps / 10;
    o.ema = std::array{0.97, 0.98, 0.99}[rank];
    o.basePull = 0.002;
    // A handful of pictures teaches much that is wrong elsewhere: with this share of the base the demo film gains, and
    // the shipped validation photos lose less than 0.2 dB (docs/manual.md has the figures).
    o.averageWithBase = 0.65;
    o.validateEvery = o.sampleEvery = std::max(20, o.steps / 8);
    o.saveEvery = std::max(10, o.steps / 20);
    o.logEvery = 2;
    o.earlyStop = 4;
    o.threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    o.workers = std::clamp(o.threads / 2, 1, o.batch);
    return o;
}

TrainingEstimate estimateTraining(const training::TrainOptions& o, double secondsPerStep) {
    const bool keyframe = o.stage == "keyframe";
    const double pixels = static_cast<double>(o.batch) * (keyframe ? static_cast<double>(o.crop) * o.crop
                                                                   : static_cast<double>(o.cropHeight) * o.cropWidth);
    TrainingEstimate estimate;
    if (secondsPerStep <= 0) {
        const double each =
            (keyframe ? kKeyframePixelSeconds : kPropagationPixelSeconds) * (o.bf16 ? 1.0 : kFp32Slower);
        // Threads help less than their number says.
        secondsPerStep = pixels * o.accumulate * each / (1.0 + 0.7 * (o.threads - 1));
    }
    estimate.seconds = secondsPerStep * o.steps;
    const double activations =
        pixels * (keyframe ? kKeyframePixelBytes : kPropagationPixelBytes) * (o.bf16 ? 1.0 : 2.0);
    estimate.bytes = static_cast<std::uintmax_t>(kProgramBytes + kWideBatchReserve * activations);
    if (o.device.starts_with("cuda")) return estimate;
    estimate.available = static_cast<std::uintmax_t>(availableMemory());
    if (estimate.available > 0 && estimate.bytes > estimate.available) {
        // Several passes of a small batch make the same step.
        const int passes = static_cast<int>((estimate.bytes + estimate.available - 1) / estimate.available) + 1;
        estimate.warning = fmt::format(
            "This needs about {:.1f} GB of memory and {:.1f} GB are free: the run would be ended by the system. {}",
            static_cast<double>(estimate.bytes) / 1e9, static_cast<double>(estimate.available) / 1e9,
            o.batch > 1 ? fmt::format("Take a batch of {} and accumulate {}, which learns the same, or a smaller crop.",
                                      std::max(1, o.batch / passes), o.accumulate * passes)
                        : std::string("Take a smaller crop."));
    }
    return estimate;
}

}  // namespace tintreel::workflow
