// SPDX-License-Identifier: Apache-2.0
#include "panels/scope_image.h"

#include <algorithm>
#include <cmath>

namespace tintreel::ui {

QImage imageOfCounts(const color::Counts& counts, const std::function<QColor(int, int)>& color) {
    QImage image(std::max(counts.width, 1), std::max(counts.height, 1), QImage::Format_ARGB32);
    image.fill(Qt::transparent);
    const auto highest = counts.empty() ? 0U : *std::max_element(counts.data.begin(), counts.data.end());
    if (highest == 0) return image;
    const double scale = 1 / std::log1p(static_cast<double>(highest));
    for (int y = 0; y < counts.height; ++y)
        for (int x = 0; x < counts.width; ++x) {
            const auto count = counts.at(x, y);
            if (count == 0) continue;
            // A single pixel must be seen too.
            const double opacity = std::max(0.2, std::log1p(static_cast<double>(count)) * scale);
            auto shade = color(x, y);
            shade.setAlphaF(static_cast<float>(opacity));
            image.setPixel(x, y, shade.rgba());
        }
    return image;
}

QImage imageOfCounts(const color::Counts& counts, const QColor& color) {
    return imageOfCounts(counts, [&](int, int) { return color; });
}

RgbImage sampled(const RgbImage& frame, int most) {
    const int step = std::max((std::max(frame.width, frame.height) + most - 1) / most, 1);
    RgbImage result((frame.width + step - 1) / step, (frame.height + step - 1) / step);
    for (int y = 0; y < result.height; ++y)
        for (int x = 0; x < result.width; ++x) std::copy_n(frame.pixel(x * step, y * step), 3, result.pixel(x, y));
    return result;
}

}  // namespace tintreel::ui
