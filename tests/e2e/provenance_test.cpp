// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/program.h"
#include "support/temp_dir.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/media/frame_reader.h"

namespace tintreel {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using testing::ffmpeg;
using ::testing::HasSubstr;
using testing::lastLine;
using testing::quoted;
using testing::shell;

constexpr const char* kSourceType =
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";

/// What an export says of how it was made, read by other programs.
class ProvenanceTest : public ::testing::Test {
protected:
    static testing::ShellResult run(const std::string& arguments) { return testing::program(arguments); }
    ProvenanceTest() {
        const auto made = ffmpeg(
            "-f lavfi -i testsrc2=s=96x64:r=24:d=0.5 -f lavfi -i mandelbrot=s=96x64:r=24 -filter_complex \"[1:v]trim=end_frame=10,setpts=PTS-STARTPTS[m];[0:v][m]concat,format=gray[v]\" "
            "-map \"[v]\" -timecode 01:00:00:00 -c:v ffv1 " +
            quoted(film_));
        EXPECT_EQ(made.exit, 0) << made.output;
        fs::create_directory(dir_ / "refs");
        EXPECT_EQ(
            ffmpeg("-f lavfi -i color=red:s=96x64 -frames:v 1 -update 1 " + quoted(dir_ / "refs" / "ref_000003.png"))
                .exit,
            0);
        std::ofstream(dir_ / "h.json") << R"({"format":"tintreel-hints","version":1,"hints":[
            {"frame":0,"kind":"dot","points":[[0.5,0.5]],"radius":0.1,"color":{"ab":[60,40]}},
            {"frame":0,"kind":"stroke","points":[[0.1,0.1],[0.3,0.1]],"radius":0.05,"color":"neutral"},
            {"frame":7,"span":"frame","kind":"region","points":[[0,0],[1,0],[1,1]],"color":{"ab":[0,-30]}}]})";
    }
    static Json recordOf(const fs::path& output) {
        const auto text = readFile(output.string() + ".colorization.json");
        EXPECT_TRUE(text) << describe(text.error());
        return text ? Json::parse(*text) : Json();
    }
    /// What `sha256sum` says.
    static std::string sum(const fs::path& file) { return shell("sha256sum " + quoted(file)).output.substr(0, 64); }
    static std::string exif(const fs::path& file, const std::string& tag) {
        return shell("exiftool -s3 -" + tag + " " + quoted(file)).output;
    }
    static Json probed(const fs::path& file) {
        return Json::parse(shell("ffprobe -v error -show_format -show_streams -of json " + quoted(file)).output);
    }

    testing::TempDir dir_;
    fs::path film_ = dir_ / "film é.mkv";
};

