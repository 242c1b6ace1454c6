// SPDX-License-Identifier: Apache-2.0
#include "training/losses.h"

namespace tintreel::training {
namespace F = torch::nn::functional;

namespace {

torch::Tensor squaredDistance(const torch::Tensor& ab, const torch::Tensor& truth) {
    return (ab - truth).square().sum(1, true);
}

/// Mean over all but the first dimension, in fp32 at least.
torch::Tensor eachMean(const torch::Tensor& t) {
    const auto wide = t.scalar_type() == torch::kFloat64 ? t : t.to(torch::kFloat32);
    return wide.flatten(1).mean(1);
}

template <class F>
torch::Tensor meanOver(std::size_t count, F f) {
    auto sum = f(0);
    for (std::size_t i = 1; i < count; ++i) sum = sum + f(i);
    return sum / static_cast<double>(count);
}

}  // namespace

torch::Tensor meanAbsolute(const torch::Tensor& ab, const torch::Tensor& truth) { return (ab - truth).abs().mean(); }

torch::Tensor charbonnier(const torch::Tensor& ab, const torch::Tensor& truth) {
    return (torch::sqrt(squaredDistance(ab, truth) + 1.0) - 1.0).mean();
}

torch::Tensor distanceOf(const std::string& kind, const torch::Tensor& ab, const torch::Tensor& truth) {
    return kind == "plain" ? meanAbsolute(ab, truth) : charbonnier(ab, truth);
}

torch::Tensor logMse(const torch::Tensor& ab, const torch::Tensor& truth, double offset) {
    return torch::log(squaredDistance(ab, truth).mean({1, 2, 3}) + offset).mean();
}

torch::Tensor statedError(const torch::Tensor& ab, const torch::Tensor& truth, const torch::Tensor& logError) {
    const auto distance = torch::sqrt(squaredDistance(ab, truth) + 1e-6).detach();
    return (distance * torch::exp(-logError) + logError).mean();
}

torch::Tensor smoothness(const torch::Tensor& ab, const torch::Tensor& lightness) {
    const auto along = [&](int64_t dim) {
        const auto n = ab.size(dim) - 1;
        const auto weight = torch::exp(-(lightness.narrow(dim, 1, n) - lightness.narrow(dim, 0, n)).abs() / 5.0);
        return ((ab.narrow(dim, 1, n) - ab.narrow(dim, 0, n)).abs().sum(1, true) * weight).mean();
    };
    return along(2) + along(3);
}

torch::Tensor carriedBy(const torch::Tensor& previous, const torch::Tensor& x, const torch::Tensor& y) {
    const double w = static_cast<double>(previous.size(3)), h = static_cast<double>(previous.size(2));
    const auto grid = torch::cat({(2.0 * x + 1.0) / w - 1.0, (2.0 * y + 1.0) / h - 1.0}, 1).permute({0, 2, 3, 1});
    return F::grid_sample(
        previous, grid,
        F::GridSampleFuncOptions().mode(torch::kBilinear).padding_mode(torch::kBorder).align_corners(false));
}

torch::Tensor temporalDifference(const torch::Tensor& ab, const torch::Tensor& carried, const torch::Tensor& visible) {
    const auto changes = ((ab - carried).abs() * visible).sum({1, 2, 3}), samples = 2.0 * visible.sum({1, 2, 3});
    return (changes / samples.clamp_min(1.0)).mean();
}

torch::Tensor discriminatorLoss(GanLoss kind, const std::vector<torch::Tensor>& real,
                                const std::vector<torch::Tensor>& made) {
    return meanOver(real.size(), [&](std::size_t i) {
        if (kind == GanLoss::Hinge) return eachMean(torch::relu(1.0 - real[i])) + eachMean(torch::relu(1.0 + made[i]));
        return 0.5 * (eachMean((real[i] - 1.0).square()) + eachMean(made[i].square()));
    });
}

torch::Tensor adversarialLoss(GanLoss kind, const std::vector<torch::Tensor>& made) {
    return meanOver(made.size(), [&](std::size_t i) {
        return kind == GanLoss::Hinge ? -eachMean(made[i]) : 0.5 * eachMean((made[i] - 1.0).square());
    });
}

torch::Tensor featureDistance(const std::vector<torch::Tensor>& features, const std::vector<torch::Tensor>& truth) {
    return meanOver(features.size(), [&](std::size_t i) { return eachMean((features[i] - truth[i]).abs()); });
}

}  // namespace tintreel::training
