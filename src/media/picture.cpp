// SPDX-License-Identifier: Apache-2.0
extern "C" {
#include <libavutil/base64.h>
}

#include <fstream>

#include "media/convert.h"
#include "media/demux.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/media/picture.h"

namespace tintreel::media {

Result<RgbImage> readPicture(const std::filesystem::path& path) {
    TT_ASSIGN(const InputPtr input, openInput(path, true));
    const int stream = chooseVideo(input.get());
    const Unexpected unreadable = fail(ErrorCode::Input, "'" + path.string() + "' is no picture that can be read.");
    if (stream < 0) return unreadable;
    const AVCodec* decoder = avcodec_find_decoder(input->streams[stream]->codecpar->codec_id);
    if (decoder == nullptr) return unreadable;
    const CodecPtr codec(avcodec_alloc_context3(decoder));
    avcodec_parameters_to_context(codec.get(), input->streams[stream]->codecpar);
    const PacketPtr packet(av_packet_alloc());
    const FramePtr frame(av_frame_alloc());
    if (avcodec_open2(codec.get(), decoder, nullptr) < 0 || av_read_frame(input.get(), packet.get()) < 0)
        return unreadable;
    avcodec_send_packet(codec.get(), packet.get());
    avcodec_send_packet(codec.get(), nullptr);
    if (avcodec_receive_frame(codec.get(), frame.get()) < 0) return unreadable;

    RgbImage image(frame->width, frame->height);
    const auto format = static_cast<AVPixelFormat>(frame->format);
    const SwsPtr scaler(sws_getContext(frame->width, frame->height, format, frame->width, frame->height,
                                       AV_PIX_FMT_RGB24, SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, nullptr,
                                       nullptr, nullptr));
    if (!scaler) return unreadable;
    const PixelLayout layout = layoutOf(format);
    const bool full =
        frame->color_range == AVCOL_RANGE_JPEG || layout.name.starts_with("yuvj") || layout.grey || layout.rgb;
    setScalerColors(scaler.get(), frame->colorspace == AVCOL_SPC_UNSPECIFIED ? AVCOL_SPC_BT470BG : frame->colorspace,
                    full, AVCOL_SPC_BT709, true);
    std::uint8_t* rows[] = {image.data.data()};
    const int strides[] = {frame->width * 3};
    sws_scale(scaler.get(), frame->data, frame->linesize, 0, frame->height, rows, strides);
    return image;
}

Result<> writePng(const std::filesystem::path& path, const RgbImage& image) {
    const Unexpected failed = fail(ErrorCode::Output, "The picture '" + path.string() + "' cannot be written.");
    const AVCodec* encoder = avcodec_find_encoder(AV_CODEC_ID_PNG);
    if (encoder == nullptr) return failed;
    const CodecPtr codec(avcodec_alloc_context3(encoder));
    codec->width = image.width;
    codec->height = image.height;
    codec->pix_fmt = AV_PIX_FMT_RGB24;
    codec->time_base = {1, 1};
    const FramePtr frame(av_frame_alloc());
    frame->width = image.width;
    frame->height = image.height;
    frame->format = AV_PIX_FMT_RGB24;
    if (avcodec_open2(codec.get(), encoder, nullptr) < 0 || av_frame_get_buffer(frame.get(), 0) < 0) return failed;
    for (int y = 0; y < image.height; ++y)
        std::copy_n(image.pixel(0, y), image.width * 3,
                    frame->data[0] + static_cast<std::ptrdiff_t>(y) * frame->linesize[0]);
    const PacketPtr packet(av_packet_alloc());
    if (avcodec_send_frame(codec.get(), frame.get()) < 0 || avcodec_receive_packet(codec.get(), packet.get()) < 0)
        return failed;
    return writeFileAtomically(
        path, {reinterpret_cast<const char*>(packet->data), static_cast<std::size_t>(packet->size)}, true);
}

Result<std::string> jpegUrl(const RgbImage& image) {
    const Unexpected failed = fail(ErrorCode::Output, "This FFmpeg makes no JPEG pictures, which thumbnails are.");
    const AVCodec* encoder = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
    if (encoder == nullptr || image.empty()) return failed;
    const CodecPtr codec(avcodec_alloc_context3(encoder));
    codec->width = image.width;
    codec->height = image.height;
    codec->pix_fmt = AV_PIX_FMT_YUVJ420P;
    codec->time_base = {1, 1};
    codec->flags |= AV_CODEC_FLAG_QSCALE;
    codec->global_quality = 4 * FF_QP2LAMBDA;
    const FramePtr frame(av_frame_alloc());
    frame->width = image.width;
    frame->height = image.height;
    frame->format = AV_PIX_FMT_YUVJ420P;
    frame->quality = codec->global_quality;
    const SwsPtr scaler(sws_getContext(image.width, image.height, AV_PIX_FMT_RGB24, image.width, image.height,
                                       AV_PIX_FMT_YUV420P, SWS_BICUBIC | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
    if (!scaler || avcodec_open2(codec.get(), encoder, nullptr) < 0 || av_frame_get_buffer(frame.get(), 0) < 0)
        return failed;
    // JPEG's colours are BT.601 at full range (JFIF).
    setScalerColors(scaler.get(), AVCOL_SPC_BT709, true, AVCOL_SPC_BT470BG, true);
    const std::uint8_t* rows[] = {image.data.data()};
    const int strides[] = {image.width * 3};
    sws_scale(scaler.get(), rows, strides, 0, image.height, frame->data, frame->linesize);
    const PacketPtr packet(av_packet_alloc());
    if (avcodec_send_frame(codec.get(), frame.get()) < 0 || avcodec_receive_packet(codec.get(), packet.get()) < 0)
        return failed;
    std::string base64(static_cast<std::size_t>(AV_BASE64_SIZE(packet->size)), '\0');
    if (av_base64_encode(base64.data(), static_cast<int>(base64.size()), packet->data, packet->size) == nullptr)
        return failed;
    return "data:image/jpeg;base64," + std::string(base64.c_str());
}

}  // namespace tintreel::media
