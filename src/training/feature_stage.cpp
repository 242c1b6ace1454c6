// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <future>
#include <optional>

#include "tintreel/nn/planes.h"
#include "tintreel/nn/propagator.h"
#include "training/episode.h"
#include "training/losses.h"
#include "training/parallel.h"
#include "training/picture.h"

namespace tintreel::training {
namespace {

constexpr int kGroup = 4;        // frames that are read from each other
constexpr double kLeast = 0.01;  // ab²: a frame without colours counts for nothing
constexpr int kWorkingSize = 256;
constexpr std::size_t kApart = 8;  // frames from one that a validation looks at to the next

struct Batch {
    torch::Tensor lightness;  // [4·groups,1,H,W], group after group
    torch::Tensor ab;         // [4·groups,2,H/2,W/2]
};

/// Teaches the features to find the same thing in another frame: its colour is read there by attention.
class FeatureStage final : public Stage {
public:
    explicit FeatureStage(const StageContext& context)
        : context_(context), photos_(context.trainingItems(false)), clips_(context.trainingItems(true)) {
        nn::toChannelsLast(*net_);
        net_->to(context_.device);
    }
    [[nodiscard]] bool usable() const { return !photos_.empty() && !clips_.empty(); }
    torch::nn::Module& network() override { return *net_; }
    std::string role() const override { return "propagation"; }
    std::string architecture() const override { return "propagator"; }

    Result<torch::Tensor> loss(std::int64_t turn, Figures& figures) override {
        TT_ASSIGN(Batch batch, (next_.valid() && nextTurn_ == turn) ? next_.get() : makeBatch(turn));
        nextTurn_ = turn + 1;
        next_ = std::async(std::launch::async, [this, at = nextTurn_] { return makeBatch(at); });
        const nn::Bf16Scope bf16(context_.bf16, context_.device.type());
        const auto features = net_->features(batch.lightness);
        const auto reference =
            net_->makeReference(features, batch.lightness, batch.ab, torch::zeros_like(batch.ab.narrow(1, 0, 1)));
        // Every frame reads from the next of its group.
        std::vector<int64_t> order;
        for (int64_t i = 0; i < batch.lightness.size(0); ++i) order.push_back(i / kGroup * kGroup + (i + 1) % kGroup);
        const auto other = torch::tensor(order, batch.lightness.options().dtype(torch::kInt64));
        const nn::Memory memory{reference.memory.keys.index_select(0, other),
                                reference.memory.values.index_select(0, other), reference.memory.positions};
        const nn::Bf16Scope fp32(false, context_.device.type());
        const auto read = net_->readColors(features, memory, torch::avg_pool2d(batch.ab, 2), turn);
        const auto distance = charbonnier(read.ab, read.truth);
        figures["read"] = distance.item<double>();
        return distance / 10.0 - 0.3 * torch::log(read.near + 0.02).mean();
    }

    Scored scored() const override { return Scored::Clips; }

