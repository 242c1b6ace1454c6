// SPDX-License-Identifier: Apache-2.0
#include "media/track_copier.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include <fmt/format.h>

#include "media/demux.h"

namespace tintreel::media {

namespace {

// A subtitle that began so long before a cut may still be on the screen.
constexpr double kLongestSubtitle = 30;

}  // namespace

Result<> TrackCopier::open(const MediaInfo& source, AVFormatContext* output, const std::optional<OutputCut>& cut) {
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
        bool fits = type == AVMEDIA_TYPE_ATTACHMENT
                        ? container == "matroska"
                        : avformat_query_codec(output->oformat, from->codecpar->codec_id, FF_COMPLIANCE_NORMAL) == 1;
        if (type == AVMEDIA_TYPE_DATA || type == AVMEDIA_TYPE_UNKNOWN) fits = false;
        if (!fits) {
            warnings_.push_back(
                fmt::format("Track {} ({}, {}) cannot be kept in this container; choose .mkv to keep it.", i,
                            av_get_media_type_string(type) ? av_get_media_type_string(type) : "unknown",
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
    // Some containers say it twice; it must not differ.
    if (!source.timecode.empty() && av_dict_get(output->metadata, "timecode", nullptr, 0) != nullptr)
        av_dict_set(&output->metadata, "timecode", source.timecode.c_str(), 0);
    if (cut) {
        const double tick = source.timebase.value();
        const bool toEnd = cut->end == std::numeric_limits<std::int64_t>::max();
        cut_ = {static_cast<double>(cut->start) * tick,
                toEnd ? std::numeric_limits<double>::infinity() : static_cast<double>(cut->end) * tick,
                static_cast<double>(cut->shift) * tick};
    }
    copyChapters(output);
    ended_ = targets_.empty();
    for (unsigned i = 0; i < input_->nb_streams; ++i)
        if (!targets_.count(static_cast<int>(i))) input_->streams[i]->discard = AVDISCARD_ALL;
    // Where clocks start again the way to the cut has to be counted.
    if (cut_ && cut_->shift > kLongestSubtitle && !ended_ && (input_->iformat->flags & AVFMT_TS_DISCONT) == 0)
        av_seek_frame(input_.get(), -1, static_cast<std::int64_t>((cut_->start - kLongestSubtitle) * AV_TIME_BASE),
                      AVSEEK_FLAG_BACKWARD);
    return {};
}

void TrackCopier::copyChapters(AVFormatContext* output) const {
    for (unsigned i = 0; i < input_->nb_chapters; ++i) {
        const AVChapter* from = input_->chapters[i];
        const double tick = av_q2d(from->time_base);
        std::int64_t start = from->start, end = from->end;
        if (cut_) {
            if (static_cast<double>(end) * tick <= cut_->start || static_cast<double>(start) * tick >= cut_->end)
                continue;
            start = std::llround((std::max(static_cast<double>(start) * tick, cut_->start) - cut_->shift) / tick);
            end = std::llround((std::min(static_cast<double>(end) * tick, cut_->end) - cut_->shift) / tick);
        }
        auto** chapters =
            static_cast<AVChapter**>(av_realloc_array(output->chapters, output->nb_chapters + 1, sizeof(AVChapter*)));
        auto* chapter = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
        if (chapters == nullptr || chapter == nullptr) break;
        *chapter = *from;
        chapter->start = start;
        chapter->end = end;
        chapter->metadata = nullptr;
        av_dict_copy(&chapter->metadata, from->metadata, 0);
        output->chapters = chapters;
        output->chapters[output->nb_chapters++] = chapter;
    }
}

bool TrackCopier::fitIntoCut() {
    if (!cut_) return true;
    const int index = packet_->stream_index;
    const AVStream* stream = input_->streams[index];
    const auto type = stream->codecpar->codec_type;
    const double tick = av_q2d(stream->time_base);
    const auto ticks = [tick](double seconds) { return static_cast<std::int64_t>(std::llround(seconds / tick)); };
    const std::int64_t time = packet_->pts != AV_NOPTS_VALUE ? packet_->pts : packet_->dts;
    if (time == AV_NOPTS_VALUE) return begun_.count(index) != 0;
    const double at = static_cast<double>(time) * tick;
    if (at >= cut_->end) {
        // Pictures are stored in another order than shown; other tracks have nothing more to give.
        if (type != AVMEDIA_TYPE_VIDEO || static_cast<double>(packet_->dts) * tick >= cut_->end) passed_.insert(index);
        return false;
    }
    if (type == AVMEDIA_TYPE_SUBTITLE) {
        const double end = at + static_cast<double>(packet_->duration) * tick;
        if (packet_->duration > 0 ? end <= cut_->start : at < cut_->start) return false;
        const double from = std::max(at, cut_->start);
        if (packet_->duration > 0) packet_->duration = ticks(std::min(end, cut_->end) - from);
        packet_->pts = packet_->dts = ticks(from);
    } else if (begun_.count(index) == 0 && (at < cut_->start - tick / 2 ||
                                            (type == AVMEDIA_TYPE_VIDEO && (packet_->flags & AV_PKT_FLAG_KEY) == 0))) {
        return false;
    }
    begun_.insert(index);
    if (packet_->pts != AV_NOPTS_VALUE) packet_->pts -= ticks(cut_->shift);
    if (packet_->dts != AV_NOPTS_VALUE) packet_->dts -= ticks(cut_->shift);
    return true;
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
        if (fresh) {
            followOn();
            if (!fitIntoCut()) {
                av_packet_unref(packet_.get());
                pending_ = false;
                ended_ = passed_.size() == targets_.size();
                continue;
            }
        }
        const std::int64_t time = packet_->dts != AV_NOPTS_VALUE ? packet_->dts : packet_->pts;
        if (seconds >= 0 && time != AV_NOPTS_VALUE && static_cast<double>(time) * av_q2d(from->time_base) > seconds)
            return {};
        AVStream* to = output->streams[target->second];
        av_packet_rescale_ts(packet_.get(), from->time_base, to->time_base);
        packet_->stream_index = target->second;
        packet_->pos = -1;
        pending_ = false;
        if (const int rc = av_interleaved_write_frame(output, packet_.get()); rc < 0)
            return fail(ErrorCode::Output, "A sound or subtitle packet cannot be written; is there room on the disk?",
                        avText(rc));
    }
    return {};
}

}  // namespace tintreel::media
