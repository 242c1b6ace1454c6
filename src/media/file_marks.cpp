// SPDX-License-Identifier: Apache-2.0
#include "media/file_marks.h"

extern "C" {
#include <libavutil/crc.h>
#include <libavutil/intreadwrite.h>
}

#include <algorithm>
#include <cctype>
#include <fstream>
#include <optional>
#include <vector>

namespace tintreel::media {
namespace {

std::string bigEndian(std::uint32_t value) {
    std::string bytes(4, '\0');
    AV_WB32(bytes.data(), value);
    return bytes;
}

/// CRC-32 of IEEE 802.3, as PNG and EBML have it.
std::uint32_t crcOf(std::string_view bytes) {
    return av_crc(av_crc_get_table(AV_CRC_32_IEEE_LE), UINT32_MAX, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                  bytes.size()) ^
           UINT32_MAX;
}

constexpr std::string_view kPngSignature{"\x89PNG\r\n\x1a\n", 8};
constexpr std::size_t kPngHeader = 33;  // signature and IHDR, which comes first

constexpr std::string_view kTiffSignature{"II*\0", 4};
constexpr std::size_t kTiffEntry = 12;
constexpr std::uint16_t kTiffXmp = 700, kTiffByte = 1;

constexpr std::string_view kPlaceholder = "tintreel-record-goes-here";

// Element ids of Matroska (RFC 9559) and EBML (RFC 8794).
constexpr std::uint64_t kSegment = 0x18538067, kAttachments = 0x1941A469, kCluster = 0x1F43B675;
constexpr std::string_view kCrcHead{"\xBF\x84", 2};  // CRC-32, of four bytes

struct Element {
    std::uint64_t id = 0, size = 0;
    std::streamoff data = 0;  // where its content begins
};

/// The head of an EBML element at the stream's place.
std::optional<Element> elementAt(std::istream& in) {
    const auto number = [&](int most, bool keepMark) -> std::optional<std::uint64_t> {
        const int first = in.get();
        if (first <= 0) return std::nullopt;
        int length = 1;
        while ((first & (0x80 >> (length - 1))) == 0) ++length;
        if (length > most) return std::nullopt;
        std::uint64_t value =
            keepMark ? static_cast<std::uint64_t>(first) : static_cast<std::uint64_t>(first & (0xFF >> length));
        for (int i = 1; i < length; ++i) value = value << 8 | static_cast<std::uint64_t>(in.get() & 0xFF);
        return in ? std::optional(value) : std::nullopt;
    };
    const auto id = number(4, true), size = number(8, false);
    if (!id || !size) return std::nullopt;
    return Element{*id, *size, in.tellg()};
}

std::optional<Element> attachmentsOf(std::istream& in) {
    while (const auto element = elementAt(in)) {
        if (element->id == kAttachments) return element;
        if (element->id == kCluster) return std::nullopt;
        if (element->id != kSegment) in.seekg(element->data + static_cast<std::streamoff>(element->size));
    }
    return std::nullopt;
}

std::string pngWithXmp(std::string_view png, std::string_view xmp) {
    // Keyword, not compressed, no language and no translation of the keyword.
    std::string chunk = "iTXtXML:com.adobe.xmp";
    chunk.append(5, '\0');
    chunk += xmp;
    std::string out(png.substr(0, kPngHeader));
    out += bigEndian(static_cast<std::uint32_t>(chunk.size() - 4)) + chunk + bigEndian(crcOf(chunk));
    out += png.substr(kPngHeader);
    return out;
}

std::string tiffWithXmp(std::string_view tiff, std::string_view xmp) {
    std::string out(tiff);
    const std::size_t directory = AV_RL32(tiff.data() + 4);
    if (directory + 2 > tiff.size()) return out;
    const std::size_t count = AV_RL16(tiff.data() + directory), end = directory + 2 + count * kTiffEntry;
    if (end + 4 > tiff.size()) return out;
    std::vector<std::string> entries;
    for (std::size_t i = 0; i < count; ++i)
        entries.emplace_back(tiff.substr(directory + 2 + i * kTiffEntry, kTiffEntry));
    const auto even = [&] { out.append(out.size() % 2, '\0'); };
    even();
    std::string entry(kTiffEntry, '\0');
    AV_WL16(entry.data(), kTiffXmp);
    AV_WL16(entry.data() + 2, kTiffByte);
    AV_WL32(entry.data() + 4, static_cast<std::uint32_t>(xmp.size()));
    AV_WL32(entry.data() + 8, static_cast<std::uint32_t>(out.size()));
    out += xmp;
    even();
    entries.push_back(entry);
    // Entries stand in the order of their tags. The new directory takes the old one's place; all else stays where it
    // is.
    std::sort(entries.begin(), entries.end(),
              [](const std::string& a, const std::string& b) { return AV_RL16(a.data()) < AV_RL16(b.data()); });
    AV_WL32(out.data() + 4, static_cast<std::uint32_t>(out.size()));
    std::string head(2, '\0');
    AV_WL16(head.data(), static_cast<std::uint16_t>(entries.size()));
    out += head;
    for (const auto& e : entries) out += e;
    out += tiff.substr(end, 4);
    return out;
}

}  // namespace

void markFilm(AVFormatContext* output, const FileMarks& marks) {
    if (!marks.comment.empty()) av_dict_set(&output->metadata, "comment", marks.comment.c_str(), 0);
    if (!marks.digitalSourceType.empty())
        av_dict_set(&output->metadata, "digital_source_type", marks.digitalSourceType.c_str(), 0);
    const std::string_view container = output->oformat->name;
    if (container != "matroska" || marks.recordBytes == 0) return;
    AVStream* stream = avformat_new_stream(output, nullptr);
    const std::size_t bytes = std::max(marks.recordBytes, kPlaceholder.size());
    auto* data = static_cast<std::uint8_t*>(av_mallocz(bytes + AV_INPUT_BUFFER_PADDING_SIZE));
    if (stream == nullptr || data == nullptr) return av_free(data);
    std::fill_n(data, bytes, ' ');
    std::copy(kPlaceholder.begin(), kPlaceholder.end(), data);
    stream->codecpar->codec_type = AVMEDIA_TYPE_ATTACHMENT;
    stream->codecpar->extradata = data;
    stream->codecpar->extradata_size = static_cast<int>(bytes);
    av_dict_set(&stream->metadata, "filename", marks.recordName.c_str(), 0);
    av_dict_set(&stream->metadata, "mimetype", "application/json", 0);
}

Result<> markFinishedFilm(const std::filesystem::path& file, const AVFormatContext& output, const FileMarks& marks) {
    const std::string_view container = output.oformat->name;
    if ((container != "mp4" && container != "ipod" && container != "mov") || marks.xmp.empty()) return {};
    // XMP Specification Part 3, "MPEG-4". MOV would have it in moov/udta/XMP_, which libavformat does not write beside
    // tags of free names; there, too, readers find the box.
    static constexpr std::string_view kUuid{"\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC", 16};
    std::ofstream out(file, std::ios::binary | std::ios::app);
    out << bigEndian(static_cast<std::uint32_t>(8 + kUuid.size() + marks.xmp.size())) << "uuid" << kUuid << marks.xmp;
    out.close();
    if (!out)
        return fail(ErrorCode::Output,
                    "'" + file.string() + "' cannot be written to its end; is there room on the disk?");
    return {};
}

std::string markedPicture(std::string_view file, std::string_view xmp) {
    if (xmp.empty()) return std::string(file);
    if (file.size() >= kPngHeader && file.starts_with(kPngSignature)) return pngWithXmp(file, xmp);
    if (file.size() >= 8 && file.starts_with(kTiffSignature)) return tiffWithXmp(file, xmp);
    return std::string(file);
}

bool carriesRecord(const std::filesystem::path& film) {
    std::string ending = film.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return ending == ".mkv";
}

Result<> fillRecord(const std::filesystem::path& film, std::string_view record) {
    const auto failed = [&](const char* why) {
        return fail(ErrorCode::Output,
                    "The record of the colouring cannot be put into '" + film.string() + "': " + why);
    };
    std::fstream file(film, std::ios::binary | std::ios::in | std::ios::out);
    const auto element = attachmentsOf(file);
    std::error_code ec;
    if (!element || element->size > std::filesystem::file_size(film, ec)) return failed("it has no attachments.");
    std::string bytes(element->size, '\0');
    file.seekg(element->data);
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    const auto at = bytes.find(kPlaceholder);
    if (!file || at == std::string::npos) return failed("there is no place for it.");
    const auto room = std::min(bytes.find_first_not_of(' ', at + kPlaceholder.size()), bytes.size()) - at;
    if (record.size() > room) return failed("it is larger than its place.");
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), kPlaceholder.size(), ' ');
    std::copy(record.begin(), record.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
    // The sum covers everything behind itself.
    if (bytes.starts_with(kCrcHead) && bytes.size() > 6)
        AV_WL32(bytes.data() + 2, crcOf(std::string_view(bytes).substr(6)));
    file.seekp(element->data);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (!file) return failed("the disk does not take it.");
    return {};
}

}  // namespace tintreel::media
