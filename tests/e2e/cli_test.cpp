// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "e2e/program.h"
#include "support/luma.h"
#include "support/temp_dir.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/color/lab.h"
#include "tintreel/media/frame_reader.h"

namespace tintreel {
namespace {

using testing::ffmpeg;
using testing::lastLine;
using testing::quoted;
using testing::shell;
using testing::ShellResult;

/// The program as its users call it, with the shipped weights.
class CliTest : public ::testing::Test {
protected:
    static ShellResult run(const std::string& arguments) { return testing::program(arguments); }
    /// Grey clip of two shots, 24 frames, with sound.
    std::filesystem::path clip() {
        const auto path = dir_ / "grey clip.mkv";
        if (!std::filesystem::exists(path)) {
            EXPECT_EQ(
                ffmpeg(
                    "-f lavfi -i testsrc2=s=192x128:r=24:d=0.5 -f lavfi -i mandelbrot=s=192x128:r=24 -f lavfi -i sine=440:d=1 -filter_complex "
                    "\"[1:v]trim=duration=0.5,setpts=PTS-STARTPTS[m];[0:v][m]concat,format=gray[v]\" -map \"[v]\" -map 2:a -c:v ffv1 -c:a pcm_s16le " +
                    quoted(path))
                    .exit,
                0);
        }
        return path;
    }
    void expectRefused(const std::string& arguments, int exit, const std::string& words) {
        const auto out = dir_ / "refused.mp4";
        const auto result = run("colorize " + arguments + " -o " + quoted(out));
        EXPECT_EQ(result.exit, exit) << arguments << '\n' << result.output;
        EXPECT_NE(result.output.find(words), std::string::npos) << result.output;
        EXPECT_EQ(testing::leftOf(out), "") << "nothing may lie under the final name, nor a part of it";
    }
    testing::TempDir dir_;
};

TEST_F(CliTest, ColorizesAClipWithHintsAndKeepsLumaSoundAndSource) {
    const auto before = *sha256OfFile(clip());
    std::ofstream(dir_ / "h.json")
        << R"({"format":"tintreel-hints","version":1,"hints":[{"frame":0,"kind":"dot","points":[[0.5,0.5]],"radius":0.1,"color":{"ab":[40,20]}}]})";
    const auto out = dir_ / "out.mkv";
    const auto result = run("colorize " + quoted(clip()) + " -o " + quoted(out) + " --hints " +
                            quoted(dir_ / "h.json") + " --preset master --json");
    ASSERT_EQ(result.exit, 0) << result.output;
    const auto report = lastLine(result.output);
    EXPECT_EQ(report["type"], "result");
    EXPECT_EQ(report["status"], "ok");
    EXPECT_EQ(report["frames_in"], 24);
    EXPECT_EQ(report["frames_out"], 24);
    EXPECT_EQ(report["scenes"], 2);
    EXPECT_EQ(report["keyframes_by_person"], 1);
    EXPECT_EQ(report["sha256"], *sha256OfFile(out));
    const auto md5 = [](const std::filesystem::path& file) {
        return shell("ffmpeg -nostdin -v error -i " + quoted(file) + " -map 0:v -vf extractplanes=y -f md5 -").output;
    };
    EXPECT_EQ(md5(clip()), md5(out)) << "luma lock";
    const auto sound = [](const std::filesystem::path& file) {
        return shell("ffmpeg -nostdin -v error -i " + quoted(file) + " -map 0:a -c copy -f md5 -").output;
    };
    EXPECT_EQ(sound(clip()), sound(out));
    EXPECT_EQ(*sha256OfFile(clip()), before) << "the source is never written";

    // Under the hint the first frame has the hint's colour.
    ASSERT_EQ(ffmpeg("-i " + quoted(out) + " -frames:v 1 -update 1 " + quoted(dir_ / "f.png")).exit, 0);
    const auto picture = media::readPicture(dir_ / "f.png");
    ASSERT_TRUE(picture);
    const auto* p = picture->pixel(96, 64);
    const auto lab = color::labFromRgb(p[0] / 255.0F, p[1] / 255.0F, p[2] / 255.0F);
    EXPECT_GT(lab.a, 10) << "as far as the gamut at this luma allows";
}

TEST_F(CliTest, TheSameCommandGivesTheSameFile) {
    const auto a = dir_ / "a.mkv", b = dir_ / "b.mkv";
    ASSERT_EQ(
        run("colorize " + quoted(clip()) + " -o " + quoted(a) + " --preset master --scenes single --threads 1").exit,
        0);
    ASSERT_EQ(
        run("colorize " + quoted(clip()) + " -o " + quoted(b) + " --preset master --scenes single --threads 1").exit,
        0);
    const auto md5 = [](const std::filesystem::path& file) {
        return shell("ffmpeg -nostdin -v error -i " + quoted(file) + " -map 0:v -f md5 -").output;
    };
    EXPECT_EQ(md5(a), md5(b));
}

TEST_F(CliTest, ReferencesKeyframesAndScenes) {
    std::filesystem::create_directory(dir_ / "refs");
    ASSERT_EQ(
        ffmpeg("-f lavfi -i color=red:s=192x128 -frames:v 1 -update 1 " + quoted(dir_ / "refs" / "ref_000003.png"))
            .exit,
        0);
    const auto out = dir_ / "r.mp4";
    auto result = run("colorize " + quoted(clip()) + " -o " + quoted(out) + " --references " + quoted(dir_ / "refs") +
                      " --keyframes 3,20 --json");
    ASSERT_EQ(result.exit, 0) << result.output;
    EXPECT_EQ(lastLine(result.output)["keyframes"], 2);
    EXPECT_EQ(lastLine(result.output)["keyframes_by_person"], 1);

    result = run("scenes " + quoted(clip()) + " -o " + quoted(dir_ / "s.csv"));
    ASSERT_EQ(result.exit, 0) << result.output;
    result = run("colorize " + quoted(clip()) + " -o " + quoted(out) + " --scenes " + quoted(dir_ / "s.csv") +
                 " --keyframes all -f --json");
    ASSERT_EQ(result.exit, 0) << result.output;
    EXPECT_EQ(lastLine(result.output)["keyframes"], 24);

    // A range and a local repair.
    std::ofstream(dir_ / "h.json") << R"({"format":"tintreel-hints","version":1,"hints":[
        {"frame":2,"span":[2,6],"kind":"dot","points":[[0.3,0.3]],"radius":0.1,"color":{"ab":[0,-30]}},
        {"frame":8,"span":"frame","kind":"stroke","points":[[0.3,0.3],[0.6,0.6]],"radius":0.05,"color":"neutral"}]})";
    result =
        run("colorize " + quoted(clip()) + " -o " + quoted(out) + " --hints " + quoted(dir_ / "h.json") + " -f --json");
    ASSERT_EQ(result.exit, 0) << result.output;
    EXPECT_EQ(lastLine(result.output)["frames_out"], 24);
}

