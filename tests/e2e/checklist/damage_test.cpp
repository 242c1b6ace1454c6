// SPDX-License-Identifier: Apache-2.0
// Rows of the media checklist about damage, size, disks and names.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>
#include <thread>

#include "e2e/checklist/checklist.h"
#include "support/memory_limit.h"

namespace tintreel {
namespace {

using namespace testing;

std::string head(const fs::path& file, const fs::path& to) {
    return "head -c $(( $(stat -c %s " + quoted(file) + ") * 6 / 10 - 100 )) " + quoted(file) + " > " + quoted(to);
}

TEST(MediaChecklist, Row17_CorruptPackets) {
    const Row row;
    const auto film = row.make(
        "f.mkv",
        "-f lavfi -i testsrc2=s=96x64:r=12 -frames:v 40 -vf noise=alls=40:allf=t -pix_fmt yuv420p -c:v libx264 -g 4 -bf 0");
    const auto noisy = row.make("n.mkv", "-i " + quoted(film) + " -c copy -bsf:v noise=amount=2000");
    auto report = row.colorize(noisy, row / "n.mp4", "", 5);
    EXPECT_EQ(report["status"], "partial");
    EXPECT_TRUE(Row::lists(report, "CORRUPT_FRAME") || Row::lists(report, "CORRUPT_PACKET")) << report;
    const auto dropped = row.make("d.mkv", "-i " + quoted(film) + " -c copy -bsf:v \"noise=drop='eq(mod(n,20),11)'\"");
    report = row.colorize(dropped, row / "d.mp4", "", 5);
    EXPECT_EQ(report["frames_out"], 38);
    EXPECT_TRUE(Row::lists(report, "MISSING_FRAMES")) << report;
    EXPECT_NEAR(Row::times(row / "d.mp4").back(), 39.0 / 12, 0.01) << "the picture is held, the length kept";
    row.colorize(dropped, row / "s.mp4", "--strict", 3);
}

TEST(MediaChecklist, Row18_Truncated) {
    const Row row;
    const std::string film =
        "-f lavfi -i testsrc2=s=96x64:r=25:d=2 -vf noise=alls=20:allf=t -pix_fmt yuv420p -c:v libx264 -g 5 -bf 0 ";
    const auto plain = row.make("p.mp4", film), fast = row.make("f.mp4", film + "-movflags +faststart"),
               mkv = row.make("m.mkv", film), ts = row.make("t.ts", film);
    for (const auto& [from, to] :
         {std::pair{plain, "p cut.mp4"}, {fast, "f cut.mp4"}, {mkv, "m cut.mkv"}, {ts, "t cut.ts"}})
        shell(head(from, row / to));
    expectWords(row.colorize(row / "p cut.mp4", row / "p out.mp4", "", 3).value("message", ""),
                {"p cut.mp4", "cut short"});
    for (const char* name : {"f cut.mp4", "m cut.mkv", "t cut.ts"}) {
        const auto report = row.colorize(row / name, row / (std::string(name) + " out.mp4"), "", 5);
        EXPECT_TRUE(Row::lists(report, "TRUNCATED")) << name << report;
        EXPECT_GT(report.value("frames_out", 0), 20) << name;
        EXPECT_LT(report.value("frames_out", 50), 40) << name;
        EXPECT_EQ(Row::frames(row / (std::string(name) + " out.mp4")), report["frames_out"]);
    }
}

TEST(MediaChecklist, Row19_NothingToColor) {
    const Row row;
    std::ofstream(row / "empty.mp4").close();
    row.make("none.mp4", "-f lavfi -i testsrc2=s=96x64:r=12 -c:v libx264 -t 0");
    row.make("sound.m4a", "-f lavfi -i sine=440:d=1 -c:a aac");
    row.make("cover.png", "-f lavfi -i testsrc=s=96x64 -frames:v 1 -update 1");
    row.make("cover.m4a", "-i " + quoted(row / "sound.m4a") + " -i " + quoted(row / "cover.png") +
                              " -map 0 -map 1 -c copy -disposition:v attached_pic");
    for (const char* name : {"empty.mp4", "none.mp4", "sound.m4a", "cover.m4a", "missing.mp4"})
        expectWords(row.colorize(row / name, row / "o.mp4", "", 3).value("message", ""), {name});
    // A cover is no film, and a film with a cover keeps it beside.
    const auto film = row.make(
        "film.mp4",
        "-f lavfi -i testsrc2=s=128x96:r=12 -i " + quoted(row / "cover.png") +
            " -map 1 -map 0 -frames:v:1 3 -c:v:0 png -c:v:1 libx264 -pix_fmt:v:1 yuv420p -disposition:v:0 attached_pic");
    row.colorize(film, row / "film out.mkv", "--preset master");
    EXPECT_EQ(Row::video(row / "film out.mkv", "width,height"), "128,96");
}

TEST(MediaChecklist, Row20_Huge) {
    TINTREEL_UNDER_MEMORY_LIMIT();
    const Row row;
    const auto huge =
        row.make("huge.mov", "-f lavfi -i color=gray:s=16384x8704:r=1 -frames:v 1 -pix_fmt gray -c:v png");
    const auto run = program("colorize " + quoted(huge) + " -o " + quoted(row / "o.mkv") + " --preset master --json",
                             "ulimit -v 6000000; ");
    EXPECT_EQ(run.exit, 6) << run.output;
    expectWords(lastLine(run.output).value("message", ""), {"16384x8704", "GB of memory"});
    EXPECT_EQ(leftOf(row / "o.mkv"), "");
    const auto large =
        row.make("large.mkv", "-f lavfi -i color=gray:s=2560x1440:r=12 -frames:v 1 -pix_fmt gray -c:v ffv1");
    expectWords(Row::warningsOf(row.colorize(large, row / "l.mp4", "-n")), {"2560x1440", "GB of memory"});
    const auto wide = row.make("wide.mkv", "-f lavfi -i color=gray:s=20000x2:r=12 -frames:v 1 -pix_fmt gray -c:v ffv1");
    expectWords(row.colorize(wide, row / "w.mp4", "", 4).value("message", ""), {"libx264", "20000x2", "master"});
}

TEST(MediaChecklist, Row21_SizeChange) {
    const Row row;
    const auto part = [](const char* size) {
        return std::string("-f lavfi -i testsrc2=r=12:d=0.5:s=") + size + " -pix_fmt yuv420p -c:v libx264";
    };
    row.make("a.ts", part("96x64"));
    row.make("b.ts", part("192x128"));
    shell("cat " + quoted(row / "a.ts") + ' ' + quoted(row / "b.ts") + " > " + quoted(row / "both.ts"));
    const auto report = row.colorize(row / "both.ts", row / "o.mp4", "", 5);
    EXPECT_TRUE(Row::lists(report, "SIZE_CHANGE"));
    EXPECT_EQ(report["frames_out"], 12);
    EXPECT_EQ(Row::video(row / "o.mp4", "width,height"), "96,64") << "scaled to the first size";
}

TEST(MediaChecklist, Row22_SequenceGap) {
    const Row row;
    fs::create_directory(row / "scan");
    ASSERT_EQ(ffmpeg("-f lavfi -i testsrc2=s=96x64:r=24 -frames:v 5 -start_number 86400 -pix_fmt gbrp10le " +
                     quoted(row / "scan/s_%06d.dpx"))
                  .exit,
              0);
    fs::remove(row / "scan/s_086402.dpx");
    expectWords(Row::warningsOf(row.colorize(row / "scan", row / "out/c_%06d.dpx", "--preset frames-dpx -n")),
                {"1 pictures are missing"});
    const auto report = row.colorize(row / "scan", row / "out/c_%06d.dpx", "--preset frames-dpx", 5);
    EXPECT_TRUE(Row::lists(report, "SEQUENCE_GAP"));
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(row / "out")) names.insert(entry.path().filename().string());
    EXPECT_EQ(names, (std::set<std::string>{"c_086400.dpx", "c_086401.dpx", "c_086403.dpx", "c_086404.dpx"}))
        << "the film's own numbers";
}

TEST(MediaChecklist, Row23_DiskFull) {
    const Row row;
    const auto film = row.make(
        "f.mkv", "-f lavfi -i testsrc2=s=320x240:r=12 -frames:v 6 -vf noise=alls=90:allf=t,format=gray -c:v ffv1");
    ASSERT_EQ(program("project new " + quoted(film) + " -o " + quoted(row / "p.tintreel")).exit, 0);
    fs::create_directory(row / "small");
    if (shell("mount -t tmpfs -o size=300k tmpfs " + quoted(row / "small")).exit != 0)
        GTEST_SKIP() << "no right to mount a small disk";
    const auto run = program("render " + quoted(row / "p.tintreel") + " -o " + quoted(row / "small/o.mkv") +
                             " --preset master --working-size 64 --json");
    EXPECT_EQ(run.exit, 4) << run.output;
    expectWords(lastLine(run.output).value("message", ""), {"o.mkv", "room"});
    EXPECT_TRUE(fs::is_empty(row / "small")) << leftOf(row / "small/o");
    shell("umount -l " + quoted(row / "small"));
    EXPECT_EQ(program("project verify " + quoted(row / "p.tintreel")).exit, 0);
    const auto device = program("colorize " + quoted(film) + " -o /dev/full --preset master --json");
    EXPECT_NE(device.exit, 0);
    EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST(MediaChecklist, Row24_ShotsJoined) {
    const Row row;
    const std::string tail = " -frames:v 6 -pix_fmt gray -c:v ffv1";
    row.make("a.mkv", "-f lavfi -i testsrc2=s=96x64:r=12" + tail);
    row.make("b.mkv", "-f lavfi -i mandelbrot=s=96x64:r=12" + tail);
    std::ofstream(row / "in.txt") << "file a.mkv\nfile b.mkv\n";
    std::ofstream(row / "out.txt") << "file ao.mkv\nfile bo.mkv\n";
    const auto whole = row.make("w.mkv", "-f concat -i " + quoted(row / "in.txt") + " -c copy");
    std::ofstream(row / "s.csv")
        << "Scene Number,Start Frame,Start Timecode,Start Time (seconds),End Frame,End Timecode,End Time (seconds),Length (frames),Length (timecode),Length (seconds)\n"
           "1,1,00:00:00.000,0.000,6,00:00:00.500,0.500,6,00:00:00.500,0.500\n2,7,00:00:00.500,0.500,12,00:00:01.000,1.000,6,00:00:00.500,0.500\n";
    row.colorize(row / "a.mkv", row / "ao.mkv", "--preset master --threads 1");
    row.colorize(row / "b.mkv", row / "bo.mkv", "--preset master --threads 1");
    const auto run =
        program("colorize " + quoted(whole) + " -o " + quoted(row / "wo.mkv") + " --working-size 64 --scenes " +
                quoted(row / "s.csv") + " --preset master --threads 1 --json");
    ASSERT_EQ(run.exit, 0) << run.output;
    EXPECT_EQ(lastLine(run.output)["scenes"], 2);
    const auto joined = row.make("j.mkv", "-f concat -i " + quoted(row / "out.txt") + " -c copy");
    const auto hashes = [](const fs::path& file) {
        return Row::line("ffmpeg -nostdin -v error -i " + quoted(file) +
                         " -map 0:v -f framemd5 - | grep -v '^#' | awk '{print $NF}'");
    };
    const auto wanted = hashes(row / "wo.mkv");
    EXPECT_EQ(std::count(wanted.begin(), wanted.end(), '\n'), 11) << wanted;
    EXPECT_EQ(hashes(joined), wanted);
    EXPECT_EQ(Row::frames(joined), 12);
}

/// A run of the program that can be killed.
class Running {
public:
    explicit Running(const std::vector<std::string>& arguments) {
        pid_ = ::fork();
        if (pid_ != 0) return;
        std::vector<char*> argv;
        for (const auto& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
        argv.push_back(nullptr);
        ::setenv("OMP_WAIT_POLICY", "passive", 1);
        if (std::freopen("/dev/null", "w", stdout) == nullptr || std::freopen("/dev/null", "w", stderr) == nullptr)
            ::_exit(126);
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    [[nodiscard]] bool ended() {
        int status = 0;
        if (pid_ > 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) {
            exit_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            pid_ = -1;
        }
        return pid_ < 0;
    }
    /// Kills it where it still runs; its exit code, 137 when killed.
    int kill() {
        if (pid_ < 0) return exit_;
        ::kill(pid_, SIGKILL);
        int status = 0;
        ::waitpid(pid_, &status, 0);
        pid_ = -1;
        return exit_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

private:
    pid_t pid_ = -1;
    int exit_ = -1;
};

const std::string kProgram = std::string(TINTREEL_BINARY_DIR) + "/tintreel";

TEST(MediaChecklist, Row25_ProjectCrash) {
    const Row row;
    const auto film = row.make("f.mkv", "-f lavfi -i testsrc2=s=96x64:r=12 -frames:v 6 -pix_fmt gray -c:v ffv1");
    const auto project = row / "p.tintreel";
    ASSERT_EQ(program("project new " + quoted(film) + " -o " + quoted(project)).exit, 0);
    const auto hints = [](int count) {
        nlohmann::json all = nlohmann::json::array();
        for (int i = 0; i < count; ++i)
            all.push_back({{"frame", i % 6},
                           {"kind", "dot"},
                           {"points", {{0.5, 0.01 * (i % 100)}}},
                           {"radius", 0.05},
                           {"color", {{"ab", {10, -20}}}}});
        return nlohmann::json{{"format", "tintreel-hints"}, {"version", 1}, {"hints", all}}.dump();
    };
    std::ofstream(row / "few.json") << hints(3);
    std::ofstream(row / "many.json") << hints(600);
    std::mt19937 random(7);
    int killed = 0;
    for (int i = 0; i < 12; ++i) {
        Running import({kProgram, "project", "import-hints", project.string(),
                        (row / (i % 2 == 0 ? "many.json" : "few.json")).string()});
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 160));
        killed += import.kill() == 137 ? 1 : 0;
    }
    EXPECT_GT(killed, 0);
    EXPECT_EQ(program("project verify " + quoted(project)).exit, 0);
    const int left = lastLine(program("project info " + quoted(project) + " --json").output).value("hints", -1);
    EXPECT_TRUE(left == 0 || left == 3 || left == 600) << "a transaction is whole or not there: " << left;
    ASSERT_EQ(program("project import-hints " + quoted(project) + ' ' + quoted(row / "few.json")).exit, 0);
    EXPECT_EQ(lastLine(program("project info " + quoted(project) + " --json").output)["hints"], 3);
}

TEST(MediaChecklist, Row27_Names) {
    const Row row;
    const auto plain = row.make("film.mkv", "-f lavfi -i testsrc2=s=96x64:r=12 -frames:v 2 -pix_fmt gray -c:v ffv1");
    const auto odd = row / "Straße %d %06d 100% 电影.mkv";
    fs::copy(plain, odd);
    row.colorize(odd, row / "öut %d.mp4");
    EXPECT_TRUE(fs::exists(row / "öut %d.mp4"));
    fs::copy(plain, row / "-film.mkv");
    EXPECT_EQ(
        program("colorize --output=-out.mp4 --working-size 64 -- -film.mkv", "cd " + quoted(row / "") + " && ").exit,
        0);
    EXPECT_TRUE(fs::exists(row / "-out.mp4"));
    fs::path deep = row / "deep";
    for (int i = 0; i < 6; ++i) deep /= std::string(60, static_cast<char>('a' + i));
    fs::create_directories(deep);
    ASSERT_GT(deep.string().size(), 255U);
    fs::copy(plain, deep / "film.mkv");
    row.colorize(deep / "film.mkv", deep / "out.mp4");
    EXPECT_EQ(Row::frames(deep / "out.mp4"), 2);
    fs::create_symlink(plain, row / "link.mkv");
    fs::permissions(plain, fs::perms::owner_read);
    row.colorize(row / "link.mkv", row / "from link.mp4");
    EXPECT_TRUE(fs::is_symlink(row / "link.mkv"));
    const auto itself =
        program("colorize " + quoted(row / "link.mkv") + " -o " + quoted(plain) + " --preset master -f --json");
    EXPECT_EQ(itself.exit, 4) << "a link to the source is the source";
}

TEST(KilledExports, NothingBrokenUnderTheFinalName) {
    const Row row;
    const auto film = row.make(
        "f.mkv", "-f lavfi -i testsrc2=s=320x240:r=12 -frames:v 48 -vf noise=alls=60:allf=t,format=gray -c:v ffv1");
    const auto project = row / "p.tintreel";
    ASSERT_EQ(program("project new " + quoted(film) + " -o " + quoted(project)).exit, 0);
    const auto reference = row / "reference.mkv";
    ASSERT_EQ(
        program("render " + quoted(project) + " -o " + quoted(reference) + " --preset master --working-size 64").exit,
        0);
    const auto wanted = Row::lumaHash(reference);
    // The colours are in the project's folder by now: what is killed is the writing.
    std::mt19937 random(11);
    int killed = 0, whole = 0;
    for (int i = 0; i < 100; ++i) {
        const auto out = row / ("o" + std::to_string(i % 2) + ".mkv"), part = fs::path(out.string() + ".part");
        fs::remove(out);
        fs::remove(part);
        Running render({kProgram, "render", project.string(), "-o", out.string(), "--preset", "master",
                        "--working-size", "64", "--force"});
        while (!render.ended() && !fs::exists(part)) std::this_thread::sleep_for(std::chrono::milliseconds(2));
        std::this_thread::sleep_for(std::chrono::milliseconds(random() % 400));
        const int exit = render.kill();
        killed += exit == 137 ? 1 : 0;
        if (!fs::exists(out)) {
            EXPECT_NE(exit, 0);
            continue;
        }
        ++whole;
        EXPECT_EQ(Row::lumaHash(out), wanted) << "run " << i;
    }
    EXPECT_GT(killed, 50);
    std::printf("%d of 100 killed, %d had come to their end\n", killed, whole);
    EXPECT_EQ(program("project verify " + quoted(project)).exit, 0);
    EXPECT_EQ(
        program("render " + quoted(project) + " -o " + quoted(row / "o0.mkv") + " --preset master --working-size 64 -f")
            .exit,
        0)
        << "what was left behind is in nobody's way";
}

}  // namespace
}  // namespace tintreel
