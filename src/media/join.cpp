// SPDX-License-Identifier: Apache-2.0
#include "tintreel/media/join.h"

#include <cstring>
#include <fstream>
#include <limits>

#include <fmt/format.h>

#include "media/demux.h"
#include "media/packet_sink.h"

namespace tintreel::media {
namespace {

/// One part, open at its first packet.
struct Part {
    InputPtr input;
    int stream = -1;

    static Result<Part> open(const std::filesystem::path& file) {
        Part part;
        TT_ASSIGN(part.input, openInput(file, false));
        part.stream = chooseVideo(part.input.get());
        if (part.stream < 0)
            return fail(ErrorCode::Mismatch, "'" + file.string() + "' holds no picture; do its task again.");
        return part;
    }
    [[nodiscard]] const AVStream* video() const { return input->streams[stream]; }
};

bool alike(const AVCodecParameters& one, const AVCodecParameters& other) {
    return one.codec_id == other.codec_id && one.width == other.width && one.height == other.height &&
           one.format == other.format && one.extradata_size == other.extradata_size &&
           (one.extradata_size == 0 ||
            std::memcmp(one.extradata, other.extradata, static_cast<std::size_t>(one.extradata_size)) == 0);
}

/// A codec context that says what the encoder's said.
CodecPtr describing(const AVStream& stream, const OutputFormat& format, const MediaInfo& source) {
    CodecPtr codec(avcodec_alloc_context3(nullptr));
    avcodec_parameters_to_context(codec.get(), stream.codecpar);
    codec->codec_tag = 0;
    codec->time_base = {static_cast<int>(source.timebase.num), static_cast<int>(source.timebase.den)};
    codec->framerate = {static_cast<int>(source.frameRate.num), static_cast<int>(source.frameRate.den)};
    codec->sample_aspect_ratio = {static_cast<int>(source.sampleAspect.num), static_cast<int>(source.sampleAspect.den)};
    codec->colorspace = static_cast<AVColorSpace>(format.tags.matrix);
    codec->color_primaries = static_cast<AVColorPrimaries>(format.tags.primaries);
    codec->color_trc = static_cast<AVColorTransferCharacteristic>(format.tags.transfer);
    codec->color_range = format.tags.fullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    return codec;
}

/// The lists one behind the other, under the first one's head.
Result<> joinChecksums(const std::vector<std::filesystem::path>& parts, const std::filesystem::path& target) {
    std::ofstream out(target, std::ios::binary);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        std::ifstream in(checksumsBeside(parts[i]));
        if (!in)
            return fail(ErrorCode::Mismatch,
                        "'" + checksumsBeside(parts[i]).string() + "' is missing; do its task again.");
        for (std::string line; std::getline(in, line);)
            if (i == 0 || !line.starts_with("#")) out << line << '\n';
    }
    out.close();
    return out ? Result<>()
               : fail(ErrorCode::Output, "'" + target.string() + "' cannot be written; is there room on the disk?");
}

}  // namespace

bool canBeJoined(const OutputFormat& format) {
    if (format.kind != OutputFormat::Kind::Film) return false;
    const AVCodec* encoder = avcodec_find_encoder_by_name(format.encoder.name.c_str());
    return encoder != nullptr &&
           (encoder->id == AV_CODEC_ID_FFV1 || encoder->id == AV_CODEC_ID_PRORES || encoder->id == AV_CODEC_ID_DNXHD);
}

Result<std::int64_t> joinFilms(const std::vector<std::filesystem::path>& parts, const JoinTarget& target,
                               const OutputFormat& format, const MediaInfo& source,
                               const std::function<bool(std::int64_t)>& goOn, std::vector<std::string>& warnings) {
    if (parts.empty()) return fail(ErrorCode::Usage, "There is nothing to join.");
    TT_ASSIGN(Part first, Part::open(parts.front()));
    const CodecPtr codec = describing(*first.video(), format, source);
    TT_ASSIGN(const auto sink, makeFilmSink(target.file, target.finalName, format, source));
    TT_TRY(sink->open(*codec));
    warnings = sink->warnings();
    const PacketPtr packet(av_packet_alloc());
    std::int64_t frames = 0, last = std::numeric_limits<std::int64_t>::min();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        TT_ASSIGN(Part part, Part::open(parts[i]));
        if (!alike(*first.video()->codecpar, *part.video()->codecpar))
            return fail(ErrorCode::Mismatch,
                        fmt::format("'{}' was coded otherwise than '{}'; do both tasks again with the same version.",
                                    parts[i].string(), parts.front().string()));
        while (av_read_frame(part.input.get(), packet.get()) >= 0) {
            if (packet->stream_index != part.stream) {
                av_packet_unref(packet.get());
                continue;
            }
            av_packet_rescale_ts(packet.get(), part.video()->time_base, codec->time_base);
            // No frame leans on another one, so they are stored as they are shown.
            packet->dts = packet->pts;
            packet->pos = -1;
            if (packet->pts <= last)
                return fail(
                    ErrorCode::Mismatch,
                    fmt::format("'{}' does not lie behind the part before it; do its task again.", parts[i].string()));
            last = packet->pts;
            const double seconds = static_cast<double>(packet->pts) * source.timebase.value();
            const auto written = sink->write(packet.get());
            av_packet_unref(packet.get());
            TT_TRY(written);
            TT_TRY(sink->advance(seconds));
            if (!goOn(++frames)) return cancelled();
        }
    }
    TT_TRY(sink->finish());
    if (!target.checksums.empty()) TT_TRY(joinChecksums(parts, target.checksums));
    return frames;
}

}  // namespace tintreel::media
