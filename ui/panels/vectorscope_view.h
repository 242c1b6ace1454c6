// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "panels/scope_view.h"
#include "tintreel/color/scopes.h"

namespace tintreel::ui {

/// Cb to the right, Cr upwards, with 75 % bar targets and the skin-tone line.
class VectorscopeView : public ScopeView {
    Q_OBJECT
public:
    explicit VectorscopeView(QWidget* parent = nullptr);

protected:
    [[nodiscard]] QString count(const RgbImage& frame, color::Matrix matrix) override;
    void paintPlot(QPainter& painter, const QRectF& area) override;

private:
    void paintGraticule(QPainter& painter, const QRectF& square) const;

    color::Counts counts_;
    color::Matrix matrix_ = color::Matrix::Bt709;
};

}  // namespace tintreel::ui
