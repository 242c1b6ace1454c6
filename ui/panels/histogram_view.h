// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "panels/scope_view.h"
#include "tintreel/color/scopes.h"

namespace tintreel::ui {

/// Histograms of luma, red, green and blue, one above the other.
class HistogramView : public ScopeView {
    Q_OBJECT
public:
    explicit HistogramView(QWidget* parent = nullptr);

protected:
    [[nodiscard]] QString count(const RgbImage& frame, color::Matrix matrix) override;
    void paintPlot(QPainter& painter, const QRectF& area) override;

private:
    color::Histogram bins_;
};

}  // namespace tintreel::ui
