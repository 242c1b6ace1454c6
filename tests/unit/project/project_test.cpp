// SPDX-License-Identifier: Apache-2.0
#include "tintreel/project/project.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.h"
#include "tintreel/base/atomic_file.h"

namespace tintreel::project {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

ClipReference someClip(const fs::path& film) {
    const auto print = fingerprintOf(film);
    return {film, print ? print->size : 0, print ? print->sha256 : "", 300, {25, 1}, 640, 480};
}

class ProjectTest : public ::testing::Test {
protected:
    ProjectTest() {
        std::ofstream(film_) << std::string(3 << 20, 'x') << "end";
        auto project = Project::create(file_, someClip(film_), {40, 130});
        EXPECT_TRUE(project) << describe(project.error());
        if (project) project_.emplace(std::move(*project));
    }
    hints::Hint stroke(FrameIndex frame, hints::HintColor color = hints::AbColor{16.2F, -20}) const {
        return {frame, hints::HintSpan::Scene, {}, hints::HintKind::Stroke, {{0.1, 0.2}, {1.0 / 3, 0.7}},
                0.02,  std::move(color)};
    }
    testing::TempDir dir_;
    fs::path film_ = dir_ / "film.mp4";
    fs::path file_ = dir_ / "my film.tintreel";
    std::optional<Project> project_;
};

TEST_F(ProjectTest, KeepsEverythingOverARestart) {
    auto& p = *project_;
    hints::Hint ranged = stroke(50, hints::PaletteColor{"skin"});
    ranged.span = hints::HintSpan::Range;
    ranged.range = {45, 60};
    const hints::Hint region{200, hints::HintSpan::Frame,      {}, hints::HintKind::Region, {{0, 0}, {1, 0}, {1, 1}},
                             0,   hints::RgbColor{10, 200, 30}};
    ASSERT_TRUE(p.setPaletteSlot("slot", 0, {"skin", hints::AbColor{16, 20}}));
    ASSERT_TRUE(p.addHint("a", stroke(0)));
    ASSERT_TRUE(p.addHint("b", ranged));
    ASSERT_TRUE(p.addHint("c", region));
    ASSERT_TRUE(p.setKeyframe("k", 77, true));
    ASSERT_TRUE(p.setReference("r", 78, film_));
    ASSERT_TRUE(p.setMarker("m", 5, "look's here"));
    ASSERT_TRUE(p.setSceneNote("n", 130, {true, "approved by 'me'"}));
    ASSERT_TRUE(p.setSetting("s", "working-size", "384"));
    const auto clip = p.clip();
    project_.reset();
    auto again = Project::open(file_);
    ASSERT_TRUE(again) << again.error().userMessage;
    EXPECT_EQ(again->clip(), clip);
    const auto document = again->hintDocument();
    ASSERT_EQ(document.hints.size(), 3U);
    EXPECT_EQ(document.hints[0], stroke(0));
    EXPECT_EQ(document.hints[1], ranged);
    EXPECT_EQ(document.hints[2], region);
    EXPECT_EQ(document.palette, (std::vector<hints::PaletteSlot>{{"skin", hints::AbColor{16, 20}}}));
    EXPECT_EQ(again->keyframes(), std::vector<FrameIndex>{77});
    EXPECT_EQ(again->references(), (std::map<FrameIndex, fs::path>{{78, film_}}));
    EXPECT_EQ(again->markers(), (std::vector<Marker>{{5, "look's here"}}));
    EXPECT_EQ(again->setting("working-size"), "384");
    const auto scenes = again->scenes();
    ASSERT_EQ(scenes.size(), 3U);
    EXPECT_EQ(scenes[1].range, (FrameRange{40, 130}));
    EXPECT_EQ(scenes[2].note, (SceneNote{true, "approved by 'me'"}));
    EXPECT_EQ(again->history().size(), 9U);
    EXPECT_TRUE(again->verify().empty());
}

TEST_F(ProjectTest, UndoAndRedoSurviveARestart) {
    const auto id = project_->addHint("Paint a stroke", stroke(10));
    ASSERT_TRUE(id);
    ASSERT_TRUE(project_->changeHint("Move", *id, stroke(11)));
    ASSERT_TRUE(project_->removeHints("Delete", {*id}));
    ASSERT_TRUE(project_->setCut("Split", 60, true));
    ASSERT_EQ(project_->undo(), true);  // the cut
    ASSERT_EQ(project_->undo(), true);  // the deletion
    project_.reset();
    auto again = *Project::open(file_);
    ASSERT_EQ(again.storedHints().size(), 1U);
    EXPECT_EQ(again.storedHints()[0].id, *id);
    EXPECT_EQ(again.storedHints()[0].hint, stroke(11));
    ASSERT_EQ(again.undo(), true);
    EXPECT_EQ(again.storedHints()[0].hint, stroke(10));
    ASSERT_EQ(again.undo(), true);
    EXPECT_TRUE(again.storedHints().empty());
    EXPECT_EQ(again.undo(), false);
    for (int i = 0; i < 4; ++i) ASSERT_EQ(again.redo(), true);
    EXPECT_EQ(again.redo(), false);
    EXPECT_TRUE(again.storedHints().empty());
    EXPECT_EQ(again.scenes().size(), 4U);
    // A new edit after an undo forgets what was undone.
    ASSERT_EQ(again.undo(), true);
    ASSERT_TRUE(again.setKeyframe("Key", 3, true));
    EXPECT_EQ(again.redo(), false);
    std::vector<std::string> labels;
    for (const auto& step : again.history()) labels.push_back(step.label);
    EXPECT_EQ(labels, (std::vector<std::string>{"Paint a stroke", "Move", "Delete", "Key"}));
}

TEST_F(ProjectTest, SeveralHintsAreOneStepAllOrNone) {
    ASSERT_TRUE(project_->addHint("First", stroke(3)));
    ASSERT_TRUE(project_->addHints(
        "Paste", {stroke(50), stroke(50, hints::NeutralColor{}), stroke(51, hints::RgbColor{1, 2, 3})}));
    const auto stored = project_->storedHints();
    ASSERT_EQ(stored.size(), 4U);
    EXPECT_EQ(stored[1].hint, stroke(50));
    EXPECT_EQ(stored[2].hint, stroke(50, hints::NeutralColor{}));
    EXPECT_EQ(stored[3].hint, stroke(51, hints::RgbColor{1, 2, 3}));
    ASSERT_EQ(project_->undo(), true);
    EXPECT_EQ(project_->storedHints().size(), 1U);
    ASSERT_EQ(project_->redo(), true);
    EXPECT_EQ(project_->storedHints().size(), 4U);
    const auto outside = project_->addHints("Paste", {stroke(60), stroke(300)});
    ASSERT_FALSE(outside);
    EXPECT_EQ(outside.error().code, ErrorCode::Usage);
    ASSERT_TRUE(project_->addHints("Paste", {}));
    EXPECT_EQ(project_->storedHints().size(), 4U);
    EXPECT_EQ(project_->history().size(), 2U) << "neither a refused edit nor an empty one is a step";
}

TEST_F(ProjectTest, AnEditThatChangesNothingLeavesNoStepAndKeepsWhatCanBeRedone) {
    ASSERT_TRUE(project_->setKeyframe("Key", 3, true));
    ASSERT_EQ(project_->undo(), true);
    ASSERT_TRUE(project_->setKeyframe("No key", 3, false));
    ASSERT_TRUE(project_->setSetting("s", "a", ""));
    ASSERT_EQ(project_->undo(), true);
    ASSERT_TRUE(project_->removeHints("none", {}));
    EXPECT_EQ(project_->history().size(), 1U);
    ASSERT_TRUE(project_->setSceneNote("n", 40, {false, "x"}));
    ASSERT_TRUE(project_->setSceneNote("n", 40, {false, "x"}));
    EXPECT_EQ(project_->history().size(), 1U);
}

TEST_F(ProjectTest, ANewNameOfAPaletteSlotMovesItsHintsAlongInOneStep) {
    ASSERT_TRUE(project_->setPaletteSlot("p", 0, {"skin", hints::AbColor{1, 2}}));
    ASSERT_TRUE(project_->addHint("h", stroke(1, hints::PaletteColor{"skin"})));
    ASSERT_TRUE(project_->addHint("h", stroke(200, hints::PaletteColor{"skin"})));
    ASSERT_TRUE(project_->setPaletteSlot("rename", 0, {"face", hints::AbColor{9, 9}}));
    for (const auto& hint : project_->hintDocument().hints)
        EXPECT_EQ(hint.color, hints::HintColor(hints::PaletteColor{"face"}));
    EXPECT_FALSE(project_->setPaletteSlot("same", 1, {"face", hints::AbColor{}}));
    ASSERT_EQ(project_->undo(), true);
    EXPECT_EQ(project_->hintDocument().hints[1].color, hints::HintColor(hints::PaletteColor{"skin"}));
    EXPECT_TRUE(project_->verify().empty());
}

TEST_F(ProjectTest, CutsAreSplitMergedAndMovedButNeverPastEachOther) {
    ASSERT_TRUE(project_->moveCut("m", 40, 42));
    EXPECT_EQ(project_->scenes()[1].range, (FrameRange{42, 130}));
    EXPECT_TRUE(project_->scenes()[1].cutByHand);
    EXPECT_FALSE(project_->moveCut("m", 42, 130));
    EXPECT_FALSE(project_->moveCut("m", 42, 200));
    EXPECT_FALSE(project_->moveCut("m", 42, 300));
    EXPECT_FALSE(project_->moveCut("m", 99, 100));
    EXPECT_FALSE(project_->setCut("c", 0, true));
    ASSERT_TRUE(project_->setCut("c", 42, false));
    EXPECT_EQ(project_->scenes()[0].range, (FrameRange{0, 130}));
}

TEST_F(ProjectTest, ASecondWriterIsRefusedAReaderIsNot) {
    const auto second = Project::open(file_);
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().userMessage, HasSubstr("open in another program"));
    auto reader = Project::open(file_, true);
    ASSERT_TRUE(reader) << describe(reader.error());
    ASSERT_TRUE(project_->addHint("h", stroke(1)));
    EXPECT_EQ(reader->storedHints().size(), 1U);
    EXPECT_EQ(reader->addHint("h", stroke(1)).error().code, ErrorCode::Output);
}

