// SPDX-License-Identifier: Apache-2.0
#include "tintreel/training/trainer.h"

#include <chrono>
#include <cmath>
#include <fstream>
#include <numbers>

#include <nlohmann/json.hpp>

#include "tintreel/base/log.h"
#include "tintreel/nn/blocks.h"
#include "tintreel/nn/device.h"
#include "tintreel/nn/safetensors.h"
#include "training/checkpoint.h"
#include "training/stage.h"

namespace tintreel::training {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Linear warm-up, then half a cosine down to finalRate.
double learningRateAt(const TrainOptions& o, std::int64_t step) {
    if (step < o.warmup) return o.learningRate * static_cast<double>(step + 1) / o.warmup;
    const double t = std::min(1.0, static_cast<double>(step - o.warmup) / std::max(1, o.steps - o.warmup));
    return o.learningRate * (o.finalRate + (1 - o.finalRate) * 0.5 * (1 + std::cos(std::numbers::pi * t)));
}

class MetricsLog {
public:
    explicit MetricsLog(const std::filesystem::path& path) : out_(path, std::ios::app) {}
    void write(const char* type, std::int64_t step, const Figures& figures) {
        nlohmann::json line{{"v", 1}, {"type", type}, {"step", step}};
        for (const auto& [name, value] : figures) line[name] = value;
        out_ << line.dump() << '\n' << std::flush;
        spdlog::info("{}", line.dump());
    }

private:
    std::ofstream out_;
};

/// The averaged weights in half precision: what ships.
Result<> saveWeights(const std::filesystem::path& path, const WeightAverage& average, const std::string& role, std::int64_t step) {
    nn::TensorFile file;
    for (const auto& [name, tensor] : average.tensors()) file.tensors[name] = tensor.is_floating_point() ? tensor.to(torch::kFloat16) : tensor;
    file.metadata = {{"format", "tintreel-weights"}, {"role", role}, {"steps", std::to_string(step)}};
    return nn::saveSafetensors(path, file);
}

Result<std::unique_ptr<Stage>> makeStage(const StageContext& context) {
    if (context.options.stage == "keyframe") return makeKeyframeStage(context);
    if (context.options.stage == "features") return makeFeatureStage(context);
    return makePropagationStage(context);
}

class Run {
public:
    Run(TrainOptions options, std::unique_ptr<Stage> stage)
        : options_(std::move(options)),
          stage_(std::move(stage)),
          average_(stage_->network()),
          optimizer_(stage_->network().parameters(),
                     torch::optim::AdamWOptions(options_.learningRate).betas({0.9, 0.98}).weight_decay(options_.weightDecay)),
          folder_(options_.out),
          metrics_(folder_ / "metrics.jsonl") {}

    Result<> start(bool resume) {
        const auto path = folder_ / "checkpoint.safetensors";
        if (resume && std::filesystem::exists(path)) {
            TT_ASSIGN(const Checkpoint checkpoint, loadCheckpoint(path, stage_->network(), average_, optimizer_));
            step_ = checkpoint.step;
            stage_->restore(checkpoint.state, step_);
            spdlog::info("going on from step {}", step_);
            return {};
        }
        if (options_.initFrom.empty()) return {};
        TT_ASSIGN(const nn::TensorFile file, nn::loadSafetensors(options_.initFrom));
        TT_TRY(nn::loadStrict(stage_->network(), file.tensors, options_.initFrom));
        average_ = WeightAverage(stage_->network());
        return {};
    }

