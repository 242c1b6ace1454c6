// SPDX-License-Identifier: Apache-2.0
#include "studio/job_queue.h"

#include <algorithm>
#include <csignal>

namespace tintreel::ui {
namespace {

constexpr int kPollMilliseconds = 100;
constexpr int kFinishedWithDefects = 5;

/// What became of a worker, as what work of this process would have returned.
Result<QString> resultOf(const JobQueue::Command& command, const WorkerProcess::Outcome& outcome) {
    const auto said = outcome.result[QLatin1String("message")].toString();
    const auto last = outcome.log.isEmpty() ? QString() : outcome.log.back();
    if (outcome.exitCode == 0 || outcome.exitCode == kFinishedWithDefects) return command.summary(outcome.result);
    if (outcome.cancelled) return cancelled();
    if (!outcome.started) return fail(ErrorCode::Failed, last.toStdString());
    if (outcome.crashed()) {
        const auto why =
            outcome.signal == SIGKILL ? JobQueue::tr("%1 (as when the memory is full)") : QStringLiteral("%1");
        return fail(
            ErrorCode::Failed,
            JobQueue::tr(
                "The worker process ended by %1; nothing was written under the final name. Its last words are in the log; try again.")
                .arg(why.arg(WorkerProcess::signalText(outcome.signal)))
                .toStdString());
    }
    if (!said.isEmpty()) return fail(ErrorCode::Failed, said.toStdString());
    return fail(
        ErrorCode::Failed,
        JobQueue::tr("The worker process ended with exit code %1. %2").arg(outcome.exitCode).arg(last).toStdString());
}

}  // namespace

void JobQueue::Context::warn(const Warning& warning) {
    const std::lock_guard lock(mutex);
    warnings << QString::fromStdString(warning.message);
}

QStringList JobQueue::Context::takeWarnings() {
    const std::lock_guard lock(mutex);
    return std::exchange(warnings, {});
}

JobQueue::JobQueue(QObject* parent) : QAbstractListModel(parent) {
    poll_.setInterval(kPollMilliseconds);
    connect(&poll_, &QTimer::timeout, this, &JobQueue::poll);
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

JobQueue::~JobQueue() {
    for (auto& job : jobs_) job->context->requestStop();
    thread_.request_stop();
    wake_.notify_all();
}

void JobQueue::run(const std::stop_token& stop) {
    while (true) {
        std::tuple<int, Work, std::shared_ptr<Context>> job;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, stop, [&] { return next_.has_value(); });
            if (stop.stop_requested()) return;
            job = std::move(*next_);
            next_.reset();
        }
        const auto& [id, work, context] = job;
        Result<QString> result = fail(ErrorCode::Failed, "");
        // The one place where what third parties throw ends; the queue must go on.
        try {
            result = work(*context);
        } catch (const std::exception& error) {
            result = fail(ErrorCode::Failed, "The job stopped by a fault of the program.", error.what());
        }
        QMetaObject::invokeMethod(
            this, [this, id = id, result = std::move(result)] { settle(id, result); }, Qt::QueuedConnection);
    }
}

JobQueue::Job& JobQueue::insert(std::unique_ptr<Job> job) {
    job->id = nextId_++;
    const int row = static_cast<int>(jobs_.size());
    beginInsertRows({}, row, row);
    jobs_.push_back(std::move(job));
    endInsertRows();
    return *jobs_.back();
}

int JobQueue::add(const QString& title, Work work, Done done) {
    auto job = std::make_unique<Job>();
    job->title = title;
    job->work = std::move(work);
    job->done = std::move(done);
    const int id = insert(std::move(job)).id;
    startNext();
    return id;
}

int JobQueue::add(const QString& title, Command command, Done done) {
    auto job = std::make_unique<Job>();
    job->title = title;
    job->command = std::move(command);
    job->done = std::move(done);
    const int id = insert(std::move(job)).id;
    startNext();
    return id;
}

int JobQueue::addEnded(const QString& title, Command command, Done done, State state, const QString& message,
                       const QStringList& log) {
    auto job = std::make_unique<Job>();
    job->title = title;
    job->command = std::move(command);
    job->done = std::move(done);
    job->state = state;
    job->message = message;
    job->log = log;
    return insert(std::move(job)).id;
}

