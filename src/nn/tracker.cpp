// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/tracker.h"

#include <algorithm>
#include <cmath>
#include <future>

#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

namespace tintreel::nn {
namespace {

constexpr float kClip = 8.0F;         // errors above this say the same: lost
constexpr int kAnchorInterval = 12;   // frames; 6, 12 and 24 made no difference
constexpr int kWindow = 13;           // pixels, side of the square over which two tracks are compared
constexpr float kBetter = 0.9F;       // a new track must fit so much better than the one that was carried

cv::Mat matOf(const Plane<std::uint8_t>& plane) { return {plane.height, plane.width, CV_8U, const_cast<std::uint8_t*>(plane.data.data())}; }
cv::Mat matOf(const Plane<float>& plane) { return {plane.height, plane.width, CV_32F, const_cast<float*>(plane.data.data())}; }

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
    for (std::size_t i = 0; i < d.size(); ++i) d.data[i] = std::min(kClip, std::hypot(u0.data[i] - u1.data[i], v0.data[i] - v1.data[i]));
    return d;
}

Plane<float> halved(const Plane<float>& plane) {
    Plane<float> half(plane.width / 2, plane.height / 2);
    for (int y = 0; y < half.height; ++y) {
        const float *top = plane.row(2 * y), *bottom = plane.row(2 * y + 1);
        float* out = half.row(y);
        for (int x = 0; x < half.width; ++x) out[x] = 0.25F * (top[2 * x] + top[2 * x + 1] + bottom[2 * x] + bottom[2 * x + 1]);
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
cv::Mat misfit(const Plane<std::uint8_t>& frame, const Plane<std::uint8_t>& reference, const Plane<float>& u, const Plane<float>& v) {
    const auto seen = sampled(reference, mapOf(u, v));
    cv::Mat difference;
    cv::absdiff(matOf(seen), matOf(frame), difference);
    difference.convertTo(difference, CV_32F, 1.0, 1.0);
    cv::blur(difference, difference, cv::Size(kWindow, kWindow));
    return difference;
}

}  // namespace

/// Two, as OpenCV's object never forgets a start that it was given: later fields without one would be drawn to it (1.9 px on water).
struct DenseFlow::Private {
    cv::Ptr<cv::DISOpticalFlow> fresh = cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_MEDIUM);
    cv::Ptr<cv::DISOpticalFlow> started = cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_MEDIUM);
};

DenseFlow::DenseFlow() : p_(std::make_unique<Private>()) {}
DenseFlow::~DenseFlow() = default;
DenseFlow::DenseFlow(DenseFlow&&) noexcept = default;
DenseFlow& DenseFlow::operator=(DenseFlow&&) noexcept = default;

void DenseFlow::compute(const Plane<std::uint8_t>& from, const Plane<std::uint8_t>& to, Plane<float>& u, Plane<float>& v, bool useInitial) {
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

Plane<float> warp(const Plane<float>& source, const Plane<float>& u, const Plane<float>& v) { return sampled(source, mapOf(u, v)); }

FrameMotion motionBetween(const Plane<std::uint8_t>& frame, const Plane<std::uint8_t>& before) {
    FrameMotion motion;
    DenseFlow flow;
    flow.compute(frame, before, motion.u, motion.v, false);
    flow.compute(before, frame, motion.backU, motion.backV, false);
    return motion;
}

Tracker::Tracker(Plane<std::uint8_t> keyframe, std::launch besides) : besides_(besides), previous_(keyframe) {
    const Plane<float> zero(keyframe.width, keyframe.height);
    carried_ = {{}, zero, zero};
    carriedError_ = zero;
    key_ = {std::move(keyframe), zero, zero};
    anchor_ = pending_ = key_;
}

Plane<float> Tracker::reestimate(DenseFlow& flow, Reference& reference, const Plane<std::uint8_t>& frame) {
    auto u = reference.u, v = reference.v;
    flow.compute(frame, reference.frame, u, v, true);
    auto move = distance(u, v, reference.u, reference.v);
    // On the validation shots the keyframe's colours come 0.6 dB nearer than with every new track taken: an object that has left is
    // found nowhere again, but something else is.
    const auto found = misfit(frame, reference.frame, u, v), carried = misfit(frame, reference.frame, reference.u, reference.v);
    for (int y = 0; y < u.height; ++y) {
        const auto *foundRow = found.ptr<float>(y), *carriedRow = carried.ptr<float>(y);
        for (int x = 0; x < u.width; ++x) {
            if (foundRow[x] >= kBetter * carriedRow[x]) continue;
            reference.u.at(x, y) = u.at(x, y);
            reference.v.at(x, y) = v.at(x, y);
        }
    }
    return move;
}

StepGeometry Tracker::advance(const Plane<std::uint8_t>& frame) { return advance(frame, motionBetween(frame, previous_)); }

StepGeometry Tracker::advance(const Plane<std::uint8_t>& frame, const FrameMotion& motion) {
    const auto &u = motion.u, &v = motion.v;
    const auto map = mapOf(u, v);
    const auto carry = [&](Reference& reference) {
        reference.u = sampled(reference.u, map);
        reference.v = sampled(reference.v, map);
        for (std::size_t i = 0; i < u.size(); ++i) {
            reference.u.data[i] += u.data[i];
            reference.v.data[i] += v.data[i];
        }
    };
    StepGeometry geometry;
    auto anchor = std::async(besides_, [&] {
        carry(anchor_);
        geometry.anchorMove = halved(reestimate(anchorFlow_, anchor_, frame));
        geometry.anchor = halfCoordinates(anchor_.u, anchor_.v);
    });
    auto byFlowAlone = std::async(besides_, [&] {
        carry(pending_);
        carry(carried_);
        const auto returnedU = sampled(motion.backU, map), returnedV = sampled(motion.backV, map);
        Plane<float> error(frame.width, frame.height);
        for (std::size_t i = 0; i < error.size(); ++i)
            error.data[i] = std::min(kClip, std::hypot(u.data[i] + returnedU.data[i], v.data[i] + returnedV.data[i]));
        carriedError_ = sampled(carriedError_, map);
        for (std::size_t i = 0; i < error.size(); ++i) carriedError_.data[i] = std::max(carriedError_.data[i], error.data[i]);
        geometry.chain = halfCoordinates(u, v);
        geometry.chainError = halved(error);
        geometry.carried = halfCoordinates(carried_.u, carried_.v);
        geometry.carriedError = halved(carriedError_);
    });
    carry(key_);
    geometry.keyMove = halved(reestimate(keyFlow_, key_, frame));
    geometry.key = halfCoordinates(key_.u, key_.v);
    anchor.get();
    byFlowAlone.get();

    previous_ = frame;
    geometry.anchorChanges = ++sinceAnchor_ >= kAnchorInterval;
    if (geometry.anchorChanges) {
        sinceAnchor_ = 0;
        anchor_ = std::move(pending_);
        const Plane<float> zero(frame.width, frame.height);
        pending_ = {frame, zero, zero};
    }
    return geometry;
}

Plane<std::uint8_t> lightnessBytes(const LPlane& lightness) {
    Plane<std::uint8_t> bytes(lightness.width, lightness.height);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes.data[i] = static_cast<std::uint8_t>(std::clamp(lightness.data[i] * 2.55F + 0.5F, 0.0F, 255.0F));
    return bytes;
}

}  // namespace tintreel::nn
