// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>
#include <opencv2/ximgproc/edge_filter.hpp>

#include "tintreel/color/edge_aware.h"

namespace tintreel::color {
namespace {

Plane<float> blocks(int width, int height) {
    Plane<float> guide(width, height);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) guide.at(x, y) = static_cast<float>((x / 17 * 53 + y / 13 * 91) % 256);
    return guide;
}

TEST(EdgeAware, AgreesWithOpenCvsFastGlobalSmoother) {
    const auto guide = blocks(120, 90);
    Plane<float> plane(120, 90);
    for (int i = 0; i < 40; ++i) plane.at((i * 37) % 120, (i * 53) % 90) = static_cast<float>(i - 20);
    const auto source = plane;
    for (const auto& [lambda, sigma] : {std::pair{800.0, 6.0}, std::pair{800.0, 12.0}, std::pair{8000.0, 12.0}}) {
        auto mine = source;
        smoothEdgeAware(guide, {&mine}, {lambda, sigma, 0.25, 3});
        cv::Mat guide8;
        cv::Mat(90, 120, CV_32F, const_cast<float*>(guide.data.data())).convertTo(guide8, CV_8U);
        cv::Mat out;
        cv::ximgproc::fastGlobalSmootherFilter(guide8, cv::Mat(90, 120, CV_32F, const_cast<float*>(source.data.data())),
                                               out, lambda, sigma, 0.25, 3);
        double largest = 0, difference = 0;
        for (int i = 0; i < 120 * 90; ++i) {
            largest = std::max(largest, std::fabs(double(out.at<float>(i / 120, i % 120))));
            difference = std::max(difference, std::fabs(double(out.at<float>(i / 120, i % 120)) -
                                                        mine.data[static_cast<std::size_t>(i)]));
        }
        EXPECT_LT(difference, 1e-3 * largest) << lambda << ' ' << sigma;
    }
}

TEST(HintSpread, StaysInsideEdgesAndSaysHowSureItIs) {
    LPlane L(60, 40, 20.0F);
    for (int y = 0; y < 40; ++y)
        for (int x = 30; x < 60; ++x) L.at(x, y) = 80.0F;
    AbImage ab(60, 40);
    Plane<float> mask(60, 40);
    ab.a.at(10, 20) = 40.0F;
    mask.at(10, 20) = 1.0F;
    ab.a.at(50, 20) = -30.0F;
    mask.at(50, 20) = 1.0F;
    const auto spread = spreadHints(L, ab, mask, 800, 12);
    EXPECT_NEAR(spread.ab.a.at(5, 5), 40.0F, 1.0F);
    EXPECT_NEAR(spread.ab.a.at(55, 35), -30.0F, 1.0F);
    EXPECT_GT(spread.certainty.at(11, 20), spread.certainty.at(29, 39));
    const auto none = spreadHints(L, AbImage(60, 40), Plane<float>(60, 40), 800, 12);
    EXPECT_EQ(none.ab.a.at(3, 3), 0.0F);
    EXPECT_EQ(none.certainty.at(3, 3), 0.0F);
}

}  // namespace
}  // namespace tintreel::color
