// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/shot_runner.h"

#include <thread>
#include <utility>

#include <opencv2/core.hpp>

#include "tintreel/nn/planes.h"

namespace tintreel::nn {
namespace {

constexpr int kMultiple = 32;

/// How motion is sought that need not wait: on threads of its own where there are many cores, else on the tracker's;
/// with few the network has them all.
std::launch besides() { return std::thread::hardware_concurrency() > 4 ? std::launch::async : std::launch::deferred; }

}  // namespace

Plane<float> padByReflection(const Plane<float>& plane, int multiple) {
    const int width = (plane.width + multiple - 1) / multiple * multiple,
              height = (plane.height + multiple - 1) / multiple * multiple;
    if (plane.sameSize(width, height)) return plane;
    Plane<float> out(width, height);
    const cv::Mat source(plane.height, plane.width, CV_32F, const_cast<float*>(plane.data.data()));
    cv::Mat target(height, width, CV_32F, out.data.data());
    cv::copyMakeBorder(source, target, 0, height - plane.height, 0, width - plane.width, cv::BORDER_REFLECT);
    return out;
}

ShotRunner::ShotRunner(Propagator network, torch::Device device, bool bf16)
    : network_(std::move(network)), device_(device), bf16_(bf16) {}

torch::Tensor ShotRunner::onDevice(const torch::Tensor& t) const {
    return device_.is_cuda() ? t.pin_memory().to(device_, /*non_blocking=*/true) : t;
}

torch::Tensor ShotRunner::padded(const LPlane& lightness) const {
    return onDevice(tensorOf(padByReflection(lightness, kMultiple)).unsqueeze(0));
}

Reference ShotRunner::referenceOf(const LPlane& lightness, const AbImage& ab) {
    const auto color =
        onDevice(torch::cat({tensorOf(padByReflection(ab.a, kMultiple)), tensorOf(padByReflection(ab.b, kMultiple))}, 0)
                     .unsqueeze(0));
    const Bf16Scope scope(bf16_, device_.type());
    return network_->makeKeyframe(padded(lightness), color);
}

void ShotRunner::start(const LPlane& lightness, const AbImage& ab) {
    torch::InferenceMode guard;
    if (tracked_.valid()) tracked_.wait();
    tracked_ = {};
    waiting_.clear();
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
    waiting_.push_back(lightnessBytes(padByReflection(lightness, kMultiple)));
    if (!tracked_.valid()) trackNext();
}

void ShotRunner::trackNext() {
    for (auto& frame : std::exchange(waiting_, {})) tracker_->announce(std::move(frame));
    if (tracker_->hasNext()) tracked_ = std::async(std::launch::async, [this] { return tracker_->next(); });
}

std::future<ShotRunner::Colors> ShotRunner::step(const LPlane& lightness) {
    if (!tracked_.valid()) announce(lightness);
    torch::InferenceMode guard;
    const StepGeometry motion = tracked_.get();
    trackNext();
    const auto geometry = onDevice(geometryTensor(motion)), L = padded(lightness);
    const Bf16Scope scope(bf16_, device_.type());
    const auto features = network_->features(L);
    const auto out =
        network_->forward(L, features, geometry, *previous_, *key_, *anchor_, others_ ? &*others_ : nullptr);
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
