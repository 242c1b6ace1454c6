// SPDX-License-Identifier: Apache-2.0
#include "training/film_look.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "tintreel/color/lab.h"

namespace tintreel::training {
namespace {

constexpr std::array<double, 3> kBlueSensitive{0.0, 0.1, 0.9};
constexpr std::array<double, 3> kOrthochromatic{0.03, 0.52, 0.45};
constexpr std::array<double, 3> kPanchromatic{0.2126, 0.7152, 0.0722};

std::array<double, 3> between(const std::array<double, 3>& a, const std::array<double, 3>& b, double t) {
    return {a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])};
}

cv::Mat matOf(Plane<float>& plane) { return cv::Mat(plane.height, plane.width, CV_32F, plane.data.data()); }

void clip(LPlane& lightness) {
    for (auto& value : lightness.data) value = std::clamp(value, 0.0F, 100.0F);
}

}  // namespace

FilmLook FilmLook::random(Rng& rng, int width) {
    FilmLook look;
    const double age = uniform(rng, 0, 3), t = age - std::floor(age);
    if (age < 1) look.response = between(kBlueSensitive, kOrthochromatic, t);
    else if (age < 2) look.response = between(kOrthochromatic, kPanchromatic, t);
    else look.response = kPanchromatic;
    look.halation = chance(rng, 0.5) ? uniform(rng, 0.05, 0.3) : 0.0;
    look.halationRadius = width * uniform(rng, 0.005, 0.03);
    look.grain = uniform(rng, 0.0, 5.0);
    look.grainSize = chance(rng, 0.5) ? uniform(rng, 0.4, 1.0) : 0.0;
    return look;
}

LPlane filmLightness(const RgbImage& rgb, const FilmLook& look) {
    static const std::array<float, 256> linear = [] {
        std::array<float, 256> table{};
        for (std::size_t i = 0; i < table.size(); ++i) table[i] = color::linearFromSrgb(static_cast<float>(i) / 255.0F);
        return table;
    }();
    Plane<float> exposure(rgb.width, rgb.height);
    const auto r = static_cast<float>(look.response[0]), g = static_cast<float>(look.response[1]),
               b = static_cast<float>(look.response[2]);
    for (std::size_t i = 0; i < exposure.size(); ++i) {
        const std::uint8_t* p = rgb.data.data() + 3 * i;
        exposure.data[i] = r * linear[p[0]] + g * linear[p[1]] + b * linear[p[2]];
    }
    if (look.halation > 0 && look.halationRadius > 0) {
        cv::Mat scattered;
        cv::GaussianBlur(matOf(exposure), scattered, cv::Size(), look.halationRadius, look.halationRadius,
                         cv::BORDER_REFLECT);
        cv::addWeighted(matOf(exposure), 1 - look.halation, scattered, look.halation, 0, matOf(exposure));
    }
    for (auto& value : exposure.data) value = color::srgbFromLinear(value);
    return color::lightnessFromGrey(exposure);
}

void addGrain(LPlane& lightness, const FilmLook& look, Rng& rng) {
    if (look.grain <= 0) return;
    Plane<float> noise(lightness.width, lightness.height);
    std::normal_distribution<float> normal(0.0F, 1.0F);
    for (auto& value : noise.data) value = normal(rng);
    if (look.grainSize > 0) {
        const int side = 2 * std::max(1, static_cast<int>(std::ceil(3 * look.grainSize))) + 1;
        const cv::Mat kernel = cv::getGaussianKernel(side, look.grainSize, CV_64F);
        cv::sepFilter2D(matOf(noise), matOf(noise), CV_32F, kernel, kernel, cv::Point(-1, -1), 0,
                        cv::BORDER_REFLECT_101);
        // Blurring takes variance: the sum of the squared weights of both passes is what is left of it.
        const double left = kernel.dot(kernel);
        matOf(noise) /= left;
    }
    for (std::size_t i = 0; i < lightness.size(); ++i) {
        const float t = std::clamp(lightness.data[i] / 100.0F, 0.0F, 1.0F);
        lightness.data[i] += static_cast<float>(look.grain) * std::sqrt(4 * t * (1 - t)) * noise.data[i];
    }
    clip(lightness);
}

FilmWear FilmWear::random(Rng& rng) {
    FilmWear wear;
    wear.flicker = chance(rng, 0.6) ? uniform(rng, 0.005, 0.05) : 0.0;
    wear.scratches = chance(rng, 0.5) ? uniform(rng, 0.5, 4) : 0.0;
    wear.dust = chance(rng, 0.6) ? uniform(rng, 0.5, 8) : 0.0;
    wear.seed = rng();
    return wear;
}

void addWear(LPlane& lightness, const FilmWear& wear, int index) {
    Rng frame = rngFor(wear.seed, static_cast<std::uint64_t>(index), 0), shot = rngFor(wear.seed, 0, 1);
    std::normal_distribution<double> normal(0.0, 1.0);
    const auto gain = static_cast<float>(std::max(0.0, 1.0 + wear.flicker * normal(frame)));
    if (wear.flicker > 0)
        for (auto& value : lightness.data) value *= gain;
    const auto count = [](double mean, Rng& rng) { return mean > 0 ? std::poisson_distribution<int>(mean)(rng) : 0; };
    for (int left = count(wear.scratches, shot); left > 0; --left) {
        const double x = uniform(shot, 0, lightness.width) + uniform(shot, -0.3, 0.3) * index;
        const auto shade = static_cast<float>(chance(shot, 0.7) ? uniform(shot, 8, 40) : uniform(shot, -40, -8));
        const double top = uniform(shot, -0.5, 0.5) * lightness.height,
                     bottom = top + uniform(shot, 0.3, 1.5) * lightness.height;
        const int column = static_cast<int>(std::floor(x + 0.7 * normal(frame)));
        if (column < 0 || column >= lightness.width) continue;
        for (int y = std::max(0, static_cast<int>(top)); y < std::min<int>(lightness.height, static_cast<int>(bottom));
             ++y)
            lightness.at(column, y) += shade;
    }
    for (int left = count(wear.dust, frame); left > 0; --left) {
        const cv::Point2f centre(static_cast<float>(uniform(frame, 0, lightness.width)),
                                 static_cast<float>(uniform(frame, 0, lightness.height)));
        const cv::Size2f diameters(static_cast<float>(uniform(frame, 1, 5)), static_cast<float>(uniform(frame, 1, 5)));
        cv::Mat picture = matOf(lightness);
        cv::ellipse(picture, cv::RotatedRect(centre, diameters, static_cast<float>(uniform(frame, 0, 180))),
                    cv::Scalar(chance(frame, 0.5) ? 95 : 5), cv::FILLED);
    }
    clip(lightness);
}

}  // namespace tintreel::training
