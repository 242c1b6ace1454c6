// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QPointer>

#include "studio/studio.h"
#include "training/model_dialog.h"
#include "training/training_window.h"

namespace tintreel::ui {

/// Joins the windows of training and models with the studio. GUI thread.
class TrainingBinding : public QObject {
    Q_OBJECT
public:
    TrainingBinding(Studio& studio, QWidget* window);
    ~TrainingBinding() override;

    void openTraining();
    void openModels();
    /// A run goes on; it is interrupted, and can go on later, when the project is closed.
    [[nodiscard]] bool isTraining() const;

private:
    [[nodiscard]] TrainingHost host();
    void closeAll();

    Studio& studio_;
    QWidget* window_;
    QPointer<TrainingWindow> training_;
    QPointer<ModelDialog> models_;
};

}  // namespace tintreel::ui
