// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "support/shell.h"
#include "support/temp_dir.h"
#include "tintreel/media/frame_reader.h"

namespace tintreel::media {
namespace {

using testing::ffmpeg;
using testing::quoted;
using testing::shell;
using testing::TempDir;

constexpr FrameIndex kChunk = 15000, kDay = 144 * kChunk;

/// A film whose quarters say its frame number to the base of 12, far enough apart to outlive a lossy codec.
std::string numbered(int frames) {
    return "-f lavfi -i \"nullsrc=s=32x32:r=25,format=yuv420p,geq=lum='10+20*mod(floor(N/pow(12,gte(X,16)+2*gte(Y,16))),12)':cb=128:cr=128\" -frames:v " +
           std::to_string(frames) + " ";
}

FrameIndex numberIn(const VideoFrame& frame) {
    FrameIndex number = 0;
    for (int quarter = 3; quarter >= 0; --quarter)
        number = 12 * number + std::lround((frame.y.at(quarter % 2 * 16 + 8, quarter / 2 * 16 + 8) - 10) / 20.0);
    return number;
}

long residentKiB() {
    std::ifstream in("/proc/self/status");
    for (std::string line; std::getline(in, line);)
        if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
    return -1;
}

class Clock {
public:
    double ms() {
        const auto now = std::chrono::steady_clock::now();
        return std::chrono::duration<double, std::milli>(now - std::exchange(last_, now)).count();
    }

private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

class LongFilmTest : public ::testing::Test {
protected:
    std::filesystem::path make(const std::string& name, const std::string& arguments) {
        const auto path = dir_ / name;
        const auto result = ffmpeg(arguments + " " + quoted(path));
        EXPECT_EQ(result.exit, 0) << name << ": " << result.output;
        return path;
    }

    /// A day of 25 frames a second, opened, read at both ends, in the middle and anywhere.
    void readADay(const std::string& name, std::int64_t mayScan) {
        const auto chunk =
            make("chunk.mp4", numbered(kChunk) + "-pix_fmt yuv420p -c:v libx264 -preset veryfast -crf 12 -bf 2 -g 250");
        const auto day = make(name, "-stream_loop 143 -i " + quoted(chunk) + " -c copy");
        Clock clock;
        const auto info = probe(day);
        ASSERT_TRUE(info);
        std::printf("%s: probe %.0f ms", name.c_str(), clock.ms());
        EXPECT_EQ(info->expectedFrames, kDay);
        const long atStart = residentKiB();
        clock.ms();
        auto reader = FrameReader::open(day, 1);
        ASSERT_TRUE(reader) << describe(reader.error());
        std::printf(", open %.0f ms", clock.ms());
        const long opened = residentKiB();

        std::vector<FrameIndex> targets{0, 1,        kDay / 2,       kDay / 2 + 1, kDay - 2, kDay - 1, kDay / 2 - 1,
                                        7, kDay / 3, 5 * kChunk - 1, 5 * kChunk};
        std::mt19937 random(7);
        for (int i = 0; i < 30; ++i) targets.push_back(static_cast<FrameIndex>(random() % kDay));
        double rest = 0;
        for (std::size_t i = 0; i < targets.size(); ++i) {
            const FrameIndex target = targets[i];
            clock.ms();
            ASSERT_TRUE(reader->seek(target));
            for (FrameIndex frame = target; frame < std::min(target + 3, kDay); ++frame) {
                const auto read = reader->next();
                ASSERT_TRUE(read && *read) << frame;
                EXPECT_EQ((*read)->index, frame);
                EXPECT_EQ(numberIn(**read), frame % kChunk) << frame;
                EXPECT_EQ(std::llround(static_cast<double>((*read)->pts) * reader->info().timebase.value() * 25), frame)
                    << "which of the 144 parts";
            }
            if (i == 2) std::printf(", first jump to the middle %.0f ms", clock.ms());
            else if (i == 4) std::printf(", to the end %.0f ms", clock.ms());
            else rest += clock.ms();
        }
        EXPECT_EQ(targets[4], kDay - 2);
        for (const FrameIndex past : {kDay, kDay + 1, 3 * kDay}) {
            ASSERT_TRUE(reader->seek(past));
            EXPECT_FALSE(reader->next()->has_value()) << past;
        }
        ASSERT_TRUE(reader->seek(kDay / 4));
        EXPECT_EQ(numberIn(**reader->next()), kDay / 4 % kChunk) << "after the end";

        const auto& stats = reader->stats();
        const auto seeks = static_cast<std::int64_t>(targets.size()) + 4;
        const long grown = residentKiB() - opened;
        std::printf(
            ", any other %.1f ms; a jump: %lld packets, %lld frames discarded; scanned %lld packets; memory: open %ld KiB, jumps %ld KiB\n",
            rest / static_cast<double>(targets.size() - 2), static_cast<long long>(stats.packetsRead / seeks),
            static_cast<long long>(stats.framesDiscarded / seeks), static_cast<long long>(stats.packetsScanned),
            opened - atStart, grown);
        EXPECT_LE(stats.framesDiscarded, seeks * 250);
        EXPECT_LE(stats.packetsRead, seeks * 300);
        EXPECT_LE(stats.packetsScanned, mayScan);
#ifndef __SANITIZE_ADDRESS__  // it holds back what was freed
        EXPECT_LT(grown, 50 * 1024);
#endif
        EXPECT_TRUE(reader->defects().empty()) << reader->defects()[0].message;
    }

