// SPDX-License-Identifier: Apache-2.0
#include <QClipboard>
#include <QGuiApplication>

#include <gtest/gtest.h>

#include "panels/media_words.h"
#include "panels/source_inspector.h"
#include "support/events.h"

namespace tintreel::ui {
namespace {

media::MediaInfo film() {
    media::MediaInfo info;
    info.path = "/films/Zug <b>1</b> über.mkv";
    info.container = "matroska";
    info.streams = {{0, "video", "ffv1", "", true}, {1, "audio", "flac", "deu", false}};
    info.width = 720;
    info.height = 576;
    info.layout = {"yuv422p10le", 10, 1, 0, false, false, false};
    info.stated.primaries = 5;
    info.assumed = info.stated;
    info.assumed.matrix = 5;
    info.assumed.transfer = 6;
    info.sampleAspect = {16, 15};
    info.rotation = 90;
    info.fieldOrder = "tt";
    info.frameRate = {24000, 1001};
    info.variableRate = true;
    info.expectedFrames = 1234;
    info.timecode = "10:00:00:00";
    info.warnings = {"2 frames are damaged"};
    return info;
}

TEST(SourceInspector, SaysWhatIsStatedAndWhatAssumed) {
    SourceInspector inspector;
    inspector.setInfo(film());
    const auto text = inspector.text();
    for (const char* line :
         {"Codec: ffv1\n", "Size: 720 × 576, shown as 768 × 576\n", "Pixels: yuv422p10le, 10 bit\n",
          "Matrix: BT.601 (625) (assumed; the file does not say)\n", "Primaries: BT.601 (625) (stated)\n",
          "Range: limited (assumed; the file does not say)\n", "Fields: interlaced, top field first\n",
          "Rotation: 90° clockwise\n", "Rate: 23.976 frames/s (24000/1001), variable: every frame keeps its own time\n",
          "Frames: about 1234\n", "Timecode: 10:00:00:00\n", "Tracks: 0: video, ffv1 (coloured); 1: audio, flac, deu\n",
          "⚠ Warning: 2 frames are damaged\n"})
        EXPECT_TRUE(text.contains(QString::fromUtf8(line))) << line << "not in\n" << text.toStdString();
}

TEST(SourceInspector, TextIsPlainAndSelectable) {
    SourceInspector inspector;
    inspector.setInfo(film());
    int values = 0;
    for (const auto* label : inspector.findChildren<QLabel*>()) {
        if (label->accessibleName().isEmpty()) continue;
        ++values;
        EXPECT_TRUE(label->textInteractionFlags().testFlag(Qt::TextSelectableByMouse));
        EXPECT_EQ(label->textFormat(), Qt::PlainText);
    }
    EXPECT_EQ(values, 18);
}

TEST(SourceInspector, CopyPutsAllOnTheClipboard) {
    SourceInspector inspector;
    inspector.show();
    auto* copy = inspector.findChild<QPushButton*>(QStringLiteral("copySource"));
    EXPECT_FALSE(copy->isEnabled());
    inspector.setInfo(film());
    QTest::mouseClick(copy, Qt::LeftButton);
    EXPECT_EQ(QGuiApplication::clipboard()->text(), inspector.text());
    EXPECT_TRUE(inspector.text().contains(QStringLiteral("Zug <b>1</b> über.mkv")));
}

TEST(SourceInspector, AnotherFilmReplacesTheFirst) {
    SourceInspector inspector;
    inspector.setInfo(film());
    auto other = film();
    other.warnings.clear();
    other.expectedIsExact = true;
    inspector.setInfo(other);
    EXPECT_FALSE(inspector.text().contains(QStringLiteral("Warning")));
    EXPECT_TRUE(inspector.text().contains(QStringLiteral("Frames: 1234\n")));
}

TEST(MediaWords, UnknownCodesAreNumbers) {
    EXPECT_EQ(matrixName(1), QStringLiteral("BT.709"));
    EXPECT_EQ(matrixName(2), QStringLiteral("not stated"));
    EXPECT_EQ(transferName(99), QStringLiteral("code 99"));
    EXPECT_EQ(fieldOrderWords("tb"), QStringLiteral("interlaced, bottom field first"));
    EXPECT_EQ(fieldOrderWords(""), QStringLiteral("unknown"));
}

}  // namespace
}  // namespace tintreel::ui
