// SPDX-License-Identifier: Apache-2.0
#include <random>

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "tintreel/color/lab.h"
#include "tintreel/color/resize.h"

namespace tintreel::color {
namespace {

RgbImage noise(int width, int height) {
    RgbImage rgb(width, height);
    std::mt19937 random(1);
    for (auto& sample : rgb.data) sample = static_cast<std::uint8_t>(random());
    return rgb;
}

TEST(Lab, PublishedValuesOfSrgbPrimaries) {
    // Lindbloom's calculator, sRGB, D65.
    const auto near = [](Lab lab, float L, float a, float b) {
        EXPECT_NEAR(lab.L, L, 0.02);
        EXPECT_NEAR(lab.a, a, 0.03);
        EXPECT_NEAR(lab.b, b, 0.03);
    };
    near(labFromRgb(1, 0, 0), 53.2408F, 80.0925F, 67.2032F);
    near(labFromRgb(0, 1, 0), 87.7347F, -86.1827F, 83.1793F);
    near(labFromRgb(0, 0, 1), 32.2970F, 79.1875F, -107.8602F);
    near(labFromRgb(1, 1, 1), 100, 0, 0);
    near(labFromRgb(0, 0, 0), 0, 0, 0);
}

TEST(Lab, AgreesWithOpenCv) {
    const auto rgb = noise(64, 48);
    const auto lab = labFromRgb(rgb);
    cv::Mat in(48, 64, CV_8UC3, const_cast<std::uint8_t*>(rgb.data.data())), scaled, out;
    in.convertTo(scaled, CV_32F, 1 / 255.0);
    cv::cvtColor(scaled, out, cv::COLOR_RGB2Lab);
    for (int i = 0; i < 64 * 48; ++i) {
        const auto& expected = out.at<cv::Vec3f>(i / 64, i % 64);
        const auto at = static_cast<std::size_t>(i);
        // OpenCV interpolates in a coarse table; the published values above are the exact check.
        ASSERT_NEAR(lab.L.data[at], expected[0], 0.25);
        ASSERT_NEAR(lab.ab.a.data[at], expected[1], 0.6);
        ASSERT_NEAR(lab.ab.b.data[at], expected[2], 0.6);
    }
}

TEST(Lab, RoundTripIsExactAt8Bits) {
    const auto rgb = noise(128, 64);
    const auto lab = labFromRgb(rgb);
    EXPECT_EQ(toRgb8(rgbFromLab(lab.L, lab.ab)).data, rgb.data);
}

TEST(Lab, GreyTableAgreesWithTheFormula) {
    Plane<float> grey(1001, 1);
    for (int i = 0; i <= 1000; ++i) grey.at(i, 0) = static_cast<float>(i) / 1000.0F;
    const auto L = lightnessFromGrey(grey);
    for (int i = 0; i <= 1000; ++i)
        ASSERT_NEAR(L.at(i, 0), labFromRgb(grey.at(i, 0), grey.at(i, 0), grey.at(i, 0)).L, 0.01);
}

TEST(WorkingSize, KeepsAspectAndNeverGrows) {
    EXPECT_EQ(workingSize(1920, 1080, 256), (Size{456, 256}));
    EXPECT_EQ(workingSize(448, 256, 256), (Size{448, 256}));
    EXPECT_EQ(workingSize(360, 218, 256), (Size{360, 218}));
    EXPECT_EQ(workingSize(853, 481, 256), (Size{454, 256}));
    EXPECT_EQ(workingSize(1080, 1920, 256), (Size{256, 456}));
}

}  // namespace
}  // namespace tintreel::color
