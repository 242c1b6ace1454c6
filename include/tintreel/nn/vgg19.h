// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include <torch/torch.h>

#include "tintreel/base/result.h"

namespace tintreel::nn {

/// The convolutions of VGG19 (Simonyan and Zisserman, "Very Deep Convolutional Networks", ICLR 2015, configuration E)
/// under torchvision's names: "features.0.weight" … "features.34.bias". The classifier is left out.
class Vgg19Impl : public torch::nn::Module {
public:
    /// `widths`: channels of the five blocks; other than VGG19's own for tests alone.
    explicit Vgg19Impl(std::vector<int64_t> widths = {64, 128, 256, 512, 512});

    /// rgb [N,3,H,W] 0..1, H and W ≥ 16 → the outputs of relu2_2, relu3_2, relu4_2, relu5_2. ImageNet's mean and
    /// deviation are taken off inside.
    std::vector<torch::Tensor> forward(const torch::Tensor& rgb);

private:
    struct Convolution {
        int64_t index;  // in torchvision's list
        torch::nn::Conv2d layer;
    };
    std::vector<Convolution> convolutions_;
};
TORCH_MODULE(Vgg19);

/// Loads weights that the user gives (safetensors). All "features.*" must be there with VGG19's shapes; "classifier.*"
/// is passed over, anything else is an error. Gradients are off. Error: ErrorCode::Model, naming the tensor and both
/// shapes.
[[nodiscard]] Result<Vgg19> loadVgg19(const std::filesystem::path& path);

}  // namespace tintreel::nn
