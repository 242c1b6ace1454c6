// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>

#include "media/demux.h"
#include "media/film_defects.h"
#include "media/frame_numbers.h"

namespace tintreel::media {

/// The video track of a file: packets in order, frames in order of showing, jumps to key frames. Times are in the
/// track's timebase. Knows nothing of frame numbers.
class TrackDecoder {
public:
    /// Opens the file, or opens it anew; decoding then begins at its start. threads: of the decoder, 0 = let it choose.
    [[nodiscard]] Result<> open(const std::filesystem::path& path, bool picture, int threads);

    /// Feeds packets until there is a frame(). false: at the end. Damage is booked near frame `number`; null: nobody
    /// asks.
    [[nodiscard]] Result<bool> next(FrameIndex number, FilmDefects* defects);
    [[nodiscard]] AVFrame& frame() { return *frame_; }
    /// What the decoder wrote to its log since the last call. Decoders with threads complain a few frames ahead.
    [[nodiscard]] std::string complaint() { return complaints_.take(); }

    /// Moves to `time` or before and on to a key packet, which is decoded next. Its time, which may be unknown; nothing
    /// on failure.
    [[nodiscard]] std::optional<std::int64_t> land(std::int64_t time);
    /// The same from so many seconds earlier. false: it cannot be told to land at `time` or before; MPEG streams have
    /// no index and land where they will.
    [[nodiscard]] bool jump(std::int64_t time, double secondsBack);
    /// The key packet of the last landing, before anything is decoded.
    [[nodiscard]] const AVPacket& landedOn() const { return *held_.front(); }
    /// Number of pictures that are decoded after that key packet and shown before it; nothing where it cannot be told.
    [[nodiscard]] std::optional<FrameIndex> leadingPictures();

    [[nodiscard]] PacketWatch& watch() { return watch_; }
    [[nodiscard]] std::int64_t packetsRead() const { return packetsRead_; }
    /// Packets met that an edit list hides.
    [[nodiscard]] std::int64_t hiddenPackets() const { return hiddenPackets_; }
    [[nodiscard]] AVFormatContext* input() { return input_.get(); }
    [[nodiscard]] int trackNumber() const { return stream_; }
    [[nodiscard]] AVStream* track() const { return input_->streams[stream_]; }
    [[nodiscard]] AVCodecID codec() const { return codec_->codec_id; }
    /// MPEG streams that were joined start their clocks again.
    [[nodiscard]] bool clockMayStartAgain() const { return (input_->iformat->flags & AVFMT_TS_DISCONT) != 0; }

private:
    [[nodiscard]] bool readPacket(AVPacket* into);
    void restart();

    DecoderComplaints complaints_;  // before the codec, whose threads may still write to it when it closes
    InputPtr input_;
    CodecPtr codec_;
    int stream_ = -1;
    FramePtr frame_{av_frame_alloc()};
    PacketPtr packet_{av_packet_alloc()};
    std::deque<PacketPtr> held_;  // packets that a jump read and that are not yet decoded
    bool draining_ = false;
    PacketWatch watch_;
    std::int64_t packetsRead_ = 0, hiddenPackets_ = 0;
    std::optional<std::int64_t> lastHidden_;
};

}  // namespace tintreel::media
