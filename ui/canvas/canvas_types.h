// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QtGlobal>

#include "tintreel/hints/hint.h"

namespace tintreel::ui {

/// A hint as the canvas shows it.
struct CanvasHint {
    qint64 id = 0;  ///< the caller's name for it, not 0
    hints::Hint hint;
    QColor color;  ///< shown colour
};

enum class Tool { Brush, Dot, Region, Eraser, Select, Picker };

/// Result: the coloured frame. Source: the film as it is. Wipe: source on the left of (above) a line, result on the
/// other side. Split: two panes that show the same part of the picture, source on the left, result on the right.
enum class Compare { Result, Source, Wipe, Split };

/// Shares of the picture's shorter side.
inline constexpr double kSmallestBrush = 0.002;
inline constexpr double kLargestBrush = 0.25;

}  // namespace tintreel::ui
