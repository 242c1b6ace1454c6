// SPDX-License-Identifier: Apache-2.0
#include "tintreel/color/edge_aware.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace tintreel::color {
namespace {

using Weights = std::array<float, 256>;

constexpr int kLanes = 8;
using Lanes = std::array<float, kLanes>;

/// One pass along the rows: each row is a tridiagonal system (Thomas algorithm) with weights between neighbours. Along
/// a row every step waits for the one before it, so eight rows are solved side by side, a pixel of each in one vector.
void smoothRows(const Plane<std::uint8_t>& guide, const std::vector<Plane<float>*>& planes, const Weights& weights) {
    const int width = guide.width;
    const auto n = static_cast<std::size_t>(width);
    std::vector<Lanes> upper(n), inverse(n), lower(n), values(n);
    for (int top = 0; top < guide.height; top += kLanes) {
        const int count = std::min(kLanes, guide.height - top);
        // The last block may be short: its spare lanes repeat the last row and are not written back.
        const auto rowOf = [&](std::size_t lane) { return top + std::min(static_cast<int>(lane), count - 1); };
        for (std::size_t k = 0; k < kLanes; ++k) {
            const std::uint8_t* g = guide.row(rowOf(k));
            lower[0][k] = 0;
            for (std::size_t x = 1; x < n; ++x)
                lower[x][k] = weights[static_cast<std::size_t>(std::abs(g[x] - g[x - 1]))];
        }
        Lanes carried{};
        for (std::size_t x = 0; x < n; ++x)
            for (std::size_t k = 0; k < kLanes; ++k) {
                const float before = lower[x][k], after = x + 1 < n ? lower[x + 1][k] : 0.0F;
                inverse[x][k] = 1.0F / (1.0F + before + after - before * carried[k]);
                carried[k] = upper[x][k] = after * inverse[x][k];
            }
        for (auto* plane : planes) {
            for (std::size_t k = 0; k < kLanes; ++k) {
                const float* p = plane->row(rowOf(k));
                for (std::size_t x = 0; x < n; ++x) values[x][k] = p[x];
            }
            Lanes previous{};
            for (std::size_t x = 0; x < n; ++x)
                for (std::size_t k = 0; k < kLanes; ++k)
                    previous[k] = values[x][k] = (values[x][k] + lower[x][k] * previous[k]) * inverse[x][k];
            for (std::size_t x = n - 1; x-- > 0;)
                for (std::size_t k = 0; k < kLanes; ++k) values[x][k] += upper[x][k] * values[x + 1][k];
            for (int k = 0; k < count; ++k) {
                float* p = plane->row(top + k);
                for (std::size_t x = 0; x < n; ++x) p[x] = values[x][static_cast<std::size_t>(k)];
            }
        }
    }
}

/// The same along the columns, all columns side by side so that memory is walked in order.
void smoothColumns(const Plane<std::uint8_t>& guide, const std::vector<Plane<float>*>& planes, const Weights& weights) {
    const int width = guide.width, height = guide.height;
    Plane<float> upper(width, height), inverse(width, height), lower(width, height);
    for (int y = 0; y < height; ++y) {
        const std::uint8_t* g = guide.row(y);
        const std::uint8_t* next = y + 1 < height ? guide.row(y + 1) : nullptr;
        const float* carried = y > 0 ? upper.row(y - 1) : nullptr;
        float *u = upper.row(y), *inv = inverse.row(y), *low = lower.row(y);
        float* lowNext = y + 1 < height ? lower.row(y + 1) : nullptr;
        for (int x = 0; x < width; ++x) {
            const float before = y > 0 ? low[x] : 0.0F;
            const float after = next ? weights[static_cast<std::size_t>(std::abs(next[x] - g[x]))] : 0.0F;
            inv[x] = 1.0F / (1.0F + before + after - (carried ? before * carried[x] : 0.0F));
            u[x] = after * inv[x];
            if (lowNext) lowNext[x] = after;
        }
    }
    for (auto* plane : planes) {
        for (int x = 0; x < width; ++x) plane->row(0)[x] *= inverse.row(0)[x];
        for (int y = 1; y < height; ++y) {
            float* p = plane->row(y);
            const float *previous = plane->row(y - 1), *inv = inverse.row(y), *low = lower.row(y);
            for (int x = 0; x < width; ++x) p[x] = (p[x] + low[x] * previous[x]) * inv[x];
        }
        for (int y = height - 2; y >= 0; --y) {
            float* p = plane->row(y);
            const float *below = plane->row(y + 1), *u = upper.row(y);
            for (int x = 0; x < width; ++x) p[x] += u[x] * below[x];
        }
    }
}

}  // namespace

void smoothEdgeAware(const Plane<float>& guide, std::vector<Plane<float>*> planes, const SmootherOptions& options) {
    Plane<std::uint8_t> steps(guide.width, guide.height);
    for (std::size_t i = 0; i < guide.size(); ++i)
        steps.data[i] = static_cast<std::uint8_t>(std::clamp(guide.data[i] + 0.5F, 0.0F, 255.0F));
    if (guide.empty()) return;
    double lambda = options.lambda;
    for (int pass = 0; pass < options.passes; ++pass) {
        Weights weights;
        for (std::size_t i = 0; i < weights.size(); ++i)
            weights[i] = static_cast<float>(lambda * std::exp(-static_cast<double>(i) / options.sigma));
        smoothRows(steps, planes, weights);
        smoothColumns(steps, planes, weights);
        lambda *= options.attenuation;
    }
}

HintSpread spreadHints(const LPlane& lightness, const AbImage& ab, const Plane<float>& mask, double lambda,
                       double sigma) {
    HintSpread spread{AbImage(lightness.width, lightness.height), mask};
    Plane<float> guide(lightness.width, lightness.height);
    for (std::size_t i = 0; i < mask.size(); ++i) {
        spread.ab.a.data[i] = ab.a.data[i] * mask.data[i];
        spread.ab.b.data[i] = ab.b.data[i] * mask.data[i];
        guide.data[i] = lightness.data[i] * 2.55F;
    }
    SmootherOptions options;
    options.lambda = lambda;
    options.sigma = sigma;
    smoothEdgeAware(guide, {&spread.ab.a, &spread.ab.b, &spread.certainty}, options);
    for (std::size_t i = 0; i < mask.size(); ++i) {
        // Far from every hint both fall below what a float can divide: no colour is the honest answer there.
        const float certainty = spread.certainty.data[i];
        const float inverse = certainty > 1e-30F ? 1.0F / certainty : 0.0F;
        spread.ab.a.data[i] *= inverse;
        spread.ab.b.data[i] *= inverse;
    }
    return spread;
}

}  // namespace tintreel::color