    TempDir dir_;
};

struct Whole {
    std::vector<VideoFrame> frames;
    std::vector<Defect> defects;
    DecodeStats stats;
};

Whole readWhole(const std::filesystem::path& film) {
    Whole whole;
    auto reader = FrameReader::open(film, 2);
    EXPECT_TRUE(reader) << describe(reader.error());
    while (reader) {
        auto frame = reader->next();
        EXPECT_TRUE(frame) << describe(frame.error());
        if (!frame || !*frame) break;
        whole.frames.push_back(std::move(**frame));
    }
    whole.defects = reader->defects();
    whole.stats = reader->stats();
    EXPECT_TRUE(reader->seek(static_cast<FrameIndex>(whole.frames.size()) + 100));
    EXPECT_FALSE(reader->next()->has_value());
    EXPECT_EQ(reader->stats().packetsRead + reader->stats().packetsScanned, whole.stats.packetsRead)
        << "where a film ends is known once it was read";
    return whole;
}

::testing::AssertionResult isFrame(Result<std::optional<VideoFrame>> read, const Whole& whole, FrameIndex index) {
    if (!read) return ::testing::AssertionFailure() << describe(read.error());
    if (!*read) return ::testing::AssertionFailure() << "no frame " << index;
    const auto& truth = whole.frames[static_cast<std::size_t>(index)];
    if ((*read)->index != index) return ::testing::AssertionFailure() << "frame " << (*read)->index << " for " << index;
    if ((*read)->pts != truth.pts)
        return ::testing::AssertionFailure()
               << "frame " << index << " at " << (*read)->pts << " and not at " << truth.pts;
    if ((*read)->y != truth.y) return ::testing::AssertionFailure() << "other picture for frame " << index;
    return ::testing::AssertionSuccess();
}

/// Turns some P pictures of raw MPEG-4 into ones that are "not coded": the frame before once more, for which decoders
/// give nothing.
void dropPictures(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::ifstream in(from, std::ios::binary);
    const std::string film((std::istreambuf_iterator<char>(in)), {}), start("\0\0\1\xb6", 4);
    std::string out = film.substr(0, film.find(start));
    int number = 0, dropped = 0;
    for (auto at = film.find(start); at != std::string::npos; ++number) {
        const auto next = film.find(start, at + 4);
        std::string picture = film.substr(at, next == std::string::npos ? next : next - at);
        // Type P, no full second passed, marker, 5 bits of time, marker; the bit after that says "coded".
        if (number % 25 == 23 && (picture[4] & 0xf0) == 0x50) {
            picture = picture.substr(0, 5) + static_cast<char>((picture[5] & 0x80) | 0x4f);
            ++dropped;
        }
        out += picture;
        at = next;
    }
    EXPECT_GE(dropped, 4);
    std::ofstream(to, std::ios::binary) << out;
}

std::vector<std::string> codes(const std::vector<Defect>& defects) {
    std::vector<std::string> all;
    for (const auto& defect : defects) all.push_back(defect.code + "@" + std::to_string(defect.frame));
    return all;
}

bool has(const std::vector<Defect>& defects, const std::string& code) {
    return std::ranges::any_of(defects, [&](const Defect& d) { return d.code == code; });
}

TEST_F(LongFilmTest, ADayInMp4) { readADay("day.mp4", 0); }
TEST_F(LongFilmTest, ADayInMatroska) { readADay("day.mkv", kDay); }

TEST_F(LongFilmTest, EveryFrameIsFoundInAnyOrder) {
    const std::string test = "-f lavfi -i testsrc2=s=96x64:r=25:d=6 -pix_fmt yuv420p ",
                      x264 = "-c:v libx264 -preset veryfast -bf 3 -g 40 ",
                      uneven = "-vf \"select='not(eq(mod(n,5),3))*not(between(n,40,55))'\" -fps_mode vfr ";
    struct Clip {
        const char* name;
        std::string how;
        bool jumps;  // or decodes all from the start to a frame not met yet, for there is no other safe way
    };
    make("b.mp4", test + x264);
    make("b.ts", test + x264);
    // The second part tells times of the first again, between those of its frames, and no key frame betrays it.
    make("first.ts", test + "-c:v libx264 -g 1000 -bf 0");
    make("shifted.ts", test + "-c:v libx264 -g 1000 -bf 0 -output_ts_offset 3.02");
    shell("cat " + quoted(dir_ / "first.ts") + " " + quoted(dir_ / "shifted.ts") + " > " +
          quoted(dir_ / "joined film"));
    make("all.m4v", test + "-c:v mpeg4 -q:v 4 -g 12 -f m4v");
    dropPictures(dir_ / "all.m4v", dir_ / "some.m4v");
    const std::vector<Clip> clips{
        {"b frames.mp4", test + x264, true},
        {"open gop.mp4", test + x264 + "-x264-params open-gop=1:keyint=40:b-pyramid=normal", true},
        {"open gop.mkv", test + x264 + "-x264-params open-gop=1:keyint=40:b-pyramid=normal", true},
        {"one gop.mkv", test + "-c:v libx264 -g 1000 -sc_threshold 0", false},
        {"fragments.mp4", test + x264 + "-movflags frag_keyframe+empty_moov", true},
        {"uneven.mp4", test + uneven + x264, true},
        {"uneven.mkv", test + uneven + x264, true},
        {"uneven.avi", test + uneven + "-c:v mpeg4 -q:v 4", true},
        {"edited.mp4", "-ss 1.3 -i " + quoted(dir_ / "b.mp4") + " -c copy", true},
        {"edited end.mp4", "-ss 1.3 -i " + quoted(dir_ / "b.mp4") + " -t 4.5 -c copy", true},
        {"edited.mov", "-ss 1.3 -i " + quoted(dir_ / "b.mp4") + " -c copy", true},
        {"late.ts", test + x264 + "-output_ts_offset 40000", true},
        {"wrapped.ts", test + x264 + "-output_ts_offset 95440", true},
        {"joined.ts", "", false},
        {"with sound.mp4", "-f lavfi -i sine=440:d=6 " + test + x264 + "-c:a aac", true},
        {"hevc.mp4", test + "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=40:bframes=3:b-adapt=0",
         true},
        {"cut.ts", "-ss 1.3 -i " + quoted(dir_ / "b.ts") + " -c copy -copyinkf", true},
        {"mpeg4.avi", test + "-c:v mpeg4 -q:v 4 -g 30", true},
        {"mpeg4 b.avi", test + "-c:v mpeg4 -q:v 4 -bf 2 -g 30", false},
        {"mpeg4 b.mp4", test + "-c:v mpeg4 -q:v 4 -bf 2 -g 30", true},
        {"not coded.avi", "-f m4v -r 25 -i " + quoted(dir_ / "some.m4v") + " -c copy", false},
        {"not coded.mp4", "-fflags +genpts -f m4v -r 25 -i " + quoted(dir_ / "some.m4v") + " -c copy", false},
        {"x264.avi", test + x264, false},
        {"mpeg2.mpg", test + "-c:v mpeg2video -bf 2", false},
        {"ffv1.mkv", test + "-c:v ffv1 -g 1", true},
        {"ffv1 gop.mkv", test + "-c:v ffv1 -g 25", true},
        {"mjpeg.avi", test + "-c:v mjpeg", true},
        {"hidden.webm", test + "-c:v libvpx -auto-alt-ref 1 -lag-in-frames 16 -b:v 200k -deadline realtime -cpu-used 5",
         false},
        {"hidden vp9.webm",
         test + "-c:v libvpx-vp9 -auto-alt-ref 1 -lag-in-frames 16 -g 60 -b:v 200k -deadline realtime -cpu-used 7",
         true},
        {"interlaced.ts",
         "-f lavfi -i testsrc2=s=96x64:r=50:d=6 -pix_fmt yuv420p -vf interlace -flags +ilme+ildct " + x264, true},
        {"refresh.mkv", test + "-c:v libx264 -x264-params intra-refresh=1:keyint=30:bframes=0", false},
        {"holes.mkv", test + "-c:v ffv1 -g 1 -bsf:v \"noise=drop=eq(mod(n\\,20)\\,10)\"", true},
        {"holes.mp4", test + x264 + "-bsf:v \"noise=drop=eq(mod(n\\,97)\\,61)\"", true},
    };
    for (const auto& clip : clips) {
        SCOPED_TRACE(clip.name);
        if (std::string(clip.name) == "joined.ts") std::filesystem::rename(dir_ / "joined film", dir_ / clip.name);
        else make(clip.name, clip.how);
        const auto film = dir_ / clip.name;
        const auto whole = readWhole(film);
        const auto count = static_cast<FrameIndex>(whole.frames.size());
        ASSERT_GT(count, 60);
        EXPECT_EQ(whole.stats.framesDiscarded, 0);

        // A reader that knows nothing, each target the first.
        const FrameIndex far = count * 9 / 10;
        for (const FrameIndex target : {FrameIndex{1}, FrameIndex{20}, count / 3, far, count - 1}) {
            auto fresh = FrameReader::open(film, 1);
            ASSERT_TRUE(fresh->seek(target));
            ASSERT_TRUE(isFrame(fresh->next(), whole, target));
            if (target + 1 < count) {
                ASSERT_TRUE(isFrame(fresh->next(), whole, target + 1));
            }
            if (target == count - 1) {
                EXPECT_FALSE(fresh->next()->has_value());
                for (const auto& defect : fresh->defects())
                    EXPECT_TRUE(has(whole.defects, defect.code)) << defect.message;
            }
            if (target == far) {
                EXPECT_EQ(fresh->stats().framesDiscarded < far / 2 + 8, clip.jumps) << fresh->stats().framesDiscarded;
            }
        }

        std::vector<FrameIndex> order(whole.frames.size());
        std::iota(order.begin(), order.end(), 0);
        std::shuffle(order.begin(), order.end(), std::mt19937(5));
        if (!clip.jumps) order.resize(40);  // each may take the whole film
        auto reader = FrameReader::open(film, 2);
        for (std::size_t i = 0; i < order.size(); ++i) {
            if (i == order.size() / 2) {
                ASSERT_TRUE(reader->seek(count + static_cast<FrameIndex>(i % 40)));
                ASSERT_FALSE(reader->next()->has_value()) << "past the end";
            }
            ASSERT_TRUE(reader->seek(order[i]));
            for (FrameIndex on = 0; on < static_cast<FrameIndex>(i % 3) + 1 && order[i] + on < count; ++on)
                ASSERT_TRUE(isFrame(reader->next(), whole, order[i] + on)) << on << " after a jump";
        }
        // What is known by now does not disturb reading from the start, nor raises an alarm of its own.
        ASSERT_TRUE(reader->seek(0));
        for (FrameIndex i = 0; i < count; ++i) ASSERT_TRUE(isFrame(reader->next(), whole, i));
        EXPECT_FALSE(reader->next()->has_value());
        for (const auto& defect : reader->defects()) EXPECT_TRUE(has(whole.defects, defect.code)) << defect.message;
    }
}

TEST_F(LongFilmTest, JumpsDoNotHideThatAFilmIsCutShort) {
    const auto whole =
        make("whole.mp4", "-f lavfi -i testsrc2=s=96x64:r=25:d=6 -pix_fmt yuv420p -c:v libx264 -preset veryfast -g 40");
    make("edited.mp4", "-ss 1.3 -i " + quoted(whole) + " -c copy -movflags +faststart");
    shell("head -c $(( $(stat -c %s " + quoted(dir_ / "edited.mp4") + ") * 8 / 10 )) " + quoted(dir_ / "edited.mp4") +
          " > " + quoted(dir_ / "cut.mp4"));
    const auto straight = readWhole(dir_ / "cut.mp4");
    ASSERT_TRUE(has(straight.defects, "TRUNCATED"));
    const auto count = static_cast<FrameIndex>(straight.frames.size());
    auto reader = FrameReader::open(dir_ / "cut.mp4", 2);
    // Past the end of what is there, where the list of samples goes on; and often over the frames that the edit list
    // hides.
    ASSERT_TRUE(reader->seek(count + 5));
    EXPECT_FALSE(reader->next()->has_value());
    for (const FrameIndex target : {FrameIndex{0}, count - 6, FrameIndex{0}, count / 2, FrameIndex{0}}) {
        ASSERT_TRUE(reader->seek(target));
        ASSERT_TRUE(isFrame(reader->next(), straight, target));
    }
    while (*reader->next()) {
    }
    EXPECT_TRUE(has(reader->defects(), "TRUNCATED"));

    auto again = FrameReader::open(dir_ / "cut.mp4", 2);
    for (int pass = 0; pass < 4; ++pass) {
        ASSERT_TRUE(again->next()->has_value());
        ASSERT_TRUE(again->seek(40));
        ASSERT_TRUE(again->next()->has_value());
        ASSERT_TRUE(again->seek(0));
    }
    while (*again->next()) {
    }
    EXPECT_TRUE(has(again->defects(), "TRUNCATED"));
}

TEST_F(LongFilmTest, AFrameThatDamageSwallowsIsFoundOnTheWay) {
    const auto film = make(
        "swallowed.mp4",
        "-f lavfi -i testsrc2=s=96x64:r=25:d=12 -pix_fmt yuv420p -c:v mpeg4 -q:v 4 -g 40 -sc_threshold 1000000000");
    std::istringstream packets(
        shell("ffprobe -v error -select_streams v:0 -show_entries packet=pos,size -of default=nw=1:nk=1 " +
              quoted(film))
            .output);
    std::vector<std::pair<long, long>> places;
    for (long size = 0, place = 0; packets >> size >> place;) places.emplace_back(place, size);
    ASSERT_EQ(places.size(), 300U);
    {
        std::fstream file(film, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(places[205].first);
        file << std::string(static_cast<std::size_t>(places[205].second), '\0');
    }
    make("swallowed.mkv", "-i " + quoted(film) + " -c copy");
    for (const char* name : {"swallowed.mp4", "swallowed.mkv"}) {
        SCOPED_TRACE(name);
        const auto whole = readWhole(dir_ / name);
        ASSERT_EQ(whole.frames.size(), 299U);
        for (const FrameIndex target : {FrameIndex{204}, FrameIndex{205}, FrameIndex{215}}) {
            auto reader = FrameReader::open(dir_ / name, 2);
            ASSERT_TRUE(reader->seek(target));
            ASSERT_TRUE(isFrame(reader->next(), whole, target));
            ASSERT_TRUE(isFrame(reader->next(), whole, target + 1)) << "found too where it comes after the jump";
            ASSERT_TRUE(reader->seek(290));
            ASSERT_TRUE(isFrame(reader->next(), whole, 290)) << "known from then on";
        }
    }
}

TEST_F(LongFilmTest, AFewFramesAheadAreDecodedOnTo) {
    for (const char* name : {"long.mp4", "long.mkv"}) {
        SCOPED_TRACE(name);
        const auto film =
            make(name, numbered(1000) +
                           "-pix_fmt yuv420p -c:v libx264 -preset veryfast -crf 12 -bf 2 -g 250 -sc_threshold 0");
        auto reader = FrameReader::open(film, 1);
        const auto discardedTo = [&](FrameIndex target) {
            const auto before = reader->stats().framesDiscarded;
            EXPECT_TRUE(reader->seek(target));
            const auto frame = reader->next();
            EXPECT_EQ(numberIn(**frame), target);
            EXPECT_EQ((*frame)->index, target);
            return reader->stats().framesDiscarded - before;
        };
        const auto ahead = discardedTo(900);
        EXPECT_LE(ahead, 8 + 150)
            << "from the key frame at 750, and a few at the start; decoding from the start takes 900";
        EXPECT_GE(ahead, 150) << "what was decoded is said";
        for (FrameIndex frame = 908; frame <= 948; frame += 8)
            EXPECT_EQ(discardedTo(frame), 7) << "played at eightfold speed";
        EXPECT_EQ(discardedTo(947), 197) << "back: from the key frame before";
        EXPECT_EQ(discardedTo(947), 197) << "the frame just given";
        EXPECT_EQ(discardedTo(252), 2);
        EXPECT_EQ(discardedTo(452), 199) << "no key frame between: on, and not from 250 again";
        EXPECT_EQ(discardedTo(510), 10) << "a key frame between";
        EXPECT_EQ(discardedTo(738), 227);
        EXPECT_EQ(discardedTo(752), 13) << "a key frame between, and yet few frames ahead";
        EXPECT_EQ(discardedTo(0), 0);
        EXPECT_EQ(reader->stats().seeks, 15);
        EXPECT_EQ(reader->stats().framesDecoded, 15);
    }
}

TEST_F(LongFilmTest, AFewFramesAheadAreDecodedOnToWithoutAnIndex) {
    const auto film =
        make("long.ts",
             numbered(500) + "-pix_fmt yuv420p -c:v libx264 -preset veryfast -crf 12 -bf 2 -g 250 -sc_threshold 0");
    auto reader = FrameReader::open(film, 1);
    for (FrameIndex frame = 396; frame <= 460; frame += 8) {
        const auto before = reader->stats();
        ASSERT_TRUE(reader->seek(frame));
        EXPECT_EQ(numberIn(**reader->next()), frame);
        if (frame == 396) continue;
        EXPECT_EQ(reader->stats().framesDiscarded - before.framesDiscarded, 7) << frame;
        EXPECT_LE(reader->stats().packetsRead - before.packetsRead, 16) << frame;
    }
}

TEST_F(LongFilmTest, FramesThatAreGoneWithoutTraceAreListed) {
    const std::string test = "-f lavfi -i testsrc2=s=96x64:r=25:d=4 -pix_fmt yuv420p ",
                      drop = "-bsf:v \"noise=drop=eq(mod(n\\,20)\\,10)\"";
    const std::vector<std::string> expected{"MISSING_FRAMES@10", "MISSING_FRAMES@29", "MISSING_FRAMES@48",
                                            "MISSING_FRAMES@67", "MISSING_FRAMES@86"};
    for (const char* name : {"gone.mkv", "gone.nut"}) {
        const auto film = make(name, test + "-c:v ffv1 -g 1 " + drop);
        const auto whole = readWhole(film);
        EXPECT_EQ(whole.frames.size(), 95U) << "no frame is made up";
        EXPECT_EQ(codes(whole.defects), expected) << name;
        EXPECT_NE(whole.defects.at(0).message.find("a frame is missing"), std::string::npos)
            << whole.defects.at(0).message;
        auto reader = FrameReader::open(film);
        for (int pass = 0; pass < 2; ++pass) {
            while (*reader->next()) {
            }
            EXPECT_EQ(codes(reader->defects()), expected) << "once each";
            ASSERT_TRUE(reader->seek(0));
        }
    }
    for (const char* name : {"gone.ts", "gone264.mkv"}) {
        const auto whole = readWhole(make(name, test + "-c:v libx264 -bf 0 " + drop));
        for (const auto& code : expected)
            EXPECT_EQ(std::ranges::count(codes(whole.defects), code), 1) << name << ' ' << code;
    }
    const auto several =
        readWhole(make("several.mkv", test + "-c:v ffv1 -g 1 -bsf:v \"noise=drop=between(n\\,50\\,54)\""));
    ASSERT_EQ(codes(several.defects), std::vector<std::string>{"MISSING_FRAMES@50"});
    EXPECT_NE(several.defects[0].message.find("5 frames"), std::string::npos) << several.defects[0].message;
}

TEST_F(LongFilmTest, UnevenTimesAreNoMissingFrames) {
    const std::string test = "-f lavfi -i testsrc2=s=96x64:r=25:d=20 -pix_fmt yuv420p ",
                      x264 = "-c:v libx264 -preset veryfast ";
    for (
        const auto& [name, how] : std::vector<std::pair<const char*, std::string>>{
            {"vfr.mkv", test + "-vf \"select='not(eq(mod(n,5),3))*not(between(n,40,55))'\" -fps_mode vfr " + x264},
            {"vfr.mp4", test + "-vf \"select='not(eq(mod(n,5),3))*not(between(n,40,55))'\" -fps_mode vfr " + x264},
            {"stills.mkv", test + "-vf \"select='not(mod(n,50))'\" -fps_mode vfr " + x264},
            {"stills.mp4", test + "-vf \"select='not(mod(n,50))'\" -fps_mode vfr " + x264},
            {"mostly still.mkv", test + "-vf \"select='lt(mod(n,250),150)+not(mod(n,50))'\" -fps_mode vfr " + x264},
            {"two rates.mkv", test + "-vf \"select='lt(n,150)+not(mod(n,2))'\" -fps_mode vfr " + x264},
            {"telecine.mpg",
             "-f lavfi -i testsrc2=s=96x64:r=24000/1001:d=8 -pix_fmt yuv420p -vf telecine -c:v mpeg2video -q:v 4"},
            {"half steps.mkv",
             test +
                 "-vf \"settb=1/1000,setpts='(N+0.5*floor(N/150))/25/TB'\" -fps_mode passthrough -enc_time_base 1:1000 " +
                 x264},
            {"24.mkv", "-f lavfi -i testsrc2=s=96x64:r=24000/1001:d=8 -pix_fmt yuv420p " + x264},
            {"120.mkv", "-f lavfi -i testsrc2=s=96x64:r=120:d=4 -pix_fmt yuv420p " + x264},
            {"repeats.avi", test + "-vf \"select='not(eq(mod(n,20),10))'\" -fps_mode vfr -c:v mpeg4"},
        })
        EXPECT_TRUE(readWhole(make(name, how)).defects.empty())
            << name << ' ' << ::testing::PrintToString(codes(readWhole(dir_ / name).defects));
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(TINTREEL_SOURCE_DIR) / "resources" / "demo"))
        if (entry.path().extension() == ".mp4") {
            EXPECT_TRUE(readWhole(entry.path()).defects.empty()) << entry.path();
        }
}

TEST_F(LongFilmTest, AFileIsScannedOnceForAllReadersThatAreOpen) {
    const auto film =
        make("shared.mkv", numbered(2000) + "-pix_fmt yuv420p -c:v libx264 -preset veryfast -crf 12 -bf 2 -g 50");
    const auto open = [&] {
        auto reader = FrameReader::open(film, 1);
        EXPECT_TRUE(reader) << describe(reader.error());
        return std::move(*reader);
    };
    const auto expectFrame = [](FrameReader& reader, FrameIndex frame) {
        ASSERT_TRUE(reader.seek(frame));
        const auto read = reader.next();
        ASSERT_TRUE(read && *read) << frame;
        EXPECT_EQ((*read)->index, frame);
        EXPECT_EQ(numberIn(**read), frame);
    };
    {
        auto first = open(), second = open(), third = open();
        expectFrame(first, 1500);
        EXPECT_GE(first.stats().packetsScanned, 1500);
        expectFrame(second, 1400);
        expectFrame(second, 700);
        EXPECT_EQ(second.stats().packetsScanned, 0) << "the first reader knows";
        expectFrame(third, 1990);
        EXPECT_EQ(first.stats().packetsScanned + third.stats().packetsScanned, 2000) << "only what nobody read yet";
        ASSERT_TRUE(second.seek(2000));
        EXPECT_FALSE(second.next()->has_value());
        EXPECT_EQ(second.stats().packetsScanned, 0);
    }
    // Two at once, each from the start.
    auto one = open(), other = open();
    std::thread thread([&] { expectFrame(one, 1990); });
    expectFrame(other, 1990);
    thread.join();
    EXPECT_EQ(one.stats().packetsScanned + other.stats().packetsScanned, 2000);
    // A film that was replaced is another one.
    make("shared.mkv", numbered(1000) + "-pix_fmt yuv420p -c:v libx264 -preset veryfast -crf 12 -bf 2 -g 50");
    auto fresh = open();
    expectFrame(fresh, 900);
    EXPECT_GE(fresh.stats().packetsScanned, 900);
}

}  // namespace
}  // namespace tintreel::media
