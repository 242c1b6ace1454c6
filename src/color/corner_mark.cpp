// SPDX-License-Identifier: Apache-2.0
#include "tintreel/color/corner_mark.h"

#include <algorithm>
#include <cmath>

namespace tintreel::color {
namespace {

constexpr int kGlyphWidth = 5, kGlyphHeight = 7;
// Rows from the top, the left dot in the highest of five bits.
using Glyph = std::array<std::uint8_t, kGlyphHeight>;
constexpr Glyph kC{0b01110, 0b10001, 0b10000, 0b10000, 0b10000, 0b10001, 0b01110},
    kO{0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110},
    kL{0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111},
    kR{0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001},
    kI{0b01110, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110},
    kZ{0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b10000, 0b11111},
    kE{0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111},
    kD{0b11110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b11110};
constexpr std::array<Glyph, 9> kWord{kC, kO, kL, kO, kR, kI, kZ, kE, kD};
constexpr int kBars = 3, kBarWidth = 2, kGap = 3;  // in dots
constexpr int kBarsWidth = kBars * kBarWidth, kWordWidth = static_cast<int>(kWord.size()) * (kGlyphWidth + 1) - 1;
constexpr float kBarCover = 0.7F, kWordCover = 0.65F, kShadowCover = 0.4F;
constexpr double kHeightShare = 1.0 / 40, kMarginShare = 1.0 / 25;

}  // namespace

CornerMark::CornerMark(int width, int height, int rotation, const YuvFormat& format)
    : format_(format), rotation_(((rotation % 360) + 360) % 360) {
    const bool turned = rotation_ % 180 != 0;
    const int shownWidth = turned ? height : width, shownHeight = turned ? width : height;
    const int margin = static_cast<int>(std::lround(std::min(shownWidth, shownHeight) * kMarginShare));
    const int dot = std::max(1, static_cast<int>(std::lround(shownHeight * kHeightShare / kGlyphHeight)));
    const auto widthOf = [&](bool word) { return (kBarsWidth + (word ? kGap + kWordWidth : 0) + 1) * dot; };
    const bool word = widthOf(true) + 2 * margin <= shownWidth;
    width_ = std::min(widthOf(word), shownWidth);
    height_ = std::min((kGlyphHeight + 1) * dot, shownHeight);  // the last dot each way is the shadow's
    samples_.resize(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_));
    const std::array<std::array<float, 3>, kBars> bars{{{0.9F, 0.1F, 0.1F}, {0.1F, 0.75F, 0.2F}, {0.15F, 0.3F, 0.95F}}};
    for (int i = 0; i < kBars; ++i)
        paint(bars[static_cast<std::size_t>(i)], kBarCover, i * kBarWidth * dot, 0, kBarWidth * dot,
              kGlyphHeight * dot);
    for (const bool shadow : {true, false})
        for (int letter = 0; word && letter < static_cast<int>(kWord.size()); ++letter)
            for (int row = 0; row < kGlyphHeight; ++row)
                for (int column = 0; column < kGlyphWidth; ++column) {
                    if ((kWord[static_cast<std::size_t>(letter)][static_cast<std::size_t>(row)] >>
                             (kGlyphWidth - 1 - column) &
                         1) == 0)
                        continue;
                    const int x = (kBarsWidth + kGap + letter * (kGlyphWidth + 1) + column) * dot, y = row * dot,
                              aside = shadow ? std::max(1, dot / 2) : 0;
                    paint(shadow ? std::array<float, 3>{0, 0, 0} : std::array<float, 3>{1, 1, 1},
                          shadow ? kShadowCover : kWordCover, x + aside, y + aside, dot, dot);
                }
    const int x = std::max(0, shownWidth - margin - width_), y = std::max(0, shownHeight - margin - height_);
    switch (rotation_) {
        case 90: box_ = {y, height - x - width_, height_, width_}; break;
        case 180: box_ = {width - x - width_, height - y - height_, width_, height_}; break;
        case 270: box_ = {width - y - height_, x, height_, width_}; break;
        default: box_ = {x, y, width_, height_};
    }
}

void CornerMark::paint(const std::array<float, 3>& rgb, float cover, int x, int y, int width, int height) {
    const auto weights = lumaWeights(format_.matrix);
    const auto scale = codeScale(format_);
    const float luma = weights.r * rgb[0] + weights.g * rgb[1] + weights.b * rgb[2];
    const float cb = (rgb[2] - luma) / (2 * (1 - weights.b)), cr = (rgb[0] - luma) / (2 * (1 - weights.r));
    const std::array<float, 3> code{scale.lumaOffset + scale.lumaScale * luma,
                                    scale.chromaOffset + scale.chromaScale * cb,
                                    scale.chromaOffset + scale.chromaScale * cr};
    for (int j = std::max(0, y); j < std::min(y + height, height_); ++j)
        for (int i = std::max(0, x); i < std::min(x + width, width_); ++i)
            samples_[static_cast<std::size_t>(j) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(i)] = {
                cover, code};
}

const CornerMark::Sample& CornerMark::sampleAt(int x, int y) const noexcept {
    int sx = x - box_.x, sy = y - box_.y;
    const int cx = sx, cy = sy;
    if (rotation_ == 90) sx = width_ - 1 - cy, sy = cx;
    else if (rotation_ == 180) sx = width_ - 1 - cx, sy = height_ - 1 - cy;
    else if (rotation_ == 270) sx = cy, sy = height_ - 1 - cx;
    return samples_[static_cast<std::size_t>(sy) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(sx)];
}

void CornerMark::draw(Plane<std::uint16_t>& luma, Plane<std::uint16_t>& cb, Plane<std::uint16_t>& cr) const {
    for (int y = box_.y; y < box_.y + box_.height; ++y)
        for (int x = box_.x; x < box_.x + box_.width; ++x) {
            const auto& sample = sampleAt(x, y);
            auto& code = luma.at(x, y);
            code = static_cast<std::uint16_t>(
                std::lround(static_cast<float>(code) * (1 - sample.cover) + sample.code[0] * sample.cover));
        }
    drawChroma(cb, 1);
    drawChroma(cr, 2);
}

void CornerMark::drawChroma(Plane<std::uint16_t>& plane, std::size_t channel) const {
    const int sx = format_.chromaShiftX, sy = format_.chromaShiftY;
    const int endX = box_.x + box_.width, endY = box_.y + box_.height;
    for (int y = box_.y >> sy; y <= (endY - 1) >> sy; ++y)
        for (int x = box_.x >> sx; x <= (endX - 1) >> sx; ++x) {
            // A chroma sample takes the mean of the luma samples that it stands for.
            float cover = 0, code = 0;
            for (int j = y << sy; j < (y + 1) << sy; ++j)
                for (int i = x << sx; i < (x + 1) << sx; ++i) {
                    if (i < box_.x || j < box_.y || i >= endX || j >= endY) continue;
                    const auto& sample = sampleAt(i, j);
                    cover += sample.cover;
                    code += sample.cover * sample.code[channel];
                }
            const auto area = static_cast<float>(1 << (sx + sy));
            auto& target = plane.at(x, y);
            target =
                static_cast<std::uint16_t>(std::lround(static_cast<float>(target) * (1 - cover / area) + code / area));
        }
}

}  // namespace tintreel::color
