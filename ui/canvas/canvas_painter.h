// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <QPainter>

#include "canvas/canvas_gestures.h"
#include "canvas/canvas_state.h"
#include "canvas/tool.h"

namespace tintreel::ui {

/// Puts together what the canvas shows: surround, picture or pictures, hints, what the hand is doing, HUD.
class CanvasPainter {
public:
    /// Size in logical pixels, ratio device pixels each. State: its layers keep what they scaled.
    CanvasPainter(QPainter& painter, CanvasState& state, QSizeF size, double ratio);

    void paint(const ToolOverlay& overlay, const std::optional<BrushRing>& ring);

private:
    void paintPicture(bool source, const QRectF& clip);
    void paintPane(double left, bool source, const ToolOverlay& overlay, const std::optional<BrushRing>& ring);
    void paintHints(const ToolOverlay& overlay);
    void paintTexts(const std::optional<BrushRing>& ring);

    QPainter& painter_;
    CanvasState& state_;
    QRectF area_;
    QRectF pane_;  ///< in its own coordinates: (0, 0) and the size of the view's canvas
    double ratio_;
};

}  // namespace tintreel::ui
