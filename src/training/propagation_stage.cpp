// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <future>
#include <optional>

#include "tintreel/color/compose.h"
#include "tintreel/color/lab.h"
#include "tintreel/color/metrics.h"
#include "tintreel/color/resize.h"
#include "tintreel/color/ycbcr.h"
#include "tintreel/nn/propagator.h"
#include "tintreel/nn/shot_runner.h"
#include "training/episode.h"
#include "training/losses.h"

namespace tintreel::training {
namespace {

/// Where one stream stands: its episode and the tracker, which depend on lightness alone and so run ahead of the network.
struct Stream {
    std::unique_ptr<Episode> episode;
    std::optional<nn::Tracker> tracker;
    int index = 0;
    std::uint64_t episodes = 0;
};

/// What the network is given of one stream at one step.
struct StreamFrame {
    std::optional<GreyAndTruth> keyframe;  // where an episode begins
    torch::Tensor lightness, truth, geometry;
    bool anchorChanges = false;
};

/// The network's own memory of one stream; lives on the device, without gradients.
struct StreamState {
    nn::Reference previous, key, anchor, pending;
};

nn::Reference batched(const std::vector<StreamState>& states, nn::Reference StreamState::*member) {
    const auto gather = [&](auto pick) {
        std::vector<torch::Tensor> parts;
        for (const auto& state : states) parts.push_back(pick(state.*member));
        return torch::cat(parts, 0);
    };
    return {gather([](const nn::Reference& r) { return r.ab; }), gather([](const nn::Reference& r) { return r.logError; }),
            gather([](const nn::Reference& r) { return r.lightness; }),
            {gather([](const nn::Reference& r) { return r.memory.keys; }), gather([](const nn::Reference& r) { return r.memory.values; }),
             gather([](const nn::Reference& r) { return r.memory.positions; })}};
}

nn::Reference sliceOf(const nn::Reference& r, int64_t i) {
    const auto take = [&](const torch::Tensor& t) { return t.narrow(0, i, 1).detach(); };
    return {take(r.ab), take(r.logError), take(r.lightness), {take(r.memory.keys), take(r.memory.values), take(r.memory.positions)}};
}

/// Streaming training: every step advances each stream by one frame on the network's own detached result, so that it
/// lives with its errors.
class PropagationStage final : public Stage {
public:
    explicit PropagationStage(const StageContext& context)
        : context_(context),
          photos_(context.shards, context.options.weights, false, "train"),
          clips_(context.shards, context.options.weights, true, "train"),
          validation_(context.shards, {}, true, "val"),
          streams_(static_cast<std::size_t>(context.options.batch)),
          states_(static_cast<std::size_t>(context.options.batch)) {
        nn::toChannelsLast(*net_);
        net_->to(context_.device);
    }
    [[nodiscard]] bool usable() const { return !photos_.empty() && !clips_.empty(); }
    torch::nn::Module& network() override { return *net_; }
    std::string role() const override { return "propagation"; }
    std::string architecture() const override { return "propagator"; }

    /// Streams begin anew after a restart, on episodes that the run has not had yet.
    void restore(const std::map<std::string, torch::Tensor>&, std::int64_t step) override {
        for (auto& stream : streams_) stream.episodes = static_cast<std::uint64_t>(step);
    }

    Result<torch::Tensor> loss(std::int64_t, Figures& figures) override {
        TT_ASSIGN(std::vector<StreamFrame> frames, next_.valid() ? next_.get() : advanceStreams());
        next_ = std::async(std::launch::async, [this] { return advanceStreams(); });

        const nn::Bf16Scope bf16(context_.bf16, context_.device.type());
        beginEpisodes(frames);
        const auto gather = [&](torch::Tensor StreamFrame::*member) {
            std::vector<torch::Tensor> parts;
            for (const auto& frame : frames) parts.push_back(frame.*member);
            return torch::cat(parts, 0).to(context_.device);
        };
        const auto L = gather(&StreamFrame::lightness), truth = nn::halfSize(gather(&StreamFrame::truth)), geometry = gather(&StreamFrame::geometry);
        const auto key = batched(states_, &StreamState::key);
        const auto features = net_->features(L);
        const auto out = net_->forward(L, features, geometry, batched(states_, &StreamState::previous), key, batched(states_, &StreamState::anchor), key.memory);
        {
            torch::NoGradGuard guard;
            const auto result = net_->makeReference(features, L, out.ab, out.logError.clamp(-3.0, 4.0));
            for (std::size_t i = 0; i < states_.size(); ++i) {
                states_[i].previous = sliceOf(result, static_cast<int64_t>(i));
                if (frames[i].anchorChanges) {
                    states_[i].anchor = states_[i].pending;
                    states_[i].pending = states_[i].previous;
                }
            }
        }
        const nn::Bf16Scope fp32(false, context_.device.type());
        const auto& o = context_.options;
        const auto l1 = charbonnier(out.ab, truth);
        figures["l1"] = l1.item<double>();
        auto loss = o.l1Weight * l1 / 10.0 + o.logMseWeight * logMse(out.ab, truth, 4.0) + o.errorWeight * statedError(out.ab, truth, out.logError) +
                    o.ownWeight * (charbonnier(out.ownAb, truth) / 10.0 + o.logMseWeight * logMse(out.ownAb, truth, 4.0)) + o.smoothWeight * smoothness(out.ab, nn::halfSize(L));
        if (o.featureWeight > 0) {
            const auto quarter = torch::avg_pool2d(truth, 2);
            const auto read = net_->readColors(features, key.memory, quarter);
            loss = loss + o.featureWeight * (charbonnier(read.ab, quarter) / 10.0 - 0.3 * torch::log(read.near + 0.02).mean());
        }
        return loss;
    }

