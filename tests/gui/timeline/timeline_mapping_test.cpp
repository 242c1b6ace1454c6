// SPDX-License-Identifier: Apache-2.0
#include "timeline/timeline_mapping.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace tintreel::ui {
namespace {

constexpr FrameIndex kLongest = 3'000'000;

TimelineMapping mapping(FrameIndex frames, int left, int width) {
    TimelineMapping m;
    m.setViewport(left, width);
    m.setFrames(frames);
    return m;
}

class EachLength : public ::testing::TestWithParam<std::tuple<FrameIndex, int>> {};

TEST_P(EachLength, FittedEndsMeetTheEndsOfTheView) {
    const auto [frames, width] = GetParam();
    const auto m = mapping(frames, 83, width);
    EXPECT_EQ(m.xFromFrame(0), 83.0);
    EXPECT_EQ(m.xFromFrame(frames), 83.0 + width);
    EXPECT_EQ(m.visible(), (FrameRange{0, frames}));
    EXPECT_TRUE(m.isFitted());
}

TEST_P(EachLength, FramesComeBackAtEveryZoom) {
    const auto [frames, width] = GetParam();
    auto m = mapping(frames, 83, width);
    std::mt19937_64 random(7);
    for (int step = 0; step < 40; ++step) {
        for (int i = 0; i < 50; ++i) {
            const FrameIndex frame = static_cast<FrameIndex>(random() % static_cast<std::uint64_t>(frames));
            ASSERT_EQ(m.frameFromX(m.xFromFrame(frame)), frame) << "at " << m.pixelsPerFrame();
            ASSERT_EQ(m.frameFromX(std::nextafter(m.xFromFrame(frame), -1e9)), std::max<FrameIndex>(frame - 1, 0))
                << "at " << m.pixelsPerFrame();
        }
        for (const FrameIndex frame : {FrameIndex{0}, frames / 2, frames - 1})
            ASSERT_EQ(m.frameFromX(m.xFromFrame(frame)), frame);
        m.zoomAtX(1.7, 83 + static_cast<double>(random() % 1000) / 1000 * width);
    }
}

TEST_P(EachLength, ScrolledToTheEndTheLastFrameEndsWithTheView) {
    const auto [frames, width] = GetParam();
    auto m = mapping(frames, 10, width);
    for (int step = 0; step < 12; ++step) {
        m.zoomAtX(1.9, 10 + width / 3.0);
        m.scrollTo(static_cast<double>(frames));
        ASSERT_EQ(m.xFromFrame(frames), 10.0 + width) << step;
        m.scrollTo(-5);
        ASSERT_EQ(m.xFromFrame(0), 10.0) << step;
    }
}

INSTANTIATE_TEST_SUITE_P(Films, EachLength,
                         ::testing::Combine(::testing::Values<FrameIndex>(1, 2, 7, 1000, 86399, 2'160'000, kLongest),
                                            ::testing::Values(1, 317, 1237, 3800)));

TEST(TimelineMapping, PointsOutsideAreClampedToTheFilm) {
    auto m = mapping(100, 50, 200);
    EXPECT_EQ(m.frameFromX(-1e9), 0);
    EXPECT_EQ(m.frameFromX(49), 0);
    EXPECT_EQ(m.frameFromX(50 + 1.9), 0);
    EXPECT_EQ(m.frameFromX(52), 1);
    EXPECT_EQ(m.frameFromX(249.9), 99);
    EXPECT_EQ(m.frameFromX(1e9), 99);
}

TEST(TimelineMapping, ZoomKeepsWhatIsUnderThePointer) {
    auto m = mapping(kLongest, 0, 1000);
    for (int i = 0; i < 20; ++i) {
        const double position = m.scroll() + 0.3 * m.span();
        m.zoomAtX(1.5, 300);
        ASSERT_NEAR(m.scroll() + 0.3 * m.span(), position, 1e-5);
    }
    EXPECT_GT(m.pixelsPerFrame(), 1.0);
}

TEST(TimelineMapping, ZoomEndsAtTheClosestAndAtTheFilm) {
    auto m = mapping(10000, 0, 640);
    m.zoomAtX(1e9, 0);
    EXPECT_NEAR(m.pixelsPerFrame(), TimelineMapping::kMaxPixelsPerFrame, 1e-9);
    const auto closest = m;
    m.zoomAtX(2, 640);
    EXPECT_EQ(m, closest);  // and does not scroll instead
    m.zoomAtX(1e-9, 300);
    EXPECT_TRUE(m.isFitted());
    for (const double nonsense : {0.0, -1.0, std::nan("")}) m.zoomAtX(nonsense, 0);
    EXPECT_TRUE(m.isFitted());
}

TEST(TimelineMapping, ZoomAtAFrameOutOfViewBringsItToTheMiddle) {
    auto m = mapping(100000, 0, 1000);
    m.zoomAtFrame(100, 0);
    m.zoomAtFrame(2, 50000);
    EXPECT_NEAR(m.xFromFrame(50000), 500, 10);
}

TEST(TimelineMapping, ZoomAtAFrameKeepsAllOfIt) {
    for (const FrameIndex frame : {0, 1, 500, 998, 999}) {
        auto m = mapping(1000, 40, 1117);
        for (int i = 0; i < 12; ++i) {
            m.zoomAtFrame(2, frame);
            ASSERT_GE(m.xFromFrame(frame), 40) << frame;
            ASSERT_LE(m.xFromFrame(frame + 1), 40 + 1117) << frame;
        }
    }
}

TEST(TimelineMapping, AWiderViewKeepsTheZoomUnlessFitted) {
    auto m = mapping(1000, 0, 500);
    m.setViewport(20, 800);
    EXPECT_EQ(m.xFromFrame(1000), 820.0);
    m.zoomAtX(4, 20);
    const double before = m.pixelsPerFrame();
    m.setViewport(20, 400);
    EXPECT_NEAR(m.pixelsPerFrame(), before, 1e-6);
}

TEST(TimelineMapping, ShowsARangeWithSomeAir) {
    auto m = mapping(10000, 0, 1000);
    m.show({2000, 2100});
    const auto visible = m.visible();
    EXPECT_LT(visible.first, 2000);
    EXPECT_GT(visible.end, 2100);
    EXPECT_LT(visible.length(), 115);
}

TEST(TimelineMapping, RevealTurnsThePage) {
    auto m = mapping(10000, 0, 1000);
    m.show({1000, 1200});
    EXPECT_FALSE(m.reveal(1100));
    EXPECT_TRUE(m.reveal(1300));
    EXPECT_NEAR(m.xFromFrame(1300), 100, 10);  // most of the view lies ahead
    EXPECT_TRUE(m.reveal(1200));
    EXPECT_NEAR(m.xFromFrame(1200), 900, 10);
    EXPECT_TRUE(m.reveal(9999));
    EXPECT_EQ(m.xFromFrame(10000), 1000.0);
}

TEST(TimelineMapping, NoFilm) {
    auto m = mapping(0, 0, 100);
    m.fit();
    m.zoomAtX(2, 50);
    m.scrollByPixels(100);
    EXPECT_EQ(m.visible().length(), 0);
    EXPECT_EQ(m.frameFromX(70), 0);
}

}  // namespace
}  // namespace tintreel::ui
