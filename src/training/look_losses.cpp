// SPDX-License-Identifier: Apache-2.0
#include "training/look_losses.h"

#include "tintreel/nn/blocks.h"
#include "tintreel/nn/lab.h"

namespace tintreel::training {
namespace {

/// Mean over the pictures that count, as a share of all, so that a mean over ranks is the mean over their pictures.
torch::Tensor counted(const torch::Tensor& each, const torch::Tensor& counts) { return (each * counts).mean(); }

void setGradients(torch::nn::Module& module, bool on) {
    for (auto& parameter : module.parameters()) parameter.requires_grad_(on);
}

}  // namespace

Result<std::unique_ptr<LookLosses>> LookLosses::make(const StageContext& context) {
    const auto& o = context.options;
    if (o.ganWeight <= 0 && o.matchingWeight <= 0 && o.contextualWeight <= 0) return std::unique_ptr<LookLosses>();
    std::unique_ptr<LookLosses> look(new LookLosses());
    look->gan_ = o.ganWeight;
    look->matching_ = o.matchingWeight;
    look->contextual_ = o.contextualWeight;
    look->rate_ = o.discriminatorRate;
    look->kind_ = o.ganLoss == "lsgan" ? GanLoss::LeastSquares : GanLoss::Hinge;
    look->bf16_ = context.bf16;
    if (o.contextualWeight > 0 && o.vgg19.empty()) {
        look->notes_.push_back(
            {"NO_VGG19",
             "contextual-weight needs VGG19 weights, and 'vgg19' names none: feature matching on the discriminator stands in for it."});
        look->matching_ += o.contextualWeight;
        look->contextual_ = 0;
    }
    if (look->contextual_ > 0) {
        TT_ASSIGN(look->vgg_, nn::loadVgg19(o.vgg19));
        look->vgg_->to(context.device);
    }
    if (look->gan_ > 0 || look->matching_ > 0) {
        TT_ASSIGN(look->discriminator_, nn::makeDiscriminator(o.discriminator));
        nn::toChannelsLast(*look->discriminator_);
        look->discriminator_->to(context.device);
        // Little momentum: the other side of the game moves too (Heusel et al., "Two Time-Scale Update Rule", 2017).
        look->optimizer_.emplace(look->discriminator_->parameters(),
                                 torch::optim::AdamWOptions(look->rate_).betas({0.5, 0.9}).weight_decay(0));
    }
    return look;
}

torch::Tensor LookLosses::loss(const torch::Tensor& lightness, const torch::Tensor& ab, const torch::Tensor& truth,
                               const torch::Tensor& counts, Figures& figures) {
    const nn::Bf16Scope bf16(bf16_, lightness.device().type());
    auto sum = torch::zeros({}, ab.options().requires_grad(false));
    const auto add = [&](const char* name, double weight, const torch::Tensor& each) {
        const auto value = counted(each, counts);
        figures[name] = value.item<double>();
        sum = sum + weight * value;
    };
    if (discriminator_) {
        setGradients(*discriminator_, false);
        const auto made = discriminator_->forward(lightness, ab);
        if (gan_ > 0) add("gan", gan_, adversarialLoss(kind_, made.verdicts));
        if (matching_ > 0) {
            torch::NoGradGuard guard;
            const auto real = discriminator_->forward(lightness, truth);
            torch::AutoGradMode on(true);
            add("matching", matching_, featureDistance(made.features, real.features));
        }
        made_.push_back({lightness, ab.detach(), truth, counts});
    }
    if (contextual_ > 0) {
        const auto features = vgg_->forward(nn::rgbFromLab(lightness, ab).clamp(0, 1));
        torch::NoGradGuard guard;
        const auto wanted = vgg_->forward(nn::rgbFromLab(lightness, truth).clamp(0, 1));
        torch::AutoGradMode on(true);
        add("contextual", contextual_, featureDistance(features, wanted));
    }
    return sum;
}

torch::Tensor LookLosses::loss(Figures& figures) {
    if (made_.empty()) return {};
    setGradients(*discriminator_, true);
    const nn::Bf16Scope bf16(bf16_, made_.front().ab.device().type());
    auto sum = torch::zeros({}, made_.front().ab.options());
    double right = 0;
    for (const auto& batch : made_) {
        const auto real = discriminator_->forward(batch.lightness, batch.truth),
                   made = discriminator_->forward(batch.lightness, batch.ab);
        sum = sum + counted(discriminatorLoss(kind_, real.verdicts, made.verdicts), batch.counts);
        const double middle = kind_ == GanLoss::Hinge ? 0.0 : 0.5;
        right += 0.5 * ((real.verdicts[0] > middle).to(torch::kFloat32).mean() +
                        (made.verdicts[0] < middle).to(torch::kFloat32).mean())
                           .item<double>();
    }
    const auto count = static_cast<double>(made_.size());
    made_.clear();
    const auto mean = sum / count;
    figures["discriminator"] = mean.item<double>();
    figures["discriminator_right"] = right / count;
    return mean;
}

}  // namespace tintreel::training
