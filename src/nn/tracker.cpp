// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/tracker.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

namespace tintreel::nn {
namespace {

constexpr float kClip = 8.0F;        // errors above this say the same: lost
constexpr int kAnchorInterval = 12;  // frames; 6, 12 and 24 made no difference
constexpr int kWindow = 13;          // pixels, side of the square over which two tracks are compared
constexpr float kBetter = 0.9F;      // a new track must fit so much better than the one that was carried
// Frames from the track that a search starts from to the frame it is for: so many searches go on at once. 1, 2, 3 and 4
// have the same PSNR and last ten frames.
constexpr std::int64_t kBack = 4;
static_assert(kBack < kAnchorInterval, "a search has at most one change of the anchor before it");

cv::Mat matOf(const Plane<std::uint8_t>& plane) {
    return {plane.height, plane.width, CV_8U, const_cast<std::uint8_t*>(plane.data.data())};
}
cv::Mat matOf(const Plane<float>& plane) {
    return {plane.height, plane.width, CV_32F, const_cast<float*>(plane.data.data())};
}

/// The positions (x + u, y + v) as cv::remap takes them.
std::pair<cv::Mat, cv::Mat> mapOf(const Plane<float>& u, const Plane<float>& v) {
    cv::Mat mapX(u.height, u.width, CV_32F), mapY(u.height, u.width, CV_32F);
    for (int y = 0; y < u.height; ++y) {
        const float *uRow = u.row(y), *vRow = v.row(y);
        auto *xRow = mapX.ptr<float>(y), *yRow = mapY.ptr<float>(y);
        for (int x = 0; x < u.width; ++x) {
            xRow[x] = static_cast<float>(x) + uRow[x];
            yRow[x] = static_cast<float>(y) + vRow[x];
        }
    }
    return {mapX, mapY};
}

template <class T>
Plane<T> sampled(const Plane<T>& source, const std::pair<cv::Mat, cv::Mat>& map) {
    Plane<T> out(source.width, source.height);
    cv::Mat target = matOf(out);
    cv::remap(matOf(source), target, map.first, map.second, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    return out;
}

Plane<float> distance(const Plane<float>& u0, const Plane<float>& v0, const Plane<float>& u1, const Plane<float>& v1) {
    Plane<float> d(u0.width, u0.height);
    for (std::size_t i = 0; i < d.size(); ++i)
        d.data[i] = std::min(kClip, std::hypot(u0.data[i] - u1.data[i], v0.data[i] - v1.data[i]));
    return d;
}

Plane<float> halved(const Plane<float>& plane) {
    Plane<float> half(plane.width / 2, plane.height / 2);
    for (int y = 0; y < half.height; ++y) {
        const float *top = plane.row(2 * y), *bottom = plane.row(2 * y + 1);
        float* out = half.row(y);
        for (int x = 0; x < half.width; ++x)
            out[x] = 0.25F * (top[2 * x] + top[2 * x + 1] + bottom[2 * x] + bottom[2 * x + 1]);
    }
    return half;
}

/// Displacements at full size → positions at half size. The centre of a 2×2 block lies at (2x + ½) and has half-size
/// index x, so an index c at full size is c/2 − ¼ at half size.
Coordinates halfCoordinates(const Plane<float>& u, const Plane<float>& v) {
    Coordinates c{halved(u), halved(v)};
    for (int y = 0; y < c.x.height; ++y)
        for (int x = 0; x < c.x.width; ++x) {
            c.x.at(x, y) = static_cast<float>(x) + c.x.at(x, y) * 0.5F;
            c.y.at(x, y) = static_cast<float>(y) + c.y.at(x, y) * 0.5F;
        }
    return c;
}

/// How badly the track u, v fits: mean difference in lightness about each pixel, and one level for the noise.
Plane<float> misfit(const Plane<std::uint8_t>& frame, const Plane<std::uint8_t>& reference, const Plane<float>& u,
                    const Plane<float>& v) {
    const auto seen = sampled(reference, mapOf(u, v));
    Plane<float> out(frame.width, frame.height);
    cv::Mat difference, target = matOf(out);
    cv::absdiff(matOf(seen), matOf(frame), difference);
    difference.convertTo(difference, CV_32F, 1.0, 1.0);
    cv::blur(difference, target, cv::Size(kWindow, kWindow));
    return out;
}

}  // namespace

/// Two, as OpenCV's object never forgets a start that it was given: later fields without one would be drawn to it (1.9
/// px on water).
struct DenseFlow::Private {
    cv::Ptr<cv::DISOpticalFlow> fresh = cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_MEDIUM);
    cv::Ptr<cv::DISOpticalFlow> started = cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_MEDIUM);
};

