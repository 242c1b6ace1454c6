// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <functional>

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

#include "support/temp_dir.h"
#include "tintreel/color/lab.h"
#include "tintreel/nn/lab.h"
#include "tintreel/nn/propagator.h"
#include "tintreel/nn/safetensors.h"
#include "training/look_losses.h"

namespace tintreel::training {
namespace {

using Loss = std::function<torch::Tensor(const torch::Tensor&)>;

/// Compares the gradient of a loss at x with differences of its values at a few places.
void expectGradients(const Loss& loss, const torch::Tensor& at) {
    auto x = at.clone().requires_grad_(true);
    loss(x).backward();
    for (int64_t i = 0; i < at.numel(); i += std::max<int64_t>(1, at.numel() / 7)) {
        auto up = at.clone(), down = at.clone();
        up.view(-1)[i] += 1e-5;
        down.view(-1)[i] -= 1e-5;
        const double slope = (loss(up) - loss(down)).item<double>() / 2e-5;
        EXPECT_NEAR(x.grad().view(-1)[i].item<double>(), slope, 1e-7 + 1e-4 * std::fabs(slope)) << "place " << i;
    }
}

class LossesTest : public ::testing::Test {
protected:
    void SetUp() override { torch::manual_seed(3); }
    torch::TensorOptions f64 = torch::TensorOptions(torch::kFloat64);
    testing::TempDir dir_;
};

TEST_F(LossesTest, MeanAbsoluteIsTheMeanOfAllSamples) {
    const auto truth = torch::randn({2, 2, 4, 5}, f64), ab = torch::randn({2, 2, 4, 5}, f64);
    double sum = 0;
    for (int64_t i = 0; i < 80; ++i) sum += std::fabs(ab.view(-1)[i].item<double>() - truth.view(-1)[i].item<double>());
    EXPECT_NEAR(meanAbsolute(ab, truth).item<double>(), sum / 80, 1e-12);
    expectGradients([&](const torch::Tensor& x) { return meanAbsolute(x, truth); }, ab);
    EXPECT_TRUE(torch::equal(distanceOf("plain", ab, truth), meanAbsolute(ab, truth)));
    EXPECT_TRUE(torch::equal(distanceOf("smooth", ab, truth), charbonnier(ab, truth)));
}

TEST_F(LossesTest, GanLossesAreThoseOfThePapers) {
    const std::vector<torch::Tensor> real{torch::randn({2, 1, 3, 4}, f64) * 2, torch::randn({2, 1, 2, 2}, f64) * 2},
        made{torch::randn({2, 1, 3, 4}, f64) * 2, torch::randn({2, 1, 2, 2}, f64) * 2};
    for (const auto kind : {GanLoss::Hinge, GanLoss::LeastSquares}) {
        const auto judged = discriminatorLoss(kind, real, made), fooled = adversarialLoss(kind, made);
        ASSERT_EQ(judged.sizes(), (std::vector<int64_t>{2}));
        for (int64_t n = 0; n < 2; ++n) {
            double judge = 0, fool = 0;
            for (std::size_t s = 0; s < 2; ++s) {
                const auto r = real[s][n].contiguous().view(-1), m = made[s][n].contiguous().view(-1);
                const auto count = static_cast<double>(r.numel());
                for (int64_t i = 0; i < r.numel(); ++i) {
                    const double t = r[i].item<double>(), f = m[i].item<double>();
                    judge += (kind == GanLoss::Hinge ? std::max(0.0, 1 - t) + std::max(0.0, 1 + f)
                                                     : 0.5 * (t - 1) * (t - 1) + 0.5 * f * f) /
                             count / 2;
                    fool += (kind == GanLoss::Hinge ? -f : 0.5 * (f - 1) * (f - 1)) / count / 2;
                }
            }
            EXPECT_NEAR(judged[n].item<double>(), judge, 1e-9);
            EXPECT_NEAR(fooled[n].item<double>(), fool, 1e-9);
        }
        expectGradients([&](const torch::Tensor& x) { return discriminatorLoss(kind, {x}, {made[0]}).sum(); }, real[0]);
        expectGradients([&](const torch::Tensor& x) { return discriminatorLoss(kind, {real[0]}, {x}).sum(); }, made[0]);
        expectGradients([&](const torch::Tensor& x) { return adversarialLoss(kind, {x}).sum(); }, made[0]);
    }
}

TEST_F(LossesTest, FeatureDistanceWeighsLayersAlike) {
    const std::vector<torch::Tensor> one{torch::randn({2, 3, 4, 4}, f64), torch::randn({2, 6, 2, 2}, f64)},
        other{torch::randn({2, 3, 4, 4}, f64), torch::randn({2, 6, 2, 2}, f64)};
    const auto each = featureDistance(one, other);
    for (int64_t n = 0; n < 2; ++n) {
        double wanted = 0;
        for (std::size_t l = 0; l < 2; ++l) {
            const auto a = one[l][n].contiguous().view(-1), b = other[l][n].contiguous().view(-1);
            double sum = 0;
            for (int64_t i = 0; i < a.numel(); ++i) sum += std::fabs(a[i].item<double>() - b[i].item<double>());
            wanted += sum / static_cast<double>(a.numel()) / 2;
        }
        EXPECT_NEAR(each[n].item<double>(), wanted, 1e-9);
    }
    expectGradients([&](const torch::Tensor& x) { return featureDistance({x, one[1]}, other).sum(); }, one[0]);
}

TEST_F(LossesTest, ThePreviousResultIsCarriedAsOpenCvDoes) {
    const auto previous = torch::randn({1, 2, 9, 12}, torch::kFloat32);
    const auto x = torch::rand({1, 1, 9, 12}) * 14 - 1, y = torch::rand({1, 1, 9, 12}) * 11 - 1;
    const auto carried = carriedBy(previous, x, y);
    for (int64_t c = 0; c < 2; ++c) {
        auto plane = previous[0][c].contiguous(), mapX = x[0][0].contiguous(), mapY = y[0][0].contiguous();
        cv::Mat out;
        cv::remap(cv::Mat(9, 12, CV_32F, plane.data_ptr<float>()), out, cv::Mat(9, 12, CV_32F, mapX.data_ptr<float>()),
                  cv::Mat(9, 12, CV_32F, mapY.data_ptr<float>()), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
        for (int row = 0; row < 9; ++row)
            for (int column = 0; column < 12; ++column)
                ASSERT_NEAR(carried[0][c][row][column].item<float>(), out.at<float>(row, column), 0.08)
                    << "OpenCV rounds places to 1/32";
    }
}

TEST_F(LossesTest, TemporalDifferenceCountsVisiblePixelsAlone) {
    const auto ab = torch::randn({2, 2, 5, 6}, f64), carried = torch::randn({2, 2, 5, 6}, f64);
    const auto visible = (torch::rand({2, 1, 5, 6}, f64) > 0.4).to(torch::kFloat64);
    double mean = 0;
    for (int64_t n = 0; n < 2; ++n) {
        double sum = 0, count = 0;
        for (int64_t y = 0; y < 5; ++y)
            for (int64_t x = 0; x < 6; ++x) {
                if (visible[n][0][y][x].item<double>() == 0) continue;
                count += 2;
                for (int64_t c = 0; c < 2; ++c)
                    sum += std::fabs(ab[n][c][y][x].item<double>() - carried[n][c][y][x].item<double>());
            }
        mean += sum / count / 2;
    }
    EXPECT_NEAR(temporalDifference(ab, carried, visible).item<double>(), mean, 1e-9);
    expectGradients([&](const torch::Tensor& x) { return temporalDifference(x, carried, visible); }, ab);
    EXPECT_EQ(temporalDifference(ab, carried, torch::zeros_like(visible)).item<double>(), 0.0)
        << "nothing is seen twice";
}

TEST_F(LossesTest, LogMseIsTheMeanOfThePicturesLogarithms) {
    const auto ab = torch::randn({3, 2, 4, 5}, f64) * 8, truth = torch::randn({3, 2, 4, 5}, f64) * 8;
    double mean = 0;
    for (int64_t n = 0; n < 3; ++n) {
        double squares = 0;
        for (int64_t y = 0; y < 4; ++y)
            for (int64_t x = 0; x < 5; ++x) {
                const double a = (ab - truth)[n][0][y][x].item<double>(), b = (ab - truth)[n][1][y][x].item<double>();
                squares += a * a + b * b;
            }
        mean += std::log(squares / 20 + 4.0) / 3;
    }
    EXPECT_NEAR(logMse(ab, truth, 4.0).item<double>(), mean, 1e-9);
}

TEST_F(LossesTest, StatedErrorIsLaplacesLikelihood) {
    const auto ab = torch::randn({2, 2, 4, 5}, f64) * 8, truth = torch::randn({2, 2, 4, 5}, f64) * 8,
               stated = torch::randn({2, 1, 4, 5}, f64);
    double mean = 0;
    for (int64_t n = 0; n < 2; ++n)
        for (int64_t y = 0; y < 4; ++y)
            for (int64_t x = 0; x < 5; ++x) {
                const double a = (ab - truth)[n][0][y][x].item<double>(), b = (ab - truth)[n][1][y][x].item<double>(),
                             log = stated[n][0][y][x].item<double>();
                mean += (std::hypot(a, b) / std::exp(log) + log) / 40;
            }
    EXPECT_NEAR(statedError(ab, truth, stated).item<double>(), mean, 1e-6);
    expectGradients([&](const torch::Tensor& x) { return statedError(ab, truth, x); }, stated);
    auto held = ab.clone().requires_grad_(true);
    EXPECT_FALSE(statedError(held, truth, stated).requires_grad()) << "the statement alone learns";
}

TEST_F(LossesTest, SmoothnessIsTotalVariationWhereLightnessIsEven) {
    const auto ab = torch::randn({2, 2, 4, 5}, f64) * 8, L = torch::rand({2, 1, 4, 5}, f64) * 100;
    double along = 0, down = 0;
    const auto at = [](const torch::Tensor& t, int64_t n, int64_t c, int64_t y, int64_t x) {
        return t[n][c][y][x].item<double>();
    };
    for (int64_t n = 0; n < 2; ++n)
        for (int64_t y = 0; y < 4; ++y)
            for (int64_t x = 0; x < 5; ++x)
                for (int64_t c = 0; c < 2; ++c) {
                    if (x + 1 < 5)
                        along += std::fabs(at(ab, n, c, y, x + 1) - at(ab, n, c, y, x)) *
                                 std::exp(-std::fabs(at(L, n, 0, y, x + 1) - at(L, n, 0, y, x)) / 5) / (2 * 4 * 4);
                    if (y + 1 < 4)
                        down += std::fabs(at(ab, n, c, y + 1, x) - at(ab, n, c, y, x)) *
                                std::exp(-std::fabs(at(L, n, 0, y + 1, x) - at(L, n, 0, y, x)) / 5) / (2 * 3 * 5);
                }
    EXPECT_NEAR(smoothness(ab, L).item<double>(), along + down, 1e-9);
}

TEST_F(LossesTest, ColoursAreReadByTheSoftmaxOfAlikeness) {
    nn::Propagator net;
    const auto unit = [&](int64_t h, int64_t w) {
        const auto t = torch::randn({1, 64, h, w});
        return t / t.norm(2, {1}, true);
    };
    const nn::FrameFeatures features{unit(4, 6), {}, {}};
    const auto keys = unit(2, 3).flatten(2).transpose(1, 2);
    const auto values = torch::randn({1, 6, 69}) * 10, truth = torch::randn({1, 2, 4, 6}) * 10;
    const auto read = net->readColors(features, {keys, values, torch::zeros({1, 6, 2})}, truth, 3);
    const double scale = std::exp(net->named_parameters()["temperature"].item<double>());
    ASSERT_EQ(read.ab.sizes(), (std::vector<int64_t>{1, 2, 2, 3}));
    for (int64_t y = 0; y < 2; ++y)
        for (int64_t x = 0; x < 3; ++x) {
            // Turn 3: the odd cells of the odd rows.
            const auto query = features.unit[0].select(1, 2 * y + 1).select(1, 2 * x + 1);
            double sum = 0, a = 0, b = 0, near = 0;
            for (int64_t m = 0; m < 6; ++m) {
                const double weight = std::exp(scale * query.dot(keys[0][m]).item<double>());
                const double va = values[0][m][0].item<double>(), vb = values[0][m][1].item<double>();
                const double da = va - truth[0][0][2 * y + 1][2 * x + 1].item<double>(),
                             db = vb - truth[0][1][2 * y + 1][2 * x + 1].item<double>();
                sum += weight;
                a += weight * va;
                b += weight * vb;
                near += weight * std::exp(-(da * da + db * db) / 32);
            }
            EXPECT_NEAR(read.ab[0][0][y][x].item<double>(), a / sum, 2e-3);
            EXPECT_NEAR(read.ab[0][1][y][x].item<double>(), b / sum, 2e-3);
            EXPECT_NEAR(read.near[0][0][y][x].item<double>(), near / sum, 1e-4);
        }
}

StageContext contextWith(const std::function<void(TrainOptions&)>& set) {
    StageContext context;
    set(context.options);
    return context;
}

TEST_F(LossesTest, NoLookLossesUnlessWeighted) {
    const auto none = LookLosses::make(contextWith([](TrainOptions&) {}));
    ASSERT_TRUE(none);
    EXPECT_EQ(none->get(), nullptr);
}

TEST_F(LossesTest, TheDiscriminatorLearnsToTellColoursApart) {
    const auto look = LookLosses::make(contextWith([](TrainOptions& o) {
        o.ganWeight = 0.1;
        o.discriminatorRate = 2e-3;
    }));
    ASSERT_TRUE(look && *look);
    auto* companion = (*look)->companion();
    ASSERT_NE(companion, nullptr);
    Figures figures;
    for (int step = 0; step < 40; ++step) {
        const auto L = torch::rand({2, 1, 64, 64}) * 100;
        const auto truth = torch::cat({L - 50, 50 - L}, 1), grey = torch::zeros_like(truth);
        (void)(*look)->loss(L, grey, truth, torch::ones({2}), figures);
        companion->optimizer().zero_grad();
        companion->loss(figures).backward();
        companion->optimizer().step();
    }
    EXPECT_GT(figures["discriminator_right"], 0.9);
    EXPECT_FALSE(companion->loss(figures).defined()) << "nothing new to learn from";
    // Made colours are pulled towards the true ones, and the discriminator is left alone by it.
    const auto L = torch::rand({1, 1, 64, 64}) * 100;
    auto ab = torch::zeros({1, 2, 64, 64}).requires_grad_(true);
    const auto truth = torch::cat({L - 50, 50 - L}, 1);
    companion->optimizer().zero_grad();
    (*look)->loss(L, ab, truth, torch::ones({1}), figures).backward();
    EXPECT_LT((ab.grad() * truth).sum().item<double>(), 0) << "against the gradient lies the truth";
    for (const auto& parameter : companion->network().parameters())
        EXPECT_TRUE(!parameter.grad().defined() || parameter.grad().abs().sum().item<double>() == 0);
}

TEST_F(LossesTest, RecolouredPicturesDoNotCount) {
    const auto look = LookLosses::make(contextWith([](TrainOptions& o) { o.ganWeight = o.matchingWeight = 1; }));
    ASSERT_TRUE(look && *look);
    Figures figures;
    auto ab = torch::randn({2, 2, 64, 64}).requires_grad_(true);
    (*look)
        ->loss(torch::rand({2, 1, 64, 64}) * 100, ab, torch::randn({2, 2, 64, 64}), torch::tensor({1.0F, 0.0F}),
               figures)
        .backward();
    EXPECT_GT(ab.grad()[0].abs().sum().item<double>(), 0);
    EXPECT_EQ(ab.grad()[1].abs().sum().item<double>(), 0);
}

TEST_F(LossesTest, FeatureMatchingStandsInForVgg19AndTheUserHears) {
    const auto look = LookLosses::make(contextWith([](TrainOptions& o) { o.contextualWeight = 2; }));
    ASSERT_TRUE(look && *look);
    ASSERT_EQ((*look)->notes().size(), 1U);
    EXPECT_EQ((*look)->notes()[0].code, "NO_VGG19");
    ASSERT_NE((*look)->companion(), nullptr);
    Figures figures;
    auto ab = torch::randn({1, 2, 64, 64}).requires_grad_(true);
    const auto loss =
        (*look)->loss(torch::rand({1, 1, 64, 64}) * 100, ab, torch::randn({1, 2, 64, 64}), torch::ones({1}), figures);
    EXPECT_NEAR(loss.item<double>(), 2 * figures.at("matching"), 1e-5);
    EXPECT_EQ(figures.count("contextual"), 0U);
}

TEST_F(LossesTest, TheContextualLossRunsOnGivenWeights) {
    nn::Vgg19 net;
    nn::TensorFile file;
    for (const auto& [name, tensor] : nn::stateOf(*net)) file.tensors[name] = tensor.to(torch::kFloat16);
    ASSERT_TRUE(nn::saveSafetensors(dir_ / "vgg.safetensors", file));
    const auto look = LookLosses::make(contextWith([&](TrainOptions& o) {
        o.contextualWeight = 0.5;
        o.vgg19 = (dir_ / "vgg.safetensors").string();
    }));
    ASSERT_TRUE(look && *look) << describe(look.error());
    EXPECT_TRUE((*look)->notes().empty());
    EXPECT_EQ((*look)->companion(), nullptr) << "no discriminator is asked for";
    const auto L = torch::rand({1, 1, 32, 32}) * 60 + 20, truth = torch::randn({1, 2, 32, 32}) * 10;
    auto ab = (torch::randn({1, 2, 32, 32}) * 10).requires_grad_(true);
    Figures figures;
    const auto loss = (*look)->loss(L, ab, truth, torch::ones({1}), figures);
    // By its parts: RGB, features, their mean absolute difference.
    auto weights = *nn::loadVgg19(dir_ / "vgg.safetensors");
    const auto one = weights->forward(nn::rgbFromLab(L, ab.detach()).clamp(0, 1)),
               other = weights->forward(nn::rgbFromLab(L, truth).clamp(0, 1));
    double wanted = 0;
    for (std::size_t i = 0; i < 4; ++i) wanted += (one[i] - other[i]).abs().mean().item<double>() / 4;
    EXPECT_NEAR(loss.item<double>(), 0.5 * wanted, 1e-4 * wanted);
    loss.backward();
    EXPECT_TRUE(ab.grad().isfinite().all().item<bool>());
    EXPECT_GT(ab.grad().abs().sum().item<double>(), 0);
    figures.clear();
    EXPECT_NEAR((*look)->loss(L, truth, truth, torch::ones({1}), figures).item<double>(), 0, 1e-7)
        << "the truth costs nothing";

    const auto missing = LookLosses::make(contextWith([](TrainOptions& o) {
        o.contextualWeight = 1;
        o.vgg19 = "/nonexistent.safetensors";
    }));
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::Model);
}

}  // namespace
}  // namespace tintreel::training
