// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "e2e/program.h"
#include "support/shipped_models.h"
#include "support/temp_dir.h"
#include "tintreel/base/atomic_file.h"

namespace tintreel {
namespace {

namespace fs = std::filesystem;
using testing::lastLine;
using testing::quoted;

const fs::path kDemo = fs::path(TINTREEL_SOURCE_DIR) / "resources/demo";
const std::string kKeyframe = testing::shippedModel("keyframe");

/// `tintreel models …` and `tintreel dataset from-project …` as a script would call them, with a library of the test's
/// own.
class ModelsCliTest : public ::testing::Test {
protected:
    testing::ShellResult run(const std::string& arguments) {
        return testing::program(arguments, "export XDG_DATA_HOME=" + quoted(dir_ / "data") + "; ");
    }
    testing::TempDir dir_;
};

TEST_F(ModelsCliTest, AModelGoesOutAndComesBackUnderAnotherName) {
    EXPECT_EQ(lastLine(run("models list --json").output)["models"].size(), 2U);
    ASSERT_EQ(run("models export " + kKeyframe + " -o " + quoted(dir_ / "out")).exit, 0);
    EXPECT_EQ(run("models export " + kKeyframe + " -o " + quoted(dir_ / "out")).exit, 4);
    auto result = run("models import " + quoted(dir_ / "out"));
    EXPECT_EQ(result.exit, 2) << "that name is taken: " << result.output;
    result = run("models import " + quoted(dir_ / "out") + " --id mine --notes 'for dusk' --json");
    ASSERT_EQ(result.exit, 0) << result.output;
    result = run("models list --json");
    const auto mine = lastLine(result.output)["models"][2];
    EXPECT_EQ(mine["id"], "mine");
    EXPECT_EQ(mine["notes"], "for dusk");
    EXPECT_EQ(mine["yours"], true);
    EXPECT_EQ(run("models verify").exit, 0);
    ASSERT_EQ(run("models default mine").exit, 0);
    EXPECT_EQ(run("models remove mine").exit, 2) << "the default";
    ASSERT_EQ(run("models rename mine ours").exit, 0);
    EXPECT_NE(run("models show ours").output.find("for dusk"), std::string::npos);
    result = run("models default --back keyframe");
    EXPECT_EQ(result.exit, 0) << result.output;
    EXPECT_NE(result.output.find(kKeyframe), std::string::npos);
    EXPECT_EQ(run("models remove ours").exit, 0);
    EXPECT_EQ(run("models show ours").exit, 6);
    EXPECT_EQ(run("models remove " + kKeyframe).exit, 2) << "shipped";
    std::ofstream(dir_ / "out" / (kKeyframe + ".safetensors"), std::ios::app) << "x";
    result = run("models import " + quoted(dir_ / "out") + " --id mine");
    EXPECT_EQ(result.exit, 6);
    EXPECT_NE(result.output.find("changed or damaged"), std::string::npos) << result.output;
}

TEST_F(ModelsCliTest, ADataSetIsMadeOfAProjectsHintedKeyframes) {
    const auto film = dir_ / "film.mp4", project = dir_ / "film.tintreel", shard = dir_ / "data.shard";
    fs::copy_file(kDemo / "three_shots.mp4", film);
    ASSERT_EQ(run("project new " + quoted(film)).exit, 0);
    ASSERT_EQ(run("project import-hints " + quoted(project) + " " + quoted(kDemo / "three_shots.hints.json")).exit, 0);
    auto result = run("dataset from-project " + quoted(project) + " -o " + quoted(shard));
    EXPECT_EQ(result.exit, 3) << "nothing is approved";
    EXPECT_NE(result.output.find("--hinted"), std::string::npos) << result.output;
    result = run("dataset from-project " + quoted(project) + " -o " + quoted(shard) + " --hinted --json");
    ASSERT_EQ(result.exit, 0) << result.output;
    const auto report = lastLine(result.output);
    EXPECT_EQ(report["keyframes"], 3);
    EXPECT_EQ(report["splits"]["photos train"], 2);
    EXPECT_EQ(report["splits"]["photos val"], 1);
    EXPECT_EQ(report["sha256"], *sha256OfFile(shard));
    EXPECT_EQ(run("dataset from-project -o " + quoted(dir_ / "x.shard")).exit, 2);
    // A project that names a model that is gone is refused, in words. (Its weights must be others than the shipped
    // ones.)
    ASSERT_EQ(run("models export " + kKeyframe + " -o " + quoted(dir_ / "out")).exit, 0);
    const auto weights = dir_ / "out" / (kKeyframe + ".safetensors"), card = dir_ / "out" / "model.json";
    auto bytes = *readFile(weights);
    bytes[bytes.size() - 2] = static_cast<char>(bytes[bytes.size() - 2] ^ 1);
    std::ofstream(weights, std::ios::binary) << bytes;
    auto facts = nlohmann::json::parse(*readFile(card));
    facts["sha256"] = sha256OfBytes(bytes);
    std::ofstream(card) << facts.dump();
    ASSERT_EQ(run("models import " + quoted(dir_ / "out") + " --id gone").exit, 0);
    ASSERT_EQ(run("project use-model " + quoted(project) + " gone").exit, 0);
    EXPECT_EQ(lastLine(run("project info " + quoted(project) + " --json").output)["models"]["keyframe"],
              "gone@" + sha256OfBytes(bytes));
    ASSERT_EQ(run("models remove gone").exit, 0);
    result = run("render " + quoted(project) + " -o " + quoted(dir_ / "out.mp4"));
    EXPECT_EQ(result.exit, 6) << result.output;
    EXPECT_NE(result.output.find("'gone'"), std::string::npos) << result.output;
    EXPECT_NE(result.output.find("models import"), std::string::npos);
    EXPECT_FALSE(fs::exists(dir_ / "out.mp4"));
    EXPECT_EQ(run("project use-model " + quoted(project) + " gone").exit, 6);
    ASSERT_EQ(run("project use-model " + quoted(project) + " --default keyframe").exit, 0);
    EXPECT_EQ(lastLine(run("project info " + quoted(project) + " --json").output)["models"]["keyframe"], "default");
}

}  // namespace
}  // namespace tintreel
