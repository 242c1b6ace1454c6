// SPDX-License-Identifier: Apache-2.0
// Rows of the media checklist about times, fields, tracks and shape.
#include "e2e/checklist/checklist.h"
#include "tintreel/media/frame_reader.h"

namespace tintreel {
namespace {

using namespace testing;

TEST(MediaChecklist, Row04_VariableRate) {
    const Row row;
    const auto film = row.make(
        "v.mp4",
        "-f lavfi -i testsrc2=s=96x64:r=25 -frames:v 40 -vf \"select='not(eq(mod(n,5),3))*not(between(n,20,28))',format=yuv420p\" -fps_mode vfr -c:v libx264 -bf 0");
    const auto wanted = Row::times(film);
    ASSERT_GT(wanted.size(), 15U);
    row.colorize(film, row / "o.mp4");
    EXPECT_EQ(Row::times(row / "o.mp4"), wanted) << "MP4: exact";
    row.colorize(film, row / "o.mkv", "--preset master");
    const auto got = Row::times(row / "o.mkv");
    ASSERT_EQ(got.size(), wanted.size());
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i] - got[0], wanted[i] - wanted[0], 0.00101);
}

TEST(MediaChecklist, Row05_TracksChaptersLanguages) {
    const Row row;
    std::ofstream(row / "s.srt") << "1\n00:00:00,100 --> 00:00:00,600\nA line\n";
    std::ofstream(row / "m.txt")
        << ";FFMETADATA1\ntitle=The film\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=400\ntitle=One\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=400\nEND=1000\ntitle=Two\n";
    std::ofstream(row / "notes.txt") << "attached";
    const auto film = row.make(
        "f.mkv",
        "-f lavfi -i testsrc2=s=96x64:r=12:d=1 -f lavfi -i sine=440:d=1 -f lavfi -i sine=660:d=1 -i " +
            quoted(row / "s.srt") + " -i " + quoted(row / "m.txt") + " -attach " + quoted(row / "notes.txt") +
            " -metadata:s:t mimetype=text/plain -map 0 -map 1 -map 2 -map 3 -map_metadata 4 -c:v ffv1 -c:a:0 aac -c:a:1 pcm_s24le -c:s srt "
            "-metadata:s:a:0 language=eng -metadata:s:a:1 language=fra -metadata:s:s:0 language=deu -disposition:a:1 forced");
    row.colorize(film, row / "o.mkv", "--preset master");
    const auto hashes = [](const fs::path& file) {
        return Row::line("ffmpeg -nostdin -v error -i " + quoted(file) +
                         " -map 0:a -map 0:s -c copy -f streamhash -hash md5 -");
    };
    EXPECT_EQ(hashes(row / "o.mkv"), hashes(film));
    const auto told = [](const fs::path& file) {
        return Row::line(
            "ffprobe -v error -show_entries stream=index,codec_type,codec_name:stream_tags=language,filename:stream_disposition=default,forced:format_tags=title:chapter=start_time,end_time:chapter_tags=title -of compact " +
            quoted(file) + " | grep -v colorization.json");  // the record of how the colours were made is attached, too
    };
    EXPECT_EQ(told(row / "o.mkv"), told(film));
    // MP4 holds neither 24-bit PCM nor SubRip nor attachments, and says so.
    const auto report = row.colorize(film, row / "o.mp4");
    expectWords(Row::warningsOf(report), {"pcm_s24le", "subrip", "cannot be kept", ".mkv"});
    EXPECT_EQ(
        Row::line(
            "ffprobe -v error -select_streams a -show_entries stream=codec_name:stream_tags=language -of csv=p=0 " +
            quoted(row / "o.mp4")),
        "aac,eng");
}