DenseFlow::DenseFlow() : p_(std::make_unique<Private>()) {}
DenseFlow::~DenseFlow() = default;
DenseFlow::DenseFlow(DenseFlow&&) noexcept = default;
DenseFlow& DenseFlow::operator=(DenseFlow&&) noexcept = default;

void DenseFlow::compute(const Plane<std::uint8_t>& from, const Plane<std::uint8_t>& to, Plane<float>& u,
                        Plane<float>& v, bool useInitial) {
    cv::Mat field;
    if (useInitial) {
        const cv::Mat parts[] = {matOf(u), matOf(v)};
        cv::merge(parts, 2, field);
    }
    (useInitial ? p_->started : p_->fresh)->calc(matOf(from), matOf(to), field);
    if (!u.sameSize(from.width, from.height)) u = Plane<float>(from.width, from.height);
    if (!v.sameSize(from.width, from.height)) v = Plane<float>(from.width, from.height);
    cv::Mat parts[] = {matOf(u), matOf(v)};
    cv::split(field, parts);
}

Plane<float> warp(const Plane<float>& source, const Plane<float>& u, const Plane<float>& v) {
    return sampled(source, mapOf(u, v));
}

struct Tracker::Motion {
    Motion(const Plane<std::uint8_t>& frame, const Plane<std::uint8_t>& before) {
        DenseFlow flow;
        flow.compute(frame, before, field.u, field.v, false);
        flow.compute(before, frame, back.u, back.v, false);
        map = mapOf(field.u, field.v);
    }
    Track field, back;                // from the frame into the one before, and the other way
    std::pair<cv::Mat, cv::Mat> map;  // of `field`
};

Tracker::Tracker(Plane<std::uint8_t> keyframe, std::launch besides)
    : besides_(besides), keyFlows_(besides == std::launch::async ? kBack : 1), anchorFlows_(keyFlows_.size()) {
    const Plane<float> zero(keyframe.width, keyframe.height);
    announced_ = std::make_shared<const Plane<std::uint8_t>>(std::move(keyframe));
    const auto still = std::make_shared<const Track>(Track{zero, zero});
    key_ = anchor_ = pending_ = announced_;
    carried_ = *still;
    carriedError_ = zero;
    past_.push_back({{}, still, still, still});
}

Tracker::~Tracker() = default;
Tracker::Tracker(Tracker&&) noexcept = default;
Tracker& Tracker::operator=(Tracker&&) noexcept = default;

Tracker::Track Tracker::carried(const Track& track, const Motion& motion) {
    Track out{sampled(track.u, motion.map), sampled(track.v, motion.map)};
    for (std::size_t i = 0; i < out.u.size(); ++i) {
        out.u.data[i] += motion.field.u.data[i];
        out.v.data[i] += motion.field.v.data[i];
    }
    return out;
}

void Tracker::announce(Plane<std::uint8_t> frame) {
    auto before = std::exchange(announced_, std::make_shared<const Plane<std::uint8_t>>(std::move(frame)));
    auto motion = std::async(besides_, [frame = announced_, before = std::move(before)] {
        return std::make_shared<const Motion>(*frame, *before);
    });
    ahead_.push_back({announced_, motion.share(), {}, {}});
    search();
}

void Tracker::search() {
    for (std::size_t i = 0; i < ahead_.size(); ++i) {
        auto& next = ahead_[i];
        const auto frame = tracked_ + 1 + static_cast<std::int64_t>(i), from = std::max<std::int64_t>(0, frame - kBack);
        if (from > tracked_) return;
        if (next.key.valid()) continue;
        const auto& start = past_[past_.size() - 1 - static_cast<std::size_t>(tracked_ - from)];
        std::vector<Seek> motions;
        for (auto k = past_.size() - static_cast<std::size_t>(tracked_ - from); k < past_.size(); ++k)
            motions.push_back(past_[k].motion);
        for (std::size_t k = 0; k <= i; ++k) motions.push_back(ahead_[k].motion);
        const auto begin = [&](DenseFlow& flow, const Frame& reference, const std::shared_ptr<const Track>& track) {
            return std::async(besides_, [&flow, reference, track, motions, frame = next.frame] {
                Found found{*track, {}};
                for (const auto& motion : motions) found.track = carried(found.track, *motion.get());
                flow.compute(*frame, *reference, found.track.u, found.track.v, true);
                found.misfit = misfit(*frame, *reference, found.track.u, found.track.v);
                return found;
            });
        };
        // Once the anchor has changed it is what is pending now.
        const bool changes = sinceAnchor_ + static_cast<int>(i) >= kAnchorInterval;
        const auto slot = static_cast<std::size_t>(frame) % keyFlows_.size();
        next.key = begin(keyFlows_[slot], key_, start.key);
        next.anchor = begin(anchorFlows_[slot], changes ? pending_ : anchor_, changes ? start.pending : start.anchor);
    }
}

