// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include <QColor>
#include <QPointF>
#include <QString>

#include "canvas/canvas_types.h"
#include "canvas/canvas_view.h"
#include "canvas/hint_layer.h"
#include "canvas/hint_shape.h"
#include "canvas/picture_layer.h"

namespace tintreel::ui {

/// Everything the canvas shows. Plain data: gestures and tools read it, the painter paints it.
struct CanvasState {
    /// In Split the view is the left pane's; the right pane shows the same, moved by its width.
    CanvasView view;
    PictureLayer source, result;

    std::vector<CanvasHint> hints, onion;
    std::vector<HintShape> shapes, onionShapes;  ///< of hints and onion, in the same order
    HintLayer hintLayer;
    bool hintsVisible = true;
    qint64 selected = 0;

    Tool tool = Tool::Brush;
    double brushRadius = 0.02;
    hints::HintColor brushColor = hints::NeutralColor{};
    QColor brushShown{128, 128, 128};
    hints::HintSpan span = hints::HintSpan::Scene;
    FrameIndex frame = 0;

    Compare compare = Compare::Result;
    double wipe = 0.5;
    bool wipeVertical = true;  ///< the line stands upright: source on its left
    bool peek = false;         ///< the source is shown whatever `compare` says

    bool busy = false;
    int busyPhase = 0;
    QString hud, emptyText, sourceName;
    QColor surround{42, 42, 42};
    std::optional<QPointF> pointer;  ///< canvas coordinates of its pane; none: it is elsewhere
    bool focus = false;

    [[nodiscard]] bool split() const { return compare == Compare::Split && !view.empty(); }
    [[nodiscard]] const CanvasHint* find(qint64 id) const {
        for (const auto& hint : hints)
            if (hint.id == id) return &hint;
        return nullptr;
    }
};

}  // namespace tintreel::ui