TEST_F(ProvenanceTest, TheRecordTellsWhoColouredWhatAndEveryFieldIsTrue) {
    const auto out = dir_ / "out.mp4";
    const auto result = run("colorize " + quoted(film_) + " -o " + quoted(out) + " --hints " + quoted(dir_ / "h.json") +
                            " --references " + quoted(dir_ / "refs") + " --keyframes 15 --working-size 64 --json");
    ASSERT_EQ(result.exit, 0) << result.output;
    const auto told = lastLine(result.output);
    const auto record = recordOf(out);
    EXPECT_EQ(told["record"], out.string() + ".colorization.json");
    EXPECT_EQ(record["format"], "tintreel-colorization");
    EXPECT_EQ(record["version"], 1);
    EXPECT_EQ("tintreel " + record["program"]["version"].get<std::string>() + "\n", run("--version").output);
    EXPECT_EQ(record["digital_source_type"], kSourceType);
    EXPECT_THAT(record["created"].get<std::string>(), ::testing::MatchesRegex("20..-..-..T..:..:..Z"));
    EXPECT_NE(record["operator"], "");
    EXPECT_EQ(record["status"], "ok");

    const auto& source = record["source"];
    EXPECT_EQ(source["name"], "film é.mkv");
    EXPECT_EQ(source["path"], film_.string());
    EXPECT_EQ(source["bytes"], fs::file_size(film_));
    EXPECT_EQ(source["sha256"], sum(film_));
    EXPECT_EQ(source["frames"], 22);
    EXPECT_EQ(source["rate"], "24/1");
    EXPECT_EQ(source["start_timecode"], "01:00:00:00");
    const auto& output = record["output"];
    EXPECT_EQ(output["name"], "out.mp4");
    EXPECT_EQ(output["bytes"], fs::file_size(out));
    EXPECT_EQ(output["files"], 1);
    EXPECT_EQ(output["sha256"], sum(out));
    EXPECT_EQ(output["sha256"], told["sha256"]);
    EXPECT_EQ(output["preset"], "review");
    EXPECT_EQ(output["encoder"], "libx264");
    EXPECT_EQ(output["pixel_format"], "yuv420p");
    EXPECT_EQ(output["bits"], 8);
    EXPECT_EQ(output["luma_exact"], true);
    EXPECT_EQ(record["frames"], Json::parse(R"({"first":0,"end":22,"expected":22,"decoded":22,"written":22})"));
    EXPECT_EQ(record["settings"]["working-size"], 64);
    EXPECT_EQ(record["settings"]["preset"], "review");
    EXPECT_EQ(record["settings"]["keyframes"], "15");
    EXPECT_EQ(record["device"], told["device"]);
    EXPECT_EQ(record["models"], told["models"]);
    EXPECT_EQ(record["models"].size(), 2U);
    EXPECT_EQ(record["mean_confidence"], told["confidence"]);
    EXPECT_EQ(record["keyframes"], (Json{{"count", told["keyframes"]}, {"by_person", told["keyframes_by_person"]}}));
    EXPECT_EQ(record["warnings"], told["warnings"]);
    EXPECT_EQ(record["defects"], Json::parse(R"({"count":0,"list":[]})"));

    ASSERT_EQ(record["scenes"].size(), 2U);
    const auto& one = record["scenes"][0];
    const auto& two = record["scenes"][1];
    EXPECT_EQ(one["number"], 1);
    EXPECT_EQ(one["first"], 0);
    EXPECT_EQ(one["end"], 12);
    EXPECT_EQ(one["timecode_in"], "01:00:00:00");
    EXPECT_EQ(one["timecode_out"], "01:00:00:12");
    EXPECT_EQ(one["frames_written"], 12);
    EXPECT_EQ(one["colored_by"], "person and network");
    ASSERT_EQ(one["person"].size(), 3U);
    EXPECT_EQ(one["person"][0]["frame"], 0);
    EXPECT_EQ(one["person"][0]["hints"]["count"], 2);
    EXPECT_EQ(one["person"][0]["hints"]["kinds"], Json::parse(R"({"dot":1,"stroke":1,"region":0})"));
    EXPECT_EQ(one["person"][0]["hints"]["spans"], Json::parse(R"({"scene":2,"range":0,"frame":0})"));
    EXPECT_EQ(one["person"][0]["hints"]["neutral"], 1);
    EXPECT_EQ(one["person"][0]["hints"]["sha256"].get<std::string>().size(), 64U);
    EXPECT_EQ(one["person"][1],
              (Json{{"frame", 3},
                    {"timecode", "01:00:00:03"},
                    {"reference", {{"name", "ref_000003.png"}, {"sha256", sum(dir_ / "refs" / "ref_000003.png")}}}}));
    EXPECT_EQ(one["person"][2]["hints"]["kinds"]["region"], 1);
    EXPECT_EQ(one["person"][2]["hints"]["spans"]["frame"], 1);
    EXPECT_EQ(one["network_keyframes"], 0);
    EXPECT_EQ(two["colored_by"], "network");
    EXPECT_EQ(two["first"], 12);
    EXPECT_EQ(two["end"], 22);
    EXPECT_TRUE(two["person"].empty());
    EXPECT_EQ(two["network_keyframes"], 1);
    EXPECT_EQ(two["network_keyframe_list"], Json::parse("[15]"));

    // A record stays with its output; that of an output that is gone is replaced.
    EXPECT_EQ(run("colorize " + quoted(film_) + " -o " + quoted(out)).exit, 4);
    fs::remove(out);
    ASSERT_EQ(run("colorize " + quoted(film_) + " -o " + quoted(out) + " --scenes single").exit, 0);
    EXPECT_EQ(recordOf(out)["scenes"].size(), 1U);
    std::ofstream(dir_ / "b.mp4.colorization.json") << "mine";
    const auto refused = run("colorize " + quoted(film_) + " -o " + quoted(dir_ / "b.mp4"));
    EXPECT_EQ(refused.exit, 4);
    EXPECT_THAT(refused.output, HasSubstr("b.mp4.colorization.json"));
    EXPECT_FALSE(fs::exists(dir_ / "b.mp4"));
}

