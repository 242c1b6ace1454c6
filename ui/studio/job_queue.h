// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <QAbstractListModel>
#include <QTimer>

#include "tintreel/base/job.h"
#include "tintreel/base/result.h"
#include "worker/worker_process.h"

namespace tintreel::ui {

/// Background jobs, one after the other; this model lists them. A job is either work of this process, done on a thread
/// of the queue's own, or a command for a worker process, whose crash fails that job alone. Both report through a
/// JobContext, which the window reads ten times a second. All members are for the GUI thread; `work` runs on the job
/// thread, `done` on the GUI thread.
class JobQueue : public QAbstractListModel {
    Q_OBJECT
public:
    /// Interrupted: the studio ended before the job did; as Cancelled else.
    enum class State { Waiting, Running, Paused, Done, Failed, Cancelled, Interrupted };
    enum Role {
        StateRole = Qt::UserRole + 1,
        ProgressRole,
        MessageRole,
        IdRole,
        CommandRole
    };  ///< progress 0..1, below 0 while unknown; command: whether it is a worker's
    /// What a job says when it is done.
    using Work = std::function<Result<QString>(JobContext&)>;
    using Done = std::function<void(State state, const QString& message)>;
    /// What a worker process is to do; see WorkerProcess.
    struct Command {
        QString program;
        QStringList arguments;
        std::function<QString(const QJsonObject& result)> summary;  ///< what a finished one says
    };

    explicit JobQueue(QObject* parent = nullptr);
    /// Stops what runs and waits for it; jobs answer a stop within a second.
    ~JobQueue() override;

    int add(const QString& title, Work work, Done done = {});  ///< its id
    int add(const QString& title, Command command, Done done = {});
    /// One of an earlier time, which is over (failed, cancelled, interrupted) and may be tried again.
    int addEnded(const QString& title, Command command, Done done, State state, const QString& message,
                 const QStringList& log);
    void cancel(int id);
    void cancelAll();
    void cancelWork();                       ///< those of this process
    void retry(int id);                      ///< a failed, cancelled or interrupted job goes to the end of the queue
    void move(int id, int by);               ///< a waiting job before (−1) or behind (+1) the next one that waits
    void moveFirst(int id);                  ///< a waiting job before all others that wait
    void remove(int id);                     ///< a job that does not run leaves the list
    void setPaused(bool paused);             ///< the running job goes on, none is begun
    void setJobPaused(int id, bool paused);  ///< a running worker stands still; work of this process cannot
    void clearFinished();
    [[nodiscard]] bool isPaused() const { return paused_; }
    [[nodiscard]] int unfinished() const;
    [[nodiscard]] int unfinishedWork() const;    ///< those of this process
    [[nodiscard]] QString summary() const;       ///< of the running job, with its ETA; "" when none runs
    [[nodiscard]] QString report(int id) const;  ///< title, state, message and log, for a person to read or to send
    [[nodiscard]] QString message(int id) const;
    [[nodiscard]] QStringList log(int id) const;
    [[nodiscard]] qint64 workerId() const {
        return worker_ ? worker_->processId() : 0;
    }  ///< process id of the running worker

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    // Waiting jobs can be dragged.
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] Qt::DropActions supportedDropActions() const override { return Qt::MoveAction; }
    bool moveRows(const QModelIndex& from, int row, int count, const QModelIndex& to, int before) override;

    [[nodiscard]] static QString stateText(State state);
    [[nodiscard]] static QString duration(double seconds);  ///< "1:05", "2:00:00"

Q_SIGNALS:
    void progressed();  ///< while a job runs, ten times a second
    void finished(int id, tintreel::ui::JobQueue::State state, const QString& message);
    void stateChanged(int id, tintreel::ui::JobQueue::State state);
    void logged(int id);  ///< a line was added to its log
    void removed(int id);

private:
    /// Keeps warnings for the job's log.
    struct Context final : JobContext {
        void warn(const Warning& warning) override;
        [[nodiscard]] QStringList takeWarnings();
        std::mutex mutex;
        QStringList warnings;
    };
    struct Job {
        int id = 0;
        QString title, message;
        Work work;
        std::optional<Command> command;  // or this
        Done done;
        State state = State::Waiting;
        std::shared_ptr<Context> context = std::make_shared<Context>();
        EtaClock eta;
        std::string etaStage;
        std::int64_t etaFrom = 0;  // items done when the clock was started
        double progress = -1;
        QStringList log;
    };
    Job& insert(std::unique_ptr<Job> job);
    void run(const std::stop_token& stop);
    void startNext();
    void startWorker(Job& job);
    void take(Job& job, const QJsonObject& message);
    void poll();
    void note(Job& job, const QString& line);
    void setState(Job& job, State state);
    void settle(int id, const Result<QString>& result);
    void end(Job& job, State state, const QString& message);
    void place(int row, int before);
    [[nodiscard]] bool over(const Job& job) const {
        return job.state != State::Waiting && job.state != State::Running && job.state != State::Paused;
    }
    [[nodiscard]] int rowOf(int id) const;
    [[nodiscard]] Job* find(int id) const;
    void touch(int row);

    std::vector<std::unique_ptr<Job>> jobs_;
    int nextId_ = 1;
    bool paused_ = false;
    int running_ = 0;  // id, 0 for none
    QTimer poll_;
    std::unique_ptr<WorkerProcess> worker_;  // of the running job

    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::optional<std::tuple<int, Work, std::shared_ptr<Context>>> next_;
    std::jthread thread_;  // last: it uses the members above
};

}  // namespace tintreel::ui
