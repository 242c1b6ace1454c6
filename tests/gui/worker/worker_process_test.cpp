// SPDX-License-Identifier: Apache-2.0
// Real child processes: the shell, and the tintreel program.
#include "worker/worker_process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include <QApplication>
#include <QElapsedTimer>
#include <QJsonArray>

#include <gtest/gtest.h>

#include "support/events.h"
#include "support/shell.h"
#include "support/temp_dir.h"

namespace tintreel::ui {
namespace {

using testing::quoted;
using testing::waitFor;

/// The letter of a process' state in /proc: R, S, T (stopped), Z; '-' when it is gone.
char stateOf(qint64 pid) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    std::getline(in, text);
    const auto at = text.rfind(") ");
    return at == std::string::npos ? '-' : text[at + 2];
}

class WorkerProcessTest : public ::testing::Test {
protected:
    WorkerProcessTest() {
        QObject::connect(&worker_, &WorkerProcess::message,
                         [this](const QJsonObject& message) { messages_.push_back(message); });
        QObject::connect(&worker_, &WorkerProcess::finished, [this](const WorkerProcess::Outcome& outcome) {
            EXPECT_FALSE(outcome_) << "finished once";
            outcome_ = outcome;
        });
    }
    void sh(const char* script) {
        worker_.start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), QString::fromUtf8(script)});
    }
    bool ended(int milliseconds = 20'000) {
        return waitFor([&] { return outcome_.has_value(); }, milliseconds);
    }

    std::vector<QJsonObject> messages_;
    std::optional<WorkerProcess::Outcome> outcome_;
    WorkerProcess worker_;  // last: what it tells goes to the members above
};

TEST_F(WorkerProcessTest, LinesAreWholeHoweverTheyArriveAndAllElseIsLog) {
    sh("printf '{\"type\":\"pro'; sleep 0.1; printf 'gress\",\"frame\":1}\\n{\"type\":\"progress\",\"frame\":2}\\nno json\\n[1,2]\\n{broken\\n'; sleep 0.1;"
       "echo 'x265 [info]: hello' >&2; printf 'old\\rnew\\n' >&2; printf '{\"type\":\"result\",\"status\":\"ok\",\"name\":\"\xc3\xa9\"}'; exit 5");
    ASSERT_TRUE(ended());
    ASSERT_EQ(messages_.size(), 3U);
    EXPECT_EQ(messages_[0][QStringLiteral("frame")].toInt(), 1);
    EXPECT_EQ(messages_[1][QStringLiteral("frame")].toInt(), 2);
    EXPECT_TRUE(outcome_->started);
    EXPECT_FALSE(outcome_->crashed());
    EXPECT_EQ(outcome_->exitCode, 5);
    EXPECT_EQ(outcome_->result[QStringLiteral("name")].toString(), QStringLiteral("é"))
        << "the last line needs no line end";
    auto log = outcome_->log;
    log.sort();
    EXPECT_EQ(log, (QStringList{QStringLiteral("[1,2]"), QStringLiteral("new"), QStringLiteral("no json"),
                                QStringLiteral("x265 [info]: hello"), QStringLiteral("{broken")}));
}

TEST_F(WorkerProcessTest, TheLogIsATail) {
    sh("i=0; while [ $i -lt 1000 ]; do echo line $i; i=$((i+1)); done >&2");
    ASSERT_TRUE(ended());
    ASSERT_EQ(outcome_->log.size(), WorkerProcess::kLogLines);
    EXPECT_EQ(outcome_->log.front(), QStringLiteral("line 800"));
    EXPECT_EQ(outcome_->log.back(), QStringLiteral("line 999"));
    EXPECT_EQ(outcome_->exitCode, 0);
}

TEST_F(WorkerProcessTest, ACrashIsToldWithItsSignalAndWhatWasSaidBefore) {
    for (const int signal : {SIGSEGV, SIGKILL, SIGABRT}) {
        WorkerProcess worker;
        std::optional<WorkerProcess::Outcome> outcome;
        QObject::connect(&worker, &WorkerProcess::finished, [&](const WorkerProcess::Outcome& o) { outcome = o; });
        worker.start(
            QStringLiteral("/bin/sh"),
            {QStringLiteral("-c"), QStringLiteral("ulimit -c 0; echo 'about to die' >&2; kill -%1 $$").arg(signal)});
        ASSERT_TRUE(waitFor([&] { return outcome.has_value(); }));
        EXPECT_TRUE(outcome->crashed());
        EXPECT_EQ(outcome->signal, signal);
        EXPECT_EQ(outcome->exitCode, -1);
        EXPECT_FALSE(outcome->cancelled);
        EXPECT_TRUE(outcome->result.isEmpty());
        EXPECT_EQ(outcome->log, QStringList{QStringLiteral("about to die")});
    }
    EXPECT_TRUE(WorkerProcess::signalText(SIGSEGV).startsWith(QStringLiteral("SIGSEGV, ")))
        << WorkerProcess::signalText(SIGSEGV).toStdString();
    EXPECT_TRUE(WorkerProcess::signalText(4711).contains(QStringLiteral("4711")));
}

