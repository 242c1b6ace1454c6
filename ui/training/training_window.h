// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>
#include <QTabWidget>

#include "training/data_page.h"
#include "training/result_page.h"
#include "training/run_page.h"
#include "training/runner.h"
#include "training/settings_page.h"

namespace tintreel::ui {

/// Tools, Train…: data set, settings, runs, result. Closing it lets a run go on; its owner ends the run.
class TrainingWindow : public QDialog {
    Q_OBJECT
public:
    explicit TrainingWindow(const TrainingHost& host, QWidget* parent = nullptr);
    [[nodiscard]] Runner& runner() { return runner_; }
    [[nodiscard]] const std::filesystem::path& project() const { return host_.project; }

private:
    void start();

    TrainingHost host_;
    Runner runner_;
    QTabWidget* pages_;
    DataPage* data_;
    SettingsPage* settings_;
    RunPage* runs_;
    ResultPage* result_;
    QLabel* problem_;
};

}  // namespace tintreel::ui
