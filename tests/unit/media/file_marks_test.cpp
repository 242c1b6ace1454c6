// SPDX-License-Identifier: Apache-2.0
#include "media/file_marks.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/shell.h"
#include "support/temp_dir.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/media/frame_reader.h"

namespace tintreel::media {
namespace {

using testing::ffmpeg;
using ::testing::HasSubstr;
using testing::quoted;
using testing::shell;

constexpr const char* kXmp =
    "<?xpacket begin=\"\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
    "<rdf:Description rdf:about=\"\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmp:CreatorTool=\"here\"/></rdf:RDF></x:xmpmeta><?xpacket end=\"r\"?>";

class FileMarksTest : public ::testing::Test {
protected:
    std::string make(const std::string& name, const std::string& arguments) {
        const auto made = ffmpeg("-f lavfi -i testsrc2=s=63x37:d=0.2:r=10 " + arguments + " " + quoted(dir_ / name));
        EXPECT_EQ(made.exit, 0) << made.output;
        return *readFile(dir_ / name);
    }
    testing::TempDir dir_;
};

TEST_F(FileMarksTest, PicturesKeepTheirPixelsAndGetTheirXmp) {
    for (const std::string name : {"a.png", "b.tif", "c.tif"}) {
        const auto plain =
            make(name, std::string("-frames:v 1 -update 1 -pix_fmt ") + (name[0] == 'a' ? "rgb48be" : "rgb24") +
                           (name[0] == 'c' ? " -compression_algo raw" : ""));
        const auto marked = markedPicture(plain, kXmp);
        EXPECT_GT(marked.size(), plain.size());
        const auto file = dir_ / ("marked_" + name);
        std::ofstream(file, std::ios::binary) << marked;
        EXPECT_EQ(shell("exiftool -s3 -XMP-xmp:CreatorTool " + quoted(file)).output, "here\n") << name;
        EXPECT_EQ(shell("exiftool -s3 -validate -warning " + quoted(file)).output,
                  shell("exiftool -s3 -validate -warning " + quoted(dir_ / name)).output)
            << "as well-formed as before";
        EXPECT_EQ(readPicture(file)->data, readPicture(dir_ / name)->data);
        EXPECT_EQ(markedPicture(plain, ""), plain);
    }
    // What is no such picture, or is cut short, comes back as it is.
    const auto dpx = make("d.dpx", "-frames:v 1 -update 1 -pix_fmt gbrp10be");
    EXPECT_EQ(markedPicture(dpx, kXmp), dpx);
    for (const std::string text : {"", "II*", "\x89PNG\r\n\x1a\n", "BM"}) EXPECT_EQ(markedPicture(text, kXmp), text);
    const std::string broken("II*\0\xff\xff\xff\x7f", 8);
    EXPECT_EQ(markedPicture(broken, kXmp), broken);
}

/// A Matroska film without frames and with room for a record.
std::string filmWithRoom(const std::filesystem::path& file, std::size_t bytes) {
    FileMarks marks;
    marks.recordName = "r.json";
    marks.recordBytes = bytes;
    OutputPtr output;
    AVFormatContext* raw = nullptr;
    avformat_alloc_output_context2(&raw, nullptr, "matroska", nullptr);
    output.reset(raw);
    AVStream* video = avformat_new_stream(raw, nullptr);
    video->codecpar->codec_type = AVMEDIA_TYPE_VIDEO;
    video->codecpar->codec_id = AV_CODEC_ID_MJPEG;
    video->codecpar->width = video->codecpar->height = 2;
    markFilm(raw, marks);
    const bool written = avio_open(&raw->pb, file.c_str(), AVIO_FLAG_WRITE) >= 0 &&
                         avformat_write_header(raw, nullptr) >= 0 && av_write_trailer(raw) >= 0;
    EXPECT_TRUE(written);
    avio_closep(&raw->pb);
    return *readFile(file);
}

TEST_F(FileMarksTest, MatroskaTakesTheRecordAfterwardsAndItsSumIsRight) {
    const auto film = dir_ / "f.mkv";
    const auto before = filmWithRoom(film, 200);
    const std::string record = R"({"format":"tintreel-colorization"})";
    ASSERT_TRUE(fillRecord(film, record));
    const auto after = *readFile(film);
    ASSERT_EQ(after.size(), before.size());
    EXPECT_THAT(after, HasSubstr(record + std::string(200 - record.size(), ' ')));
    // RFC 8794: CRC-32 of all that follows it in its parent, little-endian. Worked out bit by bit, apart from the code
    // under test.
    const auto attachments =
        after.rfind("\x19\x41\xA4\x69", after.find("r.json"));  // its name is in the list of places, too
    ASSERT_NE(attachments, std::string::npos);
    const auto crcAt = after.find(std::string("\xBF\x84", 2), attachments);
    ASSERT_LT(crcAt - attachments, 14U) << "the first child";
    std::size_t length = 0;
    const auto first = static_cast<unsigned char>(after[attachments + 4]);
    int bytes = 1;
    while ((first & (0x80 >> (bytes - 1))) == 0) ++bytes;
    length = first & (0xFF >> bytes);
    for (int i = 1; i < bytes; ++i)
        length = length << 8 | static_cast<unsigned char>(after[attachments + 4 + static_cast<std::size_t>(i)]);
    const auto data = attachments + 4 + static_cast<std::size_t>(bytes);
    ASSERT_EQ(crcAt, data);
    std::uint32_t crc = 0xFFFFFFFF;
    for (std::size_t i = data + 6; i < data + length; ++i) {
        crc ^= static_cast<unsigned char>(after[i]);
        for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320U : crc >> 1;
    }
    crc ^= 0xFFFFFFFF;
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(static_cast<unsigned char>(after[data + 2 + static_cast<std::size_t>(i)]), crc >> (8 * i) & 0xFF);
    EXPECT_EQ(after.substr(data + length), before.substr(data + length)) << "nothing behind it moved";
}

TEST_F(FileMarksTest, AFilmWithoutRoomIsToldAndLeftAlone) {
    const auto film = dir_ / "f.mkv";
    const auto small = filmWithRoom(film, 100);
    const auto larger = fillRecord(film, std::string(101, 'x'));
    ASSERT_FALSE(larger);
    EXPECT_EQ(larger.error().code, ErrorCode::Output);
    EXPECT_THAT(larger.error().userMessage, HasSubstr("larger than its place"));
    EXPECT_EQ(*readFile(film), small);
    ASSERT_TRUE(fillRecord(film, std::string(100, 'x')));
    EXPECT_FALSE(fillRecord(film, "again")) << "the place is taken";
    const auto plain = make("plain.mkv", "-c:v ffv1");
    EXPECT_FALSE(fillRecord(dir_ / "plain.mkv", "x"));
    EXPECT_EQ(*readFile(dir_ / "plain.mkv"), plain);
    for (const std::string text : {"", "no film", "\x1A\x45\xDF\xA3\xFF"}) {
        std::ofstream(dir_ / "odd.mkv", std::ios::binary | std::ios::trunc) << text;
        EXPECT_FALSE(fillRecord(dir_ / "odd.mkv", "x")) << text;
    }
    EXPECT_FALSE(fillRecord(dir_ / "none.mkv", "x"));
}

}  // namespace
}  // namespace tintreel::media
