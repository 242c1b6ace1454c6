// SPDX-License-Identifier: Apache-2.0
#include "tintreel/training/trainer.h"

#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>

#include "tintreel/base/log.h"
#include "tintreel/base/process.h"
#include "tintreel/nn/blocks.h"
#include "tintreel/nn/device.h"
#include "training/ranks.h"
#include "training/run.h"

namespace tintreel::training {
namespace {

Result<std::unique_ptr<Stage>> makeStage(const StageContext& context) {
    if (context.options.stage == "keyframe") return makeKeyframeStage(context);
    if (context.options.stage == "features") return makeFeatureStage(context);
    return makePropagationStage(context);
}

Result<std::vector<std::shared_ptr<const Shard>>> openShards(const std::vector<std::string>& paths) {
    std::vector<std::shared_ptr<const Shard>> shards;
    for (const auto& path : paths) {
        TT_ASSIGN(auto shard, Shard::open(path));
        shards.push_back(std::move(shard));
    }
    return shards;
}

}  // namespace

Result<TrainReport> train(TrainOptions options, bool resume, JobContext& context, const TrainHooks& hooks) {
    TT_TRY(checkTrainOptions(options));
    StageContext stageContext;
    TT_ASSIGN(const RankPlace place, placeFromEnvironment());
    // Each rank of a machine takes a GPU of its own.
    if (place.ranks > 1 && options.device == "auto" && nn::gpuCount() > 1)
        options.device = "cuda:" + std::to_string(place.localRank % nn::gpuCount());
    TT_ASSIGN(const nn::Device device, nn::chooseDevice(options.device));
    std::unique_ptr<Ranks> group;
    if (place.ranks > 1) {
        TT_ASSIGN(group,
                  Ranks::join(place, options.ranksBackend, device.device, std::chrono::seconds(options.rankTimeout)));
    }
    stageContext.rank = place.rank;
    stageContext.ranks = place.ranks;
    stageContext.group = group.get();
    stageContext.device = device.device;
    stageContext.bf16 = options.bf16 && device.hasBf16;
    at::set_num_threads(options.threads);
    cv::setNumThreads(1);  // each sample is made on one thread; more for its parts would be in each other's way
    torch::manual_seed(static_cast<std::uint64_t>(options.seed));
    TT_ASSIGN(stageContext.shards, openShards(options.shards));
    TT_ASSIGN(stageContext.rehearsal, openShards(options.rehearsal));
    stageContext.options = options;
    try {
        TT_ASSIGN(auto stage, makeStage(stageContext));
        spdlog::info("{} parameters, {}{}{}", nn::parameterCount(stage->network()), device.description,
                     stageContext.bf16 ? ", bf16" : "",
                     group ? ", rank " + std::to_string(place.rank) + " of " + std::to_string(place.ranks) + ", " +
                                 group->backend()
                           : std::string());
        Run run(stageContext, std::move(stage), hooks, context);
        TT_TRY(run.start(resume));
        return run.go();
    } catch (const std::exception& error) {
        const std::string what = error.what();
        return fail(
            ErrorCode::Model,
            (isOutOfMemory(error)
                 ? "There is not enough memory for steps of this size; take a smaller batch with more passes (accumulate), or a smaller crop."
                 : "A step of the training failed inside the network's library.") +
                std::string(" The last checkpoint, if there is one, is kept; the same command goes on from it."),
            what.substr(0, what.find('\n')));
    }
}

}  // namespace tintreel::training
