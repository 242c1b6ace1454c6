// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "canvas/tool.h"

namespace tintreel::ui {

/// Drag over hints: they are marked, and gone at the release.
class EraserTool : public CanvasTool {
public:
    using CanvasTool::CanvasTool;
    void press(const PointerSample& at) override;
    void move(const PointerSample& at) override;
    void release(const PointerSample& at) override;
    void cancel() override;
    [[nodiscard]] bool active() const override { return last_.has_value(); }
    [[nodiscard]] ToolOverlay overlay() const override;

private:
    std::optional<hints::Point> last_;
    QList<qint64> doomed_;
};

}  // namespace tintreel::ui
