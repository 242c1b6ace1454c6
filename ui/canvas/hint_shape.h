// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QList>
#include <QPolygonF>
#include <QTransform>

#include "canvas/canvas_types.h"
#include "canvas/canvas_view.h"

namespace tintreel::ui {

/// The picture's shorter side in the units of shapes. Curves become lines in these units, so they must be about as fine
/// as screen pixels at usual zooms.
inline constexpr double kShapeUnits = 2048;

/// A hint's outlines, made once (the union of a stroke's pieces is dear) and drawn at any zoom.
struct HintShape {
    /// What the hint carries, told by form: a disc for a colour of its own, a square for a palette slot, a crossed disc
    /// for neutral.
    enum class Mark { Disc, Square, Cross };

    qint64 id = 0;
    QColor color;
    Mark mark = Mark::Disc;
    hints::HintKind kind = hints::HintKind::Dot;
    QList<QPolygonF> outline;  ///< edge of the area that the hint covers, closed
    QPolygonF spine;           ///< a stroke's line; empty for others
    QPointF handle;            ///< where the mark sits
};

[[nodiscard]] HintShape hintShape(const CanvasHint& hint, QSizeF picture);
[[nodiscard]] QTransform canvasFromShape(const CanvasView& view);

}  // namespace tintreel::ui
