// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QComboBox>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QWidget>

#include "canvas/canvas.h"
#include "training/comparer.h"

namespace tintreel::ui {

/// Two results of the frame on the screen on one canvas, wiped or side by side.
class CompareView : public QWidget {
    Q_OBJECT
public:
    explicit CompareView(TrainingHost host, QWidget* parent = nullptr);
    /// What stands left and right; nothing is coloured before run().
    void setSides(const QString& oneName, const Comparer::Side& one, const QString& otherName,
                  const Comparer::Side& other);
    void run();
    void clear();
    [[nodiscard]] bool hasPictures() const { return !pictures_.one.isNull(); }
    [[nodiscard]] const Comparer::Pictures& pictures() const { return pictures_; }

private:
    void show(const Comparer::Pictures& pictures);

    TrainingHost host_;
    Comparer comparer_;
    Comparer::Side one_, other_;
    Comparer::Pictures pictures_;
    QString oneName_, otherName_;
    Canvas* canvas_;
    QComboBox* mode_;
    QPushButton* run_;
    QProgressBar* progress_;
    QLabel* words_;
};

}  // namespace tintreel::ui
