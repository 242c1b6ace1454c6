// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <future>
#include <optional>
#include <span>

#include "tintreel/color/compose.h"
#include "tintreel/color/lab.h"
#include "tintreel/color/metrics.h"
#include "tintreel/color/resize.h"
#include "tintreel/color/ycbcr.h"
#include "tintreel/nn/planes.h"
#include "tintreel/nn/propagator.h"
#include "tintreel/nn/shot_runner.h"
#include "training/episode.h"
#include "training/look_losses.h"
#include "training/parallel.h"

namespace tintreel::training {
namespace {

constexpr double kVisible =
    1.0;  // forward-backward error of the flow in pixels below which a pixel is taken to be seen in both frames

constexpr double kLogMseOffset =
    1.0;  // in ab²: frames near the keyframe have an error of 1, and what they lose all later frames lose

constexpr std::uint64_t kLanesOfGroup =
    1'000'000;  // more than all ranks have streams, so that every stream draws its own shots

/// Where one stream stands: its episode and the tracker, which depend on lightness alone and so run ahead of the
/// network.
struct Stream {
    std::unique_ptr<Episode> episode;
    std::optional<nn::Tracker> tracker;
    int index = 0;
    std::uint64_t episodes = 0;  // begun so far
    std::int64_t begun = 0;      // frames that the network saw before this episode
    int longest = 0;             // rollout that this episode may have
};

/// Where the network is in a stream, as a checkpoint keeps it.
struct Place {
    std::int64_t episode = 0;  // its number
    std::int64_t index = 0;    // of the frame in it that the network saw last
    std::int64_t begun = 0;    // frames of the stream before it
    std::int64_t longest = 0;  // rollout that it may have
};
constexpr std::int64_t kPlaceSize = sizeof(Place) / sizeof(std::int64_t);

/// What the network is given of one stream at one step.
struct StreamFrame {
    std::optional<GreyAndTruth> keyframe;  // where an episode begins
    torch::Tensor lightness, truth, geometry;
    bool anchorChanges = false;
    Place place;
    bool natural = true;  // the colours were not turned
};

/// The network's own memory of one stream; lives on the device, without gradients.
struct StreamState {
    nn::Reference previous, key, anchor, pending;
};

nn::Reference batched(std::span<const StreamState> states, nn::Reference StreamState::*member) {
    const auto gather = [&](auto pick) {
        std::vector<torch::Tensor> parts;
        for (const auto& state : states) parts.push_back(pick(state.*member));
        return torch::cat(parts, 0);
    };
    return {gather([](const nn::Reference& r) { return r.ab; }),
            gather([](const nn::Reference& r) { return r.logError; }),
            gather([](const nn::Reference& r) { return r.lightness; }),
            {gather([](const nn::Reference& r) { return r.memory.keys; }),
             gather([](const nn::Reference& r) { return r.memory.values; }),
             gather([](const nn::Reference& r) { return r.memory.positions; })}};
}

nn::Reference sliceOf(const nn::Reference& r, int64_t i) {
    // One layout for all, so that what comes back from a checkpoint is added up in the same order.
    const auto take = [&](const torch::Tensor& t) {
        return t.narrow(0, i, 1).detach().clone(t.dim() == 4 ? torch::MemoryFormat::ChannelsLast
                                                             : torch::MemoryFormat::Contiguous);
    };
    return {take(r.ab),
            take(r.logError),
            take(r.lightness),
            {take(r.memory.keys), take(r.memory.values), take(r.memory.positions)}};
}

constexpr std::pair<const char*, nn::Reference StreamState::*> kReferences[]{{"previous", &StreamState::previous},
                                                                             {"key", &StreamState::key},
                                                                             {"anchor", &StreamState::anchor},
                                                                             {"pending", &StreamState::pending}};

/// The tensors of a reference by name.
template <class R, class F>
void forTensors(R& reference, F f) {
    f("ab", reference.ab);
    f("log-error", reference.logError);
    f("lightness", reference.lightness);
    f("keys", reference.memory.keys);
    f("values", reference.memory.values);
    f("positions", reference.memory.positions);
}

/// Streaming training: every turn advances a group of streams by one frame on the network's own detached result, so
/// that it lives with its errors. Groups take turns: with one, all turns for as long as a rollout would see the same
/// few shots.
class PropagationStage final : public Stage {
public:
    explicit PropagationStage(const StageContext& context)
        : context_(context),
          photos_(context.trainingItems(false)),
          clips_(context.trainingItems(true)),
          streams_(static_cast<std::size_t>(context.options.batch) *
                   static_cast<std::size_t>(context.options.streamGroups)),
          states_(streams_.size()) {
        nn::toChannelsLast(*net_);
        net_->to(context_.device);
        if (context_.options.freezeFeatures) net_->freezeFeatures();
    }
    [[nodiscard]] bool usable() const { return !photos_.empty() && !clips_.empty(); }
    torch::nn::Module& network() override { return *net_; }
    std::string role() const override { return "propagation"; }
    std::string architecture() const override { return "propagator"; }
    Companion* companion() override { return look_ ? look_->companion() : nullptr; }
    std::vector<Warning> notes() const override { return look_ ? look_->notes() : std::vector<Warning>{}; }
    /// After the network, whose fresh weights must not depend on the losses.
    void judgeBy(std::unique_ptr<LookLosses> look) { look_ = std::move(look); }

