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

/// What a stage is scored by and shows samples of.
enum class Scored { Nothing, Photos, Clips };

class Ranks;
class Sampler;

/// A further network that trains beside the stage's own with an optimizer and a learning rate of its own: the
/// discriminator of a GAN. The trainer takes its step after each of the network's and keeps both in the checkpoint
/// ("companion.*").
class Companion {
public:
    virtual ~Companion() = default;
    [[nodiscard]] virtual torch::nn::Module& network() = 0;
    [[nodiscard]] virtual torch::optim::AdamW& optimizer() = 0;
    /// Highest learning rate; it follows the schedule of the network's.
    [[nodiscard]] virtual double learningRate() const = 0;
    /// The loss, with gradients, on all that the stage's loss() has made since the last call. Called once a step, after
    /// the gradients that the stage's loss left in network() were set to zero. Undefined where there is nothing to
    /// learn from.
    [[nodiscard]] virtual torch::Tensor loss(Figures& figures) = 0;
};

/// One kind of training: a network, where its samples come from and what it is scored by. The trainer owns the
/// loop, the optimizer, the averages and the files.
class Stage {
public:
    virtual ~Stage() = default;
    [[nodiscard]] virtual torch::nn::Module& network() = 0;
    /// The loss of one turn, with gradients. A turn is one forward pass; a step of the optimizer has options.accumulate
    /// of them, and turns are counted through the whole run. Adds parts worth a curve to `figures`.
    [[nodiscard]] virtual Result<torch::Tensor> loss(std::int64_t turn, Figures& figures) = 0;
    [[nodiscard]] virtual Scored scored() const { return Scored::Nothing; }
    /// Scores the network as it stands on some items, the controls beside it; "score" is the one number by which
    /// weights are compared, higher is better.
    [[nodiscard]] virtual Result<Figures> validate(const Sampler& /*items*/, JobContext&) { return Figures{}; }
    /// Source, result and truth side by side for up to `count` items, the same ones at every call.
    [[nodiscard]] virtual Result<std::vector<RgbImage>> samples(const Sampler& /*items*/, int /*count*/) {
        return std::vector<RgbImage>{};
    }
    /// What besides the weights must survive a restart and is the same on every rank.
    [[nodiscard]] virtual std::map<std::string, torch::Tensor> state() const { return {}; }
    /// The same for what belongs to this rank's samples: the first dimension of every tensor counts them.
    [[nodiscard]] virtual std::map<std::string, torch::Tensor> lanes() const { return {}; }
    /// Goes on at `turn` with what state() and lanes() gave after the turn before.
    [[nodiscard]] virtual Result<> restore(const std::map<std::string, torch::Tensor>& /*state*/,
                                           const std::map<std::string, torch::Tensor>& /*lanes*/,
                                           std::int64_t /*turn*/) {
        return {};
    }
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
        [[nodiscard]] Result<std::shared_ptr<const RgbImage>> picture(std::size_t index) const {
            return shard->picture(item, index);
        }
    };
    Sampler(const std::vector<std::shared_ptr<const Shard>>& shards, const std::map<std::string, double>& weights,
            bool clips, const std::string& split);
    /// Draws from `other` with probability `share`, and always where there is nothing of one's own.
    void mixIn(Sampler other, double share);

    [[nodiscard]] bool empty() const noexcept { return refs_.empty() && (!other_ || other_->empty()); }
    [[nodiscard]] std::size_t size() const noexcept { return refs_.size(); }  ///< without what is mixed in
    [[nodiscard]] const Ref& at(std::size_t index) const { return refs_.at(index); }
    [[nodiscard]] const Ref& draw(Rng& rng) const;
    /// First picture of a drawn item; what does not decode is passed over (its shard lists it). Error: Input, where all
    /// fail.
    [[nodiscard]] Result<std::shared_ptr<const RgbImage>> drawPicture(Rng& rng) const;

private:
    std::vector<Ref> refs_;
    std::vector<double> cumulative_;
    std::shared_ptr<const Sampler> other_;
    double share_ = 0;
};

struct StageContext {
    TrainOptions options;
    std::vector<std::shared_ptr<const Shard>> shards, rehearsal;
    torch::Device device{torch::kCPU};
    bool bf16 = false;
    int rank = 0, ranks = 1;
    Ranks* group = nullptr;  ///< the other ranks; null where there are none. A stage with an optimizer of its own
                             ///< averages its gradients there

    /// Items to train on: those of the shards, with the rehearsal's mixed in.
    [[nodiscard]] Sampler trainingItems(bool clips) const;
    /// The number of this rank's sample `i` among all of a step. Samples are numbered through ranks and turns, so that
    /// 2 ranks × batch B draw what 1 rank × batch 2B draws.
    [[nodiscard]] std::uint64_t lane(std::int64_t turn, int i) const {
        return static_cast<std::uint64_t>((turn % options.accumulate * ranks + rank) * options.batch + i);
    }
    /// The generator of this rank's sample `i` of a turn.
    [[nodiscard]] Rng sampleRng(std::int64_t turn, int i) const {
        return rngFor(static_cast<std::uint64_t>(options.seed), static_cast<std::uint64_t>(turn / options.accumulate),
                      lane(turn, i));
    }
};

[[nodiscard]] Result<std::unique_ptr<Stage>> makeKeyframeStage(const StageContext& context);
[[nodiscard]] Result<std::unique_ptr<Stage>> makeFeatureStage(const StageContext& context);
[[nodiscard]] Result<std::unique_ptr<Stage>> makePropagationStage(const StageContext& context);

}  // namespace tintreel::training
