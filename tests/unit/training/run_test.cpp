// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/temp_dir.h"
#include "support/tiny_options.h"
#include "support/tiny_shard.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/nn/blocks.h"
#include "tintreel/nn/generator.h"
#include "tintreel/nn/safetensors.h"
#include "tintreel/training/trainer.h"
#include "training/parallel.h"
#include "training/weights.h"

namespace tintreel::training {
namespace {

namespace fs = std::filesystem;

/// Keeps the warnings, and stops once so many steps are done.
class Watcher final : public JobContext {
public:
    explicit Watcher(int stopAfter = 1 << 30) : stopAfter_(stopAfter) {}
    void report(const Progress& progress) override {
        if (progress.done >= stopAfter_) requestStop();
    }
    void warn(const Warning& warning) override { warnings.push_back(warning); }
    std::vector<Warning> warnings;

private:
    int stopAfter_;
};

class RunTest : public ::testing::Test {
protected:
    TrainOptions options(const std::string& stage, int steps, const std::string& out) {
        auto o = testing::tinyOptions(shard(), dir_ / out, stage, steps);
        o.logEvery = 1;
        o.validatePhotos = 1;
        o.validateFrames = 3;
        return o;
    }
    std::string shard(const testing::TinyShard& what = {}, const std::string& name = "x.shard") {
        return testing::makeTinyShard(dir_ / name, what);
    }

    Result<TrainReport> run(const TrainOptions& o, bool resume = false) {
        return train(o, resume, watcher_, {[this](const nlohmann::json& line) { events_.push_back(line); }, &control_});
    }
    [[nodiscard]] std::vector<nlohmann::json> eventsOf(const std::string& type) const {
        std::vector<nlohmann::json> found;
        for (const auto& event : events_)
            if (event["type"] == type) found.push_back(event);
        return found;
    }
    static nn::TensorFile load(const fs::path& path) {
        auto file = nn::loadSafetensors(path);
        EXPECT_TRUE(file) << describe(file.error());
        return file ? *file : nn::TensorFile{};
    }
    static void expectEqual(const fs::path& one, const fs::path& other) {
        const auto a = load(one / "checkpoint.safetensors"), b = load(other / "checkpoint.safetensors");
        ASSERT_EQ(a.tensors.size(), b.tensors.size());
        for (const auto& [name, tensor] : a.tensors)
            ASSERT_TRUE(b.tensors.count(name) && torch::equal(tensor, b.tensors.at(name))) << name;
    }
    /// Largest distance of two runs' weights.
    static double distance(const Tensors& a, const Tensors& b) {
        double largest = 0;
        for (const auto& [name, tensor] : a)
            if (tensor.is_floating_point())
                largest = std::max(
                    largest, (tensor.to(torch::kFloat32) - b.at(name).to(torch::kFloat32)).abs().max().item<double>());
        return largest;
    }
    /// Root of the sum of squares; half precision hides less in it than in the largest.
    static double norm(const Tensors& a, const Tensors& b) {
        double sum = 0;
        for (const auto& [name, tensor] : a)
            sum += (tensor.to(torch::kFloat64) - b.at(name).to(torch::kFloat64)).square().sum().item<double>();
        return std::sqrt(sum);
    }
    static Tensors modelOf(const fs::path& run) {
        Tensors model;
        for (const auto& [name, tensor] : load(run / "checkpoint.safetensors").tensors)
            if (name.starts_with("model.")) model[name] = tensor;
        return model;
    }

