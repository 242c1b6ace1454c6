// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tintreel/base/atomic_file.h"
#include "tintreel/nn/discriminator.h"
#include "tintreel/nn/keyframe_network.h"
#include "tintreel/training/trainer.h"

namespace tintreel::training {

OptionTable TrainOptions::table() {
    // clang-format off: a table
    return {
        {"stage", &stage, "What to train.", 0, 0, {"keyframe", "features", "propagation"}},
        {"out", &out, "Folder of checkpoints, metrics and weights.", 0, 0, {}},
        {"init-from", &initFrom, "Weights to start from (safetensors); empty for fresh ones.", 0, 0, {}},
        {"rehearsal-share", &rehearsalShare, "Share of the draws that come from the rehearsal shards, 0..1.", 0, 1, {}},
        {"base-pull",
         &basePull,
         "Against forgetting: share of the way back to init-from's weights after each step at the full learning rate, 0..1.",
         0,
         1,
         {}},
        {"average-with-base",
         &averageWithBase,
         "Against forgetting: share of init-from's weights in the scored and shipped ones, 0..1.",
         0,
         1,
         {}},
        {"device", &device, "auto, cpu or cuda:N.", 0, 0, {}},
        {"steps", &steps, "Steps of the optimizer in all, 1..10000000.", 1, 1e7, {}},
        {"batch", &batch, "Pictures or streams a step, 1..1024.", 1, 1024, {}},
        {"accumulate", &accumulate, "Batches whose gradients make one step, 1..1024.", 1, 1024, {}},
        {"crop", &crop, "Side of the square crop of the keyframe stage in pixels, 64..512.", 64, 512, {}},
        {"crop-height", &cropHeight, "Height of the crop of the other stages in pixels, 64..512.", 64, 512, {}},
        {"crop-width", &cropWidth, "Width of the crop of the other stages in pixels, 64..1024.", 64, 1024, {}},
        {"learning-rate", &learningRate, "Highest learning rate, 0..1.", 0, 1, {}},
        {"final-rate", &finalRate, "Learning rate at the end as a share of the highest, 0..1.", 0, 1, {}},
        {"warmup", &warmup, "Steps of linear warm-up.", 0, 1e6, {}},
        {"weight-decay", &weightDecay, "Decoupled weight decay, 0..1.", 0, 1, {}},
        {"clip", &clip, "Bound on the norm of the gradient, 0.001..1000.", 1e-3, 1000, {}},
        {"ema", &ema, "Decay of the averaged weights, 0..1.", 0, 1, {}},
        {"seed", &seed, "Seed of all random draws.", 0, 2147483647, {}},
        {"threads", &threads, "CPU threads of the networks, 1..256.", 1, 256, {}},
        {"workers", &workers, "Threads that make the data, beside the network's, 1..256.", 1, 256, {}},
        {"bf16", &bf16, "bf16 arithmetic where the device has it.", 0, 0, {}},
        {"ranks-backend",
         &ranksBackend,
         "How ranks add up gradients: auto, gloo or nccl.",
         0,
         0,
         {"auto", "gloo", "nccl"}},
        {"rank-timeout",
         &rankTimeout,
         "Seconds after which a rank that does not answer counts as lost, 1..86400.",
         1,
         86400,
         {}},
        {"save-every", &saveEvery, "Steps between checkpoints.", 1, 1e6, {}},
        {"log-every", &logEvery, "Steps a line of figures is the mean of.", 1, 1e6, {}},
        {"validate-every", &validateEvery, "Steps between validations.", 1, 1e6, {}},
        {"sample-every", &sampleEvery, "Steps between sample pictures; 0 for with each validation.", 0, 1e6, {}},
        {"early-stop", &earlyStop, "Validations without a gain after which the run ends; 0 for never.", 0, 1e6, {}},
        {"validate-photos", &validatePhotos, "Photos of a validation, 0..10000.", 0, 10000, {}},
        {"validate-frames", &validateFrames, "Frames of each clip of a validation, 2..10000.", 2, 10000, {}},
        {"l1-weight", &l1Weight, "Weight of the distance in ab.", 0, 1000, {}},
        {"l1-kind",
         &l1Kind,
         "Distance in ab: smooth (Charbonnier) or plain (mean of both absolute differences).",
         0,
         0,
         {"smooth", "plain"}},
        {"log-mse-weight", &logMseWeight, "Weight of the logarithmic squared error.", 0, 1000, {}},
        {"error-weight", &errorWeight, "Weight of the stated error.", 0, 1000, {}},
        {"own-weight", &ownWeight, "Weight of the losses of the own guess.", 0, 1000, {}},
        {"smooth-weight", &smoothWeight, "Weight of the edge-aware total variation.", 0, 1000, {}},
        {"feature-weight", &featureWeight, "Weight of the feature loss in the propagation stage.", 0, 1000, {}},
        {"freeze-features",
         &freezeFeatures,
         "Train the mix of the propagation stage alone; features and attention keep their weights.",
         0,
         0,
         {}},
        {"temporal-weight",
         &temporalWeight,
         "Weight of the change against the flow-warped result before in the propagation stage.",
         0,
         1000,
         {}},
        {"gan-weight", &ganWeight, "Weight of the conditional GAN; 0 for none.", 0, 1000, {}},
        {"gan-loss", &ganLoss, "Kind of the GAN's loss.", 0, 0, {"hinge", "lsgan"}},
        {"discriminator", &discriminator, "Discriminator by name.", 0, 0, nn::discriminatorNames()},
        {"discriminator-rate", &discriminatorRate, "Highest learning rate of the discriminator, 0..1.", 0, 1, {}},
        {"matching-weight", &matchingWeight, "Weight of feature matching on the discriminator.", 0, 1000, {}},
        {"contextual-weight",
         &contextualWeight,
         "Weight of the difference of VGG19 features; without vgg19, of feature matching.",
         0,
         1000,
         {}},
        {"vgg19", &vgg19, "VGG19 weights (safetensors, torchvision's names); empty for none.", 0, 0, {}},
        {"architecture", &architecture, "Network of the keyframe stage by name.", 0, 0, nn::keyframeArchitectures()},
        {"wrong-hints",
         &wrongHints,
         "Share of the simulated hints with another colour than the truth, 0..1.",
         0,
         1,
         {}},
        {"hint-jitter",
         &hintJitter,
         "Deviation in pixels of the place a simulated dot's colour is taken at, 0..16.",
         0,
         16,
         {}},
        {"film-look", &filmLook, "Share of the pictures and shots seen on old film stock, 0..1.", 0, 1, {}},
        {"film-wear", &filmWear, "Share of the pictures and shots with flicker, scratches and dust, 0..1.", 0, 1, {}},
        {"own-views",
         &ownViews,
         "Share of the shots seen turned, bent and lit their own way (in the features stage each frame of a shot), on film of any colour response, 0..1.",
         0,
         1,
         {}},
        {"stream-groups",
         &streamGroups,
         "Groups of as many streams as the batch has that take turns in the propagation stage, 1..64.",
         1,
         64,
         {}},
        {"rollout-from",
         &rolloutFrom,
         "Longest rollout of a real clip in frames at the beginning of the run, 4..1000.",
         4,
         1000,
         {}},
        {"rollout-to",
         &rolloutTo,
         "Longest rollout of a real clip in frames at the end of the run, 4..1000.",
         4,
         1000,
         {}},
    };
    // clang-format on
}

Result<> checkTrainOptions(TrainOptions options) {
    TT_TRY(checkOptions(options.table(), "train"));
    if (options.shards.empty())
        return fail(ErrorCode::Usage, "train.shards: name at least one shard; 'tintreel dataset pack' makes them.");
    for (const auto& [key, size] : {std::pair{"crop-height", options.cropHeight}, {"crop-width", options.cropWidth}})
        if (options.stage != "keyframe" && size % 32 != 0)
            return fail(ErrorCode::Usage,
                        fmt::format("train.{}: {} is no multiple of 32, which the propagator asks for; take {}.", key,
                                    size, (size + 16) / 32 * 32));
    if (options.rehearsalShare > 0 && options.rehearsal.empty())
        return fail(ErrorCode::Usage, "train.rehearsal: name the shards that rehearsal-share is drawn from.");
    if ((options.basePull > 0 || options.averageWithBase > 0) && options.initFrom.empty())
        return fail(ErrorCode::Usage, "train.init-from: base-pull and average-with-base need the weights to keep to.");
    return {};
}

namespace {

/// Moves a list of file names out of the config.
Result<> takeNames(nlohmann::json& config, const std::string& key, std::vector<std::string>& names) {
    const auto found = config.find(key);
    if (found == config.end()) return {};
    const auto wrong = [&] { return fail(ErrorCode::Usage, "train." + key + ": must be a list of file names."); };
    if (!found->is_array()) return wrong();
    for (const auto& name : *found) {
        if (!name.is_string()) return wrong();
        names.push_back(name.get<std::string>());
    }
    config.erase(key);
    return {};
}

}  // namespace

Result<TrainOptions> trainOptionsFromJson(const nlohmann::json& config) {
    TrainOptions options;
    if (!config.is_object()) return fail(ErrorCode::Usage, "The config must be a JSON object with settings.");
    nlohmann::json plain = config;
    TT_TRY(takeNames(plain, "shards", options.shards));
    TT_TRY(takeNames(plain, "rehearsal", options.rehearsal));
    if (const auto weights = config.find("weights"); weights != config.end()) {
        if (!weights->is_object())
            return fail(ErrorCode::Usage, "train.weights: must be an object of set names and shares.");
        for (const auto& [set, share] : weights->items()) {
            if (!share.is_number() || share.get<double>() < 0)
                return fail(ErrorCode::Usage, "train.weights." + set + ": must be a number, 0 or above.");
            options.weights[set] = share.get<double>();
        }
        plain.erase("weights");
    }
    TT_TRY(readOptions(options.table(), plain, "train"));
    TT_TRY(checkTrainOptions(options));
    return options;
}

Result<TrainOptions> readTrainOptions(const std::filesystem::path& config) {
    TT_ASSIGN(const std::string text, readFile(config, 1 << 20));
    const auto json = nlohmann::json::parse(text, nullptr, false, true);
    if (json.is_discarded())
        return fail(ErrorCode::Usage, "'" + config.string() + "' is no valid JSON; check brackets and commas.");
    auto options = trainOptionsFromJson(json);
    if (!options) options.error().context = config.string();
    return options;
}

nlohmann::json toJson(TrainOptions options) {
    auto json = writeOptions(options.table());
    json["shards"] = options.shards;
    json["rehearsal"] = options.rehearsal;
    json["weights"] = options.weights;
    return json;
}

}  // namespace tintreel::training
