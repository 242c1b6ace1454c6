// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "canvas/tool.h"

namespace tintreel::ui {

/// Press picks the colour under the pointer; with the button down it goes on picking.
class PickerTool : public CanvasTool {
public:
    using CanvasTool::CanvasTool;
    void press(const PointerSample& at) override;
    void move(const PointerSample& at) override;

private:
    QPointF last_;
};

}  // namespace tintreel::ui
