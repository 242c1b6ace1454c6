// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "e2e/program.h"
#include "support/temp_dir.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/media/frame_reader.h"

namespace tintreel {
namespace {

namespace fs = std::filesystem;
using testing::ffmpeg;
using testing::lastLine;
using testing::leftOf;
using testing::program;
using testing::quoted;
using testing::shell;
using testing::ShellResult;

const std::string kFilm = "-f lavfi -i testsrc2=s=96x64:r=12:d=1 ";

/// A small disk of its own, or a read-only one; says whether this machine lets us have it.
class Disk {
public:
    Disk(fs::path folder, const std::string& options) : folder_(std::move(folder)) {
        fs::create_directory(folder_);
        mounted_ = shell("mount -t tmpfs -o " + options + " tmpfs " + quoted(folder_)).exit == 0;
    }
    ~Disk() {
        if (mounted_) shell("umount -l " + quoted(folder_));
    }
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;
    [[nodiscard]] bool mounted() const { return mounted_; }
    [[nodiscard]] fs::path operator/(const char* name) const { return folder_ / name; }

private:
    fs::path folder_;
    bool mounted_ = false;
};

/// What the whole program does with films, names, models and disks that are not as they should be.
class BadInputTest : public ::testing::Test {
protected:
    fs::path make(const std::string& name, const std::string& arguments) {
        const auto path = dir_ / name;
        const auto result = ffmpeg(arguments + ' ' + quoted(path));
        EXPECT_EQ(result.exit, 0) << result.output;
        return path;
    }
    /// Colours `in`, which may not change by it.
    static ShellResult colorize(const fs::path& in, const fs::path& out, const std::string& more = {},
                                const std::string& before = {}) {
        const auto sha = *sha256OfFile(in);
        auto result =
            program("colorize " + quoted(in) + " -o " + quoted(out) + " --working-size 64 --json " + more, before);
        EXPECT_EQ(*sha256OfFile(in), sha) << "the source is never written";
        return result;
    }
    /// The sentence names what it is about, and nothing lies where the output, its part or its working folder were.
    static void expectNothingMade(const ShellResult& result, int exit, const std::vector<std::string>& words,
                                  const fs::path& out) {
        EXPECT_EQ(result.exit, exit) << result.output;
        EXPECT_EQ(lastLine(result.output)["exit"], exit) << result.output;
        const std::string message = lastLine(result.output).value("message", "");
        for (const auto& word : words)
            EXPECT_NE(message.find(word), std::string::npos) << '"' << word << "\" in: " << message;
        EXPECT_EQ(leftOf(out), "");
    }
    void expectRefused(const fs::path& in, int exit, std::vector<std::string> words) {
        words.push_back(in.filename().string());
        expectNothingMade(colorize(in, dir_ / "refused.mp4"), exit, words, dir_ / "refused.mp4");
    }
    /// Finished with defects: all that the film has is in the output, and the list says what was wrong.
    static nlohmann::json expectDefects(const ShellResult& result, const std::string& code, int frames,
                                        const fs::path& out) {
        EXPECT_EQ(result.exit, 5) << result.output;
        auto report = lastLine(result.output);
        EXPECT_EQ(report["status"], "partial");
        EXPECT_EQ(report["frames_in"], frames);
        EXPECT_EQ(report["frames_out"], frames);
        EXPECT_EQ(framesIn(out), frames);
        EXPECT_EQ(leftOf(out), out.filename().string() + ' ' + out.filename().string() + ".colorization.json ")
            << "no part is left";
        const auto listed = std::any_of(report["defect_list"].begin(), report["defect_list"].end(),
                                        [&](const nlohmann::json& d) { return d["code"] == code && d["frame"] >= 0; });
        EXPECT_TRUE(listed) << code << " in " << report["defect_list"].dump();
        return report;
    }
    /// What FFmpeg's own decoder makes of a film.
    static int framesIn(const fs::path& film) {
        return std::atoi(
            shell(
                "ffprobe -v quiet -count_frames -select_streams v:0 -show_entries stream=nb_read_frames -of default=nw=1:nk=1 " +
                quoted(film))
                .output.c_str());
    }
    static std::string video(const fs::path& file, const std::string& what) {
        return shell("ffprobe -v error -select_streams v:0 -show_entries stream=" + what +
                     " -of csv=p=0 file:" + quoted(file))
            .output;
    }
    testing::TempDir dir_;
};

TEST_F(BadInputTest, FilmsWithoutAFrame) {
    expectRefused(make("no track.mp4", kFilm + "-c:v libx264 -t 0"), 3, {"no track", "Try a fresh copy"});
    expectRefused(make("nothing.mkv", kFilm + "-c:v ffv1 -t 0"), 3, {"cannot be read", "Try a fresh copy"});
    expectRefused(
        make("track alone.mp4", kFilm + "-pix_fmt yuv420p -c:v libx264 -movflags empty_moov+default_base_moof -t 0"), 3,
        {});
}

TEST_F(BadInputTest, AnMp4WithoutItsIndex) {
    const auto whole = make("whole.mp4", kFilm + "-pix_fmt yuv420p -c:v libx264"), cut = dir_ / "no moov.mp4";
    shell("head -c $(( $(stat -c %s " + quoted(whole) + ") * 6 / 10 )) " + quoted(whole) + " > " + quoted(cut));
    ASSERT_GT(fs::file_size(cut), 0U);
    expectRefused(cut, 3, {"cut short", "Try a fresh copy"});
}

TEST_F(BadInputTest, CoverArtIsNoFilm) {
    const auto cover = make("cover.png", "-f lavfi -i testsrc=s=96x64 -frames:v 1 -update 1");
    expectRefused(make("song.m4a", "-f lavfi -i sine=440:d=1 -i " + quoted(cover) +
                                       " -map 0 -map 1 -c:a aac -c:v copy -disposition:v attached_pic"),
                  3, {"no video track", "cover picture", "give a film"});
}

TEST_F(BadInputTest, CorruptPackets) {
    // FFV1 patches what its checksums find and says so in the log alone; H.264 marks its frames.
    const auto archive = make("archive.mkv", kFilm + "-pix_fmt gray -c:v ffv1 -level 3 -slicecrc 1"),
               web = make("web.mp4", kFilm + "-vf noise=alls=40:allf=t -pix_fmt yuv420p -c:v libx264 -g 4");
    const auto noisyArchive = make("noisy archive.mkv", "-i " + quoted(archive) + " -c copy -bsf:v noise=amount=1000"),
               noisyWeb = make("noisy web.mkv", "-i " + quoted(web) + " -c copy -bsf:v noise=amount=1000");
    expectDefects(colorize(noisyArchive, dir_ / "a.mkv", "--preset master"), "CORRUPT_FRAME", 12, dir_ / "a.mkv");
    ASSERT_GT(framesIn(noisyWeb), 6);
    expectDefects(colorize(noisyWeb, dir_ / "w.mp4"), "CORRUPT_FRAME", framesIn(noisyWeb), dir_ / "w.mp4");
    EXPECT_EQ(colorize(archive, dir_ / "fine.mkv", "--preset master").exit, 0) << "the same film undamaged";
}

TEST_F(BadInputTest, ASizeChangeInTheMiddle) {
    const auto half = [](const char* size) {
        return std::string("-f lavfi -i testsrc2=r=12:d=0.5:s=") + size +
               " -f lavfi -i sine=440:d=0.5 -pix_fmt yuv420p -c:v libx264 -c:a aac";
    };
    const auto a = make("a.ts", half("96x64")), b = make("b.ts", half("192x128")), both = dir_ / "both.ts",
               out = dir_ / "both.mp4";
    shell("cat " + quoted(a) + ' ' + quoted(b) + " > " + quoted(both));
    const auto report = expectDefects(colorize(both, out), "SIZE_CHANGE", 12, out);
    EXPECT_NE(report["defect_list"].dump().find("192x128 instead of 96x64"), std::string::npos)
        << report["defect_list"].dump();
    EXPECT_EQ(video(out, "width,height"), "96,64\n") << "scaled to the first size";
    EXPECT_NEAR(std::stod(video(out, "duration")), 1.0, 0.05) << "the second part follows the first";
}

TEST_F(BadInputTest, OddSizes) {
    const auto odd = make("odd.mkv", "-f lavfi -i testsrc=s=853x481:r=12:d=0.25 -pix_fmt yuv420p -c:v ffv1");
    auto result = colorize(odd, dir_ / "odd out.mkv", "--preset master");
    ASSERT_EQ(result.exit, 0) << result.output;
    EXPECT_EQ(video(dir_ / "odd out.mkv", "width,height,pix_fmt"), "853,481,yuv420p\n");
    result = colorize(odd, dir_ / "odd out.mp4");
    ASSERT_EQ(result.exit, 0) << result.output;
    EXPECT_EQ(video(dir_ / "odd out.mp4", "width,height"), "854,482\n");
    EXPECT_NE(lastLine(result.output)["warnings"].dump().find("even sides"), std::string::npos)
        << "what was done is said";
    EXPECT_EQ(framesIn(dir_ / "odd out.mp4"), 3);
}

TEST_F(BadInputTest, DeepPicturesStayDeep) {
    const auto deep =
        make("deep.tif", "-f lavfi -i \"nullsrc=s=512x64,format=gray16le,geq=lum=X*128\" -frames:v 1 -update 1");
    Plane<std::uint16_t> source(512, 64);
    for (std::size_t i = 0; i < source.size(); ++i) source.data[i] = static_cast<std::uint16_t>(i % 512 * 128);
    for (const auto& [name, format] : {std::pair{"out.tif", "rgb48le\n"}, {"out.png", "rgb48be\n"}}) {
        const auto result = colorize(deep, dir_ / name);
        ASSERT_EQ(result.exit, 0) << result.output;
        EXPECT_EQ(video(dir_ / name, "pix_fmt"), format);
        ASSERT_EQ(ffmpeg("-i " + quoted(dir_ / name) + " -f rawvideo -pix_fmt rgb48le " + quoted(dir_ / "rgb")).exit,
                  0);
        const std::string bytes = *readFile(dir_ / "rgb");
        std::vector<std::uint16_t> rgb(bytes.size() / 2);
        std::memcpy(rgb.data(), bytes.data(), rgb.size() * 2);
        ASSERT_EQ(rgb.size(), 3 * source.size());
        EXPECT_GT(std::set<std::uint16_t>(rgb.begin(), rgb.end()).size(), 400U) << "no step of 8 bits";
        double most = 0;
        for (std::size_t i = 0; i < source.size(); ++i)
            most = std::max(most, std::abs(source.data[i] -
                                           (0.299 * rgb[3 * i] + 0.587 * rgb[3 * i + 1] + 0.114 * rgb[3 * i + 2])));
        EXPECT_LT(most, 16) << "of 65535: RGB rounds luma, and no more";
    }
}

TEST_F(BadInputTest, AModelThatLacksATensor) {
    const auto models = dir_ / "models";
    fs::copy(fs::path(TINTREEL_SOURCE_DIR) / "models", models, fs::copy_options::recursive);
    auto manifest = nlohmann::json::parse(*readFile(models / "manifest.json"));
    auto& entry = manifest["models"][0];
    const auto file = models / entry["file"].get<std::string>();
    // Takes the last tensor out of the file, bytes and all, and signs what is left.
    const std::string bytes = *readFile(file);
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof length);
    auto header = nlohmann::json::parse(bytes.substr(8, length));
    std::string last;
    for (const auto& [name, tensor] : header.items())
        if (tensor.contains("data_offsets") &&
            (last.empty() || tensor["data_offsets"][1] > header[last]["data_offsets"][1]))
            last = name;
    ASSERT_FALSE(last.empty());
    const std::string data = bytes.substr(8 + length, header[last]["data_offsets"][0]);
    header.erase(last);
    std::string text = header.dump();
    text.append((8 - text.size() % 8) % 8, ' ');
    length = text.size();
    const std::string altered = std::string(reinterpret_cast<const char*>(&length), sizeof length) + text + data;
    ASSERT_TRUE(writeFileAtomically(file, altered, true));
    entry["sha256"] = sha256OfBytes(altered);
    ASSERT_TRUE(writeFileAtomically(models / "manifest.json", manifest.dump(), true));

