// SPDX-License-Identifier: Apache-2.0
#include "tintreel/scenes/scene_splitter.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <opencv2/imgproc.hpp>

#include "tintreel/color/metrics.h"
#include "tintreel/color/resize.h"

namespace tintreel::scenes {
namespace {

constexpr int kSmallWidth = 64;
constexpr int kTinyWidth = 32, kTinyHeight = 18;
constexpr int kBins = 32;
constexpr FrameIndex kAhead = 5;  // frames looked at after a candidate: a flash is over by then
constexpr FrameIndex kNeighbours = 3;
constexpr double kUneven = 0.8;
constexpr double kBlank = 6;        // contrast of black or white frames, of 255
constexpr double kClear = 10;       // contrast of a picture that can be told from another
constexpr double kSameShot = 0.75;  // correlation above which the picture after a blank is the one before

constexpr float kEvenMean = 128, kEvenSpread = 50;  // of pictures with their exposure evened out

std::vector<float> histogramOf(const Plane<float>& picture, float gain, float offset) {
    std::vector<float> raw(kBins), soft(kBins);
    for (const float value : picture.data)
        raw[static_cast<std::size_t>(
            std::clamp(static_cast<int>((value * gain + offset) * kBins / 256.0F), 0, kBins - 1))] += 1.0F;
    float total = 0;
    for (std::size_t i = 0; i < kBins; ++i)
        total += soft[i] = 0.5F * raw[i] + 0.25F * ((i > 0 ? raw[i - 1] : 0) + (i + 1 < kBins ? raw[i + 1] : 0));
    for (auto& bin : soft) bin /= total;
    return soft;
}

double distance(const std::vector<float>& a, const std::vector<float>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += std::fabs(a[i] - b[i]);
    return sum;
}

}  // namespace

OptionTable SceneSplitOptions::table() {
    return {
        {"rule", &rule, "paper (the bare SSIM rule) or robust.", 0, 0, {"robust", "paper"}},
        {"margin", &margin, "Margin of the bare rule, 0..2.", 0, 2, {}},
        {"robust-margin", &robustMargin, "Margin of the robust rule, 0..2.", 0, 2, {}},
        {"min-length", &minLength, "Shortest scene in frames, 1..100000.", 1, 100000, {}},
    };
}

SceneSplitter::SceneSplitter(SceneSplitOptions options) : options_(std::move(options)) {}

SceneSplitter::Look SceneSplitter::look(const Plane<float>& grey) const {
    Look look;
    const int height =
        std::max(16, static_cast<int>(std::lround(static_cast<double>(grey.height) * kSmallWidth / grey.width)));
    look.picture = color::resize(grey, kSmallWidth, height);
    for (auto& value : look.picture.data) value *= 255.0F;
    look.tiny = color::resize(look.picture, kTinyWidth, kTinyHeight);
    double sum = 0, squares = 0;
    for (const float value : look.picture.data) {
        sum += value;
        squares += static_cast<double>(value) * value;
    }
    const auto n = static_cast<double>(look.picture.size());
    look.contrast = std::sqrt(std::max(0.0, squares / n - sum / n * sum / n));
    look.histogram = histogramOf(look.picture, 1, 0);
    const float gain = kEvenSpread / static_cast<float>(std::max(look.contrast, 1.0));
    look.evened = histogramOf(look.picture, gain, kEvenMean - gain * static_cast<float>(sum / n));
    return look;
}

/// 0 for equal pictures to about 1.5 for pictures that share nothing: half the histogram distance plus half of what the
/// best shifted correlation leaves open. The steady one does not see exposure that flickers.
SceneSplitter::Change SceneSplitter::change(const Look& from, const Look& to) {
    const double open = 0.5 * (1.0 - likeness(from.tiny, to.tiny));
    const double whole = 0.5 * distance(from.histogram, to.histogram) + open;
    return {whole, std::min(whole, 0.5 * distance(from.evened, to.evened) + open)};
}

void SceneSplitter::cut(FrameIndex frame) {
    if (frame - (cuts_.empty() ? 0 : cuts_.back()) >= options_.minLength) cuts_.push_back(frame);
}

void SceneSplitter::push(const Plane<float>& grey) {
    Look next = look(grey);
    if (!window_.empty()) {
        if (options_.rule == "paper") next.ssim = color::ssim(window_.back().picture, next.picture);
        else next.change = change(window_.back(), next);
    }
    if (options_.rule != "paper") dissolves_.push(next.tiny);
    window_.push_back(std::move(next));
    ++frames_;
    if (options_.rule == "paper") decidePaper();
    else decideRobust(false);
    while (static_cast<FrameIndex>(window_.size()) > 2 * kAhead + 2 && first_ + kAhead + 1 < decided_) {
        window_.pop_front();
        ++first_;
    }
}

void SceneSplitter::decidePaper() {
    const auto n = window_.size();
    if (n >= 2 && window_[n - 2].ssim - window_[n - 1].ssim > options_.margin) cut(frames_ - 1);
    decided_ = frames_;
}

void SceneSplitter::decideRobust(bool atEnd) {
    for (; decided_ < frames_ && (atEnd || decided_ + kAhead < frames_); ++decided_) {
        const auto at = [&](FrameIndex frame) -> const Look& {
            return window_[static_cast<std::size_t>(frame - first_)];
        };
        const FrameIndex t = decided_;
        const Look &now = at(t), &before = at(t - 1);

        // Fades: what counts is whether the picture after the black (or white) is another than the one before it.
        if (before.contrast >= kClear) beforeBlank_ = before;
        if (now.contrast < kBlank) {
            blank_ = true;
            blankEnd_ = -1;
            continue;
        }
        if (blank_) {
            blank_ = false;
            blankEnd_ = t;
        }
        if (blankEnd_ >= 0) {
            if (now.contrast < kClear && t - blankEnd_ < 24) continue;
            if (beforeBlank_.tiny.empty() || likeness(beforeBlank_.tiny, now.tiny) < kSameShot) cut(blankEnd_);
            blankEnd_ = -1;
            continue;
        }

        std::vector<double> neighbours;
        for (FrameIndex i = t - kNeighbours; i <= t + kNeighbours; ++i)
            if (i != t && i > first_ && i < frames_ && i > 0) neighbours.push_back(at(i).change.steady);
        double usual = 0;
        if (neighbours.size() > 1) {
            // The second largest: one flash or one other cut nearby says nothing about what is usual here.
            std::nth_element(neighbours.begin(), neighbours.begin() + 1, neighbours.end(), std::greater<>());
            usual = neighbours[1];
        }
        // In fast motion neighbours change a lot too, and unevenly: more is asked of a cut there.
        if (now.change.whole - usual <= options_.robustMargin + kUneven * usual) continue;
        // A flash, or a splice of a few frames, is over soon: something near after it is like something near before it.
        double least = now.change.steady;
        for (FrameIndex after = t; after < std::min(frames_, t + kAhead); ++after)
            for (FrameIndex earlier = std::max(first_, t - kAhead); earlier < t; ++earlier)
                least = std::min(least, change(at(earlier), at(after)).steady);
        if (least > 0.75 * options_.robustMargin) cut(t);
    }
}

void SceneSplitter::addDissolves() {
    for (const auto& dissolve : dissolves_.found()) {
        // Two pictures on both sides of a cut are no dissolve, and what is left on either side must be a scene.
        const FrameIndex room = std::max<FrameIndex>(options_.minLength, dissolve.reach);
        const auto after = std::lower_bound(cuts_.begin(), cuts_.end(), dissolve.middle);
        const FrameIndex before = after == cuts_.begin() ? 0 : *std::prev(after),
                         next = after == cuts_.end() ? frames_ : *after;
        if (dissolve.middle - before >= room && next - dissolve.middle >= room) cuts_.insert(after, dissolve.middle);
    }
}

std::vector<FrameRange> SceneSplitter::finish() {
    if (frames_ == 0) return {};
    if (options_.rule != "paper") {
        decideRobust(true);
        addDissolves();
    }
    std::vector<FrameRange> scenes;
    FrameIndex start = 0;
    for (const FrameIndex cut : cuts_) {
        scenes.push_back({start, cut});
        start = cut;
    }
    scenes.push_back({start, frames_});
    return scenes;
}

}  // namespace tintreel::scenes