TEST_F(CliTest, BadInputHasItsExitCodeAndItsWords) {
    std::ofstream(dir_ / "empty.mp4").close();
    ASSERT_EQ(ffmpeg("-f lavfi -i sine=440:d=1 " + quoted(dir_ / "sound.m4a")).exit, 0);
    expectRefused(quoted(dir_ / "none.mp4"), 3, "none.mp4");
    expectRefused(quoted(dir_ / "empty.mp4"), 3, "empty");
    expectRefused(quoted(dir_ / "sound.m4a"), 3, "no video");
    const auto hints = [&](const std::string& hint) {
        std::ofstream(dir_ / "bad.json") << R"({"format":"tintreel-hints","version":1,"hints":[)" << hint << "]}";
        return quoted(clip()) + " --hints " + quoted(dir_ / "bad.json");
    };
    expectRefused(hints(R"({"frame":10000,"kind":"dot","points":[[0.5,0.5]],"radius":0.1,"color":"neutral"})"), 3,
                  "frame 10000 is beyond the film, which has 24 frames");
    expectRefused(hints(R"({"frame":0,"kind":"dot","points":[[1.5,0.5]],"radius":0.1,"color":"neutral"})"), 3,
                  "hints[0].points[0][0]");
    expectRefused(hints(R"({"frame":0,"kind":"dot","points":[[NaN,0.5]],"radius":0.1,"color":"neutral"})"), 3, "NaN");
    expectRefused(quoted(clip()) + " --hints " + quoted(dir_ / "nohints.json"), 3, "nohints.json");
    std::filesystem::create_directory(dir_ / "refs");
    ASSERT_EQ(
        ffmpeg("-f lavfi -i color=red:s=100x100 -frames:v 1 -update 1 " + quoted(dir_ / "refs" / "ref_000000.png"))
            .exit,
        0);
    expectRefused(quoted(clip()) + " --references " + quoted(dir_ / "refs"), 3, "100x100");
    expectRefused(quoted(clip()) + " --keyframes 99", 2, "frame 99");
    expectRefused(quoted(clip()) + " --device cuda:7", 6, "GPU");
    expectRefused(quoted(clip()) + " --working-size 3", 2, "working-size");
    EXPECT_EQ(run("colorize").exit, 2);
    EXPECT_EQ(run("paint x").exit, 2);
}

