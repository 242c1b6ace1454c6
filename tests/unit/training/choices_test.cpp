// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/temp_dir.h"
#include "support/tiny_options.h"
#include "support/tiny_shard.h"
#include "tintreel/nn/colorizers.h"
#include "tintreel/nn/safetensors.h"
#include "tintreel/training/trainer.h"

namespace tintreel::training {
namespace {

/// Networks, losses and data that a config may choose, run by the trainer.
class ChoicesTest : public ::testing::Test {
protected:
    void SetUp() override { shard_ = testing::makeTinyShard(dir_ / "x.shard"); }
    TrainOptions options(const std::string& stage, int steps, const std::string& out) const {
        auto o = testing::tinyOptions(shard_, dir_ / out, stage, steps);
        o.warmup = 1;
        return o;
    }
    static nn::TensorFile checkpointOf(const TrainOptions& o) {
        auto file = nn::loadSafetensors(std::filesystem::path(o.out) / "checkpoint.safetensors");
        EXPECT_TRUE(file);
        return file ? *file : nn::TensorFile{};
    }
    class StopAfter final : public JobContext {
    public:
        explicit StopAfter(int steps) : steps_(steps) {}
        void report(const Progress& p) override {
            if (p.stage == "train" && p.done >= steps_) requestStop();
        }

    private:
        int steps_;
    };
    class Listener final : public JobContext {
    public:
        void warn(const Warning& warning) override { codes.push_back(warning.code); }
        std::vector<std::string> codes;
    };
    testing::TempDir dir_;
    std::string shard_;
};

TEST_F(ChoicesTest, AGanRunGoesOnBitForBitWithItsDiscriminator) {
    for (const std::string stage : {"keyframe", "propagation"}) {
        auto whole = options(stage, stage == "keyframe" ? 4 : 9, stage + "-whole");
        whole.ganWeight = 0.5;
        whole.matchingWeight = 1;
        whole.temporalWeight = 0.5;
        whole.wrongHints = 0.1;
        whole.hintJitter = 1;
        whole.filmLook = whole.filmWear = 0.5;
        whole.rolloutFrom = 4;
        whole.rolloutTo = 12;
        JobContext context;
        const auto report = train(whole, false, context);
        ASSERT_TRUE(report) << describe(report.error());
        if (stage == "propagation") {
            EXPECT_GT(report->validation.at("mix"), 10);
        }
        auto parts = whole;
        parts.out = (dir_ / (stage + "-parts")).string();
        StopAfter stopper(whole.steps - 2);
        ASSERT_FALSE(train(parts, false, stopper));
        const auto half = checkpointOf(parts);
        JobContext again;
        ASSERT_TRUE(train(parts, true, again));
        const auto a = checkpointOf(whole), b = checkpointOf(parts);
        ASSERT_EQ(a.tensors.size(), b.tensors.size());
        int companion = 0, changed = 0;
        for (const auto& [name, tensor] : a.tensors) {
            ASSERT_TRUE(torch::equal(tensor, b.tensors.at(name))) << stage << ' ' << name;
            if (!name.starts_with("companion.")) continue;
            ++companion;
            changed += !torch::equal(tensor, half.tensors.at(name));
        }
        EXPECT_GT(companion, 20) << "weights, both moments and counts of the discriminator";
        EXPECT_GT(changed, 20) << "and it learns";
    }
}

TEST_F(ChoicesTest, AStartWithoutADiscriminatorTakesNoGanCheckpoint) {
    auto plain = options("keyframe", 2, "plain");
    JobContext context;
    ASSERT_TRUE(train(plain, false, context));
    plain.steps = 3;
    plain.ganWeight = 0.5;
    const auto report = train(plain, true, context);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::Model);
    EXPECT_NE(report.error().userMessage.find("does not fit"), std::string::npos) << report.error().userMessage;
}

TEST_F(ChoicesTest, EveryDiscriminatorAndLossTrains) {
    for (const auto& [discriminator, loss] :
         {std::pair<std::string, std::string>{"patch", "lsgan"}, {"multiscale", "hinge"}}) {
        auto o = options("keyframe", 2, discriminator);
        o.ganWeight = 0.5;
        o.ganLoss = loss;
        o.l1Kind = loss == "hinge" ? "plain" : "smooth";
        o.discriminator = discriminator;
        JobContext context;
        const auto report = train(o, false, context);
        EXPECT_TRUE(report) << discriminator << ": " << describe(report.error());
    }
}

TEST_F(ChoicesTest, TheUserHearsThatThereIsNoVgg19) {
    auto o = options("keyframe", 1, "vgg");
    o.contextualWeight = 1;
    Listener listener;
    ASSERT_TRUE(train(o, false, listener));
    EXPECT_EQ(std::count(listener.codes.begin(), listener.codes.end(), "NO_VGG19"), 1);
}

TEST_F(ChoicesTest, TheTransformerTrainsShipsAndColours) {
    auto o = options("keyframe", 3, "vit");
    o.architecture = "vit-generator";
    JobContext context;
    const auto report = train(o, false, context);
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_TRUE(report->validation.count("hints10") && report->validation.count("colorful10"));
    const auto weights = nn::loadSafetensors(report->weights);
    ASSERT_TRUE(weights);
    EXPECT_EQ(weights->metadata.at("architecture"), "vit-generator");

    nn::ModelEntry entry;
    entry.id = "v";
    entry.role = "keyframe";
    entry.architecture = "vit-generator";
    entry.file = report->weights;
    const auto colorizer = nn::makeKeyframeColorizer({entry, *nn::chooseDevice("cpu"), false});
    ASSERT_TRUE(colorizer) << describe(colorizer.error());

    // Another network neither begins with these weights nor goes on from this run.
    auto other = options("keyframe", 3, "other");
    other.initFrom = report->weights.string();
    const auto begun = train(other, false, context);
    ASSERT_FALSE(begun);
    EXPECT_EQ(begun.error().code, ErrorCode::Model);
    EXPECT_NE(begun.error().userMessage.find("vit-generator"), std::string::npos) << begun.error().userMessage;
    o.architecture = "generator";
    o.steps = 4;
    const auto resumed = train(o, true, context);
    ASSERT_FALSE(resumed);
    EXPECT_EQ(resumed.error().code, ErrorCode::Model);
    EXPECT_NE(resumed.error().userMessage.find("vit-generator"), std::string::npos) << resumed.error().userMessage;
}

TEST_F(ChoicesTest, UnknownNamesAreRefusedWithTheKnownOnes) {
    const auto message = [](const char* text) {
        const auto o = trainOptionsFromJson(nlohmann::json::parse(text));
        return o ? std::string() : o.error().userMessage;
    };
    EXPECT_NE(message(R"({"shards":["x"],"architecture":"unet"})").find("vit-generator"), std::string::npos);
    EXPECT_NE(message(R"({"shards":["x"],"discriminator":"judge"})").find("multiscale"), std::string::npos);
    EXPECT_NE(message(R"({"shards":["x"],"gan-loss":"wgan"})").find("lsgan"), std::string::npos);
    EXPECT_NE(message(R"({"shards":["x"],"film-look":2})").find("train.film-look"), std::string::npos);
}

}  // namespace
}  // namespace tintreel::training
