// SPDX-License-Identifier: Apache-2.0
#include "tintreel/scenes/scene_list.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/temp_dir.h"

namespace tintreel::scenes {
namespace {

using Scenes = std::vector<FrameRange>;
using ::testing::HasSubstr;

ListedFilm film(Rational rate, FrameIndex frames, const std::string& start = {}) {
    const auto film = listedFilm("/films/My film é, 2.mkv", rate, frames, start);
    EXPECT_TRUE(film) << describe(film.error());
    return *film;
}

struct Clock {
    const char* name;
    Rational rate;
    const char* start;
};
const Clock kClocks[] = {{"24", {24, 1}, ""},
                         {"24 from an hour", {24, 1}, "01:00:00:00"},
                         {"25", {25, 1}, "10:00:00:00"},
                         {"23.976", {24000, 1001}, "00:59:58:12"},
                         {"29.97 NDF", {30000, 1001}, "01:00:00:00"},
                         {"29.97 DF", {30000, 1001}, "00:58:59;28"},
                         {"29.97 DF across midnight", {30000, 1001}, "23:59:00;02"},
                         {"59.94 DF", {60000, 1001}, "00:00:00;00"}};

TEST(SceneList, EveryFormatComesBackAtEveryClock) {
    const Scenes scenes{{0, 1}, {1, 44}, {44, 1799}, {1799, 1800}, {1800, 17982}, {17982, 120000}};
    const testing::TempDir dir;
    for (const auto& clock : kClocks)
        for (const char* name : {"list.csv", "list.edl", "list.OTIO"}) {
            const auto listed = film(clock.rate, 120000, clock.start);
            const auto text = sceneListText(name, scenes, listed);
            ASSERT_TRUE(text);
            std::ofstream(dir / name) << *text;
            const auto back = readSceneList(dir / name, listed);
            ASSERT_TRUE(back) << clock.name << ' ' << describe(back.error());
            EXPECT_EQ(*back, scenes) << clock.name << ' ' << name;
            // With Windows' line ends, too.
            std::string windows;
            for (const char c : *text) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
            std::ofstream(dir / name) << windows;
            EXPECT_EQ(*readSceneList(dir / name, listed), scenes) << clock.name << ' ' << name;
        }
    EXPECT_EQ(sceneListText("a.txt", scenes, film({24, 1}, 10)).error().code, ErrorCode::Usage);
    EXPECT_EQ(readSceneList(dir / "none.edl", film({24, 1}, 10)).error().code, ErrorCode::Input);
}

// Ten minutes of drop-frame are 17982 frames, an hour 107892 (SMPTE ST 12-1); out points are exclusive.
TEST(Edl, TimesAreThePublishedOnes) {
    const auto drop =
        scenesToEdl({{0, 1800}, {1800, 17982}, {17982, 107892}}, film({30000, 1001}, 107892, "01:00:00;00"));
    EXPECT_EQ(
        drop,
        "TITLE: My film é, 2\nFCM: DROP FRAME\n\n"
        "001  MYFILM2  V     C        01:00:00;00 01:01:00;02 01:00:00;00 01:01:00;02\n* FROM CLIP NAME: My film é, 2.mkv\n"
        "002  MYFILM2  V     C        01:01:00;02 01:10:00;00 01:01:00;02 01:10:00;00\n* FROM CLIP NAME: My film é, 2.mkv\n"
        "003  MYFILM2  V     C        01:10:00;00 02:00:00;00 01:10:00;00 02:00:00;00\n* FROM CLIP NAME: My film é, 2.mkv\n");
    EXPECT_THAT(scenesToEdl({{0, 1800}}, film({30000, 1001}, 1800, "01:00:00:00")),
                HasSubstr("FCM: NON-DROP FRAME\n\n001  MYFILM2  V     C        01:00:00:00 01:01:00:00 "));
    EXPECT_THAT(scenesToEdl({{0, 1500}}, film({25, 1}, 1500)), HasSubstr(" 00:00:00:00 00:01:00:00 "));
    EXPECT_THAT(scenesToEdl({{0, 48}}, film({24, 1}, 48, "23:59:59:00")), HasSubstr(" 23:59:59:00 00:00:01:00 "))
        << "hours wrap";
    Scenes many;
    for (FrameIndex i = 0; i < 1200; ++i) many.push_back({i * 10, i * 10 + 10});
    const auto text = scenesToEdl(many, film({24, 1}, 12000));
    EXPECT_THAT(text, HasSubstr("\n1200  MYFILM2"));
    EXPECT_EQ(*scenesFromEdl(text, "e", film({24, 1}, 12000)), many);
}

TEST(Edl, ListsOfOtherProgramsAreUnderstood) {
    const char* premiere =
        "TITLE:   Sequence 01\r\nFCM: NON-DROP FRAME\r\n\r\n"
        "001  AX       V     C        00:00:10:00 00:00:12:00 01:00:00:00 01:00:02:00\r\n* FROM CLIP NAME: a.mov\r\n"
        "002  BL       AA    C        00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\r\n"
        "003  AX       V     C        00:00:05:00 00:00:05:00 01:00:02:00 01:00:02:00\r\n"
        "003  AX       V     D    012 00:01:00:00 00:01:03:00 01:00:02:00 01:00:05:00\r\n* TO CLIP NAME: b.mov\r\n"
        "M2   AX       030.0          00:01:00:00\r\n"
        "004  AX       AA/V  C        00:02:00:00 00:02:01:00 01:00:05:00 01:00:06:00\r\n";
    EXPECT_EQ(*scenesFromEdl(premiere, "p.edl", film({24, 1}, 150)), (Scenes{{0, 48}, {48, 120}, {120, 150}}))
        << "counted from the first event: the film has no timecode";
    EXPECT_EQ(*scenesFromEdl(premiere, "p.edl", film({24, 1}, 200, "00:59:58:00")),
              (Scenes{{0, 96}, {96, 168}, {168, 200}}))
        << "counted from the film's timecode where that fits";
    // CMX writes ':' for drop-frame, too; FCM says what is meant.
    EXPECT_EQ(
        *scenesFromEdl(
            "FCM: DROP FRAME\n001 AX V C 00:00:00:00 00:01:00:02 00:00:00:00 00:01:00:02\n002 AX V C 00:01:00:02 00:10:00:00 00:01:00:02 00:10:00:00\n",
            "d", film({30000, 1001}, 17982)),
        (Scenes{{0, 1800}, {1800, 17982}}));
    EXPECT_EQ(
        *scenesFromEdl(
            "001 AX V C 0:0:0:0 0:0:1:0 00:00:00:00 00:00:01:00\n2 AX V C 0:0:0:0 0:0:1:0 00:00:03:00 00:00:04:00\n",
            "g", film({24, 1}, 100)),
        (Scenes{{0, 72}, {72, 100}}))
        << "gaps are filled";
    EXPECT_EQ(*scenesFromEdl(scenesToEdl({{0, 2073600}}, film({24, 1}, 2073600)), "day", film({24, 1}, 2073600)),
              (Scenes{{0, 2073600}}))
        << "a whole day is one event without a length";
}

/// The error's sentence names the file and the place, and says what to do.
void expectError(const Result<Scenes>& result, const std::string& place, const std::string& why) {
    ASSERT_FALSE(result) << place << ": " << why;
    EXPECT_EQ(result.error().code, ErrorCode::Input);
    EXPECT_THAT(result.error().userMessage,
                ::testing::AllOf(::testing::StartsWith("bad: "), HasSubstr(place), HasSubstr(why)));
}

TEST(Edl, BadOnesAreNamedByLine) {
    const auto read = [](const std::string& text, const ListedFilm& of) { return scenesFromEdl(text, "bad", of); };
    const auto f24 = film({24, 1}, 100);
    expectError(read("001 AX V C 00:00:00:00 00:00:01:00 00:00:00:00\n", f24), "line 1", "some are missing");
    expectError(read("TITLE: x\n001 AX V C 00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:24\n", f24), "line 2",
                "24.000 frames a second");
    expectError(read("001 AX V C 00:00:00:00 00:00:01:00 00:00:00:00 later\n", f24), "line 1", "'later'");
    expectError(read("001 AX V C 00:00:00:00 00:00:01:00 00:00:02:00 00:00:01:00\n", f24), "line 1", "not behind");
    expectError(read("FCM: DROP FRAME\n", f24), "line 1", "another film");
    expectError(read("FCM: DROP FRAME\n001 AX V C 00:00:00;00 00:01:00;00 00:00:00;00 00:01:00;00\n",
                     film({30000, 1001}, 10000)),
                "line 2", "no drop-frame timecode");
    expectError(read("001 AX V C 00:00:00:00 00:00:01:00 00:00:00:00 00:00:05:00\n", f24), "line 1",
                "the film has 100");
    expectError(
        read(
            "001 AX V C 0:0:0:0 0:0:1:0 00:00:00:00 00:00:02:00\n\n002 AX V C 0:0:0:0 0:0:1:0 00:00:01:00 00:00:03:00\n",
            f24),
        "line 3", "overlaps");
    const auto none = scenesFromEdl("TITLE: x\n", "bad", f24);
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error().userMessage, HasSubstr("lists no scene"));
    EXPECT_FALSE(listedFilm("f", {24, 1}, 10, "01:00:00;00")) << "no drop-frame at 24";
    EXPECT_FALSE(listedFilm("f", {24, 1}, 10, "noon"));
}

TEST(Otio, IsWhatOpenTimelineIoWrites) {
    const auto json =
        nlohmann::json::parse(scenesToOtio({{0, 44}, {44, 100}}, film({24000, 1001}, 100, "01:00:00:00")));
    EXPECT_EQ(json["OTIO_SCHEMA"], "Timeline.1");
    EXPECT_EQ(json["global_start_time"],
              nlohmann::json::parse(R"({"OTIO_SCHEMA":"RationalTime.1","rate":23.976023976023978,"value":86400.0})"));
    const auto& track = json["tracks"]["children"][0];
    EXPECT_EQ(json["tracks"]["OTIO_SCHEMA"], "Stack.1");
    EXPECT_EQ(track["OTIO_SCHEMA"], "Track.1");
    EXPECT_EQ(track["kind"], "Video");
    const auto& clip = track["children"][1];
    EXPECT_EQ(clip["OTIO_SCHEMA"], "Clip.2");
    EXPECT_EQ(clip["source_range"]["start_time"]["value"], 86444);
    EXPECT_EQ(clip["source_range"]["duration"]["value"], 56);
    const auto& media = clip["media_references"][clip["active_media_reference_key"].get<std::string>()];
    EXPECT_EQ(media["OTIO_SCHEMA"], "ExternalReference.1");
    EXPECT_EQ(media["target_url"], "file:///films/My%20film%20%C3%A9%2C%202.mkv");
    EXPECT_EQ(media["available_range"]["duration"]["value"], 100);
}

/// A track of items given as "schema length [start]".
std::string timeline(const std::string& items) {
    return R"({"OTIO_SCHEMA":"Timeline.1","tracks":{"OTIO_SCHEMA":"Stack.1","children":[{"OTIO_SCHEMA":"Track.1","kind":"Audio","children":[]},{"OTIO_SCHEMA":"Track.1","kind":"Video","children":[)" +
           items + "]}]}}";
}
std::string item(const std::string& schema, int length, int start = 0, const std::string& more = {}, double rate = 24) {
    const auto time = [&](int value) {
        return R"({"OTIO_SCHEMA":"RationalTime.1","rate":)" + std::to_string(rate) + R"(,"value":)" +
               std::to_string(value) + "}";
    };
    return R"({"OTIO_SCHEMA":")" + schema +
           R"(","name":"n","source_range":{"OTIO_SCHEMA":"TimeRange.1","start_time":)" + time(start) +
           R"(,"duration":)" + time(length) + "}" + more + "}";
}