void JobQueue::startNext() {
    if (running_ != 0 || paused_) return;
    const auto waiting =
        std::find_if(jobs_.begin(), jobs_.end(), [](const auto& job) { return job->state == State::Waiting; });
    if (waiting == jobs_.end()) {
        poll_.stop();
        return;
    }
    Job& job = **waiting;
    running_ = job.id;
    setState(job, State::Running);
    if (job.command) {
        startWorker(job);
    } else {
        {
            const std::lock_guard lock(mutex_);
            next_.emplace(job.id, job.work, job.context);
        }
        wake_.notify_all();
    }
    poll_.start();
}

void JobQueue::startWorker(Job& job) {
    worker_ = std::make_unique<WorkerProcess>();
    const int id = job.id;
    connect(worker_.get(), &WorkerProcess::message, this, [this, id](const QJsonObject& message) {
        if (auto* at = find(id)) take(*at, message);
    });
    connect(worker_.get(), &WorkerProcess::logLine, this, [this, id](const QString& line) {
        if (auto* at = find(id)) note(*at, line);
    });
    connect(worker_.get(), &WorkerProcess::finished, this, [this, id](const WorkerProcess::Outcome& outcome) {
        worker_.release()->deleteLater();  // it is the one that tells us
        if (const auto* at = find(id)) settle(id, resultOf(*at->command, outcome));
    });
    worker_->start(job.command->program, job.command->arguments);
}

void JobQueue::take(Job& job, const QJsonObject& message) {
    const auto type = message[QLatin1String("type")].toString();
    if (type == QLatin1String("progress"))
        job.context->report({message[QLatin1String("stage")].toString().toStdString(), 0, 1,
                             message[QLatin1String("frame")].toInteger(),
                             message[QLatin1String("frames")].toInteger()});
    else if (type == QLatin1String("warning")) note(job, message[QLatin1String("message")].toString());
}

void JobQueue::note(Job& job, const QString& line) {
    job.log << line;
    if (job.log.size() > WorkerProcess::kLogLines) job.log.removeFirst();
    Q_EMIT logged(job.id);
}

void JobQueue::poll() {
    const int row = rowOf(running_);
    if (row < 0) return;
    Job& job = *jobs_[static_cast<std::size_t>(row)];
    for (const auto& warning : job.context->takeWarnings()) note(job, warning);
    if (job.state == State::Paused) return;
    auto progress = job.context->progress();
    job.progress = progress.total > 0 ? static_cast<double>(progress.done) / static_cast<double>(progress.total) : -1;
    const QString stage = progress.stage == "scenes"      ? tr("finding scenes")
                          : progress.stage == "propagate" ? tr("carrying colours")
                          : progress.stage == "colorize"  ? tr("colouring")
                                                          : QString::fromStdString(progress.stage);
    job.message = progress.total > 0 ? tr("%1 %2/%3").arg(stage).arg(progress.done).arg(progress.total) : stage;
    // The clock was started anew after a pause: it counts what was done since.
    if (std::exchange(job.etaStage, progress.stage) != progress.stage) job.etaFrom = 0;
    progress.done -= job.etaFrom;
    progress.total -= std::min(progress.total, job.etaFrom);
    const auto eta = job.eta.update(progress);
    if (progress.total > 0) job.message += eta ? tr(" · %1 left").arg(duration(*eta)) : tr(" · working");
    touch(row);
    Q_EMIT progressed();
}

void JobQueue::setState(Job& job, State state) {
    job.state = state;
    touch(rowOf(job.id));
    Q_EMIT stateChanged(job.id, state);
}

void JobQueue::end(Job& job, State state, const QString& message) {
    job.message = message;
    setState(job, state);
    const auto id = job.id;
    const auto done = job.done;  // may take the job out of the list
    if (done) done(state, message);
    Q_EMIT finished(id, state, message);
}

void JobQueue::settle(int id, const Result<QString>& result) {
    running_ = 0;
    if (auto* job = find(id)) {
        for (const auto& warning : job->context->takeWarnings()) note(*job, warning);
        const auto state = result                                        ? State::Done
                           : result.error().code == ErrorCode::Cancelled ? State::Cancelled
                                                                         : State::Failed;
        if (result) job->progress = 1;
        end(*job, state,
            result                      ? *result
            : state == State::Cancelled ? tr("Stopped at your request.")
                                        : QString::fromStdString(describe(result.error())));
    }
    startNext();
}

void JobQueue::cancel(int id) {
    auto* job = find(id);
    if (job == nullptr || over(*job)) return;
    job->context->requestStop();
    if (job->state == State::Waiting) return end(*job, State::Cancelled, tr("Taken out of the queue."));
    if (!job->command) return;
    if (job->state == State::Paused) setState(*job, State::Running);
    worker_->cancel();
}

