// SPDX-License-Identifier: Apache-2.0
// Exports as worker processes: the real tintreel program, real networks, films that ffmpeg made.
#include "studio/exports.h"

#include <csignal>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "studio_support.h"
#include "support/events.h"

namespace tintreel::ui {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using State = JobQueue::State;
using testing::quoted;
using testing::shell;
using testing::waitFor;

constexpr int kLong = 120'000;  // for what the networks do on a busy machine

std::string frames(const fs::path& file) {
    return shell("ffmpeg -nostdin -v error -i " + quoted(file) + " -map 0:v -f framemd5 -").output;
}
std::string frameCount(const fs::path& file) {
    return shell("ffprobe -v error -count_frames -select_streams v -show_entries stream=nb_read_frames -of csv=p=0 " +
                 quoted(file))
        .output;
}

class ExportsTest : public ::testing::Test {
protected:
    ExportsTest() {
        fs::copy_file(testing::oneShot(), film_);
        auto made = workflow::newProject(film_, dir_ / "film.tintreel");
        EXPECT_TRUE(made);
        project_.emplace(std::move(*made));
        start();
    }
    void start() {
        jobs_ = std::make_unique<JobQueue>();
        exports_ = std::make_unique<Exports>(*jobs_, store_);
        QObject::connect(&*exports_, &Exports::message,
                         [this](const QString& text, bool problem) { (problem ? problems_ : news_) << text; });
    }
    /// As the studio ends.
    void end() {
        exports_->leave();
        exports_.reset();
        jobs_.reset();
    }
    static workflow::RenderOptions to(const fs::path& output, const std::string& preset = "master") {
        workflow::RenderOptions options;
        options.output = output;
        options.preset = preset;
        return options;
    }
    int add(const workflow::RenderOptions& options, bool first = false) {
        const auto job = exports_->add(*project_, film_, project_->cacheFolder(), options, first);
        EXPECT_TRUE(job) << describe(job.error());
        return job ? *job : 0;
    }
    State state(int job) const {
        for (int row = 0; row < jobs_->rowCount(); ++row)
            if (jobs_->index(row).data(JobQueue::IdRole).toInt() == job)
                return static_cast<State>(jobs_->index(row).data(JobQueue::StateRole).toInt());
        ADD_FAILURE() << "no job " << job;
        return State::Waiting;
    }
    bool over() {
        return waitFor([&] { return jobs_->unfinished() == 0; }, kLong);
    }
    /// Waits until the running worker tells of its work.
    bool works() {
        return waitFor([&] { return jobs_->workerId() > 0 && jobs_->summary().contains(QLatin1Char('/')); }, kLong);
    }
    std::vector<std::string> kept() const {
        std::vector<std::string> names;
        std::error_code ec;
        for (const auto& entry : fs::directory_iterator(store_, ec))
            if (entry.path().extension() != ".lock") names.push_back(entry.path().filename().string());
        return names;
    }

