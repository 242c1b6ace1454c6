// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QPointF>

#include "canvas/canvas_types.h"

namespace tintreel::ui {

struct CanvasState;

/// The canvas as tools and gestures see it: its state, and where they report what the user does. Tests put a recorder
/// in its place.
class CanvasHost {
public:
    virtual ~CanvasHost() = default;
    [[nodiscard]] virtual const CanvasState& state() const = 0;

    // Of tools.
    virtual void drawing(const hints::Hint& hint) = 0;  ///< the hint in the making, at every change
    virtual void drawn(const hints::Hint& hint) = 0;
    virtual void cancelled() = 0;
    virtual void moving(qint64 id, const hints::Hint& hint) = 0;
    virtual void moved(qint64 id, const hints::Hint& hint) = 0;
    virtual void erased(const QList<qint64>& ids) = 0;
    virtual void select(qint64 id) = 0;
    virtual void picked(hints::Point frame) = 0;

    // Of gestures that change how things are shown. Points and lengths in canvas coordinates.
    virtual void zoomAt(QPointF at, double factor) = 0;
    virtual void toggleFit(QPointF at) = 0;
    virtual void panBy(QPointF delta) = 0;
    virtual void changeBrushRadius(double share) = 0;
    virtual void moveWipe(double position) = 0;
    virtual void setPeek(bool on) = 0;
    virtual void spaceTapped() = 0;
};

}  // namespace tintreel::ui