TEST_F(CliTest, ADryRunChecksEverythingAndWritesNothing) {
    const auto out = dir_ / "dry.mp4";
    const auto result =
        run("colorize " + quoted(clip()) + " -o " + quoted(out) + " -n --json --log-file " + quoted(dir_ / "log.txt"));
    EXPECT_EQ(result.exit, 0) << result.output;
    EXPECT_EQ(lastLine(result.output)["status"], "dry-run");
    EXPECT_EQ(lastLine(result.output)["scenes"], 2);
    EXPECT_EQ(lastLine(result.output)["frames_out"], 0);
    for (const auto& entry : std::filesystem::directory_iterator(dir_.path()))
        EXPECT_EQ(entry.path().filename().string().find("dry.mp4"), std::string::npos) << entry.path();
    EXPECT_NE(readFile(dir_ / "log.txt")->find("nothing was written"), std::string::npos);
    EXPECT_EQ(run("colorize " + quoted(dir_ / "none.mp4") + " -o " + quoted(out) + " -n").exit, 3);
    EXPECT_EQ(run("probe " + quoted(clip()) + " --log-file " + quoted(dir_ / "no" / "log.txt")).exit, 4);
    std::ofstream(dir_ / "c.toml") << "[colorize]\nkeyframes=\"0,20\"\n";
    EXPECT_EQ(lastLine(run("--config " + quoted(dir_ / "c.toml") + " colorize " + quoted(clip()) + " -o " +
                           quoted(out) + " -n --json")
                           .output)["keyframes"],
              2);
}

TEST_F(CliTest, OutputsAreProtected) {
    const auto out = dir_ / "o.mp4";
    std::ofstream(out) << "precious";
    auto result = run("colorize " + quoted(clip()) + " -o " + quoted(out));
    EXPECT_EQ(result.exit, 4) << result.output;
    EXPECT_NE(result.output.find("-f"), std::string::npos);
    EXPECT_EQ(*readFile(out), "precious");
    result = run("colorize " + quoted(clip()) + " -o " + quoted(clip()) + " -f");
    EXPECT_EQ(result.exit, 4) << result.output;
    result = run("colorize " + quoted(clip()) + " -o " + quoted(dir_ / "no" / "x.mp4"));
    EXPECT_EQ(result.exit, 4) << result.output;
    result = run("colorize " + quoted(clip()) + " -o " + quoted(dir_ / "x.mp4") + " --preset master");
    EXPECT_EQ(result.exit, 2) << result.output;
}

TEST_F(CliTest, AlteredModelsAreRefused) {
    std::filesystem::copy(std::filesystem::path(TINTREEL_SOURCE_DIR) / "models", dir_ / "models",
                          std::filesystem::copy_options::recursive);
    EXPECT_EQ(run("--models " + quoted(dir_ / "models") + " models verify").exit, 0);
    for (const auto& entry : std::filesystem::directory_iterator(dir_ / "models"))
        if (entry.path().extension() == ".safetensors") std::ofstream(entry.path(), std::ios::app) << "x";
    const auto result =
        run("--models " + quoted(dir_ / "models") + " colorize " + quoted(clip()) + " -o " + quoted(dir_ / "x.mp4"));
    EXPECT_EQ(result.exit, 6) << result.output;
    EXPECT_NE(result.output.find("SHA-256"), std::string::npos);
    EXPECT_EQ(run("--models " + quoted(dir_ / "nowhere") + " models list").exit, 6);
}

