// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tintreel/base/job.h"
#include "tintreel/base/result.h"
#include "tintreel/workflow/colorize.h"

namespace tintreel::workflow {

/// What an export will take, before it is started.
struct ExportEstimate {
    double seconds = 0;  ///< wall time on this machine as busy as it is now; colour tracks that are there count as done
    std::uintmax_t bytes = 0;           ///< of the output
    std::vector<std::string> warnings;  ///< what this output cannot carry of the film, and what the preset changes
};

/// Measured on a few frames of the range: the networks on some in its middle, decoder and encoder on some in three
/// places. Takes seconds, writes to a temporary folder alone, and needs no output name that is free. Lengths and scenes
/// that were not found yet are the container's word. A size that depends on the picture (everything but DNxHR) may be
/// off by a third. Stage reported: "estimate". Errors as colorize().
[[nodiscard]] Result<ExportEstimate> estimateExport(const ColorizeOptions& options, JobContext& context);

}  // namespace tintreel::workflow
