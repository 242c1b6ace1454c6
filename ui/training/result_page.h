// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QWidget>

#include "training/compare_view.h"
#include "training/run_files.h"

namespace tintreel::ui {

/// What a run came to: its figures, the frame on the screen before and after, and whether it shall be used.
class ResultPage : public QWidget {
    Q_OBJECT
public:
    explicit ResultPage(TrainingHost host, QWidget* parent = nullptr);
    void setRun(const RunInfo* run);  ///< null: none

Q_SIGNALS:
    void used(const QString& id);
    void discardRequested(const QString& folder);

private:
    void use();
    [[nodiscard]] QString freeName() const;

    TrainingHost host_;
    QString folder_, role_;
    QString prepared_;  // folder of the run that name and sides are set for
    QLabel *figures_, *said_;
    QLineEdit *name_, *notes_;
    QPushButton *use_, *discard_;
    CompareView* compare_;
};

}  // namespace tintreel::ui
