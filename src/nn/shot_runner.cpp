// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/shot_runner.h"

#include <thread>
#include <utility>

#include <opencv2/core.hpp>

#include "tintreel/nn/planes.h"

namespace tintreel::nn {
namespace {

constexpr int kMultiple = 32;

/// How motion is sought that need not wait: on threads of its own where there are many cores, else on the tracker's; with few the network has them all.
std::launch besides() { return std::thread::hardware_concurrency() > 4 ? std::launch::async : std::launch::deferred; }

}  // namespace

Plane<float> padByReflection(const Plane<float>& plane, int multiple) {
    const int width = (plane.width + multiple - 1) / multiple * multiple, height = (plane.height + multiple - 1) / multiple * multiple;
    if (plane.sameSize(width, height)) return plane;
    Plane<float> out(width, height);
    const cv::Mat source(plane.height, plane.width, CV_32F, const_cast<float*>(plane.data.data()));
    cv::Mat target(height, width, CV_32F, out.data.data());
    cv::copyMakeBorder(source, target, 0, height - plane.height, 0, width - plane.width, cv::BORDER_REFLECT);
    return out;
}

ShotRunner::ShotRunner(Propagator network, torch::Device device, bool bf16) : network_(std::move(network)), device_(device), bf16_(bf16) {}

torch::Tensor ShotRunner::onDevice(const torch::Tensor& t) const { return device_.is_cuda() ? t.pin_memory().to(device_, /*non_blocking=*/true) : t; }

ShotRunner::Seen ShotRunner::see(const Plane<float>& padded) {
    torch::InferenceMode guard;
    const Bf16Scope scope(bf16_, device_.type());
    const auto L = onDevice(tensorOf(padded).unsqueeze(0));
    return {L, network_->features(L)};
}

Reference ShotRunner::referenceOf(const LPlane& lightness, const AbImage& ab) {
    const auto color = onDevice(torch::cat({tensorOf(padByReflection(ab.a, kMultiple)), tensorOf(padByReflection(ab.b, kMultiple))}, 0).unsqueeze(0));
    const Bf16Scope scope(bf16_, device_.type());
    return network_->makeKeyframe(onDevice(tensorOf(padByReflection(lightness, kMultiple)).unsqueeze(0)), color);
}

void ShotRunner::start(const LPlane& lightness, const AbImage& ab) {
    torch::InferenceMode guard;
    if (tracked_.valid()) tracked_.wait();
    tracked_ = {};
    seen_ = {};
    ahead_.clear();
    told_ = 0;
    key_ = referenceOf(lightness, ab);
    previous_ = anchor_ = pending_ = key_;
    others_.reset();
    tracker_.emplace(lightnessBytes(padByReflection(lightness, kMultiple)), besides());
}

void ShotRunner::addKeyframe(const LPlane& lightness, const AbImage& ab) {
    torch::InferenceMode guard;
    auto memory = referenceOf(lightness, ab).memory;
    others_ = others_ ? concatenated({*others_, memory}) : std::move(memory);
}

void ShotRunner::announce(const LPlane& lightness) {
    ahead_.push_back(padByReflection(lightness, kMultiple));
    if (!tracked_.valid()) prepareNext();
}

void ShotRunner::prepareNext() {
    for (; told_ < ahead_.size(); ++told_) tracker_->announce(lightnessBytes(ahead_[told_]));
    if (ahead_.empty()) return;
    tracked_ = std::async(std::launch::async, [this] { return tracker_->next(); });
    seen_ = std::async(device_.is_cuda() ? std::launch::async : std::launch::deferred, [this, padded = std::move(ahead_.front())] { return see(padded); });
    ahead_.pop_front();
    --told_;
}

std::future<ShotRunner::Colors> ShotRunner::step(const LPlane& lightness) {
    if (!tracked_.valid()) announce(lightness);
    torch::InferenceMode guard;
    const auto [L, features] = seen_.get();
    const StepGeometry motion = tracked_.get();
    prepareNext();
    const auto geometry = onDevice(geometryTensor(motion));
    const Bf16Scope scope(bf16_, device_.type());
    const auto out = network_->forward(L, features, geometry, *previous_, *key_, *anchor_, others_ ? &*others_ : nullptr);
    previous_ = network_->makeReference(features, L, out.ab, out.logError);
    if (motion.anchorChanges) {
        anchor_ = std::move(pending_);
        pending_ = previous_;
    }
    const int width = (lightness.width + 1) / 2, height = (lightness.height + 1) / 2;
    const auto unpadded = [&](const torch::Tensor& t) { return t.narrow(2, 0, height).narrow(3, 0, width); };
    return fetched(unpadded(out.ab), unpadded(out.logError));
}

}  // namespace tintreel::nn
