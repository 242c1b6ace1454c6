// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "tintreel/color/compose.h"
#include "tintreel/color/resize.h"

namespace tintreel::color {
namespace {

// The table's nodes: luma in steps of 1/64, a and b in steps of 4, so that neutral lies on a node and stays exact.
constexpr int kGreyNodes = 65, kAbNodes = 65;
constexpr float kAbStep = 4.0F, kAbLimit = 128.0F;
// Radius of the guided filter in cells of the colour grid, and the luma variance below which it only smooths.
constexpr int kRadius = 2;
constexpr double kEpsilon = 1e-3;

cv::Mat matOf(const Plane<float>& plane) { return {plane.height, plane.width, CV_32F, const_cast<float*>(plane.data.data())}; }

/// Luma at the chroma samples: the mean of the luma samples that a chroma sample stands for.
Plane<float> onChromaGrid(const Plane<float>& grey, const YuvFormat& format) {
    const int width = (grey.width + (1 << format.chromaShiftX) - 1) >> format.chromaShiftX, height = (grey.height + (1 << format.chromaShiftY) - 1) >> format.chromaShiftY;
    if (grey.sameSize(width, height)) return grey;
    Plane<float> out(width, height);
    const int stepX = 1 << format.chromaShiftX, stepY = 1 << format.chromaShiftY;
    const bool left = format.leftSited && format.chromaShiftX == 1;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            float sum = 0, weights = 0;
            for (int dy = 0; dy < stepY; ++dy) {
                const float* row = grey.row(std::min(y * stepY + dy, grey.height - 1));
                for (int dx = left ? -1 : 0; dx < stepX; ++dx) {
                    const float weight = left && dx == 0 ? 2.0F : 1.0F;  // 1 2 1 about the left column
                    sum += weight * row[std::clamp(x * stepX + dx, 0, grey.width - 1)];
                    weights += weight;
                }
            }
            out.at(x, y) = sum / weights;
        }
    return out;
}

/// Enlarges one plane to the chroma grid, bilinearly, chroma samples placed by their site.
cv::Mat enlarge(const cv::Mat& small, int lumaWidth, int lumaHeight, const cv::Size& grid, const YuvFormat& format) {
    const double stepX = 1 << format.chromaShiftX, stepY = 1 << format.chromaShiftY;
    const double siteX = format.leftSited && format.chromaShiftX > 0 ? 0.5 : stepX / 2, siteY = stepY / 2;
    cv::Mat full(grid, CV_32FC2);
    for (int y = 0; y < grid.height; ++y) {
        auto* row = full.ptr<cv::Vec2f>(y);
        const auto sourceY = static_cast<float>((y * stepY + siteY) * small.rows / lumaHeight - 0.5);
        for (int x = 0; x < grid.width; ++x) row[x] = {static_cast<float>((x * stepX + siteX) * small.cols / lumaWidth - 0.5), sourceY};
    }
    cv::Mat out;
    cv::remap(small, out, full, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    return out;
}

}  // namespace

ChromaComposer::ChromaComposer(const YuvFormat& format) : format_(format), table_(static_cast<std::size_t>(kGreyNodes) * kAbNodes * kAbNodes) {
    const auto w = lumaWeights(format.matrix);
    cv::parallel_for_(cv::Range(0, kGreyNodes), [&](const cv::Range& range) {
        for (int g = range.start; g < range.end; ++g) {
            const float grey = static_cast<float>(g) / (kGreyNodes - 1);
            for (int a = 0; a < kAbNodes; ++a)
                for (int b = 0; b < kAbNodes; ++b) {
                    const auto rgb = rgbFromLumaAb(grey, static_cast<float>(a) * kAbStep - kAbLimit, static_cast<float>(b) * kAbStep - kAbLimit, format.matrix);
                    table_[static_cast<std::size_t>((g * kAbNodes + a) * kAbNodes + b)] = {(rgb[2] - grey) / (2.0F * (1.0F - w.b)), (rgb[0] - grey) / (2.0F * (1.0F - w.r))};
                }
        }
    });
}

std::array<float, 2> ChromaComposer::chromaOf(float grey, float a, float b) const noexcept {
    const auto split = [](float at, int nodes, std::size_t& index) {
        at = std::clamp(at, 0.0F, static_cast<float>(nodes - 1));
        index = std::min(static_cast<std::size_t>(at), static_cast<std::size_t>(nodes - 2));
        return at - static_cast<float>(index);
    };
    std::size_t g = 0, i = 0, j = 0;
    const float fg = split(grey * (kGreyNodes - 1), kGreyNodes, g);
    const float fi = split((a + kAbLimit) / kAbStep, kAbNodes, i), fj = split((b + kAbLimit) / kAbStep, kAbNodes, j);
    std::array<float, 2> sum{};
    for (std::size_t dg = 0; dg < 2; ++dg)
        for (std::size_t di = 0; di < 2; ++di)
            for (std::size_t dj = 0; dj < 2; ++dj) {
                const float weight = (dg ? fg : 1 - fg) * (di ? fi : 1 - fi) * (dj ? fj : 1 - fj);
                const auto& node = table_[((g + dg) * kAbNodes + i + di) * kAbNodes + j + dj];
                sum[0] += weight * node[0];
                sum[1] += weight * node[1];
            }
    return sum;
}

ChromaComposer::Chroma ChromaComposer::compose(const Plane<std::uint16_t>& luma, int lumaDepth, const AbImage& ab) const {
    YuvFormat lumaFormat = format_;
    lumaFormat.depth = lumaDepth;
    const Plane<float> grey = greyFromLuma(luma, lumaFormat);
    const Plane<float> guide = resize(grey, ab.width(), ab.height());
    const Plane<float> fine = onChromaGrid(grey, format_);
    const cv::Size grid(fine.width, fine.height);

    // Guided filter: in each window, colour = slope · luma + offset; both are fitted small and applied large.
    const cv::Mat I = matOf(guide);
    const auto mean = [](const cv::Mat& m) {
        cv::Mat out;
        cv::boxFilter(m, out, CV_32F, cv::Size(2 * kRadius + 1, 2 * kRadius + 1), cv::Point(-1, -1), true, cv::BORDER_REFLECT);
        return out;
    };
    const cv::Mat meanI = mean(I), variance = mean(I.mul(I)) - meanI.mul(meanI) + kEpsilon;
    std::array<cv::Mat, 2> slope, rest;
    for (std::size_t c = 0; c < 2; ++c) {
        const cv::Mat p = matOf(c == 0 ? ab.a : ab.b);
        const cv::Mat meanP = mean(p);
        const cv::Mat fitted = (mean(I.mul(p)) - meanI.mul(meanP)) / variance;
        const cv::Mat meanSlope = mean(fitted);
        slope[c] = enlarge(meanSlope, luma.width, luma.height, grid, format_);
        // The colours themselves are enlarged too and only the detail of luma is added: nothing the networks said is lost.
        rest[c] = enlarge(p - meanSlope.mul(I), luma.width, luma.height, grid, format_);
    }

    const auto scale = codeScale(format_);
    Chroma chroma{Plane<std::uint16_t>(grid.width, grid.height), Plane<std::uint16_t>(grid.width, grid.height)};
    cv::parallel_for_(cv::Range(0, grid.height), [&](const cv::Range& range) {
        for (int y = range.start; y < range.end; ++y) {
            const float* g = fine.row(y);
            const float *sa = slope[0].ptr<float>(y), *sb = slope[1].ptr<float>(y), *ra = rest[0].ptr<float>(y), *rb = rest[1].ptr<float>(y);
            for (int x = 0; x < grid.width; ++x) {
                const auto c = chromaOf(g[x], sa[x] * g[x] + ra[x], sb[x] * g[x] + rb[x]);
                const auto code = [&](float value) { return static_cast<std::uint16_t>(std::clamp(value * scale.chromaScale + scale.chromaOffset + 0.5F, 0.0F, scale.highest)); };
                chroma.cb.at(x, y) = code(c[0]);
                chroma.cr.at(x, y) = code(c[1]);
            }
        }
    });
    return chroma;
}

}  // namespace tintreel::color
