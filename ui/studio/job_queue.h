// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include <QAbstractListModel>
#include <QTimer>

#include "tintreel/base/job.h"
#include "tintreel/base/result.h"

namespace tintreel::ui {

/// Background jobs, one after the other on a thread of their own; this model lists them. The work reports through its JobContext; the window
/// reads that ten times a second. All members are for the GUI thread; `work` runs on the job thread, `done` on the GUI thread.
class JobQueue : public QAbstractListModel {
    Q_OBJECT
public:
    enum class State { Waiting, Running, Done, Failed, Cancelled };
    enum Role { StateRole = Qt::UserRole + 1, ProgressRole, MessageRole, IdRole };  ///< progress 0..1, below 0 while unknown
    /// What a job says when it is done.
    using Work = std::function<Result<QString>(JobContext&)>;
    using Done = std::function<void(State state, const QString& message)>;

    explicit JobQueue(QObject* parent = nullptr);
    /// Stops what runs and waits for it; jobs answer a stop within a second.
    ~JobQueue() override;

    int add(const QString& title, Work work, Done done = {});  ///< its id
    void cancel(int id);
    void cancelAll();
    void retry(int id);       ///< a failed or cancelled job goes to the end of the queue again
    void move(int id, int by);  ///< a waiting job earlier (−) or later (+)
    void setPaused(bool paused);  ///< the running job goes on, none is begun
    void clearFinished();
    [[nodiscard]] bool isPaused() const { return paused_; }
    [[nodiscard]] int unfinished() const;
    [[nodiscard]] QString summary() const;  ///< of the running job, with its ETA; "" when none runs

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

Q_SIGNALS:
    void progressed();                    ///< while a job runs, ten times a second
    void finished(int id, tintreel::ui::JobQueue::State state, const QString& message);

private:
    struct Context final : JobContext {};
    struct Job {
        int id = 0;
        QString title, message;
        Work work;
        Done done;
        State state = State::Waiting;
        std::shared_ptr<Context> context;
        EtaClock eta;
        double progress = -1;
    };
    void run(const std::stop_token& stop);
    void startNext();
    void poll();
    void settle(int id, const Result<QString>& result);
    [[nodiscard]] int rowOf(int id) const;
    void touch(int row);

    std::vector<std::unique_ptr<Job>> jobs_;
    int nextId_ = 1;
    bool paused_ = false;
    int running_ = 0;  // id, 0 for none
    QTimer poll_;

    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::optional<std::tuple<int, Work, std::shared_ptr<Context>>> next_;
    std::jthread thread_;  // last: it uses the members above
};

}  // namespace tintreel::ui