TEST_F(CliTest, TruncatedFilmsFinishWithDefects) {
    const auto whole = dir_ / "w.mp4", cut = dir_ / "cut.mp4";
    ASSERT_EQ(
        ffmpeg("-f lavfi -i testsrc2=s=192x128:d=2:r=24 -pix_fmt yuv420p -c:v libx264 -g 8 -movflags +faststart " +
               quoted(whole))
            .exit,
        0);
    shell("head -c $(( $(stat -c %s " + quoted(whole) + ") * 5 / 10 )) " + quoted(whole) + " > " + quoted(cut));
    const auto result = run("colorize " + quoted(cut) + " -o " + quoted(dir_ / "d.mp4") + " --json");
    EXPECT_EQ(result.exit, 5) << result.output;
    EXPECT_EQ(lastLine(result.output)["status"], "partial");
    EXPECT_NE(result.output.find("TRUNCATED"), std::string::npos);
    const auto strict = run("colorize " + quoted(cut) + " -o " + quoted(dir_ / "s.mp4") + " --strict");
    EXPECT_EQ(strict.exit, 3) << strict.output;
    EXPECT_FALSE(std::filesystem::exists(dir_ / "s.mp4"));
}

TEST_F(CliTest, InterruptLeavesNothing) {
    const auto slow = dir_ / "slow.mkv";
    ASSERT_EQ(ffmpeg("-f lavfi -i testsrc2=s=320x240:r=24:d=12 -pix_fmt gray -c:v ffv1 " + quoted(slow)).exit, 0);
    const auto out = dir_ / "i.mp4";
    const auto status = shell("timeout --preserve-status -s INT 4 " + std::string(TINTREEL_BINARY_DIR) +
                              "/tintreel colorize " + quoted(slow) + " -o " + quoted(out));
    EXPECT_EQ(status.exit, 130) << status.output;
    EXPECT_NE(status.output.find("Stopped"), std::string::npos) << status.output;
    EXPECT_EQ(testing::leftOf(out), "");
}

TEST_F(CliTest, ReviewLosesNoMoreLumaThanTheGreyFilm) {
    const auto demo = std::filesystem::path(TINTREEL_SOURCE_DIR) / "resources" / "demo";
    const auto film = dir_ / "convoy.mkv", plain = dir_ / "plain.mp4", out = dir_ / "review.mp4";
    ASSERT_EQ(ffmpeg("-i " + quoted(demo / "desert_convoy.mp4") + " -frames:v 48 -vf lutyuv=u=128:v=128 -c:v ffv1 " +
                     quoted(film))
                  .exit,
              0);
    auto hints = nlohmann::json::parse(*readFile(demo / "desert_convoy.hints.json"));
    auto early = nlohmann::json::array();
    for (const auto& hint : hints["hints"])
        if (hint["frame"] < 48) early.push_back(hint);
    ASSERT_FALSE(early.empty());
    hints["hints"] = early;
    std::ofstream(dir_ / "h.json") << hints;
    const auto result = run("colorize " + quoted(film) + " -o " + quoted(out) + " --hints " + quoted(dir_ / "h.json") +
                            " --working-size 128");
    ASSERT_EQ(result.exit, 0) << result.output;
    ASSERT_EQ(
        ffmpeg("-i " + quoted(film) + " -c:v libx264 -crf 17 -preset medium -pix_fmt yuv420p " + quoted(plain)).exit,
        0);
    const double coloured = testing::lumaPsnr(out, film), grey = testing::lumaPsnr(plain, film);
    std::printf("luma of review against the film: coloured %.3f dB, grey at the same settings %.3f dB\n", coloured,
                grey);
    EXPECT_GT(grey, 40.0);
    EXPECT_NEAR(coloured, grey, 0.3);
}

