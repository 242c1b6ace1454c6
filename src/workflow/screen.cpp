// SPDX-License-Identifier: Apache-2.0
#include "tintreel/workflow/screen.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "tintreel/color/compose.h"
#include "workflow/frames.h"

namespace tintreel::workflow {
namespace {

color::Size screenSize(int width, int height, int longSide) {
    const double scale = std::min(1.0, static_cast<double>(longSide) / std::max(width, height));
    return {std::max(1, static_cast<int>(std::lround(width * scale))),
            std::max(1, static_cast<int>(std::lround(height * scale)))};
}

RgbImage turned(const RgbImage& rgb, int degrees) {
    if (degrees % 360 == 0) return rgb;
    const bool swap = degrees % 180 != 0;
    RgbImage out(swap ? rgb.height : rgb.width, swap ? rgb.width : rgb.height);
    for (int y = 0; y < rgb.height; ++y)
        for (int x = 0; x < rgb.width; ++x) {
            const int tx = degrees == 90 ? rgb.height - 1 - y : degrees == 180 ? rgb.width - 1 - x : y;
            const int ty = degrees == 90 ? x : degrees == 180 ? rgb.height - 1 - y : rgb.width - 1 - x;
            std::copy_n(rgb.pixel(x, y), 3, out.pixel(tx, ty));
        }
    return out;
}

/// 8-bit 4:4:4 at full range: what the screen shows is composed in it.
color::YuvFormat screenFormat(const media::MediaInfo& info) {
    return {color::matrixFromCode(info.assumed.matrix), true, 8, 0, 0, true, false};
}

Plane<std::uint16_t> screenLuma(const media::MediaInfo& info, const media::VideoFrame& frame, int longSide) {
    const auto size = screenSize(frame.y.width, frame.y.height, longSide);
    const auto grey = color::resize(color::greyFromLuma(frame.y, yuvFormatOf(info, frame)), size.width, size.height);
    Plane<std::uint16_t> luma(size.width, size.height);
    for (std::size_t i = 0; i < luma.size(); ++i)
        luma.data[i] = static_cast<std::uint16_t>(std::clamp(grey.data[i], 0.0F, 1.0F) * 255.0F + 0.5F);
    return luma;
}

}  // namespace

color::Size shownSize(const media::MediaInfo& info) {
    const double width = info.width * (info.sampleAspect.value() > 0 ? info.sampleAspect.value() : 1.0);
    color::Size size{static_cast<int>(std::lround(width)), info.height};
    if (info.rotation % 180 != 0) std::swap(size.width, size.height);
    return size;
}

RgbImage sourcePicture(const media::MediaInfo& info, const media::VideoFrame& frame, int longSide) {
    if (frame.cb.empty())
        return turned(color::rgbFromYuv(screenLuma(info, frame, longSide), {}, {}, screenFormat(info)), info.rotation);
    const auto rgb = color::rgbFromYuv(frame.y, frame.cb, frame.cr, yuvFormatOf(info, frame));
    const auto size = screenSize(rgb.width, rgb.height, longSide);
    return turned(color::resize(rgb, size.width, size.height), info.rotation);
}

RgbImage coloredPicture(const media::MediaInfo& info, const media::VideoFrame& frame, const AbImage& ab, int longSide) {
    const auto luma = screenLuma(info, frame, longSide);
    const auto format = screenFormat(info);
    // The composer's table takes a while to fill; there are as many formats as matrices.
    static thread_local std::pair<color::Matrix, std::optional<color::ChromaComposer>> composer;
    if (!composer.second || composer.first != format.matrix) {
        composer.first = format.matrix;
        composer.second.emplace(format);
    }
    const auto chroma = composer.second->compose(luma, 8, ab);
    return turned(color::rgbFromYuv(luma, chroma.cb, chroma.cr, format), info.rotation);
}

}  // namespace tintreel::workflow
