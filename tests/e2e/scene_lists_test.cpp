// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/program.h"
#include "support/temp_dir.h"
#include "tintreel/base/atomic_file.h"

namespace tintreel {
namespace {

namespace fs = std::filesystem;
using testing::ffmpeg;
using ::testing::HasSubstr;
using testing::lastLine;
using testing::quoted;

/// Scene lists as an editor exchanges them.
class SceneListsTest : public ::testing::Test {
protected:
    static testing::ShellResult run(const std::string& arguments) { return testing::program(arguments); }
    /// Grey film of two shots with a cut at frame 12, 22 frames.
    fs::path film(const std::string& name, const std::string& more) {
        const auto made = ffmpeg(
            "-f lavfi -i testsrc2=s=96x64:r=30000/1001:d=0.41 -f lavfi -i mandelbrot=s=96x64:r=30000/1001 -filter_complex "
            "\"[1:v]trim=end_frame=10,setpts=PTS-STARTPTS[m];[0:v]trim=end_frame=12[t];[t][m]concat,format=gray[v]\" -map \"[v]\" " +
            more + " " + quoted(dir_ / name));
        EXPECT_EQ(made.exit, 0) << made.output;
        return dir_ / name;
    }
    testing::TempDir dir_;
};

TEST_F(SceneListsTest, EveryFormatCarriesTheFilmsTimecodeAndComesBack) {
    const auto mov = film("tape é.mov", "-c:v prores_ks -pix_fmt yuv422p10le -timecode \"00:59:59;20\"");
    ASSERT_EQ(lastLine(run("scenes " + quoted(mov) + " --json").output)["scenes"],
              nlohmann::json::parse(R"([{"first":0,"end":12},{"first":12,"end":22}])"));
    for (const char* name : {"a.csv", "a.edl", "a.otio", "a.html"}) {
        const auto result = run("scenes " + quoted(mov) + " -t 0.25 -o " + quoted(dir_ / name));
        ASSERT_EQ(result.exit, 0) << result.output;
        EXPECT_EQ(run("scenes " + quoted(mov) + " -o " + quoted(dir_ / name)).exit, 4) << "never overwritten unasked";
    }
    EXPECT_THAT(
        *readFile(dir_ / "a.edl"),
        HasSubstr("FCM: DROP FRAME\n\n001  TAPE     V     C        00:59:59;20 01:00:00;02 00:59:59;20 01:00:00;02\n"));
    const auto page = *readFile(dir_ / "a.html");
    EXPECT_THAT(page, HasSubstr("<img alt=\"frame 17\" src=\"data:image/jpeg;base64,/9j/"));
    for (const char* name : {"a.csv", "a.edl", "a.otio"}) {
        const auto result = run("scenes " + quoted(mov) + " --load " + quoted(dir_ / name) + " -o " +
                                quoted(dir_ / "back.csv") + " -f --json");
        ASSERT_EQ(result.exit, 0) << result.output;
        EXPECT_EQ(*readFile(dir_ / "back.csv"), *readFile(dir_ / "a.csv")) << name;
    }
    ASSERT_EQ(run("scenes " + quoted(mov) + " --load " + quoted(dir_ / "a.csv") + " --start-timecode 10:00:00:00 -o " +
                  quoted(dir_ / "ten.edl"))
                  .exit,
              0);
    EXPECT_THAT(*readFile(dir_ / "ten.edl"),
                HasSubstr("FCM: NON-DROP FRAME\n\n001  TAPE     V     C        10:00:00:00 10:00:00:12 "));
    EXPECT_EQ(run("scenes " + quoted(mov) + " --start-timecode 10:00:60:00").exit, 2);
    EXPECT_EQ(run("scenes " + quoted(mov) + " -o " + quoted(dir_ / "a.txt")).exit, 2);
}

TEST_F(SceneListsTest, ColorizeAndProjectsTakeEveryFormat) {
    const auto mkv = film("grey.mkv", "-c:v ffv1");
    const auto project = dir_ / "grey.tintreel";
    ASSERT_EQ(run("project new " + quoted(mkv)).exit, 0);
    std::ofstream(dir_ / "three.csv") << "Scene Number,Start Frame,End Frame\n1,1,5\n2,6,12\n3,13,22\n";
    for (const char* name : {"three.csv", "three.edl", "three.otio"}) {
        const auto list = dir_ / name;
        if (!fs::exists(list)) {
            ASSERT_EQ(
                run("scenes " + quoted(mkv) + " --load " + quoted(dir_ / "three.csv") + " -o " + quoted(list)).exit, 0);
        }
        auto result = run("colorize " + quoted(mkv) + " -o " + quoted(dir_ / "out.mkv") + " --scenes " + quoted(list) +
                          " -n --json");
        ASSERT_EQ(result.exit, 0) << result.output;
        EXPECT_EQ(lastLine(result.output)["scenes"], 3) << name;
        ASSERT_EQ(run("project import-scenes " + quoted(project) + " " + quoted(list)).exit, 0);
        EXPECT_EQ(lastLine(run("project info " + quoted(project) + " --json").output)["scenes"].size(), 3U);
        ASSERT_EQ(run("project export-scenes " + quoted(project) + " -o " +
                      quoted(dir_ / ("again_" + list.filename().string())))
                      .exit,
                  0);
        if (list.extension() != ".csv") {
            EXPECT_EQ(*readFile(dir_ / ("again_" + list.filename().string())), *readFile(list));
        }
    }
    std::ofstream(dir_ / "bad.edl") << "TITLE: x\n001 AX V C 00:00:00:00 00:00:09:00 00:00:00:00 00:00:09:00\n";
    for (const std::string& command :
         {"colorize " + quoted(mkv) + " -o " + quoted(dir_ / "out.mkv") + " --scenes ",
          "project import-scenes " + quoted(project) + " ", "scenes " + quoted(mkv) + " --load "}) {
        const auto result = run(command + quoted(dir_ / "bad.edl"));
        EXPECT_EQ(result.exit, 3) << command;
        EXPECT_THAT(result.output, ::testing::AllOf(HasSubstr("bad.edl: line 2"), HasSubstr("the film has 22")));
    }
    EXPECT_FALSE(fs::exists(dir_ / "out.mkv"));
}

TEST_F(SceneListsTest, AProjectThatIsGivenAnotherFilmLooksForItsScenesAnew) {
    const auto mkv = film("grey.mkv", "-c:v ffv1"), project = dir_ / "grey.tintreel";
    ASSERT_EQ(run("project new " + quoted(mkv)).exit, 0);
    ASSERT_EQ(ffmpeg("-f lavfi -i testsrc2=s=96x64:r=25:d=1.2 -c:v ffv1 " + quoted(dir_ / "other.mkv")).exit, 0);
    const auto result = run("project relink " + quoted(project) + " " + quoted(dir_ / "other.mkv") + " --force --json");
    ASSERT_EQ(result.exit, 0) << result.output;
    const auto info = lastLine(run("project info " + quoted(project) + " --json").output);
    EXPECT_EQ(info["frames"], 30);
    EXPECT_EQ(info["rate"], "25/1");
    EXPECT_EQ(info["scenes"].size(), 1U);
}

}  // namespace
}  // namespace tintreel
