// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "tintreel/base/options.h"
#include "tintreel/base/result.h"
#include "tintreel/media/output_format.h"

namespace tintreel::workflow {

/// What may be done with a film that is not plain: said by the user, never chosen in silence.
struct SourceRules {
    bool deinterlace = false;  ///< make whole frames of interlaced ones
    bool allowHdr = false;     ///< colour HDR film by networks made for standard range

    [[nodiscard]] OptionTable table();
};

/// Looks at a film before any work. HDR is refused without allowHdr. Film from a telecine is warned of. With
/// deinterlace `film` counts as progressive from here on. Errors: Input.
[[nodiscard]] Result<> checkSource(media::MediaInfo& film, const SourceRules& rules);

/// Bytes that writing `film` in this format takes at most, roughly: measured per pixel on films of 2 and 9 megapixels.
[[nodiscard]] std::uintmax_t memoryForecast(const media::MediaInfo& film, const media::OutputFormat& format);
/// Bytes that this process may still take: what the machine has free, its group is allowed and its limits leave.
[[nodiscard]] std::uintmax_t memoryAvailable();
/// Refuses what does not fit into the memory (Model, as for a GPU that is too small); adds a note of the forecast for
/// large films.
[[nodiscard]] Result<> checkMemory(media::OutputFormat& format, const media::MediaInfo& film);

}  // namespace tintreel::workflow
