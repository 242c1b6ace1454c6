// SPDX-License-Identifier: Apache-2.0
#include "media/track_copier.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "media/demux.h"

namespace tintreel::media {

Result<> TrackCopier::open(const MediaInfo& source, AVFormatContext* output) {
    if (source.container == "pictures") return {};
    TT_ASSIGN(input_, openInput(source.path, false));
    const int video = chooseVideo(input_.get());
    if (video >= 0) video_ = input_->streams[video];
    const std::string container = output->oformat->name;
    for (unsigned i = 0; i < input_->nb_streams; ++i) {
        AVStream* from = input_->streams[i];
        const auto type = from->codecpar->codec_type;
        if (static_cast<int>(i) == video) continue;
        // A timecode track is written anew from the timecode tag.
        if (type == AVMEDIA_TYPE_DATA && from->codecpar->codec_tag == MKTAG('t', 'm', 'c', 'd')) continue;
        // avformat_query_codec answers for codecs; attachments exist in Matroska alone, and MP4 holds no free pictures.
        bool fits = type == AVMEDIA_TYPE_ATTACHMENT ? container == "matroska" : avformat_query_codec(output->oformat, from->codecpar->codec_id, FF_COMPLIANCE_NORMAL) == 1;
        if (type == AVMEDIA_TYPE_DATA || type == AVMEDIA_TYPE_UNKNOWN) fits = false;
        if (!fits) {
            warnings_.push_back(fmt::format("Track {} ({}, {}) cannot be kept in this container; choose .mkv to keep it.", i, av_get_media_type_string(type) ? av_get_media_type_string(type) : "unknown",
                                            avcodec_get_name(from->codecpar->codec_id)));
            continue;
        }
        AVStream* to = avformat_new_stream(output, nullptr);
        avcodec_parameters_copy(to->codecpar, from->codecpar);
        // The tag of one container may be wrong in another; zero lets the muxer choose.
        to->codecpar->codec_tag = 0;
        to->time_base = from->time_base;
        to->disposition = from->disposition;
        av_dict_copy(&to->metadata, from->metadata, 0);
        targets_[static_cast<int>(i)] = to->index;
    }
    av_dict_copy(&output->metadata, input_->metadata, 0);
    for (unsigned i = 0; i < input_->nb_chapters; ++i) {
        const AVChapter* from = input_->chapters[i];
        auto** chapters = static_cast<AVChapter**>(av_realloc_array(output->chapters, output->nb_chapters + 1, sizeof(AVChapter*)));
        auto* chapter = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
        if (chapters == nullptr || chapter == nullptr) break;
        *chapter = *from;
        chapter->metadata = nullptr;
        av_dict_copy(&chapter->metadata, from->metadata, 0);
        output->chapters = chapters;
        output->chapters[output->nb_chapters++] = chapter;
    }
    ended_ = targets_.empty();
    for (unsigned i = 0; i < input_->nb_streams; ++i)
        if (!targets_.count(static_cast<int>(i))) input_->streams[i]->discard = AVDISCARD_ALL;
    return {};
}

void TrackCopier::followOn() {
    if ((input_->iformat->flags & AVFMT_TS_DISCONT) == 0 || packet_->dts == AV_NOPTS_VALUE) return;
    auto& [shift, next] = clocks_[packet_->stream_index];
    packet_->dts += shift;
    if (next && packet_->dts < *next - 3 * std::max<std::int64_t>(1, packet_->duration)) {
        const std::int64_t more = *next - packet_->dts;
        shift += more;
        packet_->dts += more;
    }
    if (packet_->pts != AV_NOPTS_VALUE) packet_->pts += shift;
    next = packet_->dts + std::max<std::int64_t>(1, packet_->duration);
}

Result<> TrackCopier::copyUntil(AVFormatContext* output, double seconds) {
    while (!ended_) {
        const bool fresh = !pending_;
        if (fresh) {
            // A source that is cut short ends here too; the video's reader has listed it.
            if (av_read_frame(input_.get(), packet_.get()) < 0) {
                ended_ = true;
                break;
            }
            pending_ = true;
        }
        const auto target = targets_.find(packet_->stream_index);
        if (target == targets_.end()) {
            av_packet_unref(packet_.get());
            pending_ = false;
            continue;
        }
        const AVStream* from = input_->streams[packet_->stream_index];
        if (fresh) followOn();
        const std::int64_t time = packet_->dts != AV_NOPTS_VALUE ? packet_->dts : packet_->pts;
        if (seconds >= 0 && time != AV_NOPTS_VALUE && static_cast<double>(time) * av_q2d(from->time_base) > seconds) return {};
        AVStream* to = output->streams[target->second];
        av_packet_rescale_ts(packet_.get(), from->time_base, to->time_base);
        packet_->stream_index = target->second;
        packet_->pos = -1;
        pending_ = false;
        if (const int rc = av_interleaved_write_frame(output, packet_.get()); rc < 0)
            return fail(ErrorCode::Output, "A sound or subtitle packet cannot be written; is there room on the disk?", avText(rc));
    }
    return {};
}

}  // namespace tintreel::media
