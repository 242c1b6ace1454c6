// SPDX-License-Identifier: Apache-2.0
// Rows of the media checklist about colour, depth and range.
#include "e2e/checklist/checklist.h"

namespace tintreel {
namespace {

using namespace testing;

TEST(MediaChecklist, Row01_MatrixRangePrimaries) {
    const Row row;
    // The luma of one colour, told in six ways; the colour itself as a reference. What comes out must be that colour
    // again by the file's own tags.
    fs::create_directory(row / "refs");
    row.make("refs/ref_000000.png", "-f lavfi -i color=0x4A9BAD:s=64x64 -frames:v 1 -update 1");
    struct Way {
        const char *zscale, *tags, *told;
    };
    for (const auto& way :
         {Way{"matrix=170m:primaries=170m:transfer=601",
              "-colorspace smpte170m -color_primaries smpte170m -color_trc smpte170m", "smpte170m,smpte170m,smpte170m"},
          Way{"matrix=709:primaries=709:transfer=709", "-colorspace bt709 -color_primaries bt709 -color_trc bt709",
              "bt709,bt709,bt709"},
          Way{"matrix=2020_ncl:primaries=2020:transfer=2020_10",
              "-colorspace bt2020nc -color_primaries bt2020 -color_trc bt2020-10", "bt2020nc,bt2020-10,bt2020"}})
        for (const std::string range : {"tv", "pc"}) {
            const std::string z = way.zscale, primaries = z.substr(z.find(":primaries"));
            std::string from = primaries;
            for (const char* key : {"primaries=", "transfer="})
                from.replace(from.find(key), std::strlen(key),
                             std::string(key).substr(0, std::strlen(key) - 1) + "in=");
            const auto film = row.make(
                "f.mkv",
                "-f lavfi -i color=0x4A9BAD:s=64x64:r=12 -frames:v 2 -vf \"format=gbrp,zscale=matrixin=gbr:rangein=full" +
                    from + ":" + z + ":range=" + (range == "tv" ? "limited" : "full") +
                    ",format=yuv444p,lutyuv=u=128:v=128\" -c:v ffv1 -color_range " + range + ' ' + way.tags);
            row.colorize(film, row / "o.mkv", "--preset master -f --references " + quoted(row / "refs"));
            EXPECT_EQ(Row::video(row / "o.mkv", "color_range,color_space,color_transfer,color_primaries"),
                      range + "," + way.told)
                << way.zscale;
            const auto rgb = row.samples(row / "o.mkv", "rgb48le", "zscale=matrix=gbr:range=full,format=gbrp");
            ASSERT_EQ(rgb.size(), 64U * 64 * 3);
            const std::size_t middle = (32 * 64 + 32) * 3;
            for (std::size_t c = 0; c < 3; ++c)
                EXPECT_NEAR(rgb[middle + c] / 257.0, (std::array{0x4A, 0x9B, 0xAD}[c]), 3.01)
                    << way.zscale << ' ' << range << ' ' << c;
        }
    const auto sd = row.make("sd.mkv", "-f lavfi -i testsrc2=s=96x64:r=12 -frames:v 1 -pix_fmt yuv420p -c:v ffv1"),
               hd = row.make("hd.mkv", "-f lavfi -i testsrc2=s=1280x720:r=12 -frames:v 1 -pix_fmt yuv420p -c:v ffv1");
    row.colorize(sd, row / "sd.mp4");
    row.colorize(hd, row / "hd.mp4");
    EXPECT_EQ(Row::video(row / "sd.mp4", "color_space"), "smpte170m") << "not stated: SD is BT.601";
    EXPECT_EQ(Row::video(row / "hd.mp4", "color_space"), "bt709") << "not stated: HD is BT.709";
}

TEST(MediaChecklist, Row02_LumaLock) {
    const Row row;
    const auto film = row.make(
        "f.mkv",
        "-f lavfi -i testsrc2=s=96x64:r=12 -frames:v 6 -vf noise=alls=40:allf=t,lutyuv=u=128:v=128 -pix_fmt yuv420p -c:v ffv1");
    row.colorize(film, row / "o.mkv", "--preset master");
    EXPECT_EQ(Row::lumaHash(row / "o.mkv"), Row::lumaHash(film));
    EXPECT_EQ(Row::frames(row / "o.mkv"), 6);
    // The list of checksums is what ffmpeg says of the file.
    ASSERT_EQ(ffmpeg("-i " + quoted(row / "o.mkv") + " -map 0:v:0 -f framemd5 " + quoted(row / "list")).exit, 0);
    EXPECT_EQ(*readFile(row / "o.framemd5"), *readFile(row / "list"));
}

TEST(MediaChecklist, Row03_GreyInputs) {
    const Row row;
    const std::string ramp = "-f lavfi -i \"nullsrc=s=256x64:r=12,format=gray,geq=lum=X\" -frames:v 2 ";
    const auto grey = row.make("g.mkv", ramp + "-pix_fmt gray -c:v ffv1"),
               deep = row.make(
                   "d.mkv", "-f lavfi -i \"nullsrc=s=1024x64:r=12,format=gray10le,geq=lum=X\" -frames:v 2 -c:v ffv1");
    const auto limited = row.make(
        "l.mp4",
        "-f lavfi -i testsrc2=s=96x64:r=12 -frames:v 2 -vf lutyuv=u=128:v=128 -pix_fmt yuv420p -c:v libx264 -color_range tv");
    row.colorize(grey, row / "g out.mkv", "--preset master");
    EXPECT_EQ(Row::video(row / "g out.mkv", "pix_fmt,color_range"), "yuv444p,pc") << "grey is full range";
    EXPECT_EQ(Row::lumaHash(row / "g out.mkv"), Row::lumaHash(grey));
    row.colorize(deep, row / "d out.mkv", "--preset master");
    EXPECT_EQ(Row::video(row / "d out.mkv", "pix_fmt,color_range"), "yuv444p10le,pc");
    EXPECT_EQ(Row::lumaHash(row / "d out.mkv"), Row::lumaHash(deep));
    // ProRes holds limited range alone: black is 64, white 940.
    const auto report = row.colorize(deep, row / "d.mov", "--preset mezzanine");
    expectWords(Row::warningsOf(report), {"limited range"});
    const auto luma = row.samples(row / "d.mov", "gray10le", "extractplanes=y");
    EXPECT_NEAR(*std::min_element(luma.begin(), luma.end()), 64, 3);
    EXPECT_NEAR(*std::max_element(luma.begin(), luma.end()), 940, 3);
    row.colorize(limited, row / "l out.mp4");
    EXPECT_EQ(Row::video(row / "l out.mp4", "pix_fmt,color_range"), "yuv420p,tv");
}

TEST(MediaChecklist, Row12_TenBitsAndMore) {
    const Row row;
    const auto ramp = [](const char* format, const char* step) {
        return std::string("-f lavfi -i \"nullsrc=s=1024x128:r=12,format=") + format + ",geq=lum=X*" + step +
               "\" -frames:v 2 ";
    };
    const auto prores = row.make("p.mov", ramp("gray10le", "1") + "-c:v prores_ks -profile:v hq -pix_fmt yuv422p10le"),
               grey = row.make("g.mkv", ramp("gray10le", "1") + "-c:v ffv1");
    const auto check = [&](const fs::path& in, const std::string& name, const std::string& preset,
                           const std::string& format, std::size_t more) {
        row.colorize(in, row / name, "--preset " + preset);
        const auto file =
            fs::exists(row / name) ? row / name : fs::directory_iterator((row / name).parent_path())->path();
        EXPECT_EQ(Row::video(file, "pix_fmt"), format) << name;
        EXPECT_GT(Row::levels(row.samples(file, format.starts_with("yuv") ? "gray16le" : "rgb48le",
                                          format.starts_with("yuv") ? "extractplanes=y" : "null")),
                  more)
            << name;
    };
    check(prores, "p out.mov", "mezzanine", "yuv422p10le", 800);
    check(grey, "d.mov", "mezzanine-dnxhr", "yuv422p10le", 800);
    check(grey, "w.mp4", "web", "yuv420p10le", 800);
    check(grey, "a.mkv", "web-av1", "yuv420p10le", 800);
    check(grey, "frames/f_%04d.dpx", "frames-dpx", "gbrp10le", 800);
    check(grey, "png/f_%04d.png", "frames", "rgb48be", 800);
    fs::create_directory(row / "scan");
    row.make("scan/s_%05d.dpx", ramp("gray10le", "1") + "-pix_fmt gbrp10le");
    check(row / "scan", "s.mkv", "master", "yuv444p10le", 800);
    const auto tiff = row.make("t.tif", ramp("gray16le", "64") + "-frames:v 1 -update 1 -pix_fmt rgb48le"),
               exr = row.make("e.exr", ramp("gray16le", "64") + "-frames:v 1 -update 1 -pix_fmt gbrpf32le");
    check(tiff, "t out.tif", "review", "rgb48le", 1000);
    check(exr, "e out.tif", "review", "rgb48le", 800);
    EXPECT_EQ(Row::video(row / "p out.mov", "bits_per_raw_sample"), "10");
    // What keeps 8 bits says so.
    expectWords(Row::warningsOf(row.colorize(grey, row / "r.mp4")), {"10 bits", "review keeps 8"});
}

TEST(MediaChecklist, Row13_Hdr) {
    const Row row;
    const auto film = row.make(
        "h.mkv",
        "-f lavfi -i testsrc2=s=96x64:r=12 -frames:v 4 -pix_fmt yuv420p10le -c:v libx265 -x265-params log-level=error:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:range=limited -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc -color_range tv");
    expectWords(row.colorize(film, row / "no.mkv", "--preset master", 3).value("message", ""),
                {"HDR", "PQ", "--allow-hdr", "h.mkv"});
    const auto report = row.colorize(film, row / "o.mp4", "--preset web --allow-hdr");
    expectWords(Row::warningsOf(report), {"HDR"});
    EXPECT_EQ(Row::video(row / "o.mp4", "pix_fmt,color_range,color_space,color_transfer,color_primaries"),
              "yuv420p10le,tv,bt2020nc,smpte2084,bt2020");
}

TEST(MediaChecklist, Row26_AlphaRgbPalette) {
    const Row row;
    const auto film = row.make(
        "a.mov", "-f lavfi -i testsrc2=s=96x64:r=12 -frames:v 3 -vf format=rgba,colorchannelmixer=aa=0.5 -c:v png");
    const auto report = row.colorize(film, row / "o.mov", "--preset mezzanine");
    expectWords(Row::warningsOf(report), {"transparency", "not kept"});
    EXPECT_EQ(Row::frames(row / "o.mov"), 3);
    const auto palette = row.make("p.gif", "-f lavfi -i testsrc2=s=96x64:r=10 -frames:v 3");
    row.colorize(palette, row / "p.mkv", "--preset master");
    EXPECT_EQ(Row::frames(row / "p.mkv"), 3);
    EXPECT_EQ(Row::video(row / "p.mkv", "pix_fmt"), "yuv444p");
}

}  // namespace
}  // namespace tintreel
