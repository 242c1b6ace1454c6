// SPDX-License-Identifier: Apache-2.0
#include "media/frame_numbers.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "media/demux.h"

namespace tintreel::media {
namespace {

// Frames may be reordered over so many samples, where an edit list cuts through them.
constexpr int kReorder = 16;
// A decoder with threads holds back a few dozen packets; one that holds back more gives no frames for them.
constexpr std::size_t kMaxAwaited = 512;
// A VOP that is "not coded" is a header alone.
constexpr int kEmptyVopBytes = 10;
constexpr std::size_t kPiece = 4096;

}  // namespace

bool codecShowsEveryPacket(AVCodecID codec) {
    switch (codec) {
        case AV_CODEC_ID_H264:
        case AV_CODEC_ID_HEVC:
        case AV_CODEC_ID_AV1:
        case AV_CODEC_ID_VP9:
        case AV_CODEC_ID_MPEG1VIDEO:
        case AV_CODEC_ID_MPEG2VIDEO:
        case AV_CODEC_ID_MPEG4:
        case AV_CODEC_ID_FFV1: return true;
        default: break;
    }
    const auto* descriptor = avcodec_descriptor_get(codec);
    return descriptor != nullptr && (descriptor->props & AV_CODEC_PROP_INTRA_ONLY) != 0;
}

bool mayShowNothing(AVCodecID codec, int bytes) {
    return bytes == 0 || (codec == AV_CODEC_ID_MPEG4 && bytes <= kEmptyVopBytes);
}

void PacketWatch::start(std::int64_t from) {
    watching_ = true;
    from_ = from;
    first_ = from == std::numeric_limits<std::int64_t>::min();
    awaited_.clear();
}

void PacketWatch::went(const AVPacket& packet) {
    if (!watching_ || (packet.flags & AV_PKT_FLAG_DISCARD) != 0) return;
    if (packet.pts == AV_NOPTS_VALUE || awaited_.size() >= kMaxAwaited) watching_ = false;
    else if (packet.pts >= from_ && !awaited_.insert(packet.pts).second) watching_ = false;
}

bool PacketWatch::came(std::int64_t time) {
    if (!watching_ || time == AV_NOPTS_VALUE) return false;
    if (time < from_) return true;
    if (std::exchange(first_, false))
        while (!awaited_.empty() && *awaited_.begin() < time) {
            awaited_.erase(awaited_.begin());
            lostHead_ = true;
        }
    if (awaited_.empty() || *awaited_.begin() != time) return false;
    awaited_.erase(awaited_.begin());
    return true;
}

std::optional<SampleIndex> SampleIndex::of(AVFormatContext* input, int stream) {
    AVStream* s = input->streams[stream];
    const std::string_view container = input->iformat->name;
    const bool avi = container == "avi", mov = container.starts_with("mov,");
    SampleIndex index;
    index.samples_ = avformat_index_get_entries_count(s);
    // Other containers list key frames alone, or what was read so far; a fragmented MP4 counts no frames.
    if ((!avi && !mov) || s->nb_frames <= 0 || index.samples_ == 0) return std::nullopt;
    // AVI leaves out chunks without bytes, which repeat the frame before.
    if (avi && index.samples_ != s->nb_frames) return std::nullopt;
    int firstShown = -1, lastShown = -1;
    std::int64_t before = std::numeric_limits<std::int64_t>::min();
    for (int i = 0; i < index.samples_; ++i) {
        const AVIndexEntry* entry = avformat_index_get_entry(s, i);
        if (entry == nullptr || entry->timestamp <= before || mayShowNothing(s->codecpar->codec_id, entry->size))
            return std::nullopt;
        before = entry->timestamp;
        if (entry->flags & AVINDEX_DISCARD_FRAME) {
            index.hidden_.push_back(i);
        } else {
            firstShown = firstShown < 0 ? i : firstShown;
            lastShown = i;
        }
    }
    // An edit list of one piece hides frames at both ends. One of several may show frames in any order.
    const bool onePiece = std::all_of(index.hidden_.begin(), index.hidden_.end(),
                                      [&](int i) { return i < firstShown + kReorder || i > lastShown - kReorder; });
    if (firstShown < 0 || !onePiece) return std::nullopt;
    return index;
}

std::int64_t SampleIndex::decodeTime(AVStream* stream, FrameIndex n) const {
    std::int64_t sample = n;
    for (const int hidden : hidden_) {
        if (hidden > sample) break;
        ++sample;
    }
    const auto* entry =
        avformat_index_get_entry(stream, static_cast<int>(std::min<std::int64_t>(sample, samples_ - 1)));
    return entry == nullptr ? 0 : entry->timestamp;
}

std::optional<FrameIndex> SampleIndex::shownBefore(AVStream* stream, const AVPacket& key) const {
    // A list that grows was not whole.
    if (avformat_index_get_entries_count(stream) != samples_ || key.dts == AV_NOPTS_VALUE) return std::nullopt;
    const int sample = av_index_search_timestamp(stream, key.dts, AVSEEK_FLAG_BACKWARD | AVSEEK_FLAG_ANY);
    const auto* entry = sample < 0 ? nullptr : avformat_index_get_entry(stream, sample);
    if (entry == nullptr || entry->timestamp != key.dts || (entry->flags & AVINDEX_KEYFRAME) == 0) return std::nullopt;
    return sample - (std::lower_bound(hidden_.begin(), hidden_.end(), sample) - hidden_.begin());
}

Result<PacketScan> PacketScan::open(const std::filesystem::path& path, const std::string& container, int stream) {
    PacketScan scan;
    TT_ASSIGN(scan.input_, openInput(path, false, !container.starts_with("matroska")));
    scan.stream_ = stream;
    if (stream >= static_cast<int>(scan.input_->nb_streams))
        return fail(ErrorCode::Input,
                    "'" + path.string() + "' has lost a track since it was opened; was it changed meanwhile?");
    for (unsigned i = 0; i < scan.input_->nb_streams; ++i)
        if (static_cast<int>(i) != stream) scan.input_->streams[i]->discard = AVDISCARD_ALL;
    return scan;
}

bool PacketScan::settle(std::int64_t before, const std::function<bool(std::int64_t)>& take) {
    std::sort(open_.begin(), open_.end());
    const auto end = std::lower_bound(open_.begin(), open_.end(), before);
    for (auto time = open_.begin(); time != end; ++time) {
        if ((last_ && *time <= *last_) || !take(*time)) return false;
        last_ = *time;
    }
    open_.erase(open_.begin(), end);
    return true;
}

bool PacketScan::advance(const std::function<bool(std::int64_t)>& take) {
    while (!ended_) {
        av_packet_unref(packet_.get());
        // A film that is cut short ends here for its decoder too.
        if (av_read_frame(input_.get(), packet_.get()) < 0) {
            ended_ = true;
            input_.reset();
            return settle(std::numeric_limits<std::int64_t>::max(), take);
        }
        if (packet_->stream_index != stream_) continue;
        ++packetsRead_;
        if (packet_->pts == AV_NOPTS_VALUE || (packet_->flags & (AV_PKT_FLAG_CORRUPT | AV_PKT_FLAG_DISCARD)) != 0)
            return false;
        if (mayShowNothing(input_->streams[stream_]->codecpar->codec_id, packet_->size)) return false;
        // Where one film was joined to another, times start again.
        if (packet_->dts != AV_NOPTS_VALUE && decoded_ && packet_->dts <= *decoded_) return false;
        if (packet_->dts != AV_NOPTS_VALUE) decoded_ = packet_->dts;
        const bool key = (packet_->flags & AV_PKT_FLAG_KEY) != 0;
        // Pictures that lead a key frame follow it in the file; all that are shown before it are known when the next
        // one comes.
        const auto settled = key_;
        if (key && settled && packet_->pts <= *settled) return false;
        if (key) key_ = packet_->pts;
        open_.push_back(packet_->pts);
        if (key && settled) return settle(*settled, take);
    }
    return true;
}

Result<std::shared_ptr<PacketTimes>> PacketTimes::of(const std::filesystem::path& path, const std::string& container,
                                                     int stream) {
    static std::mutex mutex;
    static std::map<std::string, std::weak_ptr<PacketTimes>> all;
    std::error_code ec;
    const auto size = std::filesystem::file_size(path, ec);
    const auto key =
        fmt::format("{} {} {} {}", stream, size, std::filesystem::last_write_time(path, ec).time_since_epoch().count(),
                    std::filesystem::absolute(path, ec).string());
    const std::lock_guard lock(mutex);
    std::erase_if(all, [](const auto& entry) { return entry.second.expired(); });
    if (const auto known = all.find(key); known != all.end())
        if (auto times = known->second.lock()) return times;
    TT_ASSIGN(auto scan, PacketScan::open(path, container, stream));
    std::shared_ptr<PacketTimes> times(new PacketTimes(std::move(scan)));
    all[key] = times;
    return times;
}

PacketTimes::Piece PacketTimes::from(std::size_t n) {
    const std::lock_guard lock(mutex_);
    Piece piece;
    const auto before = scan_.packetsRead();
    const auto keep = [&](std::int64_t time) {
        times_.push_back(time);
        return true;
    };
    while (told_ && !scan_.ended() && times_.size() <= n) told_ = scan_.advance(keep);
    piece.packetsRead = scan_.packetsRead() - before;
    const auto end = std::min(times_.size(), n + kPiece);
    for (auto i = n; i < end; ++i) piece.times.push_back(times_[i]);
    piece.told = !piece.times.empty() || told_;
    return piece;
}

}  // namespace tintreel::media
