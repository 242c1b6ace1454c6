// SPDX-License-Identifier: Apache-2.0
#include "training/losses.h"

namespace tintreel::training {
namespace {

torch::Tensor squaredDistance(const torch::Tensor& ab, const torch::Tensor& truth) { return (ab - truth).square().sum(1, true); }

}  // namespace

torch::Tensor charbonnier(const torch::Tensor& ab, const torch::Tensor& truth) {
    return (torch::sqrt(squaredDistance(ab, truth) + 1.0) - 1.0).mean();
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

}  // namespace tintreel::training
