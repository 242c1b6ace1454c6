// SPDX-License-Identifier: Apache-2.0
#include "tintreel/base/timecode.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace tintreel {
namespace {

/// Labels left out at every full minute but each tenth: 2 at 29.97, so that the clock loses nothing against real time.
FrameIndex droppedLabels(const TimecodeFormat& format) noexcept { return format.drops() ? format.base() / 15 : 0; }

}  // namespace

int TimecodeFormat::base() const noexcept {
    const double value = rate.value();
    return std::isfinite(value) ? static_cast<int>(std::clamp(std::round(value), 1.0, 1000.0)) : 1;
}

bool TimecodeFormat::drops() const noexcept {
    // Some files say 2997/100 instead of 30000/1001: both are within a thousandth of base / 1.001.
    return dropFrame && base() % 30 == 0 && std::abs(rate.value() * 1.001 - base()) < 0.001 * base() / 2;
}

FrameIndex labelFromFrame(FrameIndex frame, const TimecodeFormat& format) noexcept {
    const FrameIndex dropped = droppedLabels(format);
    if (dropped == 0 || frame < 0) return frame;
    const FrameIndex wholeMinute = FrameIndex{format.base()} * 60;
    const FrameIndex minute = wholeMinute - dropped;
    const FrameIndex tenMinutes = wholeMinute + 9 * minute;
    const FrameIndex rest = frame % tenMinutes;
    const FrameIndex minutesInRest = rest < wholeMinute ? 0 : 1 + (rest - wholeMinute) / minute;
    return frame + dropped * (9 * (frame / tenMinutes) + minutesInRest);
}

FrameIndex framesOfDuration(FrameIndex label, const TimecodeFormat& format) noexcept {
    const FrameIndex minutes = label / (FrameIndex{format.base()} * 60);
    return label - droppedLabels(format) * (minutes - minutes / 10);
}

FrameIndex frameFromLabel(FrameIndex label, const TimecodeFormat& format) noexcept {
    const FrameIndex dropped = droppedLabels(format);
    if (dropped == 0 || label < 0) return label;
    const FrameIndex wholeMinute = FrameIndex{format.base()} * 60;
    const FrameIndex intoMinute = label % wholeMinute;
    if (intoMinute < dropped && label / wholeMinute % 10 != 0) label += dropped - intoMinute;
    return framesOfDuration(label, format);
}

std::string timecodeText(FrameIndex frame, const TimecodeFormat& format) {
    const FrameIndex base = format.base();
    const FrameIndex label = labelFromFrame(frame < 0 ? -frame : frame, format);
    const FrameIndex seconds = label / base;
    return fmt::format("{}{:02}:{:02}:{:02}{}{:0{}}", frame < 0 ? "-" : "", seconds / 3600, seconds / 60 % 60,
                       seconds % 60, format.drops() ? ';' : ':', label % base, base > 100 ? 3 : 2);
}

std::optional<FrameIndex> frameOfTimecode(std::string_view text, const TimecodeFormat& format) {
    std::array<FrameIndex, 4> parts{};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto end = std::min(text.find_first_of(":;."), text.size());
        const auto [stop, error] = std::from_chars(text.data(), text.data() + end, parts[i]);
        if (error != std::errc{} || stop != text.data() + end || parts[i] < 0 || end > 6) return std::nullopt;
        if ((i == parts.size() - 1) != (end == text.size())) return std::nullopt;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (parts[1] >= 60 || parts[2] >= 60 || parts[3] >= format.base()) return std::nullopt;
    const FrameIndex label = ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * format.base() + parts[3];
    const FrameIndex frame = frameFromLabel(label, format);
    return labelFromFrame(frame, format) == label ? std::optional(frame) : std::nullopt;
}

bool saysDropFrame(std::string_view timecode) noexcept {
    return timecode.find_first_of(";.") != std::string_view::npos;
}

}  // namespace tintreel