    /// RGB PSNR with the true luma over the validation shots, first frame given; beside it grey and the flow chain.
    Result<Figures> validate(JobContext& context) override {
        torch::NoGradGuard guard;
        Figures sums;
        for (std::size_t s = 0; s < validation_.size(); ++s) {
            const auto& shot = validation_.at(s);
            const auto frames = std::min<std::size_t>(shot.info().pictures.size(), static_cast<std::size_t>(context_.options.validateFrames));
            nn::ShotRunner runner(net_, context_.device, context_.bf16);
            nn::DenseFlow flow;
            AbImage chain;
            Plane<std::uint8_t> before;
            Figures shotSums;
            for (std::size_t i = 0; i < frames; ++i) {
                if (context.stopRequested()) return cancelled();
                TT_ASSIGN(const auto rgb, shot.picture(i));
                const auto pair = greyAndTruth(*rgb);
                const auto bytes = nn::lightnessBytes(pair.lightness);
                if (i == 0) {
                    runner.start(pair.lightness, pair.ab);
                    chain = pair.ab;
                    before = bytes;
                    continue;
                }
                Plane<float> u, v;
                flow.compute(bytes, before, u, v, false);
                chain.a = nn::warp(chain.a, u, v);
                chain.b = nn::warp(chain.b, u, v);
                before = bytes;
                const auto grey = color::lumaOf(*rgb, color::Matrix::Bt601);
                const auto score = [&](const AbImage& ab) { return color::psnr(color::toRgb8(color::rgbFromLumaAb(grey, ab, color::Matrix::Bt601)), *rgb); };
                const auto colors = runner.step(pair.lightness);
                shotSums["mix"] += score(color::resize(colors.ab, rgb->width, rgb->height));
                if (controls_.size() <= s) {
                    shotSums["grey"] += score(AbImage(rgb->width, rgb->height));
                    shotSums["chain"] += score(chain);
                }
            }
            for (auto& [name, value] : shotSums) value /= static_cast<double>(frames - 1);
            if (controls_.size() <= s) controls_.push_back({{"grey", shotSums["grey"]}, {"chain", shotSums["chain"]}});
            shotSums["grey"] = controls_[s]["grey"];
            shotSums["chain"] = controls_[s]["chain"];
            for (const auto& [name, value] : shotSums) sums[name] += value / static_cast<double>(validation_.size());
        }
        return sums;
    }

private:
    Result<std::unique_ptr<Episode>> newEpisode(std::size_t lane) {
        const auto& o = context_.options;
        Rng rng = rngFor(static_cast<std::uint64_t>(o.seed), streams_[lane].episodes++, lane + 1000);
        if (chance(rng, 0.7)) return clipEpisode(clips_.draw(rng), o.cropWidth, o.cropHeight, rng);
        return syntheticEpisode(photos_, o.cropWidth, o.cropHeight, rng);
    }

    Result<std::vector<StreamFrame>> advanceStreams() {
        std::vector<StreamFrame> frames(streams_.size());
        for (std::size_t lane = 0; lane < streams_.size(); ++lane) {
            auto& stream = streams_[lane];
            auto& frame = frames[lane];
            if (!stream.episode || stream.index + 1 >= stream.episode->length()) {
                TT_ASSIGN(stream.episode, newEpisode(lane));
                stream.index = 0;
                TT_ASSIGN(frame.keyframe, stream.episode->frame(0));
                stream.tracker.emplace(nn::lightnessBytes(frame.keyframe->lightness));
            }
            TT_ASSIGN(const auto next, stream.episode->frame(++stream.index));
            frame.lightness = tensorFrom(next.lightness).unsqueeze(0);
            frame.truth = tensorFrom(next.ab).unsqueeze(0);
            const auto geometry = stream.tracker->advance(nn::lightnessBytes(next.lightness));
            frame.geometry = nn::geometryTensor(geometry);
            frame.anchorChanges = geometry.anchorChanges;
        }
        return frames;
    }

    void beginEpisodes(const std::vector<StreamFrame>& frames) {
        torch::NoGradGuard guard;
        for (std::size_t i = 0; i < frames.size(); ++i) {
            if (!frames[i].keyframe) continue;
            const auto L = tensorFrom(frames[i].keyframe->lightness).unsqueeze(0).to(context_.device);
            const auto ab = nn::halfSize(tensorFrom(frames[i].keyframe->ab).unsqueeze(0).to(context_.device));
            const auto reference = net_->makeReference(net_->features(L), L, ab, torch::full_like(ab.narrow(1, 0, 1), nn::kKnownLogError));
            states_[i] = {reference, reference, reference, reference};
        }
    }

    StageContext context_;
    Sampler photos_, clips_, validation_;
    nn::Propagator net_;
    std::vector<Stream> streams_;
    std::vector<StreamState> states_;
    std::vector<Figures> controls_;
    std::future<Result<std::vector<StreamFrame>>> next_;  // last: its thread uses the members above
};

}  // namespace

Result<std::unique_ptr<Stage>> makePropagationStage(const StageContext& context) {
    auto stage = std::make_unique<PropagationStage>(context);
    if (!stage->usable()) return fail(ErrorCode::Input, "The shards must hold photos and clips of the split 'train'; pack some with 'tintreel dataset pack'.");
    return std::unique_ptr<Stage>(std::move(stage));
}

}  // namespace tintreel::training
