// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLabel>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QWidget>

#include "studio/job_queue.h"

namespace tintreel::ui {

/// The queue: what waits, runs and is over, the log of the chosen job, and what can be done about it. Waiting jobs are
/// put in order by dragging or Alt+Up and Alt+Down; Delete cancels what waits or runs, and takes what is over off the
/// list.
class JobPanel : public QWidget {
    Q_OBJECT
public:
    explicit JobPanel(JobQueue& queue, QWidget* parent = nullptr);

private:
    void makeButtons();
    void makeKeys();
    [[nodiscard]] int current() const;  ///< id, 0 for none
    [[nodiscard]] JobQueue::State currentState() const;
    void removeOrCancel();
    void refresh();
    void showLog();

    JobQueue& queue_;
    QListView* list_;
    QPlainTextEdit* log_;
    QWidget* buttons_;
    QPushButton *cancel_, *pauseJob_, *retry_, *up_, *down_, *remove_, *copy_, *pause_, *clear_;
};

}  // namespace tintreel::ui
