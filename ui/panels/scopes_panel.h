// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QComboBox>
#include <QWidget>

#include "panels/scope_view.h"

namespace tintreel::ui {

/// Vectorscope, waveform, parade and histogram of a frame, all four or one of them. Large frames are sampled (at most
/// kMostSide pixels a side); while the panel is hidden a frame is kept sampled and nothing is counted.
class ScopesPanel : public QWidget {
    Q_OBJECT
public:
    static constexpr int kMostSide = 480;

    explicit ScopesPanel(QWidget* parent = nullptr);
    /// The frame as on screen; empty: none. `matrix` says how luma and chroma are meant.
    void setFrame(const RgbImage& frame, color::Matrix matrix);

private:
    void showOnly(int view);

    QComboBox* choice_;
    std::vector<ScopeView*> views_;
};

}  // namespace tintreel::ui