    testing::TempDir dir_;
    fs::path film_ = dir_ / "film.mkv", store_ = dir_ / "data/exports";
    std::optional<project::Project> project_;
    QStringList news_, problems_;
    std::unique_ptr<JobQueue> jobs_;
    std::unique_ptr<Exports> exports_;
};

TEST_F(ExportsTest, AnExportIsWhatTheProjectWasWhenItWasQueued) {
    ASSERT_TRUE(project_->addHint("Dot", testing::dot(0)));
    const auto before = dir_ / "before.tintreel";
    ASSERT_TRUE(project_->saveCopy(before, false));
    jobs_->setPaused(true);
    const int job = add(to(dir_ / "out.mkv"));
    EXPECT_EQ(exports_->outputs(), std::set<QString>{QString::fromStdString((dir_ / "out.mkv").string())});
    ASSERT_EQ(kept().size(), 1U);
    EXPECT_TRUE(fs::exists(store_ / kept()[0] / "film.tintreel")) << "a copy of the project under its own name";
    // Later edits, and the project open for writing, do not matter.
    ASSERT_TRUE(project_->addHint("Dot", testing::dot(0, hints::AbColor{-60, -60}, {0.2, 0.2})));
    jobs_->setPaused(false);
    ASSERT_TRUE(over());
    ASSERT_EQ(state(job), State::Done) << jobs_->report(job).toStdString();
    EXPECT_EQ(jobs_->message(job).toStdString(), "12 frames written");
    EXPECT_EQ(frameCount(dir_ / "out.mkv"), "12\n");
    EXPECT_TRUE(exports_->outputs().empty());
    EXPECT_THAT(kept(), IsEmpty()) << "what is done needs no copy";
    // The same as the command line makes of the project as it was, and not of what it is now.
    const auto render = [&](const fs::path& project, const char* name) {
        const auto done = shell("OMP_WAIT_POLICY=passive " + quoted(fs::path(TINTREEL_BINARY_DIR) / "tintreel") +
                                " render " + quoted(project) + " --preset master -o " + quoted(dir_ / name));
        EXPECT_EQ(done.exit, 0) << done.output;
        return frames(dir_ / name);
    };
    const auto exported = frames(dir_ / "out.mkv");
    EXPECT_EQ(exported, render(before, "before.mkv"));
    EXPECT_NE(exported, render(project_->file(), "after.mkv"));
    // The film's record names the project, not its copy.
    EXPECT_THAT(shell("cat " + quoted(dir_ / "out.mkv.colorization.json")).output, HasSubstr("\"film.tintreel\""));
    // The tracks were left where the studio finds them.
    EXPECT_FALSE(fs::is_empty(project_->cacheFolder()));
}

TEST_F(ExportsTest, ACrashFailsOneExportAndTheNextIsWritten) {
    const int first = add(to(dir_ / "first.mkv")), second = add(to(dir_ / "second.mkv"));
    ASSERT_TRUE(works());
    ASSERT_EQ(state(first), State::Running);
    ::kill(static_cast<pid_t>(jobs_->workerId()), SIGSEGV);
    ASSERT_TRUE(over());
    EXPECT_EQ(state(first), State::Failed);
    EXPECT_THAT(jobs_->message(first).toStdString(), HasSubstr("SIGSEGV"));
    EXPECT_FALSE(fs::exists(dir_ / "first.mkv"));
    ASSERT_EQ(problems_.size(), 1);
    EXPECT_THAT(problems_[0].toStdString(), HasSubstr("first.mkv"));
    EXPECT_EQ(state(second), State::Done);
    EXPECT_EQ(frameCount(dir_ / "second.mkv"), "12\n");
    EXPECT_TRUE(project_->verify().empty());
    jobs_->retry(first);
    ASSERT_TRUE(over());
    EXPECT_EQ(state(first), State::Done) << jobs_->report(first).toStdString();
    EXPECT_EQ(frames(dir_ / "first.mkv"), frames(dir_ / "second.mkv"));
    EXPECT_FALSE(fs::exists(dir_ / "first.mkv.part"));
}

TEST_F(ExportsTest, WhateverTheMomentOfAKillNoBrokenFileHasTheFinalName) {
    const auto out = dir_ / "out.mp4";
    auto options = to(out, "review");
    options.overwrite = true;
    const int job = add(options);
    int killed = 0;
    for (const int delay : {0, 150, 600, 1200, 1800}) {
        if (jobs_->unfinished() == 0) jobs_->retry(job);
        ASSERT_TRUE(waitFor([&] { return jobs_->workerId() > 0; }));
        (void)waitFor([] { return false; }, delay);
        if (const auto worker = jobs_->workerId(); worker > 0) ::kill(static_cast<pid_t>(worker), SIGKILL);
        ASSERT_TRUE(over());
        if (state(job) == State::Done) break;
        ++killed;
        if (fs::exists(out)) {
            EXPECT_EQ(frameCount(out), "12\n") << "killed after " << delay << " ms";
        }
    }
    EXPECT_GT(killed, 1);
    if (state(job) != State::Done) jobs_->retry(job);
    ASSERT_TRUE(over());
    EXPECT_EQ(state(job), State::Done) << jobs_->report(job).toStdString();
    EXPECT_EQ(frameCount(out), "12\n");
}

TEST_F(ExportsTest, CancelLeavesNothingAndTheExportCanBeTriedAgain) {
    const int job = add(to(dir_ / "out.mkv"));
    ASSERT_TRUE(works());
    jobs_->setJobPaused(job, true);
    jobs_->cancel(job);
    ASSERT_TRUE(over());
    EXPECT_EQ(state(job), State::Cancelled);
    for (const auto& entry : fs::directory_iterator(dir_ / "."))
        EXPECT_FALSE(entry.path().filename().string().starts_with("out.mkv")) << entry.path();
    EXPECT_TRUE(problems_.isEmpty()) << "it was a wish";
    EXPECT_THAT(kept(), Not(IsEmpty()));
    jobs_->remove(job);
    EXPECT_THAT(kept(), IsEmpty());
}

TEST_F(ExportsTest, WhatTheStudioDidNotFinishIsListedTheNextTime) {
    jobs_->setPaused(true);
    add(to(dir_ / "nowhere/bad.mkv"));
    jobs_->setPaused(false);
    ASSERT_TRUE(over());
    const int running = add(to(dir_ / "running.mkv"));
    add(to(dir_ / "waiting.mkv"));
    ASSERT_TRUE(works());
    ASSERT_EQ(state(running), State::Running);
    end();
    EXPECT_FALSE(fs::exists(dir_ / "running.mkv"));
    fs::create_directories(store_ / "broken");
    std::ofstream(store_ / "broken/export.json") << "{ this is no record";
    start();
    ASSERT_EQ(jobs_->rowCount(), 3);
    const auto row = [&](int n, int role) { return jobs_->data(jobs_->index(n), role); };
    EXPECT_EQ(row(0, JobQueue::StateRole).toInt(), static_cast<int>(State::Failed));
    EXPECT_THAT(row(0, JobQueue::MessageRole).toString().toStdString(), HasSubstr("nowhere")) << "and why";
    for (int n : {1, 2}) {
        EXPECT_EQ(row(n, JobQueue::StateRole).toInt(), static_cast<int>(State::Interrupted));
        EXPECT_EQ(jobs_->unfinished(), 0) << "nothing begins by itself";
    }
    const int again = row(1, JobQueue::IdRole).toInt();
    jobs_->retry(again);
    ASSERT_TRUE(over());
    EXPECT_EQ(state(again), State::Done) << jobs_->report(again).toStdString();
    EXPECT_EQ(frameCount(dir_ / "running.mkv"), "12\n");
    jobs_->clearFinished();
    EXPECT_THAT(kept(), IsEmpty());
    end();
    start();
    EXPECT_EQ(jobs_->rowCount(), 0);
}

TEST_F(ExportsTest, TwoStudiosKeepTheirExportsApart) {
    jobs_->setPaused(true);
    add(to(dir_ / "one.mkv"));
    JobQueue otherJobs;
    Exports other(otherJobs, store_);
    EXPECT_EQ(otherJobs.rowCount(), 0) << "the first studio still has it";
    otherJobs.setPaused(true);
    ASSERT_TRUE(other.add(*project_, film_, project_->cacheFolder(), to(dir_ / "two.mkv"), false));
    end();
    JobQueue thirdJobs;
    const Exports third(thirdJobs, store_);
    ASSERT_EQ(thirdJobs.rowCount(), 1) << "the second studio still has its own";
    EXPECT_THAT(thirdJobs.data(thirdJobs.index(0), Qt::DisplayRole).toString().toStdString(), HasSubstr("one.mkv"));
}

TEST_F(ExportsTest, FirstGoesBeforeTheOthersAndReleasesTheQueue) {
    jobs_->setPaused(true);
    const int a = add(to(dir_ / "a.mkv"));
    EXPECT_TRUE(jobs_->isPaused());
    const int b = add(to(dir_ / "b.mkv"), true);
    EXPECT_FALSE(jobs_->isPaused());
    EXPECT_EQ(state(b), State::Running);
    EXPECT_EQ(state(a), State::Waiting);
    jobs_->cancelAll();
    ASSERT_TRUE(over());
}

TEST_F(ExportsTest, AFolderThatCannotBeWrittenAndAFullDiskFailInWords) {
    fs::create_directories(dir_ / "locked");
    const auto locked = testing::Mount::readOnly(dir_ / "locked");
    const auto small = testing::Mount::small(dir_ / "small", "24k");
    if (!locked || !small) GTEST_SKIP() << "this system does not let us mount";
    const int readOnly = add(to(dir_ / "locked/out.mkv")), full = add(to(dir_ / "small/out.mkv")),
              good = add(to(dir_ / "good.mkv"));
    ASSERT_TRUE(over());
    EXPECT_EQ(state(readOnly), State::Failed);
    EXPECT_THAT(jobs_->message(readOnly).toStdString(), HasSubstr("locked"));
    EXPECT_EQ(state(full), State::Failed) << jobs_->report(full).toStdString();
    EXPECT_THAT(jobs_->message(full).toStdString(), HasSubstr("small/out.mkv"));
    EXPECT_TRUE(fs::is_empty(dir_ / "small")) << "neither a film nor a part of one";
    EXPECT_EQ(state(good), State::Done);
    EXPECT_TRUE(project_->verify().empty());
    EXPECT_EQ(problems_.size(), 2);
}

TEST_F(ExportsTest, WithoutRoomForItsCopyNothingIsQueued) {
    const auto small = testing::Mount::small(dir_ / "data", "16k");
    if (!small) GTEST_SKIP() << "this system does not let us mount";
    testing::fillDisk(dir_ / "data/ballast");
    const auto job = exports_->add(*project_, film_, project_->cacheFolder(), to(dir_ / "out.mkv"), false);
    ASSERT_FALSE(job);
    EXPECT_EQ(job.error().code, ErrorCode::Output);
    EXPECT_EQ(jobs_->rowCount(), 0);
    EXPECT_TRUE(exports_->outputs().empty());
}

TEST_F(ExportsTest, AFilmThatMovedIsFoundThoughTheProjectCannotSaySo) {
    const auto moved = dir_ / "moved.mkv";
    fs::rename(film_, moved);
    const auto job = exports_->add(*project_, moved, project_->cacheFolder(), to(dir_ / "out.mkv"), false);
    ASSERT_TRUE(job) << describe(job.error());
    ASSERT_TRUE(over());
    EXPECT_EQ(state(*job), State::Done) << jobs_->report(*job).toStdString();
    EXPECT_EQ(project_->clip().path, film_) << "the project itself was not touched";
}

}  // namespace
}  // namespace tintreel::ui
