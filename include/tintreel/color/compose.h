// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tintreel/base/image.h"
#include "tintreel/color/ycbcr.h"

namespace tintreel::color {

/// The colour whose luma is exactly `grey` (0..1) and whose CIELAB a, b are the wanted ones, found by solving for L.
/// Where no such colour lies in the RGB cube, chroma is reduced at constant luma and constant CbCr hue. R'G'B' 0..1.
[[nodiscard]] std::array<float, 3> rgbFromLumaAb(float grey, float a, float b, Matrix matrix) noexcept;

/// The same for a picture; grey and ab of one size.
[[nodiscard]] RgbImageF rgbFromLumaAb(const Plane<float>& grey, const AbImage& ab, Matrix matrix);

/// Makes the chroma of an output frame from its untouched luma and colours of any working size. Colours are enlarged by
/// a fast guided filter (He and Sun, "Fast Guided Filter", arXiv 1505.00996) steered by the frame's own luma, on the
/// output's chroma grid with its siting; each sample then is the chroma that rgbFromLumaAb() has, out of a table.
/// Neutral colours give exactly the neutral code. Thread-safe after construction.
class ChromaComposer {
public:
    explicit ChromaComposer(const YuvFormat& format);

    struct Chroma {
        Plane<std::uint16_t> cb, cr;  ///< codes at the format's depth on its chroma grid
    };
    /// Where the format has fields each is made from its own rows alone. `luma`: codes at `lumaDepth` bits (the
    /// source's, which may differ from the output's).
    [[nodiscard]] Chroma compose(const Plane<std::uint16_t>& luma, int lumaDepth, const AbImage& ab) const;

    /// Cb, Cr (−½..½) of one colour by the table; neutral where a or b is no number.
    [[nodiscard]] std::array<float, 2> chromaOf(float grey, float a, float b) const noexcept;

private:
    [[nodiscard]] Chroma composeFields(const Plane<std::uint16_t>& luma, int lumaDepth, const AbImage& ab) const;
    [[nodiscard]] Chroma composePicture(const Plane<std::uint16_t>& luma, int lumaDepth, const AbImage& ab) const;

    YuvFormat format_;
    std::vector<float> table_;  // Cb and Cr of each node in turn, b running fastest
};

}  // namespace tintreel::color
