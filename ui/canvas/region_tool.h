// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "canvas/tool.h"

namespace tintreel::ui {

/// Each click adds a corner; a double-click, Enter or a click on the first corner closes the region, Backspace takes
/// the last corner back. Clicks outside the picture land on its edge, so that a sky can be taken whole.
class RegionTool : public CanvasTool {
public:
    using CanvasTool::CanvasTool;
    void press(const PointerSample& at) override;
    void move(const PointerSample& at) override;
    void hover(const PointerSample& at) override;
    void doubleClick(const PointerSample& at) override;
    void cancel() override;
    bool key(int key) override;
    [[nodiscard]] bool active() const override { return !corners_.empty(); }
    [[nodiscard]] ToolOverlay overlay() const override;

private:
    [[nodiscard]] bool isNear(const PointerSample& at, hints::Point corner) const;
    [[nodiscard]] bool closesAt(const PointerSample& at) const;
    void tell();
    void close();

    std::vector<hints::Point> corners_;
    std::optional<hints::Point> pointer_;  ///< where the next corner would be
    bool closes_ = false, dragging_ = false;
};

}  // namespace tintreel::ui
