// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QColor>
#include <QIcon>
#include <QPalette>
#include <QString>

#include "tintreel/hints/hint.h"

namespace tintreel::ui {

// Colours of hints as the panels show them. Pure functions; icons need the GUI thread.

/// a, b of a colour; (0, 0) for neutral and for a palette name that `palette` lacks.
[[nodiscard]] hints::AbColor abOf(const hints::PlainColor& color);
[[nodiscard]] hints::AbColor abOf(const hints::HintColor& color, const std::vector<hints::PaletteSlot>& palette);

/// The sRGB colour of a, b at lightness 0..100; where there is none, the nearest of that lightness and hue.
[[nodiscard]] QColor shownColor(hints::AbColor color, float lightness);

/// A slot's colour in lists: RGB as given, a, b at a middle lightness. It does not follow the film, so that a slot is
/// known again wherever the pointer is.
[[nodiscard]] QColor slotColor(const hints::PlainColor& color);

/// "palette: skin", "a 12.0, b -3.5", "#b48c78" or "neutral".
[[nodiscard]] QString wordsOf(const hints::HintColor& color);

/// A square of the colour with an outline that shows on any background.
[[nodiscard]] QIcon swatchIcon(const QColor& color, const QPalette& palette, int side = 16);

}  // namespace tintreel::ui
