// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "tintreel/base/result.h"
#include "tintreel/media/frame_writer.h"

namespace tintreel::media {

/// Whether films of this format can be joined packet by packet: every frame is coded by itself.
[[nodiscard]] bool canBeJoined(const OutputFormat& format);

/// Where a join puts the film, its name for errors and for the container, and the frame checksums ("" for none).
struct JoinTarget {
    std::filesystem::path file, finalName, checksums;
};

/// Writes the pictures of `parts`, one after the other and with the times they have, as one film, with the other tracks
/// of `source` (cut as `format` says), without coding anything anew. Each part and, where the format has them, its list
/// of checksums beside it, were written with the same format. `goOn` is told of the frames written, and stops with
/// false. Returns the frames. Errors: Input, Output; Mismatch for parts that do not fit together.
[[nodiscard]] Result<std::int64_t> joinFilms(const std::vector<std::filesystem::path>& parts, const JoinTarget& target,
                                             const OutputFormat& format, const MediaInfo& source,
                                             const std::function<bool(std::int64_t)>& goOn,
                                             std::vector<std::string>& warnings);

}  // namespace tintreel::media
