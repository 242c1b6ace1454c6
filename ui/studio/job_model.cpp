// SPDX-License-Identifier: Apache-2.0
// How the queue shows: the model's side of JobQueue, and its texts.
#include "studio/job_queue.h"

#include <cmath>

namespace tintreel::ui {

QString JobQueue::duration(double seconds) {
    const auto whole = static_cast<int>(std::lround(seconds));
    return whole < 3600 ? QStringLiteral("%1:%2").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'))
                        : QStringLiteral("%1:%2:%3")
                              .arg(whole / 3600)
                              .arg(whole / 60 % 60, 2, 10, QLatin1Char('0'))
                              .arg(whole % 60, 2, 10, QLatin1Char('0'));
}

QString JobQueue::stateText(State state) {
    switch (state) {
        case State::Waiting: return tr("waiting");
        case State::Running: return tr("running");
        case State::Paused: return tr("paused");
        case State::Done: return tr("done");
        case State::Failed: return tr("FAILED");
        case State::Cancelled: return tr("cancelled");
        case State::Interrupted: return tr("interrupted");
    }
    return {};
}

QString JobQueue::summary() const {
    const auto* job = find(running_);
    if (job == nullptr) return {};
    if (job->state == State::Paused) return tr("%1: %2").arg(job->title, stateText(job->state));
    return job->message.isEmpty() ? job->title : tr("%1: %2").arg(job->title, job->message);
}

QString JobQueue::report(int id) const {
    const auto* job = find(id);
    if (job == nullptr) return {};
    QStringList lines{QStringLiteral("%1 — %2").arg(job->title, stateText(job->state))};
    if (!job->message.isEmpty()) lines << job->message;
    return (lines + job->log).join(QLatin1Char('\n'));
}

QString JobQueue::message(int id) const {
    const auto* job = find(id);
    return job == nullptr ? QString() : job->message;
}

QStringList JobQueue::log(int id) const {
    const auto* job = find(id);
    return job == nullptr ? QStringList() : job->log;
}

void JobQueue::touch(int row) { Q_EMIT dataChanged(index(row), index(row)); }

int JobQueue::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(jobs_.size());
}

Qt::ItemFlags JobQueue::flags(const QModelIndex& at) const {
    // Dropping is between rows alone.
    if (!at.isValid()) return Qt::ItemIsDropEnabled;
    auto flags = QAbstractListModel::flags(at);
    if (jobs_[static_cast<std::size_t>(at.row())]->state == State::Waiting) flags |= Qt::ItemIsDragEnabled;
    return flags;
}

QVariant JobQueue::data(const QModelIndex& at, int role) const {
    if (!checkIndex(at, CheckIndexOption::IndexIsValid)) return {};
    const auto& job = *jobs_[static_cast<std::size_t>(at.row())];
    switch (role) {
        case Qt::DisplayRole: {
            const auto head = QStringLiteral("%1 — %2").arg(job.title, stateText(job.state));
            return job.message.isEmpty() ? head : head + QStringLiteral("\n    ") + job.message;
        }
        case Qt::ToolTipRole: return job.message;
        case Qt::AccessibleTextRole:
            return QStringLiteral("%1, %2, %3").arg(job.title, stateText(job.state), job.message);
        case StateRole: return static_cast<int>(job.state);
        case ProgressRole: return job.progress;
        case MessageRole: return job.message;
        case IdRole: return job.id;
        case CommandRole: return job.command.has_value();
        default: return {};
    }
}

}  // namespace tintreel::ui
