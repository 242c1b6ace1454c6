// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "media/ffmpeg_ptr.h"
#include "tintreel/base/media_time.h"
#include "tintreel/base/result.h"

namespace tintreel::media {

/// Whether a packet of this codec is one shown frame. Codecs that hide frames in packets of their own (VP8) are not
/// listed.
[[nodiscard]] bool codecShowsEveryPacket(AVCodecID codec);
/// A packet that may stand for "the frame before once more": the decoder gives nothing for it.
[[nodiscard]] bool mayShowNothing(AVCodecID codec, int bytes);

/// Compares what goes into a decoder with what comes out: where each packet is one frame of the same time, packets may
/// be counted in place of frames.
class PacketWatch {
public:
    /// Starts over. Times before `from` are not looked at: pictures that lead a key frame are lost in a jump.
    void start(std::int64_t from = std::numeric_limits<std::int64_t>::min());
    void stop() { watching_ = false; }
    void went(const AVPacket& packet);
    /// false: a packet before this frame gave no frame, or the frame belongs to no packet.
    [[nodiscard]] bool came(std::int64_t time);
    /// The film began with packets that gave no frames, as one does that was cut between key frames.
    [[nodiscard]] bool lostHead() const { return lostHead_; }

private:
    bool watching_ = false, lostHead_ = false, first_ = false;
    std::int64_t from_ = 0;
    std::set<std::int64_t> awaited_;
};

/// The list of all samples that MP4, MOV and AVI carry. Counts frames without reading them.
class SampleIndex {
public:
    /// Nothing where the list is not there, not whole or of a kind that cannot be counted by.
    [[nodiscard]] static std::optional<SampleIndex> of(AVFormatContext* input, int stream);
    [[nodiscard]] std::int64_t frames() const { return samples_ - static_cast<std::int64_t>(hidden_.size()); }
    /// Decoding time of the shown sample that is the n-th in decoding order.
    [[nodiscard]] std::int64_t decodeTime(AVStream* stream, FrameIndex n) const;
    /// Number of shown samples decoded before this one; nothing where it is not in the list.
    [[nodiscard]] std::optional<FrameIndex> shownBefore(AVStream* stream, const AVPacket& key) const;

private:
    int samples_ = 0;
    std::vector<int> hidden_;  // by an edit list, rising
};

/// The times of all frames, read from the packets and never decoded; as far as they were asked for. One thread at a
/// time.
class PacketScan {
public:
    [[nodiscard]] static Result<PacketScan> open(const std::filesystem::path& path, const std::string& container,
                                                 int stream);
    /// Reads on and hands over times in order of showing. false: the packets do not tell.
    [[nodiscard]] bool advance(const std::function<bool(std::int64_t)>& take);
    [[nodiscard]] bool ended() const { return ended_; }
    [[nodiscard]] std::int64_t packetsRead() const { return packetsRead_; }

private:
    [[nodiscard]] bool settle(std::int64_t before, const std::function<bool(std::int64_t)>& take);

    InputPtr input_;
    PacketPtr packet_{av_packet_alloc()};
    int stream_ = -1;
    std::vector<std::int64_t> open_;  // times that may still get one before them
    std::optional<std::int64_t> key_, last_, decoded_;
    bool ended_ = false;
    std::int64_t packetsRead_ = 0;
};

/// A PacketScan that all readers of one film share while they are open, so that a large file is read through once.
/// Thread-safe.
class PacketTimes {
public:
    /// That of other readers where there is one. A film that has changed since is another film.
    [[nodiscard]] static Result<std::shared_ptr<PacketTimes>> of(const std::filesystem::path& path,
                                                                 const std::string& container, int stream);

    struct Piece {
        std::vector<std::int64_t> times;  ///< rising; none at the end, or where the packets do not tell
        bool told = true;
        std::int64_t packetsRead = 0;  ///< for this piece
    };
    /// Times from the n-th on, at least one and not too many. Reads on where they are not known yet.
    [[nodiscard]] Piece from(std::size_t n);

private:
    explicit PacketTimes(PacketScan scan) : scan_(std::move(scan)) {}
    std::mutex mutex_;
    PacketScan scan_;
    std::deque<std::int64_t> times_;
    bool told_ = true;
};

}  // namespace tintreel::media
