// SPDX-License-Identifier: Apache-2.0
#include "canvas/canvas_painter.h"

#include <algorithm>

#include "canvas/canvas.h"
#include "canvas/hint_painter.h"
#include "canvas/overlay_painter.h"

namespace tintreel::ui {
CanvasPainter::CanvasPainter(QPainter& painter, CanvasState& state, QSizeF size, double ratio)
    : painter_(painter), state_(state), area_(QPointF(), size), pane_(QPointF(), state.view.canvas()), ratio_(ratio) {}

void CanvasPainter::paint(const ToolOverlay& overlay, const std::optional<BrushRing>& ring) {
    painter_.fillRect(area_, state_.surround);
    painter_.setRenderHint(QPainter::Antialiasing);
    if (state_.view.empty()) {
        paintEmpty(painter_, area_, state_.emptyText);
    } else if (state_.split()) {
        paintPane(0, true, overlay, ring);
        paintPane(area_.width() - pane_.width(), false, overlay, ring);
        painter_.fillRect(QRectF(area_.center().x() - 1, 0, 2, area_.height()), Qt::black);
    } else {
        paintPane(0, state_.compare == Compare::Source, overlay, ring);
    }
    if (!state_.view.empty()) paintTexts(ring);
    if (state_.busy) paintBusy(painter_, area_, state_.busyPhase);
    if (state_.focus) {
        painter_.setBrush(Qt::NoBrush);
        painter_.setPen(QPen(QColor(255, 178, 62, 150), 1));
        painter_.drawRect(area_.adjusted(0.5, 0.5, -0.5, -0.5));
    }
}

// Without a result the film itself is the result so far.
void CanvasPainter::paintPicture(bool source, const QRectF& clip) {
    auto& layer = source || state_.peek || state_.result.isNull() ? state_.source : state_.result;
    painter_.save();
    painter_.setClipRect(clip, Qt::IntersectClip);
    layer.paint(painter_, state_.view.pictureRect(), pane_, ratio_);
    painter_.restore();
}

void CanvasPainter::paintPane(double left, bool source, const ToolOverlay& overlay,
                              const std::optional<BrushRing>& ring) {
    const QRectF picture = state_.view.pictureRect();
    painter_.save();
    painter_.translate(left, 0);
    painter_.setClipRect(pane_);
    painter_.fillRect(picture.adjusted(-1, -1, 1, 1), QColor(14, 14, 14));
    if (state_.compare == Compare::Wipe) {
        const double x = picture.left() + picture.width() * state_.wipe,
                     y = picture.top() + picture.height() * state_.wipe;
        QRectF before = pane_, after = pane_;
        if (state_.wipeVertical) before.setRight(x), after.setLeft(x);
        else before.setBottom(y), after.setTop(y);
        paintPicture(true, before);
        paintPicture(false, after);
    } else {
        paintPicture(source, pane_);
    }
    if (state_.hintsVisible) paintHints(overlay);
    if (overlay.draft) {
        const auto* moved = state_.find(overlay.moved);
        const QColor color = moved != nullptr ? moved->color : state_.brushShown;
        paintDraft(painter_, *overlay.draft, color, state_.view, overlay.open, overlay.closes);
    }
    if (state_.compare == Compare::Wipe && !state_.peek)
        paintWipeLine(painter_, picture, state_.wipe, state_.wipeVertical);
    if (ring) paintRing(painter_, ring->at, state_.view.canvasFromShare(ring->radius), ring->eraser);
    painter_.restore();
}

void CanvasPainter::paintHints(const ToolOverlay& overlay) {
    const HintLayer::Looks looks{canvasFromShape(state_.view), state_.selected, overlay.moved, overlay.doomed};
    state_.hintLayer.paint(painter_, state_.shapes, state_.onionShapes, looks, pane_.size(), ratio_);
}

void CanvasPainter::paintTexts(const std::optional<BrushRing>& ring) {
    const bool comparing = !state_.peek && (state_.compare == Compare::Wipe || state_.compare == Compare::Split);
    const QString source = state_.sourceName.isEmpty() ? Canvas::tr("SOURCE") : state_.sourceName;
    if (state_.peek || state_.compare == Compare::Source)
        paintPlate(painter_, area_, Qt::AlignTop | Qt::AlignLeft, source);
    if (comparing) {
        const bool result = !state_.result.isNull();
        paintPlate(painter_, area_, Qt::AlignTop | Qt::AlignLeft, source);
        const QString other = result ? Canvas::tr("RESULT") : Canvas::tr("NO RESULT YET");
        if (state_.compare == Compare::Split)
            paintPlate(painter_, area_.adjusted(area_.width() / 2, 0, 0, 0), Qt::AlignTop | Qt::AlignLeft, other);
        else if (state_.wipeVertical)
            paintPlate(painter_, area_.adjusted(0, 0, state_.busy ? -32 : 0, 0), Qt::AlignTop | Qt::AlignRight, other);
        else paintPlate(painter_, area_.adjusted(0, 0, 0, -34), Qt::AlignBottom | Qt::AlignLeft, other);
    }
    const QString zoom =
        (state_.view.fitted() ? Canvas::tr("fit %1 %") : Canvas::tr("%1 %")).arg(qRound(state_.view.zoom() * 100));
    paintPlate(painter_, area_, Qt::AlignBottom | Qt::AlignRight, zoom);
    paintPlate(painter_, area_.adjusted(0, 0, -plateSize(painter_, zoom).width() - 10, 0),
               Qt::AlignBottom | Qt::AlignLeft, state_.hud);
    if (ring && ring->resizing) {
        const QSizeF picture = state_.view.picture();
        const double diameter = 2 * ring->radius * std::min(picture.width(), picture.height());
        const QPointF at = ring->at + QPointF(state_.view.canvasFromShare(ring->radius), 0);
        paintPlate(painter_, QRectF(at, area_.bottomRight()), Qt::AlignTop | Qt::AlignLeft,
                   Canvas::tr("%1 px").arg(diameter, 0, 'f', 1));
    }
}

}  // namespace tintreel::ui
