// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "color/luma_lock.h"
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

cv::Mat matOf(const Plane<float>& plane) {
    return {plane.height, plane.width, CV_32F, const_cast<float*>(plane.data.data())};
}

/// Luma at the chroma samples. Samples that lie between luma samples take the mean of those about them; samples that
/// lie on one take it and, by halves, its neighbours (1 2 1), as encoders do.
Plane<float> onChromaGrid(const Plane<float>& grey, const YuvFormat& format) {
    const int stepX = 1 << format.chromaShiftX, stepY = 1 << format.chromaShiftY;
    const int width = (grey.width + stepX - 1) >> format.chromaShiftX,
              height = (grey.height + stepY - 1) >> format.chromaShiftY;
    if (grey.sameSize(width, height)) return grey;
    const auto tapsOf = [](int step, bool sitedOn) {
        std::vector<std::pair<int, float>> taps;  // offset from the first luma sample, weight
        if (sitedOn && step > 1) taps = {{-1, 0.25F}, {0, 0.5F}, {1, 0.25F}};
        else
            for (int i = 0; i < step; ++i) taps.emplace_back(i, 1.0F / static_cast<float>(step));
        return taps;
    };
    const auto tapsX = tapsOf(stepX, format.leftSited), tapsY = tapsOf(stepY, format.topSited);
    Plane<float> out(width, height);
    cv::parallel_for_(cv::Range(0, height), [&](const cv::Range& range) {
        std::vector<float> sums(static_cast<std::size_t>(grey.width));
        for (int y = range.start; y < range.end; ++y) {
            std::fill(sums.begin(), sums.end(), 0.0F);
            for (const auto& [offset, weight] : tapsY) {
                const float* row = grey.row(std::clamp(y * stepY + offset, 0, grey.height - 1));
                for (std::size_t x = 0; x < sums.size(); ++x) sums[x] += weight * row[x];
            }
            float* to = out.row(y);
            for (int x = 0; x < width; ++x) {
                float sum = 0;
                for (const auto& [offset, weight] : tapsX)
                    sum += weight * sums[static_cast<std::size_t>(std::clamp(x * stepX + offset, 0, grey.width - 1))];
                to[x] = sum;
            }
        }
    });
    return out;
}

/// Where output samples fall among the samples of a smaller picture along one axis; beyond its border the border holds.
struct Steps {
    std::vector<int> index;       // of the sample before
    std::vector<float> fraction;  // on the way to the next one
    Steps(int count, int step, double site, int lumaSide, int smallSide)
        : index(static_cast<std::size_t>(count)), fraction(index.size()) {
        for (std::size_t i = 0; i < index.size(); ++i) {
            // Pixel centres of both pictures lie at half-integers of one common length.
            const double at = std::clamp((static_cast<double>(i) * step + site + 0.5) * smallSide / lumaSide - 0.5, 0.0,
                                         smallSide - 1.0);
            index[i] = std::min(static_cast<int>(at), std::max(0, smallSide - 2));
            fraction[i] = static_cast<float>(at - index[i]);
        }
    }
};

using Four = std::array<float, 4>;

/// Cell of a node table: which pair of nodes, and how far on the way to the second.
struct Cell {
    std::size_t index;
    float fraction;
    Cell(float at, int nodes) {
        at = std::min(std::max(at, 0.0F), static_cast<float>(nodes - 1));
        index = static_cast<std::size_t>(std::min(static_cast<int>(at), nodes - 2));
        fraction = at - static_cast<float>(index);
    }
};

/// Trilinear look-up of the free chroma, then what the gamut leaves of it. The two nodes along b lie side by side as
/// (Cb, Cr, Cb, Cr), so that four lanes do the work at once.
class LookUp {
public:
    LookUp(const float* table, const LumaWeights& w)
        : table_(table),
          red_(2.0F * (1.0F - w.r)),
          blue_(2.0F * (1.0F - w.b)),
          greenCr_(-red_ * w.r / w.g),
          greenCb_(-blue_ * w.b / w.g) {}

