// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <QCheckBox>
#include <QLabel>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>
#include <QWidget>

#include "training/training_host.h"
#include "worker/worker_process.h"

namespace tintreel::ui {

/// Builds the data set of a project (`tintreel dataset from-project` in a process of its own) and shows what it holds:
/// counts, licences, and each picture as training sees it, grey with simulated hints.
class DataPage : public QWidget {
    Q_OBJECT
public:
    explicit DataPage(TrainingHost host, QWidget* parent = nullptr);

    /// The shard, "" while there is none.
    [[nodiscard]] QString shard() const;
    [[nodiscard]] bool hasClips() const { return clips_; }
    /// Lists a folder or film: "--references" or "--clips", as the command line takes it.
    void addSource(const QString& kind, const QString& path);

Q_SIGNALS:
    void changed();

private:
    void build();
    void addFolder(const QString& kind, const QString& title);
    void addFilm();
    void done(const WorkerProcess::Outcome& outcome);
    void describe(const QString& more);
    void preview();
    [[nodiscard]] QString shardFile() const;
    void setBusy(bool busy);

    TrainingHost host_;
    QCheckBox *approved_, *hinted_, *scenes_;
    QListWidget* sources_;
    QPushButton *build_, *cancel_, *remove_, *hintsAgain_;
    QProgressBar* progress_;
    QLabel* facts_;
    QListWidget* grid_;
    quint64 hintSeed_ = 1;
    bool clips_ = false;
    std::unique_ptr<WorkerProcess> worker_;  // of the last build
};

}  // namespace tintreel::ui
