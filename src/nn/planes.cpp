// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/planes.h"

#include <cstring>

namespace tintreel::nn {

torch::Tensor tensorOf(const Plane<float>& plane) {
    auto t = torch::empty({1, plane.height, plane.width});
    std::memcpy(t.data_ptr<float>(), plane.data.data(), plane.data.size() * sizeof(float));
    return t;
}

torch::Tensor tensorOf(const AbImage& ab) { return torch::cat({tensorOf(ab.a), tensorOf(ab.b)}, 0); }

Plane<float> planeOf(const torch::Tensor& t) {
    const auto c = t.detach().to(torch::kCPU, torch::kFloat32).contiguous();
    Plane<float> plane(static_cast<int>(c.size(1)), static_cast<int>(c.size(0)));
    std::memcpy(plane.data.data(), c.data_ptr<float>(), plane.data.size() * sizeof(float));
    return plane;
}

AbImage abOf(const torch::Tensor& t) {
    AbImage ab;
    ab.a = planeOf(t[0]);
    ab.b = planeOf(t[1]);
    return ab;
}

}  // namespace tintreel::nn
