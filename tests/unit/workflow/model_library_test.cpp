// SPDX-License-Identifier: Apache-2.0
#include "tintreel/workflow/model_library.h"

#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/shell.h"
#include "support/shipped_models.h"
#include "support/temp_dir.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/workflow/film_colorizer.h"
#include "tintreel/workflow/project_film.h"

namespace tintreel::workflow {
namespace {

namespace fs = std::filesystem;

const fs::path kShipped = fs::path(TINTREEL_SOURCE_DIR) / "models";
const std::string kKeyframe = testing::shippedModel("keyframe");

class ModelLibraryTest : public ::testing::Test {
protected:
    /// Real weights that differ from the shipped ones: a tuned model must run, and be told apart.
    nn::ModelEntry addTuned(const std::string& id) {
        const auto shipped = *nn::findModel(*library_.list(), "keyframe", "default");
        auto bytes = *readFile(shipped.file);
        bytes[bytes.size() - 2] = static_cast<char>(bytes[bytes.size() - 2] ^ 1 ^
                                                    static_cast<char>(count_++ * 2));  // the last number's mantissa
        std::ofstream(dir_ / "tuned.safetensors", std::ios::binary) << bytes;
        nn::ModelEntry facts;
        facts.id = id;
        facts.role = "keyframe";
        facts.architecture = shipped.architecture;
        facts.licence = "own work";
        facts.description = "Tuned.";
        facts.base = nn::modelReference(shipped);
        facts.data = sha256OfBytes("data");
        facts.metrics = {{"grey", 22.5}, {"score", 27.25}};
        const auto added = library_.add(facts, dir_ / "tuned.safetensors");
        EXPECT_TRUE(added) << describe(added.error());
        return added ? *added : facts;
    }
    std::string words(const Result<>& result) { return result ? std::string("no error") : result.error().userMessage; }

