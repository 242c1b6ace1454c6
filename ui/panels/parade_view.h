// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "panels/scope_view.h"
#include "tintreel/color/scopes.h"

namespace tintreel::ui {

/// Waveforms of red, green and blue side by side.
class ParadeView : public ScopeView {
    Q_OBJECT
public:
    explicit ParadeView(QWidget* parent = nullptr);

protected:
    [[nodiscard]] QString count(const RgbImage& frame, color::Matrix matrix) override;
    void paintPlot(QPainter& painter, const QRectF& area) override;

private:
    std::array<color::Counts, 3> counts_;
};

}  // namespace tintreel::ui
