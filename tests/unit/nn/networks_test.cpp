// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <gtest/gtest.h>

#include "support/temp_dir.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/color/lab.h"
#include "tintreel/nn/colorizers.h"
#include "tintreel/nn/discriminator.h"
#include "tintreel/nn/generator.h"
#include "tintreel/nn/lab.h"
#include "tintreel/nn/safetensors.h"
#include "tintreel/nn/vgg19.h"
#include "tintreel/nn/vit_generator.h"

namespace tintreel::nn {
namespace {

class NetworksTest : public ::testing::Test {
protected:
    void SetUp() override { torch::manual_seed(0); }
    testing::TempDir dir_;
};

TEST_F(NetworksTest, LabToRgbIsTheColourModules) {
    const auto L = torch::rand({1, 1, 20, 30}) * 100, ab = torch::randn({1, 2, 20, 30}) * 40;
    const auto rgb = rgbFromLab(L, ab);
    for (int y = 0; y < 20; ++y)
        for (int x = 0; x < 30; ++x) {
            const auto wanted = color::rgbFromLab(
                {L[0][0][y][x].item<float>(), ab[0][0][y][x].item<float>(), ab[0][1][y][x].item<float>()});
            for (int c = 0; c < 3; ++c)
                ASSERT_NEAR(rgb[0][c][y][x].item<float>(), wanted[static_cast<std::size_t>(c)], 2e-4) << x << ' ' << y;
        }
}

TEST_F(NetworksTest, LabToRgbHasTheGradientsOfFiniteDifferences) {
    const auto f64 = torch::TensorOptions(torch::kFloat64);
    const auto L = torch::tensor({0.0, 3.0, 50.0, 97.0}, f64).view({1, 1, 1, 4});
    auto ab = torch::tensor({0.0, 5.0, -60.0, 20.0, 0.0, -8.0, 70.0, 10.0}, f64).view({1, 2, 1, 4});
    auto x = ab.clone().requires_grad_(true);
    rgbFromLab(L, x).square().sum().backward();
    ASSERT_TRUE(x.grad().isfinite().all().item<bool>()) << "black has a slope too";
    for (int64_t i = 0; i < 8; ++i) {
        auto up = ab.clone(), down = ab.clone();
        up.view(-1)[i] += 1e-5;
        down.view(-1)[i] -= 1e-5;
        const double slope =
            (rgbFromLab(L, up).square().sum() - rgbFromLab(L, down).square().sum()).item<double>() / 2e-5;
        EXPECT_NEAR(x.grad().view(-1)[i].item<double>(), slope, 1e-6 + 1e-5 * std::fabs(slope)) << i;
    }
}

/// A picture as plain numbers: channel, row, column.
using Picture = std::vector<std::vector<std::vector<double>>>;

Picture pictureOf(const torch::Tensor& t) {
    Picture p(static_cast<std::size_t>(t.size(0)));
    for (int64_t c = 0; c < t.size(0); ++c)
        for (int64_t y = 0; y < t.size(1); ++y) {
            p[static_cast<std::size_t>(c)].emplace_back();
            for (int64_t x = 0; x < t.size(2); ++x)
                p[static_cast<std::size_t>(c)].back().push_back(t[c][y][x].item<double>());
        }
    return p;
}

Picture convolvedAndCut(const Picture& in, const torch::Tensor& weight, const torch::Tensor& bias) {
    const auto h = static_cast<int>(in[0].size()), w = static_cast<int>(in[0][0].size());
    const auto k = weight.accessor<float, 4>();
    Picture out(static_cast<std::size_t>(weight.size(0)),
                std::vector<std::vector<double>>(in[0].size(), std::vector<double>(in[0][0].size())));
    for (std::size_t o = 0; o < out.size(); ++o)
        for (int y = 0; y < h; ++y)
            for (int x = 0; x < w; ++x) {
                double sum = bias[static_cast<int64_t>(o)].item<double>();
                for (std::size_t i = 0; i < in.size(); ++i)
                    for (int dy = -1; dy <= 1; ++dy)
                        for (int dx = -1; dx <= 1; ++dx) {
                            if (y + dy < 0 || y + dy >= h || x + dx < 0 || x + dx >= w) continue;
                            sum += in[i][static_cast<std::size_t>(y + dy)][static_cast<std::size_t>(x + dx)] *
                                   k[static_cast<int64_t>(o)][static_cast<int64_t>(i)][dy + 1][dx + 1];
                        }
                out[o][static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] = std::max(0.0, sum);
            }
    return out;
}

Picture pooled(const Picture& in) {
    Picture out(in.size());
    for (std::size_t c = 0; c < in.size(); ++c)
        for (std::size_t y = 0; y + 1 < in[c].size(); y += 2) {
            out[c].emplace_back();
            for (std::size_t x = 0; x + 1 < in[c][y].size(); x += 2)
                out[c].back().push_back(std::max({in[c][y][x], in[c][y][x + 1], in[c][y + 1][x], in[c][y + 1][x + 1]}));
        }
    return out;
}

TEST_F(NetworksTest, Vgg19AgreesWithPlainLoops) {
    Vgg19 net(std::vector<int64_t>{3, 4, 3, 5, 4});
    const auto rgb = torch::rand({1, 3, 16, 32});
    const auto features = net->forward(rgb);
    ASSERT_EQ(features.size(), 4U);

    auto state = stateOf(*net);
    const double mean[3]{0.485, 0.456, 0.406}, deviation[3]{0.229, 0.224, 0.225};
    auto x = pictureOf(rgb[0]);
    for (std::size_t c = 0; c < 3; ++c)
        for (auto& row : x[c])
            for (auto& value : row) value = (value - mean[c]) / deviation[c];
    // torchvision's vgg19: convolutions at these places of "features"; in front of the second number of a pair lies a
    // pooling.
    const std::vector<std::vector<int>> blocks{{0, 2}, {5, 7}, {10, 12, 14, 16}, {19, 21, 23, 25}, {28, 30}};
    std::size_t taken = 0;
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        if (b > 0) x = pooled(x);
        for (std::size_t i = 0; i < blocks[b].size(); ++i) {
            const auto name = "features." + std::to_string(blocks[b][i]);
            x = convolvedAndCut(x, state.at(name + ".weight"), state.at(name + ".bias"));
            if (b == 0 || i != 1) continue;
            const auto found = pictureOf(features[taken][0]);
            for (std::size_t c = 0; c < x.size(); ++c)
                for (std::size_t y = 0; y < x[c].size(); ++y)
                    for (std::size_t k = 0; k < x[c][y].size(); ++k)
                        ASSERT_NEAR(found[c][y][k], x[c][y][k], 1e-4) << "block " << b;
            ++taken;
        }
    }
    EXPECT_EQ(taken, 4U);
}

TEST_F(NetworksTest, Vgg19WeightsAreCheckedByNameAndShape) {
    Vgg19 net;
    EXPECT_EQ(parameterCount(*net), 20024384) << "the convolutions of VGG19";
    TensorFile file;
    for (const auto& [name, tensor] : stateOf(*net)) file.tensors[name] = torch::zeros(tensor.sizes(), torch::kFloat16);
    file.tensors["classifier.6.bias"] = torch::zeros({1000}, torch::kFloat16);
    ASSERT_TRUE(saveSafetensors(dir_ / "vgg.safetensors", file));
    const auto loaded = loadVgg19(dir_ / "vgg.safetensors");
    ASSERT_TRUE(loaded) << describe(loaded.error());
    EXPECT_FALSE((*loaded)->parameters().front().requires_grad());

    file.tensors["features.10.weight"] = torch::zeros({256, 64, 3, 3}, torch::kFloat16);
    file.tensors.erase("features.34.bias");
    ASSERT_TRUE(saveSafetensors(dir_ / "bad.safetensors", file));
    const auto bad = loadVgg19(dir_ / "bad.safetensors");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().code, ErrorCode::Model);
    for (const char* part : {"bad.safetensors", "'features.10.weight' has shape [256,64,3,3], [256,128,3,3] is wanted",
                             "'features.34.bias' is missing"})
        EXPECT_NE(bad.error().userMessage.find(part), std::string::npos) << bad.error().userMessage;
}

