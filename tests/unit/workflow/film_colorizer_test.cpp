// SPDX-License-Identifier: Apache-2.0
#include "tintreel/workflow/film_colorizer.h"

#include <gtest/gtest.h>

#include "support/shell.h"
#include "support/temp_dir.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/workflow/colorize.h"

namespace tintreel::workflow {
namespace {

namespace fs = std::filesystem;

/// Stops the job when `when` says so.
class StopAt final : public JobContext {
public:
    explicit StopAt(std::function<bool(const Progress&)> when) : when_(std::move(when)) {}
    void report(const Progress& progress) override {
        ++reports;
        if (when_(progress)) requestStop();
    }
    int reports = 0;

private:
    std::function<bool(const Progress&)> when_;
};

class FilmColorizerTest : public ::testing::Test {
protected:
    FilmColorizerTest() {
        const auto made = testing::ffmpeg("-f lavfi -i testsrc2=s=96x64:r=10:d=1.2 -vf format=gray -c:v ffv1 " +
                                          testing::quoted(film_));
        EXPECT_EQ(made.exit, 0) << made.output;
        options_.film = film_;
        options_.cacheFolder = dir_ / "cache";
        options_.workingSize = 64;
        options_.networks.modelsDir = fs::path(TINTREEL_SOURCE_DIR) / "models";
        plan_.scenes = {{0, 6}, {6, 12}};
        input_.hints.palette = {{"sky", hints::AbColor{-5, -30}}, {"same", hints::AbColor{-5, -30}}};
        input_.hints.hints.push_back(
            {0, hints::HintSpan::Scene, {}, hints::HintKind::Dot, {{0.5, 0.5}}, 0.1, hints::PaletteColor{"sky"}});
    }
    testing::TempDir dir_;
    fs::path film_ = dir_ / "film.mkv";
    FilmOptions options_;
    FilmPlan plan_;
    PersonInput& input_ = plan_.person;
    const FrameRange scene_{0, 6};
};

ColorState stateOf(FilmColorizer& film, FrameRange scene, const FilmPlan& plan, std::size_t stretch = 0) {
    return film.states(scene, plan)->at(stretch).state;
}

TEST_F(FilmColorizerTest, ColoursASceneOnceAndFindsItAgainAfterAnUndo) {
    auto film = FilmColorizer::open(options_);
    ASSERT_TRUE(film) << describe(film.error());
    EXPECT_EQ(stateOf(*film, scene_, plan_), ColorState::None);
    EXPECT_FALSE(*film->colors(2, plan_));
    StopAt first([](const Progress&) { return false; });
    ASSERT_TRUE(film->colorizeScene(scene_, plan_, first));
    EXPECT_GT(first.reports, 0);
    const auto before = film->colors(2, plan_);
    ASSERT_TRUE(before && *before);
    EXPECT_FALSE((*before)->keyframe);
    EXPECT_TRUE((*film->colors(0, plan_))->keyframe);
    EXPECT_EQ(stateOf(*film, scene_, plan_), ColorState::Done);
    const auto confidence = film->confidence(scene_, plan_);
    ASSERT_TRUE(confidence);
    EXPECT_NEAR(confidence->at(2), (*before)->confidence, 0.01);

    auto edited = plan_;
    edited.person.hints.palette[0].color = hints::AbColor{60, 40};
    EXPECT_EQ(stateOf(*film, scene_, edited), ColorState::Stale);
    const auto stale = film->colors(2, edited);
    ASSERT_TRUE(stale && *stale) << "older colours are shown, and said to be old";
    EXPECT_TRUE((*stale)->stale);
    EXPECT_EQ((*stale)->ab.b.data, (*before)->ab.b.data);
    ASSERT_TRUE(film->colorizeScene(scene_, edited, first));
    EXPECT_FALSE((*film->colors(2, edited))->stale);
    EXPECT_NE((*film->colors(2, edited))->ab.b.data, (*before)->ab.b.data);

    // Undone: the first colours are there at once, from another object too.
    auto other = FilmColorizer::open(options_);
    ASSERT_TRUE(other);
    StopAt again([](const Progress&) { return false; });
    ASSERT_TRUE(other->colorizeScene(scene_, plan_, again));
    EXPECT_EQ(again.reports, 0);
    EXPECT_EQ((*other->colors(2, plan_))->ab.b.data, (*before)->ab.b.data);
    // What does not change colours does not make them stale: another slot of the same colour, a repair of one frame.
    auto same = plan_;
    same.person.hints.hints[0].color = hints::PaletteColor{"same"};
    same.person.hints.hints.push_back(
        {3, hints::HintSpan::Frame, {}, hints::HintKind::Dot, {{0.2, 0.2}}, 0.05, hints::AbColor{50, 50}});
    EXPECT_EQ(stateOf(*film, scene_, same), ColorState::Done);
    EXPECT_NE((*film->colors(3, same))->ab.a.data, (*film->colors(3, plan_))->ab.a.data);
    EXPECT_EQ((*film->colors(2, same))->ab.a.data, (*film->colors(2, plan_))->ab.a.data);
}

TEST_F(FilmColorizerTest, AnEditTouchesNoFrameBeyondTheNextKeyframesAndCuts) {
    plan_.scenes = {{0, 9}, {9, 12}};
    for (const FrameIndex frame : {4, 8, 9}) {
        auto hint = input_.hints.hints[0];
        hint.frame = frame;
        input_.hints.hints.push_back(hint);
    }
    auto film = FilmColorizer::open(options_);
    ASSERT_TRUE(film);
    StopAt never([](const Progress&) { return false; });
    for (const auto& scene : plan_.scenes) ASSERT_TRUE(film->colorizeScene(scene, plan_, never));
    auto edited = plan_;
    edited.person.hints.hints[2].color = hints::AbColor{40, 40};  // on frame 8
    EXPECT_EQ(stateOf(*film, {0, 9}, edited, 0), ColorState::Done) << "frames 0 to 4";
    EXPECT_EQ(stateOf(*film, {0, 9}, edited, 1), ColorState::Stale) << "frames 4 to 8";
    EXPECT_EQ(stateOf(*film, {9, 12}, edited), ColorState::Done);
    EXPECT_EQ((*film->colors(2, edited))->ab.a.data, (*film->colors(2, plan_))->ab.a.data);
}

TEST_F(FilmColorizerTest, SuggestsColoursForAPoint) {
    auto film = FilmColorizer::open(options_);
    ASSERT_TRUE(film);
    const auto suggestions = film->suggest(0, {0.5, 0.5}, input_);
    ASSERT_TRUE(suggestions) << describe(suggestions.error());
    ASSERT_FALSE(suggestions->empty());
    EXPECT_NEAR(suggestions->front().b, -30, 3) << "under a hint its own colour comes first";
    for (std::size_t i = 1; i < suggestions->size(); ++i)
        EXPECT_LE((*suggestions)[i].weight, (*suggestions)[i - 1].weight);
    EXPECT_FALSE(film->suggest(0, {0.9, 0.1}, {})->empty());
}

TEST_F(FilmColorizerTest, AStopLeavesNoFinishedTrackAndFramesShowWhileTheyCome) {
    auto film = FilmColorizer::open(options_), viewer = FilmColorizer::open(options_);
    ASSERT_TRUE(film && viewer);
    int shown = 0;
    StopAt stop([&](const Progress& p) {
        const auto colors = viewer->colors(1, plan_);
        if (colors && *colors && (*colors)->unfinished) ++shown;
        return p.done >= 3;
    });
    const auto result = film->colorizeScene(scene_, plan_, stop);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::Cancelled);
    EXPECT_GT(shown, 0);
    EXPECT_EQ(stateOf(*film, scene_, plan_), ColorState::None);
    for (const auto& entry : fs::directory_iterator(options_.cacheFolder))
        EXPECT_EQ(entry.path().extension(), ".key") << entry.path();
}

TEST_F(FilmColorizerTest, TheCacheIsHeldSmall) {
    auto film = FilmColorizer::open(options_);
    ASSERT_TRUE(film);
    StopAt never([](const Progress&) { return false; });
    for (const auto& scene : plan_.scenes) ASSERT_TRUE(film->colorizeScene(scene, plan_, never));
    const auto files = [&] {
        return std::distance(fs::directory_iterator(options_.cacheFolder), fs::directory_iterator());
    };
    EXPECT_EQ(files(), 4) << "a track and a keyframe for each scene";
    FilmColorizer::pruneCache(options_.cacheFolder, 1 << 30);
    EXPECT_EQ(files(), 4);
    std::uintmax_t largest = 0;
    for (const auto& entry : fs::directory_iterator(options_.cacheFolder))
        largest = std::max(largest, entry.file_size());
    FilmColorizer::pruneCache(options_.cacheFolder, largest + 10);
    EXPECT_EQ(files(), 1);
}

TEST_F(FilmColorizerTest, AResumedRunEqualsAnUninterruptedOne) {
    ColorizeOptions run;
    run.input = film_;
    run.networks = options_.networks;
    run.workingSize = 64;
    run.preset = "master";
    run.scenes = (dir_ / "scenes.csv").string();
    ASSERT_TRUE(writeFileAtomically(run.scenes, "Scene Number,Start Frame,End Frame\n1,1,6\n2,7,12\n", false));
    run.output = dir_ / "whole.mkv";
    StopAt never([](const Progress&) { return false; });
    const auto whole = colorize(run, never);
    ASSERT_TRUE(whole) << describe(whole.error());

    run.output = dir_ / "resumed.mkv";
    run.resume = true;
    StopAt inSecond([](const Progress& p) { return p.stage == "colorize" && p.done >= 9; });
    ASSERT_FALSE(colorize(run, inSecond));
    EXPECT_FALSE(fs::exists(run.output));
    EXPECT_TRUE(fs::exists(run.output.string() + ".part.tracks"));
    StopAt counting([](const Progress&) { return false; });
    const auto resumed = colorize(run, counting);
    ASSERT_TRUE(resumed) << describe(resumed.error());
    EXPECT_FALSE(fs::exists(run.output.string() + ".part.tracks"));
    const auto md5 = [](const fs::path& file) {
        return testing::shell("ffmpeg -v error -i " + testing::quoted(file) + " -f framemd5 -").output;
    };
    EXPECT_EQ(md5(run.output), md5(dir_ / "whole.mkv"));
    EXPECT_GT(md5(run.output).size(), 200U);
}

}  // namespace
}  // namespace tintreel::workflow