TEST_F(ProvenanceTest, FilmsAreMarkedInTheWayOfTheirKind) {
    for (const std::string name : {"o.mp4", "o.mov", "o.mkv"}) {
        const auto out = dir_ / name;
        const auto result = run("colorize " + quoted(film_) + " -o " + quoted(out));
        ASSERT_EQ(result.exit, 0) << result.output;
        EXPECT_EQ(recordOf(out)["output"]["sha256"], sum(out)) << "the mark is in the file that is hashed";
        Json tags;
        const auto probe = probed(out);
        for (const auto& [key, value] : probe["format"]["tags"].items()) {
            std::string lower;
            for (const char c : key) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            tags[lower] = value;
        }
        EXPECT_EQ(tags["digital_source_type"], kSourceType) << name;
        EXPECT_THAT(tags["comment"].get<std::string>(), HasSubstr("not original"));
        EXPECT_EQ(shell("ffmpeg -nostdin -v error -i " + quoted(out) + " -map 0:v -f null -").output, "")
            << "still a whole film";
        if (name == "o.mkv") continue;
        EXPECT_EQ(exif(out, "XMP-iptcExt:DigitalSourceType"), std::string(kSourceType) + "\n") << name;
        EXPECT_THAT(exif(out, "XMP-xmp:CreatorTool"), HasSubstr("Tintreel "));
    }
    // Matroska carries the record.
    const auto out = dir_ / "o.mkv";
    auto attached = dir_ / "attached.json";
    (void)shell("ffmpeg -nostdin -v error -dump_attachment:t:0 " + quoted(attached) + " -i " + quoted(out) +
                " -f null -");
    const auto streams = probed(out)["streams"];
    EXPECT_EQ(streams.back()["codec_type"], "attachment");
    EXPECT_EQ(streams.back()["tags"]["filename"], "o.mkv.colorization.json");
    EXPECT_EQ(streams.back()["tags"]["mimetype"], "application/json");
    const auto inside = Json::parse(*readFile(attached));
    auto beside = recordOf(out);
    EXPECT_EQ(inside["source"]["sha256"], sum(film_)) << "what is known at the end alone is in it";
    for (const char* key : {"sha256", "bytes"}) beside["output"].erase(key);
    beside["source"].erase("path");
    EXPECT_EQ(inside, beside);
    // An export of an export keeps the older record and adds its own.
    ASSERT_EQ(run("colorize " + quoted(out) + " -o " + quoted(dir_ / "again.mkv") + " --preset master").exit, 0);
    std::set<std::string> names;
    const auto again = probed(dir_ / "again.mkv");
    for (const auto& stream : again["streams"])
        if (stream["codec_type"] == "attachment") names.insert(stream["tags"]["filename"]);
    EXPECT_EQ(names, (std::set<std::string>{"again.mkv.colorization.json", "o.mkv.colorization.json"}));
}

