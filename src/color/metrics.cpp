// SPDX-License-Identifier: Apache-2.0
#include "tintreel/color/metrics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

namespace tintreel::color {

double psnr(const RgbImage& a, const RgbImage& b) {
    assert(a.data.size() == b.data.size());
    double sum = 0;
    for (std::size_t i = 0; i < a.data.size(); ++i) {
        const double difference = static_cast<double>(a.data[i]) - static_cast<double>(b.data[i]);
        sum += difference * difference;
    }
    if (sum == 0) return 100.0;
    return 10.0 * std::log10(255.0 * 255.0 / (sum / static_cast<double>(a.data.size())));
}

double ssim(const Plane<float>& a, const Plane<float>& b) {
    assert(a.sameSize(b.width, b.height));
    constexpr double kC1 = (0.01 * 255) * (0.01 * 255), kC2 = (0.03 * 255) * (0.03 * 255);
    constexpr int kWindow = 11;
    const auto asDouble = [](const Plane<float>& plane) {
        cv::Mat m;
        cv::Mat(plane.height, plane.width, CV_32F, const_cast<float*>(plane.data.data())).convertTo(m, CV_64F);
        return m;
    };
    const auto mean = [](const cv::Mat& m) {
        cv::Mat out;
        cv::GaussianBlur(m, out, cv::Size(kWindow, kWindow), 1.5);
        return out;
    };
    const cv::Mat x = asDouble(a), y = asDouble(b);
    const cv::Mat mx = mean(x), my = mean(y);
    const cv::Mat vx = mean(x.mul(x)) - mx.mul(mx), vy = mean(y.mul(y)) - my.mul(my), cov = mean(x.mul(y)) - mx.mul(my);
    const cv::Mat map =
        ((2 * mx.mul(my) + kC1).mul(2 * cov + kC2)) / ((mx.mul(mx) + my.mul(my) + kC1).mul(vx + vy + kC2));
    const int edge = kWindow / 2;
    return cv::mean(map(cv::Rect(edge, edge, a.width - 2 * edge, a.height - 2 * edge)))[0];
}

double ciede2000(const std::array<double, 3>& first, const std::array<double, 3>& second) noexcept {
    const auto [firstL, firstA, firstB] = first;
    const auto [secondL, secondA, secondB] = second;
    constexpr double kDegree = std::numbers::pi / 180.0;
    const double kPow25To7 = std::pow(25.0, 7);
    const double c1 = std::hypot(firstA, firstB), c2 = std::hypot(secondA, secondB);
    const double c7 = std::pow((c1 + c2) / 2, 7);
    const double g = 0.5 * (1 - std::sqrt(c7 / (c7 + kPow25To7)));
    const double a1 = (1 + g) * firstA, a2 = (1 + g) * secondA;
    const double cp1 = std::hypot(a1, firstB), cp2 = std::hypot(a2, secondB);
    const auto hue = [](double a, double b) {
        if (a == 0 && b == 0) return 0.0;
        const double h = std::atan2(b, a) / kDegree;
        return h < 0 ? h + 360 : h;
    };
    const double h1 = hue(a1, firstB), h2 = hue(a2, secondB);
    const double dL = secondL - firstL, dC = cp2 - cp1;
    double dh = 0;
    if (cp1 * cp2 != 0) {
        dh = h2 - h1;
        if (dh > 180) dh -= 360;
        if (dh < -180) dh += 360;
    }
    const double dH = 2 * std::sqrt(cp1 * cp2) * std::sin(dh / 2 * kDegree);
    const double L = (firstL + secondL) / 2.0, C = (cp1 + cp2) / 2;
    double h = h1 + h2;
    if (cp1 * cp2 != 0) h = std::fabs(h1 - h2) <= 180 ? h / 2 : (h < 360 ? (h + 360) / 2 : (h - 360) / 2);
    const double t = 1 - 0.17 * std::cos((h - 30) * kDegree) + 0.24 * std::cos(2 * h * kDegree) +
                     0.32 * std::cos((3 * h + 6) * kDegree) - 0.20 * std::cos((4 * h - 63) * kDegree);
    const double rotation = 30 * std::exp(-((h - 275) / 25) * ((h - 275) / 25));
    const double C7 = std::pow(C, 7), rc = 2 * std::sqrt(C7 / (C7 + kPow25To7));
    const double L50 = (L - 50) * (L - 50);
    const double sl = 1 + 0.015 * L50 / std::sqrt(20 + L50), sc = 1 + 0.045 * C, sh = 1 + 0.015 * C * t;
    const double x = dL / sl, y = dC / sc, z = dH / sh;
    return std::sqrt(x * x + y * y + z * z - std::sin(2 * rotation * kDegree) * rc * y * z);
}

double ciede2000(const Lab& first, const Lab& second) noexcept {
    return ciede2000(std::array<double, 3>{first.L, first.a, first.b},
                     std::array<double, 3>{second.L, second.a, second.b});
}

double colorfulness(const RgbImage& rgb) {
    double rg = 0, yb = 0, rg2 = 0, yb2 = 0;
    const auto n = static_cast<double>(rgb.data.size() / 3);
    for (std::size_t i = 0; i + 2 < rgb.data.size(); i += 3) {
        const double u = static_cast<double>(rgb.data[i]) - rgb.data[i + 1],
                     v = 0.5 * (static_cast<double>(rgb.data[i]) + rgb.data[i + 1]) - rgb.data[i + 2];
        rg += u;
        yb += v;
        rg2 += u * u;
        yb2 += v * v;
    }
    const double mu = std::hypot(rg / n, yb / n);
    return std::sqrt(std::max(0.0, rg2 / n - rg / n * rg / n + yb2 / n - yb / n * yb / n)) + 0.3 * mu;
}

void ColorConsistency::add(const RgbImage& frame) {
    Histogram histogram{};
    const double share = 3.0 / static_cast<double>(frame.data.size());
    for (std::size_t i = 0; i < frame.data.size(); ++i) histogram[i % 3][frame.data[i]] += share;
    recent_.push_back(histogram);
    if (recent_.size() > 5) recent_.pop_front();
    for (std::size_t s = 0; s < 3; ++s) {
        const std::size_t step = std::size_t{1} << s;
        if (recent_.size() <= step) continue;
        const Histogram& earlier = recent_[recent_.size() - 1 - step];
        for (std::size_t c = 0; c < 3; ++c) {
            double divergence = 0;
            for (std::size_t i = 0; i < 256; ++i) {
                const double p = earlier[c][i], q = histogram[c][i], m = (p + q) / 2;
                if (p > 0) divergence += 0.5 * p * std::log(p / m);
                if (q > 0) divergence += 0.5 * q * std::log(q / m);
            }
            sums_[s] += divergence / 3.0;
        }
        ++counts_[s];
    }
}

double ColorConsistency::value() const {
    double sum = 0;
    for (std::size_t s = 0; s < 3; ++s)
        if (counts_[s] > 0) sum += sums_[s] / static_cast<double>(counts_[s]);
    return sum / 3.0;
}

}  // namespace tintreel::color