    testing::TempDir dir_;
    Watcher watcher_;
    RunControl control_;
    std::vector<nlohmann::json> events_;
};

TEST_F(RunTest, ResumedEqualsUninterruptedInEveryStage) {
    for (const std::string stage : {"keyframe", "features", "propagation"}) {
        auto whole = options(stage, 5, stage + "-whole");
        whole.streamGroups = 2;
        whole.ownViews = 0.5;
        ASSERT_TRUE(run(whole)) << stage;
        auto parts = whole;
        parts.out = (dir_ / (stage + "-parts")).string();
        for (const int at : {2, 3}) {
            Watcher stopper(at);
            const auto stopped = train(parts, true, stopper);
            ASSERT_FALSE(stopped) << stage;
            EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
        }
        ASSERT_TRUE(run(parts, true)) << stage;
        expectEqual(whole.out, parts.out);
    }
}

TEST_F(RunTest, FrozenFeaturesKeepTheirWeightsWhileTheMixLearns) {
    auto whole = options("propagation", 3, "whole");
    whole.freezeFeatures = true;
    whole.weightDecay = 0.1;
    auto first = whole;
    first.steps = 1;
    first.out = (dir_ / "first").string();
    auto parts = whole;
    parts.out = (dir_ / "parts").string();
    ASSERT_TRUE(run(whole));
    ASSERT_TRUE(run(first));
    const auto after = modelOf(whole.out);
    double mix = 0;
    for (const auto& [name, tensor] : modelOf(first.out)) {
        if (name.starts_with("model.mix")) mix = std::max(mix, (tensor - after.at(name)).abs().max().item<double>());
        else EXPECT_TRUE(torch::equal(tensor, after.at(name))) << name;
    }
    EXPECT_GT(mix, 1e-5);
    Watcher stopper(2);
    ASSERT_FALSE(train(parts, true, stopper));
    ASSERT_TRUE(run(parts, true));
    expectEqual(whole.out, parts.out);
}

TEST_F(RunTest, FeaturesAreScoredByWhatIsReadOnShotsHeldBack) {
    auto o = options("features", 2, "features");
    o.validateEvery = 1;
    ASSERT_TRUE(run(o));
    const auto validations = eventsOf("validation");
    ASSERT_EQ(validations.size(), 3U);
    for (const auto& line : validations) {
        const double grey = line["grey"], read = line["read"];
        EXPECT_GT(grey, 1.0);
        // One frame of one clip: the score is what its errors say.
        EXPECT_NEAR(line["score"].get<double>(), 20 * std::log10(grey / read), 0.01);
    }
    EXPECT_NE(validations[0]["score"], validations[2]["score"]);
    EXPECT_TRUE(fs::exists(dir_ / "features" / "best.safetensors"));
}

TEST_F(RunTest, AccumulatedBatchesEqualOneLargeBatch) {
    auto large = options("keyframe", 2, "large");
    large.batch = 4;
    auto parts = options("keyframe", 2, "parts");
    parts.accumulate = 2;
    ASSERT_TRUE(run(large));
    ASSERT_TRUE(run(parts));
    EXPECT_LT(distance(modelOf(large.out), modelOf(parts.out)), 1e-5);
    auto other = options("keyframe", 2, "other");
    ASSERT_TRUE(run(other));
    EXPECT_GT(distance(modelOf(large.out), modelOf(other.out)), 1e-5) << "another batch gives another result";
}

TEST_F(RunTest, TheFolderHoldsWhatTheContractNames) {
    auto o = options("keyframe", 4, "run");
    o.validateEvery = 2;
    o.sampleEvery = 4;
    const auto report = run(o);
    ASSERT_TRUE(report) << describe(report.error());
    const fs::path out = o.out;
    for (const char* name : {"config.json", "metrics.jsonl", "checkpoint.safetensors", "weights.safetensors",
                             "best.safetensors", "samples/step-00000000/00.jpg", "samples/step-00000004/01.jpg"})
        EXPECT_TRUE(fs::exists(out / name)) << name;
    const auto sample = decodeJpeg(*readFile(out / "samples/step-00000004/00.jpg"));
    ASSERT_TRUE(sample);
    EXPECT_EQ(sample->width, 3 * 96);
    EXPECT_EQ(sample->height, 80);
    const auto again = trainOptionsFromJson(nlohmann::json::parse(*readFile(out / "config.json")));
    ASSERT_TRUE(again);
    EXPECT_EQ(toJson(*again), toJson(o));

    const auto validations = eventsOf("validation");
    ASSERT_EQ(validations.size(), 3U);
    for (const auto& line : validations) {
        for (const char* name : {"grey", "base", "score", "hints10"}) EXPECT_TRUE(line.contains(name)) << name;
        EXPECT_EQ(line["base"], validations[0]["score"]) << "the weights that the run began with";
    }
    EXPECT_EQ(validations[0]["step"], 0);
    EXPECT_EQ(eventsOf("train").size(), 4U);
    EXPECT_EQ(eventsOf("sample").size(), 2U);
    EXPECT_EQ(eventsOf("checkpoint").size(), 1U);
    EXPECT_EQ(report->validation.at("score"), validations[2]["score"]);
    int lines = 0, eventFiles = 0;
    std::ifstream metrics(out / "metrics.jsonl");
    for (std::string line; std::getline(metrics, line); ++lines) EXPECT_TRUE(nlohmann::json::accept(line)) << line;
    EXPECT_EQ(lines, 4 + 3 + 2);
    for (const auto& entry : fs::directory_iterator(out))
        eventFiles += entry.path().filename().string().starts_with("events.out.tfevents.");
    EXPECT_EQ(eventFiles, 1);
    const auto weights = load(out / "weights.safetensors");
    EXPECT_EQ(weights.metadata.at("role"), "keyframe");
    EXPECT_FALSE(weights.metadata.at("architecture").empty());
}

TEST_F(RunTest, CommandsPauseValidateAndStop) {
    auto o = options("keyframe", 50, "run");
    control_.push(RunControl::Command::Pause);
    control_.push(RunControl::Command::Resume);
    control_.push(RunControl::Command::Validate);
    int steps = 0;
    const auto report = train(o, false, watcher_,
                              {[&](const nlohmann::json& line) {
                                   events_.push_back(line);
                                   if (line["type"] == "train" && ++steps == 2)
                                       control_.push(RunControl::Command::Stop);
                               },
                               &control_});
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_EQ(report->ended, "stopped");
    EXPECT_EQ(report->steps, 2);
    EXPECT_EQ(eventsOf("paused").size(), 1U);
    EXPECT_EQ(eventsOf("resumed").size(), 1U);
    EXPECT_EQ(eventsOf("validation").size(), 2U) << "the first, and the one asked for";
    EXPECT_TRUE(fs::exists(report->weights));
}

TEST_F(RunTest, EarlyStopEndsARunThatGainsNothing) {
    auto o = options("keyframe", 50, "run");
    o.learningRate = 0;  // nothing changes, so nothing is gained
    o.validateEvery = 1;
    o.earlyStop = 2;
    const auto report = run(o);
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_EQ(report->ended, "early-stop");
    EXPECT_EQ(report->steps, 2);
    // It stays at its end when it is started again, until more is asked of it.
    fs::remove(report->weights);
    const auto again = run(o, true);
    ASSERT_TRUE(again) << describe(again.error());
    EXPECT_EQ(again->steps, 2);
    EXPECT_EQ(again->ended, "early-stop");
    EXPECT_TRUE(fs::exists(again->weights)) << "a kill between a checkpoint and its weights is made good";
    o.earlyStop = 3;
    EXPECT_EQ(run(o, true)->steps, 3);
}

TEST_F(RunTest, AValidationThatIsStoppedIsMadeUpFor) {
    for (const std::string stage : {"keyframe", "features", "propagation"}) {
        auto whole = options(stage, 4, stage + "-whole");
        whole.validateEvery = 2;
        ASSERT_TRUE(run(whole)) << stage;
        auto parts = whole;
        parts.out = (dir_ / (stage + "-parts")).string();
        // Stopped when the step is done and its validation begins: in the middle and at the end of the run.
        for (const int at : {2, 4}) {
            Watcher stopper(at);
            const auto stopped = train(parts, true, stopper);
            ASSERT_FALSE(stopped) << stage << ' ' << at;
            EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
            EXPECT_EQ(load(fs::path(parts.out) / "checkpoint.safetensors").metadata.at("step"), std::to_string(at))
                << "it is saved";
        }
        const auto report = run(parts, true);
        ASSERT_TRUE(report) << stage;
        expectEqual(whole.out, parts.out);
        const auto scores = [](const fs::path& out) {
            std::vector<double> found;
            std::ifstream metrics(out / "metrics.jsonl");
            for (std::string line; std::getline(metrics, line);)
                if (const auto event = nlohmann::json::parse(line); event["type"] == "validation")
                    found.push_back(event["score"]);
            return found;
        };
        EXPECT_EQ(scores(whole.out).size(), 3U);
        EXPECT_EQ(scores(parts.out), scores(whole.out));
    }
}

TEST_F(RunTest, FramesThatDoNotDecodeAreSkippedCountedAndListed) {
    for (const auto& [stage, broken] :
         {std::pair<std::string, int>{"features", 0}, {"propagation", 0}, {"propagation", 1}}) {
        const auto name = stage + std::to_string(broken);
        testing::TinyShard what;
        what.frames = 24;
        what.brokenFrame = broken;
        auto o = options(stage, 2, name);
        o.shards = {shard(what, name + ".shard")};
        o.validateFrames = 24;
        const auto report = run(o);
        ASSERT_TRUE(report) << name << ": " << describe(report.error());
        EXPECT_TRUE(report->validation.contains("score")) << name;
        EXPECT_FALSE(report->skipped.empty()) << name;
    }
}

TEST_F(RunTest, SetsThatNothingHasOrNobodyNamesAreToldOf) {
    std::map<std::string, std::string> told;
    const auto listen = [&](const std::string& stage, const std::map<std::string, double>& weights) {
        auto o = options(stage, 1, stage);
        o.weights = weights;
        ASSERT_TRUE(run(o));
        told.clear();
        for (const auto& warning : watcher_.warnings) told[warning.code] = warning.message;
    };
    listen("keyframe", {{"s", 1.0}, {"flowres", 2.0}});
    EXPECT_NE(told["UNKNOWN_SET"].find("flowres"), std::string::npos);
    EXPECT_FALSE(told.contains("SET_LEFT_OUT")) << "clips are nothing to this stage";
    watcher_.warnings.clear();
    listen("features", {{"s", 1.0}, {"c", 1.0}, {"d", 0.0}});
    EXPECT_FALSE(told.contains("SET_LEFT_OUT"));
    auto o = options("features", 1, "none");
    o.weights = {{"s", 1.0}, {"d", 1.0}};
    EXPECT_EQ(run(o).error().code, ErrorCode::Input) << "no clip is drawn, and clips it needs";
}

TEST_F(RunTest, FineTuningKeepsToItsBase) {
    auto first = options("keyframe", 2, "first");
    ASSERT_TRUE(run(first));
    const auto base = load(fs::path(first.out) / "weights.safetensors").tensors;
    auto tuned = options("keyframe", 3, "tuned");
    tuned.initFrom = (fs::path(first.out) / "weights.safetensors").string();
    tuned.learningRate = 1e-3;
    tuned.ema = 0;  // the shipped weights are the last ones
    ASSERT_TRUE(run(tuned));
    const auto free = load(fs::path(tuned.out) / "weights.safetensors").tensors;
    const double moved = norm(free, base);
    ASSERT_GT(distance(free, base), 1e-3);

    auto averaged = tuned;
    averaged.out = (dir_ / "averaged").string();
    averaged.averageWithBase = 0.75;
    ASSERT_TRUE(run(averaged));
    const auto quarter = load(fs::path(averaged.out) / "weights.safetensors").tensors;
    EXPECT_NEAR(norm(quarter, base) / moved, 0.25, 0.03);
    EXPECT_NEAR(norm(quarter, free) / moved, 0.75, 0.03);

    auto pulled = tuned;
    pulled.out = (dir_ / "pulled").string();
    pulled.basePull = 1;  // all of the way back after each step at the full rate
    ASSERT_TRUE(run(pulled));
    EXPECT_LT(norm(load(fs::path(pulled.out) / "weights.safetensors").tensors, base), 0.6 * moved);
    // What is kept to survives a restart even where the file is gone.
    auto kept = pulled;
    kept.out = (dir_ / "kept").string();
    Watcher stopper(1);
    ASSERT_FALSE(train(kept, false, stopper));
    fs::rename(tuned.initFrom, tuned.initFrom + ".away");
    ASSERT_TRUE(run(kept, true));
    expectEqual(pulled.out, kept.out);
}

TEST_F(RunTest, RehearsalIsMixedInAndScored) {
    auto o = options("keyframe", 1, "run");
    o.rehearsal = {shard({}, "old.shard")};
    o.rehearsalShare = 1.0;                                 // everything from the other shard
    o.shards = {shard({2, 0, 16, true, -1}, "new.shard")};  // both photos are held back: alone it could not train
    const auto report = run(o);
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_TRUE(report->validation.count("rehearsal") && report->validation.count("rehearsal-base"));
    o.rehearsalShare = 0;
    EXPECT_EQ(run(o).error().code, ErrorCode::Input) << "nothing to train on";
    o.rehearsal.clear();
    o.rehearsalShare = 0.5;
    EXPECT_NE(run(o).error().userMessage.find("train.rehearsal"), std::string::npos);
}

TEST_F(RunTest, PicturesThatDoNotDecodeAreListed) {
    auto o = options("keyframe", 4, "run");
    o.batch = 6;
    o.shards = {shard({8, 3, 16, true, 2}, "broken.shard")};
    const auto report = run(o);
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_EQ(report->skipped, std::vector<std::string>{"s/2"});
    ASSERT_EQ(watcher_.warnings.size(), 1U);
    EXPECT_EQ(watcher_.warnings[0].code, "PICTURE_SKIPPED");
    EXPECT_NE(watcher_.warnings[0].message.find("s/2"), std::string::npos);
}

TEST_F(RunTest, WithoutValidationDataItSaysSo) {
    auto o = options("keyframe", 1, "run");
    o.shards = {shard({4, 0, 16, false, -1}, "all.shard")};
    const auto report = run(o);
    ASSERT_TRUE(report) << describe(report.error());
    ASSERT_EQ(watcher_.warnings.size(), 1U);
    EXPECT_EQ(watcher_.warnings[0].code, "NO_VALIDATION");
    EXPECT_EQ(report->best, fs::path());
    o.earlyStop = 3;
    const auto refused = run(o);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Input);
    EXPECT_NE(refused.error().userMessage.find("train.early-stop"), std::string::npos);
}

TEST_F(RunTest, ALossThatIsNotFiniteStopsAndKeepsTheLastGood) {
    auto o = options("keyframe", 3, "run");
    ASSERT_TRUE(run(o));
    const auto before = *sha256OfFile(fs::path(o.out) / "checkpoint.safetensors");
    o.steps = 100;
    o.learningRate = 1.0;
    o.warmup = 0;
    o.clip = 1000;
    o.l1Weight = 1000;
    o.smoothWeight = 1000;
    const auto report = run(o, true);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::Model);
    EXPECT_NE(report.error().userMessage.find("is not finite"), std::string::npos) << report.error().userMessage;
    EXPECT_NE(report.error().userMessage.find("step 3"), std::string::npos) << report.error().userMessage;
    EXPECT_EQ(*sha256OfFile(fs::path(o.out) / "checkpoint.safetensors"), before);
}