    Scored scored() const override { return Scored::Clips; }

    /// Where each stream stands and what the network remembers of it; motion is tracked again on restoring.
    std::map<std::string, torch::Tensor> lanes() const override {
        if (places_.empty()) return {};
        std::map<std::string, torch::Tensor> tensors;
        std::vector<std::int64_t> numbers;
        for (const auto& place : places_)
            numbers.insert(numbers.end(), {place.episode, place.index, place.begun, place.longest});
        tensors["place"] = torch::tensor(numbers).view({-1, kPlaceSize});
        for (const auto& [name, member] : kReferences) {
            auto all = batched(states_, member);
            forTensors(all, [&, prefix = std::string(name)](const char* part, torch::Tensor& tensor) {
                tensors[prefix + "." + part] = tensor;
            });
        }
        return tensors;
    }

    Result<> restore(const std::map<std::string, torch::Tensor>&, const std::map<std::string, torch::Tensor>& lanes,
                     std::int64_t) override {
        if (lanes.empty()) return {};
        const auto place = lanes.at("place");
        if (place.size(0) != static_cast<int64_t>(streams_.size()))
            return fail(ErrorCode::Model,
                        "The checkpoint has " + std::to_string(place.size(0)) + " streams and the config asks for " +
                            std::to_string(streams_.size()) +
                            "; go on with the batch size, stream groups and ranks it was begun with.");
        const auto numbers = place.accessor<std::int64_t, 2>();
        for (std::int64_t lane = 0; lane < place.size(0); ++lane)
            places_.push_back({numbers[lane][0], numbers[lane][1], numbers[lane][2], numbers[lane][3]});
        const auto track = [&](int i) -> Result<> {
            const auto lane = static_cast<std::size_t>(i);
            auto& stream = streams_[lane];
            const auto& at = places_[lane];
            stream.episodes = static_cast<std::uint64_t>(at.episode);
            stream.begun = at.begun;
            TT_TRY(beginStream(lane, static_cast<int>(at.longest)));
            if (at.index >= stream.episode->length())
                return fail(
                    ErrorCode::Model,
                    "The streams of the checkpoint are not those of this config; go on with the shards, weights, crop and seed it was begun with.");
            while (stream.index < at.index) {
                TT_ASSIGN(const auto frame, stream.episode->frame(++stream.index));
                (void)stream.tracker->advance(nn::lightnessBytes(frame.lightness));
            }
            return {};
        };
        TT_TRY(inParallel(static_cast<int>(streams_.size()), context_.options.workers, track));
        for (std::size_t lane = 0; lane < streams_.size(); ++lane) {
            for (const auto& [name, member] : kReferences) {
                nn::Reference all;
                forTensors(all, [&, prefix = std::string(name)](const char* part, torch::Tensor& tensor) {
                    tensor = lanes.at(prefix + "." + part).to(context_.device);
                });
                states_[lane].*member = sliceOf(all, static_cast<int64_t>(lane));
            }
        }
        return {};
    }

