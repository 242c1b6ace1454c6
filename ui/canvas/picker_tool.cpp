// SPDX-License-Identifier: Apache-2.0
#include "canvas/picker_tool.h"

namespace tintreel::ui {

void PickerTool::press(const PointerSample& at) {
    last_ = at.canvas;
    if (at.inside) host_.picked(at.frame);
}

void PickerTool::move(const PointerSample& at) {
    if (at.canvas != last_) press(at);
}

}  // namespace tintreel::ui
