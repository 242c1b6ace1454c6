// SPDX-License-Identifier: Apache-2.0
#include "media/encoder.h"

#include <cstring>
#include <map>

#include <fmt/format.h>

#include "media/demux.h"

namespace tintreel::media {
namespace {

/// The order of the fields as FFmpeg numbers it; unknown where the source says nothing.
AVFieldOrder fieldOrderOf(const MediaInfo& source) {
    static const std::map<std::string, AVFieldOrder> kOrders{
        {"tt", AV_FIELD_TT}, {"bb", AV_FIELD_BB}, {"tb", AV_FIELD_TB}, {"bt", AV_FIELD_BT}};
    const auto found = kOrders.find(source.fieldOrder);
    return found == kOrders.end() ? AV_FIELD_UNKNOWN : found->second;
}

void describe(AVCodecContext& codec, const OutputFormat& format, const MediaInfo& source, int threads) {
    codec.width = format.codedWidth;
    codec.height = format.codedHeight;
    codec.pix_fmt = av_get_pix_fmt(format.pixelFormat.c_str());
    codec.time_base = {static_cast<int>(source.timebase.num), static_cast<int>(source.timebase.den)};
    codec.framerate = {static_cast<int>(source.frameRate.num), static_cast<int>(source.frameRate.den)};
    codec.sample_aspect_ratio = {static_cast<int>(source.sampleAspect.num), static_cast<int>(source.sampleAspect.den)};
    codec.thread_count = threads;
    if (format.kind != OutputFormat::Kind::Film) return;
    codec.colorspace = static_cast<AVColorSpace>(format.tags.matrix);
    codec.color_primaries = static_cast<AVColorPrimaries>(format.tags.primaries);
    codec.color_trc = static_cast<AVColorTransferCharacteristic>(format.tags.transfer);
    codec.color_range = format.tags.fullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    codec.chroma_sample_location = format.chromaShiftX == 0 ? AVCHROMA_LOC_UNSPECIFIED
                                   : format.tags.chromaLocation != 0
                                       ? static_cast<AVChromaLocation>(format.tags.chromaLocation)
                                       : AVCHROMA_LOC_LEFT;
    codec.field_order = AV_FIELD_PROGRESSIVE;
    if (format.interlaced) {
        codec.flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;
        codec.field_order = fieldOrderOf(source);
    }
    // More slices than the picture has work for only cost bytes.
    if (codec.codec_id == AV_CODEC_ID_FFV1) codec.slices = format.width * format.height > 1024 * 576 ? 16 : 4;
}

}  // namespace

void EncoderFree::operator()(AVCodecContext* p) const noexcept {
    const char* wrapper = p->codec == nullptr ? nullptr : p->codec->wrapper_name;
    if (wrapper != nullptr && std::strcmp(wrapper, "libsvtav1") == 0 && avcodec_is_open(p) != 0) {
        if (p->frame_number == 0) {
            const FramePtr blank(av_frame_alloc());
            blank->width = p->width;
            blank->height = p->height;
            blank->format = p->pix_fmt;
            if (av_frame_get_buffer(blank.get(), 0) >= 0) avcodec_send_frame(p, blank.get());
        }
        avcodec_send_frame(p, nullptr);
        const PacketPtr packet(av_packet_alloc());
        while (avcodec_receive_packet(p, packet.get()) >= 0) av_packet_unref(packet.get());
    }
    avcodec_free_context(&p);
}

Result<EncoderPtr> openEncoder(const OutputFormat& format, const MediaInfo& source, int threads, bool globalHeader) {
    const AVCodec* encoder = avcodec_find_encoder_by_name(format.encoder.name.c_str());
    if (encoder == nullptr)
        return fail(ErrorCode::Output,
                    fmt::format("This FFmpeg lacks the encoder {}, which the preset {} needs; choose another preset.",
                                format.encoder.name, format.preset));
    EncoderPtr codec(avcodec_alloc_context3(encoder));
    describe(*codec, format, source, threads);
    if (globalHeader) codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    Dictionary options;
    for (const auto& [name, value] : format.encoder.options) options.set(name.c_str(), value);
    if (const int rc = avcodec_open2(codec.get(), encoder, options.out()); rc < 0)
        return fail(
            ErrorCode::Output,
            fmt::format(
                "The encoder {} cannot be started for {}x{} {}{}; choose another preset, master takes any size.",
                encoder->name, codec->width, codec->height, format.pixelFormat,
                encoder->capabilities & AV_CODEC_CAP_HARDWARE ? " (is its hardware there?)" : ""),
            avText(rc));
    return codec;
}

std::string whyUnavailable(const ExportPreset& preset) {
    const PresetEncoder* wanted = preset.encoder();
    if (wanted == nullptr) {
        std::string names;
        for (const auto& encoder : preset.encoders) names += (names.empty() ? "" : " or ") + encoder.name;
        return fmt::format("This FFmpeg lacks the encoder {}.", names);
    }
    const AVCodec* encoder = avcodec_find_encoder_by_name(wanted->name.c_str());
    if ((encoder->capabilities & AV_CODEC_CAP_HARDWARE) == 0) return {};
    OutputFormat format;
    format.preset = preset.id;
    format.encoder = *wanted;
    format.pixelFormat = preset.pixelFormats.front();
    format.codedWidth = 640;
    format.codedHeight = 360;
    const auto opened = openEncoder(format, {}, 1, false);
    return opened ? std::string() : fmt::format("The hardware of the encoder {} is not there.", wanted->name);
}

Result<> tryEncoder(const OutputFormat& format, const MediaInfo& source) {
    TT_ASSIGN(const auto codec, openEncoder(format, source, 1, true));
    return {};
}

}  // namespace tintreel::media