    Result<torch::Tensor> loss(std::int64_t turn, Figures& figures) override {
        if (places_.empty()) {
            TT_TRY(beginAll());
        }
        const auto first = firstLane(turn);
        TT_ASSIGN(std::vector<StreamFrame> frames, next_.valid() ? next_.get() : advanceStreams(first));
        next_ = std::async(std::launch::async, [this, then = firstLane(turn + 1)] { return advanceStreams(then); });

        const nn::Bf16Scope bf16(context_.bf16, context_.device.type());
        const auto states = std::span(states_).subspan(first, frames.size());
        for (std::size_t i = 0; i < frames.size(); ++i) {
            if (frames[i].keyframe) states[i] = stateOf(*frames[i].keyframe);
            places_[first + i] = frames[i].place;
        }
        const auto gather = [&](torch::Tensor StreamFrame::*member) {
            std::vector<torch::Tensor> parts;
            for (const auto& frame : frames) parts.push_back(frame.*member);
            return torch::cat(parts, 0).to(context_.device);
        };
        const auto L = gather(&StreamFrame::lightness), truth = nn::halfSize(gather(&StreamFrame::truth)),
                   geometry = gather(&StreamFrame::geometry);
        const auto key = batched(states, &StreamState::key);
        const auto previous = batched(states, &StreamState::previous);
        const auto features = net_->features(L);
        const auto out =
            net_->forward(L, features, geometry, previous, key, batched(states, &StreamState::anchor), nullptr);
        {
            torch::NoGradGuard guard;
            const auto result = net_->makeReference(features, L, out.ab, out.logError.clamp(-3.0, 4.0));
            for (std::size_t i = 0; i < states.size(); ++i) {
                states[i].previous = sliceOf(result, static_cast<int64_t>(i));
                if (frames[i].anchorChanges) {
                    states[i].anchor = states[i].pending;
                    states[i].pending = states[i].previous;
                }
            }
        }
        const nn::Bf16Scope fp32(false, context_.device.type());
        const auto& o = context_.options;
        const auto l1 = distanceOf(o.l1Kind, out.ab, truth);
        figures["l1"] = l1.item<double>();
        auto loss = o.l1Weight * l1 / 10.0 + o.logMseWeight * logMse(out.ab, truth, kLogMseOffset) +
                    o.errorWeight * statedError(out.ab, truth, out.logError) +
                    o.ownWeight * (charbonnier(out.ownAb, truth) / 10.0 +
                                   o.logMseWeight * logMse(out.ownAb, truth, kLogMseOffset)) +
                    o.smoothWeight * smoothness(out.ab, nn::halfSize(L));
        if (o.temporalWeight > 0) {
            const auto visible = (geometry.narrow(1, 2, 1) < kVisible).to(torch::kFloat32);
            const auto change = temporalDifference(
                out.ab, carriedBy(previous.ab, geometry.narrow(1, 0, 1), geometry.narrow(1, 1, 1)), visible);
            figures["temporal"] = change.item<double>();
            loss = loss + o.temporalWeight * change / 10.0;
        }
        if (look_) {
            std::vector<float> natural;
            for (const auto& frame : frames) natural.push_back(frame.natural ? 1.0F : 0.0F);
            loss =
                loss + look_->loss(nn::halfSize(L), out.ab, truth, torch::tensor(natural).to(context_.device), figures);
        }
        if (o.featureWeight > 0 && !o.freezeFeatures) {
            const auto read = net_->readColors(features, key.memory, torch::avg_pool2d(truth, 2), turn);
            loss = loss + o.featureWeight *
                              (charbonnier(read.ab, read.truth) / 10.0 - 0.3 * torch::log(read.near + 0.02).mean());
        }
        return loss;
    }

    /// RGB PSNR with the true luma over whole shots, first frame given; beside it grey and the flow chain.
    Result<Figures> validate(const Sampler& items, JobContext& context) override {
        const torch::NoGradGuard guard;
        Figures sums;
        int shots = 0;
        for (std::size_t s = 0; s < items.size(); ++s) {
            const auto& shot = items.at(s);
            if (shot.info().pictures.size() < 2) continue;
            auto& controls = controls_[{shot.shard, shot.item}];
            TT_ASSIGN(const Figures figures, validateShot(shot, controls, context));
            if (figures.empty()) continue;
            for (const auto& [name, value] : figures) sums[name] += value;
            for (const auto& [name, value] : controls) sums[name] += value;
            ++shots;
        }
        for (auto& [name, value] : sums) value /= shots;
        if (shots > 0) sums["score"] = sums["mix"];
        return sums;
    }