    std::array<float, 2> operator()(float grey, float a, float b) const noexcept {
        const Cell g(grey * (kGreyNodes - 1), kGreyNodes), i((a + kAbLimit) / kAbStep, kAbNodes),
            j((b + kAbLimit) / kAbStep, kAbNodes);
        constexpr std::size_t kNextA = static_cast<std::size_t>(kAbNodes) * 2,
                              kNextGrey = static_cast<std::size_t>(kAbNodes) * kAbNodes * 2;
        const float* node = table_ + g.index * kNextGrey + i.index * kNextA + j.index * 2;
        const float w11 = g.fraction * i.fraction, w10 = g.fraction - w11, w01 = i.fraction - w11,
                    w00 = 1.0F - g.fraction - w01;
        Four sum;
        for (std::size_t k = 0; k < 4; ++k)
            sum[k] =
                w00 * node[k] + w01 * node[kNextA + k] + w10 * node[kNextGrey + k] + w11 * node[kNextGrey + kNextA + k];
        const float cb = sum[0] + j.fraction * (sum[2] - sum[0]), cr = sum[1] + j.fraction * (sum[3] - sum[1]);
        const float share = gamutShare(grey, grey + red_ * cr, grey + greenCb_ * cb + greenCr_ * cr, grey + blue_ * cb);
        return {share * cb, share * cr};
    }

private:
    const float* table_;
    float red_, blue_, greenCr_, greenCb_;  // R' − Y', B' − Y', G' − Y' out of Cr and Cb
};

/// The guided filter at the size of the colours: per cell the slope of a and b over luma and what is left of them. The
/// colours themselves are enlarged and only the detail of luma is added: nothing the networks said is lost.
Plane<Four> guidedCoefficients(const Plane<float>& guide, const AbImage& ab) {
    const cv::Mat I = matOf(guide);
    const auto mean = [](const cv::Mat& m) {
        cv::Mat out;
        cv::boxFilter(m, out, CV_32F, cv::Size(2 * kRadius + 1, 2 * kRadius + 1), cv::Point(-1, -1), true,
                      cv::BORDER_REFLECT);
        return out;
    };
    const cv::Mat meanI = mean(I), variance = mean(I.mul(I)) - meanI.mul(meanI) + kEpsilon;
    Plane<Four> out(guide.width, guide.height);
    for (std::size_t c = 0; c < 2; ++c) {
        cv::Mat p = matOf(c == 0 ? ab.a : ab.b).clone();
        cv::patchNaNs(p, 0);  // one bad number would spread over the window
        const cv::Mat fitted = (mean(I.mul(p)) - meanI.mul(mean(p))) / variance;
        const cv::Mat slope = mean(fitted);
        const cv::Mat rest = p - slope.mul(I);
        for (int y = 0; y < out.height; ++y)
            for (int x = 0; x < out.width; ++x) {
                out.at(x, y)[c] = slope.at<float>(y, x);
                out.at(x, y)[c + 2] = rest.at<float>(y, x);
            }
    }
    return out;
}

}  // namespace

ChromaComposer::ChromaComposer(const YuvFormat& format)
    : format_(format), table_(static_cast<std::size_t>(kGreyNodes) * kAbNodes * kAbNodes * 2) {
    const auto w = lumaWeights(format.matrix);
    cv::parallel_for_(cv::Range(0, kGreyNodes), [&](const cv::Range& range) {
        for (int g = range.start; g < range.end; ++g) {
            const float grey = static_cast<float>(g) / (kGreyNodes - 1);
            float* node = table_.data() + static_cast<std::size_t>(g) * kAbNodes * kAbNodes * 2;
            for (int a = 0; a < kAbNodes; ++a)
                for (int b = 0; b < kAbNodes; ++b) {
                    const auto rgb = rgbWithoutGamut(grey, static_cast<float>(a) * kAbStep - kAbLimit,
                                                     static_cast<float>(b) * kAbStep - kAbLimit, w);
                    *node++ = (rgb[2] - grey) / (2.0F * (1.0F - w.b));
                    *node++ = (rgb[0] - grey) / (2.0F * (1.0F - w.r));
                }
        }
    });
}

std::array<float, 2> ChromaComposer::chromaOf(float grey, float a, float b) const noexcept {
    if (!std::isfinite(a + b)) return {0.0F, 0.0F};
    return LookUp(table_.data(), lumaWeights(format_.matrix))(grey, a, b);
}

