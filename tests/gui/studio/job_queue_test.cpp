// SPDX-License-Identifier: Apache-2.0
#include "studio/job_queue.h"

#include <QAbstractItemModelTester>
#include <QThread>

#include <gtest/gtest.h>

#include "support/events.h"

namespace tintreel::ui {
namespace {

using State = JobQueue::State;
using testing::waitFor;

State stateOf(const JobQueue& queue, int row) {
    return static_cast<State>(queue.data(queue.index(row), JobQueue::StateRole).toInt());
}

JobQueue::Work untilStopped() {
    return [](JobContext& context) -> Result<QString> {
        for (int i = 0; !context.stopRequested(); ++i) {
            context.report({"wait", 0, 1, i, 1000});
            QThread::msleep(2);
        }
        return cancelled();
    };
}

class JobQueueTest : public ::testing::Test {
protected:
    JobQueue queue_;
    QAbstractItemModelTester tester_{&queue_, QAbstractItemModelTester::FailureReportingMode::Fatal};
};

TEST_F(JobQueueTest, RunsJobsInOrderAwayFromTheGuiThread) {
    std::vector<int> order;
    QThread* worker = nullptr;
    QThread* finisher = nullptr;
    for (int i = 0; i < 3; ++i)
        queue_.add(
            QStringLiteral("job"),
            [&, i](JobContext&) -> Result<QString> {
                worker = QThread::currentThread();
                order.push_back(i);
                return QStringLiteral("well");
            },
            [&](State state, const QString& text) {
                finisher = QThread::currentThread();
                EXPECT_EQ(state, State::Done);
                EXPECT_EQ(text, QStringLiteral("well"));
            });
    ASSERT_TRUE(waitFor([&] { return queue_.unfinished() == 0; }));
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
    EXPECT_NE(worker, QThread::currentThread());
    EXPECT_EQ(finisher, QThread::currentThread());
}

TEST_F(JobQueueTest, CancelIsAnOutcomeOfItsOwnAndComesWithinASecond) {
    const int running = queue_.add(QStringLiteral("long"), untilStopped());
    const int waiting = queue_.add(QStringLiteral("next"), untilStopped());
    ASSERT_TRUE(waitFor([&] { return queue_.data(queue_.index(0), JobQueue::ProgressRole).toDouble() > 0; }));
    EXPECT_FALSE(queue_.summary().isEmpty());
    queue_.cancel(waiting);
    EXPECT_EQ(stateOf(queue_, 1), State::Cancelled);
    queue_.cancel(running);
    ASSERT_TRUE(waitFor([&] { return queue_.unfinished() == 0; }, 1000));
    EXPECT_EQ(stateOf(queue_, 0), State::Cancelled);
}

TEST_F(JobQueueTest, AFailureSaysWhyAndTheNextJobRuns) {
    bool broken = true;
    const int first = queue_.add(QStringLiteral("bad"), [&](JobContext&) -> Result<QString> {
        if (broken) return fail(ErrorCode::Output, "No room on the disk.");
        return QStringLiteral("mended");
    });
    queue_.add(QStringLiteral("throws"),
               [](JobContext&) -> Result<QString> { throw std::runtime_error("third party"); });
    queue_.add(QStringLiteral("good"), [](JobContext&) -> Result<QString> { return QStringLiteral("fine"); });
    ASSERT_TRUE(waitFor([&] { return queue_.unfinished() == 0; }));
    EXPECT_EQ(stateOf(queue_, 0), State::Failed);
    EXPECT_TRUE(queue_.data(queue_.index(0), JobQueue::MessageRole).toString().contains(QStringLiteral("No room")));
    EXPECT_TRUE(queue_.data(queue_.index(1), JobQueue::MessageRole).toString().contains(QStringLiteral("third party")));
    EXPECT_EQ(stateOf(queue_, 2), State::Done);
    broken = false;
    queue_.retry(first);
    ASSERT_TRUE(waitFor([&] { return queue_.unfinished() == 0; }));
    EXPECT_EQ(queue_.rowCount(), 3);
    EXPECT_EQ(stateOf(queue_, 2), State::Done) << "it went to the end of the queue";
    EXPECT_EQ(queue_.message(first).toStdString(), "mended");
    queue_.clearFinished();
    EXPECT_EQ(queue_.rowCount(), 0);
}

TEST_F(JobQueueTest, WaitingJobsCanBeReorderedAndHeld) {
    std::vector<int> order;
    queue_.setPaused(true);
    std::vector<int> ids;
    for (int i = 0; i < 3; ++i)
        ids.push_back(queue_.add(QStringLiteral("job"), [&, i](JobContext&) -> Result<QString> {
            order.push_back(i);
            return QString();
        }));
    queue_.move(ids[2], -1);
    queue_.move(ids[2], -1);
    EXPECT_FALSE(waitFor([&] { return !order.empty(); }, 100)) << "nothing begins while the queue is held";
    queue_.setPaused(false);
    ASSERT_TRUE(waitFor([&] { return queue_.unfinished() == 0; }));
    EXPECT_EQ(order, (std::vector<int>{2, 0, 1}));
}

JobQueue::Command sh(const char* script) {
    return {QStringLiteral("/bin/sh"),
            {QStringLiteral("-c"), QString::fromUtf8(script)},
            [](const QJsonObject& result) { return result[QStringLiteral("said")].toString(); }};
}

TEST_F(JobQueueTest, AWorkerThatCrashesFailsAloneAndTheNextJobRuns) {
    const int bad =
        queue_.add(QStringLiteral("bad"), sh("ulimit -c 0; echo 'encoder: assertion failed' >&2; kill -SEGV $$"));
    const int good =
        queue_.add(QStringLiteral("good"), sh("echo '{\"type\":\"result\",\"status\":\"ok\",\"said\":\"12 frames\"}'"));
    const int defective = queue_.add(
        QStringLiteral("defective"),
        sh("echo '{\"type\":\"warning\",\"message\":\"frame 3 is broken\"}'; echo '{\"type\":\"result\",\"said\":\"with defects\"}'; exit 5"));
    const int refused =
        queue_.add(QStringLiteral("refused"),
                   sh("echo '{\"type\":\"result\",\"status\":\"failed\",\"message\":\"The disk is full.\"}'; exit 4"));
    const int silent = queue_.add(QStringLiteral("silent"), sh("echo 'what is this' >&2; exit 2"));
    const int missing = queue_.add(QStringLiteral("missing"), {QStringLiteral("/nowhere/tintreel"), {}, {}});
    const int work = queue_.add(QStringLiteral("work"), [](JobContext& context) -> Result<QString> {
        context.warn({"NOTE", "a remark", -1});
        return QStringLiteral("fine");
    });
    ASSERT_TRUE(waitFor([&] { return queue_.unfinished() == 0; }));
    EXPECT_EQ(stateOf(queue_, 0), State::Failed);
    EXPECT_TRUE(queue_.message(bad).contains(QStringLiteral("SIGSEGV"))) << queue_.message(bad).toStdString();
    EXPECT_EQ(queue_.log(bad), QStringList{QStringLiteral("encoder: assertion failed")});
    EXPECT_TRUE(queue_.report(bad).contains(QStringLiteral("assertion failed"))) << "what is copied holds the log";
    EXPECT_EQ(stateOf(queue_, 1), State::Done);
    EXPECT_EQ(queue_.message(good).toStdString(), "12 frames");
    EXPECT_EQ(stateOf(queue_, 2), State::Done);
    EXPECT_EQ(queue_.message(defective).toStdString(), "with defects");
    EXPECT_EQ(queue_.log(defective), QStringList{QStringLiteral("frame 3 is broken")});
    EXPECT_EQ(stateOf(queue_, 3), State::Failed);
    EXPECT_TRUE(queue_.message(refused).contains(QStringLiteral("The disk is full.")));
    EXPECT_TRUE(queue_.message(silent).contains(QStringLiteral("what is this")));
    EXPECT_TRUE(queue_.message(missing).contains(QStringLiteral("/nowhere/tintreel")));
    EXPECT_EQ(queue_.message(work).toStdString(), "fine");
    EXPECT_EQ(queue_.log(work), QStringList{QStringLiteral("a remark")});
}

TEST_F(JobQueueTest, AWorkerCanStandStillAndGoOn) {
    const int id = queue_.add(
        QStringLiteral("export"),
        sh("i=0; while [ $i -lt 4000 ]; do echo '{\"type\":\"progress\",\"stage\":\"colorize\",\"frame\":'$i',\"frames\":4000}'; sleep 0.01; i=$((i+1)); done"));
    const auto done = [&] { return queue_.data(queue_.index(0), JobQueue::ProgressRole).toDouble(); };
    ASSERT_TRUE(waitFor([&] { return done() > 0; }));
    ASSERT_TRUE(waitFor([&] { return queue_.message(id).contains(QStringLiteral("left")); }))
        << queue_.message(id).toStdString();
    queue_.setJobPaused(id, true);
    EXPECT_EQ(stateOf(queue_, 0), State::Paused);
    EXPECT_EQ(queue_.unfinished(), 1);
    EXPECT_TRUE(queue_.summary().contains(QStringLiteral("paused")));
    (void)waitFor([] { return false; }, 300);
    const auto before = done();
    EXPECT_FALSE(waitFor([&] { return done() != before; }, 400));
    queue_.setJobPaused(id, false);
    EXPECT_EQ(stateOf(queue_, 0), State::Running);
    EXPECT_TRUE(waitFor([&] { return done() > before; }));
    queue_.setJobPaused(id, true);
    queue_.cancel(id);
    ASSERT_TRUE(waitFor([&] { return queue_.unfinished() == 0; }, 5000)) << "a job that stands still can be stopped";
    EXPECT_EQ(stateOf(queue_, 0), State::Cancelled);
    EXPECT_EQ(queue_.workerId(), 0);
}

TEST_F(JobQueueTest, WorkOfThisProcessCannotStandStill) {
    const int id = queue_.add(QStringLiteral("long"), untilStopped());
    queue_.setJobPaused(id, true);
    EXPECT_EQ(stateOf(queue_, 0), State::Running);
    queue_.cancel(id);
    ASSERT_TRUE(waitFor([&] { return queue_.unfinished() == 0; }));
}

TEST_F(JobQueueTest, OnlyWhatWaitsIsMovedAndWhatRunsIsNotRemoved) {
    const int running = queue_.add(QStringLiteral("long"), untilStopped());
    std::vector<std::string> order;
    const auto noted = [&](const char* name) {
        return queue_.add(QString::fromLatin1(name), [&order, name](JobContext&) -> Result<QString> {
            order.emplace_back(name);
            return QString();
        });
    };
    const int a = noted("a"), b = noted("b"), c = noted("c"), d = noted("d");
    const int export_ =
        queue_.addEnded(QStringLiteral("old"), sh("exit 0"), {}, State::Interrupted, QStringLiteral("was ended"), {});
    queue_.remove(running);
    EXPECT_EQ(queue_.rowCount(), 6) << "a job that runs stays";
    queue_.move(a, -1);
    EXPECT_EQ(queue_.data(queue_.index(1), JobQueue::IdRole).toInt(), a) << "there is nothing that waits before it";
    queue_.moveFirst(d);
    queue_.move(b, 1);
    // Dragged, as a view does it: c before a.
    EXPECT_FALSE(queue_.moveRow({}, 0, {}, 3)) << "what runs is not dragged";
    EXPECT_FALSE(queue_.flags(queue_.index(0)).testFlag(Qt::ItemIsDragEnabled));
    EXPECT_TRUE(queue_.flags(queue_.index(1)).testFlag(Qt::ItemIsDragEnabled));
    int row = 0;
    while (queue_.data(queue_.index(row), JobQueue::IdRole).toInt() != c) ++row;
    EXPECT_TRUE(queue_.moveRow({}, row, {}, 2));
    queue_.remove(a);
    EXPECT_EQ(queue_.rowCount(), 5);
    EXPECT_EQ(queue_.unfinished(), 4);
    queue_.cancel(running);
    ASSERT_TRUE(waitFor([&] { return queue_.unfinished() == 0; }));
    EXPECT_EQ(order, (std::vector<std::string>{"d", "c", "b"}));
    queue_.retry(export_);
    ASSERT_TRUE(waitFor([&] { return queue_.unfinished() == 0; }));
    queue_.clearFinished();
    EXPECT_EQ(queue_.rowCount(), 0);
}

}  // namespace
}  // namespace tintreel::ui