TEST_F(RunTest, ForeignCheckpointsAreRefusedInWords) {
    auto o = options("keyframe", 1, "run");
    ASSERT_TRUE(run(o));
    o.stage = "propagation";
    o.steps = 2;
    const auto other = run(o, true);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, ErrorCode::Model);
    EXPECT_NE(other.error().userMessage.find("stage 'keyframe'"), std::string::npos) << other.error().userMessage;

    const auto path = fs::path(o.out) / "checkpoint.safetensors";
    o.stage = "keyframe";
    auto file = load(path);
    file.metadata["architecture"] = "something-else";
    ASSERT_TRUE(nn::saveSafetensors(path, file));
    EXPECT_NE(run(o, true).error().userMessage.find("something-else"), std::string::npos);
    file = load(path);
    file.metadata["version"] = "1";
    ASSERT_TRUE(nn::saveSafetensors(path, file));
    EXPECT_NE(run(o, true).error().userMessage.find("version 1"), std::string::npos);
    std::ofstream(path, std::ios::binary) << "not a checkpoint";
    EXPECT_EQ(run(o, true).error().code, ErrorCode::Model);
}

TEST_F(RunTest, ShardsOfAnotherVersionAreNamed) {
    auto bytes = *readFile(shard());
    bytes[9] = '2';
    std::ofstream(dir_ / "two.shard", std::ios::binary) << bytes;
    const auto opened = Shard::open(dir_ / "two.shard");
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().userMessage.find("version 2"), std::string::npos) << opened.error().userMessage;
}