TEST_F(WorkerProcessTest, AProgramThatIsNotThereIsAnOutcomeToo) {
    worker_.start(QStringLiteral("/nowhere/tintreel"), {});
    EXPECT_FALSE(outcome_) << "never before start() returns";
    ASSERT_TRUE(ended());
    EXPECT_FALSE(outcome_->started);
    EXPECT_FALSE(outcome_->crashed());
    ASSERT_EQ(outcome_->log.size(), 1);
    EXPECT_TRUE(outcome_->log.front().contains(QStringLiteral("/nowhere/tintreel")));
    EXPECT_FALSE(worker_.send({}));
}

TEST_F(WorkerProcessTest, WhatIsSentArrivesAsOneLineEach) {
    sh("read a; echo \"$a\"; read b; echo \"$b\"");
    EXPECT_TRUE(worker_.send({{QStringLiteral("command"), QStringLiteral("pause")}}));
    ASSERT_TRUE(waitFor([&] { return messages_.size() == 1; }));
    EXPECT_TRUE(worker_.send({{QStringLiteral("command"), QStringLiteral("stop")}}));
    ASSERT_TRUE(ended());
    ASSERT_EQ(messages_.size(), 2U);
    EXPECT_EQ(messages_[0][QStringLiteral("command")].toString(), QStringLiteral("pause"));
    EXPECT_EQ(messages_[1][QStringLiteral("command")].toString(), QStringLiteral("stop"));
}

TEST_F(WorkerProcessTest, APausedChildStandsStillAndGoesOn) {
    sh("while true; do echo '{\"type\":\"progress\"}'; sleep 0.02; done");
    ASSERT_TRUE(waitFor([&] { return messages_.size() > 2; }));
    worker_.pause();
    EXPECT_TRUE(worker_.isPaused());
    ASSERT_TRUE(waitFor([&] { return stateOf(worker_.processId()) == 'T'; }));
    testing::settle();
    const auto before = messages_.size();
    EXPECT_FALSE(waitFor([&] { return messages_.size() > before + 1; }, 300)) << "one line may have been on its way";
    worker_.resume();
    EXPECT_FALSE(worker_.isPaused());
    const auto after = messages_.size();
    EXPECT_TRUE(waitFor([&] { return messages_.size() > after + 2; }));
    // Cancel wakes a child that is paused.
    worker_.pause();
    worker_.cancel();
    ASSERT_TRUE(ended(5000));
    EXPECT_TRUE(outcome_->cancelled);
    EXPECT_EQ(outcome_->signal, SIGTERM);
}

TEST_F(WorkerProcessTest, CancelIsASignalThatTheChildMayAnswerAndOneThatItMayNot) {
    sh("trap 'echo \"{\\\"type\\\":\\\"result\\\",\\\"status\\\":\\\"cancelled\\\"}\"; exit 143' TERM; echo '{}'; while true; do sleep 0.02; done");
    ASSERT_TRUE(waitFor([&] { return messages_.size() == 1; }));
    worker_.cancel();
    ASSERT_TRUE(ended(5000));
    EXPECT_TRUE(outcome_->cancelled);
    EXPECT_EQ(outcome_->exitCode, 143);
    EXPECT_EQ(outcome_->result[QStringLiteral("status")].toString(), QStringLiteral("cancelled"));

    WorkerProcess deaf;
    std::optional<WorkerProcess::Outcome> outcome;
    bool ready = false;
    QObject::connect(&deaf, &WorkerProcess::message, [&](const QJsonObject&) { ready = true; });
    QObject::connect(&deaf, &WorkerProcess::finished, [&](const WorkerProcess::Outcome& o) { outcome = o; });
    deaf.start(QStringLiteral("/bin/sh"),
               {QStringLiteral("-c"), QStringLiteral("trap '' TERM; echo '{}'; while true; do sleep 0.02; done")});
    ASSERT_TRUE(waitFor([&] { return ready; }));
    deaf.cancel(200);
    ASSERT_TRUE(waitFor([&] { return outcome.has_value(); }, 5000));
    EXPECT_TRUE(outcome->cancelled);
    EXPECT_EQ(outcome->signal, SIGKILL);
}

