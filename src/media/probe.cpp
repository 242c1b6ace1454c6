// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdarg>
#include <cstdlib>
#include <map>
#include <mutex>
#include <set>

#include <fmt/format.h>

#include "media/demux.h"
#include "tintreel/base/log.h"

namespace tintreel::media {
namespace fs = std::filesystem;

void routeFfmpegLog() {
    static std::once_flag once;
    std::call_once(once, [] {
        ::setenv("SVT_LOG", "1", 0);  // SVT-AV1 writes to stderr on its own: errors alone
        av_log_set_callback([](void* object, int level, const char* format, std::va_list args) {
            if (level > AV_LOG_WARNING) return;
            char line[1024];
            int prefix = 1;
            av_log_format_line2(object, level, format, args, line, sizeof line, &prefix);
            std::string text(line);
            while (!text.empty() && text.back() == '\n') text.pop_back();
            spdlog::debug("ffmpeg: {}", text);
            if (level > AV_LOG_ERROR || object == nullptr ||
                *static_cast<const AVClass* const*>(object) != avcodec_get_class())
                return;
            if (auto* complaints = static_cast<DecoderComplaints*>(static_cast<AVCodecContext*>(object)->opaque))
                complaints->add(text.substr(text.find("] ") == std::string::npos ? 0 : text.find("] ") + 2));
        });
    });
}

bool isPictureName(const fs::path& path) {
    static const std::set<std::string> kNames{".png", ".jpg", ".jpeg", ".tif", ".tiff", ".dpx",
                                              ".bmp", ".exr", ".pgm",  ".ppm", ".webp"};
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return kNames.count(extension) > 0;
}

namespace {

/// The number at the end of a name, before its ending.
std::optional<std::int64_t> trailingNumber(const fs::path& path) {
    const std::string stem = path.stem().string();
    const auto before = stem.find_last_not_of("0123456789");
    const std::string digits = before == std::string::npos ? stem : stem.substr(before + 1);
    if (digits.empty() || digits.size() > 15) return std::nullopt;
    return std::stoll(digits);
}

}  // namespace

std::optional<NumberPattern> numberPatternOf(const fs::path& path) {
    const std::string name = path.filename().string();
    // The last "%d", "%6d" or "%06d" counts; any other percent sign stands for itself.
    for (auto at = name.rfind('%'); at != std::string::npos;
         at = at == 0 ? std::string::npos : name.rfind('%', at - 1)) {
        const auto end = std::min(name.find_first_not_of("0123456789", at + 1), name.size());
        if (end == name.size() || name[end] != 'd' || end - at > 4) continue;
        return NumberPattern{name.substr(0, at), name.substr(end + 1),
                             end > at + 1 ? std::stoi(name.substr(at + 1)) : 0};
    }
    return std::nullopt;
}

std::string NumberPattern::nameOf(std::int64_t number) const {
    return fmt::format("{}{:0{}}{}", before, number, digits, after);
}

std::optional<std::int64_t> NumberPattern::numberIn(const std::string& name) const {
    if (name.size() <= before.size() + after.size() || !name.starts_with(before) || !name.ends_with(after))
        return std::nullopt;
    const char *first = name.data() + before.size(), *last = name.data() + name.size() - after.size();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(first, last, number);
    if (error != std::errc{} || end != last || *first == '-') return std::nullopt;
    return number;
}

PictureList listPictures(const fs::path& path) {
    PictureList list;
    std::error_code ec;
    if (fs::is_regular_file(path, ec)) {
        if (isPictureName(path)) list.files.push_back(path);
        return list;
    }
    fs::path folder = path;
    std::optional<NumberPattern> pattern;
    if (!fs::is_directory(path, ec)) {
        pattern = numberPatternOf(path);
        if (!pattern) return list;
        folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    }
    std::map<std::int64_t, fs::path> numbered;
    for (const auto& entry : fs::directory_iterator(folder, ec)) {
        if (!entry.is_regular_file(ec) || !isPictureName(entry.path())) continue;
        if (const auto number =
                pattern ? pattern->numberIn(entry.path().filename().string()) : trailingNumber(entry.path()))
            numbered.emplace(*number, entry.path());
    }
    if (numbered.empty()) return list;
    list.gaps = numbered.rbegin()->first - numbered.begin()->first + 1 - static_cast<std::int64_t>(numbered.size());
    for (auto& [number, file] : numbered) {
        list.numbers.push_back(number);
        list.files.push_back(std::move(file));
    }
    return list;
}

Result<InputPtr> openInput(const fs::path& path, bool picture, bool parse) {
    routeFfmpegLog();
    std::error_code ec;
    if (!fs::exists(path, ec))
        return fail(ErrorCode::Input, "There is no file '" + path.string() + "'; check the name.");
    if (fs::is_regular_file(path, ec) && fs::file_size(path, ec) == 0)
        return fail(ErrorCode::Input, "'" + path.string() + "' is empty (0 bytes); copy it again from its source.");
    AVFormatContext* raw = nullptr;
    Dictionary options;
    const AVInputFormat* format = nullptr;
    if (picture) {
        format = av_find_input_format("image2");
        options.set("pattern_type", "none");
    }
    if (!parse) options.set("fflags", "noparse");
    // The prefix keeps names like "a:b.mp4" or "-x.mp4" from being read as protocols or options.
    const std::string url = "file:" + path.string();
    int rc = avformat_open_input(&raw, url.c_str(), const_cast<AVInputFormat*>(format), options.out());
    if (rc < 0)
        return fail(
            ErrorCode::Input,
            "'" + path.string() +
                "' cannot be read as a film or picture; it is damaged, cut short or of an unknown kind. Try a fresh copy.",
            avText(rc));
    InputPtr input(raw);
    rc = avformat_find_stream_info(raw, nullptr);
    if (rc < 0)
        return fail(ErrorCode::Input,
                    "The streams of '" + path.string() + "' cannot be made out; the file is damaged. Try a fresh copy.",
                    avText(rc));
    return input;
}

int chooseVideo(AVFormatContext* input) {
    const int best = av_find_best_stream(input, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    if (best >= 0 && (input->streams[best]->disposition & AV_DISPOSITION_ATTACHED_PIC) == 0) return best;
    for (unsigned i = 0; i < input->nb_streams; ++i) {
        const AVStream* s = input->streams[i];
        if (s->codecpar->codec_type == AVMEDIA_TYPE_VIDEO && (s->disposition & AV_DISPOSITION_ATTACHED_PIC) == 0)
            return static_cast<int>(i);
    }
    return -1;
}

bool isInterlaced(const MediaInfo& info) {
    return info.fieldOrder == "tt" || info.fieldOrder == "bb" || info.fieldOrder == "tb" || info.fieldOrder == "bt";
}

bool isHdr(const MediaInfo& info) {
    return info.assumed.transfer == AVCOL_TRC_SMPTE2084 || info.assumed.transfer == AVCOL_TRC_ARIB_STD_B67;
}

PixelLayout layoutOf(AVPixelFormat format) {
    PixelLayout layout;
    const AVPixFmtDescriptor* d = av_pix_fmt_desc_get(format);
    if (d == nullptr) return layout;
    layout.name = d->name;
    layout.rgb = (d->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
    layout.alpha = (d->flags & AV_PIX_FMT_FLAG_ALPHA) != 0;
    layout.grey = !layout.rgb && d->nb_components <= 2;
    layout.depth = std::clamp(d->comp[0].depth, 8, 16);
    layout.chromaShiftX = layout.grey || layout.rgb ? 0 : d->log2_chroma_w;
    layout.chromaShiftY = layout.grey || layout.rgb ? 0 : d->log2_chroma_h;
    return layout;
}

ColorTags assumedTags(const ColorTags& stated, const PixelLayout& layout, int width, int height) {
    ColorTags tags = stated;
    const bool sd = height <= 576 && width <= 1024;
    // H.273: 5 = BT.470 BG (625 lines), 6 = SMPTE 170M (525 lines), 1 = BT.709.
    const int sdCode = height > 480 ? 5 : 6;
    if (tags.matrix == AVCOL_SPC_UNSPECIFIED || tags.matrix == AVCOL_SPC_RGB)
        tags.matrix = sd && !layout.rgb ? sdCode : AVCOL_SPC_BT709;
    if (tags.primaries == AVCOL_PRI_UNSPECIFIED || tags.primaries == 0)
        tags.primaries = tags.matrix == AVCOL_SPC_BT709        ? AVCOL_PRI_BT709
                         : tags.matrix == AVCOL_SPC_BT2020_NCL ? AVCOL_PRI_BT2020
                                                               : sdCode;
    if (tags.transfer == AVCOL_TRC_UNSPECIFIED || tags.transfer == 0)
        tags.transfer = tags.matrix == AVCOL_SPC_BT709 ? AVCOL_TRC_BT709 : AVCOL_TRC_SMPTE170M;
    if (!tags.rangeStated) tags.fullRange = layout.grey || layout.rgb || layout.name.starts_with("yuvj");
    return tags;
}

void describeVideo(MediaInfo& info, AVFormatContext* input, int index, AVPixelFormat format) {
    AVStream* stream = input->streams[index];
    const AVCodecParameters* p = stream->codecpar;
    info.width = p->width;
    info.height = p->height;
    info.layout = layoutOf(format);
    info.stated = {p->color_space,
                   p->color_primaries,
                   p->color_trc,
                   p->color_range == AVCOL_RANGE_JPEG,
                   p->color_range != AVCOL_RANGE_UNSPECIFIED,
                   p->chroma_location};
    info.assumed = assumedTags(info.stated, info.layout, info.width, info.height);
    const AVRational sar = av_guess_sample_aspect_ratio(input, stream, nullptr);
    if (sar.num > 0) info.sampleAspect = {sar.num, sar.den};
    const AVRational rate = av_guess_frame_rate(input, stream, nullptr);
    if (rate.num > 0) info.frameRate = {rate.num, rate.den};
    const AVRational average = stream->avg_frame_rate, real = stream->r_frame_rate;
    info.variableRate = average.num > 0 && real.num > 0 && std::fabs(av_q2d(average) / av_q2d(real) - 1.0) > 0.005;
    info.timebase = {stream->time_base.num, stream->time_base.den};
    static const std::map<AVFieldOrder, const char*> kFields{{AV_FIELD_PROGRESSIVE, "progressive"},
                                                             {AV_FIELD_TT, "tt"},
                                                             {AV_FIELD_BB, "bb"},
                                                             {AV_FIELD_TB, "tb"},
                                                             {AV_FIELD_BT, "bt"}};
    const auto field = kFields.find(p->field_order);
    info.fieldOrder = field == kFields.end() ? "unknown" : field->second;
    if (const auto* matrix = reinterpret_cast<const std::int32_t*>(
            av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr))) {
        const double degrees = av_display_rotation_get(matrix);
        if (!std::isnan(degrees))
            info.rotation = ((static_cast<int>(std::lround(-degrees / 90.0)) * 90) % 360 + 360) % 360;
    }
    const auto seconds = [&] {
        if (stream->duration > 0) return static_cast<double>(stream->duration) * av_q2d(stream->time_base);
        return input->duration > 0 ? static_cast<double>(input->duration) / AV_TIME_BASE : 0.0;
    }();
    info.duration = seconds;
    info.startTime = input->start_time != AV_NOPTS_VALUE ? static_cast<double>(input->start_time) / AV_TIME_BASE : 0.0;
    if (stream->nb_frames > 0) {
        for (int i = 0; i < avformat_index_get_entries_count(stream); ++i)
            info.hiddenFrames += (avformat_index_get_entry(stream, i)->flags & AVINDEX_DISCARD_FRAME) != 0 ? 1 : 0;
        info.expectedFrames = stream->nb_frames - info.hiddenFrames;
        info.expectedIsExact = true;
        if (info.hiddenFrames > 0)
            info.warnings.push_back(fmt::format(
                "An edit list hides {} frames of the file; they are no part of the film.", info.hiddenFrames));
    } else {
        info.expectedFrames = std::llround(seconds * info.frameRate.value());
    }
    for (const AVDictionary* dictionary : {stream->metadata, input->metadata})
        if (const auto* tag = av_dict_get(dictionary, "timecode", nullptr, 0); tag != nullptr && info.timecode.empty())
            info.timecode = tag->value;
    info.chapters = static_cast<int>(input->nb_chapters);
    if (info.layout.alpha) info.warnings.push_back("The film has transparency, which is not kept.");
    if (isHdr(info))
        info.warnings.push_back(
            "The film is HDR (PQ or HLG); the networks were made for standard range, check the colours.");
    if (isInterlaced(info))
        info.warnings.push_back(
            "The film is interlaced; its fields are coloured apart and kept; --deinterlace makes whole frames of them.");
}

namespace {

std::string typeName(AVMediaType type) {
    const char* name = av_get_media_type_string(type);
    return name == nullptr ? "unknown" : name;
}

AVPixelFormat decodedFormat(const AVStream* stream) { return static_cast<AVPixelFormat>(stream->codecpar->format); }

}  // namespace

Result<MediaInfo> probe(const fs::path& path) {
    const auto pictures = listPictures(path);
    std::error_code ec;
    if (pictures.files.empty() && fs::is_directory(path, ec))
        return fail(ErrorCode::Input,
                    "The folder '" + path.string() + "' holds no numbered pictures (name_0001.png and so on).");
    const bool isPictures = !pictures.files.empty();
    const fs::path first = isPictures ? pictures.files.front() : path;
    TT_ASSIGN(const InputPtr input, openInput(first, isPictures));
    MediaInfo info;
    info.path = path;
    info.container = isPictures ? "pictures" : input->iformat->name;
    const int video = chooseVideo(input.get());
    for (unsigned i = 0; i < input->nb_streams; ++i) {
        const AVStream* s = input->streams[i];
        StreamInfo stream{static_cast<int>(i),
                          typeName(s->codecpar->codec_type),
                          avcodec_get_name(s->codecpar->codec_id),
                          {},
                          static_cast<int>(i) == video};
        if (const auto* language = av_dict_get(s->metadata, "language", nullptr, 0)) stream.language = language->value;
        info.streams.push_back(std::move(stream));
    }
    if (input->nb_streams == 0)
        return fail(ErrorCode::Input,
                    "'" + path.string() +
                        "' holds no track, so no frames either; it was cut short or made empty. Try a fresh copy.");
    if (video < 0)
        return fail(ErrorCode::Input,
                    "'" + path.string() + "' has no video track" + ", only sound or a cover picture; give a film.");
    if (input->streams[video]->codecpar->width <= 0)
        return fail(ErrorCode::Input, "The video track of '" + path.string() +
                                          "' has no frame that can be decoded; the file is damaged or ends too early.");
    describeVideo(info, input.get(), video, decodedFormat(input->streams[video]));
    if (isPictures) {
        info.frameRate = {24, 1};
        info.timebase = {1, 24};
        info.variableRate = false;
        info.expectedFrames = static_cast<std::int64_t>(pictures.files.size());
        info.expectedIsExact = true;
        info.duration = static_cast<double>(info.expectedFrames) / 24.0;
        if (pictures.gaps > 0)
            info.warnings.push_back(
                fmt::format("{} pictures are missing between the first and the last number.", pictures.gaps));
    }
    return info;
}

}  // namespace tintreel::media