    /// How far the squared error of the colours that are read from a shot's first frame lies below that of grey, in dB:
    /// mean over every eighth frame.
    Result<Figures> validate(const Sampler& items, JobContext& context) override {
        const torch::NoGradGuard guard;
        double score = 0, read = 0, grey = 0;
        int frames = 0;
        for (std::size_t s = 0; s < items.size(); ++s) {
            const auto& shot = items.at(s);
            const auto end =
                std::min(shot.info().pictures.size(), static_cast<std::size_t>(context_.options.validateFrames));
            if (end < 2) continue;
            const auto apart = std::min(kApart, end - 1);
            std::optional<nn::Memory> key;
            for (std::size_t i = 0; i < end; i += apart) {
                if (context.stopRequested()) return cancelled();
                const auto picture = shot.picture(i);
                if (!picture) continue;  // it is told as skipped
                const auto& rgb = *picture;
                // As films are coloured: no larger than the working size. The network takes multiples of 32 pixels.
                CropPlan middle;
                middle.scale = std::max(1.0, static_cast<double>(std::min(rgb->width, rgb->height)) / kWorkingSize);
                const auto side = [&](int whole) { return static_cast<int>(whole / middle.scale) / 32 * 32; };
                const int width = side(rgb->width), height = side(rgb->height);
                if (width == 0 || height == 0) break;
                middle.x = (rgb->width - width * middle.scale) / 2;
                middle.y = (rgb->height - height * middle.scale) / 2;
                const auto frame = greyAndTruth(takeCrop(*rgb, middle, width, height));
                const auto L = nn::tensorOf(frame.lightness).unsqueeze(0).to(context_.device);
                const auto ab = nn::halfSize(nn::tensorOf(frame.ab).unsqueeze(0)).to(context_.device);
                const nn::Bf16Scope bf16(context_.bf16, context_.device.type());
                const auto features = net_->features(L);
                if (!key) {
                    key = net_->makeReference(features, L, ab, torch::zeros_like(ab.narrow(1, 0, 1))).memory;
                    continue;
                }
                const nn::Bf16Scope fp32(false, context_.device.type());
                const auto found = net_->readColors(features, *key, torch::avg_pool2d(ab, 2), 0);
                const double error = (found.ab - found.truth).square().sum(1).mean().item<double>(),
                             none = found.truth.square().sum(1).mean().item<double>();
                score += 10 * std::log10((none + kLeast) / (error + kLeast));
                read += std::sqrt(error);
                grey += std::sqrt(none);
                ++frames;
            }
        }
        if (frames == 0) return Figures{};
        return Figures{{"score", score / frames}, {"read", read / frames}, {"grey", grey / frames}};
    }

private:
    Result<Batch> makeBatch(std::int64_t turn) const {
        const auto& o = context_.options;
        const auto frames = static_cast<std::size_t>(o.batch) * kGroup;
        std::vector<torch::Tensor> L(frames), ab(frames);
        TT_TRY(inParallel(o.batch, o.workers, [&](int g) -> Result<> {
            Rng rng = context_.sampleRng(turn, g);
            std::unique_ptr<Episode> episode;
            if (chance(rng, 0.6)) episode = clipEpisode(clips_.draw(rng), o.cropWidth, o.cropHeight, o.rolloutTo, rng);
            else {
                TT_ASSIGN(episode, syntheticEpisode(photos_, o.cropWidth, o.cropHeight, rng));
            }
            Age age = randomAge(o.filmLook, o.filmWear, o.cropWidth, rng);
            const bool ownViews = drawOwnViews(o.ownViews, age, rng);
            episode->age(age);
            for (int i = g * kGroup; i < (g + 1) * kGroup; ++i) {
                const int index = uniformInt(rng, 0, episode->length() - 1);
                if (ownViews) episode->seenThrough(View::random(o.cropWidth, o.cropHeight, rng));
                TT_ASSIGN(const auto frame, episode->frame(index));
                L[static_cast<std::size_t>(i)] = nn::tensorOf(frame.lightness);
                ab[static_cast<std::size_t>(i)] = nn::tensorOf(frame.ab);
            }
            return {};
        }));
        return Batch{torch::stack(L).to(context_.device), nn::halfSize(torch::stack(ab)).to(context_.device)};
    }

    StageContext context_;
    Sampler photos_, clips_;
    nn::Propagator net_;
    std::int64_t nextTurn_ = -1;
    std::future<Result<Batch>> next_;  // last: its thread uses the members above
};

}  // namespace

Result<std::unique_ptr<Stage>> makeFeatureStage(const StageContext& context) {
    auto stage = std::make_unique<FeatureStage>(context);
    if (!stage->usable())
        return fail(
            ErrorCode::Input,
            "The shards must hold photos and clips of the split 'train'; pack some with 'tintreel dataset pack'.");
    return std::unique_ptr<Stage>(std::move(stage));
}

}  // namespace tintreel::training