TEST(MediaChecklist, Row06_NoSound) {
    const Row row;
    const auto film = row.make("f.mkv", "-f lavfi -i testsrc2=s=96x64:r=12 -frames:v 3 -pix_fmt gray -c:v ffv1");
    const auto report = row.colorize(film, row / "o.mp4");
    EXPECT_EQ(report["warnings"].size(), 0U) << report["warnings"];
    EXPECT_EQ(Row::line("ffprobe -v error -show_entries stream=codec_type -of csv=p=0 " + quoted(row / "o.mp4")),
              "video")
        << "no empty track";
}

TEST(MediaChecklist, Row07_SampleAspect) {
    const Row row;
    const auto film = row.make(
        "f.mkv", "-f lavfi -i testsrc2=s=720x576:r=25 -frames:v 2 -vf setsar=16/15 -pix_fmt yuv420p -c:v ffv1");
    row.colorize(film, row / "o.mp4");
    EXPECT_EQ(Row::video(row / "o.mp4", "width,height,sample_aspect_ratio,display_aspect_ratio"), "720,576,16:15,4:3");
}

TEST(MediaChecklist, Row08_Rotation) {
    const Row row;
    const auto plain = row.make("p.mp4", "-f lavfi -i testsrc2=s=96x64:r=12 -frames:v 3 -pix_fmt yuv420p -c:v libx264");
    const auto film = row.make("r.mp4", "-i " + quoted(plain) + " -c copy -metadata:s:v:0 rotate=90");
    const auto turned = [](const fs::path& file) {
        return Row::line(
            "ffprobe -v error -select_streams v:0 -show_entries stream=width,height:stream_side_data=rotation -of csv=p=0 " +
            quoted(file));
    };
    expectWords(turned(film), {"90"});
    row.colorize(film, row / "o.mp4");
    EXPECT_EQ(turned(row / "o.mp4"), turned(film)) << "the matrix is carried and the pixels are not turned";
    const auto report = row.colorize(film, row / "o.mkv", "--preset master");
    EXPECT_EQ(Row::lumaHash(row / "o.mkv"), Row::lumaHash(film)) << "pixels as coded";
    expectWords(Row::warningsOf(report), {"turned"});
}

TEST(MediaChecklist, Row09_Interlaced) {
    const Row row;
    const auto film = row.make(
        "i.mkv",
        "-f lavfi -i testsrc2=s=128x96:r=50 -frames:v 12 -vf \"format=yuv420p,tinterlace=interleave_top,setfield=tff\" -c:v libx264 -crf 10 -flags +ildct+ilme -x264opts tff=1");
    const auto fields = [](const fs::path& file) {
        return Row::line(
            "ffprobe -v error -select_streams v:0 -show_entries frame=interlaced_frame,top_field_first -of csv=p=0 " +
            quoted(file) + " | grep . | sed 's/,*$//' | sort | uniq -c | tr -s ' '");
    };
    ASSERT_EQ(fields(film), " 12 1,1");
    const std::pair<const char*, const char*> kept[] = {
        {"review", "o.mp4"}, {"mezzanine", "o.mov"}, {"master", "o.mkv"}};
    for (const auto& [preset, name] : kept) {
        row.colorize(film, row / name, std::string("--preset ") + preset);
        EXPECT_EQ(fields(row / name), " 12 1,1") << preset;
        EXPECT_NE(Row::video(row / name, "field_order"), "progressive") << preset;
        expectWords(
            Row::line("ffmpeg -nostdin -i " + quoted(row / name) + " -vf idet -f null - 2>&1 | grep 'Multi frame'"),
            {"TFF:    12 BFF:     0"});
    }
    EXPECT_EQ(Row::lumaHash(row / "o.mkv"), Row::lumaHash(film));
    // What cannot hold fields refuses them; asked to, whole frames are made, one for one.
    expectWords(row.colorize(film, row / "w.mp4", "--preset web", 2).value("message", ""),
                {"interlaced", "--deinterlace"});
    row.colorize(film, row / "d.mp4", "--preset web --deinterlace");
    EXPECT_EQ(fields(row / "d.mp4"), " 12 0,0");
    row.colorize(film, row / "d.mkv", "--preset master --deinterlace");
    EXPECT_EQ(Row::lumaHash(row / "d.mkv"),
              Row::line("ffmpeg -nostdin -v error -i " + quoted(film) +
                        " -map 0:v:0 -fps_mode passthrough -vf bwdif=mode=send_frame,extractplanes=y -f md5 -"))
        << "by bwdif, as ffmpeg makes them";
    EXPECT_NE(Row::lumaHash(row / "d.mkv"), Row::lumaHash(film));
}

