// SPDX-License-Identifier: Apache-2.0
#include "tintreel/nn/vgg19.h"

#include <algorithm>
#include <array>
#include <string>

#include "tintreel/nn/blocks.h"
#include "tintreel/nn/safetensors.h"

namespace tintreel::nn {
namespace {

constexpr std::array<int, 5> kConvolutions{2, 2, 4, 4, 4};  // of each block
// After the second convolution of blocks 2 to 5: by torchvision's numbers.
constexpr std::array<int64_t, 4> kTaken{7, 12, 21, 30};

}  // namespace

Vgg19Impl::Vgg19Impl(std::vector<int64_t> widths) {
    const auto features = register_module("features", std::make_shared<torch::nn::Module>("features"));
    int64_t index = 0, in = 3;
    for (std::size_t block = 0; block < kConvolutions.size(); ++block) {
        for (int i = 0; i < kConvolutions[block]; ++i) {
            const auto layer = features->register_module(
                std::to_string(index), makeConv(static_cast<int>(in), static_cast<int>(widths[block])));
            convolutions_.push_back({index, layer});
            in = widths[block];
            index += 2;  // the convolution and its ReLU
        }
        index += 1;  // max pooling
    }
}

std::vector<torch::Tensor> Vgg19Impl::forward(const torch::Tensor& rgb) {
    const auto mean = torch::tensor({0.485, 0.456, 0.406}, rgb.options().requires_grad(false)).view({1, 3, 1, 1});
    const auto deviation = torch::tensor({0.229, 0.224, 0.225}, rgb.options().requires_grad(false)).view({1, 3, 1, 1});
    auto x = (rgb - mean) / deviation;
    std::vector<torch::Tensor> taken;
    int64_t before = 0;
    for (auto& [index, layer] : convolutions_) {
        if (index > kTaken.back()) break;
        if (index - before == 3) x = torch::max_pool2d(x, 2);
        before = index;
        x = torch::relu(layer(x));
        if (std::find(kTaken.begin(), kTaken.end(), index) != kTaken.end()) taken.push_back(x);
    }
    return taken;
}

Result<Vgg19> loadVgg19(const std::filesystem::path& path) {
    TT_ASSIGN(TensorFile file, loadSafetensors(path));
    std::erase_if(file.tensors, [](const auto& item) { return item.first.starts_with("classifier."); });
    Vgg19 network;
    TT_TRY(loadStrict(*network, file.tensors, path.string()));
    for (auto& parameter : network->parameters()) parameter.requires_grad_(false);
    toChannelsLast(*network);
    network->eval();
    return network;
}

}  // namespace tintreel::nn
