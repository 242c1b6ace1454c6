// SPDX-License-Identifier: Apache-2.0
#include "canvas/eraser_tool.h"

#include <algorithm>

#include "canvas/hint_hit.h"

namespace tintreel::ui {

void EraserTool::press(const PointerSample& at) {
    doomed_.clear();
    last_ = at.frame;
    move(at);
}

void EraserTool::move(const PointerSample& at) {
    if (!last_) return;
    if (state().hintsVisible) {
        for (const qint64 id :
             hintsTouched(state().hints, *last_, at.frame, state().brushRadius, state().view.picture()))
            if (!doomed_.contains(id)) doomed_.append(id);
    }
    last_ = at.frame;
}

void EraserTool::release(const PointerSample&) {
    if (!last_) return;
    last_.reset();
    const auto ids = std::exchange(doomed_, {});
    if (!ids.isEmpty()) host_.erased(ids);
}

void EraserTool::cancel() {
    last_.reset();
    doomed_.clear();
}

ToolOverlay EraserTool::overlay() const {
    ToolOverlay overlay;
    overlay.doomed = doomed_;
    return overlay;
}

}  // namespace tintreel::ui
