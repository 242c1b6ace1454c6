// SPDX-License-Identifier: Apache-2.0
#include "tintreel/workflow/training_set.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "support/shell.h"
#include "support/temp_dir.h"
#include "tintreel/color/ycbcr.h"
#include "tintreel/media/frame_reader.h"
#include "tintreel/training/shard.h"
#include "tintreel/workflow/project_film.h"
#include "workflow/training_pictures.h"

namespace tintreel::workflow {
namespace {

namespace fs = std::filesystem;
using testing::ffmpeg;
using testing::quoted;

const fs::path kDemo = fs::path(TINTREEL_SOURCE_DIR) / "resources/demo";

RgbImage flat(int r, int g, int b) {
    RgbImage picture(40, 30);
    for (std::size_t i = 0; i < picture.data.size(); i += 3) {
        picture.data[i] = static_cast<std::uint8_t>(r);
        picture.data[i + 1] = static_cast<std::uint8_t>(g);
        picture.data[i + 2] = static_cast<std::uint8_t>(b);
    }
    return picture;
}

class TrainingSetTest : public ::testing::Test {
protected:
    /// The demo film's project, its scenes and hints known; some scenes approved.
    fs::path projectWith(const std::set<int>& approved, int hintedFrames = 3) {
        const auto file = dir_ / "film.tintreel";
        auto project = newProject(kDemo / "three_shots.mp4", file);
        EXPECT_TRUE(project) << describe(project.error());
        EXPECT_TRUE(recordScenes(*project, {{{0, 40}, {40, 80}, {80, 120}}, 120, {24, 1}, {}}));
        auto document = *hints::readHints(kDemo / "three_shots.hints.json");
        std::erase_if(document.hints, [&](const auto& hint) { return hint.frame >= 40 * hintedFrames; });
        EXPECT_TRUE(project->importHints("hints", document));
        for (const int scene : approved) EXPECT_TRUE(project->setSceneNote("approve", scene * 40, {true, ""}));
        return file;
    }
    TrainingSetOptions options() {
        TrainingSetOptions o;
        o.output = dir_ / "data.shard";
        o.networks.modelsDir = fs::path(TINTREEL_SOURCE_DIR) / "models";
        return o;
    }
    /// Pictures of one folder: `count` unlike ones.
    fs::path pictures(const std::string& name, int count) {
        fs::create_directories(dir_ / name);
        for (int i = 0; i < count; ++i)
            EXPECT_EQ(ffmpeg("-i " + quoted(kDemo / "three_shots.mp4") + " -vf \"select=eq(n\\," +
                             std::to_string(i * 40 + 5) + "),hue=h=" + std::to_string(i * 25) + "\" -frames:v 1 " +
                             quoted(dir_ / name / ("p" + std::to_string(i) + ".png")))
                          .exit,
                      0);
        return dir_ / name;
    }
    static std::map<std::string, std::set<std::string>> shotsBySplit(const fs::path& shard) {
        std::map<std::string, std::set<std::string>> shots;
        const auto opened = *training::Shard::open(shard);
        for (const auto& item : opened->items()) shots[item.split].insert(item.path);
        return shots;
    }
    JobContext context_;
    testing::TempDir dir_;
};

TEST(TrainingPictures, DistanceIsTheMeanDeltaE) {
    const auto one = color::labFromRgb(0.8F, 0.2F, 0.1F), other = color::labFromRgb(0.2F, 0.4F, 0.6F);
    const double expected =
        std::sqrt(std::pow(one.L - other.L, 2) + std::pow(one.a - other.a, 2) + std::pow(one.b - other.b, 2));
    EXPECT_NEAR(signDistance(signOf(flat(204, 51, 26)), signOf(flat(51, 102, 153))), expected, 0.5);
    EXPECT_EQ(signDistance(signOf(flat(9, 9, 9)), signOf(flat(9, 9, 9))), 0.0);
}

TEST_F(TrainingSetTest, GreyAndTonedPicturesAreToldFromPaleOnes) {
    const auto colorless = [&](const std::string& filter) {
        const auto file = dir_ / "x.jpg";
        EXPECT_EQ(ffmpeg("-i " + quoted(kDemo / "three_shots.mp4") + " -vf \"" + filter + "\" -frames:v 1 -q:v 8 " +
                         quoted(file))
                      .exit,
                  0);
        return isColorless(*media::readPicture(file));
    };
    EXPECT_TRUE(colorless("format=gray"));
    EXPECT_TRUE(colorless("hue=s=0"));
    EXPECT_TRUE(colorless("hue=s=0,format=rgb24,colorchannelmixer=1:0:0:0:0:0.85:0:0:0:0:0.6:0")) << "sepia";
    EXPECT_FALSE(colorless("null"));
    EXPECT_FALSE(colorless("hue=s=0.4")) << "pale, but in colour";
}

TEST(TrainingPictures, ASplitNeverCutsThroughAShot) {
    for (int seed = 0; seed < 40; ++seed) {
        std::srand(static_cast<unsigned>(seed));
        std::vector<Piece> pieces;
        const int shots = 2 + seed % 7;
        for (int i = 0; i < 5 * shots; ++i) {
            Piece piece;
            const int shot = i < shots ? i : std::rand() % shots;
            piece.shot = std::to_string(shot);
            piece.path = std::to_string(i);
            piece.time = i;
            piece.sign = signOf(flat(250 - 35 * shot, (shot * 90) % 250, 30 * shot));
            if (i % 5 == 4 && seed % 2 == 0) {
                piece.clip = true;
                piece.frames = {0, 60};
            }
            pieces.push_back(piece);
        }
        const auto note = splitByShot(pieces, 0.2);
        std::map<std::string, std::set<std::string>> splits;
        std::map<std::string, int> stills;
        for (const auto& piece : pieces) {
            splits[piece.shot].insert(piece.split);
            if (!piece.clip) ++stills[piece.split];
        }
        if (note.empty()) {
            for (const auto& [shot, split] : splits)
                EXPECT_EQ(split.size(), 1U) << "shot " << shot << " of seed " << seed;
        }
        EXPECT_GT(stills["train"], 0) << seed;
        EXPECT_GT(stills["val"], 0) << seed;
    }
}

TEST(TrainingPictures, ShotsThatLookAlikeAreOne) {
    std::vector<Piece> pieces(4);
    for (int i = 0; i < 4; ++i) {
        pieces[static_cast<std::size_t>(i)].shot = "s" + std::to_string(i);
        pieces[static_cast<std::size_t>(i)].time = i;
        pieces[static_cast<std::size_t>(i)].sign = signOf(i < 3 ? flat(200, 60 + 4 * i, 40) : flat(20, 60, 200));
    }
    EXPECT_EQ(splitByShot(pieces, 0.3), "");
    EXPECT_EQ(pieces[0].split, pieces[1].split);
    EXPECT_EQ(pieces[1].split, pieces[2].split);
    EXPECT_NE(pieces[2].split, pieces[3].split);
    // All of one shot: by time, and said so.
    pieces.pop_back();
    EXPECT_NE(splitByShot(pieces, 0.3), "");
    EXPECT_EQ(pieces[0].split + pieces[1].split + pieces[2].split, "traintrainval");
}

TEST_F(TrainingSetTest, ApprovedKeyframesBecomeAShard) {
    auto o = options();
    o.project = projectWith({0, 2});
    const auto report = makeTrainingSet(o, context_);
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_EQ(report->keyframes, 2);
    EXPECT_EQ(report->measured, 2) << "with two scenes both are learnt from, and another frame of each measures";
    EXPECT_EQ(report->perSplit.at("photos train"), 2);
    EXPECT_EQ(report->perSplit.at("photos val"), 2);
    EXPECT_NE(report->splitNote.find("few shots"), std::string::npos);
    EXPECT_EQ(report->licences.at("own work"), 4);
    EXPECT_EQ(report->smallestSide, 218) << "no larger than the film";
    EXPECT_EQ(report->sha256.size(), 64U);
    const auto shard = *training::Shard::open(o.output);
    ASSERT_EQ(shard->items().size(), 4U);
    EXPECT_EQ(shard->items()[0].path, "three_shots/frame 0");
    EXPECT_EQ(shard->items()[0].split, "train");
    EXPECT_EQ(shard->items()[3].path, "three_shots/frame 119");
    EXPECT_EQ(shard->items()[3].split, "val");
    // The film's luma under the generator's colours.
    const auto picture = *shard->picture(0, 0);
    EXPECT_FALSE(isColorless(*picture));
    auto reader = media::FrameReader::open(kDemo / "three_shots.mp4");
    const auto frame = *reader->next();
    const auto luma = color::lumaOf(*picture, color::Matrix::Bt601);
    double difference = 0;
    for (std::size_t i = 0; i < luma.size(); ++i)
        difference += std::fabs(luma.data[i] - (frame->y.data[i] - 16) / 219.0F);
    EXPECT_LT(difference / static_cast<double>(luma.size()), 0.02);
    // Again is the same file, byte for byte; an existing one is kept.
    EXPECT_EQ(makeTrainingSet(o, context_).error().code, ErrorCode::Output);
    o.output = dir_ / "again.shard";
    EXPECT_EQ(makeTrainingSet(o, context_)->sha256, report->sha256);
    EXPECT_EQ(describeTrainingSet(o.output)->keyframes, 2);
}

TEST_F(TrainingSetTest, WhatIsNotEnoughIsSaidInWords) {
    auto o = options();
    o.project = projectWith({}, 2);
    auto result = makeTrainingSet(o, context_);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::Input);
    EXPECT_NE(result.error().userMessage.find("approve"), std::string::npos) << result.error().userMessage;
    o.hinted = true;
    EXPECT_EQ(makeTrainingSet(o, context_)->keyframes, 2) << "hinted ones when asked for; the third scene has no hints";
    fs::remove(o.project);
    fs::remove(o.output);
    o.hinted = false;
    o.project = projectWith({1});
    result = makeTrainingSet(o, context_);
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().userMessage.find("one picture alone"), std::string::npos);
    EXPECT_FALSE(fs::exists(o.output));
    o.project.clear();
    EXPECT_EQ(makeTrainingSet(o, context_).error().code, ErrorCode::Usage);
    o.references = {dir_ / "nowhere"};
    EXPECT_EQ(makeTrainingSet(o, context_).error().code, ErrorCode::Input);
}

