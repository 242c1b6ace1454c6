// SPDX-License-Identifier: Apache-2.0
#include "media/film_defects.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

namespace tintreel::media {
namespace {

constexpr std::size_t kMostListed = 1000;
// Intervals, in frames. A field that is repeated (soft telecine) makes one and a half.
constexpr double kGap = 1.75;

}  // namespace

void FilmDefects::add(FrameIndex frame, std::string code, std::string message) {
    if (list_.size() >= kMostListed) return;
    if (std::none_of(list_.begin(), list_.end(), [&](const Defect& d) { return d.frame == frame && d.code == code; }))
        list_.push_back({frame, std::move(code), std::move(message)});
}

void FilmDefects::size(FrameIndex frame, int width, int height) {
    if (width_ == 0) {
        width_ = width;
        height_ = height;
    }
    if (sizeTold_ || (width == width_ && height == height_)) return;
    sizeTold_ = true;
    add(frame, "SIZE_CHANGE",
        fmt::format("From frame {} on the picture is {}x{} instead of {}x{}; it is scaled to the first size.", frame,
                    width, height, width_, height_));
}

void FilmDefects::interval(FrameIndex frame, double frames) {
    if (frames <= kGap) return;
    const auto lost = std::llround(frames) - 1;
    ++gapCount_;
    missing_ += lost;
    if (gaps_.size() < kMostListed) gaps_.emplace_back(frame, lost);
}

void FilmDefects::finish(const MediaInfo& info, const End& end) {
    std::error_code ec;
    // A transport stream has no count of its frames, but it is made of packets of 188 bytes.
    if (info.container == "mpegts" && std::filesystem::file_size(info.path, ec) % 188 != 0 && !ec)
        add(end.frames, "TRUNCATED",
            fmt::format("The last packet of the film is not whole; the file was cut short after frame {}.",
                        end.frames - 1));
    const std::int64_t expected = info.expectedFrames + info.hiddenFrames - end.hidden;
    const std::int64_t slack = info.expectedIsExact ? 0 : std::max<std::int64_t>(2, info.expectedFrames / 20);
    // A number reckoned from the duration, or AVI's, counts frames that are not there where a film stands still for a
    // while.
    const bool countsTime = (!info.expectedIsExact || info.container == "avi") && !end.constantClock && end.timesTell;
    const std::int64_t reached =
        countsTime && end.frames > 0 ? std::llround(end.seconds * info.frameRate.value()) + 1 : 0;
    if (!info.variableRate && std::max(end.frames, reached) < expected - slack)
        add(end.frames, "TRUNCATED",
            fmt::format("The film ends after {} frames, its header says {}; the file is cut short or damaged.",
                        end.frames, expected));
    findGaps(info, end);
}

/// Packets that are gone without trace leave holes in the times of a film of constant rate. Where holes are common the
/// rate is not constant, whatever the header says; AVI has no times, and says "the frame before once more" by a hole.
void FilmDefects::findGaps(const MediaInfo& info, const End& end) {
    if (info.variableRate || info.container == "avi" || !end.timesTell || !end.showsEveryPacket) return;
    if (gapCount_ * 10 > end.frames || missing_ * 10 > end.frames) return;
    for (const auto& [after, count] : gaps_)
        add(after, "MISSING_FRAMES",
            fmt::format("Before frame {} {} missing; the picture stands still there, sound stays in step.", after,
                        count == 1 ? "a frame is" : fmt::format("{} frames are", count)));
}

}  // namespace tintreel::media
