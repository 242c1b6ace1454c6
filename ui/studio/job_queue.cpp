// SPDX-License-Identifier: Apache-2.0
#include "studio/job_queue.h"

#include <algorithm>
#include <cmath>

namespace tintreel::ui {
namespace {

constexpr int kPollMilliseconds = 100;

QString duration(double seconds) {
    const auto whole = static_cast<int>(std::lround(seconds));
    return whole < 3600 ? QStringLiteral("%1:%2").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'))
                        : QStringLiteral("%1:%2:%3").arg(whole / 3600).arg(whole / 60 % 60, 2, 10, QLatin1Char('0')).arg(whole % 60, 2, 10, QLatin1Char('0'));
}

}  // namespace

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
        QMetaObject::invokeMethod(this, [this, id = id, result = std::move(result)] { settle(id, result); }, Qt::QueuedConnection);
    }
}

int JobQueue::add(const QString& title, Work work, Done done) {
    auto job = std::make_unique<Job>();
    job->id = nextId_++;
    job->title = title;
    job->work = std::move(work);
    job->done = std::move(done);
    job->context = std::make_shared<Context>();
    const int id = job->id, row = static_cast<int>(jobs_.size());
    beginInsertRows({}, row, row);
    jobs_.push_back(std::move(job));
    endInsertRows();
    startNext();
    return id;
}

void JobQueue::startNext() {
    if (running_ != 0 || paused_) return;
    const auto waiting = std::find_if(jobs_.begin(), jobs_.end(), [](const auto& job) { return job->state == State::Waiting; });
    if (waiting == jobs_.end()) {
        poll_.stop();
        return;
    }
    Job& job = **waiting;
    job.state = State::Running;
    running_ = job.id;
    touch(rowOf(job.id));
    {
        const std::lock_guard lock(mutex_);
        next_.emplace(job.id, job.work, job.context);
    }
    wake_.notify_all();
    poll_.start();
}

void JobQueue::poll() {
    const int row = rowOf(running_);
    if (row < 0) return;
    Job& job = *jobs_[static_cast<std::size_t>(row)];
    const auto progress = job.context->progress();
    job.progress = progress.total > 0 ? static_cast<double>(progress.done) / static_cast<double>(progress.total) : -1;
    const auto eta = job.eta.update(progress);
    const QString stage = progress.stage == "scenes" ? tr("finding scenes") : progress.stage == "propagate" ? tr("carrying colours") : progress.stage == "colorize" ? tr("colouring") : QString::fromStdString(progress.stage);
    job.message = progress.total > 0 ? tr("%1 %2/%3 · %4 %5").arg(stage).arg(progress.done).arg(progress.total).arg(eta ? tr("left") : tr("working"), eta ? duration(*eta) : QString()).trimmed()
                                     : stage;
    touch(row);
    Q_EMIT progressed();
}

void JobQueue::settle(int id, const Result<QString>& result) {
    const int row = rowOf(id);
    running_ = 0;
    if (row >= 0) {
        Job& job = *jobs_[static_cast<std::size_t>(row)];
        job.state = result ? State::Done : result.error().code == ErrorCode::Cancelled ? State::Cancelled : State::Failed;
        job.message = result ? *result : job.state == State::Cancelled ? tr("Stopped at your request.") : QString::fromStdString(describe(result.error()));
        job.progress = job.state == State::Done ? 1 : job.progress;
        touch(row);
        const auto done = job.done;
        const auto state = job.state;
        const auto message = job.message;
        if (done) done(state, message);
        Q_EMIT finished(id, state, message);
    }
    startNext();
}

void JobQueue::cancel(int id) {
    const int row = rowOf(id);
    if (row < 0) return;
    Job& job = *jobs_[static_cast<std::size_t>(row)];
    job.context->requestStop();
    if (job.state != State::Waiting) return;
    job.state = State::Cancelled;
    job.message = tr("Taken out of the queue.");
    touch(row);
    if (job.done) job.done(job.state, job.message);
    Q_EMIT finished(id, State::Cancelled, job.message);
}

