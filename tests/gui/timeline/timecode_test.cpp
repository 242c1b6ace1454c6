// SPDX-License-Identifier: Apache-2.0
#include "timeline/timecode.h"

#include <gtest/gtest.h>

namespace tintreel::ui {
namespace {

constexpr TimecodeFormat k24{{24, 1}};
constexpr TimecodeFormat k25{{25, 1}};
constexpr TimecodeFormat kNdf{{30000, 1001}};
constexpr TimecodeFormat kDf{{30000, 1001}, true};
constexpr TimecodeFormat kDf60{{60000, 1001}, true};

struct Named {
    TimecodeFormat format;
    FrameIndex frame;
    const char* text;
};

class Timecode : public ::testing::TestWithParam<Named> {};

TEST_P(Timecode, IsWrittenAndReadBack) {
    const auto& [format, frame, text] = GetParam();
    EXPECT_EQ(timecode(frame, format).toStdString(), text);
    EXPECT_EQ(parseTimecode(QString::fromLatin1(text), 0, format), (TimecodeEntry{frame, false}));
}

// Drop-frame values: SMPTE ST 12-1; 17982 frames are ten minutes, 107892 an hour.
INSTANTIATE_TEST_SUITE_P(
    Known, Timecode,
    ::testing::Values(Named{k24, 0, "00:00:00:00"}, Named{k24, 23, "00:00:00:23"}, Named{k24, 24, "00:00:01:00"},
                      Named{k24, 86399, "00:59:59:23"}, Named{k24, 2160000, "25:00:00:00"},
                      Named{k25, 1500, "00:01:00:00"}, Named{{{24000, 1001}}, 1440, "00:01:00:00"},
                      Named{{{24000, 1001}, true}, 1440, "00:01:00:00"}, Named{{{30, 1}, true}, 1800, "00:01:00:00"},
                      Named{kNdf, 1800, "00:01:00:00"}, Named{kDf, 1799, "00:00:59;29"},
                      Named{kDf, 1800, "00:01:00;02"}, Named{kDf, 3597, "00:01:59;29"}, Named{kDf, 3598, "00:02:00;02"},
                      Named{kDf, 17981, "00:09:59;29"}, Named{kDf, 17982, "00:10:00;00"},
                      Named{kDf, 19781, "00:10:59;29"}, Named{kDf, 19782, "00:11:00;02"},
                      Named{kDf, 107892, "01:00:00;00"}, Named{{{2997, 100}, true}, 17982, "00:10:00;00"},
                      Named{kDf60, 3599, "00:00:59;59"}, Named{kDf60, 3600, "00:01:00;04"},
                      Named{kDf60, 35964, "00:10:00;00"}, Named{{{120, 1}}, 119, "00:00:00:119"}));

TEST(TimecodeText, OfAFrameBeforeTheFirst) { EXPECT_EQ(timecode(-25, k24).toStdString(), "-00:00:01:01"); }

TEST(TimecodeLabel, EachFrameHasOneOfItsOwn) {
    FrameIndex before = -1;
    for (FrameIndex frame = 0; frame < 60000; ++frame) {
        const FrameIndex label = labelFromFrame(frame, kDf);
        ASSERT_GT(label, before);
        ASSERT_EQ(frameFromLabel(label, kDf), frame);
        before = label;
    }
}

struct Typed {
    const char* text;
    std::optional<TimecodeEntry> entry;
};

class TypedTimecode : public ::testing::TestWithParam<Typed> {};

TEST_P(TypedTimecode, IsUnderstoodOrRefused) {
    EXPECT_EQ(parseTimecode(QString::fromUtf8(GetParam().text), 1000, k24), GetParam().entry) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    At24, TypedTimecode,
    ::testing::Values(Typed{"01:00:00:00", TimecodeEntry{86400, false}}, Typed{" 2:12 ", TimecodeEntry{60, false}},
                      Typed{"1:02:12", TimecodeEntry{1500, false}}, Typed{"1.02.12", TimecodeEntry{1500, false}},
                      Typed{"90:00", TimecodeEntry{2160, false}}, Typed{"1234", TimecodeEntry{1234, false}},
                      Typed{"+12", TimecodeEntry{1012, true}}, Typed{"-1:00", TimecodeEntry{976, true}},
                      Typed{"-1:00:00:00", TimecodeEntry{1000 - 86400, true}}, Typed{"+ 5", TimecodeEntry{1005, true}},
                      Typed{"", std::nullopt}, Typed{"+", std::nullopt}, Typed{"abc", std::nullopt},
                      Typed{"1:24", std::nullopt}, Typed{"1:60:00", std::nullopt}, Typed{"1:2:3:4:5", std::nullopt},
                      Typed{"1::2", std::nullopt}, Typed{":", std::nullopt}, Typed{"1:-2", std::nullopt},
                      Typed{"--1", std::nullopt}, Typed{"99999999999999999999", std::nullopt},
                      Typed{"١٢", std::nullopt}));

TEST(TypedTimecode, ADroppedLabelGivesTheNextFrame) {
    EXPECT_EQ(parseTimecode(QStringLiteral("1;00"), 0, kDf)->frame, 30);  // a second, not a minute
    EXPECT_EQ(parseTimecode(QStringLiteral("00:01:00;00"), 0, kDf)->frame, 1800);
    EXPECT_EQ(parseTimecode(QStringLiteral("00:01:00;01"), 0, kDf)->frame, 1800);
    EXPECT_EQ(parseTimecode(QStringLiteral("+00:10:00;00"), 5, kDf)->frame, 17987);
    EXPECT_EQ(parseTimecode(QStringLiteral("+00:01:00;00"), 0, kDf)->frame, 1798);
}

}  // namespace
}  // namespace tintreel::ui
