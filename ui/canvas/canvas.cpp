// SPDX-License-Identifier: Apache-2.0
#include "canvas/canvas.h"

#include <algorithm>
#include <utility>

#include "canvas/canvas_accessible.h"
#include "canvas/canvas_impl.h"

namespace tintreel::ui {
namespace {

constexpr double kZoomStep = 1.25;
constexpr int kBusyMilliseconds = 80;

}  // namespace

Canvas::Canvas(QWidget* parent) : QWidget(parent), impl_(std::make_unique<Impl>(*this)) {
    installCanvasAccessible();
    setAccessibleName(tr("Canvas"));
    setAccessibleDescription(tr(
        "The picture of the film. Paint colour hints here by mouse or pen; [ and ] change the brush, Z fits the picture, "
        "hold backslash for the source, Escape cancels."));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setTabletTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    // The right button removes hints: no menu on top of that.
    setContextMenuPolicy(Qt::PreventContextMenu);
    impl_->shown.emptyText = tr("No film is open.");
}

Canvas::~Canvas() = default;

void Canvas::setShownSize(QSizeF size) {
    auto& state = impl_->shown;
    if (size == state.view.picture() || (size.isEmpty() && state.view.picture().isEmpty())) return;
    impl_->gestures.cancel();
    state.view.setPicture(size);
    state.shapes.clear();
    impl_->makeShapes(state.shapes, {}, state.hints);
    state.onionShapes.clear();
    impl_->makeShapes(state.onionShapes, {}, state.onion);
    impl_->viewMoved();
}

void Canvas::setSource(const QImage& image) {
    impl_->shown.source.setImage(image);
    update();
}

void Canvas::setResult(const QImage& image) {
    impl_->shown.result.setImage(image);
    update();
}

void Canvas::setEmptyText(const QString& text) {
    impl_->shown.emptyText = text;
    update();
}

void Canvas::setHud(const QString& text) {
    impl_->shown.hud = text;
    update();
}

void Canvas::setSourceName(const QString& name) {
    impl_->shown.sourceName = name;
    update();
}

QString Canvas::hud() const { return impl_->shown.hud; }

void Canvas::setHints(std::vector<CanvasHint> hints) {
    auto& state = impl_->shown;
    impl_->makeShapes(state.shapes, state.hints, hints);
    state.hints = std::move(hints);
    const auto overlay = impl_->gestures.overlay();
    if (overlay.moved != 0 && state.find(overlay.moved) == nullptr) impl_->gestures.cancel();
    if (state.selected != 0 && state.find(state.selected) == nullptr) impl_->select(0);
    impl_->updateCursor();
    update();
}

void Canvas::setOnionHints(std::vector<CanvasHint> hints) {
    auto& state = impl_->shown;
    impl_->makeShapes(state.onionShapes, state.onion, hints);
    state.onion = std::move(hints);
    update();
}

void Canvas::setHintsVisible(bool visible) {
    impl_->shown.hintsVisible = visible;
    update();
}

qint64 Canvas::selectedHint() const { return impl_->shown.selected; }

void Canvas::setTool(Tool tool) {
    if (tool == impl_->shown.tool) return;
    impl_->gestures.cancel();
    impl_->shown.tool = tool;
    impl_->updateCursor();
    update();
}

Tool Canvas::tool() const { return impl_->shown.tool; }

void Canvas::setBrushRadius(double share) { impl_->changeBrushRadius(share); }

double Canvas::brushRadius() const { return impl_->shown.brushRadius; }

void Canvas::setBrush(hints::HintColor color, QColor shown) {
    impl_->shown.brushColor = std::move(color);
    impl_->shown.brushShown = shown;
    update();
}

void Canvas::setSpan(hints::HintSpan span) { impl_->shown.span = span; }

void Canvas::setFrame(FrameIndex frame) {
    if (frame == impl_->shown.frame) return;
    if (impl_->gestures.toolActive()) impl_->gestures.cancel();
    impl_->shown.frame = frame;
}

void Canvas::setCompare(Compare compare) {
    if (compare == impl_->shown.compare) return;
    // The view changes its size with Split: what is begun would jump.
    impl_->gestures.cancel();
    impl_->shown.compare = compare;
    impl_->layOut();
    impl_->updateCursor();
    update();
}

Compare Canvas::compare() const { return impl_->shown.compare; }

void Canvas::setWipe(double position, bool vertical) {
    auto& state = impl_->shown;
    position = std::clamp(position, 0.0, 1.0);
    if (position == state.wipe && vertical == state.wipeVertical) return;
    state.wipe = position;
    state.wipeVertical = vertical;
    impl_->updateCursor();
    update();
    Q_EMIT wipeChanged(position, vertical);
}

void Canvas::setBusy(bool busy) {
    if (busy == impl_->shown.busy) return;
    impl_->shown.busy = busy;
    if (busy) impl_->busyTimer.start(kBusyMilliseconds, this);
    else impl_->busyTimer.stop();
    update();
}

void Canvas::fit() {
    impl_->shown.view.fit();
    impl_->viewMoved();
}

void Canvas::actualSize() {
    impl_->shown.view.actualSize(impl_->middle());
    impl_->viewMoved();
}

void Canvas::toggleFit() { impl_->toggleFit(impl_->middle()); }
void Canvas::zoomIn() { impl_->zoomAt(impl_->middle(), kZoomStep); }
void Canvas::zoomOut() { impl_->zoomAt(impl_->middle(), 1 / kZoomStep); }
double Canvas::zoom() const { return impl_->shown.view.zoom(); }

void Canvas::setSurround(QColor color) {
    impl_->shown.surround = color;
    update();
}

QRectF Canvas::pictureRect() const { return impl_->shown.view.pictureRect(); }
const CanvasView& Canvas::view() const { return impl_->shown.view; }
QSize Canvas::sizeHint() const { return {960, 540}; }
QSize Canvas::minimumSizeHint() const { return {160, 120}; }

}  // namespace tintreel::ui