TEST_F(TrainingSetTest, FoldersOfPicturesLoseCopiesAndGreyOnes) {
    const auto folder = pictures("refs", 3);
    ASSERT_EQ(
        ffmpeg("-i " + quoted(folder / "p1.png") + " -vf scale=300:-2 -q:v 4 " + quoted(folder / "copy of p1.jpg"))
            .exit,
        0);
    ASSERT_EQ(ffmpeg("-i " + quoted(folder / "p2.png") + " -vf hue=s=0 " + quoted(folder / "grey.png")).exit, 0);
    std::ofstream(folder / "broken.jpg") << "no picture";
    std::ofstream(folder / "LICENCES.tsv") << "p0.png\tx\tx\tx\tCC BY 4.0\n";
    auto o = options();
    o.references = {folder};
    const auto report = makeTrainingSet(o, context_);
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_EQ(report->references, 3);
    EXPECT_EQ(report->duplicates, 1);
    ASSERT_EQ(report->leftOut.size(), 2U);
    EXPECT_NE(report->leftOut[0].find("broken.jpg"), std::string::npos);
    EXPECT_NE(report->leftOut[1].find("grey.png"), std::string::npos);
    EXPECT_EQ(report->licences.at("CC BY 4.0"), 1);
    EXPECT_EQ(report->licences.at("not stated"), 2);
}

