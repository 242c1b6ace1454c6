// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>

#include "training/run_files.h"
#include "worker/worker_process.h"

namespace tintreel::ui {

/// The training runs of one project: lists them, trains one at a time in a process of its own, and keeps what each has
/// measured. GUI thread.
class Runner : public QObject {
    Q_OBJECT
public:
    Runner(const QString& program, const QString& runsFolder, QObject* parent = nullptr);

    [[nodiscard]] const QList<RunInfo>& runs() const { return runs_; }
    [[nodiscard]] const RunInfo* find(const QString& folder) const;
    [[nodiscard]] QString runsFolder() const { return folder_; }
    /// Folder of the run that trains now, "" for none.
    [[nodiscard]] QString active() const { return active_; }
    [[nodiscard]] qint64 processId() const { return worker_ ? worker_->processId() : 0; }

    /// Makes a run of a config (its "out" is filled in) and lists it. "" when it cannot be written; `error` says why.
    QString create(QJsonObject config, QString& error);
    /// Trains these one after the other; a run with a checkpoint goes on from it.
    void start(const QStringList& folders);
    void pause();
    void resume();
    /// Ends the run that trains with the weights it has; those waiting behind it keep waiting.
    void stopAndKeep();
    /// Ends it at once; it can go on later.
    void interrupt();
    /// Deletes a run that does not train, with everything in it.
    bool discard(const QString& folder);
    void reload();

Q_SIGNALS:
    void listChanged();
    /// Its figures or its state.
    void runChanged(const QString& folder);
    void progressed(const QString& folder, int step, int steps, double secondsLeft);
    void finished(const QString& folder);

private:
    void tell(const QString& command);
    void startNext();
    void take(const QJsonObject& line);
    void settle(const WorkerProcess::Outcome& outcome);
    RunInfo* own(const QString& folder);
    void setState(const QString& folder, RunInfo::State state, const QString& message = {});

    QString program_, folder_, active_;
    QStringList queue_;
    QList<RunInfo> runs_;
    QElapsedTimer since_;
    int firstStep_ = -1;
    QStringList warnings_;
    std::unique_ptr<WorkerProcess> worker_;  // of the run that trains, or of the last one
};

}  // namespace tintreel::ui