    const auto film = make("film.mkv", kFilm + "-pix_fmt gray -c:v ffv1");
    const auto result = colorize(film, dir_ / "refused.mp4", "--models " + quoted(models));
    expectNothingMade(result, 6, {last, "missing", file.filename().string()}, dir_ / "refused.mp4");
}

TEST_F(BadInputTest, NoRoomOnTheDisk) {
    // Noise does not compress: the film is larger than the room, what the program keeps beside it while it works is
    // not.
    const auto film =
        make("noise.mkv", "-f lavfi -i testsrc2=s=320x240:r=12:d=0.5 -vf noise=alls=90:allf=t,format=gray -c:v ffv1");
    const Disk small(dir_ / "small", "size=300k");
    if (!small.mounted()) GTEST_SKIP() << "no right to mount a small disk";
    ASSERT_GT(fs::file_size(film), 320U << 10);
    expectNothingMade(colorize(film, small / "o.mkv", "--preset master"), 4, {"o.mkv", "room"}, small / "o.mkv");
    const Disk tiny(dir_ / "tiny", "size=16k");
    ASSERT_TRUE(tiny.mounted());
    expectNothingMade(colorize(film, tiny / "o.mkv", "--preset master"), 4, {"room"}, tiny / "o.mkv");
}

TEST_F(BadInputTest, AFileSizeLimit) {
    const auto film =
        make("noise.mkv", "-f lavfi -i testsrc2=s=320x240:r=12:d=0.5 -vf noise=alls=90:allf=t,format=gray -c:v ffv1");
    expectNothingMade(colorize(film, dir_ / "o.mkv", "--preset master", "ulimit -f 300; "), 4, {"o.mkv"},
                      dir_ / "o.mkv");
}

TEST_F(BadInputTest, AFolderThatCannotBeWritten) {
    const auto film = make("film.mkv", kFilm + "-pix_fmt gray -c:v ffv1");
    const Disk disk(dir_ / "locked", "ro");
    // Permissions do not hold the superuser back, a read-only disk does.
    if (!disk.mounted()) {
        if (::geteuid() == 0) GTEST_SKIP() << "no right to mount a read-only disk, and permissions do not bind root";
        fs::permissions(dir_ / "locked", fs::perms::owner_read | fs::perms::owner_exec);
    }
    expectNothingMade(colorize(film, disk / "o.mp4"), 4, {"locked", "cannot be written", "choose another"},
                      disk / "o.mp4");
    if (!disk.mounted()) fs::permissions(dir_ / "locked", fs::perms::owner_all);
}

TEST_F(BadInputTest, NamesOfAllKinds) {
    const auto plain = make("film.mkv", kFilm + "-pix_fmt gray -c:v ffv1");
    const auto film = dir_ / "Straße %d 100% %06d 电影 'q.mkv";
    fs::rename(plain, film);
    // quoted() knows no quote inside a name; the shell's own way does.
    const auto inside = "cd " + quoted(dir_.path()) + " && ";
    const std::string name = "\"Straße %d 100% %06d 电影 'q.mkv\"";
    auto result =
        program("colorize " + name + " -o \"öut %d 'q.mkv\" --preset master --working-size 64 --json", inside);
    EXPECT_EQ(result.exit, 0) << result.output;
    EXPECT_EQ(lastLine(result.output)["output"], "öut %d 'q.mkv");
    EXPECT_EQ(fs::exists(dir_ / "öut %d 'q.mkv"), true);

    fs::rename(film, dir_ / "-film.mkv");
    result = program("colorize ./-film.mkv --output=-out.mp4 --working-size 64", inside);
    EXPECT_EQ(result.exit, 0) << result.output;
    EXPECT_EQ(framesIn(dir_ / "-out.mp4"), 12);
    result = program("colorize --output=-out2.mp4 --working-size 64 -- -film.mkv", inside);
    EXPECT_EQ(result.exit, 0) << result.output;
    EXPECT_TRUE(fs::exists(dir_ / "-out2.mp4"));

    const auto picture = make("one.png", "-f lavfi -i testsrc=s=96x64 -frames:v 1 -update 1");
    fs::rename(picture, dir_ / "one %d.png");
    result = colorize(dir_ / "one %d.png", dir_ / "painted %03d.png");
    EXPECT_EQ(result.exit, 0) << result.output;
    EXPECT_TRUE(fs::exists(dir_ / "painted %03d.png")) << "one picture: a percent sign is part of its name";
}

TEST_F(BadInputTest, PresetsThatCannotBeUsed) {
    const auto film = make("film.mkv", kFilm + "-pix_fmt gray -c:v ffv1");
    const auto config = "XDG_CONFIG_HOME=" + quoted(dir_ / "config") + ' ';
    fs::create_directories(dir_ / "config" / "tintreel" / "presets");
    const auto write = [&](const char* id, const std::string& encoder, const std::string& codec,
                           const std::string& more) {
        std::ofstream(dir_ / "config" / "tintreel" / "presets" / (std::string(id) + ".json"))
            << R"({"title": "T", "extensions": ["mkv"], "codec": ")" << codec << R"(", "encoders": [{"name": ")"
            << encoder << R"("}], "pixel-formats": ["yuv420p"])" << more << '}';
    };
    write("good", "libx264", "h264", "");
    write("key", "libx264", "h264", R"(, "pixelformats": [])");
    write("codec", "libx264", "h2640", "");
    write("later", "libx999", "h264", "");
    const auto run = [&](const char* preset) {
        return colorize(film, dir_ / "o.mkv", std::string("--preset ") + preset, config);
    };
    expectNothingMade(run("key"), 2, {"key.json", "pixelformats", "pixel-formats"}, dir_ / "o.mkv");
    expectNothingMade(run("codec"), 2, {"codec.json", "h2640", "ffmpeg -codecs"}, dir_ / "o.mkv");
    expectNothingMade(run("later"), 4, {"libx999", "later"}, dir_ / "o.mkv");
    expectNothingMade(run("nothing"), 2, {"nothing", "review", "good"}, dir_ / "o.mkv");
    EXPECT_EQ(run("good").exit, 0) << "the others do no harm";

    const auto list = lastLine(program("presets --json", config).output)["presets"];
    const auto unavailable = [&](const char* id) {
        for (const auto& p : list)
            if (p["id"] == id) return p["unavailable"].get<std::string>();
        return std::string("not listed");
    };
    EXPECT_EQ(list[0]["id"], "review");
    EXPECT_EQ(unavailable("good"), "");
    EXPECT_NE(unavailable("later").find("libx999"), std::string::npos);
    EXPECT_NE(unavailable("key").find("pixelformats"), std::string::npos);
}