TEST(MediaChecklist, Row10_Telecine) {
    const Row row;
    const auto film = row.make(
        "t.mpg",
        "-f lavfi -i mandelbrot=s=128x96:r=24000/1001 -frames:v 60 -vf \"format=yuv420p,telecine=pattern=23\" -c:v mpeg2video -q:v 2 -flags +ildct+ilme -top 1");
    const auto report = row.colorize(film, row / "o.mkv", "--preset master");
    expectWords(Row::warningsOf(report), {"telecine", "fieldmatch,decimate"});
    EXPECT_EQ(Row::frames(row / "o.mkv"), Row::frames(film)) << "no silent change";
    EXPECT_EQ(Row::lumaHash(row / "o.mkv"), Row::lumaHash(film));
    const auto plain =
        row.make("p.mkv", "-f lavfi -i mandelbrot=s=128x96:r=30000/1001 -frames:v 20 -pix_fmt yuv420p -c:v ffv1");
    EXPECT_EQ(Row::warningsOf(row.colorize(plain, row / "p.mp4", "-n")).find("telecine"), std::string::npos);
}

TEST(MediaChecklist, Row11_OddSizes) {
    const Row row;
    const auto film = row.make("f.mkv", "-f lavfi -i testsrc=s=353x241:r=12 -frames:v 2 -pix_fmt yuv420p -c:v ffv1");
    for (const auto& [preset, name] :
         {std::pair{"master", "m.mkv"}, {"mezzanine", "m.mov"}, {"mezzanine-dnxhr", "d.mov"}}) {
        row.colorize(film, row / name, std::string("--preset ") + preset);
        EXPECT_EQ(Row::video(row / name, "width,height"), "353,241") << preset;
    }
    EXPECT_EQ(Row::lumaHash(row / "m.mkv"), Row::lumaHash(film));
    for (const auto& [preset, name] : {std::pair{"review", "r.mp4"}, {"web", "w.mp4"}, {"web-av1", "a.mp4"}}) {
        expectWords(Row::warningsOf(row.colorize(film, row / name, std::string("--preset ") + preset)),
                    {"even sides", "354x242"});
        EXPECT_EQ(Row::video(row / name, "width,height"), "354,242") << preset;
    }
}

TEST(MediaChecklist, Row14_Timecode) {
    const Row row;
    const auto timecode = [](const fs::path& file) {
        return Row::line("ffprobe -v error -select_streams v:0 -show_entries stream_tags=timecode -of csv=p=0 " +
                         quoted(file));
    };
    const auto full = row.make(
        "n.mov", "-f lavfi -i testsrc2=s=96x64:r=25 -frames:v 3 -pix_fmt yuv420p -c:v libx264 -timecode 01:00:00:00");
    const auto drop = row.make(
        "d.mov",
        "-f lavfi -i testsrc2=s=96x64:r=30000/1001 -frames:v 3 -pix_fmt yuv420p -c:v libx264 -timecode \"01:00:00;02\"");
    row.colorize(full, row / "n out.mov", "--preset mezzanine");
    EXPECT_EQ(timecode(row / "n out.mov"), "01:00:00:00");
    EXPECT_EQ(Row::line("ffprobe -v error -select_streams d -show_entries stream=codec_tag_string -of csv=p=0 " +
                        quoted(row / "n out.mov")),
              "tmcd");
    row.colorize(drop, row / "d out.mp4");
    EXPECT_EQ(timecode(row / "d out.mp4"), "01:00:00;02");
    row.colorize(drop, row / "d out.mkv", "--preset master");
    EXPECT_EQ(timecode(row / "d out.mkv"), "01:00:00;02");
}

