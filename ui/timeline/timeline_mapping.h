// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tintreel/base/media_time.h"

namespace tintreel::ui {

/// Where frames lie on the x axis of a timeline: frame f covers [xFromFrame(f), xFromFrame(f + 1)).
/// Exact for films of up to 3 000 000 frames: the ends of the film meet the ends of the view to the last bit, and
/// frameFromX(xFromFrame(f)) == f at every zoom. x is in logical pixels of the widget. A value type; any thread.
class TimelineMapping {
public:
    /// Pixels a frame at the closest zoom (more only where a film is so short that it would not fill the view).
    static constexpr double kMaxPixelsPerFrame = 64.0;

    /// Frames 0 .. frames-1; shows them all. 0 = no film.
    void setFrames(FrameIndex frames);
    /// The stretch of the widget that shows frames: [left, left + width). A fitted film stays fitted, else the zoom
    /// stays.
    void setViewport(int left, int width);

    [[nodiscard]] FrameIndex frames() const noexcept { return frames_; }
    [[nodiscard]] int left() const noexcept { return left_; }
    [[nodiscard]] int width() const noexcept { return width_; }
    [[nodiscard]] double pixelsPerFrame() const noexcept { return width_ / span_; }
    /// Position in frames at the left end of the view, 0 .. frames - span.
    [[nodiscard]] double scroll() const noexcept { return first_; }
    /// Frames that the view is wide.
    [[nodiscard]] double span() const noexcept { return span_; }
    [[nodiscard]] bool isFitted() const noexcept { return frames_ > 0 && span_ == static_cast<double>(frames_); }

    /// Left edge of a frame; any frame, also one that is not in view. xFromFrame(frames()) is the end of the film.
    [[nodiscard]] double xFromFrame(FrameIndex frame) const noexcept;
    /// The frame that covers x, clamped to the film (not to the view); 0 without one.
    [[nodiscard]] FrameIndex frameFromX(double x) const noexcept;
    /// All frames of which a part is in view.
    [[nodiscard]] FrameRange visible() const noexcept;

    void fit();
    /// factor > 1 goes closer; what is at x stays there unless an end of the film comes in the way.
    void zoomAtX(double factor, double x);
    /// The same around a frame; it comes to the middle if it was not in view.
    void zoomAtFrame(double factor, FrameIndex frame);
    /// Zoom and scroll so that the range fills the view (as far as the closest zoom allows), with a little air around
    /// it.
    void show(FrameRange range);
    void scrollTo(double firstFrame);
    void scrollByPixels(double pixels);
    /// Turns a page where the frame is out of view, so that playback runs on from the left; whether that was needed.
    bool reveal(FrameIndex frame);

    bool operator==(const TimelineMapping&) const = default;

private:
    void set(double first, double span);

    FrameIndex frames_ = 0;
    int left_ = 0;
    int width_ = 1;
    double first_ = 0.0;
    double span_ = 1.0;
};

}  // namespace tintreel::ui
