// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace tintreel {

/// 0-based number of a frame in presentation order.
using FrameIndex = std::int64_t;

/// Exact fraction; a timebase (seconds per tick) or a frame rate (frames per second).
struct Rational {
    std::int64_t num = 0;
    std::int64_t den = 1;
    [[nodiscard]] double value() const noexcept {
        return den == 0 ? 0.0 : static_cast<double>(num) / static_cast<double>(den);
    }
    bool operator==(const Rational&) const = default;
};

/// Half-open range of frames [first, end).
struct FrameRange {
    FrameIndex first = 0;
    FrameIndex end = 0;
    [[nodiscard]] FrameIndex length() const noexcept { return end - first; }
    [[nodiscard]] bool contains(FrameIndex f) const noexcept { return f >= first && f < end; }
    bool operator==(const FrameRange&) const = default;
};

/// "HH:MM:SS.mmm" of a frame number at a rate, as PySceneDetect writes it.
[[nodiscard]] std::string timecodeMs(FrameIndex frame, Rational rate);

}  // namespace tintreel
