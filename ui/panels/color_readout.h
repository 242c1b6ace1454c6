// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLabel>
#include <QToolButton>
#include <QWidget>

#include "panels/color_swatch.h"
#include "tintreel/hints/hint.h"

namespace tintreel::ui {

/// The current colour as a patch, in words and in numbers, and the previous one with the button that swaps them.
class ColorReadout : public QWidget {
    Q_OBJECT
public:
    explicit ColorReadout(QWidget* parent = nullptr);

    /// `ab` is what `color` means under the palette; `lightness` 0..100.
    void setCurrent(const hints::HintColor& color, hints::AbColor ab, float lightness);
    void setPrevious(const hints::HintColor& color, hints::AbColor ab, float lightness);

Q_SIGNALS:
    void swapRequested();

private:
    ColorSwatch* current_;
    ColorSwatch* previous_;
    QLabel* words_;
    QLabel* numbers_;
    QToolButton* swap_;
};

}  // namespace tintreel::ui
