// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "support/luma.h"
#include "support/shell.h"
#include "support/temp_dir.h"
#include "tintreel/media/frame_reader.h"
#include "tintreel/media/frame_writer.h"

namespace tintreel::media {
namespace {

using testing::ffmpeg;
using testing::quoted;
using testing::shell;
using testing::TempDir;

std::vector<VideoFrame> readAll(FrameReader&& reader) {
    std::vector<VideoFrame> frames;
    while (true) {
        auto frame = reader.next();
        if (!frame) {
            ADD_FAILURE() << describe(frame.error());
            return frames;
        }
        if (!*frame) return frames;
        frames.push_back(std::move(**frame));
    }
}

std::vector<VideoFrame> readAll(FrameReader& reader) { return readAll(std::move(reader)); }

/// Reads a clip and writes it with constant chroma: what every check looks at.
std::vector<Defect> recolor(const std::filesystem::path& in, const std::filesystem::path& out,
                            const std::string& preset, std::uint16_t cb, std::uint16_t cr) {
    auto reader = FrameReader::open(in);
    EXPECT_TRUE(reader) << describe(reader.error());
    const auto format = outputFormatFor(preset, out, reader->info());
    EXPECT_TRUE(format) << describe(format.error());
    auto writer = FrameWriter::create(out, out, *format, reader->info());
    EXPECT_TRUE(writer) << describe(writer.error());
    const auto size = [](int side, int shift) { return (side + (1 << shift) - 1) >> shift; };
    const Plane<std::uint16_t> u(size(format->width, format->chromaShiftX), size(format->height, format->chromaShiftY),
                                 static_cast<std::uint16_t>(cb << (format->depth - 8)));
    const Plane<std::uint16_t> v(u.width, u.height, static_cast<std::uint16_t>(cr << (format->depth - 8)));
    std::int64_t count = 0;
    for (const auto& frame : readAll(*reader)) {
        const auto written = writer->write(frame, u, v);
        EXPECT_TRUE(written) << describe(written.error());
        ++count;
    }
    const auto finished = writer->finish();
    EXPECT_TRUE(finished) << describe(finished.error());
    EXPECT_EQ(writer->framesWritten(), count);
    return reader->defects();
}

std::string lumaHash(const std::filesystem::path& file) {
    return shell("ffmpeg -nostdin -v error -i " + quoted(file) + " -map 0:v:0 -vf extractplanes=y -f md5 -").output;
}
std::string entries(const std::filesystem::path& file, const std::string& what) {
    return shell("ffprobe -v error -select_streams v:0 -show_entries " + what + " -of default=nw=1:nk=1 " +
                 quoted(file))
        .output;
}

class MediaTest : public ::testing::Test {
protected:
    std::filesystem::path make(const std::string& name, const std::string& arguments) {
        const auto path = dir_ / name;
        const auto result = ffmpeg(arguments + " " + quoted(path));
        EXPECT_EQ(result.exit, 0) << result.output;
        return path;
    }
    TempDir dir_;
};

TEST_F(MediaTest, CountsAndTimesEveryFrame) {
    const auto clip =
        make("b frames.mp4", "-f lavfi -i testsrc=s=320x180:r=25:d=2 -c:v libx264 -bf 3 -g 12 -pix_fmt yuv420p");
    auto reader = FrameReader::open(clip);
    ASSERT_TRUE(reader) << describe(reader.error());
    EXPECT_EQ(reader->info().expectedFrames, 50);
    const auto frames = readAll(*reader);
    ASSERT_EQ(frames.size(), 50U);
    for (std::size_t i = 1; i < frames.size(); ++i) EXPECT_GT(frames[i].pts, frames[i - 1].pts);
    EXPECT_TRUE(reader->defects().empty());
    EXPECT_EQ(frames[0].chromaShiftX, 1);
}

TEST_F(MediaTest, SeeksToTheExactFrame) {
    const auto clip =
        make("seek.mp4", "-f lavfi -i testsrc=s=320x180:r=25:d=2 -c:v libx264 -bf 3 -g 12 -pix_fmt yuv420p");
    auto reader = FrameReader::open(clip);
    const auto frames = readAll(*reader);
    for (const FrameIndex target : {0, 49, 13, 25, 1, 48, 12}) {
        ASSERT_TRUE(reader->seek(target));
        const auto frame = reader->next();
        ASSERT_TRUE(frame && *frame) << target;
        EXPECT_EQ((*frame)->index, target);
        EXPECT_EQ((*frame)->y, frames[static_cast<std::size_t>(target)].y) << target;
    }
    auto fresh = FrameReader::open(clip);
    ASSERT_TRUE(fresh->seek(30)) << "a frame that was not met yet";
    EXPECT_EQ((*fresh->next())->y, frames[30].y);
    ASSERT_TRUE(fresh->seek(500));
    EXPECT_FALSE(fresh->next()->has_value()) << "past the end";
}

TEST_F(MediaTest, SeeksInStreamsWithoutAnIndex) {
    // MPEG streams are sought by bytes and may land anywhere; two joined ones tell every time twice.
    make("a.ts", "-f lavfi -i testsrc2=s=96x64:r=12:d=1 -pix_fmt yuv420p -c:v libx264 -bf 2");
    make("m.ts", "-f lavfi -i testsrc2=s=96x64:r=25:d=1 -c:v mpeg2video");
    make("m.mpg", "-f lavfi -i testsrc2=s=96x64:r=25:d=1 -c:v mpeg2video");
    make("long.ts",
         "-f lavfi -i testsrc2=s=96x64:r=12:d=20 -pix_fmt yuv420p -c:v libx264 -x264opts open-gop=1:keyint=24");
    make("raw.h264", "-f lavfi -i testsrc2=s=96x64:r=12:d=1 -pix_fmt yuv420p -c:v libx264 -bf 2");
    shell("cat " + quoted(dir_ / "a.ts") + " " + quoted(dir_ / "a.ts") + " > " + quoted(dir_ / "twice.ts"));
    for (const auto& [name, count] :
         {std::pair{"a.ts", 12}, {"m.ts", 25}, {"m.mpg", 25}, {"long.ts", 240}, {"raw.h264", 12}, {"twice.ts", 24}}) {
        auto reader = FrameReader::open(dir_ / name);
        ASSERT_TRUE(reader) << describe(reader.error());
        std::vector<VideoFrame> frames;
        while (auto frame = *reader->next()) frames.push_back(std::move(*frame));
        ASSERT_EQ(frames.size(), static_cast<std::size_t>(count)) << name;
        for (const FrameIndex target : {FrameIndex{0}, FrameIndex{count - 1}, FrameIndex{count / 2}, FrameIndex{1}}) {
            ASSERT_TRUE(reader->seek(target));
            const auto frame = reader->next();
            ASSERT_TRUE(frame && *frame) << name << ' ' << target;
            EXPECT_EQ((*frame)->index, target) << name;
            EXPECT_EQ((*frame)->pts, frames[static_cast<std::size_t>(target)].pts) << name << ' ' << target;
            EXPECT_EQ((*frame)->y, frames[static_cast<std::size_t>(target)].y) << name << ' ' << target;
        }
    }
}

TEST_F(MediaTest, JoinedStreamsPlayOneAfterTheOther) {
    make("a.ts",
         "-f lavfi -i testsrc2=s=96x64:r=12:d=1 -f lavfi -i sine=440:d=1 -pix_fmt yuv420p -c:v libx264 -c:a aac");
    shell("cat " + quoted(dir_ / "a.ts") + " " + quoted(dir_ / "a.ts") + " > " + quoted(dir_ / "twice.ts"));
    const auto out = dir_ / "out.mkv";
    recolor(dir_ / "twice.ts", out, "review", 120, 130);
    const auto last = [&](const char* stream) {
        std::istringstream in(shell(std::string("ffprobe -v error -select_streams ") + stream +
                                    " -show_entries packet=pts_time -of default=nw=1:nk=1 " + quoted(out))
                                  .output);
        double first = -1, end = 0;
        for (double t = 0; in >> t; end = std::max(end, t))
            if (first < 0) first = t;
        return end - first;
    };
    EXPECT_NEAR(last("v:0"), 23.0 / 12, 0.1) << "24 frames at 12 a second";
    EXPECT_NEAR(last("a:0"), 2.0, 0.15) << "both parts of the sound";
}

TEST_F(MediaTest, MasterKeepsLumaBitForBit) {
    const std::vector<std::pair<std::string, std::string>> sources{{"gray", "gray.mkv"},
                                                                   {"gray10le", "gray10.mkv"},
                                                                   {"yuv420p", "yuv420.mkv"},
                                                                   {"yuv422p10le", "yuv42210.mkv"},
                                                                   {"gray16le", "gray16.mkv"}};
    for (const auto& [format, name] : sources) {
        const auto clip = make(name, "-f lavfi -i testsrc=s=322x182:r=25:d=0.4 -pix_fmt " + format + " -c:v ffv1");
        const auto out = dir_ / ("out " + name);
        EXPECT_TRUE(recolor(clip, out, "master", 100, 160).empty());
        EXPECT_EQ(lumaHash(clip), lumaHash(out)) << format;
        EXPECT_EQ(entries(out, "stream=codec_name"), "ffv1\n");
        EXPECT_NE(entries(out, "stream=pix_fmt").find(format.starts_with("gray") ? "444" : format.substr(3, 4)),
                  std::string::npos)
            << entries(out, "stream=pix_fmt");
    }
}

TEST_F(MediaTest, ReviewLosesNoMoreLumaThanEncodingTheSource) {
    // A real film, with colours that follow its edges and move, as strong as 8 bits hold them without clipping much.
    const auto film = std::filesystem::path(TINTREEL_SOURCE_DIR) / "resources" / "demo" / "desert_convoy.mp4";
    const auto grey = make("grey.mkv", "-i " + quoted(film) + " -frames:v 48 -vf lutyuv=u=128:v=128 -c:v ffv1");
    const auto out = dir_ / "review.mp4", plain = dir_ / "plain.mp4";
    auto reader = FrameReader::open(grey);
    ASSERT_TRUE(reader) << describe(reader.error());
    const auto format = outputFormatFor("review", out, reader->info());
    ASSERT_TRUE(format) << describe(format.error());
    auto writer = FrameWriter::create(out, out, *format, reader->info());
    ASSERT_TRUE(writer) << describe(writer.error());
    for (const auto& frame : readAll(*reader)) {
        Plane<std::uint16_t> cb(frame.y.width / 2, frame.y.height / 2), cr(cb.width, cb.height);
        for (int y = 0; y < cb.height; ++y)
            for (int x = 0; x < cb.width; ++x) {
                const double level = frame.y.at(2 * x, 2 * y) - 110.0, phase = static_cast<double>(frame.index) / 4;
                cb.at(x, y) = static_cast<std::uint16_t>(
                    std::clamp(128 - 0.4 * level + 15 * std::sin(x / 40.0 + phase), 16.0, 240.0));
                cr.at(x, y) = static_cast<std::uint16_t>(
                    std::clamp(128 + 0.4 * level + 15 * std::cos(y / 40.0 + phase), 16.0, 240.0));
            }
        ASSERT_TRUE(writer->write(frame, cb, cr));
    }
    ASSERT_TRUE(writer->finish());
    ASSERT_EQ(
        ffmpeg("-i " + quoted(grey) + " -c:v libx264 -crf 17 -preset medium -pix_fmt yuv420p " + quoted(plain)).exit,
        0);
    const double coloured = testing::lumaPsnr(out, grey), neutral = testing::lumaPsnr(plain, grey);
    std::printf("luma of review against the source: coloured %.3f dB, neutral chroma at the same settings %.3f dB\n",
                coloured, neutral);
    RecordProperty("coloured_dB", std::to_string(coloured));
    RecordProperty("neutral_dB", std::to_string(neutral));
    EXPECT_GT(neutral, 40.0);
    EXPECT_NEAR(coloured, neutral, 0.3);
}

TEST_F(MediaTest, VariableRateSurvives) {
    const auto clip = make(
        "vfr.mkv",
        "-f lavfi -i testsrc=s=320x180:r=25:d=4 -vf \"select='not(eq(mod(n,5),3))*not(between(n,40,55))'\" -fps_mode vfr -c:v ffv1");
    const auto times = [&](const std::filesystem::path& file) {
        std::vector<double> result;
        std::istringstream in(
            shell(
                "ffprobe -v error -select_streams v:0 -show_entries frame=best_effort_timestamp_time -of default=nw=1:nk=1 " +
                quoted(file))
                .output);
        for (double t = 0; in >> t;) result.push_back(t);
        return result;
    };
    const auto expected = times(clip);
    ASSERT_GT(expected.size(), 50U);
    for (const auto& [preset, name] : {std::pair{"review", "v.mp4"}, std::pair{"master", "v.mkv"}}) {
        recolor(clip, dir_ / (std::string("out") + name), preset, 128, 128);
        const auto got = times(dir_ / (std::string("out") + name));
        ASSERT_EQ(got.size(), expected.size()) << name;
        for (std::size_t i = 0; i < got.size(); ++i)
            ASSERT_NEAR(got[i] - got[0], expected[i] - expected[0], 0.0011) << name << i;
    }
}

TEST_F(MediaTest, OtherTracksAreCopiedBitForBit) {
    std::ofstream(dir_ / "s.srt") << "1\n00:00:00,100 --> 00:00:01,000\nHello\n";
    const auto clip = make(
        "all.mkv",
        "-f lavfi -i testsrc=s=320x180:r=25:d=2 -f lavfi -i sine=440:d=2 -f lavfi -i sine=880:d=2 -i " +
            quoted(dir_ / "s.srt") +
            " -map 0 -map 1 -map 2 -map 3 -c:v libx264 -pix_fmt yuv420p -c:a:0 aac -c:a:1 pcm_s24le -metadata:s:a:1 language=fra -c:s srt -metadata title=Film");
    const auto out = dir_ / "out.mkv";
    recolor(clip, out, "review", 120, 130);
    const auto hashes = [](const std::filesystem::path& file) {
        return shell("ffmpeg -nostdin -v error -i " + quoted(file) +
                     " -map 0:a -map 0:s -c copy -f streamhash -hash md5 -")
            .output;
    };
    EXPECT_EQ(hashes(clip), hashes(out));
    EXPECT_NE(shell("ffprobe -v error -show_streams -show_format " + quoted(out)).output.find("TAG:language=fre") ==
                      std::string::npos &&
                  shell("ffprobe -v error -show_streams -show_format " + quoted(out)).output.find("TAG:language=fra") ==
                      std::string::npos,
              true);
}

TEST_F(MediaTest, AspectRotationAndTagsSurvive) {
    const auto plain = make(
        "p.mp4",
        "-f lavfi -i testsrc=s=320x180:r=25:d=0.4 -vf setsar=16/15 -c:v libx264 -pix_fmt yuv420p -color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709");
    const auto clip = dir_ / "r.mp4";
    ASSERT_EQ(ffmpeg("-i " + quoted(plain) + " -c copy -metadata:s:v:0 rotate=90 " + quoted(clip)).exit, 0);
    const auto info = probe(clip);
    ASSERT_TRUE(info);
    // FFmpeg gives the angle counter-clockwise.
    const int turned = std::stoi(
        shell("ffprobe -v error -select_streams v:0 -show_entries stream_side_data=rotation -of default=nw=1:nk=1 " +
              quoted(clip))
            .output);
    ASSERT_NE(turned % 180, 0);
    EXPECT_EQ(info->rotation, (360 - turned) % 360);
    EXPECT_EQ(info->sampleAspect, (Rational{16, 15}));
    const auto out = dir_ / "o.mp4";
    recolor(clip, out, "review", 120, 130);
    EXPECT_EQ(probe(out)->rotation, info->rotation);
    EXPECT_EQ(entries(out, "stream=sample_aspect_ratio,color_range,color_space,color_transfer,color_primaries"),
              "16:15\ntv\nbt709\nbt709\nbt709\n");
}

TEST_F(MediaTest, UnstatedColourIsTaggedByTheRule) {
    const auto sd = make("sd.mkv", "-f lavfi -i testsrc=s=320x180:d=0.2 -pix_fmt yuv420p -c:v ffv1"),
               hd = make("hd.mkv", "-f lavfi -i testsrc=s=1280x720:d=0.2 -pix_fmt yuv420p -c:v ffv1");
    recolor(sd, dir_ / "sd.mp4", "review", 128, 128);
    recolor(hd, dir_ / "hd.mp4", "review", 128, 128);
    EXPECT_EQ(entries(dir_ / "sd.mp4", "stream=color_space"), "smpte170m\n");
    EXPECT_EQ(entries(dir_ / "hd.mp4", "stream=color_space"), "bt709\n");
}

TEST_F(MediaTest, OddSizes) {
    const auto clip = make("odd.mkv", "-f lavfi -i testsrc=s=853x481:d=0.2 -pix_fmt yuv420p -c:v ffv1");
    recolor(clip, dir_ / "m.mkv", "master", 128, 128);
    EXPECT_EQ(entries(dir_ / "m.mkv", "stream=width,height"), "853\n481\n");
    EXPECT_EQ(lumaHash(clip), lumaHash(dir_ / "m.mkv"));
    recolor(clip, dir_ / "r.mp4", "review", 128, 128);
    EXPECT_EQ(entries(dir_ / "r.mp4", "stream=width,height"), "854\n482\n")
        << "the stated rule: one row and column repeated";
}

TEST_F(MediaTest, UnusableInputIsNamed) {
    std::ofstream(dir_ / "empty.mp4").close();
    std::ofstream(dir_ / "text.mp4") << "this is no film";
    make("sound.m4a", "-f lavfi -i sine=440:d=1 -c:a aac");
    const auto whole = make("whole.mp4", "-f lavfi -i testsrc=s=320x180:d=2 -pix_fmt yuv420p -c:v libx264");
    shell("head -c 5000 " + quoted(whole) + " > " + quoted(dir_ / "cut.mp4"));
    make("cover.png", "-f lavfi -i testsrc=s=100x100 -frames:v 1");
    ASSERT_EQ(ffmpeg("-i " + quoted(dir_ / "sound.m4a") + " -i " + quoted(dir_ / "cover.png") +
                     " -map 0 -map 1 -c copy -disposition:v attached_pic " + quoted(dir_ / "cover.m4a"))
                  .exit,
              0);
    for (const char* name : {"none.mp4", "empty.mp4", "text.mp4", "sound.m4a", "cut.mp4", "cover.m4a"}) {
        const auto reader = FrameReader::open(dir_ / name);
        ASSERT_FALSE(reader) << name;
        EXPECT_EQ(reader.error().code, ErrorCode::Input) << name;
        EXPECT_NE(reader.error().userMessage.find(name), std::string::npos) << reader.error().userMessage;
    }
}

TEST_F(MediaTest, DamageIsListedNotHidden) {
    const auto whole =
        make("whole.mp4", "-f lavfi -i testsrc2=s=320x180:d=4:r=25 -pix_fmt yuv420p -c:v libx264 -movflags +faststart");
    const auto cut = dir_ / "cut.mp4";
    shell("head -c $(( $(stat -c %s " + quoted(whole) + ") * 6 / 10 )) " + quoted(whole) + " > " + quoted(cut));
    auto reader = FrameReader::open(cut);
    ASSERT_TRUE(reader) << describe(reader.error());
    const auto frames = readAll(*reader);
    EXPECT_LT(frames.size(), 100U);
    EXPECT_GT(frames.size(), 20U);
    ASSERT_FALSE(reader->defects().empty());
    EXPECT_EQ(reader->defects().back().code, "TRUNCATED");

    const auto noisy = make("noisy.ts", "-i " + quoted(whole) + " -c copy");
    std::fstream file(noisy, std::ios::in | std::ios::out | std::ios::binary);
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(noisy));
    for (int i = 0; i < 40; ++i) {
        file.seekp(size * (30 + i) / 80 + 60);
        file.write("this is not what the encoder wrote here, is it", 46);
    }
    file.close();
    auto damaged = FrameReader::open(noisy);
    ASSERT_TRUE(damaged);
    readAll(*damaged);
    EXPECT_FALSE(damaged->defects().empty());
}

TEST_F(MediaTest, DamageThatADecoderOnlyLogsIsListed) {
    const auto whole =
        make("whole.mkv", "-f lavfi -i testsrc2=s=96x64:d=0.5:r=24 -pix_fmt gray -c:v ffv1 -level 3 -slicecrc 1");
    make("noisy.mkv", "-i " + quoted(whole) + " -c copy -bsf:v noise=amount=1000");
    auto fine = FrameReader::open(whole), damaged = FrameReader::open(dir_ / "noisy.mkv");
    ASSERT_TRUE(fine && damaged);
    EXPECT_EQ(readAll(*damaged).size(), 12U) << "patched frames count";
    readAll(*fine);
    EXPECT_TRUE(fine->defects().empty());
    ASSERT_FALSE(damaged->defects().empty());
    EXPECT_EQ(damaged->defects()[0].code, "CORRUPT_FRAME");
    const auto listed = damaged->defects().size();
    ASSERT_TRUE(damaged->seek(0));
    readAll(*damaged);
    EXPECT_EQ(damaged->defects().size(), listed) << "the same damage is listed once";
}

TEST_F(MediaTest, SizeChangeIsScaledAndListed) {
    make("a.ts", "-f lavfi -i testsrc=s=320x180:d=1 -pix_fmt yuv420p -c:v libx264");
    make("b.ts", "-f lavfi -i testsrc=s=640x360:d=1 -pix_fmt yuv420p -c:v libx264");
    shell("cat " + quoted(dir_ / "a.ts") + " " + quoted(dir_ / "b.ts") + " > " + quoted(dir_ / "both.ts"));
    auto reader = FrameReader::open(dir_ / "both.ts");
    ASSERT_TRUE(reader);
    const auto frames = readAll(*reader);
    EXPECT_GT(frames.size(), 45U);
    for (const auto& frame : frames) ASSERT_TRUE(frame.y.sameSize(320, 180));
    EXPECT_TRUE(std::any_of(reader->defects().begin(), reader->defects().end(),
                            [](const Defect& d) { return d.code == "SIZE_CHANGE"; }));
}

TEST_F(MediaTest, PicturesAndSequences) {
    std::filesystem::create_directory(dir_ / "frames");
    ASSERT_EQ(
        ffmpeg("-f lavfi -i testsrc=s=320x180:d=1 -start_number 86400 " + quoted(dir_ / "frames" / "f_%06d.png")).exit,
        0);
    std::filesystem::remove(dir_ / "frames" / "f_086405.png");
    auto reader = FrameReader::open(dir_ / "frames");
    ASSERT_TRUE(reader) << describe(reader.error());
    EXPECT_EQ(readAll(*reader).size(), 24U);
    ASSERT_EQ(reader->defects().size(), 1U);
    EXPECT_EQ(reader->defects()[0].code, "SEQUENCE_GAP");
    EXPECT_EQ(readAll(*FrameReader::open(dir_ / "frames" / "f_%06d.png")).size(), 24U);

    const auto percent = make("100 % %d.png", "-f lavfi -i testsrc=s=64x48 -frames:v 1 -update 1");
    EXPECT_EQ(readAll(*FrameReader::open(percent)).size(), 1U) << "a percent sign in a file's name is no pattern";

    const auto tiff = make("deep.tif", "-f lavfi -i testsrc=s=64x48 -frames:v 1 -update 1 -pix_fmt gray16le");
    auto deep = FrameReader::open(tiff);
    EXPECT_EQ(deep->info().layout.depth, 16);
    EXPECT_EQ(readAll(*deep).at(0).depth, 16);
    recolor(tiff, dir_ / "deep out.tif", "review", 120, 140);
    EXPECT_EQ(entries(dir_ / "deep out.tif", "stream=pix_fmt"), "rgb48le\n");
}

/// Writes a clip as pictures by way of a reserved output, with neutral chroma.
Result<> writePictures(const std::filesystem::path& in, const std::filesystem::path& out, bool overwrite = false,
                       const std::string& preset = "review") {
    TT_ASSIGN(auto reader, FrameReader::open(in));
    TT_ASSIGN(const auto format, outputFormatFor(preset, out, reader.info()));
    EXPECT_FALSE(format.lumaExact);
    EXPECT_NE(format.notes.at(0).find("luma"), std::string::npos) << "what RGB costs is said";
    TT_ASSIGN(auto part, reserveOutput(out, format, reader.info(), overwrite));
    TT_ASSIGN(auto writer, FrameWriter::create(part.partPath(), out, format, reader.info()));
    const Plane<std::uint16_t> neutral(format.width, format.height,
                                       static_cast<std::uint16_t>(1 << (format.depth - 1)));
    for (const auto& frame : readAll(reader)) {
        EXPECT_FALSE(std::filesystem::exists(out.parent_path())) << "nothing under the final name yet";
        TT_TRY(writer.write(frame, neutral, neutral));
    }
    TT_TRY(writer.finish());
    return part.commit();
}

std::vector<std::string> namesIn(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

TEST_F(MediaTest, NumberedPicturesOut) {
    const auto film = make("film.mkv", "-f lavfi -i testsrc=s=64x48:r=24:d=0.25 -pix_fmt gray -c:v ffv1");
    auto written = writePictures(film, dir_ / "from film" / "f 100%_%04d.png");
    ASSERT_TRUE(written) << describe(written.error());
    EXPECT_EQ(namesIn(dir_ / "from film"),
              (std::vector<std::string>{"f 100%_0000.png", "f 100%_0001.png", "f 100%_0002.png", "f 100%_0003.png",
                                        "f 100%_0004.png", "f 100%_0005.png"}));
    const auto format = [&](const std::filesystem::path& picture) {
        return shell(
                   "ffprobe -v error -f image2 -pattern_type none -show_entries stream=pix_fmt,width,height -of csv=p=0 " +
                   quoted(picture))
            .output;
    };
    EXPECT_EQ(format(dir_ / "from film" / "f 100%_0005.png"), "64,48,rgb48be\n") << "16 bits whatever the film has";
    // Neutral chroma: the grey itself, and every frame its own.
    auto in = FrameReader::open(film);
    const auto frames = readAll(*in);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const auto picture = readPicture(dir_ / "from film" / ("f 100%_000" + std::to_string(i) + ".png"));
        ASSERT_TRUE(picture);
        for (std::size_t p = 0; p < frames[i].y.size(); ++p)
            ASSERT_NEAR(picture->data[3 * p + 1], frames[i].y.data[p], 1) << i << ' ' << p;
    }

    // The source's own numbers, a gap included; 16 bits stay 16.
    std::filesystem::create_directory(dir_ / "scan");
    ASSERT_EQ(
        ffmpeg(
            "-f lavfi -i \"nullsrc=s=1024x4,format=gray16le,geq=lum=X*64\" -frames:v 4 -start_number 86400 -pix_fmt gray16be " +
            quoted(dir_ / "scan" / "s_%06d.png"))
            .exit,
        0);
    std::filesystem::remove(dir_ / "scan" / "s_086402.png");
    written = writePictures(dir_ / "scan", dir_ / "deep" / "c_%06d.tif");
    ASSERT_TRUE(written) << describe(written.error());
    EXPECT_EQ(namesIn(dir_ / "deep"), (std::vector<std::string>{"c_086400.tif", "c_086401.tif", "c_086403.tif"}));
    EXPECT_EQ(format(dir_ / "deep" / "c_086403.tif"), "1024,4,rgb48le\n");
    auto ramp = FrameReader::open(dir_ / "deep" / "c_086400.tif");
    const auto levels = readAll(*ramp).at(0);
    EXPECT_EQ(std::set<std::uint16_t>(levels.y.data.begin(), levels.y.data.end()).size(), 1024U) << "no step of 8 bits";
    ASSERT_TRUE(writePictures(dir_ / "scan" / "s_%06d.png", dir_ / "deep png" / "c_%d.png"));
    EXPECT_EQ(namesIn(dir_ / "deep png"), (std::vector<std::string>{"c_86400.png", "c_86401.png", "c_86403.png"}));
    EXPECT_EQ(format(dir_ / "deep png" / "c_86401.png"), "1024,4,rgb48be\n");

    // Black, white and all between at full range.
    ASSERT_TRUE(writePictures(film, dir_ / "wide" / "w_%02d.tiff"));
    auto wide = FrameReader::open(dir_ / "wide" / "w_05.tiff");
    const auto last = readAll(*wide).at(0);
    for (std::size_t p = 0; p < last.y.size(); ++p) ASSERT_NEAR(last.y.data[p], frames[5].y.data[p] * 257, 4) << p;
}

TEST_F(MediaTest, NumberedPicturesAreNamedAndProtected) {
    const auto film = make("film.mkv", "-f lavfi -i testsrc=s=64x48:r=24:d=0.25 -pix_fmt gray -c:v ffv1");
    const auto one = make("one.png", "-f lavfi -i testsrc=s=64x48 -frames:v 1 -update 1");
    const auto info = probe(film), picture = probe(one);
    ASSERT_TRUE(info && picture);
    const auto preset = [&](const char* wanted, const char* name, const MediaInfo& source) {
        return outputFormatFor(wanted, dir_ / name, source);
    };
    EXPECT_EQ(preset("frames", "d/f_%d.tif", *info)->preset, "frames-tiff") << "the ending decides";
    EXPECT_EQ(preset("review", "d/f_%d.tif", *info)->kind, OutputFormat::Kind::NumberedPictures);
    EXPECT_EQ(preset("review", "100 %d.png", *picture)->kind, OutputFormat::Kind::OnePicture)
        << "a percent sign in the name of one picture is no pattern";
    EXPECT_EQ(preset("frames", "d/f_%d.png", *picture)->kind, OutputFormat::Kind::NumberedPictures);
    EXPECT_EQ(preset("frames", "d/f_%d.mp4", *info).error().code, ErrorCode::Usage);
    const auto single = preset("review", "f.png", *info);
    ASSERT_FALSE(single) << "six frames do not fit one picture, which is known before any work";
    EXPECT_EQ(single.error().code, ErrorCode::Usage);
    EXPECT_NE(single.error().userMessage.find("f_%06d.png"), std::string::npos) << single.error().userMessage;

    ASSERT_TRUE(writePictures(film, dir_ / "out" / "f_%03d.png"));
    const auto again = writePictures(film, dir_ / "out" / "f_%03d.png");
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::Output);
    EXPECT_NE(again.error().userMessage.find("-f"), std::string::npos);
    const auto itself = reserveOutput(dir_ / "out" / "g_%03d.png", *preset("frames", "out/g_%03d.png", *info),
                                      *probe(dir_ / "out"), true);
    ASSERT_FALSE(itself);
    EXPECT_NE(itself.error().userMessage.find("source"), std::string::npos) << itself.error().userMessage;
    EXPECT_FALSE(reserveOutput("f_%03d.png", *preset("frames", "f_%03d.png", *info), *info, true))
        << "the current folder is never replaced";
    EXPECT_EQ(namesIn(dir_ / "out").size(), 6U);
}

