// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

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
std::vector<Defect> recolor(const std::filesystem::path& in, const std::filesystem::path& out, const std::string& preset, std::uint16_t cb, std::uint16_t cr) {
    auto reader = FrameReader::open(in);
    EXPECT_TRUE(reader) << describe(reader.error());
    const auto format = outputFormatFor(preset, out, reader->info());
    EXPECT_TRUE(format) << describe(format.error());
    auto writer = FrameWriter::create(out, out, *format, reader->info());
    EXPECT_TRUE(writer) << describe(writer.error());
    const auto size = [](int side, int shift) { return (side + (1 << shift) - 1) >> shift; };
    const Plane<std::uint16_t> u(size(format->width, format->chromaShiftX), size(format->height, format->chromaShiftY), static_cast<std::uint16_t>(cb << (format->depth - 8)));
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

std::string lumaHash(const std::filesystem::path& file) { return shell("ffmpeg -nostdin -v error -i " + quoted(file) + " -map 0:v:0 -vf extractplanes=y -f md5 -").output; }
std::string entries(const std::filesystem::path& file, const std::string& what) {
    return shell("ffprobe -v error -select_streams v:0 -show_entries " + what + " -of default=nw=1:nk=1 " + quoted(file)).output;
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
    const auto clip = make("b frames.mp4", "-f lavfi -i testsrc=s=320x180:r=25:d=2 -c:v libx264 -bf 3 -g 12 -pix_fmt yuv420p");
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
    const auto clip = make("seek.mp4", "-f lavfi -i testsrc=s=320x180:r=25:d=2 -c:v libx264 -bf 3 -g 12 -pix_fmt yuv420p");
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

TEST_F(MediaTest, MasterKeepsLumaBitForBit) {
    const std::vector<std::pair<std::string, std::string>> sources{
        {"gray", "gray.mkv"}, {"gray10le", "gray10.mkv"}, {"yuv420p", "yuv420.mkv"}, {"yuv422p10le", "yuv42210.mkv"}, {"gray16le", "gray16.mkv"}};
    for (const auto& [format, name] : sources) {
        const auto clip = make(name, "-f lavfi -i testsrc=s=322x182:r=25:d=0.4 -pix_fmt " + format + " -c:v ffv1");
        const auto out = dir_ / ("out " + name);
        EXPECT_TRUE(recolor(clip, out, "master", 100, 160).empty());
        EXPECT_EQ(lumaHash(clip), lumaHash(out)) << format;
        EXPECT_EQ(entries(out, "stream=codec_name"), "ffv1\n");
        EXPECT_NE(entries(out, "stream=pix_fmt").find(format.starts_with("gray") ? "444" : format.substr(3, 4)), std::string::npos) << entries(out, "stream=pix_fmt");
    }
}

TEST_F(MediaTest, ReviewLosesNoMoreLumaThanEncodingTheSource) {
    const auto clip = make("c.mkv", "-f lavfi -i testsrc2=s=320x180:r=25:d=1 -vf format=gray,format=yuv420p -c:v ffv1");
    const auto out = dir_ / "review.mp4", plain = dir_ / "plain.mp4";
    recolor(clip, out, "review", 110, 150);
    ASSERT_EQ(ffmpeg("-i " + quoted(clip) + " -c:v libx264 -crf 17 -preset medium -pix_fmt yuv420p " + quoted(plain)).exit, 0);
    const auto psnrY = [&](const std::filesystem::path& file) {
        const auto text = shell("ffmpeg -nostdin -i " + quoted(file) + " -i " + quoted(clip) + " -lavfi psnr -f null -").output;
        const auto at = text.find("PSNR y:");
        return at == std::string::npos ? -1.0 : std::stod(text.substr(at + 7));
    };
    EXPECT_NEAR(psnrY(out), psnrY(plain), 0.5);
}

TEST_F(MediaTest, VariableRateSurvives) {
    const auto clip = make("vfr.mkv", "-f lavfi -i testsrc=s=320x180:r=25:d=4 -vf \"select='not(eq(mod(n,5),3))*not(between(n,40,55))'\" -fps_mode vfr -c:v ffv1");
    const auto times = [&](const std::filesystem::path& file) {
        std::vector<double> result;
        std::istringstream in(shell("ffprobe -v error -select_streams v:0 -show_entries frame=best_effort_timestamp_time -of default=nw=1:nk=1 " + quoted(file)).output);
        for (double t = 0; in >> t;) result.push_back(t);
        return result;
    };
    const auto expected = times(clip);
    ASSERT_GT(expected.size(), 50U);
    for (const auto& [preset, name] : {std::pair{"review", "v.mp4"}, std::pair{"master", "v.mkv"}}) {
        recolor(clip, dir_ / (std::string("out") + name), preset, 128, 128);
        const auto got = times(dir_ / (std::string("out") + name));
        ASSERT_EQ(got.size(), expected.size()) << name;
        for (std::size_t i = 0; i < got.size(); ++i) ASSERT_NEAR(got[i] - got[0], expected[i] - expected[0], 0.0011) << name << i;
    }
}

TEST_F(MediaTest, OtherTracksAreCopiedBitForBit) {
    std::ofstream(dir_ / "s.srt") << "1\n00:00:00,100 --> 00:00:01,000\nHello\n";
    const auto clip = make("all.mkv", "-f lavfi -i testsrc=s=320x180:r=25:d=2 -f lavfi -i sine=440:d=2 -f lavfi -i sine=880:d=2 -i " + quoted(dir_ / "s.srt") +
                                          " -map 0 -map 1 -map 2 -map 3 -c:v libx264 -pix_fmt yuv420p -c:a:0 aac -c:a:1 pcm_s24le -metadata:s:a:1 language=fra -c:s srt -metadata title=Film");
    const auto out = dir_ / "out.mkv";
    recolor(clip, out, "review", 120, 130);
    const auto hashes = [](const std::filesystem::path& file) { return shell("ffmpeg -nostdin -v error -i " + quoted(file) + " -map 0:a -map 0:s -c copy -f streamhash -hash md5 -").output; };
    EXPECT_EQ(hashes(clip), hashes(out));
    EXPECT_NE(shell("ffprobe -v error -show_streams -show_format " + quoted(out)).output.find("TAG:language=fre") == std::string::npos &&
                  shell("ffprobe -v error -show_streams -show_format " + quoted(out)).output.find("TAG:language=fra") == std::string::npos,
              true);
    EXPECT_NE(shell("ffprobe -v error -show_format " + quoted(out)).output.find("Colorized with Tintreel"), std::string::npos);
}

TEST_F(MediaTest, AspectRotationAndTagsSurvive) {
    const auto plain = make("p.mp4", "-f lavfi -i testsrc=s=320x180:r=25:d=0.4 -vf setsar=16/15 -c:v libx264 -pix_fmt yuv420p -color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709");
    const auto clip = dir_ / "r.mp4";
    ASSERT_EQ(ffmpeg("-i " + quoted(plain) + " -c copy -metadata:s:v:0 rotate=90 " + quoted(clip)).exit, 0);
    const auto info = probe(clip);
    ASSERT_TRUE(info);
    // FFmpeg gives the angle counter-clockwise.
    const int turned = std::stoi(shell("ffprobe -v error -select_streams v:0 -show_entries stream_side_data=rotation -of default=nw=1:nk=1 " + quoted(clip)).output);
    ASSERT_NE(turned % 180, 0);
    EXPECT_EQ(info->rotation, (360 - turned) % 360);
    EXPECT_EQ(info->sampleAspect, (Rational{16, 15}));
    const auto out = dir_ / "o.mp4";
    recolor(clip, out, "review", 120, 130);
    EXPECT_EQ(probe(out)->rotation, info->rotation);
    EXPECT_EQ(entries(out, "stream=sample_aspect_ratio,color_range,color_space,color_transfer,color_primaries"), "16:15\ntv\nbt709\nbt709\nbt709\n");
}

TEST_F(MediaTest, UnstatedColourIsTaggedByTheRule) {
    const auto sd = make("sd.mkv", "-f lavfi -i testsrc=s=320x180:d=0.2 -pix_fmt yuv420p -c:v ffv1"), hd = make("hd.mkv", "-f lavfi -i testsrc=s=1280x720:d=0.2 -pix_fmt yuv420p -c:v ffv1");
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
    EXPECT_EQ(entries(dir_ / "r.mp4", "stream=width,height"), "854\n482\n") << "the stated rule: one row and column repeated";
}

TEST_F(MediaTest, UnusableInputIsNamed) {
    std::ofstream(dir_ / "empty.mp4").close();
    std::ofstream(dir_ / "text.mp4") << "this is no film";
    make("sound.m4a", "-f lavfi -i sine=440:d=1 -c:a aac");
    const auto whole = make("whole.mp4", "-f lavfi -i testsrc=s=320x180:d=2 -pix_fmt yuv420p -c:v libx264");
    shell("head -c 5000 " + quoted(whole) + " > " + quoted(dir_ / "cut.mp4"));
    make("cover.png", "-f lavfi -i testsrc=s=100x100 -frames:v 1");
    ASSERT_EQ(ffmpeg("-i " + quoted(dir_ / "sound.m4a") + " -i " + quoted(dir_ / "cover.png") + " -map 0 -map 1 -c copy -disposition:v attached_pic " + quoted(dir_ / "cover.m4a")).exit, 0);
    for (const char* name : {"none.mp4", "empty.mp4", "text.mp4", "sound.m4a", "cut.mp4", "cover.m4a"}) {
        const auto reader = FrameReader::open(dir_ / name);
        ASSERT_FALSE(reader) << name;
        EXPECT_EQ(reader.error().code, ErrorCode::Input) << name;
        EXPECT_NE(reader.error().userMessage.find(name), std::string::npos) << reader.error().userMessage;
    }
}

TEST_F(MediaTest, DamageIsListedNotHidden) {
    const auto whole = make("whole.mp4", "-f lavfi -i testsrc2=s=320x180:d=4:r=25 -pix_fmt yuv420p -c:v libx264 -movflags +faststart");
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

TEST_F(MediaTest, SizeChangeIsScaledAndListed) {
    make("a.ts", "-f lavfi -i testsrc=s=320x180:d=1 -pix_fmt yuv420p -c:v libx264");
    make("b.ts", "-f lavfi -i testsrc=s=640x360:d=1 -pix_fmt yuv420p -c:v libx264");
    shell("cat " + quoted(dir_ / "a.ts") + " " + quoted(dir_ / "b.ts") + " > " + quoted(dir_ / "both.ts"));
    auto reader = FrameReader::open(dir_ / "both.ts");
    ASSERT_TRUE(reader);
    const auto frames = readAll(*reader);
    EXPECT_GT(frames.size(), 45U);
    for (const auto& frame : frames) ASSERT_TRUE(frame.y.sameSize(320, 180));
    EXPECT_TRUE(std::any_of(reader->defects().begin(), reader->defects().end(), [](const Defect& d) { return d.code == "SIZE_CHANGE"; }));
}

TEST_F(MediaTest, PicturesAndSequences) {
    std::filesystem::create_directory(dir_ / "frames");
    ASSERT_EQ(ffmpeg("-f lavfi -i testsrc=s=320x180:d=1 -start_number 86400 " + quoted(dir_ / "frames" / "f_%06d.png")).exit, 0);
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
    const auto clip = make("c.mkv", "-f lavfi -i testsrc2=s=320x180:d=2 -vf noise=alls=60:allf=t -pix_fmt yuv420p -c:v ffv1");
    const auto small = dir_ / "small";
    std::filesystem::create_directory(small);
    if (shell("mount -t tmpfs -o size=200k tmpfs " + quoted(small)).exit != 0) GTEST_SKIP() << "no right to mount a small disk";
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