    Result<TrainReport> go(JobContext& context) {
        const auto start = Clock::now();
        auto lastLog = start;
        Figures sums;
        std::int64_t counted = 0;
        while (step_ < options_.steps) {
            if (context.stopRequested()) {
                TT_TRY(save());
                return cancelled();
            }
            TT_TRY(takeStep(sums));
            ++counted;
            context.report({"train", 0, 1, step_, options_.steps});
            if (secondsSince(lastLog) > 20 || step_ == options_.steps) {
                for (auto& [name, value] : sums) value /= static_cast<double>(counted);
                sums["seconds"] = secondsSince(start);
                sums["rate"] = learningRateAt(options_, step_ - 1);
                metrics_.write("train", step_, sums);
                sums.clear();
                counted = 0;
                lastLog = Clock::now();
            }
            if (step_ % options_.saveEvery == 0 || step_ == options_.steps) TT_TRY(save());
            if (step_ % options_.validateEvery == 0 || step_ == options_.steps) TT_TRY(validate(context));
        }
        TrainReport report;
        report.steps = static_cast<int>(step_);
        report.seconds = secondsSince(start);
        report.validation = validation_;
        report.weights = folder_ / "weights.safetensors";
        return report;
    }

private:
    Result<> takeStep(Figures& sums) {
        for (auto& group : optimizer_.param_groups()) static_cast<torch::optim::AdamWOptions&>(group.options()).lr(learningRateAt(options_, step_));
        auto& network = stage_->network();
        network.train();
        optimizer_.zero_grad();
        Figures figures;
        TT_ASSIGN(const auto loss, stage_->loss(step_, figures));
        const double value = loss.item<double>();
        if (!std::isfinite(value))
            return fail(ErrorCode::Model, "The loss of step " + std::to_string(step_) + " is not finite. The last good checkpoint is kept in '" + folder_.string() +
                                              "'; lower the learning rate and go on from it.");
        loss.backward();
        figures["gradient"] = torch::nn::utils::clip_grad_norm_(network.parameters(), options_.clip);
        // A gradient that is not finite would spoil the weights and both moments; the step is left out instead.
        if (std::isfinite(figures["gradient"])) {
            optimizer_.step();
            // Early averages forget fast, so that the random start does not linger in them.
            average_.update(network, std::min(options_.ema, (1.0 + static_cast<double>(step_)) / (10.0 + static_cast<double>(step_))));
        }
        ++step_;
        figures["loss"] = value;
        for (const auto& [name, number] : figures) sums[name] += number;
        return {};
    }

    Result<> save() {
        TT_TRY(saveCheckpoint(folder_ / "checkpoint.safetensors", {step_, toJson(options_).dump(), stage_->state()}, stage_->network(), average_, optimizer_));
        return saveWeights(folder_ / "weights.safetensors", average_, stage_->role(), step_);
    }

    Result<> validate(JobContext& context) {
        auto& network = stage_->network();
        average_.swap(network);
        network.eval();
        auto figures = stage_->validate(context);
        average_.swap(network);
        if (!figures) return tl::unexpected(figures.error());
        validation_ = *figures;
        metrics_.write("validation", step_, validation_);
        return {};
    }

    TrainOptions options_;
    std::unique_ptr<Stage> stage_;
    WeightAverage average_;
    torch::optim::AdamW optimizer_;
    std::filesystem::path folder_;
    MetricsLog metrics_;
    std::int64_t step_ = 0;
    Figures validation_;
};

}  // namespace

Result<TrainReport> train(TrainOptions options, bool resume, JobContext& context) {
    TT_TRY(checkOptions(options.table(), "train"));
    StageContext stageContext;
    TT_ASSIGN(const nn::Device device, nn::chooseDevice(options.device));
    stageContext.device = device.device;
    stageContext.bf16 = options.bf16 && device.hasBf16;
    at::set_num_threads(options.threads);
    torch::manual_seed(static_cast<std::uint64_t>(options.seed));
    for (const auto& path : options.shards) {
        TT_ASSIGN(auto shard, Shard::open(path));
        stageContext.shards.push_back(std::move(shard));
    }
    stageContext.options = options;
    std::error_code ec;
    std::filesystem::create_directories(options.out, ec);
    if (ec) return fail(ErrorCode::Output, "The folder '" + options.out + "' cannot be made; choose another.", ec.message());
    TT_ASSIGN(auto stage, makeStage(stageContext));
    spdlog::info("{} parameters, {}{}", nn::parameterCount(stage->network()), device.description, stageContext.bf16 ? ", bf16" : "");
    Run run(options, std::move(stage));
    TT_TRY(run.start(resume));
    return run.go(context);
}

}  // namespace tintreel::training
