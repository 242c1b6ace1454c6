// SPDX-License-Identifier: Apache-2.0
#include "tintreel/inference/colorizer.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <future>
#include <thread>

#include <torch/torch.h>

#include "tintreel/base/process.h"
#include "tintreel/color/resize.h"
#include "tintreel/nn/colorizers.h"
#include "tintreel/nn/device.h"
#include "tintreel/nn/models.h"
#include "tintreel/nn/planes.h"

namespace tintreel::inference {
namespace {

// Keyframes beyond these few nearest ones would only cost time in the attention.
constexpr std::size_t kMaxOtherKeyframes = 3;
// Frames after the current one whose motion is sought already.
constexpr std::size_t kAnnounced = 6;
// Colours nearer than this in ab are one suggestion.
constexpr float kSameSuggestion = 6.0F;
// Expected distance in ab at which confidence has fallen to 1/e.
constexpr float kErrorScale = 12.0F;

/// A batch of one.
template <class Picture>
torch::Tensor batchOf(const Picture& picture) {
    return nn::tensorOf(picture).unsqueeze(0);
}

/// What a network states → what was found where it states that, by the model's calibration: straight lines between its
/// pairs over the logarithms, the outermost values beyond them.
class Calibration {
public:
    explicit Calibration(const std::vector<std::pair<float, float>>& pairs) {
        for (const auto& [stated, found] : pairs) knots_.emplace_back(std::log(stated), std::log(found));
    }
    [[nodiscard]] float error(float logError) const {
        if (knots_.empty()) return std::exp(std::min(logError, 6.0F));
        const float x = std::clamp(logError, knots_.front().first, knots_.back().first);
        const auto after = std::upper_bound(knots_.begin(), knots_.end(), x,
                                            [](float value, const auto& knot) { return value < knot.first; });
        if (after == knots_.end()) return std::exp(knots_.back().second);
        const auto before = std::prev(after);
        const float share = (x - before->first) / (after->first - before->first);
        return std::exp(before->second + share * (after->second - before->second));
    }

private:
    std::vector<std::pair<float, float>> knots_;
};

float confidenceOf(float error) { return std::exp(-error / kErrorScale); }

/// Mixes the colours of both directions, pixel by pixel: each counts by the fourth power of its stated certainty (a
/// lost pixel shall not show at all) and by how near its keyframe is. `nearness`: 0..1, of the keyframe of `colors`.
void blend(ColoredFrame& colors, const ColoredFrame& other, float nearness) {
    const auto weight = [](float near, float confidence) {
        const float error = statedError(confidence) + 0.5F, squared = error * error;
        return near / (squared * squared);
    };
    const auto mix = [](float& mine, float theirs, float share) { mine = theirs + share * (mine - theirs); };
    for (std::size_t i = 0; i < colors.confidence.size(); ++i) {
        const float mine = weight(nearness, colors.confidence.data[i]),
                    theirs = weight(1.0F - nearness, other.confidence.data[i]);
        const float share = mine / (mine + theirs);
        mix(colors.ab.a.data[i], other.ab.a.data[i], share);
        mix(colors.ab.b.data[i], other.ab.b.data[i], share);
        mix(colors.confidence.data[i], other.confidence.data[i], share);
    }
}

/// Runs what may throw inside LibTorch; its words become an Error.
template <class F>
auto guarded(F f) -> decltype(f()) {
    try {
        return f();
    } catch (const std::exception& error) {
        const std::string what = error.what();
        return fail(
            ErrorCode::Model,
            isOutOfMemory(error)
                ? "There is not enough memory for the networks at this working size; choose a smaller --working-size, or --device cpu."
                : "The network failed on this frame.",
            what.substr(0, what.find('\n')));
    }
}

}  // namespace

struct Colorizer::Private {
    nn::Device device;
    bool bf16 = false;
    nn::ModelEntry keyframeModel, frameModel;
    std::unique_ptr<nn::KeyframeColorizer> keyframes;
    std::unique_ptr<nn::FrameColorizer> frames;
    int threads = 1;

    Calibration calibration{{}};
    std::future<void> warm;  // last: its thread uses the networks

    void awaitWarmth() {
        if (warm.valid()) warm.get();
    }