TEST_F(WorkerProcessTest, TheChildGoesWithTheObject) {
    qint64 pid = 0;
    {
        WorkerProcess worker;
        worker.start(QStringLiteral("/bin/sh"),
                     {QStringLiteral("-c"), QStringLiteral("while true; do sleep 0.05; done")});
        ASSERT_TRUE(waitFor([&] { return (pid = worker.processId()) > 0; }));
        worker.pause();
    }
    EXPECT_EQ(stateOf(pid), '-');
}

/// A process of its own that starts a child by WorkerProcess, says its number, and is killed.
TEST_F(WorkerProcessTest, TheChildIsEndedWhenTheStudioIsKilledEvenAPausedOne) {
    for (const bool paused : {false, true}) {
        int pipe[2];
        ASSERT_EQ(::pipe(pipe), 0);
        const auto studio = ::fork();
        ASSERT_GE(studio, 0);
        if (studio == 0) {
            WorkerProcess worker;
            worker.start(QStringLiteral("/bin/sleep"), {QStringLiteral("600")});
            const auto pid = worker.processId();
            if (paused) worker.pause();
            [[maybe_unused]] const auto n = ::write(pipe[1], &pid, sizeof pid);
            ::pause();
            ::_exit(0);
        }
        qint64 child = 0;
        ASSERT_EQ(::read(pipe[0], &child, sizeof child), static_cast<ssize_t>(sizeof child));
        ::close(pipe[0]);
        ::close(pipe[1]);
        ASSERT_GT(child, 0);
        EXPECT_TRUE(waitFor([&] { return stateOf(child) == (paused ? 'T' : 'S'); }));
        ::kill(studio, SIGKILL);
        ::waitpid(studio, nullptr, 0);
        const auto gone = [&] { return stateOf(child) == '-' || stateOf(child) == 'Z'; };
        EXPECT_TRUE(waitFor(gone, 5000)) << "paused: " << paused << ", state " << stateOf(child);
        if (!gone()) ::kill(static_cast<pid_t>(child), SIGKILL);
    }
}

TEST_F(WorkerProcessTest, TheTintreelProgramLiesBesideAndSpeaksThisLanguage) {
    const auto program = WorkerProcess::tintreelProgram();
    ASSERT_EQ(program.toStdString(), std::string(TINTREEL_BINARY_DIR) + "/tintreel");
    testing::TempDir dir;
    const auto film = dir / "film.mkv";
    ASSERT_EQ(testing::ffmpeg("-f lavfi -i testsrc2=s=64x48:r=24:d=20 -c:v ffv1 -pix_fmt gray " + quoted(film)).exit,
              0);
    worker_.start(program, {QStringLiteral("scenes"), QString::fromStdString(film.string()), QStringLiteral("--json")});
    ASSERT_TRUE(ended());
    EXPECT_EQ(outcome_->exitCode, 0) << outcome_->log.join(QLatin1Char('\n')).toStdString();
    EXPECT_EQ(outcome_->result[QStringLiteral("status")].toString(), QStringLiteral("ok"));

    // Killed in the middle of its work.
    WorkerProcess victim;
    std::optional<WorkerProcess::Outcome> outcome;
    QObject::connect(&victim, &WorkerProcess::finished, [&](const WorkerProcess::Outcome& o) { outcome = o; });
    QObject::connect(&victim, &WorkerProcess::message,
                     [&](const QJsonObject&) { ::kill(static_cast<pid_t>(victim.processId()), SIGKILL); });
    victim.start(program, {QStringLiteral("colorize"), QString::fromStdString(film.string()), QStringLiteral("-o"),
                           QString::fromStdString((dir / "out.mp4").string()), QStringLiteral("--json")});
    ASSERT_TRUE(waitFor([&] { return outcome.has_value(); }, 60'000));
    EXPECT_EQ(outcome->signal, SIGKILL);
    EXPECT_FALSE(std::filesystem::exists(dir / "out.mp4"));
}

}  // namespace
}  // namespace tintreel::ui
