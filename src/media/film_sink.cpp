// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>
#include <optional>

#include "media/demux.h"
#include "media/file_marks.h"
#include "media/packet_sink.h"
#include "media/track_copier.h"

namespace tintreel::media {
namespace {

bool isMovLike(const AVFormatContext& output) {
    return std::strcmp(output.oformat->name, "mp4") == 0 || std::strcmp(output.oformat->name, "mov") == 0 ||
           std::strcmp(output.oformat->name, "ipod") == 0;
}

/// A film: the coloured track first, then the source's others.
class FilmSink final : public PacketSink {
public:
    FilmSink(std::filesystem::path file, std::filesystem::path name, const OutputFormat& format,
             const MediaInfo& source, OutputPtr output)
        : file_(std::move(file)),
          name_(std::move(name)),
          format_(format),
          source_(source),
          output_(std::move(output)) {}

    bool wantsGlobalHeader() const override { return (output_->oformat->flags & AVFMT_GLOBALHEADER) != 0; }

    Result<> open(const AVCodecContext& codec) override {
        codecTimebase_ = codec.time_base;
        stream_ = avformat_new_stream(output_.get(), nullptr);
        avcodec_parameters_from_context(stream_->codecpar, &codec);
        stream_->time_base = codec.time_base;
        stream_->avg_frame_rate = codec.framerate;
        stream_->sample_aspect_ratio = codec.sample_aspect_ratio;
        if (isMovLike(*output_) && !format_.tag.empty())
            stream_->codecpar->codec_tag = MKTAG(format_.tag[0], format_.tag[1], format_.tag[2], format_.tag[3]);
        if (!format_.pictureOnly) TT_TRY(copier_.open(source_, output_.get(), format_.cut));
        warnings_ = copier_.warnings();
        if (source_.rotation != 0 && !isMovLike(*output_))
            warnings_.push_back(
                "The film is shown turned; this container cannot say so and shows it as it is coded. Choose .mp4 or .mov to keep it upright.");
        if (const AVStream* video = copier_.sourceVideo()) describeAs(*video);
        av_dict_set(&stream_->metadata, "encoder", nullptr, 0);
        markFilm(output_.get(), format_.marks);
        if (!source_.timecode.empty()) av_dict_set(&stream_->metadata, "timecode", source_.timecode.c_str(), 0);
        return writeHeader();
    }

    Result<> write(AVPacket* packet) override {
        packet->stream_index = stream_->index;
        // libx265 leaves decoding times unset in films that are shorter than its look-ahead.
        const std::int64_t hour = av_rescale_q(3600, {1, 1}, codecTimebase_);
        if (packet->dts != AV_NOPTS_VALUE && (packet->dts > packet->pts || packet->dts < packet->pts - hour))
            packet->dts = lastDts_ ? std::min(packet->pts, *lastDts_ + 1) : packet->pts;
        lastDts_ = packet->dts;
        av_packet_rescale_ts(packet, codecTimebase_, stream_->time_base);
        int rc = av_interleaved_write_frame(output_.get(), packet);
        // A full disk shows in the I/O layer before the muxer says so.
        if (rc >= 0 && output_->pb->error < 0) rc = output_->pb->error;
        return rc < 0 ? Result<>(writeFailed(name_, rc)) : Result<>();
    }

    Result<> advance(double seconds) override { return copier_.copyUntil(output_.get(), seconds); }

    Result<> finish() override {
        TT_TRY(copier_.copyUntil(output_.get(), -1));
        int rc = av_write_trailer(output_.get());
        if (rc >= 0) {
            avio_flush(output_->pb);
            rc = output_->pb->error;
        }
        if (rc < 0) return writeFailed(name_, rc);
        if (rc = avio_closep(&output_->pb); rc < 0) return writeFailed(name_, rc);
        return markFinishedFilm(file_, *output_, format_.marks);
    }

    const std::vector<std::string>& warnings() const override { return warnings_; }

private:
    /// What the source's track says of itself and the codec does not: names, how it is turned, what an HDR screen needs
    /// to know.
    void describeAs(const AVStream& video) {
        av_dict_copy(&stream_->metadata, video.metadata, 0);
        stream_->disposition = video.disposition;
        for (const auto type :
             {AV_PKT_DATA_DISPLAYMATRIX, AV_PKT_DATA_MASTERING_DISPLAY_METADATA, AV_PKT_DATA_CONTENT_LIGHT_LEVEL}) {
            std::size_t size = 0;
            const auto* data = av_stream_get_side_data(&video, type, &size);
            if (data == nullptr) continue;
            if (auto* copy = av_stream_new_side_data(stream_, type, size)) std::memcpy(copy, data, size);
        }
    }

    Result<> writeHeader() {
        AVFormatContext* raw = output_.get();
        Dictionary options;
        if (isMovLike(*raw)) {
            options.set("movflags", "faststart+use_metadata_tags");
            // Keeps the source's own ticks, which is what keeps variable rates exact.
            options.set("video_track_timescale",
                        std::to_string(source_.timebase.num == 1 ? source_.timebase.den : 90000));
        }
        const std::string url = urlOf(file_);
        if (const int rc = avio_open(&raw->pb, url.c_str(), AVIO_FLAG_WRITE); rc < 0) return writeFailed(name_, rc);
        av_freep(&raw->url);
        raw->url = av_strdup(url.c_str());
        // Nothing is moved that the container can hold: pictures that are decoded before time zero are shown from zero
        // all the same.
        raw->avoid_negative_ts = AVFMT_AVOID_NEG_TS_AUTO;
        if (const int rc = avformat_write_header(raw, options.out()); rc < 0) return writeFailed(name_, rc);
        return {};
    }

    std::filesystem::path file_, name_;
    OutputFormat format_;
    MediaInfo source_;
    TrackCopier copier_;
    std::vector<std::string> warnings_;
    OutputPtr output_;
    AVStream* stream_ = nullptr;
    AVRational codecTimebase_{1, 1};
    std::optional<std::int64_t> lastDts_;
};

}  // namespace

Result<std::unique_ptr<PacketSink>> makeFilmSink(const std::filesystem::path& file, const std::filesystem::path& name,
                                                 const OutputFormat& format, const MediaInfo& source) {
    AVFormatContext* raw = nullptr;
    const int rc = avformat_alloc_output_context2(&raw, nullptr, nullptr, name.string().c_str());
    if (rc < 0 || raw == nullptr)
        return fail(ErrorCode::Output,
                    "No container fits the ending of '" + name.string() + "'; use .mp4, .mov or .mkv.");
    return std::make_unique<FilmSink>(file, name, format, source, OutputPtr(raw));
}

}  // namespace tintreel::media