TEST(Otio, TimelinesOfOtherProgramsAreUnderstood) {
    const auto f = film({24, 1}, 100);
    const std::string other =
        R"(,"media_reference":{"OTIO_SCHEMA":"ExternalReference.1","target_url":"file:///x.mov"})";
    const std::string own =
        R"(,"media_references":{"DEFAULT_MEDIA":{"OTIO_SCHEMA":"ExternalReference.1","target_url":"My%20film%20%C3%A9%2C%202.mkv"}})";
    const auto cut = timeline(item("Clip.1", 20, 500, other) + "," + item("Transition.1", 4) + "," +
                              item("Clip.2", 30) + "," + item("Gap.1", 10) + "," + item("Clip.2", 40));
    EXPECT_EQ(*scenesFromOtio(cut, "o", f), (Scenes{{0, 20}, {20, 60}, {60, 100}})) << "by their place in the track";
    const auto pieces = timeline(item("Clip.2", 20, 0, own) + "," + item("Clip.2", 30, 50, own));
    EXPECT_EQ(*scenesFromOtio(pieces, "o", f), (Scenes{{0, 50}, {50, 100}}))
        << "short scenes were left out of the list: they lie where the film has them";
}

TEST(Otio, BadOnesAreNamedByPlace) {
    const auto read = [](const std::string& text) { return scenesFromOtio(text, "bad", film({24, 1}, 100)); };
    expectError(read("{\n\"OTIO_SCHEMA\": oops}"), "line 2", "no JSON");
    expectError(read(timeline(item("Clip.2", 50, 0, "", 25))), "item 1 ('n')", "25.000 frames a second");
    expectError(read(timeline(item("Clip.2", 50) + "," + item("Clip.2", 60))), "item 2", "the film has 100");
    expectError(read(timeline(item("Clip.2", 0))), "item 1", "no length");
    expectError(read(timeline(R"({"OTIO_SCHEMA":"Stack.1","name":"n"})")), "item 1", "flatten");
    expectError(read(timeline(R"({"OTIO_SCHEMA":"Clip.2","name":"n","source_range":{"duration":7}})")), "item 1",
                "RationalTime");
    for (const char* text : {"{}", "[]", "7", R"({"OTIO_SCHEMA":"Timeline.1","tracks":{"children":{}}})"})
        EXPECT_FALSE(read(text)) << text;
    EXPECT_FALSE(read(std::string(100000, '[') + std::string(100000, ']'))) << "deep, but no crash";
}

