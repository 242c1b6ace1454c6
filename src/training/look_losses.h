// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "tintreel/nn/discriminator.h"
#include "tintreel/nn/vgg19.h"
#include "training/losses.h"
#include "training/stage.h"

namespace tintreel::training {

/// The losses that judge how colours look rather than how far they are off: the conditional GAN on L + ab, feature
/// matching on its discriminator, and the contextual loss on VGG19 (without whose weights feature matching stands in).
/// The discriminator is the stage's companion.
class LookLosses final : public Companion {
public:
    /// Null where the config has no weight for any of them. Error: Model, for VGG19 weights that do not fit.
    [[nodiscard]] static Result<std::unique_ptr<LookLosses>> make(const StageContext& context);

    /// lightness [N,1,H,W], ab and truth [N,2,H,W]; counts[N] is 1 for pictures whose true colours are natural ones, 0
    /// for those recoloured at random, which neither network is to learn from here.
    [[nodiscard]] torch::Tensor loss(const torch::Tensor& lightness, const torch::Tensor& ab,
                                     const torch::Tensor& truth, const torch::Tensor& counts, Figures& figures);
    [[nodiscard]] Companion* companion() { return discriminator_ ? this : nullptr; }
    [[nodiscard]] const std::vector<Warning>& notes() const noexcept { return notes_; }

    torch::nn::Module& network() override { return *discriminator_; }
    torch::optim::AdamW& optimizer() override { return *optimizer_; }
    double learningRate() const override { return rate_; }
    torch::Tensor loss(Figures& figures) override;

private:
    LookLosses() = default;
    struct Made {
        torch::Tensor lightness, ab, truth, counts;
    };
    double gan_ = 0, matching_ = 0, contextual_ = 0, rate_ = 0;
    GanLoss kind_ = GanLoss::Hinge;
    bool bf16_ = false;
    nn::Discriminator discriminator_;
    std::optional<torch::optim::AdamW> optimizer_;
    nn::Vgg19 vgg_{nullptr};
    std::vector<Made> made_;  // since the discriminator's last step, without gradients
    std::vector<Warning> notes_;
};

}  // namespace tintreel::training
