// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <future>

#include "tintreel/color/compose.h"
#include "tintreel/color/lab.h"
#include "tintreel/color/metrics.h"
#include "tintreel/color/ycbcr.h"
#include "tintreel/nn/blocks.h"
#include "tintreel/nn/keyframe_network.h"
#include "tintreel/nn/planes.h"
#include "training/episode.h"
#include "training/look_losses.h"
#include "training/parallel.h"
#include "training/picture.h"
#include "training/stage.h"

namespace tintreel::training {
namespace {

struct Batch {
    torch::Tensor lightness, truth, hintAb, hintMask, spreads;
    torch::Tensor natural;  // [N] 1 where the colours are those of the photo, 0 where they were turned
};

struct Sample {
    GreyAndTruth pair;
    SimulatedHints hints;
    bool natural = true;  // the colours are those of the photo
};

/// Where a hint is wrong the result is to be as wrong, and nowhere else.
void keepWrongHints(AbImage& truth, const SimulatedHints& hints) {
    for (std::size_t i = 0; i < hints.wrong.size(); ++i) {
        if (hints.wrong.data[i] == 0) continue;
        truth.a.data[i] = hints.ab.a.data[i];
        truth.b.data[i] = hints.ab.b.data[i];
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
    KeyframeStage(const StageContext& context, nn::KeyframeNetwork network)
        : context_(context), train_(context.trainingItems(false)), net_(std::move(network)) {
        nn::toChannelsLast(*net_);
        net_->to(context_.device);
    }

    [[nodiscard]] bool usable() const { return !train_.empty(); }
    torch::nn::Module& network() override { return *net_; }
    std::string role() const override { return "keyframe"; }
    std::string architecture() const override { return context_.options.architecture; }
    Companion* companion() override { return look_ ? look_->companion() : nullptr; }
    std::vector<Warning> notes() const override { return look_ ? look_->notes() : std::vector<Warning>{}; }
    /// After the network, whose fresh weights must not depend on the losses.
    void judgeBy(std::unique_ptr<LookLosses> look) { look_ = std::move(look); }

    Result<torch::Tensor> loss(std::int64_t turn, Figures& figures) override {
        // The next batch is made on another thread while the network works on this one.
        TT_ASSIGN(Batch batch, (next_.valid() && nextTurn_ == turn) ? next_.get() : makeBatch(turn));
        nextTurn_ = turn + 1;
        next_ = std::async(std::launch::async, [this, at = nextTurn_] { return makeBatch(at); });

        const auto& o = context_.options;
        nn::KeyframeNetworkImpl::Output out;
        {
            const nn::Bf16Scope bf16(context_.bf16, context_.device.type());
            out = net_->run(batch.lightness, batch.hintAb, batch.hintMask, batch.spreads);
        }
        const auto l1 = distanceOf(o.l1Kind, out.ab, batch.truth);
        const auto own = charbonnier(out.ownAb, batch.truth) / 10.0 + 0.3 * logMse(out.ownAb, batch.truth, 20.0);
        figures["l1"] = l1.item<double>();
        auto loss = o.l1Weight * l1 / 10.0 + o.logMseWeight * logMse(out.ab, batch.truth, 4.0) +
                    o.errorWeight * statedError(out.ab, batch.truth, out.logError) + o.ownWeight * own +
                    o.smoothWeight * smoothness(out.ab, batch.lightness);
        if (look_) loss = loss + look_->loss(batch.lightness, out.ab, batch.truth, batch.natural, figures);
        return loss;
    }

    Scored scored() const override { return Scored::Photos; }

    /// RGB PSNR with the true luma under k random dots, the grey picture beside it; "score" is the mean over k;
    /// colorfulK is the colourfulness as a share of the truth's.
    Result<Figures> validate(const Sampler& items, JobContext& context) override {
        Figures sums, colorful;
        double truth = 0;  // summed colourfulness
        const auto photos =
            std::min<std::size_t>(items.size(), static_cast<std::size_t>(context_.options.validatePhotos));
        int counted = 0;
        for (std::size_t i = 0; i < photos; ++i) {
            if (context.stopRequested()) return cancelled();
            const auto rgb = items.at(i * items.size() / photos).picture(0);
            if (!rgb) continue;
            ++counted;
            const auto grey = color::lumaOf(**rgb, color::Matrix::Bt601);
            const auto pair = greyAndTruth(**rgb);
            truth += color::colorfulness(**rgb);
            sums["grey"] += color::psnr(withColors(grey, AbImage(grey.width, grey.height)), **rgb);
            for (const int dots : {0, 1, 10, 100}) {
                Rng rng = rngFor(7, i, static_cast<std::uint64_t>(dots));
                const auto result = withColors(grey, colors(pair.lightness, randomDots(pair.ab, dots, 3.0, rng)));
                const double psnr = color::psnr(result, **rgb);
                colorful["colorful" + std::to_string(dots)] += color::colorfulness(result);
                sums["hints" + std::to_string(dots)] += psnr;
                sums["score"] += psnr / 4;
            }
        }
        for (auto& [name, value] : sums) value /= counted;
        for (const auto& [name, value] : colorful) sums[name] = truth > 0 ? value / truth : 0.0;
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
            rows.push_back(
                sideBySide({withColors(grey, hints.ab), withColors(grey, colors(pair.lightness, hints)), **rgb}));
        }
        return rows;
    }

private:
    static RgbImage withColors(const Plane<float>& grey, const AbImage& ab) {
        return color::toRgb8(color::rgbFromLumaAb(grey, ab, color::Matrix::Bt601));
    }

    /// What the network makes of a whole picture.
    AbImage colors(const LPlane& lightness, const SimulatedHints& hints) {
        const torch::NoGradGuard guard;
        const auto L = nn::tensorOf(lightness).unsqueeze(0), ab = nn::tensorOf(hints.ab).unsqueeze(0),
                   mask = nn::tensorOf(hints.mask).unsqueeze(0);
        const auto spreads = nn::spreadTensor(L, ab, mask);
        const nn::Bf16Scope bf16(context_.bf16, context_.device.type());
        const auto to = [&](const torch::Tensor& t) { return t.to(context_.device); };
        return nn::abOf(net_->run(to(L), to(ab), to(mask), to(spreads)).ab[0]);
    }

    Result<Batch> makeBatch(std::int64_t turn) const {
        const auto count = static_cast<std::size_t>(context_.options.batch);
        std::vector<torch::Tensor> L(count), truth(count), hintAb(count), hintMask(count), spreads(count);
        std::vector<float> natural(count);
        TT_TRY(inParallel(context_.options.batch, context_.options.workers, [&](int lane) -> Result<> {
            TT_ASSIGN(const Sample sample, makeSample(turn, lane));
            const auto i = static_cast<std::size_t>(lane);
            L[i] = nn::tensorOf(sample.pair.lightness).unsqueeze(0);
            truth[i] = nn::tensorOf(sample.pair.ab).unsqueeze(0);
            hintAb[i] = nn::tensorOf(sample.hints.ab).unsqueeze(0);
            hintMask[i] = nn::tensorOf(sample.hints.mask).unsqueeze(0);
            spreads[i] = nn::spreadTensor(L[i], hintAb[i], hintMask[i]);
            natural[i] = sample.natural ? 1.0F : 0.0F;
            return {};
        }));
        const auto batched = [&](const std::vector<torch::Tensor>& tensors) {
            return torch::cat(tensors, 0).to(context_.device);
        };
        return Batch{batched(L),        batched(truth),   batched(hintAb),
                     batched(hintMask), batched(spreads), torch::tensor(natural).to(context_.device)};
    }

    Result<Sample> makeSample(std::int64_t turn, int lane) const {
        const auto& o = context_.options;
        Rng rng = context_.sampleRng(turn, lane);
        TT_ASSIGN(const auto picture, train_.drawPicture(rng));
        const auto plan = randomCrop(picture->width, picture->height, o.crop, o.crop, 0.75, 1.5, rng);
        const auto crop = takeCrop(*picture, plan, o.crop, o.crop);
        Sample sample;
        sample.pair = greyAndTruth(crop);
        auto& lightness = sample.pair.lightness;
        const auto age = randomAge(o.filmLook, o.filmWear, o.crop, rng);
        if (age.look) lightness = filmLightness(crop, *age.look);
        varyLightness(lightness, rng);
        if (age.look) addGrain(lightness, *age.look, rng);
        if (age.wear) addWear(lightness, *age.wear, 0);
        sample.hints = simulateHints(sample.pair.ab, rng, {o.wrongHints, o.hintJitter});
        sample.natural = varyColors(sample.pair.ab, sample.hints, rng);
        keepWrongHints(sample.pair.ab, sample.hints);
        return sample;
    }

    StageContext context_;
    Sampler train_;
    nn::KeyframeNetwork net_;
    std::unique_ptr<LookLosses> look_;
    std::int64_t nextTurn_ = -1;
    std::future<Result<Batch>> next_;  // last: its thread uses the members above
};

}  // namespace

Result<std::unique_ptr<Stage>> makeKeyframeStage(const StageContext& context) {
    TT_ASSIGN(auto network, nn::makeKeyframeNetwork(context.options.architecture));
    auto stage = std::make_unique<KeyframeStage>(context, std::move(network));
    TT_ASSIGN(auto look, LookLosses::make(context));
    stage->judgeBy(std::move(look));
    if (!stage->usable())
        return fail(
            ErrorCode::Input,
            "The shards hold no photo of the split 'train'; pack some with 'tintreel dataset pack --photos DIR'.");
    return std::unique_ptr<Stage>(std::move(stage));
}

}  // namespace tintreel::training
