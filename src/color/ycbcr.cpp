// SPDX-License-Identifier: Apache-2.0
#include "tintreel/color/ycbcr.h"

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

}  // namespace tintreel::color
