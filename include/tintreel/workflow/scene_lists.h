// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tintreel/base/job.h"
#include "tintreel/base/result.h"
#include "tintreel/media/media_info.h"
#include "tintreel/scenes/scene_list.h"
#include "tintreel/workflow/colorize.h"

namespace tintreel::workflow {

/// What scene lists say of a film. `frames`: its true length. `start`: a timecode in place of the film's own; "" for
/// that one, which counts from 0 where the film has none. Error: Usage for a timecode that the rate does not have.
[[nodiscard]] Result<scenes::ListedFilm> listedFilm(const media::MediaInfo& info, FrameIndex frames,
                                                    const std::string& start = {});

/// The scenes of `list` in place of found ones. The film is read through where its container does not count its frames.
/// Stage: "frames".
[[nodiscard]] Result<SceneReport> loadScenes(const std::filesystem::path& film, const std::filesystem::path& list,
                                             const std::string& start, int threads, JobContext& context);

/// Whether writeSceneList() knows the ending: those of scene lists, and .html.
[[nodiscard]] bool isSceneListOutput(const std::filesystem::path& output);
/// Writes scenes as .csv, .edl, .otio or .html; the last is a page to look at, with a picture of the middle of each
/// scene. Stage: "pictures". Errors: Usage for another ending, Output.
[[nodiscard]] Result<> writeSceneList(const std::filesystem::path& output, const std::vector<FrameRange>& scenes,
                                      const scenes::ListedFilm& film, bool overwrite, JobContext& context);

}  // namespace tintreel::workflow
