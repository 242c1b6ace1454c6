// SPDX-License-Identifier: Apache-2.0
// Runs that are killed, stopped, or find the disk full, in the middle of all their stages.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "e2e/program.h"
#include "support/temp_dir.h"

namespace tintreel {
namespace {

namespace fs = std::filesystem;
using testing::lastLine;
using testing::program;
using testing::quoted;
using testing::shell;

class ResumeTest : public ::testing::Test {
protected:
    ResumeTest() {
        const auto made = testing::ffmpeg(
            "-f lavfi -i testsrc2=s=96x64:r=24:d=2 -f lavfi -i sine=440:d=2 -vf format=gray -c:v ffv1 -c:a pcm_s16le " +
            quoted(film_));
        EXPECT_EQ(made.exit, 0) << made.output;
        std::ofstream(dir_ / "cuts.csv") << "Scene Number,Start Frame,End Frame\n1,1,12\n2,13,24\n3,25,36\n4,37,48\n";
    }
    [[nodiscard]] std::string job(const fs::path& out, const std::string& more = "") const {
        // Keyframes in the middle and at the end make passes in both directions.
        return "colorize " + quoted(film_) + " -o " + quoted(out) + " --preset " +
               (out.extension() == ".mov" ? "mezzanine" : "master") + " --working-size 64 --scenes " +
               quoted(dir_ / "cuts.csv") + " --keyframes 4,20,23,30 --json " + more;
    }
    /// Starts the program and sends it `signal` as soon as `when` says so. Its exit code, 128 + the signal where that
    /// ended it.
    int runUntil(const std::string& arguments, const std::function<bool()>& when, int signal,
                 double& secondsAfter) const {
        const pid_t child = ::fork();
        if (child == 0) {
            ::setenv("OMP_WAIT_POLICY", "passive", 1);
            ::execl(
                "/bin/sh", "sh", "-c",
                ("exec " + std::string(TINTREEL_BINARY_DIR) + "/tintreel " + arguments + " >/dev/null 2>&1").c_str(),
                nullptr);
            ::_exit(127);
        }
        int status = 0;
        for (int i = 0; i < 12000 && !when(); ++i) {
            if (::waitpid(child, &status, WNOHANG) == child)
                return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        ::kill(child, signal);
        const auto start = std::chrono::steady_clock::now();
        ::waitpid(child, &status, 0);
        secondsAfter = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    [[nodiscard]] static std::size_t finishedTracks(const fs::path& out) {
        std::size_t n = 0;
        std::error_code ec;
        for (const auto& entry : fs::directory_iterator(out.string() + ".part.tracks", ec))
            n += entry.path().extension() == ".track" ? 1 : 0;
        return n;
    }
    static std::string md5(const fs::path& film) {
        const auto text = shell("(ffmpeg -nostdin -v error -i " + quoted(film) +
                                " -map 0 -map -0:t -f framemd5 - | grep -v software)")
                              .output;
        EXPECT_GT(text.size(), 500U) << text;
        return text;
    }
    testing::TempDir dir_;
    fs::path film_ = dir_ / "film.mkv";
};

TEST_F(ResumeTest, ARunThatWasKilledGoesOnAndGivesTheSameFilmBitForBit) {
    ASSERT_EQ(program(job(dir_ / "whole.mkv")).exit, 0);
    const auto out = dir_ / "out.mkv";
    double seconds = 0;
    ASSERT_EQ(runUntil(
                  job(out, "--resume"), [&] { return finishedTracks(out) >= 3; }, SIGKILL, seconds),
              128 + SIGKILL);
    EXPECT_FALSE(fs::exists(out));
    const std::size_t kept = finishedTracks(out);
    ASSERT_GE(kept, 3U);
    std::map<std::string, fs::file_time_type> before;
    for (const auto& entry : fs::directory_iterator(out.string() + ".part.tracks"))
        if (entry.path().extension() == ".track") before[entry.path().string()] = entry.last_write_time();

    // Killed once more while it goes on: what was there is not made anew.
    ASSERT_EQ(runUntil(
                  job(out, "--resume"), [&] { return finishedTracks(out) > kept; }, SIGKILL, seconds),
              128 + SIGKILL);
    for (const auto& [path, time] : before) EXPECT_EQ(fs::last_write_time(path), time) << path;
    const auto resumed = program(job(out, "--resume"));
    ASSERT_EQ(resumed.exit, 0) << resumed.output;
    EXPECT_EQ(md5(out), md5(dir_ / "whole.mkv"));
    EXPECT_EQ(lastLine(resumed.output)["frames_out"], 48);
    EXPECT_FALSE(fs::exists(out.string() + ".part.tracks"));
}

TEST_F(ResumeTest, AStopInTheMiddleOfAllStagesEndsSoonAndLeavesNothing) {
    const auto out = dir_ / "out.mov";
    double seconds = 1e9;
    // Something was written: decoder, networks, composer and encoder are all at work. (Matroska would hold so little
    // back.)
    const auto begun = [&] {
        std::error_code ec;
        return fs::file_size(out.string() + ".part", ec) > 30000 && !ec;
    };
    EXPECT_EQ(runUntil(job(out), begun, SIGTERM, seconds), 143);
    EXPECT_EQ(testing::leftOf(out), "");
    ::testing::Test::RecordProperty("seconds_to_stop", std::to_string(seconds));
    std::printf("stopped after %.2f s\n", seconds);
}

TEST_F(ResumeTest, AFullDiskEndsTheRunWithItsOwnErrorAndTheOtherStagesWithIt) {
    // A limit on the size of files stands for the disk's end: what is written fails in the middle of the film.
    const auto out = dir_ / "out.mov";
    const auto full = shell("ulimit -f 400; exec env OMP_WAIT_POLICY=passive " + std::string(TINTREEL_BINARY_DIR) +
                            "/tintreel " + job(out));
    EXPECT_EQ(full.exit, 4) << full.output;
    EXPECT_NE(lastLine(full.output)["message"].get<std::string>().find("cannot be written"), std::string::npos)
        << full.output;
    EXPECT_EQ(testing::leftOf(out), "");
}

}  // namespace
}  // namespace tintreel