    /// The last frame of a shot's first thirteen, coloured from the first.
    Result<std::vector<RgbImage>> samples(const Sampler& items, int count) override {
        const torch::NoGradGuard guard;
        std::vector<RgbImage> rows;
        const auto shots = std::min<std::size_t>(items.size(), static_cast<std::size_t>(count));
        for (std::size_t s = 0; s < shots; ++s) {
            const auto& shot = items.at(s * items.size() / shots);
            const auto frames = std::min<std::size_t>(shot.info().pictures.size(), 13);
            nn::ShotRunner runner(net_, context_.device, context_.bf16);
            std::shared_ptr<const RgbImage> last;
            AbImage ab;
            for (std::size_t i = 0; i < frames; ++i) {
                const auto rgb = shot.picture(i);
                if (!rgb) continue;
                const auto pair = greyAndTruth(**rgb);
                if (last) ab = runner.step(pair.lightness).get().ab;
                else runner.start(pair.lightness, pair.ab);
                last = *rgb;
            }
            if (ab.empty()) continue;
            const auto grey = color::lumaOf(*last, color::Matrix::Bt601);
            rows.push_back(sideBySide({withColors(grey, AbImage(grey.width, grey.height)),
                                       withColors(grey, color::resize(ab, grey.width, grey.height)), *last}));
        }
        return rows;
    }

private:
    static RgbImage withColors(const Plane<float>& grey, const AbImage& ab) {
        return color::toRgb8(color::rgbFromLumaAb(grey, ab, color::Matrix::Bt601));
    }

    Result<Figures> validateShot(const Sampler::Ref& shot, Figures& controls, JobContext& context) {
        const auto frames = std::min<std::size_t>(shot.info().pictures.size(),
                                                  static_cast<std::size_t>(context_.options.validateFrames));
        const bool known = !controls.empty();
        nn::ShotRunner runner(net_, context_.device, context_.bf16);
        nn::DenseFlow flow;
        AbImage chain;
        Plane<std::uint8_t> before;
        double mix = 0;
        int scored = 0;
        for (std::size_t i = 0; i < frames; ++i) {
            if (context.stopRequested()) return cancelled();
            const auto picture = shot.picture(i);
            if (!picture) continue;  // it is told as skipped; the film goes on without it
            const auto& rgb = *picture;
            const auto pair = greyAndTruth(*rgb);
            if (before.empty()) {
                runner.start(pair.lightness, pair.ab);
                chain = pair.ab;
                before = nn::lightnessBytes(pair.lightness);
                continue;
            }
            const auto grey = color::lumaOf(*rgb, color::Matrix::Bt601);
            const auto score = [&](const AbImage& ab) { return color::psnr(withColors(grey, ab), *rgb); };
            ++scored;
            mix += score(color::resize(runner.step(pair.lightness).get().ab, rgb->width, rgb->height));
            if (known) continue;
            const auto bytes = nn::lightnessBytes(pair.lightness);
            Plane<float> u, v;
            flow.compute(bytes, before, u, v, false);
            chain.a = nn::warp(chain.a, u, v);
            chain.b = nn::warp(chain.b, u, v);
            before = bytes;
            controls["grey"] += score(AbImage(rgb->width, rgb->height));
            controls["chain"] += score(chain);
        }
        if (scored == 0) return Figures{};
        if (!known)
            for (auto& [name, value] : controls) value /= scored;
        return Figures{{"mix", mix / scored}};
    }

    /// Longest rollout of a real clip that begins when the stream has seen so many frames.
    int longestRollout(std::int64_t frames) const {
        const auto& o = context_.options;
        const double done =
            std::min(1.0, static_cast<double>(frames) * o.streamGroups / (static_cast<double>(o.steps) * o.accumulate));
        return static_cast<int>(std::lround(o.rolloutFrom + done * (o.rolloutTo - o.rolloutFrom)));
    }

    Result<std::unique_ptr<Episode>> newEpisode(std::size_t lane) {
        const auto& o = context_.options;
        auto& stream = streams_[lane];
        const auto batch = static_cast<std::size_t>(o.batch);
        Rng rng = rngFor(static_cast<std::uint64_t>(o.seed), stream.episodes++,
                         context_.lane(0, static_cast<int>(lane % batch)) + 1000 + lane / batch * kLanesOfGroup);
        std::unique_ptr<Episode> episode;
        if (chance(rng, 0.7)) {
            episode = clipEpisode(clips_.draw(rng), o.cropWidth, o.cropHeight, stream.longest, rng);
        } else {
            TT_ASSIGN(episode, syntheticEpisode(photos_, o.cropWidth, o.cropHeight, rng));
        }
        Age age = randomAge(o.filmLook, o.filmWear, o.cropWidth, rng);
        if (drawOwnViews(o.ownViews, age, rng)) episode->seenThrough(View::random(o.cropWidth, o.cropHeight, rng));
        episode->age(age);
        return episode;
    }

