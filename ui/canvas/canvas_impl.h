// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QBasicTimer>

#include "canvas/canvas.h"
#include "canvas/canvas_gestures.h"
#include "canvas/canvas_host.h"
#include "canvas/canvas_keys.h"
#include "canvas/canvas_state.h"

namespace tintreel::ui {

/// What is inside the canvas: its state, and the way from gestures to signals and repaints.
class Canvas::Impl final : public CanvasHost {
public:
    enum class Pointer { Press, DoubleClick, Move, Release };

    explicit Impl(Canvas& owner) : canvas(owner) {}

    [[nodiscard]] const CanvasState& state() const override { return shown; }
    void drawing(const hints::Hint& hint) override;
    void drawn(const hints::Hint& hint) override;
    void cancelled() override;
    void moving(qint64 id, const hints::Hint& hint) override;
    void moved(qint64 id, const hints::Hint& hint) override;
    void erased(const QList<qint64>& ids) override;
    void select(qint64 id) override;
    void picked(hints::Point frame) override;
    void zoomAt(QPointF at, double factor) override;
    void toggleFit(QPointF at) override;
    void panBy(QPointF delta) override;
    void changeBrushRadius(double share) override;
    void moveWipe(double position) override;
    void setPeek(bool on) override;
    void spaceTapped() override;

    /// A pointer event in widget coordinates, of mouse or pen.
    void pointer(Pointer what, QPointF at, PointerEvent event);
    void pointerLeft();
    /// Gives the view the canvas' size and pixels; in Split it has half the width.
    void layOut();
    void viewMoved();
    void makeShapes(std::vector<HintShape>& shapes, const std::vector<CanvasHint>& before,
                    const std::vector<CanvasHint>& now);
    void updateCursor();
    [[nodiscard]] QPointF middle() const { return {shown.view.canvas().width() / 2, shown.view.canvas().height() / 2}; }
    /// Coordinates of the pane that the point lies in; a drag stays in the pane where it began.
    [[nodiscard]] QPointF inPane(QPointF at);

    Canvas& canvas;
    CanvasState shown;
    CanvasGestures gestures{*this};
    CanvasKeys keys{*this, gestures};
    QBasicTimer busyTimer;

private:
    void updateRing(QPointF at);

    double paneLeft_ = 0;
};

}  // namespace tintreel::ui