    ColoredFrame fromNetwork(nn::FrameColorizer::Colors colors) const {
        for (auto& value : colors.logError.data) value = confidenceOf(calibration.error(value));
        return {std::move(colors.ab), std::move(colors.logError)};
    }
};

float statedError(float confidence) { return -kErrorScale * std::log(std::max(confidence, 1e-3F)); }

Colorizer::Colorizer(std::unique_ptr<Private> p) : p_(std::move(p)) {}
Colorizer::Colorizer(Colorizer&&) noexcept = default;
Colorizer& Colorizer::operator=(Colorizer&&) noexcept = default;
Colorizer::~Colorizer() = default;

Result<Colorizer> Colorizer::create(const ColorizerOptions& options) {
    auto p = std::make_unique<Private>();
    TT_ASSIGN(p->device, nn::chooseDevice(options.device));
    p->bf16 = p->device.hasBf16;
    p->threads =
        options.threads > 0 ? options.threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    at::set_num_threads(p->threads);
    TT_ASSIGN(const auto models, nn::listModels(options.modelsDir));
    TT_ASSIGN(p->keyframeModel, nn::findModel(models, "keyframe", options.keyframeModel));
    TT_ASSIGN(p->frameModel, nn::findModel(models, "frame", options.frameModel));
    TT_TRY(nn::verifyModel(p->keyframeModel));
    TT_TRY(nn::verifyModel(p->frameModel));
    p->calibration = Calibration(p->frameModel.calibration);
    TT_TRY(guarded([&]() -> Result<> {
        TT_ASSIGN(p->keyframes, nn::makeKeyframeColorizer({p->keyframeModel, p->device, p->bf16}));
        TT_ASSIGN(p->frames, nn::makeFrameColorizer({p->frameModel, p->device, p->bf16}));
        return {};
    }));
    return Colorizer(std::move(p));
}

void Colorizer::warmUp(int width, int height) {
    if (p_->device.device.is_cpu()) return;
    p_->warm = std::async(std::launch::async, [p = p_.get(), width, height] {
        // What goes wrong will go wrong again where somebody can be told.
        (void)guarded([&]() -> Result<> {
            const LPlane grey(width, height, 50.0F);
            const AbImage none(width, height);
            p->keyframes->colorize(batchOf(grey), batchOf(none), batchOf(grey) * 0);
            p->frames->start(grey, none);
            p->frames->step(grey).get();
            return {};
        });
    });
}

Result<AbImage> Colorizer::colorizeKeyframe(const LPlane& lightness, const KeyframeHints& hints) {
    p_->awaitWarmth();
    const int width = lightness.width, height = lightness.height;
    AbImage hintAb = hints.ab.empty() ? AbImage(width, height) : hints.ab;
    const Plane<float> mask = hints.mask.empty() ? Plane<float>(width, height) : hints.mask;
    if (hints.reference) {
        // The reference is the colour; hints lie on top of it.
        AbImage ab = *hints.reference;
        for (std::size_t i = 0; i < mask.size(); ++i) {
            ab.a.data[i] += mask.data[i] * (hintAb.a.data[i] - ab.a.data[i]);
            ab.b.data[i] += mask.data[i] * (hintAb.b.data[i] - ab.b.data[i]);
        }
        return ab;
    }
    return guarded([&]() -> Result<AbImage> {
        const auto out = p_->keyframes->colorize(batchOf(lightness), batchOf(hintAb), batchOf(mask));
        return nn::abOf(out.ab[0]);
    });
}

Result<std::vector<ColorSuggestion>> Colorizer::suggest(const LPlane& lightness, const KeyframeHints& hints, int x,
                                                        int y, int most) {
    p_->awaitWarmth();
    if (x < 0 || y < 0 || x >= lightness.width || y >= lightness.height)
        return fail(ErrorCode::Usage, "There is no colour to suggest outside the picture.");
    return guarded([&]() -> Result<std::vector<ColorSuggestion>> {
        const AbImage none(lightness.width, lightness.height);
        const Plane<float> noMask(lightness.width, lightness.height);
        const auto ask = [&](const AbImage& ab, const Plane<float>& mask) {
            return p_->keyframes->suggest(batchOf(lightness), batchOf(ab), batchOf(mask), x, y);
        };
        auto all = ask(none, noMask);
        for (auto& one : all) one.weight *= 0.5F;
        if (!hints.mask.empty() &&
            std::any_of(hints.mask.data.begin(), hints.mask.data.end(), [](float m) { return m > 0; })) {
            const auto withHints = ask(hints.ab, hints.mask);
            all.insert(all.begin(), withHints.begin(), withHints.end());
        }
        std::stable_sort(all.begin(), all.end(),
                         [](const auto& one, const auto& other) { return one.weight > other.weight; });
        std::vector<ColorSuggestion> result;
        for (const auto& one : all) {
            if (one.weight < 0.01F || static_cast<int>(result.size()) >= most) continue;
            const bool known = std::any_of(result.begin(), result.end(), [&](const auto& r) {
                return std::hypot(r.a - one.a, r.b - one.b) < kSameSuggestion;
            });
            if (!known) result.push_back({one.a, one.b, std::min(one.weight, 1.0F)});
        }
        return result;
    });
}

Result<> Colorizer::propagate(FrameRange scene, const LightnessOf& lightness, const KeyframeColors& keyframes,
                              ColorTrack& track, JobContext& context) {
    p_->awaitWarmth();
    if (keyframes.empty()) return fail(ErrorCode::Usage, "A scene without any keyframe cannot be coloured.");
    std::int64_t done = 0;
    const std::int64_t passes = scene.length() + (keyframes.rbegin()->first - keyframes.begin()->first);
    const auto putKeyframe = [&](FrameIndex frame, const AbImage& ab) {
        return track.write(frame, {color::resize(ab, track.width(), track.height()),
                                   Plane<float>(track.width(), track.height(), 1.0F)});
    };
    /// One pass from a keyframe up to `end` (not included); `blendFrom` is the other keyframe when the pass before left
    /// colours to blend with.
    const auto pass = [&](FrameIndex key, FrameIndex end, std::optional<FrameIndex> blendFrom) -> Result<> {
        const int direction = end > key ? 1 : -1;
        if (key + direction == end) return {};
        TT_ASSIGN(const LPlane keyLightness, lightness(key));
        TT_TRY(guarded([&]() -> Result<> { return p_->frames->start(keyLightness, keyframes.at(key)), Result<>{}; }));
        std::vector<FrameIndex> others;
        for (const auto& [frame, ab] : keyframes)
            if (frame != key) others.push_back(frame);
        std::sort(others.begin(), others.end(),
                  [&](FrameIndex a, FrameIndex b) { return std::abs(a - key) < std::abs(b - key); });
        for (std::size_t i = 0; i < std::min(others.size(), kMaxOtherKeyframes); ++i) {
            TT_ASSIGN(const LPlane other, lightness(others[i]));
            TT_TRY(guarded(
                [&]() -> Result<> { return p_->frames->addKeyframe(other, keyframes.at(others[i])), Result<>{}; }));
        }
        std::deque<LPlane> ahead;
        FrameIndex unread = key + direction;
        std::future<Result<>> kept;  // the last frame's colours go to the track while the network works on
        for (FrameIndex frame = key + direction; frame != end; frame += direction) {
            if (context.stopRequested()) return cancelled();
            // Two a step, so that the first waits for no more frames than it needs.
            for (int read = 0; read < 2 && ahead.size() <= kAnnounced && unread != end; ++read, unread += direction) {
                TT_ASSIGN(LPlane L, lightness(unread));
                TT_TRY(guarded([&]() -> Result<> { return p_->frames->announce(L), Result<>{}; }));
                ahead.push_back(std::move(L));
            }
            const LPlane now = std::move(ahead.front());
            ahead.pop_front();
            TT_ASSIGN(auto made, guarded([&]() -> Result<std::future<nn::FrameColorizer::Colors>> {
                          return p_->frames->step(now);
                      }));
            if (kept.valid()) TT_TRY(kept.get());
            kept = std::async(std::launch::async, [&, frame, made = std::move(made)]() mutable -> Result<> {
                TT_ASSIGN(ColoredFrame colors,
                          guarded([&]() -> Result<ColoredFrame> { return p_->fromNetwork(made.get()); }));
                if (blendFrom) {
                    TT_ASSIGN(const ColoredFrame other, track.read(frame));
                    blend(colors, other,
                          static_cast<float>(std::abs(frame - *blendFrom)) /
                              static_cast<float>(std::abs(key - *blendFrom)));
                }
                TT_TRY(track.write(frame, colors));
                context.report({"propagate", 0, 1, ++done, passes});
                return {};
            });
        }
        if (kept.valid()) TT_TRY(kept.get());
        // The report of the last frames may have asked for it.
        return context.stopRequested() ? Result<>(cancelled()) : Result<>{};
    };

    for (const auto& [frame, ab] : keyframes) TT_TRY(putKeyframe(frame, ab));
    TT_TRY(pass(keyframes.begin()->first, scene.first - 1, std::nullopt));
    for (auto key = keyframes.begin(); key != keyframes.end(); ++key) {
        const auto next = std::next(key);
        TT_TRY(pass(key->first, next == keyframes.end() ? scene.end : next->first, std::nullopt));
        if (next != keyframes.end()) TT_TRY(pass(next->first, key->first, key->first));
    }
    return {};
}

std::vector<ModelUse> Colorizer::models() const {
    return {{p_->keyframeModel.id, p_->keyframeModel.sha256}, {p_->frameModel.id, p_->frameModel.sha256}};
}

std::string Colorizer::deviceDescription() const {
    return p_->device.description +
           (p_->device.device.is_cpu() ? ", " + std::to_string(p_->threads) + " threads" : "") +
           (p_->bf16 ? ", bf16" : ", fp32");
}

}  // namespace tintreel::inference
