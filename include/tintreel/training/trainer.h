// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tintreel/base/job.h"
#include "tintreel/base/options.h"
#include "tintreel/base/result.h"

namespace tintreel::training {

/// Everything a training run is told, as its JSON config holds it.
struct TrainOptions {
    std::string stage = "keyframe";     ///< "keyframe", "features" or "propagation"
    std::vector<std::string> shards;    ///< files made by `tintreel dataset pack`
    std::map<std::string, double> weights;  ///< share of the draws per set; a set that is not named is drawn by its size
    std::string out = "runs/run";       ///< folder of checkpoints, metrics and weights
    std::string initFrom;               ///< safetensors file to start from; "" = fresh weights
    std::string device = "auto";        ///< "auto", "cpu" or "cuda:N"
    int steps = 10000;
    int batch = 8;
    int crop = 160;                     ///< side of the square crop in pixels (keyframe)
    int cropHeight = 160;               ///< features and propagation
    int cropWidth = 224;
    double learningRate = 4e-4;
    double finalRate = 0.02;            ///< learning rate at the end, as a share
    int warmup = 200;                   ///< steps of linear warm-up
    double weightDecay = 0.01;
    double clip = 1.0;                  ///< bound on the norm of the gradient
    double ema = 0.998;                 ///< decay of the averaged weights that are shipped
    int seed = 1;
    int threads = 1;                    ///< CPU threads of the networks
    bool bf16 = true;                   ///< where the device has it; fp32 else
    int saveEvery = 200;                ///< steps between checkpoints
    int validateEvery = 500;            ///< steps between validations
    int validatePhotos = 24;
    int validateFrames = 24;
    double l1Weight = 1.0;              ///< Charbonnier distance in ab / 10
    double logMseWeight = 0.3;
    double errorWeight = 0.1;           ///< stated error against true error
    double ownWeight = 0.1;             ///< the network's own guess without copies
    double smoothWeight = 0.02;         ///< edge-aware total variation
    double featureWeight = 0.4;         ///< propagation: the feature stage's loss

    [[nodiscard]] OptionTable table();
};

/// Reads a config; unknown keys and values out of range are errors that name the place.
[[nodiscard]] Result<TrainOptions> readTrainOptions(const std::filesystem::path& config);
[[nodiscard]] Result<TrainOptions> trainOptionsFromJson(const nlohmann::json& config);
[[nodiscard]] nlohmann::json toJson(TrainOptions options);

struct TrainReport {
    int steps = 0;
    double seconds = 0;                         ///< of this call
    std::map<std::string, double> validation;   ///< the last figures, the grey control among them
    std::filesystem::path weights;              ///< safetensors, half precision, averaged weights
};

/// Runs or resumes a training. Writes into options.out: checkpoint.safetensors (whole: weights, averages, optimizer,
/// step), metrics.jsonl, weights.safetensors. Resuming equals an uninterrupted run bit for bit on one CPU thread in fp32 in
/// the stages keyframe and features; the streams of the stage propagation begin anew. A stop request saves a checkpoint and returns cancelled().
/// Errors: Input (shards), Model (weights, a loss that is not finite), Output.
[[nodiscard]] Result<TrainReport> train(TrainOptions options, bool resume, JobContext& context);

}  // namespace tintreel::training
