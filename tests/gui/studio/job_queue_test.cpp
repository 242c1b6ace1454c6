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

State stateOf(const JobQueue& queue, int row) { return static_cast<State>(queue.data(queue.index(row), JobQueue::StateRole).toInt()); }

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
        queue_.add(QStringLiteral("job"), [&, i](JobContext&) -> Result<QString> {
            worker = QThread::currentThread();
            order.push_back(i);
            return QStringLiteral("well");
        }, [&](State state, const QString& text) {
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
    queue_.add(QStringLiteral("throws"), [](JobContext&) -> Result<QString> { throw std::runtime_error("third party"); });
    queue_.add(QStringLiteral("good"), [](JobContext&) -> Result<QString> { return QStringLiteral("fine"); });
    ASSERT_TRUE(waitFor([&] { return queue_.unfinished() == 0; }));
    EXPECT_EQ(stateOf(queue_, 0), State::Failed);
    EXPECT_TRUE(queue_.data(queue_.index(0), JobQueue::MessageRole).toString().contains(QStringLiteral("No room")));
    EXPECT_TRUE(queue_.data(queue_.index(1), JobQueue::MessageRole).toString().contains(QStringLiteral("third party")));
    EXPECT_EQ(stateOf(queue_, 2), State::Done);
    broken = false;
    queue_.retry(first);
    ASSERT_TRUE(waitFor([&] { return queue_.unfinished() == 0; }));
    EXPECT_EQ(stateOf(queue_, 3), State::Done);
    queue_.clearFinished();
    EXPECT_EQ(queue_.rowCount(), 0);
}

TEST_F(JobQueueTest, WaitingJobsCanBeReorderedAndHeld) {
    std::vector<int> order;
    queue_.setPaused(true);
    std::vector<int> ids;
    for (int i = 0; i < 3; ++i) ids.push_back(queue_.add(QStringLiteral("job"), [&, i](JobContext&) -> Result<QString> {
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

}  // namespace
}  // namespace tintreel::ui