TEST_F(MediaTest, PngRoundTrip) {
    RgbImage image(33, 17);
    for (std::size_t i = 0; i < image.data.size(); ++i) image.data[i] = static_cast<std::uint8_t>(i * 7);
    ASSERT_TRUE(writePng(dir_ / "x.png", image));
    const auto back = readPicture(dir_ / "x.png");
    ASSERT_TRUE(back);
    EXPECT_EQ(back->data, image.data);
    EXPECT_FALSE(readPicture(dir_ / "none.png"));
}

TEST_F(MediaTest, AFullDiskIsAnError) {
    const auto clip =
        make("c.mkv", "-f lavfi -i testsrc2=s=320x180:d=2 -vf noise=alls=60:allf=t -pix_fmt yuv420p -c:v ffv1");
    const auto small = dir_ / "small";
    std::filesystem::create_directory(small);
    if (shell("mount -t tmpfs -o size=200k tmpfs " + quoted(small)).exit != 0)
        GTEST_SKIP() << "no right to mount a small disk";
    auto reader = FrameReader::open(clip);
    const auto format = outputFormatFor("master", small / "o.mkv", reader->info());
    auto writer = FrameWriter::create(small / "o.mkv", small / "o.mkv", *format, reader->info());
    ASSERT_TRUE(writer);
    Result<> outcome;
    const Plane<std::uint16_t> chroma(160, 90, 128);
    for (const auto& frame : readAll(*reader))
        if (outcome) outcome = writer->write(frame, chroma, chroma);
    if (outcome) outcome = writer->finish();
    shell("umount -l " + quoted(small));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::Output);
}

}  // namespace
}  // namespace tintreel::media
