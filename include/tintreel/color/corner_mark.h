// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tintreel/base/image.h"
#include "tintreel/color/ycbcr.h"

namespace tintreel::color {

/// A small mark for the lower right corner of a picture, as shown: three bars in red, green and blue and the word
/// COLORIZED, part transparent, so that viewers can tell that the colours are not the film's own. About a fortieth of
/// the picture's height; where the word has no room the bars stand alone. Outside of its box no sample changes.
/// Immutable; any thread.
class CornerMark {
public:
    /// `width`, `height`: of the coded picture; `rotation`: degrees clockwise (0, 90, 180, 270) that it is turned for
    /// showing.
    CornerMark(int width, int height, int rotation, const YuvFormat& format);

    /// Draws on a coded picture of the format: planes of the size given above, chroma on the format's grid.
    void draw(Plane<std::uint16_t>& luma, Plane<std::uint16_t>& cb, Plane<std::uint16_t>& cr) const;

    struct Box {
        int x = 0, y = 0, width = 0, height = 0;
    };
    /// Where luma changes, in coded samples. Chroma changes in the samples that lie in it.
    [[nodiscard]] Box box() const noexcept { return box_; }

private:
    /// One sample of the mark: how much of the picture it covers (0..1), and its codes.
    struct Sample {
        float cover = 0;
        std::array<float, 3> code{};
    };
    void paint(const std::array<float, 3>& rgb, float cover, int x, int y, int width, int height);
    void drawChroma(Plane<std::uint16_t>& plane, std::size_t channel) const;
    [[nodiscard]] const Sample& sampleAt(int x, int y) const noexcept;

    YuvFormat format_;
    int rotation_;
    Box box_;                      // in the coded picture
    int width_ = 0, height_ = 0;   // of the mark as shown
    std::vector<Sample> samples_;  // as shown, row after row
};

}  // namespace tintreel::color