TEST(Weights, PullAndAverageFollowTheirFormulas) {
    torch::manual_seed(3);
    nn::Generator net;
    const auto base = copyOf(*net);
    {
        const torch::NoGradGuard guard;
        for (auto& parameter : net->parameters()) parameter.add_(1.0);
    }
    pullTowards(*net, base, 0.25);
    for (const auto& item : net->named_parameters())
        ASSERT_LT((item.value() - base.at(item.key()) - 0.75).abs().max().item<double>(), 1e-5) << item.key();
    auto average = base;
    for (auto& [name, tensor] : average) tensor = tensor.clone();
    updateAverage(average, *net, 0.9);
    for (const auto& item : net->named_parameters())
        ASSERT_LT((average.at(item.key()) - base.at(item.key()) - 0.075).abs().max().item<double>(), 1e-5)
            << item.key();
    const auto own = copyOf(*net);
    {
        const BorrowedWeights borrowed(*net, base);
        for (const auto& item : net->named_parameters()) ASSERT_TRUE(torch::equal(item.value(), base.at(item.key())));
    }
    for (const auto& item : net->named_parameters())
        ASSERT_TRUE(torch::equal(item.value(), own.at(item.key()))) << "given back bit for bit";
    EXPECT_TRUE(allFinite(*net));
    {
        const torch::NoGradGuard guard;
        net->parameters()[0].view(-1)[0] = std::nan("");
    }
    EXPECT_FALSE(allFinite(*net));
}