TEST_F(NetworksTest, SpectralConvolutionsHaveTheNormOne) {
    SpectralConv2d conv(5, 7, 3, 2);
    torch::NoGradGuard guard;
    conv->weight.mul_(9.0);
    const auto x = torch::randn({1, 5, 9, 9});
    for (int i = 0; i < 200; ++i) conv->forward(x);
    // The singular values by LAPACK.
    const auto largest = std::get<1>(torch::svd(conv->normalized().flatten(1))).max().item<double>();
    EXPECT_NEAR(largest, 1.0, 1e-3);
    const auto before = conv->left.clone();
    conv->eval();
    conv->forward(x);
    EXPECT_TRUE(torch::equal(before, conv->left)) << "nothing changes outside training";
}

TEST_F(NetworksTest, DiscriminatorsSeeBothInputsAndEveryParameterLearns) {
    for (const auto& name : discriminatorNames()) {
        const auto net = makeDiscriminator(name);
        ASSERT_TRUE(net);
        auto L = (torch::rand({2, 1, 64, 64}) * 100).requires_grad_(true),
             ab = (torch::randn({2, 2, 64, 64}) * 20).requires_grad_(true);
        const auto out = (*net)->forward(L, ab);
        ASSERT_EQ(out.verdicts.size(), name == "patch" ? 1U : 2U);
        auto sum = torch::zeros({});
        for (const auto& verdict : out.verdicts) {
            EXPECT_EQ(verdict.size(0), 2);
            EXPECT_EQ(verdict.size(1), 1);
            EXPECT_GT(verdict.size(2), 1) << "one value for each patch";
            sum = sum + verdict.square().sum();
        }
        sum.backward();
        EXPECT_GT(L.grad().abs().sum().item<double>(), 0) << "it is told the lightness";
        EXPECT_GT(ab.grad().abs().sum().item<double>(), 0);
        for (const auto& item : (*net)->named_parameters())
            EXPECT_TRUE(item.value().grad().defined()) << name << ' ' << item.key();
    }
    const auto unknown = makeDiscriminator("judge");
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().userMessage.find("multiscale"), std::string::npos);
}