TEST(Csv, BadOnesAreNamedByLineAndGapsAreFilled) {
    const Scenes scenes{{0, 44}, {44, 134}, {134, 360}};
    const auto csv = scenesToCsv(scenes, {29, 1});
    EXPECT_EQ(*scenesFromCsv("Timecode List:,00:00:01.517\n" + csv, "s.csv", 360), scenes);
    expectError(scenesFromCsv("Scene Number,Start Frame,End Frame\n1,1,50\n2,40,60\n", "bad", 360), "line 3",
                "overlaps");
    expectError(scenesFromCsv("Start Frame,End Frame\n1,x\n", "bad", 360), "line 2", "frame numbers");
    expectError(scenesFromCsv("Start Frame,End Frame\n0,4\n", "bad", 360), "line 2", "begin at 1");
    expectError(scenesFromCsv(csv, "bad", 300), "line 4", "the film has 300");
    expectError(scenesFromCsv("a,b\n", "bad", 10), "line 1", "PySceneDetect");
    EXPECT_FALSE(scenesFromCsv("", "bad", 10));
    EXPECT_EQ(*scenesFromCsv("Start Frame,End Frame\n5,10\n21,30\n", "s.csv", 40), (Scenes{{0, 20}, {20, 40}}));
}

}  // namespace
}  // namespace tintreel::scenes
