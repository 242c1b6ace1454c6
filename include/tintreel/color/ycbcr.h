// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tintreel/base/image.h"

namespace tintreel::color {

/// Luma coefficients: ITU-R BT.601-7, BT.709-6 and BT.2020-2 (non-constant luminance).
enum class Matrix { Bt601, Bt709, Bt2020 };

struct LumaWeights {
    float r, g, b;
};
[[nodiscard]] LumaWeights lumaWeights(Matrix matrix) noexcept;

/// Luma Y' of gamma-coded RGB, 0..1.
[[nodiscard]] Plane<float> lumaOf(const RgbImage& rgb, Matrix matrix);

/// How codes of a YCbCr picture are meant.
struct YuvFormat {
    Matrix matrix = Matrix::Bt709;
    bool fullRange = false;  ///< 0..2^d−1; else 16..235 / 16..240 times 2^(d−8)
    int depth = 8;           ///< d, 8..16
    int chromaShiftX = 1;    ///< log2 of the chroma subsampling
    int chromaShiftY = 1;
    bool leftSited = true;  ///< chroma lies on the left luma column (MPEG-2, H.264); else in the middle (JPEG)
    bool topSited = false;  ///< chroma lies on the upper luma row (BT.2020, UHD discs); else in the middle
    bool fields = false;    ///< rows belong to two pictures in turn, each with its own rows of luma and chroma
};

/// Where chroma sample 0 lies, in luma samples from luma sample 0. Sample n lies 2^shift · n further on.
struct ChromaSite {
    float x, y;
};
[[nodiscard]] ChromaSite chromaSite(const YuvFormat& format) noexcept;

/// The matrix behind an H.273 code; BT.601 for 5 and 6, BT.2020 for 9 and 10, BT.709 for all else.
[[nodiscard]] Matrix matrixFromCode(int h273) noexcept;

/// Scale and offset of codes: code = offset + scale · value, value 0..1 for luma, −½..½ for chroma.
struct CodeScale {
    float lumaOffset, lumaScale, chromaOffset, chromaScale, highest;
};
[[nodiscard]] CodeScale codeScale(const YuvFormat& format) noexcept;

/// Luma codes → 0..1, footroom and headroom clipped.
[[nodiscard]] Plane<float> greyFromLuma(const Plane<std::uint16_t>& luma, const YuvFormat& format);

/// YCbCr planes → sRGB samples as they are coded (the transfer function is not touched), chroma upsampled bilinearly
/// from its site, clipped and rounded to 8 bits. Grey (empty cb, cr) gives three equal samples.
[[nodiscard]] RgbImage rgbFromYuv(const Plane<std::uint16_t>& y, const Plane<std::uint16_t>& cb,
                                  const Plane<std::uint16_t>& cr, const YuvFormat& format);

}  // namespace tintreel::color
