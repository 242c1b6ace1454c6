// SPDX-License-Identifier: Apache-2.0
#include "timeline/transport_clock.h"

#include <algorithm>
#include <cstdlib>

namespace tintreel::ui {
namespace {

// A day in nanoseconds times 60000 does not fit in 64 bits.
__extension__ using Wide = __int128;
constexpr Wide kSecond = 1'000'000'000;

}  // namespace

void TransportClock::setFilm(FrameIndex frames, Rational rate) {
    *this = {};
    frames_ = std::max<FrameIndex>(frames, 0);
    if (rate.num > 0 && rate.den > 0) rate_ = rate;
}

void TransportClock::setLoop(std::optional<FrameRange> zone, Nanoseconds now) {
    const FrameIndex frame = frameAt(now);
    if (zone) zone = FrameRange{std::max<FrameIndex>(zone->first, 0), std::min(zone->end, frames_)};
    anchorAt(frame, now);
    loop_ = zone && zone->length() > 0 ? zone : std::nullopt;
    enterLoop();
}

void TransportClock::seek(FrameIndex frame, Nanoseconds now) {
    anchorAt(std::clamp<FrameIndex>(frame, 0, std::max<FrameIndex>(frames_ - 1, 0)), now);
    // A jump is no lateness: what was due before it is not missed.
    lastShown_ = anchorSlot_;
    enterLoop();
}

void TransportClock::toggle(Nanoseconds now) {
    if (isPlaying()) return stop(now);
    if (!loop_ && anchorFrame_ == frames_ - 1) seek(0, now);
    setSpeed(1, now);
}

void TransportClock::forward(Nanoseconds now) { setSpeed(speed_ > 0 ? std::min(speed_ * 2, kMaxSpeed) : 1, now); }

void TransportClock::backward(Nanoseconds now) { setSpeed(speed_ < 0 ? std::max(speed_ * 2, -kMaxSpeed) : -1, now); }

void TransportClock::stop(Nanoseconds now) {
    anchorAt(frameAt(now), now);
    speed_ = 0;
}

TransportClock::Slot TransportClock::slotAt(Nanoseconds now) const noexcept {
    if (speed_ == 0 || frames_ == 0) return {anchorSlot_, anchorFrame_};
    std::int64_t slots = slotsSince(now);
    if (!loop_) {
        // Behind an end nothing is due any more.
        const FrameIndex room = speed_ > 0 ? frames_ - 1 - anchorFrame_ : anchorFrame_;
        slots = std::min(slots, (room + std::abs(speed_) - 1) / std::abs(speed_));
    }
    return {anchorSlot_ + slots, wrapped(anchorFrame_ + slots * speed_)};
}

TransportClock::Nanoseconds TransportClock::untilNext(Nanoseconds now) const noexcept {
    if (speed_ == 0) return -1;
    const Wide due = (Wide{slotsSince(now)} + 1) * rate_.den * kSecond;
    return static_cast<Nanoseconds>((due + rate_.num - 1) / rate_.num) - (now - anchorTime_);
}

void TransportClock::shown(const Slot& slot) noexcept {
    if (slot.number <= lastShown_) return;
    dropped_ += slot.number - lastShown_ - 1;
    lastShown_ = slot.number;
}

FrameIndex TransportClock::advance(Nanoseconds now) {
    const Slot slot = slotAt(now);
    if (speed_ == 0) return slot.frame;
    shown(slot);
    const FrameIndex last = speed_ > 0 ? frames_ - 1 : 0;
    if (!loop_ && (frames_ == 0 || slot.frame == last)) stop(now);
    return slot.frame;
}

void TransportClock::setSpeed(int speed, Nanoseconds now) {
    if (frames_ == 0) return;
    const bool starts = speed_ == 0;
    anchorAt(frameAt(now), now);
    speed_ = speed;
    if (starts) {
        lastShown_ = anchorSlot_;
        dropped_ = 0;
    }
    enterLoop();
}

void TransportClock::enterLoop() noexcept {
    if (!loop_) return;
    if (speed_ > 0 && anchorFrame_ >= loop_->end) anchorFrame_ = loop_->first;
    if (speed_ < 0 && anchorFrame_ < loop_->first) anchorFrame_ = loop_->end - 1;
}

void TransportClock::anchorAt(FrameIndex frame, Nanoseconds now) {
    anchorSlot_ = slotAt(now).number;
    anchorFrame_ = frame;
    anchorTime_ = now;
}

std::int64_t TransportClock::slotsSince(Nanoseconds now) const noexcept {
    const Wide elapsed = std::max<Nanoseconds>(now - anchorTime_, 0);
    return static_cast<std::int64_t>(elapsed * rate_.num / (Wide{rate_.den} * kSecond));
}

FrameIndex TransportClock::wrapped(FrameIndex position) const noexcept {
    if (!loop_) return std::clamp<FrameIndex>(position, 0, frames_ - 1);
    const FrameIndex last = loop_->end - 1;
    if (speed_ > 0) return position <= last ? position : loop_->first + (position - loop_->first) % loop_->length();
    return position >= loop_->first ? position : last - (last - position) % loop_->length();
}

}  // namespace tintreel::ui
