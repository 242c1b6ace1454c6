// SPDX-License-Identifier: Apache-2.0
#include "nn/attention.h"

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "tintreel/nn/propagator.h"

namespace tintreel::nn {
namespace {

constexpr int kCells = 208;

struct Cells {
    std::vector<float> rows[7];
    std::vector<float> logits;
    std::vector<std::uint16_t> halves;  // the same numbers: they have no more than bf16's digits
    ReadCells known;

    explicit Cells(unsigned seed) : logits(kCells), halves(kCells) {
        std::mt19937 random(seed);
        std::uniform_real_distribution<float> value(-50, 50), logit(-90, 0);
        for (auto& row : rows) {
            row.resize(kCells);
            for (auto& x : row) x = value(random);
        }
        for (int i = 0; i < kCells; ++i) {
            const float f = logit(random);
            std::uint32_t bits;
            std::memcpy(&bits, &f, 4);
            bits &= 0xffff0000U;
            const auto at = static_cast<std::size_t>(i);
            std::memcpy(&logits[at], &bits, 4);
            halves[at] = static_cast<std::uint16_t>(bits >> 16);
        }
        known = {kCells, {}, rows[5].data(), rows[6].data()};
        for (int k = 0; k < 5; ++k) known.values[k] = rows[k].data();
    }
};

std::vector<double> slowRead(const Cells& c, const ReadPlace* place) {
    double weights = 0;
    std::vector<double> sums(kReadOutputs);
    for (std::size_t i = 0; i < kCells; ++i) {
        double logit = c.logits[i];
        if (place != nullptr)
            logit -= place->sharpness * (std::pow(c.rows[5][i] - place->x, 2) + std::pow(c.rows[6][i] - place->y, 2));
        const double weight = std::exp(logit);
        weights += weight;
        for (std::size_t k = 0; k < 5; ++k) sums[k] += weight * c.rows[k][i];
        sums[5] += weight * c.logits[i];
    }
    for (auto& sum : sums) sum /= weights;
    return sums;
}

TEST(Attention, AgreesWithTheDefinitionInDouble) {
    for (unsigned seed = 0; seed < 20; ++seed) {
        const Cells c(seed);
        const ReadPlace near{10, -7, 1.0F / 288};
        for (const ReadPlace* place : {static_cast<const ReadPlace*>(nullptr), &near}) {
            std::vector<float> scratch(kCells), out(kReadOutputs), same(kReadOutputs);
            readCell(c.known, c.halves.data(), nullptr, place, scratch.data(), out.data());
            readCell(c.known, nullptr, c.logits.data(), place, scratch.data(), same.data());
            const auto expected = slowRead(c, place);
            for (std::size_t k = 0; k < kReadOutputs; ++k) {
                EXPECT_NEAR(out[k], expected[k], 5e-4) << k;
                EXPECT_EQ(out[k], same[k]);
            }
        }
    }
}

TEST(Attention, LogitsThatAreVeryLowDoNotVanish) {
    Cells c(3);
    for (auto& logit : c.logits) logit -= 500;
    std::vector<float> scratch(kCells), out(kReadOutputs);
    readCell(c.known, nullptr, c.logits.data(), nullptr, scratch.data(), out.data());
    const Cells same(3);
    EXPECT_NEAR(out[0], slowRead(same, nullptr)[0], 1e-2);
}

/// The propagator without gradients (the fused reads) against itself with them (LibTorch's own operations).
TEST(Attention, TheFusedReadsChangeNothing) {
    torch::manual_seed(5);
    Propagator net;
    const auto L = torch::rand({2, 1, 64, 96}) * 100, ab = torch::randn({2, 2, 32, 48}) * 20,
               error = torch::zeros({2, 1, 32, 48});
    const auto ys = torch::arange(32).view({1, 1, 32, 1}).expand({2, 1, 32, 48}).to(torch::kFloat32),
               xs = torch::arange(48).view({1, 1, 1, 48}).expand({2, 1, 32, 48}).to(torch::kFloat32);
    const auto zero = torch::zeros({2, 1, 32, 48});
    const auto geometry = torch::cat({xs, ys, zero, xs + 3, ys, zero, xs, ys - 2, zero, xs - 1, ys + 1, zero}, 1);
    const auto run = [&](bool gradients, bool bf16) {
        const torch::AutoGradMode mode(gradients);
        const Bf16Scope scope(bf16, torch::kCPU);
        const auto features = net->features(L);
        const auto key = net->makeReference(features, L, ab, error),
                   anchor = net->makeReference(features, L, ab * 0.5, error + 1);
        const auto other = net->makeReference(features, L, ab.flip(3), error).memory;
        const auto few = net->forward(L, features, geometry, anchor, key, anchor, nullptr),
                   many = net->forward(L, features, geometry, anchor, key, anchor, &other);
        EXPECT_GT((few.ab - many.ab).abs().max().item<double>(), 1e-3) << "the other keyframe is read";
        return torch::cat({few.ab, few.logError, many.ab, many.logError}, 1).detach();
    };
    const auto exact = run(true, false), fused = run(false, false);
    EXPECT_LT((fused - exact).abs().max().item<double>(), 2e-3);
    EXPECT_LT((run(false, true) - run(true, true)).abs().mean().item<double>(), 0.05) << "bf16";
    EXPECT_FALSE(torch::equal(fused, exact)) << "two ways, or nothing was compared";
    net->freezeFeatures();
    EXPECT_TRUE(torch::equal(run(true, false), fused))
        << "with frozen features the mix learns from what it will see in use";
}

}  // namespace
}  // namespace tintreel::nn
