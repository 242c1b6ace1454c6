// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "tintreel/base/job.h"
#include "tintreel/base/result.h"
#include "tintreel/project/project.h"
#include "tintreel/workflow/colorize.h"
#include "tintreel/workflow/film_colorizer.h"

namespace tintreel::workflow {

/// What a project says of its film, as a plain value that may go to other threads.
[[nodiscard]] FilmPlan planOf(const project::Project& project);

/// Makes a project for a film at once: length and rate are the container's word, there are no cuts. Errors: Input for
/// the film, Output for the project's file.
[[nodiscard]] Result<project::Project> newProject(const std::filesystem::path& film, const std::filesystem::path& file);

/// Points a project to where its film lies now, as Project::relink() does. After a film of other content
/// scenesAreKnown() is false.
[[nodiscard]] Result<> relinkFilm(project::Project& project, const std::filesystem::path& film, bool force);

/// The name under which a film's project lies beside it.
[[nodiscard]] std::filesystem::path projectBeside(const std::filesystem::path& film);

/// Puts found scenes into a project: its length becomes exact, cuts that nobody made by hand are replaced. No undo
/// step.
[[nodiscard]] Result<> recordScenes(project::Project& project, const SceneReport& scenes);
/// Whether the film was read through for its scenes.
[[nodiscard]] bool scenesAreKnown(const project::Project& project);

struct RenderOptions {
    std::filesystem::path output;
    std::string preset = "review";
    std::string range = "all";  ///< as ColorizeOptions::range
    std::string mark = "none";  ///< as ColorizeOptions::mark
    int workingSize = 256;
    SourceRules source;
    bool overwrite = false;
    inference::ColorizerOptions networks;

    [[nodiscard]] OptionTable table();
};

/// Colours a project's film with its hints, references, keyframes and cuts. Colour tracks that are in the project's
/// cache are used, new ones are left there. As colorize() else.
[[nodiscard]] ColorizeOptions renderOptions(const project::Project& project, const RenderOptions& options);

}  // namespace tintreel::workflow
