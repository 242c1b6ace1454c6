// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "tintreel/base/result.h"

namespace tintreel::nn {

/// A convolution whose weights are divided by their largest singular value, estimated by one power iteration a call in
/// training (Miyato et al., "Spectral Normalization for GANs", ICLR 2018). The estimate is a buffer and goes into
/// checkpoints.
class SpectralConv2dImpl : public torch::nn::Module {
public:
    SpectralConv2dImpl(int in, int out, int kernel, int stride);
    torch::Tensor forward(const torch::Tensor& x);
    /// The weights as they act: weight / σ.
    [[nodiscard]] torch::Tensor normalized() const;

    torch::Tensor weight, bias, left;  // left: [out] unit vector

private:
    void iterate();
    int stride_, padding_;
};
TORCH_MODULE(SpectralConv2d);

/// Tells true colours from made ones, given the lightness they belong to (Mirza and Osindero, "Conditional GAN", 2014).
class DiscriminatorImpl : public torch::nn::Module {
public:
    struct Output {
        std::vector<torch::Tensor> verdicts;  ///< one [N,1,h,w] a scale: a value for each patch, high = true
        std::vector<torch::Tensor> features;  ///< what lies before them, for feature matching
    };
    /// lightness [N,1,H,W] 0..100, ab [N,2,H,W]; sides ≥ 32.
    virtual Output forward(const torch::Tensor& lightness, const torch::Tensor& ab) = 0;
};
using Discriminator = std::shared_ptr<DiscriminatorImpl>;

/// Names that makeDiscriminator() knows:
/// "patch" – PatchGAN (Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks", CVPR 2017):
/// each value judges 54×54 pixels; "multiscale" – two of them, the second on half the size (Wang et al., "pix2pixHD",
/// CVPR 2018), for the colours of whole things.
[[nodiscard]] const std::vector<std::string>& discriminatorNames();
/// Error: ErrorCode::Model, with the names that are known.
[[nodiscard]] Result<Discriminator> makeDiscriminator(const std::string& name);

}  // namespace tintreel::nn
