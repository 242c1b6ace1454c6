// SPDX-License-Identifier: Apache-2.0
#include "training/picture.h"

#include <algorithm>

#include <opencv2/imgproc.hpp>

#include "tintreel/color/lab.h"
#include "tintreel/color/ycbcr.h"

namespace tintreel::training {

GreyAndTruth greyAndTruth(const RgbImage& rgb) {
    GreyAndTruth result;
    result.ab = color::labFromRgb(rgb).ab;
    result.lightness = color::lightnessFromGrey(color::lumaOf(rgb, color::Matrix::Bt601));
    return result;
}

CropPlan randomCrop(int sourceWidth, int sourceHeight, int width, int height, double low, double high, Rng& rng) {
    const double largest =
        std::min(static_cast<double>(sourceWidth) / width, static_cast<double>(sourceHeight) / height);
    CropPlan plan;
    plan.scale = std::min(largest, uniform(rng, low, high));
    plan.x = uniform(rng, 0, std::max(0.0, sourceWidth - width * plan.scale));
    plan.y = uniform(rng, 0, std::max(0.0, sourceHeight - height * plan.scale));
    plan.mirror = chance(rng, 0.5);
    return plan;
}

RgbImage takeCrop(const RgbImage& source, const CropPlan& plan, int width, int height) {
    const cv::Mat whole(source.height, source.width, CV_8UC3, const_cast<std::uint8_t*>(source.data.data()));
    const int w = std::clamp(static_cast<int>(width * plan.scale + 0.5), 1, source.width);
    const int h = std::clamp(static_cast<int>(height * plan.scale + 0.5), 1, source.height);
    const int x = std::clamp(static_cast<int>(plan.x), 0, source.width - w),
              y = std::clamp(static_cast<int>(plan.y), 0, source.height - h);
    RgbImage crop(width, height);
    cv::Mat target(height, width, CV_8UC3, crop.data.data());
    cv::resize(whole(cv::Rect(x, y, w, h)), target, target.size(), 0, 0,
               plan.scale > 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
    if (plan.mirror) cv::flip(target, target, 1);
    return crop;
}

RgbImage sideBySide(const std::vector<RgbImage>& pictures) {
    int width = 0;
    for (const auto& picture : pictures) width += picture.width;
    RgbImage row(width, pictures.front().height);
    int x = 0;
    for (const auto& picture : pictures) {
        for (int y = 0; y < row.height; ++y) std::copy_n(picture.pixel(0, y), 3 * picture.width, row.pixel(x, y));
        x += picture.width;
    }
    return row;
}

}  // namespace tintreel::training
