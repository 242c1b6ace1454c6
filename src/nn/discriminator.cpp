// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/discriminator.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "tintreel/nn/blocks.h"

namespace tintreel::nn {
namespace {

constexpr std::array<int, 5> kPatchWidths{3, 48, 96, 192, 256};
constexpr std::array<int, 4> kPatchStrides{2, 2, 2, 1};

torch::Tensor unit(const torch::Tensor& v) { return v / (v.norm() + 1e-12); }

class PatchDiscriminatorImpl final : public DiscriminatorImpl {
public:
    PatchDiscriminatorImpl() {
        for (std::size_t i = 0; i < kPatchStrides.size(); ++i)
            layers->push_back(
                SpectralConv2d(kPatchWidths[i], kPatchWidths[i + 1], kPatchStrides[i] == 2 ? 4 : 3, kPatchStrides[i]));
        register_module("layers", layers);
        verdict = register_module("verdict", SpectralConv2d(kPatchWidths.back(), 1, 3, 1));
    }

    Output forward(const torch::Tensor& lightness, const torch::Tensor& ab) override {
        auto x = torch::cat({(lightness - 50.0) / 50.0, ab / 50.0}, 1).contiguous(torch::MemoryFormat::ChannelsLast);
        Output out;
        for (const auto& layer : *layers) {
            x = torch::leaky_relu(layer->as<SpectralConv2d>()->forward(x), 0.2);
            out.features.push_back(x);
        }
        out.verdicts.push_back(verdict(x).to(torch::kFloat32));
        return out;
    }

private:
    torch::nn::ModuleList layers;
    SpectralConv2d verdict{nullptr};
};

class MultiscaleDiscriminatorImpl final : public DiscriminatorImpl {
public:
    MultiscaleDiscriminatorImpl() {
        fine_ = register_module("fine", std::make_shared<PatchDiscriminatorImpl>());
        coarse_ = register_module("coarse", std::make_shared<PatchDiscriminatorImpl>());
    }
    Output forward(const torch::Tensor& lightness, const torch::Tensor& ab) override {
        auto out = fine_->forward(lightness, ab);
        const auto coarse = coarse_->forward(torch::avg_pool2d(lightness, 2), torch::avg_pool2d(ab, 2));
        out.verdicts.insert(out.verdicts.end(), coarse.verdicts.begin(), coarse.verdicts.end());
        out.features.insert(out.features.end(), coarse.features.begin(), coarse.features.end());
        return out;
    }

private:
    std::shared_ptr<PatchDiscriminatorImpl> fine_, coarse_;
};

}  // namespace

SpectralConv2dImpl::SpectralConv2dImpl(int in, int out, int kernel, int stride)
    : stride_(stride), padding_((kernel - 1) / 2) {
    weight =
        register_parameter("weight", torch::randn({out, in, kernel, kernel}) * std::sqrt(2.0 / (in * kernel * kernel)));
    bias = register_parameter("bias", torch::zeros({out}));
    left = register_buffer("left", unit(torch::randn({out})));
    for (int i = 0; i < 5; ++i) iterate();
}

void SpectralConv2dImpl::iterate() {
    torch::NoGradGuard guard;
    const auto matrix = weight.flatten(1);
    left.copy_(unit(torch::mv(matrix, unit(torch::mv(matrix.t(), left)))));
}

torch::Tensor SpectralConv2dImpl::normalized() const {
    // σ = uᵀWv; u and v are held fixed, as in the paper. In bf16 the quotient would be off by a percent.
    const Bf16Scope fp32(false, weight.device().type());
    const auto matrix = weight.flatten(1);
    const auto fixed = left.clone();  // the buffer changes before gradients are worked out
    const auto right = unit(torch::mv(matrix.detach().t(), fixed));
    return weight / torch::dot(fixed, torch::mv(matrix, right));
}

torch::Tensor SpectralConv2dImpl::forward(const torch::Tensor& x) {
    if (is_training()) iterate();
    return torch::conv2d(x, normalized(), bias, stride_, padding_);
}

const std::vector<std::string>& discriminatorNames() {
    static const std::vector<std::string> names{"patch", "multiscale"};
    return names;
}

Result<Discriminator> makeDiscriminator(const std::string& name) {
    if (name == "patch") return Discriminator(std::make_shared<PatchDiscriminatorImpl>());
    if (name == "multiscale") return Discriminator(std::make_shared<MultiscaleDiscriminatorImpl>());
    return fail(ErrorCode::Model, fmt::format("There is no discriminator '{}'; there are: {}.", name,
                                              fmt::join(discriminatorNames(), ", ")));
}

}  // namespace tintreel::nn