    Result<GreyAndTruth> beginStream(std::size_t lane, int longest) {
        auto& stream = streams_[lane];
        stream.longest = longest;
        TT_ASSIGN(stream.episode, newEpisode(lane));
        stream.index = 0;
        TT_ASSIGN(auto keyframe, stream.episode->frame(0));
        stream.tracker.emplace(nn::lightnessBytes(keyframe.lightness));
        return keyframe;
    }

    std::size_t firstLane(std::int64_t turn) const {
        const auto& o = context_.options;
        return static_cast<std::size_t>(turn % o.streamGroups) * static_cast<std::size_t>(o.batch);
    }

    static Place placeOf(const Stream& stream) {
        return {static_cast<std::int64_t>(stream.episodes) - 1, stream.index, stream.begun, stream.longest};
    }

    Result<> beginAll() {
        std::vector<GreyAndTruth> keyframes(streams_.size());
        TT_TRY(inParallel(static_cast<int>(streams_.size()), context_.options.workers, [&](int lane) -> Result<> {
            TT_ASSIGN(keyframes[static_cast<std::size_t>(lane)],
                      beginStream(static_cast<std::size_t>(lane), longestRollout(0)));
            return {};
        }));
        for (std::size_t lane = 0; lane < streams_.size(); ++lane) {
            states_[lane] = stateOf(keyframes[lane]);
            places_.push_back(placeOf(streams_[lane]));
        }
        return {};
    }

    /// The streams of a group, each one frame further.
    Result<std::vector<StreamFrame>> advanceStreams(std::size_t first) {
        std::vector<StreamFrame> frames(static_cast<std::size_t>(context_.options.batch));
        TT_TRY(inParallel(context_.options.batch, context_.options.workers, [&](int i) -> Result<> {
            const auto at = static_cast<std::size_t>(i);
            TT_ASSIGN(frames[at], advanced(first + at));
            return {};
        }));
        return frames;
    }

    Result<StreamFrame> advanced(std::size_t lane) {
        auto& stream = streams_[lane];
        StreamFrame frame;
        if (!stream.episode || stream.index + 1 >= stream.episode->length()) {
            stream.begun += stream.index;
            TT_ASSIGN(frame.keyframe, beginStream(lane, longestRollout(stream.begun)));
        }
        TT_ASSIGN(const auto next, stream.episode->frame(++stream.index));
        frame.lightness = nn::tensorOf(next.lightness).unsqueeze(0);
        frame.truth = nn::tensorOf(next.ab).unsqueeze(0);
        const auto geometry = stream.tracker->advance(nn::lightnessBytes(next.lightness));
        frame.geometry = nn::geometryTensor(geometry);
        frame.anchorChanges = geometry.anchorChanges;
        frame.place = placeOf(stream);
        frame.natural = stream.episode->naturalColors();
        return frame;
    }

    /// What the network remembers at a keyframe.
    StreamState stateOf(const GreyAndTruth& keyframe) {
        const torch::NoGradGuard guard;
        const nn::Bf16Scope bf16(context_.bf16, context_.device.type());
        const auto on = [&](const torch::Tensor& t) { return t.unsqueeze(0).to(context_.device); };
        const auto reference =
            sliceOf(net_->makeKeyframe(on(nn::tensorOf(keyframe.lightness)), on(nn::tensorOf(keyframe.ab))), 0);
        return {reference, reference, reference, reference};
    }

    StageContext context_;
    Sampler photos_, clips_;
    nn::Propagator net_;
    std::unique_ptr<LookLosses> look_;
    std::vector<Stream> streams_;
    std::vector<StreamState> states_;
    std::vector<Place> places_;                                         // of each stream
    std::map<std::pair<const Shard*, std::size_t>, Figures> controls_;  // do not depend on the network
    std::future<Result<std::vector<StreamFrame>>> next_;                // last: its thread uses the members above
};

}  // namespace

Result<std::unique_ptr<Stage>> makePropagationStage(const StageContext& context) {
    auto stage = std::make_unique<PropagationStage>(context);
    TT_ASSIGN(auto look, LookLosses::make(context));
    stage->judgeBy(std::move(look));
    if (!stage->usable())
        return fail(
            ErrorCode::Input,
            "The shards must hold photos and clips of the split 'train'; pack some with 'tintreel dataset pack'.");
    return std::unique_ptr<Stage>(std::move(stage));
}

}  // namespace tintreel::training