TEST_F(ProjectTest, NewerBrokenAndForeignFilesAreNamedAndLeftAsTheyAre) {
    project_.reset();
    const auto refused = [&](const std::string& words) {
        const auto before = *readFile(file_);
        const auto result = Project::open(file_);
        ASSERT_FALSE(result);
        EXPECT_THAT(result.error().userMessage, HasSubstr(words));
        EXPECT_THAT(result.error().userMessage, HasSubstr("my film.tintreel"));
        EXPECT_EQ(*readFile(file_), before);
    };
    SQLite::Database(file_.string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version=99");
    refused("newer Tintreel");
    SQLite::Database(file_.string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version=2; PRAGMA application_id=7");
    refused("no Tintreel project");
    std::ofstream(file_) << "this is a text";
    refused("no Tintreel project");
    fs::remove(file_);
    EXPECT_THAT(Project::open(file_).error().userMessage, HasSubstr("There is no project"));
}

TEST_F(ProjectTest, ADamagedProjectIsSeenAndWhatCanBeReadIsSaved) {
    for (int i = 0; i < 400; ++i) ASSERT_TRUE(project_->addHint("h", stroke(i % 300)));
    project_.reset();
    {
        SQLite::Database db(file_.string(), SQLite::OPEN_READWRITE);
        db.exec("PRAGMA journal_mode=DELETE");
    }
    const auto size = fs::file_size(file_);
    std::fstream out(file_, std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(static_cast<std::streamoff>(size * 2 / 3 / 4096 * 4096));
    out << std::string(8192, '\xA5');
    out.close();
    const auto broken = Project::open(file_);
    ASSERT_FALSE(broken);
    EXPECT_THAT(broken.error().userMessage, HasSubstr("repair"));
    const auto losses = repairProject(file_, dir_ / "saved.tintreel");
    ASSERT_TRUE(losses) << describe(losses.error());
    auto saved = Project::open(dir_ / "saved.tintreel");
    ASSERT_TRUE(saved) << describe(saved.error());
    EXPECT_EQ(saved->clip().frames, 300);
    EXPECT_EQ(saved->scenes().size(), 3U);
    EXPECT_TRUE(saved->verify().empty());
    // Pages of the history or of the hints were hit; hints before the damage are there, and a loss of hints is told.
    EXPECT_TRUE(saved->storedHints().size() == 400U || !losses->empty());
}

TEST_F(ProjectTest, AnOlderFileIsBroughtUpAndItsCopyKept) {
    project_.reset();
    fs::remove(file_);
    {
        SQLite::Database old(file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        old.exec(*readFile(fs::path(TINTREEL_SOURCE_DIR) / "tests/data/project_v1.sql"));
    }
    const auto before = *readFile(file_);
    auto project = Project::open(file_);
    ASSERT_TRUE(project) << describe(project.error());
    EXPECT_EQ(*readFile(file_.string() + ".v1.bak"), before);
    EXPECT_EQ(project->storedHints().size(), 2U);
    EXPECT_EQ(project->palette().size(), 1U);
    ASSERT_TRUE(project->setMarker("m", 1, "new"));
    ASSERT_EQ(project->undo(), true);
    ASSERT_EQ(project->undo(), true);  // a step that the old program made
    EXPECT_EQ(project->storedHints().size(), 1U);
    EXPECT_TRUE(project->verify().empty());
}

TEST_F(ProjectTest, RelinkWantsTheSameFilm) {
    fs::create_directories(dir_ / "moved");
    fs::rename(film_, dir_ / "moved/film.mp4");
    EXPECT_EQ(project_->findFilm({dir_ / "moved"}), dir_ / "moved/film.mp4");
    std::ofstream(dir_ / "other.mp4") << "other";
    auto other = someClip(dir_ / "other.mp4");
    other.frames = 90;
    other.frameRate = {24, 1};
    other.width = 320;
    const auto wrong = project_->relink(other, false);
    ASSERT_FALSE(wrong);
    EXPECT_THAT(wrong.error().userMessage, HasSubstr("not the film"));
    ASSERT_TRUE(project_->recordSetting(Project::kScanned, "1"));
    auto moved = someClip(dir_ / "moved/film.mp4");
    moved.frames = 299;  // a container's guess
    ASSERT_TRUE(project_->relink(moved, false));
    EXPECT_EQ(project_->clip().path, dir_ / "moved/film.mp4");
    EXPECT_EQ(project_->clip().frames, 300) << "the length was found by reading the film";
    EXPECT_EQ(project_->setting(Project::kScanned), "1");

    // Another film is read through anew; what a person made stays.
    ASSERT_TRUE(project_->setCut("cut", 70, true));
    ASSERT_TRUE(project_->relink(other, true));
    other.path = dir_ / "other.mp4";
    EXPECT_EQ(project_->clip(), other);
    EXPECT_EQ(project_->setting(Project::kScanned), "");
    ASSERT_EQ(project_->scenes().size(), 2U);
    EXPECT_EQ(project_->scenes()[1].range, (FrameRange{70, 90}));
    ASSERT_TRUE(project_->addHint("h", stroke(85)));
    std::ofstream(dir_ / "short.mp4") << "short";
    auto shorter = someClip(dir_ / "short.mp4");
    shorter.frames = 20;
    ASSERT_TRUE(project_->relink(shorter, true));
    EXPECT_EQ(project_->clip().frames, 86) << "no hint is lost before the true length is known";
    EXPECT_TRUE(project_->verify().empty());
    ASSERT_TRUE(project_->recordScan(20, {}));
    EXPECT_FALSE(project_->verify().empty()) << "now it lies behind the end";
    EXPECT_EQ(project_->storedHints().size(), 1U);
}

TEST_F(ProjectTest, ImportedCutsReplaceAllOthersInOneStep) {
    ASSERT_TRUE(project_->setSceneNote("n", 40, {true, "stays"}));
    ASSERT_TRUE(project_->setSceneNote("n", 130, {false, "goes"}));
    const auto before = project_->history().size();
    ASSERT_TRUE(project_->importCuts("Import scenes", {40, 100, 299}));
    EXPECT_EQ(project_->history().size(), before + 1);
    ASSERT_EQ(project_->scenes().size(), 4U);
    EXPECT_EQ(project_->scenes()[1].range, (FrameRange{40, 100}));
    EXPECT_TRUE(project_->scenes()[1].cutByHand);
    EXPECT_EQ(project_->scenes()[1].note, (SceneNote{true, "stays"}));
    ASSERT_TRUE(project_->importCuts("again", {40, 100, 299}));
    EXPECT_EQ(project_->history().size(), before + 1) << "nothing changed";
    EXPECT_FALSE(project_->importCuts("bad", {40, 300}));
    ASSERT_TRUE(project_->importCuts("one scene", {}));
    EXPECT_EQ(project_->scenes().size(), 1U);
    EXPECT_EQ(project_->undo(), true);
    EXPECT_EQ(project_->undo(), true);
    ASSERT_EQ(project_->scenes().size(), 3U);
    EXPECT_EQ(project_->scenes()[2].note.notes, "goes");
}

TEST_F(ProjectTest, SaveCopyIsWholeAndNeverOverwritesUnasked) {
    ASSERT_TRUE(project_->addHint("h", stroke(1)));
    const auto copy = dir_ / "copy.tintreel";
    ASSERT_TRUE(project_->saveCopy(copy, false));
    EXPECT_FALSE(project_->saveCopy(copy, false));
    auto other = Project::open(copy);
    ASSERT_TRUE(other) << describe(other.error());
    EXPECT_EQ(other->hintDocument(), project_->hintDocument());
    ASSERT_EQ(other->undo(), true);
    EXPECT_EQ(project_->storedHints().size(), 1U);
}

TEST_F(ProjectTest, NoRoomMeansNoEditAndAWholeProject) {
    ASSERT_TRUE(project_->addHint("h", stroke(1)));
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    rlimit tight = before;
    tight.rlim_cur = 64 << 10;
    setrlimit(RLIMIT_FSIZE, &tight);
    hints::Hint large = stroke(2);
    large.points.assign(20000, {0.123456789, 0.987654321});
    const auto refused = project_->addHint("large", large);
    setrlimit(RLIMIT_FSIZE, &before);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Output);
    EXPECT_THAT(refused.error().userMessage, HasSubstr("room"));
    EXPECT_EQ(project_->storedHints().size(), 1U);
    EXPECT_EQ(project_->history().size(), 1U);
    ASSERT_TRUE(project_->addHint("large", large));
    EXPECT_TRUE(project_->verify().empty());
}

TEST_F(ProjectTest, TwentyKillsDuringEditsLoseNoFinishedEdit) {
    project_.reset();
    std::size_t known = 0;
    for (int kill = 0; kill < 20; ++kill) {
        int pipeEnds[2];
        ASSERT_EQ(pipe(pipeEnds), 0);
        const pid_t child = fork();
        if (child == 0) {
            auto project = Project::open(file_);
            if (!project) _exit(2);
            for (char n = 1;; ++n) {
                if (!project->addHint("h", stroke(1))) _exit(3);
                if (write(pipeEnds[1], &n, 1) != 1) _exit(4);
            }
        }
        close(pipeEnds[1]);
        char n = 0;
        for (int edits = 0; edits < 1 + kill % 4; ++edits) {
            ASSERT_EQ(read(pipeEnds[0], &n, 1), 1);
            ++known;
        }
        ::kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status));
        while (read(pipeEnds[0], &n, 1) == 1) ++known;  // finished before the kill, too
        close(pipeEnds[0]);
        auto project = Project::open(file_);
        ASSERT_TRUE(project) << describe(project.error());
        ASSERT_TRUE(project->verify().empty());
        const auto hints = project->storedHints().size();
        ASSERT_EQ(project->history().size(), hints);
        // The one edit that was under way may have been finished without our hearing of it.
        ASSERT_TRUE(hints == known || hints == known + 1) << hints << " of " << known;
        known = hints;
    }
}

TEST_F(ProjectTest, AScanPutsInFoundCutsAndTheTrueLengthAndLeavesWhatPeopleDid) {
    ASSERT_TRUE(project_->setCut("Split", 70, true));
    const auto steps = project_->history().size();
    ASSERT_TRUE(project_->recordScan(100, {25, 70, 99, 140}));
    EXPECT_EQ(project_->clip().frames, 100);
    std::vector<FrameIndex> firsts;
    for (const auto& scene : project_->scenes()) firsts.push_back(scene.range.first);
    EXPECT_EQ(firsts, (std::vector<FrameIndex>{0, 25, 70, 99})) << "earlier found cuts go, those behind the end too";
    EXPECT_TRUE(project_->scenes()[2].cutByHand);
    EXPECT_FALSE(project_->scenes()[1].cutByHand);
    EXPECT_EQ(project_->history().size(), steps) << "nobody did it, nobody undoes it";
    EXPECT_FALSE(project_->recordScan(0, {}));
    ASSERT_TRUE(project_->recordSetting("scanned", "1"));
    EXPECT_EQ(project_->setting("scanned"), "1");
    EXPECT_EQ(project_->history().size(), steps);
    project_.reset();
    auto reader = Project::open(file_, true);
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->recordScan(90, {}).error().code, ErrorCode::Output);
    EXPECT_EQ(reader->clip().frames, 100);
}

}  // namespace
}  // namespace tintreel::project