void JobQueue::cancelAll() {
    for (std::size_t i = jobs_.size(); i-- > 0;) cancel(jobs_[i]->id);
}

void JobQueue::cancelWork() {
    for (std::size_t i = jobs_.size(); i-- > 0;)
        if (!jobs_[i]->command) cancel(jobs_[i]->id);
}

void JobQueue::retry(int id) {
    auto* job = find(id);
    if (job == nullptr || !over(*job) || job->state == State::Done) return;
    job->context = std::make_shared<Context>();
    job->eta = {};
    job->etaFrom = 0;
    job->progress = -1;
    job->message.clear();
    job->log.clear();
    place(rowOf(id), static_cast<int>(jobs_.size()));
    setState(*job, State::Waiting);
    startNext();
}

void JobQueue::place(int row, int before) {
    if (row == before || row + 1 == before || !beginMoveRows({}, row, row, {}, before)) return;
    const auto at = jobs_.begin() + row;
    if (before > row) std::rotate(at, at + 1, jobs_.begin() + before);
    else std::rotate(jobs_.begin() + before, at, at + 1);
    endMoveRows();
}

void JobQueue::move(int id, int by) {
    const int row = rowOf(id), rows = rowCount();
    const auto waits = [&](int r) { return jobs_[static_cast<std::size_t>(r)]->state == State::Waiting; };
    if (row < 0 || !waits(row) || std::abs(by) != 1) return;
    for (int to = row + by; to >= 0 && to < rows; to += by)
        if (waits(to)) return place(row, by > 0 ? to + 1 : to);
}

void JobQueue::moveFirst(int id) {
    const auto* job = find(id);
    if (job == nullptr || job->state != State::Waiting) return;
    const auto first =
        std::find_if(jobs_.begin(), jobs_.end(), [](const auto& other) { return other->state == State::Waiting; });
    place(rowOf(id), static_cast<int>(first - jobs_.begin()));
}

bool JobQueue::moveRows(const QModelIndex& from, int row, int count, const QModelIndex& to, int before) {
    if (from.isValid() || to.isValid() || count != 1 || row < 0 || row >= rowCount() || before < 0 ||
        before > rowCount())
        return false;
    if (jobs_[static_cast<std::size_t>(row)]->state != State::Waiting) return false;
    place(row, before);
    return true;
}

void JobQueue::remove(int id) {
    auto* job = find(id);
    if (job == nullptr || id == running_) return;
    if (job->state == State::Waiting) cancel(id);
    const int row = rowOf(id);
    if (row < 0) return;
    beginRemoveRows({}, row, row);
    jobs_.erase(jobs_.begin() + row);
    endRemoveRows();
    Q_EMIT removed(id);
}

void JobQueue::clearFinished() {
    for (std::size_t i = jobs_.size(); i-- > 0;)
        if (over(*jobs_[i])) remove(jobs_[i]->id);
}

void JobQueue::setPaused(bool paused) {
    paused_ = paused;
    if (!paused) startNext();
}

void JobQueue::setJobPaused(int id, bool paused) {
    auto* job = find(id);
    if (job == nullptr || !job->command || job->state != (paused ? State::Running : State::Paused) ||
        worker_->isCancelled())
        return;
    if (paused) {
        worker_->pause();
    } else {
        worker_->resume();
        job->eta = {};
        job->etaFrom = job->context->progress().done;
    }
    setState(*job, paused ? State::Paused : State::Running);
}

int JobQueue::unfinished() const {
    return static_cast<int>(std::count_if(jobs_.begin(), jobs_.end(), [&](const auto& job) { return !over(*job); }));
}

int JobQueue::unfinishedWork() const {
    return static_cast<int>(
        std::count_if(jobs_.begin(), jobs_.end(), [&](const auto& job) { return !over(*job) && !job->command; }));
}

int JobQueue::rowOf(int id) const {
    const auto found = std::find_if(jobs_.begin(), jobs_.end(), [&](const auto& job) { return job->id == id; });
    return found == jobs_.end() ? -1 : static_cast<int>(found - jobs_.begin());
}

JobQueue::Job* JobQueue::find(int id) const {
    const int row = rowOf(id);
    return row < 0 ? nullptr : jobs_[static_cast<std::size_t>(row)].get();
}

}  // namespace tintreel::ui
