// SPDX-License-Identifier: Apache-2.0
#include "workflow/film_planning.h"

#include <fmt/format.h>

#include "tintreel/workflow/scene_lists.h"
#include "workflow/frame_range.h"
#include "workflow/keyframe_plan.h"

namespace tintreel::workflow {

Result<PlannedFilm> planFilm(const ColorizeOptions& options, const media::MediaInfo& info, PersonInput person,
                             JobContext& context) {
    PlannedFilm film;
    if (options.plan) {
        film.plan = *options.plan;
        film.frames = film.plan.scenes.empty() ? 0 : film.plan.scenes.back().end;
    } else {
        film.plan.person = std::move(person);
        TT_ASSIGN(const auto found, findScenes(options.input, options.networks.threads, context));
        film.frames = found.frames;
        film.defects = found.defects;
        if (options.scenes == "auto") film.plan.scenes = found.scenes;
        else if (options.scenes == "single") film.plan.scenes = {{0, film.frames}};
        else {
            TT_ASSIGN(const auto listed, listedFilm(info, film.frames));
            TT_ASSIGN(film.plan.scenes, scenes::readSceneList(options.scenes, listed));
        }
        TT_ASSIGN(film.plan.choice, parseKeyframes(options.keyframes, film.frames));
    }
    if (options.strict && !film.defects.empty())
        return fail(
            ErrorCode::Input,
            fmt::format("'{}' has {} defects, the first at frame {}: {} Without --strict it is coloured all the same.",
                        options.input.string(), film.defects.size(), film.defects.front().frame,
                        film.defects.front().message));
    TT_TRY(checkPersonInput(film.plan.person, options.hintsFile, info, film.frames));
    TT_ASSIGN(film.range, parseRange(options.range, film.frames, info));
    return film;
}

}  // namespace tintreel::workflow
