// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "tintreel/base/result.h"

namespace tintreel::media {

/// How large the packets of a film are.
struct TrackSizes {
    std::int64_t keyPackets = 0, otherPackets = 0;  ///< of the chosen video track
    std::uintmax_t keyBytes = 0, otherBytes = 0;    ///< of the same
    double seconds = 0;                             ///< how much of the film was looked at
    std::uintmax_t besideBytes = 0;                 ///< of all other tracks in that time
};

/// Reads at most `packets` packets from the start, without decoding. Error: Input.
[[nodiscard]] Result<TrackSizes> trackSizes(const std::filesystem::path& film, std::int64_t packets);

}  // namespace tintreel::media
