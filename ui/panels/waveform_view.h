// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "panels/scope_view.h"
#include "tintreel/color/scopes.h"

namespace tintreel::ui {

/// Luma by place, left to right as in the frame.
class WaveformView : public ScopeView {
    Q_OBJECT
public:
    explicit WaveformView(QWidget* parent = nullptr);

protected:
    [[nodiscard]] QString count(const RgbImage& frame, color::Matrix matrix) override;
    void paintPlot(QPainter& painter, const QRectF& area) override;

private:
    color::Counts counts_;
};

}  // namespace tintreel::ui
