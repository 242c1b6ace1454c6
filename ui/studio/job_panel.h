// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QListView>
#include <QPushButton>
#include <QWidget>

#include "studio/job_queue.h"

namespace tintreel::ui {

/// The queue: what waits, runs and is over, with what can be done about it.
class JobPanel : public QWidget {
    Q_OBJECT
public:
    explicit JobPanel(JobQueue& queue, QWidget* parent = nullptr);

private:
    [[nodiscard]] int current() const;  ///< id, 0 for none
    void refresh();

    JobQueue& queue_;
    QListView* list_;
    QPushButton *cancel_, *retry_, *up_, *down_, *pause_, *clear_;
};

}  // namespace tintreel::ui