    testing::TempDir dir_;
    const int set_ = ::setenv("XDG_DATA_HOME", (dir_ / "data").c_str(), 1);  // before the library asks for it
    ModelLibrary library_{kShipped};
    int count_ = 0;
};

TEST_F(ModelLibraryTest, OneListOfShippedAndOwnModelsForEverybody) {
    const auto shipped = library_.list();
    ASSERT_TRUE(shipped) << describe(shipped.error());
    ASSERT_EQ(shipped->size(), 2U);
    const auto added = addTuned("my-film");
    EXPECT_EQ(library_.folder(), dir_ / "data" / "tintreel" / "models");
    const auto all = library_.list();
    ASSERT_EQ(all->size(), 3U);
    const auto& mine = all->back();
    EXPECT_TRUE(mine.isUser);
    EXPECT_FALSE(mine.isDefault);
    EXPECT_EQ(mine.base, kKeyframe + "@" + shipped->front().sha256);
    EXPECT_EQ(mine.metrics.at("score"), 27.25);
    EXPECT_EQ(mine.data, sha256OfBytes("data"));
    EXPECT_EQ(mine.size, fs::file_size(mine.file));
    EXPECT_EQ(mine.date.size(), 20U);
    // Whoever asks for networks finds it.
    inference::ColorizerOptions options;
    options.modelsDir = kShipped;
    options.keyframeModel = "my-film";
    const auto colorizer = inference::Colorizer::create(options);
    ASSERT_TRUE(colorizer) << describe(colorizer.error());
    EXPECT_EQ(colorizer->models()[0].id, "my-film");
    EXPECT_EQ(colorizer->models()[0].sha256, added.sha256);
    EXPECT_EQ(colorizer->models()[1].id, shipped->at(1).id);
}

TEST_F(ModelLibraryTest, AReferenceNamesOneModelAndNoOther) {
    const auto mine = addTuned("mine");
    const auto reference = nn::modelReference(mine);
    EXPECT_EQ(nn::findModel(*library_.list(), "keyframe", reference)->id, "mine");
    ASSERT_TRUE(library_.rename("mine", "theirs"));
    EXPECT_EQ(nn::findModel(*library_.list(), "keyframe", reference)->id, "theirs") << "a new name is the same model";
    EXPECT_FALSE(nn::findModel(*library_.list(), "keyframe", "mine"));
    ASSERT_TRUE(library_.remove("theirs"));
    EXPECT_FALSE(fs::exists(mine.file));
    const auto gone = nn::findModel(*library_.list(), "keyframe", reference);
    ASSERT_FALSE(gone);
    EXPECT_NE(gone.error().userMessage.find("models import"), std::string::npos) << gone.error().userMessage;
    addTuned("mine");
    const auto other = nn::findModel(*library_.list(), "keyframe", reference);
    ASSERT_FALSE(other) << "other weights under the same name";
    EXPECT_NE(other.error().userMessage.find(mine.sha256), std::string::npos);
}

TEST_F(ModelLibraryTest, ModelsTravelWithTheirCardAndAlteredOnesAreRefused) {
    const auto mine = addTuned("mine");
    ASSERT_TRUE(library_.setNotes("mine", "Best with \"dusk\" scenes."));
    ASSERT_TRUE(library_.exportTo("mine", dir_ / "out", false))
        << words(library_.exportTo("mine", dir_ / "out", false));
    EXPECT_EQ(library_.exportTo("mine", dir_ / "out", false).error().code, ErrorCode::Output) << "exists";
    EXPECT_TRUE(library_.exportTo("mine", dir_ / "out", true));
    const auto card = readFile(dir_ / "out" / "README.md");
    EXPECT_NE(card->find(mine.sha256), std::string::npos);
    EXPECT_NE(card->find("dusk"), std::string::npos);

    ModelLibrary other(kShipped, dir_ / "other");
    const auto brought = other.importFrom(dir_ / "out");
    ASSERT_TRUE(brought) << describe(brought.error());
    const auto listed = other.list()->back();
    EXPECT_EQ(nn::toJson(listed), nn::toJson(*library_.find("mine")));
    EXPECT_TRUE(nn::verifyModel(listed));
    EXPECT_EQ(other.importFrom(dir_ / "out").error().code, ErrorCode::Usage)
        << "the name is taken, nothing is replaced";
    EXPECT_TRUE(other.importFrom(dir_ / "out", "again"));

    const auto weights = dir_ / "out" / "mine.safetensors";
    auto bytes = *readFile(weights);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
    std::ofstream(weights, std::ios::binary) << bytes;
    const auto altered = other.importFrom(dir_ / "out", "third");
    ASSERT_FALSE(altered);
    EXPECT_EQ(altered.error().code, ErrorCode::Model);
    EXPECT_NE(altered.error().userMessage.find("changed or damaged"), std::string::npos);
    EXPECT_FALSE(other.find("third"));
    EXPECT_FALSE(fs::exists(dir_ / "other" / "third.safetensors"));
    fs::remove(weights);
    EXPECT_EQ(other.importFrom(dir_ / "out", "third").error().code, ErrorCode::Model);
    fs::create_directories(dir_ / "bare");
    fs::copy_file(mine.file, dir_ / "bare" / "x.safetensors");
    EXPECT_NE(other.importFrom(dir_ / "bare" / "x.safetensors").error().userMessage.find("no card"), std::string::npos);
    EXPECT_EQ(other.importFrom(dir_ / "nowhere").error().code, ErrorCode::Input);
}

TEST_F(ModelLibraryTest, DefaultsAreChosenAndTakenBack) {
    addTuned("one");
    addTuned("two");
    const auto now = [&] { return nn::findModel(*library_.list(), "keyframe", "default")->id; };
    EXPECT_EQ(now(), kKeyframe);
    EXPECT_FALSE(library_.rollBack("keyframe")) << "nothing to take back";
    ASSERT_TRUE(library_.setDefault("one"));
    ASSERT_TRUE(library_.setDefault("two"));
    EXPECT_EQ(now(), "two");
    EXPECT_EQ(library_.remove("two").error().code, ErrorCode::Usage)
        << "a default is not removed under everybody's feet";
    EXPECT_EQ(*library_.rollBack("keyframe"), "one");
    ASSERT_TRUE(library_.rename("one", "uno"));
    EXPECT_EQ(now(), "uno");
    EXPECT_EQ(*library_.rollBack("keyframe"), kKeyframe);
    EXPECT_EQ(now(), kKeyframe);
    EXPECT_FALSE(library_.rollBack("keyframe"));
    EXPECT_EQ(nn::findModel(*library_.list(), "frame", "default")->id, testing::shippedModel("frame"));
    EXPECT_EQ(library_.rename(kKeyframe, "x").error().code, ErrorCode::Usage) << "shipped";
    for (const char* bad : {"", "default", "a/b", "a@b", ".hidden", "-n"})
        EXPECT_EQ(library_.rename("uno", bad).error().code, ErrorCode::Usage) << bad;
    // An altered file is never made the default.
    std::ofstream(library_.find("uno")->file, std::ios::app) << "x";
    EXPECT_EQ(library_.setDefault("uno").error().code, ErrorCode::Model);
}

TEST_F(ModelLibraryTest, BrokenLibrariesAreSaidInWords) {
    addTuned("mine");
    const auto manifest = library_.folder() / "manifest.json";
    auto json = nlohmann::json::parse(*readFile(manifest));
    json["models"][0]["id"] = kKeyframe;
    std::ofstream(manifest) << json.dump();
    const auto twice = library_.list();
    ASSERT_FALSE(twice);
    EXPECT_NE(twice.error().userMessage.find("models rename"), std::string::npos);
    EXPECT_TRUE(library_.rename(kKeyframe, "mine")) << "which is what the words advise";
    EXPECT_TRUE(library_.list());
    std::ofstream(manifest) << "{";
    EXPECT_EQ(library_.list().error().code, ErrorCode::Model);
    EXPECT_EQ(library_.setDefault("mine").error().code, ErrorCode::Model);
    EXPECT_EQ(*readFile(manifest), "{") << "and left as it is";
}

TEST_F(ModelLibraryTest, AProjectKeepsItsModelAndRefusesAnother) {
    const auto film = dir_ / "film.mkv";
    ASSERT_EQ(
        testing::ffmpeg("-f lavfi -i testsrc2=s=96x64:r=10:d=0.4 -vf format=gray -c:v ffv1 " + testing::quoted(film))
            .exit,
        0);
    auto project = newProject(film, dir_ / "film.tintreel");
    ASSERT_TRUE(project);
    inference::ColorizerOptions options;
    options.modelsDir = kShipped;
    EXPECT_EQ(networksOf(*project, options).keyframeModel, "default");
    const auto mine = addTuned("mine");
    ASSERT_TRUE(project->setSetting("Use model", modelSetting("keyframe"), nn::modelReference(mine)));
    options = networksOf(*project, options);
    EXPECT_EQ(options.keyframeModel, "mine@" + mine.sha256);
    EXPECT_EQ(options.frameModel, "default");
    auto colorizer = FilmColorizer::open({film, dir_ / "cache", 64, options});
    ASSERT_TRUE(colorizer) << describe(colorizer.error());
    EXPECT_EQ(colorizer->models()[0].sha256, mine.sha256);
    ASSERT_TRUE(library_.remove("mine"));
    colorizer = FilmColorizer::open({film, dir_ / "cache", 64, options});
    ASSERT_FALSE(colorizer) << "never the default instead";
    EXPECT_EQ(colorizer.error().code, ErrorCode::Model);
    RenderOptions render;
    render.networks.modelsDir = kShipped;
    EXPECT_EQ(renderOptions(*project, render).networks.keyframeModel, options.keyframeModel);
    render.networks.keyframeModel = kKeyframe;
    EXPECT_EQ(renderOptions(*project, render).networks.keyframeModel, kKeyframe) << "what a person names goes first";
    EXPECT_TRUE(*project->undo()) << "the choice is a step that can be taken back";
    EXPECT_EQ(networksOf(*project, {}).keyframeModel, "default");
}

TEST_F(ModelLibraryTest, ATrainingRunBecomesAModel) {
    const auto run = dir_ / "run";
    fs::create_directories(run);
    const auto shipped = *library_.find(kKeyframe);
    std::ofstream(dir_ / "x.shard") << "not read for this";
    std::ofstream(run / "config.json") << nlohmann::json{
        {"stage", "keyframe"},
        {"shards", {(dir_ / "x.shard").string()}},
        {"init-from", shipped.file.string()}}.dump();
    EXPECT_NE(library_.importFrom(run, "mine").error().userMessage.find("no weights yet"), std::string::npos);
    std::ofstream(run / "weights.safetensors") << "last";
    std::ofstream(run / "best.safetensors") << "best";
    std::ofstream(run / "metrics.jsonl")
        << R"({"v":1,"type":"validation","step":0,"score":20.0,"grey":19.0,"best-step":0})"
           "\n"
           R"({"v":1,"type":"validation","step":50,"score":22.0,"grey":19.0,"best-step":50})"
           "\n"
           R"({"v":1,"type":"validation","step":90,"score":21.0,"grey":19.0,"best-step":50})"
           "\n{\"cut";
    EXPECT_EQ(library_.importFrom(run).error().code, ErrorCode::Usage) << "it needs a name";
    const auto added = library_.importFrom(run, "mine");
    ASSERT_TRUE(added) << describe(added.error());
    EXPECT_EQ(*readFile(added->file), "best");
    EXPECT_EQ(added->metrics.at("score"), 22.0) << "the figures of those very weights";
    EXPECT_EQ(added->base, nn::modelReference(shipped));
    EXPECT_EQ(added->data, sha256OfBytes("not read for this"));
    EXPECT_EQ(added->role, "keyframe");
    EXPECT_EQ(added->architecture, "generator");
}

}  // namespace
}  // namespace tintreel::workflow
