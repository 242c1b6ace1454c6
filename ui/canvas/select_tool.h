// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "canvas/tool.h"

namespace tintreel::ui {

/// Click selects the hint under the pointer (or none), drag moves it; all of it stays in the picture.
class SelectTool : public CanvasTool {
public:
    using CanvasTool::CanvasTool;
    void press(const PointerSample& at) override;
    void move(const PointerSample& at) override;
    void release(const PointerSample& at) override;
    void cancel() override;
    [[nodiscard]] bool active() const override { return id_ != 0; }
    [[nodiscard]] ToolOverlay overlay() const override;

private:
    qint64 id_ = 0;  ///< the hint that is held; 0: none
    hints::Hint before_, now_;
    PointerSample pressed_;
    bool moved_ = false;
};

/// The hint moved by (dx, dy) in frame coordinates, or as far as its points stay in 0..1.
[[nodiscard]] hints::Hint movedInside(const hints::Hint& hint, double dx, double dy);

}  // namespace tintreel::ui
