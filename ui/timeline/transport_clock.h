// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "tintreel/base/media_time.h"

namespace tintreel::ui {

/// Which frame must show when: playback and JKL shuttle. It never slows down: what comes too late is left out and
/// counted.
///
/// Playing is a row of slots, one each 1/rate seconds; at ×N each slot moves N frames on (so ×8 asks the decoder for no
/// more pictures a second than ×1, and the frames it strides over are not dropped ones). A slot that no picture was
/// shown for is a dropped frame. Time is passed in: nanoseconds of any steady clock, not decreasing. No timers; one
/// thread at a time.
class TransportClock {
public:
    using Nanoseconds = std::int64_t;
    static constexpr int kMaxSpeed = 8;

    struct Slot {
        std::int64_t number = 0;  ///< rises by one each 1/rate s while playing
        FrameIndex frame = 0;
    };

    /// Stops at frame 0. frames >= 0, rate > 0 frames a second (24 where it is not).
    void setFilm(FrameIndex frames, Rational rate);
    /// Playing that enters this zone stays in it, from either side; one that starts behind it begins at its start.
    /// Empty ranges count as none.
    void setLoop(std::optional<FrameRange> zone, Nanoseconds now);
    /// Goes to a frame (clamped to the film) and plays on from there if it was playing.
    void seek(FrameIndex frame, Nanoseconds now);

    /// Space: plays at ×1, from the start if at the end; or stops.
    void toggle(Nanoseconds now);
    void forward(Nanoseconds now);   ///< L: ×1, again ×2, ×4, ×8
    void backward(Nanoseconds now);  ///< J: the same backwards
    void stop(Nanoseconds now);      ///< K

    /// 0 = stopped; ±1, ±2, ±4, ±8.
    [[nodiscard]] int speed() const noexcept { return speed_; }
    [[nodiscard]] bool isPlaying() const noexcept { return speed_ != 0; }
    /// What must be on screen now.
    [[nodiscard]] Slot slotAt(Nanoseconds now) const noexcept;
    [[nodiscard]] FrameIndex frameAt(Nanoseconds now) const noexcept { return slotAt(now).frame; }
    /// Time until another frame must show; -1 when stopped.
    [[nodiscard]] Nanoseconds untilNext(Nanoseconds now) const noexcept;

    /// The picture of this slot came on screen: counts those that were due between the one before and this. Older slots
    /// change nothing.
    void shown(const Slot& slot) noexcept;
    /// slotAt and shown in one, for a display that is never late itself. Stops once an end of the film is reached.
    FrameIndex advance(Nanoseconds now);
    /// Since playing began.
    [[nodiscard]] std::int64_t dropped() const noexcept { return dropped_; }

private:
    void setSpeed(int speed, Nanoseconds now);
    void anchorAt(FrameIndex frame, Nanoseconds now);
    void enterLoop() noexcept;
    [[nodiscard]] std::int64_t slotsSince(Nanoseconds now) const noexcept;
    [[nodiscard]] FrameIndex wrapped(FrameIndex position) const noexcept;

    FrameIndex frames_ = 0;
    Rational rate_{24, 1};
    std::optional<FrameRange> loop_;
    int speed_ = 0;
    FrameIndex anchorFrame_ = 0;  // shown at anchorTime_, in slot anchorSlot_
    Nanoseconds anchorTime_ = 0;
    std::int64_t anchorSlot_ = 0;
    std::int64_t lastShown_ = 0;
    std::int64_t dropped_ = 0;
};

}  // namespace tintreel::ui