void JobQueue::cancelAll() {
    for (std::size_t i = jobs_.size(); i-- > 0;)
        if (jobs_[i]->state == State::Waiting || jobs_[i]->state == State::Running) cancel(jobs_[i]->id);
}

void JobQueue::retry(int id) {
    const int row = rowOf(id);
    if (row < 0) return;
    const auto& job = *jobs_[static_cast<std::size_t>(row)];
    if (job.state != State::Failed && job.state != State::Cancelled) return;
    add(job.title, job.work, job.done);
}

void JobQueue::move(int id, int by) {
    const int row = rowOf(id), to = row + by;
    if (row < 0 || to < 0 || to >= static_cast<int>(jobs_.size()) || std::abs(by) != 1) return;
    const auto waits = [&](int r) { return jobs_[static_cast<std::size_t>(r)]->state == State::Waiting; };
    if (!waits(row) || !waits(to)) return;
    beginMoveRows({}, row, row, {}, by > 0 ? to + 1 : to);
    std::swap(jobs_[static_cast<std::size_t>(row)], jobs_[static_cast<std::size_t>(to)]);
    endMoveRows();
}

void JobQueue::setPaused(bool paused) {
    paused_ = paused;
    if (!paused) startNext();
}

void JobQueue::clearFinished() {
    for (int row = static_cast<int>(jobs_.size()) - 1; row >= 0; --row) {
        const auto state = jobs_[static_cast<std::size_t>(row)]->state;
        if (state == State::Waiting || state == State::Running) continue;
        beginRemoveRows({}, row, row);
        jobs_.erase(jobs_.begin() + row);
        endRemoveRows();
    }
}

int JobQueue::unfinished() const {
    return static_cast<int>(std::count_if(jobs_.begin(), jobs_.end(), [](const auto& job) { return job->state == State::Waiting || job->state == State::Running; }));
}

QString JobQueue::summary() const {
    const int row = rowOf(running_);
    if (row < 0) return {};
    const auto& job = *jobs_[static_cast<std::size_t>(row)];
    return job.message.isEmpty() ? job.title : tr("%1: %2").arg(job.title, job.message);
}

int JobQueue::rowOf(int id) const {
    const auto found = std::find_if(jobs_.begin(), jobs_.end(), [&](const auto& job) { return job->id == id; });
    return found == jobs_.end() ? -1 : static_cast<int>(found - jobs_.begin());
}

void JobQueue::touch(int row) { Q_EMIT dataChanged(index(row), index(row)); }

int JobQueue::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(jobs_.size()); }

QVariant JobQueue::data(const QModelIndex& at, int role) const {
    if (!checkIndex(at, CheckIndexOption::IndexIsValid)) return {};
    const auto& job = *jobs_[static_cast<std::size_t>(at.row())];
    const auto stateText = [&] {
        switch (job.state) {
            case State::Waiting: return tr("waiting");
            case State::Running: return tr("running");
            case State::Done: return tr("done");
            case State::Failed: return tr("FAILED");
            case State::Cancelled: return tr("cancelled");
        }
        return QString();
    };
    switch (role) {
        case Qt::DisplayRole: {
            const auto head = QStringLiteral("%1 — %2").arg(job.title, stateText());
            return job.message.isEmpty() ? head : head + QStringLiteral("\n    ") + job.message;
        }
        case Qt::ToolTipRole: return job.message;
        case Qt::AccessibleTextRole: return QStringLiteral("%1, %2, %3").arg(job.title, stateText(), job.message);
        case StateRole: return static_cast<int>(job.state);
        case ProgressRole: return job.progress;
        case MessageRole: return job.message;
        case IdRole: return job.id;
        default: return {};
    }
}

}  // namespace tintreel::ui
