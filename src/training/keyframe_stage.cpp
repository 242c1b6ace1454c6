// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <future>

#include "tintreel/color/lab.h"
#include "tintreel/color/metrics.h"
#include "tintreel/color/ycbcr.h"
#include "tintreel/color/compose.h"
#include "tintreel/nn/generator.h"
#include "training/losses.h"
#include "training/picture.h"
#include "training/stage.h"

namespace tintreel::training {
namespace {

struct Batch {
    torch::Tensor lightness, truth, hintAb, hintMask, spreads;
};

/// Turns all colours of a picture by one angle and scales them: what a hint says must count, not what is usual.
void recolor(AbImage& ab, Rng& rng) {
    const double angle = chance(rng, 0.25) ? uniform(rng, -M_PI, M_PI) : uniform(rng, -0.15, 0.15);
    const double gain = uniform(rng, 0.75, 1.2);
    const auto c = static_cast<float>(gain * std::cos(angle)), s = static_cast<float>(gain * std::sin(angle));
    for (std::size_t i = 0; i < ab.a.size(); ++i) {
        const float a = ab.a.data[i], b = ab.b.data[i];
        ab.a.data[i] = c * a - s * b;
        ab.b.data[i] = s * a + c * b;
    }
}

void varyLightness(LPlane& lightness, Rng& rng) {
    const auto gamma = static_cast<float>(std::exp(uniform(rng, -0.25, 0.25)));
    const auto noise = static_cast<float>(chance(rng, 0.3) ? uniform(rng, 0.0, 3.0) : 0.0);
    std::normal_distribution<float> normal(0.0F, 1.0F);
    for (auto& value : lightness.data) {
        value = 100.0F * std::pow(std::max(value, 0.0F) / 100.0F, gamma);
        if (noise > 0) value += noise * normal(rng);
        value = std::clamp(value, 0.0F, 100.0F);
    }
}

class KeyframeStage final : public Stage {
public:
    explicit KeyframeStage(const StageContext& context)
        : context_(context), train_(context.trainingItems(false)) {
        nn::toChannelsLast(*net_);
        net_->to(context_.device);
    }

    [[nodiscard]] bool usable() const { return !train_.empty(); }
    torch::nn::Module& network() override { return *net_; }
    std::string role() const override { return "keyframe"; }
    std::string architecture() const override { return "generator"; }

    Result<torch::Tensor> loss(std::int64_t turn, Figures& figures) override {
        // The next batch is made on another thread while the network works on this one.
        TT_ASSIGN(Batch batch, (next_.valid() && nextTurn_ == turn) ? next_.get() : makeBatch(turn));
        nextTurn_ = turn + 1;
        next_ = std::async(std::launch::async, [this, at = nextTurn_] { return makeBatch(at); });

        const auto& o = context_.options;
        nn::GeneratorImpl::Output out;
        {
            const nn::Bf16Scope bf16(context_.bf16, context_.device.type());
            out = net_->run(batch.lightness, batch.hintAb, batch.hintMask, batch.spreads);
        }
        const auto l1 = charbonnier(out.ab, batch.truth);
        const auto own = charbonnier(out.ownAb, batch.truth) / 10.0 + 0.3 * logMse(out.ownAb, batch.truth, 20.0);
        figures["l1"] = l1.item<double>();
        return o.l1Weight * l1 / 10.0 + o.logMseWeight * logMse(out.ab, batch.truth, 4.0) + o.errorWeight * statedError(out.ab, batch.truth, out.logError) +
               o.ownWeight * own + o.smoothWeight * smoothness(out.ab, batch.lightness);
    }

    Scored scored() const override { return Scored::Photos; }

    /// RGB PSNR with the true luma under k random dots, the grey picture beside it; "score" is the mean over k.
    Result<Figures> validate(const Sampler& items, JobContext& context) override {
        Figures sums;
        const auto photos = std::min<std::size_t>(items.size(), static_cast<std::size_t>(context_.options.validatePhotos));
        int counted = 0;
        for (std::size_t i = 0; i < photos; ++i) {
            if (context.stopRequested()) return cancelled();
            const auto rgb = items.at(i * items.size() / photos).picture(0);
            if (!rgb) continue;
            ++counted;
            const auto grey = color::lumaOf(**rgb, color::Matrix::Bt601);
            const auto pair = greyAndTruth(**rgb);
            sums["grey"] += color::psnr(withColors(grey, AbImage(grey.width, grey.height)), **rgb);
            for (const int dots : {0, 1, 10, 100}) {
                Rng rng = rngFor(7, i, static_cast<std::uint64_t>(dots));
                const double psnr = color::psnr(withColors(grey, colors(pair.lightness, randomDots(pair.ab, dots, 3.0, rng))), **rgb);
                sums["hints" + std::to_string(dots)] += psnr;
                sums["score"] += psnr / 4;
            }
        }
        for (auto& [name, value] : sums) value /= counted;
        return sums;
    }

