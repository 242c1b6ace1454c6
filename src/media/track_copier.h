// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "media/ffmpeg_ptr.h"
#include "tintreel/media/media_info.h"
#include "tintreel/media/output_cut.h"

namespace tintreel::media {

/// Copies every track but the coloured one, with chapters and metadata, packet by packet beside the video.
class TrackCopier {
public:
    /// Adds streams to `output` for the tracks its container can hold; the others are named in warnings().
    /// With `cut` packets and chapters outside of it are left out and the others moved: sound begins with the first
    /// whole packet, a subtitle that is on at the edge is shortened, a further picture track begins with its first key
    /// frame.
    [[nodiscard]] Result<> open(const MediaInfo& source, AVFormatContext* output,
                                const std::optional<OutputCut>& cut = {});
    /// Writes packets up to `seconds` of the output (all that is left when negative).
    [[nodiscard]] Result<> copyUntil(AVFormatContext* output, double seconds);
    [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return warnings_; }
    /// The source's video stream, for its side data and metadata; null for pictures.
    [[nodiscard]] const AVStream* sourceVideo() const noexcept { return video_; }

private:
    struct Clock {
        std::int64_t shift = 0;
        std::optional<std::int64_t> next;  // when the packet after the last one is due
    };
    void copyChapters(AVFormatContext* output) const;
    /// Moves a packet's times into the cut. false: it lies outside.
    bool fitIntoCut();
    /// Joined MPEG streams start their clocks again: moves the packet's times behind the part before.
    void followOn();

    InputPtr input_;
    PacketPtr packet_{av_packet_alloc()};
    bool pending_ = false, ended_ = true;  // nothing to copy until open() found something
    struct Cut {
        double start = 0, end = 0, shift = 0;  // seconds
    };
    std::optional<Cut> cut_;
    std::set<int> begun_, passed_;  // source streams that a packet was kept of, or that are behind the cut's end
    std::map<int, int> targets_;    // source stream → output stream
    std::map<int, Clock> clocks_;   // by source stream
    const AVStream* video_ = nullptr;
    std::vector<std::string> warnings_;
};

}  // namespace tintreel::media
