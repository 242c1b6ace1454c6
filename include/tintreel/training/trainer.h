// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tintreel/base/job.h"
#include "tintreel/base/options.h"
#include "tintreel/base/result.h"
#include "tintreel/training/run_control.h"

namespace tintreel::training {

/// Everything a training run is told, as its JSON config holds it.
struct TrainOptions {
    std::string stage = "keyframe";   ///< "keyframe", "features" or "propagation"
    std::vector<std::string> shards;  ///< files made by `tintreel dataset pack`
    std::map<std::string, double>
        weights;                         ///< share of the draws per set; a set that is not named is drawn by its size
    std::string out = "runs/run";        ///< folder of checkpoints, metrics and weights
    std::string initFrom;                ///< safetensors file to start from; "" = fresh weights
    std::vector<std::string> rehearsal;  ///< shards mixed in against forgetting, with the share below
    double rehearsalShare = 0.0;         ///< share of the draws that come from `rehearsal`, 0..1
    double basePull =
        0.0;  ///< against forgetting: after each step the weights go this share of the way back to initFrom's, 0..1
    double averageWithBase = 0.0;  ///< share of initFrom's weights in the ones that are scored and shipped, 0..1
    std::string device = "auto";   ///< "auto", "cpu" or "cuda:N"
    int steps = 10000;
    int batch = 8;         ///< pictures or streams of one forward pass, on each rank
    int accumulate = 1;    ///< forward passes whose gradients make one step
    int crop = 160;        ///< side of the square crop in pixels (keyframe)
    int cropHeight = 160;  ///< features and propagation
    int cropWidth = 224;
    double learningRate = 4e-4;
    double finalRate = 0.02;  ///< learning rate at the end, as a share
    int warmup = 200;         ///< steps of linear warm-up
    double weightDecay = 0.01;
    double clip = 1.0;   ///< bound on the norm of the gradient
    double ema = 0.998;  ///< decay of the averaged weights that are shipped
    int seed = 1;
    int threads = 1;   ///< CPU threads of the networks
    int workers = 1;   ///< threads that make the data beside the network's; the draws do not depend on their number
    bool bf16 = true;  ///< where the device has it; fp32 else
    std::string ranksBackend =
        "auto";  ///< how ranks add up gradients: "auto" (NCCL on GPUs of their own, else Gloo), "gloo" or "nccl"
    int rankTimeout = 300;    ///< seconds after which a rank that does not answer counts as lost
    int saveEvery = 200;      ///< steps between checkpoints
    int logEvery = 10;        ///< steps a line of train figures is the mean of
    int validateEvery = 500;  ///< steps between validations
    int sampleEvery = 0;      ///< steps between sample pictures; 0 = with each validation
    int earlyStop = 0;        ///< validations without a gain after which the run ends; 0 = never
    int validatePhotos = 24;
    int validateFrames = 24;
    double l1Weight = 1.0;          ///< distance in ab / 10
    std::string l1Kind = "smooth";  ///< "smooth" (Charbonnier) or "plain" (mean of |Δa| and |Δb|)
    double logMseWeight = 0.3;
    double errorWeight = 0.1;                ///< stated error against true error
    double ownWeight = 0.1;                  ///< the network's own guess without copies
    double smoothWeight = 0.02;              ///< edge-aware total variation
    double featureWeight = 0.4;              ///< propagation: the feature stage's loss
    double temporalWeight = 0.0;             ///< propagation: change against the flow-warped result before, in ab / 10
    double ganWeight = 0.0;                  ///< conditional GAN
    std::string ganLoss = "hinge";           ///< "hinge" or "lsgan"
    std::string discriminator = "patch";     ///< by name, see nn::discriminatorNames()
    double discriminatorRate = 4e-4;         ///< highest learning rate of the discriminator; the second time scale
    double matchingWeight = 0.0;             ///< feature matching on the discriminator
    double contextualWeight = 0.0;           ///< difference of VGG19 features
    std::string vgg19;                       ///< its weights (safetensors, torchvision's names)
    std::string architecture = "generator";  ///< keyframe network by name, see nn::keyframeArchitectures()
    double wrongHints = 0.0;                 ///< share of the dots and strokes that have another colour than the truth
    double hintJitter = 0.0;                 ///< deviation in pixels of the place a dot's colour is taken at
    double filmLook = 0.0;                   ///< share of the pictures and shots seen on old film stock
    double filmWear = 0.0;                   ///< share of the pictures and shots with flicker, scratches and dust
    double ownViews = 0.0;  ///< share of the shots seen turned, bent and lit their own way (features: each frame), on
                            ///< film of any colour response
    bool freezeFeatures =
        false;  ///< propagation: features and attention keep their weights, the mix alone learns; no feature loss
    int streamGroups =
        1;  ///< propagation: groups of `batch` streams that take turns, so that steps in a row see different shots
    int rolloutFrom = 48;  ///< longest rollout of a real clip in frames at the beginning …
    int rolloutTo = 48;    ///< … and at the end of the run

    [[nodiscard]] OptionTable table();
};

/// Reads a config; unknown keys and values out of range are errors that name the place.
[[nodiscard]] Result<TrainOptions> readTrainOptions(const std::filesystem::path& config);
[[nodiscard]] Result<TrainOptions> trainOptionsFromJson(const nlohmann::json& config);
[[nodiscard]] nlohmann::json toJson(TrainOptions options);
/// Ranges, and what only makes sense together. Error: Usage, naming the key.
[[nodiscard]] Result<> checkTrainOptions(TrainOptions options);

struct TrainReport {
    int steps = 0;
    double seconds = 0;                        ///< of this call
    std::string ended = "steps";               ///< "steps", "early-stop" or "stopped"
    std::map<std::string, double> validation;  ///< the last figures: score, base (the starting weights' score), grey, …
    std::filesystem::path weights;             ///< safetensors, half precision, averaged weights
    std::filesystem::path best;                ///< those of the best validation; "" without validation
    std::vector<std::string> skipped;          ///< pictures that do not decode
};

/// How a run is watched and steered. `event` gets each line of docs/training.md as it happens, on the trainer's thread.
struct TrainHooks {
    std::function<void(const nlohmann::json&)> event;
    RunControl* control = nullptr;
};

/// Runs or resumes a training in the folder options.out (docs/training.md). Resuming equals an uninterrupted run bit
/// for bit on one CPU thread in fp32. Where the environment names ranks (RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT),
/// this process is one of them: gradients are averaged, rank 0 alone writes and is watched. Without `resume`, what an
/// older run left in the folder is removed. A stop request saves a checkpoint and returns cancelled(). Warnings go to
/// the context: pictures that do not decode, no validation data. Errors: Failed (a rank was lost), Input (shards),
/// Model (weights, a checkpoint of another network, a loss that is not finite), Output (the last checkpoint is kept).
[[nodiscard]] Result<TrainReport> train(TrainOptions options, bool resume, JobContext& context,
                                        const TrainHooks& hooks = {});

}  // namespace tintreel::training
