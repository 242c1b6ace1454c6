// SPDX-License-Identifier: Apache-2.0
#include "training/view.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "training/film_look.h"

namespace tintreel::training {
namespace {

/// A field within ±`size` that changes smoothly: 3×4 numbers at random between which it is cubic.
cv::Mat smoothField(int width, int height, double size, Rng& rng) {
    cv::Mat coarse(3, 4, CV_32F), field;
    for (int i = 0; i < 12; ++i) coarse.at<float>(i / 4, i % 4) = static_cast<float>(uniform(rng, -size, size));
    cv::resize(coarse, field, cv::Size(width, height), 0, 0, cv::INTER_CUBIC);
    return cv::min(cv::max(field, -size), size);
}

}  // namespace

View View::random(int width, int height, Rng& rng) {
    View view;
    const double angle = uniform(rng, -0.15, 0.15), zoom = std::exp(uniform(rng, -0.223, 0.223));
    const double c = std::cos(angle) * zoom, s = std::sin(angle) * zoom;
    const double centreX = (width - 1) / 2.0, centreY = (height - 1) / 2.0;
    const double moveX = width * uniform(rng, -0.1, 0.1), moveY = height * uniform(rng, -0.1, 0.1);
    view.x_ = smoothField(width, height, 0.03 * width, rng);
    view.y_ = smoothField(width, height, 0.03 * width, rng);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            view.x_.at<float>(y, x) += static_cast<float>(centreX + c * (x - centreX) - s * (y - centreY) + moveX);
            view.y_.at<float>(y, x) += static_cast<float>(centreY + s * (x - centreX) + c * (y - centreY) + moveY);
        }
    view.gain_ = smoothField(width, height, 0.08, rng);
    view.gain_ += 1.0;
    return view;
}

RgbImage View::seen(const RgbImage& rgb) const {
    const cv::Mat whole(rgb.height, rgb.width, CV_8UC3, const_cast<std::uint8_t*>(rgb.data.data()));
    RgbImage out(rgb.width, rgb.height);
    cv::Mat target(out.height, out.width, CV_8UC3, out.data.data());
    cv::remap(whole, target, x_, y_, cv::INTER_LINEAR, cv::BORDER_REFLECT);
    return out;
}

void View::light(LPlane& lightness) const {
    for (int y = 0; y < lightness.height; ++y)
        for (int x = 0; x < lightness.width; ++x)
            lightness.at(x, y) = std::clamp(lightness.at(x, y) * gain_.at<float>(y, x), 0.0F, 100.0F);
}

std::array<double, 3> anyResponse(Rng& rng) {
    // Exponential numbers over their sum are evenly spread over all weights of sum 1.
    std::array<double, 3> weights{};
    double sum = 0;
    for (auto& weight : weights) sum += weight = -std::log(uniform(rng, 1e-6, 1.0));
    const auto luminance = FilmLook{}.response;
    for (std::size_t i = 0; i < 3; ++i) weights[i] = 0.5 * luminance[i] + 0.5 * weights[i] / sum;
    return weights;
}

}  // namespace tintreel::training
