// SPDX-License-Identifier: Apache-2.0
#include "tintreel/color/ycbcr.h"

#include <algorithm>

namespace tintreel::color {

LumaWeights lumaWeights(Matrix matrix) noexcept {
    switch (matrix) {
        case Matrix::Bt601: return {0.299F, 0.587F, 0.114F};
        case Matrix::Bt709: return {0.2126F, 0.7152F, 0.0722F};
        case Matrix::Bt2020: return {0.2627F, 0.6780F, 0.0593F};
    }
    return {0.2126F, 0.7152F, 0.0722F};
}

Plane<float> lumaOf(const RgbImage& rgb, Matrix matrix) {
    const auto w = lumaWeights(matrix);
    Plane<float> luma(rgb.width, rgb.height);
    for (std::size_t i = 0; i < luma.size(); ++i) {
        const std::uint8_t* p = rgb.data.data() + i * 3;
        luma.data[i] = (w.r * p[0] + w.g * p[1] + w.b * p[2]) / 255.0F;
    }
    return luma;
}

Matrix matrixFromCode(int h273) noexcept {
    if (h273 == 5 || h273 == 6) return Matrix::Bt601;
    if (h273 == 9 || h273 == 10) return Matrix::Bt2020;
    return Matrix::Bt709;
}

CodeScale codeScale(const YuvFormat& format) noexcept {
    const auto unit = static_cast<float>(1 << (format.depth - 8));
    const float highest = 256.0F * unit - 1.0F;
    if (format.fullRange) return {0.0F, highest, 128.0F * unit, highest, highest};
    return {16.0F * unit, 219.0F * unit, 128.0F * unit, 224.0F * unit, highest};
}

ChromaSite chromaSite(const YuvFormat& format) noexcept {
    const auto middle = [](int shift) { return 0.5F * static_cast<float>((1 << shift) - 1); };
    return {format.leftSited ? 0.0F : middle(format.chromaShiftX),
            format.topSited ? 0.0F : middle(format.chromaShiftY)};
}

Plane<float> greyFromLuma(const Plane<std::uint16_t>& luma, const YuvFormat& format) {
    const auto scale = codeScale(format);
    Plane<float> grey(luma.width, luma.height);
    // One division a pixel costs more than all the rest; the highest white must still be exactly 1.
    const float inverse = 1.0F / scale.lumaScale;
    for (std::size_t i = 0; i < luma.size(); ++i)
        grey.data[i] = std::min(std::max((static_cast<float>(luma.data[i]) - scale.lumaOffset) * inverse, 0.0F), 1.0F);
    return grey;
}

RgbImage rgbFromYuv(const Plane<std::uint16_t>& y, const Plane<std::uint16_t>& cb, const Plane<std::uint16_t>& cr,
                    const YuvFormat& format) {
    const auto scale = codeScale(format);
    const auto w = lumaWeights(format.matrix);
    RgbImage rgb(y.width, y.height);
    const float stepX = 1.0F / static_cast<float>(1 << format.chromaShiftX),
                stepY = 1.0F / static_cast<float>(1 << format.chromaShiftY);
    // A luma column x lies (x − site)·step from chroma sample 0, in chroma samples.
    const ChromaSite site = chromaSite(format);
    const float shiftX = -site.x * stepX, shiftY = -site.y * stepY;
    for (int row = 0; row < y.height; ++row) {
        const std::uint16_t* luma = y.row(row);
        for (int x = 0; x < y.width; ++x) {
            const float grey = (static_cast<float>(luma[x]) - scale.lumaOffset) / scale.lumaScale;
            float u = 0, v = 0;
            if (!cb.empty()) {
                const float cx =
                    std::clamp(static_cast<float>(x) * stepX + shiftX, 0.0F, static_cast<float>(cb.width - 1));
                const float cy =
                    std::clamp(static_cast<float>(row) * stepY + shiftY, 0.0F, static_cast<float>(cb.height - 1));
                const int x0 = static_cast<int>(cx), y0 = static_cast<int>(cy), x1 = std::min(x0 + 1, cb.width - 1),
                          y1 = std::min(y0 + 1, cb.height - 1);
                const float fx = cx - static_cast<float>(x0), fy = cy - static_cast<float>(y0);
                const auto sample = [&](const Plane<std::uint16_t>& c) {
                    const float top =
                        static_cast<float>(c.at(x0, y0)) * (1 - fx) + static_cast<float>(c.at(x1, y0)) * fx;
                    const float bottom =
                        static_cast<float>(c.at(x0, y1)) * (1 - fx) + static_cast<float>(c.at(x1, y1)) * fx;
                    return (top * (1 - fy) + bottom * fy - scale.chromaOffset) / scale.chromaScale;
                };
                u = sample(cb);
                v = sample(cr);
            }
            const float r = grey + 2.0F * (1.0F - w.r) * v, b = grey + 2.0F * (1.0F - w.b) * u;
            const float g = (grey - w.r * r - w.b * b) / w.g;
            std::uint8_t* p = rgb.pixel(x, row);
            const auto code = [](float value) {
                return static_cast<std::uint8_t>(std::clamp(value, 0.0F, 1.0F) * 255.0F + 0.5F);
            };
            p[0] = code(r);
            p[1] = code(g);
            p[2] = code(b);
        }
    }
    return rgb;
}

}  // namespace tintreel::color
