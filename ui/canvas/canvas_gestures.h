// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <optional>

#include "canvas/canvas_host.h"
#include "canvas/tool.h"

namespace tintreel::ui {

/// A pointer event of a mouse or a pen, in canvas coordinates of its pane.
struct PointerEvent {
    QPointF at;
    Qt::MouseButton button = Qt::NoButton;  ///< that went down or up
    Qt::KeyboardModifiers modifiers;
    double pressure = 1;  ///< 0..1
    bool eraser = false;  ///< the pen's other end
};

/// The ring at the pointer; radius in shares of the picture's shorter side.
struct BrushRing {
    QPointF at;
    double radius = 0;
    bool eraser = false, resizing = false;
};

/// Decides what a press means (tool, pan, brush size, wipe, picking, removing) and keeps to it until the release.
/// Buttons: left works, middle pans, right removes the hint under it. Held: Space pans, Ctrl picks, Shift sizes the
/// brush.
class CanvasGestures {
public:
    explicit CanvasGestures(CanvasHost& host);

    void press(const PointerEvent& event);
    void doubleClick(const PointerEvent& event);
    void move(const PointerEvent& event);
    void release(const PointerEvent& event);

    /// Ends whatever is begun, without effect; whether there was something. The rest of the button's way does nothing.
    bool cancel();
    /// Enter and Backspace, for a region in the making; whether there was a use for it.
    bool key(int key);
    /// Something can be cancelled.
    [[nodiscard]] bool begun() const;
    /// A tool has begun something: a hint in the making, one on the move, an eraser's sweep.
    [[nodiscard]] bool toolActive() const;
    [[nodiscard]] bool buttonDown() const { return mode_ != Mode::None; }

    void setSpaceHeld(bool held) { space_ = held; }
    void setControlHeld(bool held) { control_ = held; }
    /// Whether Space was used to pan since it went down.
    [[nodiscard]] bool panned() const { return panned_; }
    void forgetPan() { panned_ = false; }

    [[nodiscard]] ToolOverlay overlay() const;
    [[nodiscard]] std::optional<BrushRing> ring() const;
    [[nodiscard]] Qt::CursorShape cursor() const;

private:
    /// Spent: the button is still down, but its gesture is over.
    enum class Mode { None, Tool, Pan, Size, Wipe, Spent };

    void begin(const PointerEvent& event, bool doubleClick);
    void removeAt(QPointF at);
    [[nodiscard]] CanvasTool& current() const;
    [[nodiscard]] CanvasTool& of(Tool tool) const;
    [[nodiscard]] PointerSample sample(const PointerEvent& event) const;
    [[nodiscard]] bool sized() const;
    [[nodiscard]] bool onWipe(QPointF at) const;

    CanvasHost& host_;
    std::array<std::unique_ptr<CanvasTool>, 6> tools_;
    CanvasTool* working_ = nullptr;  ///< the tool of the gesture: the chosen one, the picker or the eraser
    Mode mode_ = Mode::None;
    Qt::MouseButton button_ = Qt::NoButton;
    QPointF last_, pressed_;
    double radiusBefore_ = 0, wipeBefore_ = 0;
    bool space_ = false, control_ = false, panned_ = false, eraserEnd_ = false;
};

}  // namespace tintreel::ui