/// Convolutions of both kernel sizes with their weights channels last, as the networks have them.
torch::nn::Sequential smallNet() {
    torch::nn::Sequential net(nn::makeConv(3, 8), nn::makeConv(8, 4, 1));
    nn::toChannelsLast(*net);
    return net;
}

TEST(Weights, TheFusedStepIsTheOptimizersOwn) {
    torch::manual_seed(4);
    auto net = smallNet(), twin = smallNet();
    const auto unused = torch::ones({3}, torch::requires_grad());
    const auto settings = torch::optim::AdamWOptions(3e-3).betas({0.9, 0.98}).weight_decay(0.05);
    const auto with = [&](const torch::nn::Sequential& module) {
        auto all = module->parameters();
        all.push_back(unused);
        return all;
    };
    {
        const torch::NoGradGuard guard;
        for (std::size_t i = 0; i < net->parameters().size(); ++i) twin->parameters()[i].copy_(net->parameters()[i]);
    }
    torch::optim::AdamW fused(with(net), settings), plain(with(twin), settings);
    for (int step = 0; step < 5; ++step) {
        const auto x = torch::randn({2, 3, 6, 7});
        for (auto* module : {&net, &twin}) {
            (*module)->zero_grad();
            (*module)->forward(x).square().mean().backward();
        }
        const double bound = 0.02;
        EXPECT_NEAR(boundGradients(net->parameters(), bound),
                    torch::nn::utils::clip_grad_norm_(twin->parameters(), bound), 1e-5);
        stepAdamW(fused);
        plain.step();
        for (std::size_t i = 0; i < net->parameters().size(); ++i)
            ASSERT_LT((net->parameters()[i] - twin->parameters()[i]).abs().max().item<double>(), 1e-6) << step;
    }
    EXPECT_TRUE(torch::equal(unused, torch::ones({3}))) << "without a gradient nothing changes";
}