ChromaComposer::Chroma ChromaComposer::compose(const Plane<std::uint16_t>& luma, int lumaDepth,
                                               const AbImage& ab) const {
    return format_.fields && luma.height > 1 ? composeFields(luma, lumaDepth, ab) : composePicture(luma, lumaDepth, ab);
}

ChromaComposer::Chroma ChromaComposer::composeFields(const Plane<std::uint16_t>& luma, int lumaDepth,
                                                     const AbImage& ab) const {
    const int width = (luma.width + (1 << format_.chromaShiftX) - 1) >> format_.chromaShiftX,
              height = (luma.height + (1 << format_.chromaShiftY) - 1) >> format_.chromaShiftY;
    Chroma frame{Plane<std::uint16_t>(width, height), Plane<std::uint16_t>(width, height)};
    for (int field = 0; field < 2; ++field) {
        Plane<std::uint16_t> own(luma.width, (luma.height + 1 - field) / 2);
        for (int y = 0; y < own.height; ++y) std::copy_n(luma.row(2 * y + field), luma.width, own.row(y));
        const Chroma chroma = composePicture(own, lumaDepth, ab);
        for (int y = field; y < height; y += 2) {
            const int from = std::min(y / 2, chroma.cb.height - 1);
            std::copy_n(chroma.cb.row(from), width, frame.cb.row(y));
            std::copy_n(chroma.cr.row(from), width, frame.cr.row(y));
        }
    }
    return frame;
}

ChromaComposer::Chroma ChromaComposer::composePicture(const Plane<std::uint16_t>& luma, int lumaDepth,
                                                      const AbImage& ab) const {
    YuvFormat lumaFormat = format_;
    lumaFormat.depth = lumaDepth;
    const Plane<float> grey = greyFromLuma(luma, lumaFormat);
    const Plane<float> fine = onChromaGrid(grey, format_);
    const Plane<Four> small = guidedCoefficients(resize(grey, ab.width(), ab.height()), ab);

    const ChromaSite site = chromaSite(format_);
    const Steps columns(fine.width, 1 << format_.chromaShiftX, site.x, luma.width, small.width);
    const Steps rows(fine.height, 1 << format_.chromaShiftY, site.y, luma.height, small.height);
    const LookUp lookUp(table_.data(), lumaWeights(format_.matrix));
    const auto scale = codeScale(format_);
    Chroma chroma{Plane<std::uint16_t>(fine.width, fine.height), Plane<std::uint16_t>(fine.width, fine.height)};
    cv::parallel_for_(cv::Range(0, fine.height), [&](const cv::Range& range) {
        std::vector<Four> between(static_cast<std::size_t>(small.width));
        for (int y = range.start; y < range.end; ++y) {
            const int above = rows.index[static_cast<std::size_t>(y)];
            const float fy = rows.fraction[static_cast<std::size_t>(y)];
            const Four *upper = small.row(above), *lower = small.row(std::min(above + 1, small.height - 1));
            for (std::size_t x = 0; x < between.size(); ++x)
                for (std::size_t k = 0; k < 4; ++k) between[x][k] = upper[x][k] + fy * (lower[x][k] - upper[x][k]);
            const float* g = fine.row(y);
            std::uint16_t *cb = chroma.cb.row(y), *cr = chroma.cr.row(y);
            const auto code = [&](float value) {
                return static_cast<std::uint16_t>(
                    std::min(std::max(value * scale.chromaScale + scale.chromaOffset + 0.5F, 0.0F), scale.highest));
            };
            for (int x = 0; x < fine.width; ++x) {
                const auto at = static_cast<std::size_t>(x);
                const auto before = static_cast<std::size_t>(columns.index[at]);
                const Four &from = between[before], &to = between[std::min(before + 1, between.size() - 1)];
                Four c;
                for (std::size_t k = 0; k < 4; ++k) c[k] = from[k] + columns.fraction[at] * (to[k] - from[k]);
                const auto value = lookUp(g[x], c[0] * g[x] + c[2], c[1] * g[x] + c[3]);
                cb[x] = code(value[0]);
                cr[x] = code(value[1]);
            }
        }
    });
    return chroma;
}

}  // namespace tintreel::color
