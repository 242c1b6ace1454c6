// SPDX-License-Identifier: Apache-2.0
#include "tintreel/workflow/evaluate.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "support/temp_dir.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/color/metrics.h"
#include "workflow/evaluate_items.h"
#include "workflow/warp_error.h"

namespace tintreel::workflow {
namespace {

Plane<float> wave(int width, int height, double a, double b, double amplitude, double offset) {
    Plane<float> plane(width, height);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            plane.at(x, y) = static_cast<float>(offset + amplitude * std::sin(a * x + b * y));
    return plane;
}

double sampled(const Plane<float>& plane, double x, double y) {
    const auto at = [&](int i, int j) {
        return static_cast<double>(plane.at(std::clamp(i, 0, plane.width - 1), std::clamp(j, 0, plane.height - 1)));
    };
    const int i = static_cast<int>(std::floor(x)), j = static_cast<int>(std::floor(y));
    const double u = x - i, v = y - j;
    return (1 - u) * (1 - v) * at(i, j) + u * (1 - v) * at(i + 1, j) + (1 - u) * v * at(i, j + 1) +
           u * v * at(i + 1, j + 1);
}

/// The definition pixel by pixel, written without the code under test.
TEST(WarpError, AgreesWithTheDefinition) {
    constexpr int w = 40, h = 30;
    std::mt19937 random(4);
    RgbImage before(w, h), now(w, h);
    for (auto* image : {&before, &now})
        for (auto& sample : image->data) sample = static_cast<std::uint8_t>(random());
    // Integer and quarter displacements agree with OpenCV's fixed-point interpolation.
    Plane<float> u(w, h, 2.25F), v(w, h, -1.5F), backU = wave(w, h, 0.3, 0.2, 1.5, -2.25), backV(w, h, 1.5F);
    for (int x = 20; x < w; ++x) u.at(x, 12) = 4.0F;  // an edge of motion
    const auto followable = followablePixels(u, v, backU, backV);
    double sum = 0;
    int count = 0, differing = 0;
    for (int y = 0; y < h; ++y)
        for (int x = 0; x < w; ++x) {
            const double fu = u.at(x, y), fv = v.at(x, y), bu = sampled(backU, x + fu, y + fv),
                         bv = sampled(backV, x + fu, y + fv);
            const double miss = std::pow(fu + bu, 2) + std::pow(fv + bv, 2),
                         limit = 0.01 * (fu * fu + fv * fv + bu * bu + bv * bv) + 0.5;
            double slope = 0;
            if (x + 1 < w) slope += std::pow(u.at(x + 1, y) - fu, 2) + std::pow(v.at(x + 1, y) - fv, 2);
            if (y + 1 < h) slope += std::pow(u.at(x, y + 1) - fu, 2) + std::pow(v.at(x, y + 1) - fv, 2);
            const bool expected = miss <= limit && slope <= 0.01 * (fu * fu + fv * fv) + 0.002;
            if (std::fabs(miss - limit) > 0.02) differing += expected == (followable.at(x, y) == 1) ? 0 : 1;
            if (followable.at(x, y) == 0) continue;
            ++count;
            for (int c = 0; c < 3; ++c) {
                Plane<float> channel(w, h);
                for (std::size_t i = 0; i < channel.size(); ++i)
                    channel.data[i] = static_cast<float>(before.data[3 * i + static_cast<std::size_t>(c)]) / 255.0F;
                sum += std::pow(now.pixel(x, y)[c] / 255.0 - sampled(channel, x + fu, y + fv), 2);
            }
        }
    EXPECT_EQ(differing, 0);
    ASSERT_GT(count, 100);
    ASSERT_LT(count, w * h - 100);
    EXPECT_NEAR(warpError(before, now, u, v, followable), sum / count, 2e-3 * sum / count);
    EXPECT_LT(warpError(before, before, Plane<float>(w, h), Plane<float>(w, h), Plane<std::uint8_t>(w, h, 1)), 1e-12);
}

TEST(Scores, L1AndSsimByHand) {
    AbImage a(2, 1), b(2, 1);
    a.a.data = {11, 0};
    b.b.data = {0, 22};
    EXPECT_NEAR(abL1(a, b), (11.0 + 22.0) / 4 / 110, 1e-7);
    RgbImage x(16, 16);
    std::mt19937 random(1);
    for (auto& sample : x.data) sample = static_cast<std::uint8_t>(random());
    EXPECT_NEAR(rgbSsim(x, x), 1.0, 1e-9);
    auto y = x;
    for (std::size_t i = 0; i < y.data.size(); i += 3)
        y.data[i] = static_cast<std::uint8_t>(255 - y.data[i]);  // red alone
    Plane<float> red(16, 16), negative(16, 16);
    for (std::size_t i = 0; i < red.size(); ++i) {
        red.data[i] = x.data[3 * i];
        negative.data[i] = y.data[3 * i];
    }
    EXPECT_NEAR(rgbSsim(x, y), (1.0 + 1.0 + color::ssim(red, negative)) / 3, 1e-9);
    EXPECT_LT(rgbSsim(x, y), 0.7);
}

TEST(Calibration, IsTheIsotonicRegressionOfTheBins) {
    // 3 and 2 of weights 1 and 3 pool to 2.25, the rest rises.
    const auto pairs = calibrationOf({{1, 1.5, 2}, {2, 3, 1}, {3, 2, 3}, {4, 6, 1}});
    ASSERT_EQ(pairs.size(), 3U);
    EXPECT_NEAR(pairs[1].first, (2.0 + 9.0) / 4, 1e-12);
    EXPECT_NEAR(pairs[1].second, 2.25, 1e-12);
    EXPECT_NEAR(pairs[2].second, 6, 1e-12);
}

TEST(Report, HoldsEverythingInOneFile) {
    const testing::TempDir dir;
    ScoreTable table;
    table.title = "A <report>";
    table.groups = {{"grey", "tintreel"}};
    table.rows.push_back({"clip & co",
                          {{"grey", 20}, {"tintreel", 30.5}},
                          {{"tintreel", {31, 30, 29}}},
                          {{"a picture", RgbImage(32, 16)}}});
    average(table);
    table.reliability = {{1, 1.1, 10}, {2, 2.5, 20}};
    table.steps = {"0", "3 of 7", "100"};
    table.curves = {{"tintreel", {21, 22, 24}}, {"Levin & others", {std::nan(""), 20, 23}}};
    ASSERT_TRUE(writeReport(table, dir / "r.html", false));
    const auto html = *readFile(dir / "r.html");
    for (const char* part : {"A &lt;report&gt;", "clip &amp; co", "30.50", "<polyline", "data:image/jpeg;base64,/9j/",
                             "Stated and true error", ">3 of 7<", "Levin &amp; others"})
        EXPECT_NE(html.find(part), std::string::npos) << part;
    EXPECT_EQ(html.find("nan"), std::string::npos) << "a line begins where it has values";
    EXPECT_EQ(html.find("http://"), std::string::npos) << "nothing from elsewhere";
    EXPECT_FALSE(writeReport(table, dir / "r.html", false)) << "it is there already";
    EXPECT_TRUE(writeReport(table, dir / "r.html", true));
}

}  // namespace
}  // namespace tintreel::workflow
