// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <utility>

#include <QList>

#include "canvas/canvas_host.h"
#include "canvas/canvas_state.h"

namespace tintreel::ui {

/// Where the pointer is, as a tool needs it.
struct PointerSample {
    QPointF canvas;       ///< canvas coordinates
    hints::Point frame;   ///< frame coordinates; may lie outside 0..1
    bool inside = false;  ///< in the picture
    double pressure = 1;  ///< 0..1; 1 for a mouse
};

/// What a tool wants to have painted over the picture while it works.
struct ToolOverlay {
    std::optional<hints::Hint> draft;  ///< the hint in the making
    bool open = false;                 ///< draft is a region that is not closed yet
    bool closes = false;               ///< a click now would close it
    qint64 moved = 0;                  ///< this hint is shown as the draft instead of at its old place
    QList<qint64> doomed;              ///< hints that will be gone
};

/// What the primary button does. One gesture is press, any number of moves, release; cancel() ends it without effect.
class CanvasTool {
public:
    explicit CanvasTool(CanvasHost& host) : host_(host) {}
    virtual ~CanvasTool() = default;
    CanvasTool(const CanvasTool&) = delete;
    CanvasTool& operator=(const CanvasTool&) = delete;

    virtual void press(const PointerSample& at) = 0;
    virtual void move(const PointerSample&) {}  ///< with the button down
    virtual void release(const PointerSample&) {}
    virtual void hover(const PointerSample&) {}  ///< without a button
    virtual void doubleClick(const PointerSample& at) { press(at); }
    virtual void cancel() {}
    /// Enter and Backspace while active(); whether the tool had a use for it.
    virtual bool key(int) { return false; }
    /// Something is begun that cancel() would throw away, button down or not.
    [[nodiscard]] virtual bool active() const { return false; }
    [[nodiscard]] virtual ToolOverlay overlay() const { return {}; }

protected:
    [[nodiscard]] const CanvasState& state() const { return host_.state(); }
    /// A hint that carries what new hints carry.
    [[nodiscard]] hints::Hint newHint(hints::HintKind kind, std::vector<hints::Point> points, double scale = 1) const {
        hints::Hint hint;
        hint.frame = state().frame;
        hint.span = state().span;
        hint.kind = kind;
        hint.points = std::move(points);
        hint.radius = kind == hints::HintKind::Region ? 0 : state().brushRadius * scale;
        hint.color = state().brushColor;
        return hint;
    }

    CanvasHost& host_;
};

}  // namespace tintreel::ui