StepGeometry Tracker::advance(Plane<std::uint8_t> frame) {
    announce(std::move(frame));
    return next();
}

StepGeometry Tracker::next() {
    auto now = std::move(ahead_.front());
    ahead_.pop_front();
    const auto motion = now.motion.get();
    const auto& frame = *now.frame;
    StepGeometry geometry;
    /// Takes what was found where it fits better than what was carried. → how far the two lie apart
    const auto settle = [&](std::future<Found>& sought, const Frame& reference,
                            std::shared_ptr<const Track>& track) -> Plane<float> {
        auto kept = carried(*track, *motion);
        const auto carriedMisfit = misfit(frame, *reference, kept.u, kept.v);
        const auto found = sought.get();
        auto move = distance(found.track.u, found.track.v, kept.u, kept.v);
        // On the validation shots the keyframe's colours come 0.6 dB nearer than with every new track taken: an object
        // that has left is found nowhere again, but something else is.
        for (std::size_t i = 0; i < carriedMisfit.size(); ++i) {
            if (found.misfit.data[i] >= kBetter * carriedMisfit.data[i]) continue;
            kept.u.data[i] = found.track.u.data[i];
            kept.v.data[i] = found.track.v.data[i];
        }
        track = std::make_shared<const Track>(std::move(kept));
        return move;
    };
    auto state = past_.back();
    state.motion = now.motion;
    auto anchor = std::async(besides_, [&, track = &state.anchor] { return settle(now.anchor, anchor_, *track); });
    auto byFlowAlone = std::async(besides_, [&, pending = &state.pending] {
        *pending = std::make_shared<const Track>(carried(**pending, *motion));
        carried_ = carried(carried_, *motion);
        const auto returnedU = sampled(motion->back.u, motion->map), returnedV = sampled(motion->back.v, motion->map);
        const auto &u = motion->field.u, &v = motion->field.v;
        Plane<float> error(frame.width, frame.height);
        for (std::size_t i = 0; i < error.size(); ++i)
            error.data[i] = std::min(kClip, std::hypot(u.data[i] + returnedU.data[i], v.data[i] + returnedV.data[i]));
        carriedError_ = sampled(carriedError_, motion->map);
        for (std::size_t i = 0; i < error.size(); ++i)
            carriedError_.data[i] = std::max(carriedError_.data[i], error.data[i]);
        geometry.chain = halfCoordinates(u, v);
        geometry.chainError = halved(error);
        geometry.carried = halfCoordinates(carried_.u, carried_.v);
        geometry.carriedError = halved(carriedError_);
    });
    const auto keyMove = settle(now.key, key_, state.key), anchorMove = anchor.get();
    byFlowAlone.get();
    const auto tracks = state;

    geometry.anchorChanges = ++sinceAnchor_ >= kAnchorInterval;
    if (geometry.anchorChanges) {
        sinceAnchor_ = 0;
        anchor_ = std::exchange(pending_, now.frame);
        for (auto& past : past_) past.anchor = past.pending;
        state.anchor = state.pending;
        const Plane<float> zero(frame.width, frame.height);
        state.pending = std::make_shared<const Track>(Track{zero, zero});
    }
    past_.push_back(std::move(state));
    if (past_.size() > static_cast<std::size_t>(kBack)) past_.pop_front();
    ++tracked_;
    search();

    geometry.keyMove = halved(keyMove);
    geometry.key = halfCoordinates(tracks.key->u, tracks.key->v);
    geometry.anchorMove = halved(anchorMove);
    geometry.anchor = halfCoordinates(tracks.anchor->u, tracks.anchor->v);
    return geometry;
}

Plane<std::uint8_t> lightnessBytes(const LPlane& lightness) {
    Plane<std::uint8_t> bytes(lightness.width, lightness.height);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes.data[i] = static_cast<std::uint8_t>(std::clamp(lightness.data[i] * 2.55F + 0.5F, 0.0F, 255.0F));
    return bytes;
}

}  // namespace tintreel::nn
