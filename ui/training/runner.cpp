// SPDX-License-Identifier: Apache-2.0
#include "training/runner.h"

#include <algorithm>
#include <optional>

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QJsonDocument>

namespace tintreel::ui {

Runner::Runner(const QString& program, const QString& runsFolder, QObject* parent)
    : QObject(parent), program_(program), folder_(runsFolder) {
    reload();
}

void Runner::reload() {
    const QString active = active_;
    const auto training = find(active) != nullptr ? std::optional(*find(active)) : std::nullopt;
    runs_ = readRuns(folder_);
    if (training)
        if (auto* run = own(active)) *run = *training;
    Q_EMIT listChanged();
}

const RunInfo* Runner::find(const QString& folder) const {
    const auto found =
        std::find_if(runs_.begin(), runs_.end(), [&](const RunInfo& run) { return run.folder == folder; });
    return found == runs_.end() ? nullptr : &*found;
}

RunInfo* Runner::own(const QString& folder) {
    const auto found =
        std::find_if(runs_.begin(), runs_.end(), [&](const RunInfo& run) { return run.folder == folder; });
    return found == runs_.end() ? nullptr : &*found;
}

QString Runner::create(QJsonObject config, QString& error) {
    const auto stem =
        QStringLiteral("%1 %2").arg(QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd HHmmss")),
                                    config[QStringLiteral("stage")].toString());
    QString folder = folder_ + QLatin1Char('/') + stem;
    for (int n = 2; QFile::exists(folder); ++n) folder = folder_ + QStringLiteral("/%1 %2").arg(stem).arg(n);
    config[QStringLiteral("out")] = folder;
    QFile file(folder + QStringLiteral("/config.json"));
    const auto text = QJsonDocument(config).toJson();
    if (!QDir().mkpath(folder) || !file.open(QIODevice::WriteOnly) || file.write(text) != text.size() ||
        !file.flush() || !writeRunState(folder, RunInfo::State::Waiting, {})) {
        error =
            tr("The run cannot be written into “%1”: %2. Is there room on the disk?").arg(folder, file.errorString());
        QDir(folder).removeRecursively();
        return {};
    }
    file.close();
    reload();
    return folder;
}

void Runner::start(const QStringList& folders) {
    queue_ << folders;
    startNext();
}

void Runner::startNext() {
    if (!active_.isEmpty() || queue_.isEmpty()) return;
    active_ = queue_.takeFirst();
    warnings_.clear();
    firstStep_ = -1;
    setState(active_, RunInfo::State::Running);
    // One process object a run; the one before may be telling us of its end right now.
    if (worker_) worker_.release()->deleteLater();
    worker_ = std::make_unique<WorkerProcess>();
    connect(worker_.get(), &WorkerProcess::message, this, &Runner::take);
    connect(worker_.get(), &WorkerProcess::finished, this, &Runner::settle);
    worker_->start(program_, {QStringLiteral("train"), active_ + QStringLiteral("/config.json"),
                              QStringLiteral("--resume"), QStringLiteral("auto"), QStringLiteral("--json"),
                              QStringLiteral("--control"), QStringLiteral("-q")});
}

void Runner::tell(const QString& command) {
    if (worker_) worker_->send(QJsonObject{{QStringLiteral("command"), command}});
}
void Runner::pause() { tell(QStringLiteral("pause")); }
void Runner::resume() { tell(QStringLiteral("resume")); }
void Runner::stopAndKeep() {
    queue_.clear();
    tell(QStringLiteral("stop"));
}
void Runner::interrupt() {
    queue_.clear();
    if (worker_) worker_->cancel();
}

bool Runner::discard(const QString& folder) {
    if (folder.isEmpty() || folder == active_) return false;
    queue_.removeAll(folder);
    const bool gone = QDir(folder).removeRecursively();
    reload();
    return gone;
}

void Runner::take(const QJsonObject& line) {
    auto* run = own(active_);
    if (run == nullptr) return;
    const auto type = line[QStringLiteral("type")].toString();
    if (type == QStringLiteral("progress") && line[QStringLiteral("stage")].toString() == QStringLiteral("train")) {
        const int done = line[QStringLiteral("done")].toInt(), total = line[QStringLiteral("total")].toInt();
        if (firstStep_ < 0) {
            firstStep_ = done;
            since_.start();
        }
        const double each =
            done > firstStep_ ? static_cast<double>(since_.elapsed()) / 1000.0 / (done - firstStep_) : -1;
        Q_EMIT progressed(active_, done, total, each < 0 ? -1 : each * (total - done));
    } else if (type == QStringLiteral("paused")) {
        setState(active_, RunInfo::State::Paused);
    } else if (type == QStringLiteral("resumed")) {
        firstStep_ = -1;
        setState(active_, RunInfo::State::Running);
    } else if (type == QStringLiteral("warning")) {
        warnings_ << line[QStringLiteral("message")].toString();
        run->message = warnings_.join(QLatin1Char('\n'));
        Q_EMIT runChanged(active_);
    } else {
        run->figures.add(line);
        Q_EMIT runChanged(active_);
    }
}

void Runner::settle(const WorkerProcess::Outcome& outcome) {
    const auto folder = active_;
    active_.clear();
    const auto status = outcome.result[QStringLiteral("status")].toString();
    QString said = outcome.result[QStringLiteral("message")].toString();
    if (said.isEmpty()) said = outcome.result[QStringLiteral("error")].toString();
    if (said.isEmpty()) said = outcome.log.join(QLatin1Char('\n'));
    if (outcome.exitCode == 0 && status == QStringLiteral("stopped"))
        setState(folder, RunInfo::State::Stopped, warnings_.join(QLatin1Char('\n')));
    else if (outcome.exitCode == 0) {
        const bool early = outcome.result[QStringLiteral("ended")].toString() == QStringLiteral("early-stop");
        if (early) warnings_.prepend(tr("Ended early: no gain any more on the pictures that are held back."));
        setState(folder, RunInfo::State::Done, warnings_.join(QLatin1Char('\n')));
    } else if (outcome.cancelled || outcome.exitCode == 143 || outcome.exitCode == 130)
        setState(folder, RunInfo::State::Interrupted, tr("Stopped; it goes on from its last checkpoint."));
    else if (outcome.crashed())
        setState(folder, RunInfo::State::Interrupted,
                 tr("The training program ended: %1. The run goes on from its last checkpoint.")
                     .arg(WorkerProcess::signalText(outcome.signal)));
    else setState(folder, RunInfo::State::Failed, said);
    const bool well = outcome.exitCode == 0;
    if (!well) queue_.clear();
    Q_EMIT finished(folder);
    startNext();
}

void Runner::setState(const QString& folder, RunInfo::State state, const QString& message) {
    if (auto* run = own(folder)) {
        run->state = state;
        run->message = message;
    }
    writeRunState(folder, state, message);
    Q_EMIT runChanged(folder);
}

}  // namespace tintreel::ui
