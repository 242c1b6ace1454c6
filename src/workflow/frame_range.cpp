// SPDX-License-Identifier: Apache-2.0
#include "workflow/frame_range.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "tintreel/base/timecode.h"

namespace tintreel::workflow {
namespace {

constexpr const char* kForms =
    "use all, A-B (both included, the first frame is 0) or two timecodes like 00:00:10:00-00:00:12:23";

/// The film's clock: its format and the label of its first frame.
struct Clock {
    TimecodeFormat format;
    FrameIndex start = 0;
};

std::optional<Clock> clockOf(const media::MediaInfo& info) {
    Clock clock{{info.frameRate, saysDropFrame(info.timecode)}, 0};
    const auto start = frameOfTimecode(info.timecode, clock.format);
    if (!start) return std::nullopt;
    clock.start = *start;
    return clock;
}

FrameIndex framesOfADay(const TimecodeFormat& format) {
    return framesOfDuration(FrameIndex{24} * 3600 * format.base(), format);
}

std::optional<FrameIndex> frameOf(const std::string& text, const media::MediaInfo& info) {
    if (text.find_first_of(":;") == std::string::npos) {
        FrameIndex frame = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), frame);
        return error == std::errc{} && end == text.data() + text.size() && frame >= 0 ? std::optional(frame)
                                                                                      : std::nullopt;
    }
    const Clock clock = clockOf(info).value_or(Clock{{info.frameRate, saysDropFrame(text)}, 0});
    const auto label = frameOfTimecode(text, clock.format);
    if (!label) return std::nullopt;
    // A clock may pass midnight.
    return *label >= clock.start ? *label - clock.start : *label - clock.start + framesOfADay(clock.format);
}

}  // namespace

std::string timecodeOf(FrameIndex frame, const media::MediaInfo& info) {
    const auto clock = clockOf(info);
    return clock ? timecodeText((clock->start + frame) % framesOfADay(clock->format), clock->format) : std::string();
}

Result<FrameRange> parseRange(const std::string& text, FrameIndex frames, const media::MediaInfo& info) {
    if (text == "all") return FrameRange{0, frames};
    const auto dash = text.find('-');
    const auto first = dash == std::string::npos ? frameOf(text, info) : frameOf(text.substr(0, dash), info);
    const auto last = dash == std::string::npos ? first : frameOf(text.substr(dash + 1), info);
    if (!first || !last) return fail(ErrorCode::Usage, fmt::format("--frames: '{}' is no range; {}.", text, kForms));
    if (*first > *last)
        return fail(ErrorCode::Usage, fmt::format("--frames: '{}' ends before it begins; {}.", text, kForms));
    if (*last >= frames) {
        const auto start = timecodeOf(0, info);
        const std::string clock = start.empty() ? "" : fmt::format(", {} to {}", start, timecodeOf(frames - 1, info));
        return fail(ErrorCode::Usage, fmt::format("--frames: '{}' reaches frame {}, the film has {} frames (0..{}{}).",
                                                  text, *last, frames, frames - 1, clock));
    }
    return FrameRange{*first, *last + 1};
}

}  // namespace tintreel::workflow
