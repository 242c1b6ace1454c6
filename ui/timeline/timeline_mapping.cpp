// SPDX-License-Identifier: Apache-2.0
#include "timeline/timeline_mapping.h"

#include <algorithm>
#include <cmath>

namespace tintreel::ui {
namespace {

/// Scroll and span are kept on a grid of 2^-20 frames: 22 bits of frame number and 20 of fraction leave a double's sums
/// and differences without rounding, which is what makes the ends exact.
double onGrid(double frames) { return std::round(std::ldexp(frames, 20)) / (1 << 20); }

}  // namespace

void TimelineMapping::setFrames(FrameIndex frames) {
    frames_ = std::max<FrameIndex>(frames, 0);
    fit();
}

void TimelineMapping::setViewport(int left, int width) {
    const bool fitted = isFitted();
    const double scale = pixelsPerFrame();
    left_ = left;
    width_ = std::max(width, 1);
    if (fitted) {
        fit();
    } else {
        set(first_, width_ / scale);
    }
}

double TimelineMapping::xFromFrame(FrameIndex frame) const noexcept {
    return left_ + (static_cast<double>(frame) - first_) / span_ * width_;
}

FrameIndex TimelineMapping::frameFromX(double x) const noexcept {
    if (frames_ == 0) return 0;
    const double position = std::floor(first_ + (x - left_) / width_ * span_);
    auto frame = static_cast<FrameIndex>(std::clamp(position, 0.0, static_cast<double>(frames_ - 1)));
    // The division may land a hair on the wrong side of an edge; the edges themselves decide.
    while (frame + 1 < frames_ && xFromFrame(frame + 1) <= x) ++frame;
    while (frame > 0 && xFromFrame(frame) > x) --frame;
    return frame;
}

FrameRange TimelineMapping::visible() const noexcept {
    return {static_cast<FrameIndex>(std::floor(first_)),
            std::min(frames_, static_cast<FrameIndex>(std::ceil(first_ + span_)))};
}

void TimelineMapping::fit() { set(0.0, static_cast<double>(frames_)); }

void TimelineMapping::zoomAtX(double factor, double x) {
    if (!(factor > 0.0)) return;
    const double across = std::clamp((x - left_) / width_, 0.0, 1.0);
    const double position = first_ + across * span_;
    const double before = span_;
    set(first_, span_ / factor);
    if (span_ != before) set(position - across * span_, span_);
}

void TimelineMapping::zoomAtFrame(double factor, FrameIndex frame) {
    const auto position = static_cast<double>(frame);
    if (position < first_ || position >= first_ + span_) set(position - span_ / 2, span_);
    zoomAtX(factor, xFromFrame(frame));
    // Its left edge stayed; at the right end of the view that is not enough.
    if (position + 1 > first_ + span_) set(position + 1 - span_, span_);
}

void TimelineMapping::show(FrameRange range) {
    const double air = 0.04 * static_cast<double>(range.length());
    const double wanted = static_cast<double>(range.length()) + 2 * air;
    set(first_, wanted);
    set(static_cast<double>(range.first) + static_cast<double>(range.length()) / 2 - span_ / 2, span_);
}

void TimelineMapping::scrollTo(double firstFrame) { set(firstFrame, span_); }

void TimelineMapping::scrollByPixels(double pixels) { set(first_ + pixels / pixelsPerFrame(), span_); }

bool TimelineMapping::reveal(FrameIndex frame) {
    const auto position = static_cast<double>(frame);
    if (position >= first_ && position + 1 <= first_ + span_) return false;
    const double before = first_;
    // Going on, the page starts a little before the frame; going back, it ends a little behind it.
    set(position < first_ ? position + 1 - 0.9 * span_ : position - 0.1 * span_, span_);
    if (position < first_ || position + 1 > first_ + span_) set(position, span_);
    return first_ != before;
}

void TimelineMapping::set(double first, double span) {
    const double all = frames_ > 0 ? static_cast<double>(frames_) : 1.0;
    const double closest = std::min(all, width_ / kMaxPixelsPerFrame);
    span_ = std::isfinite(span) ? onGrid(std::clamp(span, closest, all)) : all;
    span_ = std::max(span_, std::ldexp(1.0, -20));
    first_ = std::isfinite(first) ? onGrid(std::clamp(first, 0.0, all - span_)) : 0.0;
}

}  // namespace tintreel::ui