TEST_F(TrainingSetTest, ClipsAreCutIntoShotsAndGreyOnesRefused) {
    auto o = options();
    o.clips = {kDemo / "three_shots.mp4"};
    const auto report = makeTrainingSet(o, context_);
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_EQ(report->clips, 6) << "three shots, each cut in what is learnt from and what is held back";
    EXPECT_EQ(report->perSplit.at("clips val"), 3);
    EXPECT_NE(report->splitNote, "");
    // Nothing of a held-back part is learnt from, be it from a clip or a still.
    const auto shots = shotsBySplit(o.output);
    const auto numbers = [](const std::string& path) {
        int first = 0, last = -1;
        std::sscanf(path.c_str() + path.find_first_of("0123456789", path.find('/')), "%d-%d", &first, &last);
        return std::pair(first, std::max(first, last));
    };
    for (const auto& learnt : shots.at("train"))
        for (const auto& held : shots.at("val")) {
            const auto [a, b] = numbers(learnt);
            const auto [c, d] = numbers(held);
            EXPECT_TRUE(b < c || d < a) << learnt << " and " << held;
        }
    o.clips = {kDemo / "desert_convoy.mp4"};
    o.output = dir_ / "grey.shard";
    const auto grey = makeTrainingSet(o, context_);
    ASSERT_FALSE(grey);
    EXPECT_NE(grey.error().userMessage.find("black and white"), std::string::npos) << grey.error().userMessage;
    EXPECT_FALSE(fs::exists(o.output));
}

TEST_F(TrainingSetTest, OneShotOfClipsIsCutInTime) {
    ASSERT_EQ(
        ffmpeg("-i " + quoted(kDemo / "three_shots.mp4") + " -frames:v 40 -an -c:v ffv1 " + quoted(dir_ / "one.mkv"))
            .exit,
        0);
    auto o = options();
    o.clips = {dir_ / "one.mkv"};
    const auto report = makeTrainingSet(o, context_);
    ASSERT_TRUE(report) << describe(report.error());
    EXPECT_NE(report->splitNote, "");
    EXPECT_EQ(report->perSplit.at("clips train"), 1);
    EXPECT_EQ(report->perSplit.at("clips val"), 1);
}

TEST_F(TrainingSetTest, AStopLeavesNothing) {
    struct Stop final : JobContext {
        void report(const Progress& progress) override {
            if (progress.stage == "pack") requestStop();
        }
    } stop;
    auto o = options();
    o.references = {pictures("refs", 3)};
    const auto result = makeTrainingSet(o, stop);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::Cancelled);
    EXPECT_FALSE(fs::exists(o.output));
    EXPECT_FALSE(fs::exists(o.output.string() + ".part"));
}

}  // namespace
}  // namespace tintreel::workflow
