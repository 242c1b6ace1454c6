// SPDX-License-Identifier: Apache-2.0
#include "tintreel/media/track_sizes.h"

#include <algorithm>

#include "media/demux.h"

namespace tintreel::media {

Result<TrackSizes> trackSizes(const std::filesystem::path& film, std::int64_t packets) {
    TT_ASSIGN(const InputPtr input, openInput(film, false));
    const int video = chooseVideo(input.get());
    TrackSizes sizes;
    const double start =
        input->start_time == AV_NOPTS_VALUE ? 0.0 : static_cast<double>(input->start_time) / AV_TIME_BASE;
    const PacketPtr packet(av_packet_alloc());
    for (std::int64_t n = 0; n < packets && av_read_frame(input.get(), packet.get()) >= 0; ++n) {
        const auto bytes = static_cast<std::uintmax_t>(packet->size);
        const AVRational tick = input->streams[packet->stream_index]->time_base;
        if (packet->dts != AV_NOPTS_VALUE)
            sizes.seconds =
                std::max(sizes.seconds, static_cast<double>(packet->dts + packet->duration) * av_q2d(tick) - start);
        const bool key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
        if (packet->stream_index != video) {
            sizes.besideBytes += bytes;
        } else {
            ++(key ? sizes.keyPackets : sizes.otherPackets);
            (key ? sizes.keyBytes : sizes.otherBytes) += bytes;
        }
        av_packet_unref(packet.get());
    }
    return sizes;
}

}  // namespace tintreel::media