TEST_F(NetworksTest, APatchVerdictSees54Pixels) {
    const auto net = *makeDiscriminator("patch");
    auto L = torch::full({1, 1, 128, 128}, 50.0), ab = torch::randn({1, 2, 128, 128}).requires_grad_(true);
    const auto verdict = net->forward(L, ab).verdicts[0];
    verdict[0][0][verdict.size(2) / 2][verdict.size(3) / 2].backward();
    const auto rows = ab.grad().abs().sum({0, 1, 3}).gt(0).sum().item<int64_t>();
    EXPECT_EQ(rows, 54);
}

struct Hinted {
    torch::Tensor L = torch::rand({1, 1, 70, 90}) * 100, ab = torch::zeros({1, 2, 70, 90}),
                  mask = torch::zeros({1, 1, 70, 90});
};

TEST_F(NetworksTest, EveryKeyframeNetworkHonoursHintsAtAnySizeAndLearnsEverywhere) {
    for (const auto& name : keyframeArchitectures()) {
        const auto net = *makeKeyframeNetwork(name);
        EXPECT_LE(parameterCount(*net), 6'000'000) << name;
        Hinted in;
        in.ab.index_put_({0, 0, 20, 30}, 40.0);
        in.ab.index_put_({0, 1, 20, 30}, -25.0);
        in.mask.index_put_({0, 0, 20, 30}, 1.0);
        const auto out = net->run(in.L, in.ab, in.mask, spreadTensor(in.L, in.ab, in.mask));
        EXPECT_EQ(out.ab.sizes(), in.ab.sizes()) << name;
        EXPECT_EQ(out.logError.sizes(), in.mask.sizes());
        EXPECT_EQ(out.gates.size(1), static_cast<int64_t>(out.candidates.size()));
        EXPECT_NEAR(out.ab.index({0, 0, 20, 30}).item<double>(), 40.0, 1e-3);
        EXPECT_NEAR(out.ab.index({0, 1, 20, 30}).item<double>(), -25.0, 1e-3);
        EXPECT_LT((out.gates.sum(1) - 1.0).abs().max().item<double>(), 1e-4);
        (out.ab.square().mean() + out.logError.square().mean() + out.ownAb.square().mean()).backward();
        for (const auto& item : net->named_parameters()) {
            ASSERT_TRUE(item.value().grad().defined()) << name << ' ' << item.key();
            EXPECT_TRUE(item.value().grad().isfinite().all().item<bool>()) << item.key();
        }
    }
    const auto unknown = makeKeyframeNetwork("perceptron");
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().userMessage.find("vit-generator"), std::string::npos);
}