TEST_F(CliTest, PackTrainEvaluateAndDoctor) {
    std::filesystem::create_directories(dir_ / "photos" / "set");
    std::filesystem::create_directories(dir_ / "clips");
    for (int i = 0; i < 4; ++i)
        ASSERT_EQ(ffmpeg("-f lavfi -i testsrc2=s=160x120 -vf \"hue=h=" + std::to_string(i * 60) + "\" -ss 0." +
                         std::to_string(i) + " -frames:v 1 -update 1 " +
                         quoted(dir_ / "photos" / "set" / (std::to_string(i) + ".jpg")))
                      .exit,
                  0);
    ASSERT_EQ(ffmpeg("-f lavfi -i testsrc2=s=160x120:d=1:r=12 -pix_fmt yuv420p -c:v libx264 " +
                     quoted(dir_ / "clips" / "a_1.mp4"))
                  .exit,
              0);
    std::ofstream(dir_ / "photos" / "split.tsv")
        << "set/0.jpg\ttrain\nset/1.jpg\ttrain\nset/2.jpg\ttrain\nset/3.jpg\tval\n";
    std::ofstream(dir_ / "clips" / "split.tsv") << "a_1.mp4\ttrain\n";
    // What cannot be read is left out, counted and listed: a picture that is none, one that is cut short, a film that
    // is none.
    const auto whole = *readFile(dir_ / "photos" / "set" / "1.jpg");
    std::ofstream(dir_ / "photos" / "set" / "cut.jpg", std::ios::binary) << whole.substr(0, whole.size() / 2);
    for (const char* name : {"photos/set/none.png", "clips/none_1.mp4"}) std::ofstream(dir_ / name) << "not a picture";
    std::ofstream(dir_ / "photos" / "split.tsv", std::ios::app) << "set/cut.jpg\ttrain\nset/none.png\tval\n";
    std::ofstream(dir_ / "clips" / "split.tsv", std::ios::app) << "none_1.mp4\ttrain\n";
    auto result = run("dataset pack --photos " + quoted(dir_ / "photos") + " --clips " + quoted(dir_ / "clips") +
                      " -o " + quoted(dir_ / "d.shard") + " --json");
    ASSERT_EQ(result.exit, 0) << result.output;
    EXPECT_EQ(lastLine(result.output)["photos"], 4);
    EXPECT_EQ(lastLine(result.output)["frames"], 12);
    EXPECT_EQ(lastLine(result.output)["skipped"], (nlohmann::json{"set/cut.jpg", "set/none.png", "none_1.mp4"}));
    std::ofstream(dir_ / "t.json") << nlohmann::json{
        {"shards", {(dir_ / "d.shard").string()}},
        {"out", (dir_ / "run").string()},
        {"steps", 2},
        {"batch", 1},
        {"crop", 64},
        {"validate-photos", 1}}.dump();
    result = run("train " + quoted(dir_ / "t.json") + " --json");
    ASSERT_EQ(result.exit, 0) << result.output;
    EXPECT_TRUE(std::filesystem::exists(dir_ / "run" / "weights.safetensors"));
    result = run("evaluate hints " + quoted(dir_ / "photos") + " --dots 0,10 --html " + quoted(dir_ / "hints.html") +
                 " --json");
    ASSERT_EQ(result.exit, 0) << result.output;
    EXPECT_NE(readFile(dir_ / "hints.html")->find("Mean PSNR in dB"), std::string::npos) << "a plot over the dots";
    EXPECT_TRUE(lastLine(result.output)["mean"].contains("levin-10"));
    EXPECT_TRUE(lastLine(result.output)["mean"].contains("grey"));
    const std::string clip = quoted(dir_ / "clips" / "a_1.mp4"), report = quoted(dir_ / "r.html");
    result = run("evaluate propagation " + clip + " --width 160 --last-frame --html " + report + " --json");
    ASSERT_EQ(result.exit, 0) << result.output;
    const auto scores = lastLine(result.output);
    for (const char* column : {"grey", "copy", "chain", "tintreel", "cdc", "cdc-true", "warp", "warp-true", "l1",
                               "l1-grey", "ssim", "ssim-grey"})
        EXPECT_TRUE(scores["mean"].contains(column)) << column;
    EXPECT_EQ(scores["curves"]["a_1.mp4"]["tintreel"].size(), 10U);
    EXPECT_FALSE(scores["reliability"].empty());
    EXPECT_NE(readFile(dir_ / "r.html")->find("<polyline"), std::string::npos);
    EXPECT_NE(run("evaluate compare " + clip + " " + clip + " --html " + report).exit, 0)
        << "the report is there already";
    result = run("evaluate compare " + clip + " " + clip + " --json");
    ASSERT_EQ(result.exit, 0) << result.output;
    EXPECT_EQ(lastLine(result.output)["mean"]["psnr"], 100.0);
    EXPECT_EQ(lastLine(result.output)["mean"]["warp"], lastLine(result.output)["mean"]["true-warp"]);
    EXPECT_EQ(run("doctor").exit, 0);
    EXPECT_EQ(run("probe " + quoted(dir_ / "clips" / "a_1.mp4")).exit, 0);
    EXPECT_EQ(run("--version").output, "tintreel 0.1.0\n");
}

}  // namespace
}  // namespace tintreel
