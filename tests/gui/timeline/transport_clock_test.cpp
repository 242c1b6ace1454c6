// SPDX-License-Identifier: Apache-2.0
#include "timeline/transport_clock.h"

#include <gtest/gtest.h>

namespace tintreel::ui {
namespace {

using Ns = TransportClock::Nanoseconds;
constexpr Ns kSecond = 1'000'000'000;

TransportClock clock(FrameIndex frames, Rational rate = {25, 1}) {
    TransportClock c;
    c.setFilm(frames, rate);
    return c;
}

TEST(TransportClock, ShowsTheFrameThatIsDue) {
    auto c = clock(1000);
    c.forward(kSecond);
    EXPECT_EQ(c.frameAt(kSecond), 0);
    EXPECT_EQ(c.frameAt(kSecond + kSecond / 25 - 1), 0);
    EXPECT_EQ(c.frameAt(kSecond + kSecond / 25), 1);
    EXPECT_EQ(c.frameAt(3 * kSecond), 50);
}

TEST(TransportClock, StaysExactForADay) {
    auto c = clock(3'000'000, {30000, 1001});
    c.forward(0);
    // 1001 s are 30000 frames to the nanosecond.
    EXPECT_EQ(c.frameAt(86 * 1001 * kSecond), 86 * 30000);
    EXPECT_EQ(c.frameAt(86 * 1001 * kSecond - 1), 86 * 30000 - 1);
}

TEST(TransportClock, RepeatedKeysGoFasterInBothDirections) {
    auto c = clock(10000);
    c.seek(5000, 0);
    for (const int speed : {1, 2, 4, 8, 8}) {
        c.forward(0);
        EXPECT_EQ(c.speed(), speed);
    }
    EXPECT_EQ(c.frameAt(kSecond), 5000 + 8 * 25);
    for (const int speed : {-1, -2, -4, -8, -8}) {
        c.backward(kSecond);
        EXPECT_EQ(c.speed(), speed);
    }
    EXPECT_EQ(c.frameAt(2 * kSecond), 5000);
    c.stop(2 * kSecond);
    EXPECT_EQ(c.speed(), 0);
    EXPECT_EQ(c.frameAt(9 * kSecond), 5000);
    EXPECT_EQ(c.untilNext(9 * kSecond), -1);
}

TEST(TransportClock, ChangingSpeedDoesNotJump) {
    auto c = clock(10000);
    c.forward(0);
    const Ns now = 10 * kSecond;
    const FrameIndex before = c.frameAt(now);
    c.forward(now);
    EXPECT_EQ(c.frameAt(now), before);
    c.backward(now);
    EXPECT_EQ(c.frameAt(now), before);
}

TEST(TransportClock, CountsWhatWasLeftOutAndDoesNotSlowDown) {
    auto c = clock(1000);
    c.forward(0);
    const auto at = [](int slot) { return slot * kSecond / 25 + 1; };
    for (const int slot : {0, 1, 2}) c.advance(at(slot));
    EXPECT_EQ(c.dropped(), 0);
    EXPECT_EQ(c.advance(at(6)), 6);  // 3, 4, 5 never came
    EXPECT_EQ(c.dropped(), 3);
    EXPECT_EQ(c.advance(at(6) + 1), 6);
    EXPECT_EQ(c.dropped(), 3);
    EXPECT_EQ(c.advance(at(7)), 7);
    EXPECT_EQ(c.dropped(), 3);
    c.forward(at(9));  // faster in between: the two that were due until then count
    c.advance(at(10));
    EXPECT_EQ(c.dropped(), 5);
    c.stop(at(11));
    EXPECT_EQ(c.dropped(), 5);
    c.forward(at(50));
    EXPECT_EQ(c.dropped(), 0);
}

TEST(TransportClock, FramesStriddenOverAreNotDropped) {
    auto c = clock(10000);
    for (int i = 0; i < 4; ++i) c.forward(0);
    for (int slot = 0; slot < 100; ++slot) EXPECT_EQ(c.advance(slot * kSecond / 25), slot * 8);
    EXPECT_EQ(c.dropped(), 0);
}

TEST(TransportClock, APictureThatComesLateCountsForTheSlotItWasMadeFor) {
    auto c = clock(1000);
    c.forward(0);
    const auto early = c.slotAt(1 * kSecond);
    const auto late = c.slotAt(2 * kSecond);
    c.shown(early);
    EXPECT_EQ(c.dropped(), 24);
    c.shown(late);
    EXPECT_EQ(c.dropped(), 48);
    c.shown(early);  // overtaken
    EXPECT_EQ(c.dropped(), 48);
}

TEST(TransportClock, ASeekIsNoLateness) {
    auto c = clock(1000);
    c.forward(0);
    c.advance(0);
    c.seek(500, 3 * kSecond);
    EXPECT_EQ(c.advance(3 * kSecond + kSecond / 25), 501);
    EXPECT_EQ(c.dropped(), 0);
    c.seek(99999, 4 * kSecond);
    EXPECT_EQ(c.frameAt(4 * kSecond), 999);
}

TEST(TransportClock, StopsAtTheEnds) {
    auto c = clock(100);
    c.forward(0);
    for (int slot = 0; slot < 98; ++slot) c.advance(slot * kSecond / 25);
    EXPECT_EQ(c.advance(10 * kSecond), 99);
    EXPECT_EQ(c.speed(), 0);
    EXPECT_EQ(c.dropped(), 1);  // 98; nothing is due behind the end
    c.backward(10 * kSecond);
    c.backward(10 * kSecond);
    EXPECT_EQ(c.advance(20 * kSecond), 0);  // 99 is odd: the last stride is a short one
    EXPECT_EQ(c.speed(), 0);
}

TEST(TransportClock, SpaceAtTheEndBeginsAgain) {
    auto c = clock(100);
    c.seek(99, 0);
    c.toggle(0);
    EXPECT_EQ(c.frameAt(0), 0);
    EXPECT_EQ(c.frameAt(kSecond), 25);
    c.toggle(kSecond);
    EXPECT_EQ(c.frameAt(2 * kSecond), 25);
}

TEST(TransportClock, LoopsInItsZone) {
    auto c = clock(1000);
    c.setLoop(FrameRange{100, 110}, 0);
    c.seek(100, 0);
    c.forward(0);
    const auto after = [](int slots) { return slots * kSecond / 25; };
    EXPECT_EQ(c.frameAt(after(9)), 109);
    EXPECT_EQ(c.frameAt(after(10)), 100);
    EXPECT_EQ(c.frameAt(after(1234567)), 107);
    for (int slot = 0; slot < 50; ++slot) c.advance(after(slot));
    EXPECT_TRUE(c.isPlaying());
    EXPECT_EQ(c.dropped(), 0);  // going round is none
    c.seek(109, after(50));
    c.backward(after(50));
    EXPECT_EQ(c.frameAt(after(59)), 100);
    EXPECT_EQ(c.frameAt(after(60)), 109);
}

TEST(TransportClock, GoesIntoTheLoopFromBeforeAndBeginsItFromBehind) {
    auto c = clock(1000);
    c.setLoop(FrameRange{100, 110}, 0);
    c.seek(95, 0);
    c.forward(0);
    EXPECT_EQ(c.frameAt(4 * kSecond / 25), 99);
    EXPECT_EQ(c.frameAt(15 * kSecond / 25), 100);
    c.stop(0);
    c.seek(500, 0);
    c.forward(0);
    EXPECT_EQ(c.frameAt(0), 100);
    c.setLoop(std::nullopt, 0);
    c.seek(500, 0);
    c.setLoop(FrameRange{100, 110}, 0);
    EXPECT_EQ(c.frameAt(0), 100);
    c.setLoop(FrameRange{300, 300}, 0);
    EXPECT_EQ(c.frameAt(kSecond), 125);  // an empty zone is none
}

TEST(TransportClock, SaysWhenToLookAgain) {
    auto c = clock(1000, {30000, 1001});
    c.forward(0);
    Ns now = 0;
    for (FrameIndex frame = 1; frame < 500; ++frame) {
        const Ns wait = c.untilNext(now);
        ASSERT_GT(wait, 0);
        ASSERT_EQ(c.frameAt(now + wait - 1), frame - 1);
        now += wait;
        ASSERT_EQ(c.frameAt(now), frame);
    }
}

TEST(TransportClock, WithoutAFilm) {
    auto c = clock(0);
    c.forward(0);
    c.toggle(0);
    EXPECT_EQ(c.speed(), 0);
    EXPECT_EQ(c.advance(kSecond), 0);
}

}  // namespace
}  // namespace tintreel::ui
