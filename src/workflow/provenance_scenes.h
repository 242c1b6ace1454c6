// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "tintreel/scenes/scene_list.h"
#include "tintreel/workflow/colorize.h"

namespace tintreel::workflow {

/// The scenes of the record: who coloured which keyframes, by what. `referenceHashes`: SHA-256 by frame.
[[nodiscard]] nlohmann::ordered_json scenesOfRecord(const FilmPlan& plan, FrameRange written,
                                                    const scenes::ListedFilm& film,
                                                    const std::optional<ProjectRecord>& project,
                                                    const std::map<FrameIndex, std::string>& referenceHashes);

}  // namespace tintreel::workflow
