// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QColor>
#include <QWidget>

#include "panels/color_readout.h"
#include "panels/gamut_picker.h"
#include "panels/palette_editor.h"
#include "panels/suggestion_bar.h"

namespace tintreel::ui {

/// The "Colour" panel: current colour, what is possible at the film's lightness, suggestions, palette. In the panel X
/// swaps colours and 1 to 9 choose slots. Slots are counted from 0 in code.
class ColorPanel : public QWidget {
    Q_OBJECT
public:
    explicit ColorPanel(QWidget* parent = nullptr);

    /// Lightness under the pointer, 0..100. Changes nothing but the view.
    void setLightness(float lightness);
    /// Makes a colour the current one, without a signal.
    void setColor(hints::HintColor color);
    [[nodiscard]] hints::HintColor color() const { return current_; }
    /// As a click on the slot: colorChosen follows. Nothing where there is no such slot.
    void chooseSlot(int slot);
    /// Current and previous; colorChosen follows.
    void swapColors();
    /// A current colour whose slot was renamed follows it; one whose slot is gone keeps the colour.
    void setPalette(std::vector<hints::PaletteSlot> palette);
    void setSuggestions(std::vector<ColorSuggestion> suggestions);
    /// The colour on screen, at the present lightness and by the palette.
    [[nodiscard]] QColor shown(const hints::HintColor& color) const;

Q_SIGNALS:
    void colorChosen(const tintreel::hints::HintColor& color);
    /// A slot was renamed or, at the end of a gesture, given another colour: one undo step.
    void slotEdited(int slot, const tintreel::hints::PaletteSlot& value);
    void slotAdded(const tintreel::hints::PaletteSlot& value);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void pick(hints::HintColor color);
    void choose(hints::HintColor color);
    void makeCurrent(hints::HintColor color);
    void addSlot();
    void setRecoloring(int slot);
    void refresh();
    [[nodiscard]] bool handleKey(const QKeyEvent& event);
    [[nodiscard]] hints::AbColor ab(const hints::HintColor& color) const;

    hints::HintColor current_ = hints::AbColor{20, 25}, previous_ = hints::NeutralColor{};
    float lightness_ = 50;
    ColorReadout* readout_;
    GamutPicker* picker_;
    SuggestionBar* suggestions_;
    PaletteEditor* palette_;
};

}  // namespace tintreel::ui
