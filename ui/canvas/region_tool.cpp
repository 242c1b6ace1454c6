// SPDX-License-Identifier: Apache-2.0
#include "canvas/region_tool.h"

#include <algorithm>

#include <QLineF>

namespace tintreel::ui {
namespace {

constexpr double kSnap = 9;    // logical pixels around the first corner that close the region
constexpr double kSame = 2;    // logical pixels within which a second click is the same corner
constexpr double kReach = 24;  // logical pixels outside the picture where a region can still begin

hints::Point inside(hints::Point p) { return {std::clamp(p.x, 0.0, 1.0), std::clamp(p.y, 0.0, 1.0)}; }

/// A line is no region: nothing would be coloured.
bool hasArea(const std::vector<hints::Point>& corners) {
    const auto [left, right] =
        std::minmax_element(corners.begin(), corners.end(), [](auto& a, auto& b) { return a.x < b.x; });
    const auto [top, bottom] =
        std::minmax_element(corners.begin(), corners.end(), [](auto& a, auto& b) { return a.y < b.y; });
    return corners.size() >= 3 && right->x > left->x && bottom->y > top->y;
}

}  // namespace

bool RegionTool::isNear(const PointerSample& at, hints::Point corner) const {
    return QLineF(at.canvas, state().view.canvasFromFrame(corner)).length() <= kSnap;
}

bool RegionTool::closesAt(const PointerSample& at) const {
    return corners_.size() >= 3 && isNear(at, corners_.front());
}

void RegionTool::tell() {
    auto points = corners_;
    if (pointer_) points.push_back(*pointer_);
    if (hasArea(points)) host_.drawing(newHint(hints::HintKind::Region, std::move(points)));
}

void RegionTool::press(const PointerSample& at) {
    dragging_ = false;
    if (closesAt(at)) return close();
    if (corners_.empty() && !state().view.pictureRect().adjusted(-kReach, -kReach, kReach, kReach).contains(at.canvas))
        return;
    const auto corner = inside(at.frame);
    const auto& view = state().view;
    if (corners_.empty() ||
        QLineF(view.canvasFromFrame(corner), view.canvasFromFrame(corners_.back())).length() > kSame)
        corners_.push_back(corner);
    dragging_ = true;
    pointer_.reset();
    tell();
}

void RegionTool::move(const PointerSample& at) {
    if (corners_.empty() || !dragging_) return;
    corners_.back() = inside(at.frame);
    tell();
}

void RegionTool::hover(const PointerSample& at) {
    if (corners_.empty()) return;
    closes_ = closesAt(at);
    pointer_ = closes_ ? std::nullopt : std::optional(inside(at.frame));
    tell();
}

void RegionTool::doubleClick(const PointerSample& at) {
    // The first click of the two has put the corner already, and press() puts none twice.
    press(at);
    close();
}

bool RegionTool::key(int key) {
    if (corners_.empty()) return false;
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        if (hasArea(corners_)) close();
        return true;
    }
    if (key != Qt::Key_Backspace) return false;
    if (corners_.size() == 1) {
        cancel();
        return true;
    }
    corners_.pop_back();
    tell();
    return true;
}

void RegionTool::close() {
    if (!hasArea(corners_)) return;
    const auto whole = newHint(hints::HintKind::Region, std::exchange(corners_, {}));
    pointer_.reset();
    closes_ = dragging_ = false;
    host_.drawn(whole);
}

void RegionTool::cancel() {
    if (corners_.empty()) return;
    corners_.clear();
    pointer_.reset();
    closes_ = dragging_ = false;
    host_.cancelled();
}

ToolOverlay RegionTool::overlay() const {
    ToolOverlay overlay;
    if (corners_.empty()) return overlay;
    auto points = corners_;
    if (pointer_) points.push_back(*pointer_);
    overlay.draft = newHint(hints::HintKind::Region, std::move(points));
    overlay.open = true;
    overlay.closes = closes_;
    return overlay;
}

}  // namespace tintreel::ui
