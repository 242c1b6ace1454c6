// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "e2e/program.h"
#include "support/temp_dir.h"
#include "tintreel/base/atomic_file.h"

namespace tintreel {
namespace {

namespace fs = std::filesystem;
using testing::ffmpeg;
using testing::lastLine;
using testing::quoted;
using testing::shell;

/// `tintreel project …` and `tintreel render` as a script would call them.
class ProjectCliTest : public ::testing::Test {
protected:
    static testing::ShellResult run(const std::string& arguments) { return testing::program(arguments); }
    ProjectCliTest() {
        const auto made = ffmpeg(
            "-f lavfi -i testsrc2=s=96x64:r=10:d=1.2 -f lavfi -i mandelbrot=s=96x64:r=10 -filter_complex \"[1:v]trim=duration=1,setpts=PTS-STARTPTS[m];[0:v][m]concat,format=gray[v]\" -map \"[v]\" -c:v ffv1 " +
            quoted(film_));
        EXPECT_EQ(made.exit, 0) << made.output;
        std::ofstream(hints_)
            << R"({"format":"tintreel-hints","version":1,"palette":[{"name":"sky","color":{"ab":[-5,-30]}}],
            "hints":[{"frame":0,"kind":"dot","points":[[0.5,0.5]],"radius":0.1,"color":{"palette":"sky"}}]})";
    }
    testing::TempDir dir_;
    fs::path film_ = dir_ / "film é.mkv", hints_ = dir_ / "h.json", project_ = dir_ / "film é.tintreel";
};

std::string framesOf(const fs::path& file) {
    return shell("ffmpeg -nostdin -v error -i " + quoted(file) + " -map 0:v -f framemd5 -").output;
}

TEST_F(ProjectCliTest, AProjectRendersTheSameFramesAsColorizeWithItsHints) {
    auto result = run("project new " + quoted(film_) + " --json");
    ASSERT_EQ(result.exit, 0) << result.output;
    EXPECT_EQ(lastLine(result.output)["frames"], 22);
    EXPECT_EQ(lastLine(result.output)["scenes"].size(), 2U);
    EXPECT_TRUE(fs::exists(project_)) << "beside the film";
    EXPECT_EQ(run("project new " + quoted(film_)).exit, 4) << "an existing project is never replaced";
    ASSERT_EQ(run("project import-hints " + quoted(project_) + " " + quoted(hints_)).exit, 0);
    result = run("project info " + quoted(project_) + " --json");
    EXPECT_EQ(lastLine(result.output)["hints"], 1);
    EXPECT_EQ(lastLine(result.output)["palette"], 1);
    EXPECT_EQ(lastLine(result.output)["film_found"], true);
    ASSERT_EQ(run("project export-hints " + quoted(project_) + " -o " + quoted(dir_ / "back.json")).exit, 0);
    EXPECT_NE(readFile(dir_ / "back.json")->find("\"sky\""), std::string::npos);

    const auto rendered = dir_ / "r.mkv", colorized = dir_ / "c.mkv";
    result = run("render " + quoted(project_) + " -o " + quoted(rendered) + " --preset master --json");
    ASSERT_EQ(result.exit, 0) << result.output;
    EXPECT_EQ(lastLine(result.output)["frames_out"], 22);
    EXPECT_EQ(lastLine(result.output)["keyframes_by_person"], 1);
    ASSERT_EQ(run("colorize " + quoted(film_) + " -o " + quoted(colorized) + " --hints " + quoted(hints_) +
                  " --preset master")
                  .exit,
              0);
    EXPECT_EQ(framesOf(rendered), framesOf(colorized));
    EXPECT_GT(framesOf(rendered).size(), 500U);
    // The tracks stay: a second render infers nothing anew and gives the same.
    const auto cache = dir_ / "film é.tintreel-cache";
    const auto kept = [&](const char* ending) {
        std::map<fs::path, fs::file_time_type> files;
        for (const auto& entry : fs::directory_iterator(cache))
            if (entry.path().extension() == ending) files[entry.path()] = entry.last_write_time();
        return files;
    };
    const auto tracks = kept(".track"), keyframes = kept(".key");
    EXPECT_EQ(tracks.size(), 2U);
    EXPECT_FALSE(keyframes.empty());
    EXPECT_EQ(run("render " + quoted(project_) + " -o " + quoted(rendered) + " --preset master").exit, 4) << "exists";
    ASSERT_EQ(run("render " + quoted(project_) + " -o " + quoted(rendered) + " --preset master -f").exit, 0);
    EXPECT_EQ(kept(".track"), tracks);
    EXPECT_EQ(kept(".key"), keyframes);
    EXPECT_EQ(framesOf(rendered), framesOf(colorized));
}

TEST_F(ProjectCliTest, ProjectsAreVerifiedMendedAndRelinked) {
    ASSERT_EQ(run("project new " + quoted(film_)).exit, 0);
    ASSERT_EQ(run("project import-hints " + quoted(project_) + " " + quoted(hints_)).exit, 0);
    EXPECT_EQ(run("project verify " + quoted(project_)).exit, 0);
    ASSERT_EQ(run("project repair " + quoted(project_) + " -o " + quoted(dir_ / "mended.tintreel")).exit, 0);
    EXPECT_EQ(lastLine(run("project info " + quoted(dir_ / "mended.tintreel") + " --json").output)["hints"], 1);

    const auto moved = dir_ / "moved.mkv";
    fs::rename(film_, moved);
    EXPECT_EQ(lastLine(run("project info " + quoted(project_) + " --json").output)["film_found"], false);
    auto result = run("render " + quoted(project_) + " -o " + quoted(dir_ / "r.mkv"));
    EXPECT_EQ(result.exit, 3) << result.output;
    EXPECT_NE(result.output.find("film é.mkv"), std::string::npos);
    ASSERT_EQ(ffmpeg("-f lavfi -i testsrc2=s=96x64:r=10:d=1 -c:v ffv1 " + quoted(dir_ / "other.mkv")).exit, 0);
    EXPECT_EQ(run("project relink " + quoted(project_) + " " + quoted(dir_ / "other.mkv")).exit, 3)
        << "another film is refused";
    ASSERT_EQ(run("project relink " + quoted(project_) + " " + quoted(moved)).exit, 0);
    EXPECT_EQ(run("render " + quoted(project_) + " -o " + quoted(dir_ / "r.mkv")).exit, 0);

    std::ofstream(dir_ / "broken.tintreel") << "this is no database";
    result = run("project info " + quoted(dir_ / "broken.tintreel"));
    EXPECT_EQ(result.exit, 3) << result.output;
    EXPECT_EQ(run("project info " + quoted(dir_ / "none.tintreel")).exit, 3);
    EXPECT_EQ(run("project new " + quoted(dir_ / "none.mkv")).exit, 3);
    EXPECT_FALSE(fs::exists(dir_ / "none.tintreel"));
}

}  // namespace
}  // namespace tintreel