/// The candidate that looks hints up pixel by pixel comes before the own guess.
TEST_F(NetworksTest, PixelsReadOnlyColoursThatHintsHave) {
    Generator net;
    const torch::NoGradGuard guard;
    const auto read = [&](const Hinted& in) {
        const auto out = net->run(in.L, in.ab, in.mask, spreadTensor(in.L, in.ab, in.mask));
        return out.candidates[out.candidates.size() - 2];
    };
    const auto hint = [](Hinted& in, int64_t y, int64_t x, double a, double b, double coverage = 1) {
        in.ab.index_put_({0, 0, y, x}, a);
        in.ab.index_put_({0, 1, y, x}, b);
        in.mask.index_put_({0, 0, y, x}, coverage);
    };
    Hinted in;
    EXPECT_EQ(read(in).abs().max().item<double>(), 0) << "no hint, nothing to read";
    hint(in, 20, 31, 40, -25);
    const auto one = read(in);
    EXPECT_LT((one.narrow(1, 0, 1) - 40).abs().max().item<double>(), 0.1);
    EXPECT_LT((one.narrow(1, 1, 1) + 25).abs().max().item<double>(), 0.1);
    Hinted edge;
    hint(edge, 20, 31, 40, -25, 0.4);
    EXPECT_LT((read(edge).narrow(1, 0, 1) - 40).abs().max().item<double>(), 0.1) << "a stroke's soft edge is no paler";
    hint(in, 60, 5, -10, 30);
    const auto two = read(in);
    const auto share = (two.narrow(1, 0, 1) + 10) / 50;  // of the first hint; the same for b
    EXPECT_LT((share * -55 + 30 - two.narrow(1, 1, 1)).abs().max().item<double>(), 0.2)
        << "on the line between both colours";
    EXPECT_GT((share.max() - share.min()).item<double>(), 1e-3) << "not the same everywhere";

    // As many cells as pixels: they are pooled, and a field of one colour stays it.
    Hinted all;
    all.ab.fill_(15);
    all.mask.fill_(1);
    EXPECT_LT((read(all) - 15).abs().max().item<double>(), 0.1);
}

TEST_F(NetworksTest, EveryTokenOfTheTransformerSeesAllOthers) {
    const auto net = *makeKeyframeNetwork("vit-generator");
    Hinted in;
    auto L = in.L.clone().requires_grad_(true);
    const auto out = net->run(L, in.ab, in.mask, torch::zeros({1, 9, 70, 90}));
    out.ownAb.index({0, 0, 2, 2}).backward();
    EXPECT_GT(L.grad().index({0, 0, 65, 85}).abs().item<double>(), 0) << "the far corner counts";
}

TEST_F(NetworksTest, WeightsRunUnderTheirArchitectureAndAreRefusedUnderAnother) {
    const auto net = *makeKeyframeNetwork("vit-generator");
    TensorFile file;
    for (const auto& [name, tensor] : stateOf(*net)) file.tensors[name] = tensor.to(torch::kFloat16);
    file.metadata = {{"format", "tintreel-weights"}, {"role", "keyframe"}, {"architecture", "vit-generator"}};
    ASSERT_TRUE(saveSafetensors(dir_ / "vit.safetensors", file));
    ModelEntry entry;
    entry.id = "v";
    entry.role = "keyframe";
    entry.architecture = "vit-generator";
    entry.file = dir_ / "vit.safetensors";
    const auto colorizer = makeKeyframeColorizer({entry, *chooseDevice("cpu"), false});
    ASSERT_TRUE(colorizer) << describe(colorizer.error());
    Hinted in;
    in.mask.index_put_({0, 0, 5, 5}, 1.0);
    in.ab.index_put_({0, 0, 5, 5}, 30.0);
    const auto colored = (*colorizer)->colorize(in.L, in.ab, in.mask);
    EXPECT_EQ(colored.ab.sizes(), in.ab.sizes());
    EXPECT_GE((*colorizer)->suggest(in.L, in.ab, in.mask, 8, 8).size(), 2U);

    entry.architecture = "generator";
    const auto wrong = makeKeyframeColorizer({entry, *chooseDevice("cpu"), false});
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, ErrorCode::Model);
    EXPECT_NE(wrong.error().userMessage.find("holds a 'vit-generator', but a 'generator' is wanted"), std::string::npos)
        << wrong.error().userMessage;
}

}  // namespace
}  // namespace tintreel::nn
