// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/temp_dir.h"
#include "support/tiny_options.h"
#include "support/tiny_shard.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/nn/safetensors.h"
#include "tintreel/training/hint_simulator.h"
#include "tintreel/training/shard.h"
#include "tintreel/training/trainer.h"
#include "training/losses.h"

namespace tintreel::training {
namespace {

using testing::discs;

class TrainingTest : public ::testing::Test {
protected:
    std::string makeShard() { return testing::makeTinyShard(dir_ / "x.shard"); }
    TrainOptions options(const std::string& stage, int steps, const std::string& out) {
        return testing::tinyOptions(makeShard(), dir_ / out, stage, steps);
    }
    testing::TempDir dir_;
};

TEST_F(TrainingTest, ShardsGiveBackWhatWasPacked) {
    const auto path = makeShard();
    const auto shard = Shard::open(path);
    ASSERT_TRUE(shard) << describe(shard.error());
    ASSERT_EQ((*shard)->items().size(), 11U);
    EXPECT_EQ((*shard)->items()[8].pictures.size(), 16U);
    EXPECT_EQ((*shard)->items()[0].licence, "CC0");
    const auto picture = (*shard)->picture(3, 0);
    ASSERT_TRUE(picture);
    const auto original = discs(3, 0);
    double difference = 0;
    for (std::size_t i = 0; i < original.data.size(); ++i)
        difference += std::abs(original.data[i] - (*picture)->data[i]);
    EXPECT_LT(difference / static_cast<double>(original.data.size()), 4.0);
    EXPECT_EQ((*shard)->picture(3, 0)->get(), picture->get()) << "kept in the cache";

    const auto bytes = *readFile(path);
    for (const std::size_t keep : {std::size_t{0}, std::size_t{20}, bytes.size() / 2, bytes.size() - 1}) {
        std::ofstream(dir_ / "cut.shard", std::ios::binary) << bytes.substr(0, keep);
        const auto cut = Shard::open(dir_ / "cut.shard");
        ASSERT_FALSE(cut) << keep;
        EXPECT_EQ(cut.error().code, ErrorCode::Input);
    }
}

TEST_F(TrainingTest, SimulatedHintsHaveTheTrueColours) {
    AbImage truth(64, 48);
    for (int y = 0; y < 48; ++y)
        for (int x = 0; x < 64; ++x) {
            truth.a.at(x, y) = x < 32 ? 30.0F : -30.0F;
            truth.b.at(x, y) = 12.0F;
        }
    Rng rng = rngFor(1, 2, 3);
    const auto dots = randomDots(truth, 10, 3.0, rng);
    int covered = 0;
    for (std::size_t i = 0; i < dots.mask.size(); ++i) {
        if (dots.mask.data[i] == 0) continue;
        ++covered;
        EXPECT_NEAR(dots.ab.b.data[i], 12.0F, 1e-4);
        EXPECT_LE(std::fabs(dots.ab.a.data[i]), 30.0F);
    }
    EXPECT_GT(covered, 60);
    int empty = 0;
    for (int i = 0; i < 400; ++i) {
        Rng lane = rngFor(1, static_cast<std::uint64_t>(i), 0);
        const auto hints = simulateHints(truth, lane);
        empty += hints.count == 0;
        EXPECT_EQ(hints.count == 0,
                  std::none_of(hints.mask.data.begin(), hints.mask.data.end(), [](float m) { return m > 0; }));
    }
    EXPECT_NEAR(empty / 400.0, 0.12, 0.06);
    Rng again = rngFor(1, 2, 3);
    EXPECT_EQ(randomDots(truth, 10, 3.0, again).mask, dots.mask) << "the same seed gives the same hints";
}

TEST_F(TrainingTest, ColoursVaryWithTheirHintsAndOnlyWhereHintsTell) {
    AbImage truth(16, 12);
    std::fill(truth.a.data.begin(), truth.a.data.end(), 30.0F);
    int turned = 0, few = 0, enough = 0;
    for (int i = 0; i < 600; ++i) {
        Rng rng = rngFor(2, static_cast<std::uint64_t>(i), 0);
        const int count = i % 10;
        auto hints = randomDots(truth, count, 1.0, rng);
        auto colors = truth;
        const bool natural = varyColors(colors, hints, rng);
        const float a = colors.a.data[0], b = colors.b.data[0];
        if (count < 5) {
            EXPECT_TRUE(natural);
            few += a == 30.0F && b == 0.0F;
            continue;
        }
        enough += std::hypot(a, b) > 0.7F * 30 && std::hypot(a, b) < 1.25F * 30 && a != 30.0F;
        turned += !natural;
        EXPECT_TRUE(!natural || std::fabs(std::atan2(b, a)) < 0.16F) << i;
        for (std::size_t p = 0; p < hints.mask.size(); ++p) {
            if (hints.mask.data[p] == 0) continue;
            ASSERT_NEAR(hints.ab.a.data[p], a, 1e-3);
            ASSERT_NEAR(hints.ab.b.data[p], b, 1e-3);
        }
    }
    EXPECT_EQ(few, 300);
    EXPECT_EQ(enough, 300);
    EXPECT_NEAR(turned / 300.0, 0.25, 0.1);
}

double numericGradient(const std::function<torch::Tensor(const torch::Tensor&)>& f, torch::Tensor x, int64_t index) {
    auto flat = x.view(-1);
    const double step = 1e-5, value = flat[index].item<double>();
    flat[index] = value + step;
    const double up = f(x).item<double>();
    flat[index] = value - step;
    const double down = f(x).item<double>();
    flat[index] = value;
    return (up - down) / (2 * step);
}

TEST_F(TrainingTest, LossesAgreeWithTheirFormulasAndFiniteDifferences) {
    torch::manual_seed(1);
    const auto f64 = torch::TensorOptions(torch::kFloat64);
    const auto truth = torch::randn({2, 2, 5, 6}, f64) * 10, L = torch::rand({2, 1, 5, 6}, f64) * 100;
    auto ab = torch::randn({2, 2, 5, 6}, f64) * 10;
    // By the definition, pixel by pixel.
    double byHand = 0;
    for (int n = 0; n < 2; ++n)
        for (int i = 0; i < 30; ++i) {
            const double a = (ab - truth)[n][0].view(-1)[i].item<double>(),
                         b = (ab - truth)[n][1].view(-1)[i].item<double>();
            byHand += std::sqrt(a * a + b * b + 1) - 1;
        }
    EXPECT_NEAR(charbonnier(ab, truth).item<double>(), byHand / 60, 1e-9);
    const std::vector<std::function<torch::Tensor(const torch::Tensor&)>> losses{
        [&](const torch::Tensor& x) { return charbonnier(x, truth); },
        [&](const torch::Tensor& x) { return logMse(x, truth, 4.0); },
        [&](const torch::Tensor& x) { return smoothness(x, L); }};
    for (const auto& loss : losses) {
        auto x = ab.clone().requires_grad_(true);
        loss(x).backward();
        for (const int64_t index : {0L, 17L, 59L, 119L}) {
            auto probe = ab.clone();
            EXPECT_NEAR(x.grad().view(-1)[index].item<double>(), numericGradient(loss, probe, index), 1e-6);
        }
    }
    // The stated error is best where it equals the distance.
    const auto distance = (ab - truth).square().sum(1, true).sqrt();
    auto stated = torch::log(distance).clone().requires_grad_(true);
    statedError(ab, truth, stated).backward();
    EXPECT_LT(stated.grad().abs().max().item<double>(), 1e-6);
}

TEST_F(TrainingTest, EveryStageTrainsAndLearns) {
    for (const std::string stage : {"keyframe", "features", "propagation"}) {
        auto o = options(stage, 12, stage);
        o.learningRate = 1e-3;
        JobContext context;
        const auto report = train(o, false, context);
        ASSERT_TRUE(report) << stage << ": " << describe(report.error());
        EXPECT_EQ(report->steps, 12);
        EXPECT_TRUE(std::filesystem::exists(report->weights));
        if (stage == "keyframe") {
            EXPECT_TRUE(report->validation.count("grey") && report->validation.count("hints10"));
        }
        if (stage == "propagation") {
            EXPECT_TRUE(report->validation.count("grey") && report->validation.count("chain") &&
                        report->validation.count("mix"));
        }
    }
}

TEST_F(TrainingTest, ShippedConfigsCanBeReadAndLeadFromOneToTheNext) {
    namespace fs = std::filesystem;
    const fs::path models = fs::path(TINTREEL_SOURCE_DIR) / "models";
    const auto script = *readFile(models / "train_shipped.sh");
    std::map<std::string, TrainOptions> configs;  // by the folder of their run
    for (const auto& entry : fs::directory_iterator(models / "configs")) {
        const auto options = readTrainOptions(entry.path());
        ASSERT_TRUE(options) << entry.path() << ": " << describe(options.error());
        EXPECT_EQ(options->out, "runs/" + entry.path().stem().string());
        configs[options->out] = *options;
    }
    EXPECT_GE(configs.size(), 20U);
    int beginnings = 0;
    for (const auto& [out, options] : configs) {
        const fs::path start = options.initFrom;
        if (start.empty()) {
            ++beginnings;
        } else if (start.begin()->string() == "models") {
            EXPECT_TRUE(fs::exists(models.parent_path() / start)) << out;
        } else if (start.filename() == "weights.safetensors") {
            EXPECT_TRUE(configs.contains(start.parent_path().string())) << out;
        } else {
            EXPECT_NE(script.find("mean " + start.stem().string() + " "), std::string::npos)
                << out << " starts from a mean that nothing makes";
        }
    }
    EXPECT_EQ(beginnings, 3) << "one for each network";
}

TEST_F(TrainingTest, BadConfigsAreNamed) {
    const auto message = [](const char* text) {
        const auto options = trainOptionsFromJson(nlohmann::json::parse(text));
        return options ? std::string() : options.error().userMessage;
    };
    EXPECT_NE(message(R"({"shards":["x"],"lerning-rate":1})").find("learning-rate"), std::string::npos);
    EXPECT_NE(message(R"({"shards":["x"],"steps":0})").find("train.steps"), std::string::npos);
    EXPECT_NE(message(R"({"steps":5})").find("train.shards"), std::string::npos);
    EXPECT_EQ(message(R"({"shards":["x"],"stage":"features"})"), "");
    EXPECT_NE(message(R"({"shards":["x"],"stage":"features","crop-width":150})")
                  .find("train.crop-width: 150 is no multiple of 32, which the propagator asks for; take 160"),
              std::string::npos);
    EXPECT_NE(message(R"({"shards":["x"],"clip":0})").find("train.clip"), std::string::npos)
        << "a run that learns nothing";
    JobContext context;
    TrainOptions missing;
    missing.shards = {"/nonexistent.shard"};
    missing.out = (dir_ / "o").string();
    EXPECT_EQ(train(missing, false, context).error().code, ErrorCode::Input);
}

}  // namespace
}  // namespace tintreel::training
