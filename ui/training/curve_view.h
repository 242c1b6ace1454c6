// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <QWidget>

#include "training/run_files.h"

namespace tintreel::ui {

/// The curves of some runs: the loss on the left axis, scores in dB on the right one with the starting weights' score
/// (dashed) and the grey control (dotted). The wheel zooms, a drag moves, a double click shows all. The one place that
/// names QCustomPlot.
class CurveView : public QWidget {
    Q_OBJECT
public:
    explicit CurveView(QWidget* parent = nullptr);
    ~CurveView() override;

    struct Shown {
        QString name;
        RunFigures figures;
        int steps = 0;
    };
    void setRuns(const QList<Shown>& runs);
    void setLogarithmic(bool on);      ///< the loss
    void setSmoothing(double share);   ///< 0 = as measured, towards 1 ever smoother: an exponential average
    [[nodiscard]] int curves() const;  ///< drawn ones that have points, levels counted too

private:
    void draw();
    struct Private;
    std::unique_ptr<Private> p_;
};

/// Exponential average with the bias of its start taken out (Kingma and Ba 2015, section 3), as TensorBoard smooths.
[[nodiscard]] QVector<double> smoothed(const QVector<double>& values, double share);

}  // namespace tintreel::ui
