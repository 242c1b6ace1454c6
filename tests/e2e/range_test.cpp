// SPDX-License-Identifier: Apache-2.0
// A part of a film is written: its frames, its sound, its subtitles, its chapters, its timecode.
#include <cstdint>
#include <cstring>
#include <fstream>

#include <gtest/gtest.h>

#include "e2e/program.h"
#include "support/temp_dir.h"
#include "tintreel/base/atomic_file.h"

namespace tintreel {
namespace {

using testing::lastLine;
using testing::quoted;
using testing::shell;

class RangeTest : public ::testing::Test {
protected:
    /// 48 grey frames at 24 a second; the sound's samples tell their own time (a quarter of full scale a second);
    /// subtitles; chapters.
    RangeTest() {
        std::ofstream(dir_ / "s.srt")
            << "1\n00:00:00,100 --> 00:00:00,400\nbefore\n\n2\n00:00:00,450 --> 00:00:00,800\nacross the start\n\n3\n00:00:01,200 --> 00:00:01,900\nacross the end\n\n4\n00:00:01,950 --> 00:00:02,000\nbehind\n";
        std::ofstream(dir_ / "m.txt")
            << ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=One\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=1800\ntitle=Two\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1800\nEND=2000\ntitle=Three\n";
        const auto made = testing::ffmpeg(
            "-f lavfi -i testsrc2=s=96x64:r=24:d=2 -f lavfi -i aevalsrc=t/4:s=48000:d=2 -i " + quoted(dir_ / "s.srt") +
            " -i " + quoted(dir_ / "m.txt") +
            " -map 0:v -map 1:a -map 2:s -map_metadata 3 -vf format=gray -c:v ffv1 -c:a pcm_s16le -c:s srt -metadata:s:v timecode=01:00:00:00 " +
            quoted(film_));
        EXPECT_EQ(made.exit, 0) << made.output;
        std::ofstream(dir_ / "cuts.csv") << "Scene Number,Start Frame,End Frame\n1,1,20\n2,21,48\n";
    }
    testing::ShellResult colorize(const std::string& output, const std::string& more) const {
        return testing::program("colorize " + quoted(film_) + " -o " + quoted(dir_ / output) +
                                " --working-size 64 --json --scenes " + quoted(dir_ / "cuts.csv") + " " + more);
    }
    /// A hash of each frame, whatever its time.
    static std::string hashes(const std::filesystem::path& film, const std::string& filter) {
        const auto result = shell("(ffmpeg -nostdin -v error -i " + quoted(film) + " -map 0:v -vf '" + filter +
                                  "' -fps_mode passthrough -f framehash -hash md5 - | grep -v '^#' | sed 's/.*,//')");
        EXPECT_GT(result.output.size(), 100U) << result.output;
        return result.output;
    }
    static std::string luma(const std::filesystem::path& film, const std::string& filter = "") {
        return hashes(film, filter + "extractplanes=y");
    }
    static std::string probed(const std::filesystem::path& film, const std::string& what) {
        return shell("ffprobe -v error -of csv=p=0 " + what + " " + quoted(film)).output;
    }
    static double firstTime(const std::filesystem::path& film, const std::string& stream) {
        const auto text =
            probed(film, "-select_streams " + stream + " -read_intervals %+#1 -show_entries packet=pts_time");
        EXPECT_FALSE(text.empty());
        return text.empty() ? -1.0 : std::stod(text);
    }
    /// Seconds of the source that the first sample of the sound was taken from, less those after the first frame at
    /// which it is played.
    double soundIsLate(const std::filesystem::path& film) const {
        const double at = firstTime(film, "a") - firstTime(film, "v");
        EXPECT_EQ(testing::ffmpeg("-i " + quoted(film) + " -map 0:a -f s16le " + quoted(dir_ / "sound.raw")).exit, 0);
        std::int16_t sample = 0;
        std::memcpy(&sample, readFile(dir_ / "sound.raw")->data(), 2);
        return static_cast<double>(sample) / 32768.0 * 4.0 - at;
    }
    testing::TempDir dir_;
    std::filesystem::path film_ = dir_ / "film.mkv";
};

TEST_F(RangeTest, OnlyItsFramesAreWrittenAndOtherTracksKeepTheirPlaceBesideThem) {
    ASSERT_EQ(colorize("whole.mkv", "--preset master").exit, 0);
    const auto run = colorize("part.mkv", "--preset master --frames 12-35");
    ASSERT_EQ(run.exit, 0) << run.output;
    const auto report = lastLine(run.output);
    EXPECT_EQ(report["first_frame"], 12);
    EXPECT_EQ(report["last_frame"], 35);
    EXPECT_EQ(report["frames_out"], 24);
    EXPECT_EQ(report["frames_expected"], 24);
    EXPECT_EQ(report["scenes"], 2);
    const auto part = dir_ / "part.mkv";
    EXPECT_EQ(luma(part), luma(film_, "select=between(n\\,12\\,35),"));
    EXPECT_EQ(hashes(part, "null"), hashes(dir_ / "whole.mkv", "select=between(n\\,12\\,35)"))
        << "the same colours as in the whole film";
    EXPECT_NEAR(firstTime(part, "v"), 0.0, 0.002);
    EXPECT_NEAR(soundIsLate(part), 0.5, 0.002);
    EXPECT_NEAR(soundIsLate(dir_ / "whole.mkv"), 0.0, 0.002);
    const double length = std::stod(probed(part, "-show_entries format=duration"));
    EXPECT_NEAR(length, 1.0, 0.05);
    EXPECT_EQ(probed(part, "-select_streams s -show_entries packet=pts_time,duration_time"),
              "0.000000,0.300000\n0.700000,0.300000\n");
    const auto chapters = probed(part, "-show_entries chapter=start_time,end_time:chapter_tags=title");
    EXPECT_EQ(chapters, "0.000000,0.500000,One\n0.500000,1.000000,Two\n");
    EXPECT_NE(shell("ffprobe -v error -show_entries stream_tags=timecode:format_tags=timecode -of default=nk=1:nw=1 " +
                    quoted(part))
                  .output.find("01:00:00:12"),
              std::string::npos);
}

TEST_F(RangeTest, TimecodesNameTheSameFramesOnTheFilmsOwnClock) {
    const auto run = colorize("clock.mov", "--frames 01:00:00:12-01:00:01:11");
    ASSERT_EQ(run.exit, 0) << run.output;
    EXPECT_EQ(lastLine(run.output)["first_frame"], 12);
    EXPECT_EQ(lastLine(run.output)["last_frame"], 35);
    EXPECT_EQ(
        shell("ffprobe -v error -select_streams v -count_frames -show_entries stream=nb_read_frames -of csv=p=0 " +
              quoted(dir_ / "clock.mov"))
            .output,
        "24\n");
    EXPECT_NEAR(soundIsLate(dir_ / "clock.mov"), 0.5, 0.003);
}

TEST_F(RangeTest, PicturesAreNumberedByTheFilmsFrames) {
    const auto run = colorize("pictures/f_%04d.png", "--preset frames --frames 30-31");
    ASSERT_EQ(run.exit, 0) << run.output;
    EXPECT_TRUE(std::filesystem::exists(dir_ / "pictures/f_0030.png"));
    EXPECT_TRUE(std::filesystem::exists(dir_ / "pictures/f_0031.png"));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir_ / "pictures"), {}), 2);
}

