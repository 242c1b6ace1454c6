// SPDX-License-Identifier: Apache-2.0
#include "canvas/canvas_impl.h"

#include <algorithm>
#include <cmath>

#include <QHash>

namespace tintreel::ui {

void Canvas::Impl::drawing(const hints::Hint& hint) {
    canvas.update();
    Q_EMIT canvas.hintDrawing(hint);
}

void Canvas::Impl::drawn(const hints::Hint& hint) {
    canvas.update();
    Q_EMIT canvas.hintDrawn(hint);
}

void Canvas::Impl::cancelled() {
    canvas.update();
    Q_EMIT canvas.drawingCancelled();
}

void Canvas::Impl::moving(qint64 id, const hints::Hint& hint) {
    canvas.update();
    Q_EMIT canvas.hintMoving(id, hint);
}

void Canvas::Impl::moved(qint64 id, const hints::Hint& hint) {
    canvas.update();
    Q_EMIT canvas.hintMoved(id, hint);
}

void Canvas::Impl::erased(const QList<qint64>& ids) {
    canvas.update();
    Q_EMIT canvas.hintsErased(ids);
}

void Canvas::Impl::select(qint64 id) {
    if (shown.selected == id) return;
    shown.selected = id;
    canvas.update();
    Q_EMIT canvas.hintSelected(id);
}

void Canvas::Impl::picked(hints::Point frame) { Q_EMIT canvas.colorPicked({frame.x, frame.y}); }

void Canvas::Impl::viewMoved() {
    canvas.update();
    updateCursor();
    Q_EMIT canvas.viewChanged();
}

void Canvas::Impl::zoomAt(QPointF at, double factor) {
    if (shown.view.empty()) return;
    shown.view.zoomAt(at, factor);
    viewMoved();
}

void Canvas::Impl::toggleFit(QPointF at) {
    shown.view.toggleFit(at);
    viewMoved();
}

void Canvas::Impl::panBy(QPointF delta) {
    shown.view.panBy(delta);
    viewMoved();
}

void Canvas::Impl::changeBrushRadius(double share) {
    share = std::clamp(share, kSmallestBrush, kLargestBrush);
    if (share == shown.brushRadius || std::isnan(share)) return;
    shown.brushRadius = share;
    canvas.update();
    Q_EMIT canvas.brushRadiusChanged(share);
}

void Canvas::Impl::moveWipe(double position) {
    position = std::clamp(position, 0.0, 1.0);
    if (position == shown.wipe || std::isnan(position)) return;
    shown.wipe = position;
    canvas.update();
    Q_EMIT canvas.wipeChanged(position, shown.wipeVertical);
}

void Canvas::Impl::setPeek(bool on) {
    shown.peek = on;
    canvas.update();
}

void Canvas::Impl::spaceTapped() { Q_EMIT canvas.spaceTapped(); }

QPointF Canvas::Impl::inPane(QPointF at) {
    const double half = canvas.width() / 2.0;
    if (!gestures.buttonDown()) paneLeft_ = shown.split() && at.x() >= half ? half : 0.0;
    return at - QPointF(paneLeft_, 0);
}

void Canvas::Impl::pointer(Pointer what, QPointF at, PointerEvent event) {
    event.at = inPane(at);
    const QPointF before = shown.pointer.value_or(event.at);
    shown.pointer = event.at;
    switch (what) {
        case Pointer::Press: gestures.press(event); break;
        case Pointer::DoubleClick: gestures.doubleClick(event); break;
        case Pointer::Move: gestures.move(event); break;
        case Pointer::Release: gestures.release(event); break;
    }
    // A move alone changes no more than the ring's place; the picture under it would be much to paint each time.
    if (what == Pointer::Move && !gestures.buttonDown() && !gestures.toolActive()) {
        updateRing(before);
        updateRing(event.at);
    } else {
        canvas.update();
    }
    updateCursor();
    const auto frame = shown.view.frameFromCanvas(event.at);
    Q_EMIT canvas.pointerMoved({frame.x, frame.y}, shown.view.contains(event.at));
}

void Canvas::Impl::pointerLeft() {
    if (!shown.pointer) return;
    const auto frame = shown.view.frameFromCanvas(*shown.pointer);
    shown.pointer.reset();
    canvas.update();
    Q_EMIT canvas.pointerMoved({frame.x, frame.y}, false);
}

void Canvas::Impl::updateRing(QPointF at) {
    const double reach = shown.view.canvasFromShare(shown.brushRadius) + 16;
    const QRect area = QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach).toAlignedRect();
    canvas.update(area);
    if (shown.split()) canvas.update(area.translated(canvas.width() / 2, 0).adjusted(-1, 0, 1, 0));
}

void Canvas::Impl::layOut() {
    const bool half = shown.compare == Compare::Split;
    const QSizeF size(half ? canvas.width() / 2.0 : canvas.width(), canvas.height());
    const double ratio = canvas.devicePixelRatioF();
    if (size == shown.view.canvas() && ratio == shown.view.devicePixelRatio()) return;
    shown.view.setCanvas(size, ratio);
    viewMoved();
}

void Canvas::Impl::makeShapes(std::vector<HintShape>& shapes, const std::vector<CanvasHint>& before,
                              const std::vector<CanvasHint>& now) {
    shown.hintLayer.forget();
    // An edit changes one hint of hundreds: the others' shapes are kept.
    QHash<qint64, std::size_t> known;
    for (std::size_t i = 0; i < before.size() && i < shapes.size(); ++i) known.insert(before[i].id, i);
    std::vector<HintShape> made;
    made.reserve(now.size());
    for (const auto& hint : now) {
        const auto old = known.constFind(hint.id);
        const bool same = old != known.constEnd() && before[*old].hint == hint.hint && before[*old].color == hint.color;
        made.push_back(same ? shapes[*old] : hintShape(hint, shown.view.picture()));
    }
    shapes = std::move(made);
}

void Canvas::Impl::updateCursor() {
    const auto shape = gestures.cursor();
    if (canvas.cursor().shape() != shape) canvas.setCursor(shape);
}

}  // namespace tintreel::ui
