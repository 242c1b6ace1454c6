// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tintreel/workflow/colorize.h"

namespace tintreel::workflow {

struct PlannedFilm {
    FilmPlan plan;  ///< all scenes of the film
    FrameIndex frames = 0;
    std::vector<media::Defect> defects;  ///< empty where the plan was given: the film was not read through
    FrameRange range;                    ///< that is wanted
};

/// Scenes, keyframes and what people gave, checked against the film's true length. `person` was read from the options'
/// files. Stage reported: "scenes", where the scenes are not known.
[[nodiscard]] Result<PlannedFilm> planFilm(const ColorizeOptions& options, const media::MediaInfo& info,
                                           PersonInput person, JobContext& context);

}  // namespace tintreel::workflow
