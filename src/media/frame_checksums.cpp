// SPDX-License-Identifier: Apache-2.0
#include "media/frame_checksums.h"

#include <cmath>

#include "media/packet_sink.h"

namespace tintreel::media {

Result<FrameChecksums> FrameChecksums::create(const std::filesystem::path& file, const AVCodecContext& codec,
                                              const MediaInfo& source) {
    FrameChecksums list;
    list.file_ = file;
    list.codecTimebase_ = codec.time_base;
    list.startMicroseconds_ = std::llround(std::max(0.0, source.startTime) * AV_TIME_BASE);
    AVFormatContext* raw = nullptr;
    if (avformat_alloc_output_context2(&raw, nullptr, "framemd5", nullptr) < 0)
        return fail(ErrorCode::Output, "This FFmpeg cannot write frame checksums (framemd5); choose another preset.");
    list.output_.reset(raw);
    AVStream* stream = avformat_new_stream(raw, nullptr);
    stream->codecpar->codec_type = AVMEDIA_TYPE_VIDEO;
    stream->codecpar->codec_id = AV_CODEC_ID_RAWVIDEO;
    stream->codecpar->width = codec.width;
    stream->codecpar->height = codec.height;
    stream->codecpar->format = codec.pix_fmt;
    stream->codecpar->sample_aspect_ratio = stream->sample_aspect_ratio = codec.sample_aspect_ratio;
    stream->time_base = source.variableRate ? AVRational{1, 1000} : av_inv_q(codec.framerate);
    if (const int rc = avio_open(&raw->pb, urlOf(file).c_str(), AVIO_FLAG_WRITE); rc < 0) return writeFailed(file, rc);
    if (const int rc = avformat_write_header(raw, nullptr); rc < 0) return writeFailed(file, rc);
    return list;
}

Result<> FrameChecksums::add(const AVFrame& frame) {
    const auto format = static_cast<AVPixelFormat>(frame.format);
    const int size = av_image_get_buffer_size(format, frame.width, frame.height, 1);
    if (size < 0 || av_new_packet(packet_.get(), size) < 0) return writeFailed(file_, AVERROR(ENOMEM));
    av_image_copy_to_buffer(packet_->data, size, frame.data, frame.linesize, format, frame.width, frame.height, 1);
    const AVRational timebase = output_->streams[0]->time_base;
    // Matroska counts in milliseconds, and so does what is read back from it.
    const std::int64_t milliseconds =
        av_rescale_q(frame.pts, codecTimebase_, {1, 1000}) - av_rescale(startMicroseconds_, 1000, AV_TIME_BASE);
    packet_->pts = packet_->dts = av_rescale_q(milliseconds, {1, 1000}, timebase);
    packet_->duration = timebase.den == 1000 && timebase.num == 1
                            ? std::max<std::int64_t>(1, av_rescale_q(durationOf(frame), codecTimebase_, timebase))
                            : 1;
    packet_->flags |= AV_PKT_FLAG_KEY;
    const int rc = av_write_frame(output_.get(), packet_.get());
    av_packet_unref(packet_.get());
    if (rc < 0 || output_->pb->error < 0) return writeFailed(file_, rc < 0 ? rc : output_->pb->error);
    return {};
}

Result<> FrameChecksums::finish() {
    int rc = av_write_trailer(output_.get());
    avio_flush(output_->pb);
    if (rc >= 0) rc = output_->pb->error;
    if (rc >= 0) rc = avio_closep(&output_->pb);
    return rc < 0 ? Result<>(writeFailed(file_, rc)) : Result<>();
}

}  // namespace tintreel::media
