// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "canvas/tool.h"

namespace tintreel::ui {

/// Click: a dot. While the button is down the dot follows the pointer, so that it can be put exactly.
class DotTool : public CanvasTool {
public:
    using CanvasTool::CanvasTool;
    void press(const PointerSample& at) override;
    void move(const PointerSample& at) override;
    void release(const PointerSample& at) override;
    void cancel() override;
    [[nodiscard]] bool active() const override { return at_.has_value(); }
    [[nodiscard]] ToolOverlay overlay() const override;

private:
    [[nodiscard]] hints::Hint hint() const;

    std::optional<hints::Point> at_;
    double pressure_ = 0;  ///< the strongest of the gesture: a tap's first sample is always light
};

}  // namespace tintreel::ui