TEST_F(BadInputTest, NumberedPicturesOut) {
    const auto film = make("film.mkv", kFilm + "-pix_fmt gray -c:v ffv1");
    const auto out = dir_ / "frames" / "f_%06d.png";
    auto result = colorize(film, out, "--preset frames");
    ASSERT_EQ(result.exit, 0) << result.output;
    EXPECT_EQ(lastLine(result.output)["frames_out"], 12);
    EXPECT_NE(lastLine(result.output)["warnings"].dump().find("luma is rounded"), std::string::npos);
    const auto pictures = media::listPictures(dir_ / "frames");
    ASSERT_EQ(pictures.files.size(), 12U);
    EXPECT_EQ(pictures.files.front().filename(), "f_000000.png");
    EXPECT_EQ(leftOf(dir_ / "frames"), "frames frames.colorization.json ") << "no part is left";
    const auto first = *sha256OfFile(pictures.files.front());
    expectNothingMade(colorize(film, out), 4, {"frames", "exists", "-f"}, dir_ / "frames.part");
    EXPECT_EQ(*sha256OfFile(pictures.files.front()), first);

    // A sequence keeps its numbers, and is not painted over.
    fs::create_directory(dir_ / "scan");
    ASSERT_EQ(ffmpeg(kFilm + "-frames:v 3 -start_number 86400 " + quoted(dir_ / "scan" / "s_%06d.png")).exit, 0);
    result = program("colorize " + quoted(dir_ / "scan") + " -o " + quoted(out) + " -f --working-size 64");
    ASSERT_EQ(result.exit, 0) << result.output;
    EXPECT_EQ(media::listPictures(dir_ / "frames").numbers, (std::vector<std::int64_t>{86400, 86401, 86402}))
        << "the twelve of before are gone";
    const auto itself =
        program("colorize " + quoted(dir_ / "scan") + " -o " + quoted(dir_ / "scan" / "s_%06d.png") + " -f --json");
    expectNothingMade(itself, 4, {"source"}, dir_ / "scan.part");

    const auto one = program("colorize " + quoted(film) + " -o " + quoted(dir_ / "one.png") + " --json");
    expectNothingMade(one, 2, {"one.png", "one_%06d.png"}, dir_ / "one.png");
}

}  // namespace
}  // namespace tintreel