TEST(Parallel, AllIsDoneTheFirstErrorIsToldAndThrownOnesAreThrown) {
    for (const int workers : {1, 3, 20}) {
        std::vector<int> done(9);
        const auto result = inParallel(9, workers, [&](int i) -> Result<> {
            ++done[static_cast<std::size_t>(i)];
            return i == 4 || i == 7 ? Result<>(fail(ErrorCode::Input, std::to_string(i))) : Result<>{};
        });
        EXPECT_EQ(done, std::vector<int>(9, 1)) << workers;
        ASSERT_FALSE(result) << workers;
        EXPECT_EQ(result.error().userMessage, "4");
        EXPECT_THROW(
            (void)inParallel(9, workers,
                             [](int i) -> Result<> { return i == 8 ? throw std::runtime_error("x") : Result<>{}; }),
            std::runtime_error)
            << workers;
    }
}

TEST_F(RunTest, WorkersDoNotChangeWhatIsDrawn) {
    for (const std::string stage : {"keyframe", "features", "propagation"}) {
        auto one = options(stage, 3, stage + "-1");
        one.batch = 4;
        auto three = one;
        three.workers = 3;
        three.out = (dir_ / (stage + "-3")).string();
        ASSERT_TRUE(run(one)) << stage;
        ASSERT_TRUE(run(three)) << stage;
        expectEqual(one.out, three.out);
    }
}

}  // namespace
}  // namespace tintreel::training
