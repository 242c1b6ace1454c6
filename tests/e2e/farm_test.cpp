// SPDX-License-Identifier: Apache-2.0
// One film by several processes: the same packets as by one.
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "e2e/program.h"
#include "support/temp_dir.h"
#include "tintreel/base/atomic_file.h"

namespace tintreel {
namespace {

namespace fs = std::filesystem;
using testing::lastLine;
using testing::program;
using testing::quoted;
using testing::shell;

class FarmTest : public ::testing::Test {
protected:
    /// 36 frames in three scenes, with sound, a subtitle and a chapter; a hint in the second scene.
    FarmTest() {
        std::ofstream(dir_ / "s.srt") << "1\n00:00:00,100 --> 00:00:00,900\nWords\n\n";
        const auto made = testing::ffmpeg(
            "-f lavfi -i testsrc2=s=96x64:r=24:d=1.5 -f lavfi -i sine=440:d=1.5 -i " + quoted(dir_ / "s.srt") +
            " -map 0:v -map 1:a -map 2:s -vf format=gray -c:v ffv1 -c:a pcm_s16le -c:s srt " + quoted(film_));
        EXPECT_EQ(made.exit, 0) << made.output;
        std::ofstream(dir_ / "cuts.csv") << "Scene Number,Start Frame,End Frame\n1,1,12\n2,13,20\n3,21,36\n";
        std::ofstream(dir_ / "h.json")
            << R"({"format":"tintreel-hints","version":1,"hints":[{"frame":14,"kind":"dot","points":[[0.5,0.5]],"radius":0.1,"color":{"ab":[40,20]}}]})";
    }
    [[nodiscard]] std::string job(const std::string& more = "") const {
        return quoted(film_) + " --preset master --working-size 64 --scenes " + quoted(dir_ / "cuts.csv") +
               " --hints " + quoted(dir_ / "h.json") + " " + more;
    }
    void plan(const std::string& more = "") const {
        const auto planned = program("plan " + job(more) + " -o " + quoted(tasks_) + " -f --json");
        ASSERT_EQ(planned.exit, 0) << planned.output;
    }
    /// A process that does a task of this file now; 0 where there is none.
    static pid_t aTaskOf(const fs::path& tasks) {
        const auto wanted =
            std::string(TINTREEL_BINARY_DIR) + "/tintreel" + '\0' + "run-task" + '\0' + tasks.string() + '\0';
        std::error_code ec;
        for (const auto& entry : fs::directory_iterator("/proc", ec)) {
            const auto name = entry.path().filename().string();
            std::ifstream in(entry.path() / "cmdline", std::ios::binary);
            const std::string line((std::istreambuf_iterator<char>(in)), {});
            if (name.find_first_not_of("0123456789") == std::string::npos && line.starts_with(wanted))
                return std::stoi(name);
        }
        return 0;
    }
    static std::string md5(const fs::path& film) {
        const auto text = shell("(ffmpeg -nostdin -v error -i " + quoted(film) +
                                " -map 0 -map -0:t -c copy -f framemd5 - | grep -v software)")
                              .output;
        EXPECT_GT(text.size(), 500U) << text;
        return text;
    }
    testing::TempDir dir_;
    fs::path film_ = dir_ / "film.mkv", tasks_ = dir_ / "tasks.json", parts_ = dir_ / "tasks.parts";
};

TEST_F(FarmTest, TwoProcessesOneOfThemKilledMakeTheSameFilmAsOne) {
    ASSERT_EQ(program("colorize " + job() + " -o " + quoted(dir_ / "one.mkv")).exit, 0);
    plan();
    const auto written = program("farm shell " + quoted(tasks_) + " --film " + quoted(dir_ / "farm.mkv"));
    ASSERT_EQ(written.exit, 0) << written.output;

    // The script runs two processes at a time; the first one seen to write is killed the hard way.
    const pid_t script = ::fork();
    if (script == 0) {
        ::setenv("OMP_WAIT_POLICY", "passive", 1);
        ::execl("/bin/sh", "sh", "-c", (quoted(dir_ / "run.sh") + " 2 >/dev/null 2>&1").c_str(), nullptr);
        ::_exit(127);
    }
    pid_t victim = 0;
    for (int i = 0; i < 6000 && victim == 0; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        if (fs::exists(parts_ / "000002.mkv.part") || fs::exists(parts_ / "000001.mkv.part")) victim = aTaskOf(tasks_);
    }
    ASSERT_NE(victim, 0);
    ASSERT_EQ(::kill(victim, SIGKILL), 0);
    int status = 0;
    ::waitpid(script, &status, 0);
    EXPECT_NE(status, 0) << "the script says that a task failed";
    EXPECT_EQ(testing::leftOf(dir_ / "farm.mkv"), "") << "no merge without all tasks";

    const auto refused = program("merge " + quoted(tasks_) + " -o " + quoted(dir_ / "farm.mkv") + " --json");
    EXPECT_EQ(refused.exit, 7) << refused.output;
    EXPECT_NE(refused.output.find("not done"), std::string::npos) << refused.output;
    EXPECT_EQ(testing::leftOf(dir_ / "farm.mkv"), "");

    const auto again = shell("OMP_WAIT_POLICY=passive " + quoted(dir_ / "run.sh") + " 2");
    ASSERT_EQ(again.exit, 0) << again.output;
    EXPECT_NE(again.output.find("was done already"), std::string::npos) << again.output;
    EXPECT_EQ(md5(dir_ / "farm.mkv"), md5(dir_ / "one.mkv")) << "packets of every track, with their times";
    EXPECT_EQ(*readFile(dir_ / "farm.framemd5"), *readFile(dir_ / "one.framemd5"));
    const auto record = nlohmann::json::parse(*readFile(dir_ / "farm.mkv.colorization.json")),
               single = nlohmann::json::parse(*readFile(dir_ / "one.mkv.colorization.json"));
    EXPECT_EQ(record["output"]["sha256"], *sha256OfFile(dir_ / "farm.mkv"));
    for (const char* key : {"source", "frames", "models", "keyframes", "scenes", "warnings", "defects", "status"})
        EXPECT_EQ(record[key], single[key]) << key;
}

TEST_F(FarmTest, ATaskIsDoneOnceAndAgainAfterAChangeOfItsScene) {
    plan("--frames 5-30");
    for (int i = 0; i < 3; ++i)
        ASSERT_EQ(program("run-task " + quoted(tasks_) + " --index " + std::to_string(i)).exit, 0);
    ASSERT_EQ(program("merge " + quoted(tasks_) + " -o " + quoted(dir_ / "part.mkv")).exit, 0);
    ASSERT_EQ(program("colorize " + job("--frames 5-30") + " -o " + quoted(dir_ / "one.mkv")).exit, 0);
    EXPECT_EQ(md5(dir_ / "part.mkv"), md5(dir_ / "one.mkv")) << "a range, cut and moved as in one run";

    // Another hint in scene 2 leaves the results of scenes 1 and 3 as they are.
    std::ofstream(dir_ / "h.json")
        << R"({"format":"tintreel-hints","version":1,"hints":[{"frame":14,"kind":"dot","points":[[0.5,0.5]],"radius":0.1,"color":{"ab":[-40,20]}}]})";
    plan("--frames 5-30");
    const auto stale = program("merge " + quoted(tasks_) + " -o " + quoted(dir_ / "part.mkv") + " -f");
    EXPECT_EQ(stale.exit, 7) << stale.output;
    EXPECT_NE(stale.output.find("1 of 3 tasks are missing: 1 (done for another plan)"), std::string::npos)
        << stale.output;
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(
            lastLine(program("run-task " + quoted(tasks_) + " --json --index " + std::to_string(i)).output)["skipped"],
            i != 1)
            << i;

    // A part that was touched is no result.
    std::ofstream(parts_ / "000000.mkv", std::ios::app) << "x";
    const auto changed = program("merge " + quoted(tasks_) + " -o " + quoted(dir_ / "part.mkv") + " -f");
    EXPECT_EQ(changed.exit, 7);
    EXPECT_NE(changed.output.find("0 (its part was changed)"), std::string::npos) << changed.output;
    EXPECT_EQ(lastLine(program("run-task " + quoted(tasks_) + " --json --index 0").output)["skipped"], false);

    // Another film of that name is none that was planned for.
    fs::copy_file(dir_ / "one.mkv", film_, fs::copy_options::overwrite_existing);
    EXPECT_EQ(program("merge " + quoted(tasks_) + " -o " + quoted(dir_ / "part.mkv") + " -f").exit, 7);
}

TEST_F(FarmTest, WhatCannotBeJoinedIsRefusedBeforeAnyWork) {
    for (const auto& [more, exit, words] : std::vector<std::tuple<std::string, int, std::string>>{
             {"--preset review", 2, "cannot be joined"}, {"--frames 90-99", 2, "36 frames"}}) {
        const auto refused = program("plan " + quoted(film_) + " -o " + quoted(tasks_) + " --scenes single " + more);
        EXPECT_EQ(refused.exit, exit) << refused.output;
        EXPECT_NE(refused.output.find(words), std::string::npos) << refused.output;
        EXPECT_FALSE(fs::exists(tasks_));
    }
    plan();
    EXPECT_EQ(program("run-task " + quoted(tasks_) + " --index 3").exit, 2);
    EXPECT_EQ(program("run-task " + quoted(film_) + " --index 0").exit, 3);
}

TEST_F(FarmTest, ScriptsForSlurmAndOpenJobDescriptionAreWhole) {
    plan();
    ASSERT_EQ(program("farm slurm " + quoted(tasks_) + " -o " + quoted(dir_ / "slurm")).exit, 0);
    EXPECT_EQ(shell("sh -n " + quoted(dir_ / "slurm/submit.sh") + " && sh -n " + quoted(dir_ / "slurm/tasks.sbatch") +
                    " && sh -n " + quoted(dir_ / "slurm/merge.sbatch"))
                  .exit,
              0);
    EXPECT_NE(readFile(dir_ / "slurm/tasks.sbatch")->find("#SBATCH --array=0-2%8"), std::string::npos);
    ASSERT_EQ(program("farm openjd " + quoted(tasks_) + " -o " + quoted(dir_ / "jd")).exit, 0);
    const auto job = nlohmann::json::parse(*readFile(dir_ / "jd/template.json"));
    EXPECT_EQ(job["specificationVersion"], "jobtemplate-2023-09");
    EXPECT_EQ(job["parameterDefinitions"][1]["name"], "Tasks");
    const auto& step = job["steps"][0];
    EXPECT_EQ(step["parameterSpace"]["taskParameterDefinitions"][0]["type"], "INT");
    EXPECT_EQ(step["parameterSpace"]["taskParameterDefinitions"][0]["range"], "0-2");
    EXPECT_EQ(step["script"]["actions"]["onRun"]["args"][0], "run-task");
    EXPECT_EQ(job["steps"][1]["dependencies"][0]["dependsOn"], "Color");
    EXPECT_EQ(program("farm slurm " + quoted(tasks_) + " -o " + quoted(dir_ / "slurm")).exit, 4)
        << "scripts are not replaced unasked";
}

}  // namespace
}  // namespace tintreel
