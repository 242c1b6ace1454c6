// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <fstream>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "e2e/program.h"
#include "support/memory_limit.h"
#include "support/process.h"
#include "support/temp_dir.h"
#include "support/tiny_shard.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/nn/safetensors.h"

namespace tintreel {
namespace {

using namespace testing;
namespace fs = std::filesystem;
using nlohmann::json;

class TrainCliTest : public ::testing::Test {
protected:
    void SetUp() override { shard_ = makeTinyShard(dir_ / "x.shard"); }

    /// A config whose run goes to the folder `out`; its file.
    fs::path config(const std::string& out, const json& more) {
        json all{{"stage", "keyframe"},
                 {"shards", {shard_}},
                 {"out", (dir_ / out).string()},
                 {"device", "cpu"},
                 {"bf16", false},
                 {"batch", 2},
                 {"crop", 64},
                 {"crop-height", 64},
                 {"crop-width", 64},
                 {"warmup", 2},
                 {"log-every", 1},
                 {"save-every", 1},
                 {"validate-every", 1000},
                 {"validate-photos", 1},
                 {"validate-frames", 2}};
        all.update(more);
        const auto path = dir_ / (out + ".json");
        EXPECT_TRUE(writeFileAtomically(path, all.dump(), true));
        return path;
    }
    std::unique_ptr<Process> start(const fs::path& file, const std::vector<std::string>& more = {},
                                   std::vector<std::string> environment = {}) {
        std::vector<std::string> arguments{std::string(TINTREEL_BINARY_DIR) + "/tintreel-trainer", file.string(),
                                           "--json", "-q"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        environment.push_back("OMP_WAIT_POLICY=passive");
        return std::make_unique<Process>(arguments, errors(), environment);
    }
    [[nodiscard]] std::string errors() const { return (dir_ / "errors.txt").string(); }
    [[nodiscard]] std::string errorText() const { return *readFile(errors()); }
    [[nodiscard]] fs::path checkpoint(const std::string& out) const { return dir_ / out / "checkpoint.safetensors"; }

    static std::map<std::string, torch::Tensor> tensorsOf(const fs::path& path) {
        auto file = nn::loadSafetensors(path);
        EXPECT_TRUE(file) << describe(file.error());
        return file ? file->tensors : std::map<std::string, torch::Tensor>{};
    }
    void expectEqual(const std::string& one, const std::string& other) {
        const auto a = tensorsOf(checkpoint(one)), b = tensorsOf(checkpoint(other));
        ASSERT_EQ(a.size(), b.size());
        for (const auto& [name, tensor] : a) ASSERT_TRUE(b.count(name) && torch::equal(tensor, b.at(name))) << name;
    }
    static double distance(const std::map<std::string, torch::Tensor>& a,
                           const std::map<std::string, torch::Tensor>& b) {
        double largest = 0;
        for (const auto& [name, tensor] : a)
            if (name.starts_with("model."))
                largest = std::max(largest, (tensor - b.at(name)).abs().max().item<double>());
        return largest;
    }

    TempDir dir_;
    std::string shard_;
};

TEST_F(TrainCliTest, KilledRunsGoOnBitForBit) {
    // Killed at once after a checkpoint, in the middle of a step, and while a checkpoint may be under way.
    const std::map<std::string, std::vector<std::string>> kills{
        {"keyframe", {R"("step":1,"type":"checkpoint")", R"("step":3,"type":"train")", R"("step":4,"type":"train")"}},
        {"propagation", {R"("step":3,"type":"train")"}}};
    for (const auto& [stage, moments] : kills) {
        const json settings{{"stage", stage}, {"steps", 6}};
        const auto whole = start(config(stage + "-whole", settings));
        EXPECT_EQ(whole->wait(), 0) << errorText();
        const auto file = config(stage + "-killed", settings);
        for (const auto& moment : moments) {
            const auto process = start(file);
            std::string line = "?";
            while (!line.empty()) {
                line = process->lineWith("\"type\"");
                const auto event = json::parse(line, nullptr, false);
                const auto wanted = json::parse("{" + moment + "}");
                if (event.is_object() && event["type"] == wanted["type"] && event["step"] == wanted["step"]) break;
            }
            EXPECT_FALSE(line.empty()) << errorText();
            process->signal(SIGKILL);
            EXPECT_EQ(process->wait(), 128 + SIGKILL);
        }
        const auto last = start(file);
        EXPECT_EQ(last->wait(), 0) << errorText();
        expectEqual(stage + "-whole", stage + "-killed");
        // The metrics tell each step once.
        std::ifstream metrics(dir_ / (stage + "-killed") / "metrics.jsonl");
        std::vector<int> steps;
        for (std::string line; std::getline(metrics, line);)
            if (const auto event = json::parse(line); event["type"] == "train") steps.push_back(event["step"]);
        EXPECT_EQ(steps, (std::vector<int>{1, 2, 3, 4, 5, 6}));
    }
}

TEST_F(TrainCliTest, IsSteeredByLinesOnStdin) {
    const auto process = start(config("run", {{"steps", 5000}, {"save-every", 1000}}), {"--control"});
    ASSERT_NE(process->lineWith(R"("type":"validation")"), "") << errorText();
    process->say(R"({"command":"dance"})");
    EXPECT_NE(process->lineWith("UNKNOWN_COMMAND"), "");
    process->say(R"({"command":"pause"})");
    EXPECT_NE(process->lineWith(R"("type":"paused")"), "");
    EXPECT_EQ(process->lineWith(R"("type":"train")", 1), "") << "no step while it waits";
    process->say(R"({"command":"resume"})");
    EXPECT_NE(process->lineWith(R"("type":"progress")"), "");
    process->say(R"({"command":"validate"})");
    EXPECT_NE(process->lineWith(R"("type":"validation")"), "");
    EXPECT_NE(process->lineWith(R"("type":"sample")"), "");
    process->say(R"({"command":"stop"})");
    const auto result = json::parse(process->lineWith(R"("type":"result")"), nullptr, false);
    EXPECT_EQ(process->wait(), 0);
    ASSERT_TRUE(result.is_object());
    EXPECT_EQ(result["status"], "stopped");
    EXPECT_TRUE(fs::exists(result["weights"].get<std::string>()));
    EXPECT_TRUE(fs::exists(result["best"].get<std::string>()));
}

TEST_F(TrainCliTest, ASignalSavesAndTheSameLineGoesOn) {
    const auto file = config("run", {{"steps", 5000}, {"save-every", 1000}});
    const auto process = start(file);
    ASSERT_NE(process->lineWith(R"("type":"train")"), "") << errorText();
    process->signal(SIGTERM);
    const auto result = json::parse(process->lineWith(R"("type":"result")"), nullptr, false);
    EXPECT_EQ(process->wait(), 143);
    EXPECT_EQ(result["status"], "cancelled");
    ASSERT_TRUE(fs::exists(checkpoint("run")));
    const auto steps = std::stoi(nn::loadSafetensors(checkpoint("run"))->metadata["step"]);
    // The other program, the same run.
    const auto more = program("train " + quoted(file) + " --steps " + std::to_string(steps + 1) + " --json -q");
    EXPECT_EQ(more.exit, 0) << more.output;
    EXPECT_EQ(lastLine(more.output)["steps"], steps + 1);
    const auto anew = program("train " + quoted(file) + " --resume never --steps 1 -q");
    EXPECT_EQ(anew.exit, 4) << "a run is not replaced unasked";
    EXPECT_NE(anew.output.find("--resume auto"), std::string::npos) << anew.output;
}

TEST_F(TrainCliTest, AFullDiskKeepsTheLastCheckpoint) {
    const auto file = config("run", {{"steps", 1}});
    ASSERT_EQ(program("train " + quoted(file) + " -q").exit, 0);
    const auto before = *sha256OfFile(checkpoint("run"));
    const auto full = program("train " + quoted(file) + " --steps 3 --json -q", "ulimit -f 20000; ");
    EXPECT_EQ(full.exit, 4) << full.output;
    EXPECT_NE(full.output.find("the one of step 1 is kept"), std::string::npos) << full.output;
    EXPECT_EQ(*sha256OfFile(checkpoint("run")), before);
    EXPECT_FALSE(fs::exists(checkpoint("run").string() + ".part"));
    EXPECT_EQ(program("train " + quoted(file) + " --steps 2 -q").exit, 0) << "goes on once there is room";
}

TEST_F(TrainCliTest, TooLittleMemoryIsSaidInWords) {
    TINTREEL_UNDER_MEMORY_LIMIT();
    const auto file = config("run", {{"steps", 3}, {"batch", 12}, {"crop", 512}});
    const auto result = testing::shell("ulimit -v 6000000; exec env OMP_WAIT_POLICY=passive " +
                                       std::string(TINTREEL_BINARY_DIR) + "/tintreel-trainer " + quoted(file) + " -q");
    EXPECT_EQ(result.exit, 6) << result.output;
    EXPECT_NE(result.output.find("not enough memory"), std::string::npos) << result.output;
    EXPECT_NE(result.output.find("accumulate"), std::string::npos) << result.output;
}

TEST_F(TrainCliTest, TwoRanksEqualOneWithTwiceTheBatch) {
    // All that is a mean over pictures must be one over ranks, too: the losses, and where streams are kept.
    const json looks{{"gan-weight", 0.5}, {"matching-weight", 1}},
        groups{{"gan-weight", 0.5}, {"temporal-weight", 0.5}, {"stream-groups", 2}, {"l1-kind", "plain"}};
    for (const auto& [stage, choices] : std::vector<std::pair<std::string, json>>{
             {"keyframe", looks}, {"features", json::object()}, {"propagation", groups}}) {
        const auto with = [&, &extra = choices](json more) {
            more.update({{"stage", stage}, {"steps", 2}});
            more.update(extra);
            return more;
        };
        const auto one = start(config(stage + "-one", with({{"batch", 4}})));
        EXPECT_EQ(one->wait(), 0) << errorText();
        // Two processes that know their places from the environment, as torchrun tells them.
        const auto file = config(stage + "-two", with(json::object()));
        const std::string port = std::to_string(20000 + ::getpid() % 20000);
        const auto rank = [&](const std::string& number) {
            return start(file, {}, {"RANK=" + number, "WORLD_SIZE=2", "MASTER_ADDR=127.0.0.1", "MASTER_PORT=" + port});
        };
        const auto first = rank("0"), second = rank("1");
        EXPECT_EQ(first->wait(), 0) << errorText();
        EXPECT_EQ(second->wait(), 0) << errorText();
        const auto a = tensorsOf(checkpoint(stage + "-one")), b = tensorsOf(checkpoint(stage + "-two"));
        ASSERT_EQ(a.size(), b.size()) << "the streams of both ranks are in it";
        EXPECT_LT(distance(a, b), 1e-5) << stage;
        if (stage == "propagation") {
            EXPECT_TRUE(torch::equal(a.at("lanes.place"), b.at("lanes.place")))
                << "streams lie in one order for any number of ranks";
            EXPECT_LT((a.at("lanes.key.ab") - b.at("lanes.key.ab")).abs().max().item<double>(), 1e-6);
        }
        if (stage != "keyframe") continue;
        // The launcher does the same.
        const auto launched = start(config(stage + "-launched", with(json::object())), {"--ranks", "2"});
        EXPECT_EQ(launched->wait(), 0) << errorText();
        expectEqual(stage + "-two", stage + "-launched");
    }
}

TEST_F(TrainCliTest, ALostRankEndsTheOthersInWords) {
    const auto file = config("run", {{"steps", 5000}, {"rank-timeout", 30}});
    const std::string port = std::to_string(20000 + (::getpid() + 7919) % 20000);
    const auto rank = [&](const std::string& number) {
        return start(file, {}, {"RANK=" + number, "WORLD_SIZE=2", "MASTER_ADDR=127.0.0.1", "MASTER_PORT=" + port});
    };
    const auto first = rank("0"), second = rank("1");
    ASSERT_NE(first->lineWith(R"("type":"checkpoint")"), "") << errorText();
    second->signal(SIGKILL);
    const auto result = json::parse(first->lineWith(R"("type":"result")"), nullptr, false);
    EXPECT_EQ(first->wait(), 1);
    ASSERT_TRUE(result.is_object());
    EXPECT_EQ(result["status"], "failed");
    EXPECT_NE(result["message"].get<std::string>().find("another rank was lost"), std::string::npos) << result.dump();
    const auto steps = std::stoi(nn::loadSafetensors(checkpoint("run"))->metadata["step"]);
    const auto again =
        program("train " + quoted(file) + " --ranks 2 --steps " + std::to_string(steps + 1) + " --json -q");
    EXPECT_EQ(again.exit, 0) << again.output;
    EXPECT_EQ(lastLine(again.output)["steps"], steps + 1);
    // Rank 0 lost: the other one ends too.
    const auto third = rank("0"), fourth = rank("1");
    ASSERT_NE(third->lineWith(R"("type":"checkpoint")"), "") << errorText();
    third->signal(SIGKILL);
    EXPECT_EQ(fourth->wait(), 1) << errorText();
    EXPECT_NE(shell("RANK=5 WORLD_SIZE=2 " + std::string(TINTREEL_BINARY_DIR) + "/tintreel-trainer " + quoted(file))
                  .output.find("RANK must be a number in 0..1"),
              std::string::npos);
}

TEST_F(TrainCliTest, RanksStoppedInTheirFirstValidationGoOn) {
    const auto file = config("run", {{"stage", "propagation"}, {"steps", 1}, {"validate-frames", 48}});
    const auto process = start(file, {"--ranks", "2"});
    for (int i = 0; i < 600 && !fs::exists(dir_ / "run" / "config.json"); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    process->signal(SIGTERM);  // to rank 0 alone: the others hear of it from there
    EXPECT_EQ(process->wait(), 143);
    EXPECT_EQ(errorText().find("was lost"), std::string::npos) << errorText();
    ASSERT_TRUE(fs::exists(checkpoint("run")));
    EXPECT_EQ(nn::loadSafetensors(checkpoint("run"))->metadata["step"], "0");
    const auto again = program("train " + quoted(file) + " --ranks 2 --json -q");
    EXPECT_EQ(again.exit, 0) << again.output;
    EXPECT_NE(again.output.find(R"("base")"), std::string::npos)
        << "scored before the first step after all: " << again.output;
}

TEST_F(TrainCliTest, BadConfigsAndShardsEndInWords) {
    const auto ends = [&](const fs::path& file, int exit, const std::string& words) {
        const auto result = program("train " + quoted(file) + " --json -q");
        EXPECT_EQ(result.exit, exit) << result.output;
        EXPECT_NE(result.output.find(words), std::string::npos) << result.output;
        EXPECT_EQ(lastLine(result.output)["exit"], exit);
    };
    ends(config("a", {{"lerning-rate", 1}}), 2, "did you mean \\\"learning-rate\\\"");
    ends(config("b", {{"batch", 0}}), 2, "train.batch: must lie in 1..1024, is 0");
    ends(config("c", {{"base-pull", 0.1}}), 2, "train.init-from");
    const auto bytes = *readFile(shard_);
    std::ofstream(dir_ / "cut.shard", std::ios::binary) << bytes.substr(0, bytes.size() / 2);
    ends(config("d", {{"shards", {(dir_ / "cut.shard").string()}}}), 3, "it is cut short");
    auto other = bytes;
    other[9] = '2';
    std::ofstream(dir_ / "two.shard", std::ios::binary) << other;
    ends(config("e", {{"shards", {(dir_ / "two.shard").string()}}}), 3, "of version 2");
    ends(config("f", {{"init-from", shard_}}), 6, "x.shard");
    const auto vgg = program("train " + quoted(config("g", {{"contextual-weight", 1}})) + " --vgg19 " +
                             quoted(fs::path(shard_)) + " -q");
    EXPECT_EQ(vgg.exit, 6) << vgg.output;
    EXPECT_NE(vgg.output.find("x.shard"), std::string::npos) << vgg.output;
    EXPECT_EQ(program("train " + quoted(config("h", json::object())) + " --steps 0 -q").exit, 2);
}

}  // namespace
}  // namespace tintreel
