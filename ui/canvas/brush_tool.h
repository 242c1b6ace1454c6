// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "canvas/stroke_builder.h"
#include "canvas/tool.h"

namespace tintreel::ui {

/// Press in the picture, drag: a stroke. A click alone is a stroke of one point.
class BrushTool : public CanvasTool {
public:
    using CanvasTool::CanvasTool;
    void press(const PointerSample& at) override;
    void move(const PointerSample& at) override;
    void release(const PointerSample& at) override;
    void cancel() override;
    [[nodiscard]] bool active() const override { return stroke_.has_value(); }
    [[nodiscard]] ToolOverlay overlay() const override;

private:
    [[nodiscard]] hints::Hint hint() const;

    std::optional<StrokeBuilder> stroke_;
};

}  // namespace tintreel::ui
