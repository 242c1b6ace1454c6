// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QKeyEvent>

#include "canvas/canvas_gestures.h"
#include "canvas/canvas_host.h"

namespace tintreel::ui {

/// The canvas' keys: Space (held: pan; tapped: the host is told), Ctrl (held: pick), backslash (held: the source), [ ]
/// brush size, Z fit or 100 %, Esc, Enter and Backspace for what is begun, Delete for the selected hint. All other
/// keys, the arrows above all, are the window's.
class CanvasKeys {
public:
    CanvasKeys(CanvasHost& host, CanvasGestures& gestures) : host_(host), gestures_(gestures) {}

    /// Whether the key had a use here.
    bool press(const QKeyEvent& event);
    bool release(const QKeyEvent& event);
    /// Keys that must come here although the window may have them as shortcuts: held ones, and those of a gesture that
    /// is begun.
    [[nodiscard]] bool overrides(const QKeyEvent& event) const;
    /// Releases are not seen any more: nothing counts as held.
    void forget();

private:
    CanvasHost& host_;
    CanvasGestures& gestures_;
    bool space_ = false;
};

}  // namespace tintreel::ui
