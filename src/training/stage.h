// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include <torch/torch.h>

#include "tintreel/base/job.h"
#include "tintreel/training/hint_simulator.h"
#include "tintreel/training/shard.h"
#include "tintreel/training/trainer.h"

namespace tintreel::training {

using Figures = std::map<std::string, double>;

/// A further network that trains beside the stage's own with an optimizer and a learning rate of its own: the discriminator
/// of a GAN. The trainer takes its step after each of the network's and keeps both in the checkpoint ("companion.*").
class Companion {
public:
    virtual ~Companion() = default;
    [[nodiscard]] virtual torch::nn::Module& network() = 0;
    [[nodiscard]] virtual torch::optim::AdamW& optimizer() = 0;
    /// Highest learning rate; it follows the schedule of the network's.
    [[nodiscard]] virtual double learningRate() const = 0;
    /// The loss, with gradients, on all that the stage's loss() has made since the last call. Called once a step, after the gradients that
    /// the stage's loss left in network() were set to zero. Undefined where there is nothing to learn from.
    [[nodiscard]] virtual torch::Tensor loss(Figures& figures) = 0;
};

/// One kind of training: a network, where its samples come from and what it is scored by. The trainer owns the
/// loop, the optimizer, the averages and the files.
class Stage {
public:
    virtual ~Stage() = default;
    [[nodiscard]] virtual torch::nn::Module& network() = 0;
    /// The loss of one step, with gradients. Adds parts worth a curve to `figures`.
    [[nodiscard]] virtual Result<torch::Tensor> loss(std::int64_t step, Figures& figures) = 0;
    /// Scores the network as it stands, on validation items alone, the controls beside it.
    [[nodiscard]] virtual Result<Figures> validate(JobContext& context) = 0;
    /// What besides the weights must survive a restart: named tensors.
    [[nodiscard]] virtual std::map<std::string, torch::Tensor> state() const { return {}; }
    virtual void restore(const std::map<std::string, torch::Tensor>&, std::int64_t /*step*/) {}
    /// "keyframe" or "propagation": the role of the shipped weights.
    [[nodiscard]] virtual std::string role() const = 0;
    /// Name of the network in the registry, written into the weights; weights of another one are refused.
    [[nodiscard]] virtual std::string architecture() const = 0;
    /// Null where the stage trains alone.
    [[nodiscard]] virtual Companion* companion() { return nullptr; }
    /// What the user must hear before the first step, such as a loss that another one stands in for.
    [[nodiscard]] virtual std::vector<Warning> notes() const { return {}; }
};

/// Items of one split and kind, drawn by the weights of their sets.
class Sampler {
public:
    struct Ref {
        const Shard* shard = nullptr;
        std::size_t item = 0;
        [[nodiscard]] const ShardItem& info() const { return shard->items()[item]; }
        [[nodiscard]] Result<std::shared_ptr<const RgbImage>> picture(std::size_t index) const { return shard->picture(item, index); }
    };
    Sampler(const std::vector<std::shared_ptr<const Shard>>& shards, const std::map<std::string, double>& weights, bool clips, const std::string& split);
    [[nodiscard]] bool empty() const noexcept { return refs_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return refs_.size(); }
    [[nodiscard]] const Ref& at(std::size_t index) const { return refs_.at(index); }
    [[nodiscard]] const Ref& draw(Rng& rng) const;

private:
    std::vector<Ref> refs_;
    std::vector<double> cumulative_;
};

struct StageContext {
    TrainOptions options;
    std::vector<std::shared_ptr<const Shard>> shards;
    torch::Device device{torch::kCPU};
    bool bf16 = false;
};

[[nodiscard]] Result<std::unique_ptr<Stage>> makeKeyframeStage(const StageContext& context);
[[nodiscard]] Result<std::unique_ptr<Stage>> makeFeatureStage(const StageContext& context);
[[nodiscard]] Result<std::unique_ptr<Stage>> makePropagationStage(const StageContext& context);

}  // namespace tintreel::training
