// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCheckBox>
#include <QLabel>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>
#include <QSlider>
#include <QWidget>

#include "training/curve_view.h"
#include "training/runner.h"

namespace tintreel::ui {

/// The runs of a project, and how the chosen one goes: curves (several runs can be ticked to compare them), samples at
/// fixed inputs over the steps, and what can be done about it.
class RunPage : public QWidget {
    Q_OBJECT
public:
    explicit RunPage(Runner& runner, QWidget* parent = nullptr);
    [[nodiscard]] QString current() const;  ///< folder, "" for none
    void select(const QString& folder);

Q_SIGNALS:
    void currentChanged();
    void resultWanted();

private:
    void fill();
    void showRun();
    void showCurves();
    void showSamples();
    void refreshItem(const QString& folder);

    Runner& runner_;
    QListWidget* list_;
    QLabel *status_, *sampleWords_, *sample_;
    QProgressBar* progress_;
    CurveView* curves_;
    QSlider *smoothing_, *sampleStep_, *sampleNumber_;
    QCheckBox* logarithmic_;
    QPushButton *pause_, *stop_, *goOn_, *discard_, *result_;
    bool filling_ = false, followSamples_ = true;
};

}  // namespace tintreel::ui