TEST_F(ProvenanceTest, NumberedPicturesAreMarkedAndHashedTogether) {
    for (const std::string ending : {"png", "tif"}) {
        const auto folder = dir_ / ending;
        const auto result = run("colorize " + quoted(film_) + " -o " + quoted(folder / ("f_%04d." + ending)) +
                                " --preset " + (ending == "png" ? "frames" : "frames-tiff") + " --json");
        ASSERT_EQ(result.exit, 0) << result.output;
        const auto record = recordOf(folder);
        EXPECT_EQ(record["output"]["files"], 22);
        const auto sums =
            shell("(cd " + quoted(folder) + " && export LC_ALL=C && sha256sum * | sha256sum | cut -c1-64)").output;
        EXPECT_EQ(record["output"]["sha256"].get<std::string>() + "\n", sums);
        EXPECT_EQ(record["output"]["sha256"], lastLine(result.output)["sha256"]);
        EXPECT_EQ(exif(folder / ("f_0000." + ending), "XMP-iptcExt:DigitalSourceType"),
                  std::string(kSourceType) + "\n");
        EXPECT_THAT(exif(folder / ("f_0000." + ending), "Warning"), "") << "a well-formed file";
        EXPECT_EQ(shell("ffmpeg -nostdin -v warning -i " + quoted(folder / ("f_%04d." + ending)) + " -f null -").output,
                  "");
        EXPECT_TRUE(media::readPicture(folder / ("f_0021." + ending)));
    }
    // A folder of pictures as the source: the same hash.
    const auto result =
        run("colorize " + quoted(dir_ / "png") + " -o " + quoted(dir_ / "from.mkv") + " --preset master");
    ASSERT_EQ(result.exit, 0) << result.output;
    EXPECT_EQ(recordOf(dir_ / "from.mkv")["source"]["sha256"], recordOf(dir_ / "png")["output"]["sha256"]);
}

TEST_F(ProvenanceTest, AProjectRemembersItsFilmsHashAndTellsNotes) {
    const auto project = dir_ / "film é.tintreel", out = dir_ / "r.mkv",
               memory = dir_ / "film é.tintreel-cache/source.json";
    ASSERT_EQ(run("project new " + quoted(film_)).exit, 0);
    ASSERT_EQ(run("project import-hints " + quoted(project) + " " + quoted(dir_ / "h.json")).exit, 0);
    ASSERT_EQ(run("render " + quoted(project) + " -o " + quoted(out)).exit, 0);
    const auto record = recordOf(out);
    EXPECT_EQ(record["project"], "film é.tintreel");
    EXPECT_FALSE(record["settings"].contains("scenes"));
    EXPECT_EQ(record["scenes"][0]["approved"], false);
    EXPECT_EQ(record["source"]["sha256"], sum(film_));
    auto kept = Json::parse(*readFile(memory));
    EXPECT_EQ(kept["sha256"], sum(film_));
    // Known is known: what stands there is believed while the film is the same, and no longer.
    kept["sha256"] = std::string(64, '0');
    std::ofstream(memory) << kept;
    ASSERT_EQ(run("render " + quoted(project) + " -o " + quoted(out) + " -f").exit, 0);
    EXPECT_EQ(recordOf(out)["source"]["sha256"], std::string(64, '0'));
    fs::last_write_time(film_, fs::last_write_time(film_) + std::chrono::seconds(1));
    ASSERT_EQ(run("render " + quoted(project) + " -o " + quoted(out) + " -f").exit, 0);
    EXPECT_EQ(recordOf(out)["source"]["sha256"], sum(film_));
}

TEST_F(ProvenanceTest, TheCornerMarkIsDrawnOnRequestAndNeverInAMaster) {
    const auto refused =
        run("colorize " + quoted(film_) + " -o " + quoted(dir_ / "m.mkv") + " --preset master --mark corner");
    EXPECT_EQ(refused.exit, 2);
    EXPECT_THAT(refused.output, HasSubstr("master"));
    EXPECT_EQ(testing::leftOf(dir_ / "m.mkv"), "");
    for (const std::string mark : {"none", "corner"}) {
        const auto result = run("colorize " + quoted(film_) + " -o " + quoted(dir_ / mark / "f_%04d.png") +
                                " --preset frames --mark " + mark);
        ASSERT_EQ(result.exit, 0) << result.output;
        EXPECT_EQ(recordOf(dir_ / mark)["settings"]["mark"], mark);
    }
    const auto without = media::readPicture(dir_ / "none/f_0005.png"),
               with = media::readPicture(dir_ / "corner/f_0005.png");
    ASSERT_TRUE(without && with);
    int inCorner = 0, elsewhere = 0;
    for (int y = 0; y < 64; ++y)
        for (int x = 0; x < 96; ++x)
            if (!std::equal(with->pixel(x, y), with->pixel(x, y) + 3, without->pixel(x, y)))
                ++(x >= 20 && y >= 48 ? inCorner : elsewhere);
    EXPECT_GT(inCorner, 100);
    EXPECT_EQ(elsewhere, 0);
}

}  // namespace
}  // namespace tintreel