TEST_F(RangeTest, AProjectIsRenderedInPart) {
    const auto project = dir_ / "p.tintreel";
    ASSERT_EQ(testing::program("project new " + quoted(film_) + " -o " + quoted(project)).exit, 0);
    const auto run = testing::program("render " + quoted(project) + " -o " + quoted(dir_ / "r.mkv") +
                                      " --working-size 64 --preset master --frames 40-47 --json");
    ASSERT_EQ(run.exit, 0) << run.output;
    EXPECT_EQ(lastLine(run.output)["frames_out"], 8);
    EXPECT_EQ(luma(dir_ / "r.mkv"), luma(film_, "select=gte(n\\,40),"));
}

TEST_F(RangeTest, RangesThatAreNoneAreRefusedBeforeAnyWork) {
    for (const auto& [range, words] :
         std::vector<std::pair<std::string, std::string>>{{"40-60", "48 frames"},
                                                          {"9-3", "ends before"},
                                                          {"x", "no range"},
                                                          {"-5", "no range"},
                                                          {"00:00:00:00-00:00:00:05", "48 frames"},
                                                          {"1-2-3", "no range"}}) {
        const auto run = colorize("bad.mkv", "--preset master '--frames=" + range + "'");
        EXPECT_EQ(run.exit, 2) << range << '\n' << run.output;
        EXPECT_NE(run.output.find(words), std::string::npos) << range << '\n' << run.output;
        EXPECT_EQ(testing::leftOf(dir_ / "bad.mkv"), "");
    }
}

}  // namespace
}  // namespace tintreel
