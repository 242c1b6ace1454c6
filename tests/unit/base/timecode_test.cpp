// SPDX-License-Identifier: Apache-2.0
#include "tintreel/base/timecode.h"

#include <gtest/gtest.h>

namespace tintreel {
namespace {

constexpr TimecodeFormat k24{{24, 1}}, k25{{25, 1}}, k23976{{24000, 1001}};
constexpr TimecodeFormat kNdf{{30000, 1001}}, kDf{{30000, 1001}, true}, kDf60{{60000, 1001}, true};

/// Drop-frame timecode as David Heidelberger published it ("Converting frame number to drop-frame timecode", 2011).
std::string heidelberger(FrameIndex frame, int base) {
    const FrameIndex drop = base / 15, tenMinutes = FrameIndex{base} * 600 - 9 * drop,
                     minute = FrameIndex{base} * 60 - drop;
    const FrameIndex d = frame / tenMinutes, m = frame % tenMinutes;
    frame += m > drop ? drop * 9 * d + drop * ((m - drop) / minute) : drop * 9 * d;
    char text[32];
    std::snprintf(text, sizeof text, "%02d:%02d:%02d;%02d", static_cast<int>(frame / base / 3600),
                  static_cast<int>(frame / base / 60 % 60), static_cast<int>(frame / base % 60),
                  static_cast<int>(frame % base));
    return text;
}

TEST(Timecode, EveryFrameOfHalfADayAgreesWithThePublishedAlgorithmAndIsReadBack) {
    for (const auto& format : {kDf, kDf60})
        for (FrameIndex frame = 0; frame < 43200 * 30; frame += frame < 40000 ? 1 : 37) {
            const auto text = timecodeText(frame, format);
            ASSERT_EQ(text, heidelberger(frame, format.base())) << frame;
            ASSERT_EQ(frameOfTimecode(text, format), frame) << text;
        }
}

// Frames of whole times after SMPTE ST 12-1: ten minutes of drop-frame are 17982 frames, an hour 107892, a day 2589408.
TEST(Timecode, KnownValues) {
    EXPECT_EQ(timecodeText(1799, kDf), "00:00:59;29");
    EXPECT_EQ(timecodeText(1800, kDf), "00:01:00;02");
    EXPECT_EQ(timecodeText(17982, kDf), "00:10:00;00");
    EXPECT_EQ(timecodeText(107892, kDf), "01:00:00;00");
    EXPECT_EQ(timecodeText(2589407, kDf), "23:59:59;29");
    EXPECT_EQ(timecodeText(2589408, kDf), "24:00:00;00");
    EXPECT_EQ(timecodeText(107892, kNdf), "00:59:56:12");
    EXPECT_EQ(timecodeText(86400, k24), "01:00:00:00");
    EXPECT_EQ(timecodeText(86400, k23976), "01:00:00:00") << "counts frames, whatever the clock says";
    EXPECT_EQ(timecodeText(90000, k25), "01:00:00:00");
    EXPECT_EQ(timecodeText(-25, k24), "-00:00:01:01");
    EXPECT_EQ(frameOfTimecode("01:00:00:00", k25), 90000);
    EXPECT_EQ(frameOfTimecode("25:00:00:00", k24), 2160000);
    EXPECT_EQ(frameOfTimecode("00:01:00.02", kDf), 1800);
}

TEST(Timecode, WhatIsNoneIsRefused) {
    for (const char* text : {"", "1", "00:00:00", "00:00:00:24", "00:60:00:00", "00:00:60:00", "00:00:00:00:00",
                             "00:00:-1:00", "a:b:c:d", "00:00:00:00 ", "00:00::00", "00:00:00:", "1234567:00:00:00"})
        EXPECT_FALSE(frameOfTimecode(text, k24)) << text;
    EXPECT_FALSE(frameOfTimecode("00:01:00;00", kDf)) << "a label that drop-frame leaves out";
    EXPECT_FALSE(frameOfTimecode("00:01:00;01", kDf));
    EXPECT_EQ(frameOfTimecode("00:01:00:00", kNdf), 1800);
    EXPECT_TRUE(saysDropFrame("01:00:00;00"));
    EXPECT_FALSE(saysDropFrame("01:00:00:00"));
}

}  // namespace
}  // namespace tintreel