TEST(MediaChecklist, Row15_StartOffsetAndEditList) {
    const Row row;
    const auto late = row.make(
        "l.ts",
        "-itsoffset 5 -f lavfi -i testsrc2=s=96x64:r=25:d=1 -f lavfi -i sine=440:d=1 -pix_fmt yuv420p -c:v libx264 -c:a aac");
    const auto start = [](const fs::path& file, const char* track) {
        return std::atof(Row::line(std::string("ffprobe -v error -select_streams ") + track +
                                   " -show_entries stream=start_time -of csv=p=0 " + quoted(file))
                             .c_str());
    };
    row.colorize(late, row / "l.mkv", "--preset master");
    EXPECT_NEAR(start(row / "l.mkv", "v:0") - start(row / "l.mkv", "a:0"), start(late, "v:0") - start(late, "a:0"),
                0.03);
    const auto whole = row.make(
        "w.mp4",
        "-f lavfi -i testsrc2=s=96x64:r=25:d=3 -f lavfi -i sine=440:d=3 -pix_fmt yuv420p -c:v libx264 -g 25 -bf 0 -c:a aac");
    const auto cut = row.make("c.mp4", "-ss 1.3 -i " + quoted(whole) + " -c copy");
    const int shown = Row::frames(cut);
    const auto report = row.colorize(cut, row / "c out.mp4");
    EXPECT_EQ(report["frames_out"], shown);
    EXPECT_EQ(report["frames_expected"], shown);
    EXPECT_LT(shown, std::atoi(Row::video(cut, "nb_frames").c_str())) << "the header counts hidden frames";
    expectWords(Row::warningsOf(report), {"edit list hides"});
    EXPECT_EQ(Row::frames(row / "c out.mp4"), shown);
}

TEST(MediaChecklist, Row16_VeryLong) {
    const Row row;
    const auto chunk = row.make(
        "c.mkv",
        "-f lavfi -i testsrc2=s=32x32:r=25:d=600 -pix_fmt yuv420p -c:v libx264 -preset ultrafast -g 250 -qp 51");
    const auto day = row.make("day.mkv", "-stream_loop 143 -i " + quoted(chunk) + " -c copy");
    const auto run = [&](const std::string& film) {
        const auto text =
            shell(
                "python3 -c \"import resource,subprocess,sys; r=subprocess.run(sys.argv[1:],stdout=subprocess.PIPE); print(r.stdout.decode().strip()); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\" " +
                std::string(TINTREEL_BINARY_DIR) + "/tintreel probe " + film + " --json")
                .output;
        return std::pair(lastLine(text), std::atol(text.substr(text.rfind('\n', text.size() - 2) + 1).c_str()));
    };
    const auto [one, little] = run(quoted(chunk));
    const auto [all, much] = run(quoted(day));
    EXPECT_EQ(all["frames"], 2160000);
    EXPECT_NEAR(all["duration"].get<double>(), 86400, 0.1);
    EXPECT_LT(much - little, 32 << 10) << "kB";
    auto reader = media::FrameReader::open(day);
    ASSERT_TRUE(reader);
    ASSERT_TRUE(reader->seek(2159999));
    const auto last = reader->next();
    ASSERT_TRUE(last && *last);
    EXPECT_EQ((*last)->index, 2159999);
    EXPECT_NEAR(static_cast<double>((*last)->pts) * reader->info().timebase.value(), 86399.96, 0.002);
    EXPECT_FALSE(reader->next()->has_value());
}

}  // namespace
}  // namespace tintreel
