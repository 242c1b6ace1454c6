// SPDX-License-Identifier: Apache-2.0
#include "tintreel/color/resize.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace tintreel::color {
namespace {

void resizeMat(const cv::Mat& source, cv::Mat target) {
    const bool shrinks = target.cols < source.cols || target.rows < source.rows;
    cv::resize(source, target, target.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
}

}  // namespace

Plane<float> resize(const Plane<float>& plane, int width, int height) {
    if (plane.sameSize(width, height)) return plane;
    Plane<float> out(width, height);
    resizeMat({plane.height, plane.width, CV_32F, const_cast<float*>(plane.data.data())},
              {height, width, CV_32F, out.data.data()});
    return out;
}

AbImage resize(const AbImage& ab, int width, int height) {
    AbImage out;
    out.a = resize(ab.a, width, height);
    out.b = resize(ab.b, width, height);
    return out;
}

RgbImage resize(const RgbImage& rgb, int width, int height) {
    RgbImage out(width, height);
    resizeMat({rgb.height, rgb.width, CV_8UC3, const_cast<std::uint8_t*>(rgb.data.data())},
              {height, width, CV_8UC3, out.data.data()});
    return out;
}

Size workingSize(int width, int height, int shortSide) {
    const double scale = std::min(1.0, static_cast<double>(shortSide) / std::min(width, height));
    const auto even = [&](int side) { return std::max(16, static_cast<int>(std::lround(side * scale / 2.0)) * 2); };
    return {even(width), even(height)};
}

}  // namespace tintreel::color