    /// Grey with ten dots of the true colour, what the network makes of it, the truth.
    Result<std::vector<RgbImage>> samples(const Sampler& items, int count) override {
        std::vector<RgbImage> rows;
        const auto photos = std::min<std::size_t>(items.size(), static_cast<std::size_t>(count));
        for (std::size_t i = 0; i < photos; ++i) {
            const auto rgb = items.at(i * items.size() / photos).picture(0);
            if (!rgb) continue;
            const auto grey = color::lumaOf(**rgb, color::Matrix::Bt601);
            const auto pair = greyAndTruth(**rgb);
            Rng rng = rngFor(9, i, 0);
            const auto hints = randomDots(pair.ab, 10, 3.0, rng);
            rows.push_back(sideBySide({withColors(grey, hints.ab), withColors(grey, colors(pair.lightness, hints)), **rgb}));
        }
        return rows;
    }

private:
    static RgbImage withColors(const Plane<float>& grey, const AbImage& ab) { return color::toRgb8(color::rgbFromLumaAb(grey, ab, color::Matrix::Bt601)); }

    /// What the network makes of a whole picture.
    AbImage colors(const LPlane& lightness, const SimulatedHints& hints) {
        const torch::NoGradGuard guard;
        const auto L = tensorFrom(lightness).unsqueeze(0), ab = tensorFrom(hints.ab).unsqueeze(0), mask = tensorFrom(hints.mask).unsqueeze(0);
        const auto spreads = nn::spreadTensor(L, ab, mask);
        const nn::Bf16Scope bf16(context_.bf16, context_.device.type());
        const auto to = [&](const torch::Tensor& t) { return t.to(context_.device); };
        return abFrom(net_->run(to(L), to(ab), to(mask), to(spreads)).ab[0]);
    }

    Result<Batch> makeBatch(std::int64_t turn) const {
        const auto& o = context_.options;
        std::vector<torch::Tensor> L, truth, hintAb, hintMask;
        for (int i = 0; i < o.batch; ++i) {
            Rng rng = context_.sampleRng(turn, i);
            TT_ASSIGN(const auto picture, train_.drawPicture(rng));
            const auto plan = randomCrop(picture->width, picture->height, o.crop, o.crop, 0.75, 1.5, rng);
            auto pair = greyAndTruth(takeCrop(*picture, plan, o.crop, o.crop));
            recolor(pair.ab, rng);
            varyLightness(pair.lightness, rng);
            const auto hints = simulateHints(pair.ab, rng);
            L.push_back(tensorFrom(pair.lightness));
            truth.push_back(tensorFrom(pair.ab));
            hintAb.push_back(tensorFrom(hints.ab));
            hintMask.push_back(tensorFrom(hints.mask));
        }
        Batch batch{torch::stack(L), torch::stack(truth), torch::stack(hintAb), torch::stack(hintMask), {}};
        batch.spreads = nn::spreadTensor(batch.lightness, batch.hintAb, batch.hintMask);
        for (auto* t : {&batch.lightness, &batch.truth, &batch.hintAb, &batch.hintMask, &batch.spreads}) *t = t->to(context_.device);
        return batch;
    }

    StageContext context_;
    Sampler train_;
    nn::Generator net_;
    std::int64_t nextTurn_ = -1;
    std::future<Result<Batch>> next_;  // last: its thread uses the members above
};

}  // namespace

Result<std::unique_ptr<Stage>> makeKeyframeStage(const StageContext& context) {
    auto stage = std::make_unique<KeyframeStage>(context);
    if (!stage->usable()) return fail(ErrorCode::Input, "The shards hold no photo of the split 'train'; pack some with 'tintreel dataset pack --photos DIR'.");
    return std::unique_ptr<Stage>(std::move(stage));
}

}  // namespace tintreel::training
