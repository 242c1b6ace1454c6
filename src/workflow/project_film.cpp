// SPDX-License-Identifier: Apache-2.0
#include "tintreel/workflow/project_film.h"

#include <algorithm>
#include <cmath>

#include "tintreel/workflow/model_library.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;
namespace {

/// A film as probing it tells: its length is the container's word.
Result<project::ClipReference> clipOf(const fs::path& film) {
    TT_ASSIGN(const auto info, media::probe(film));
    TT_ASSIGN(const auto fingerprint, project::fingerprintOf(film));
    project::ClipReference clip;
    clip.path = fs::absolute(film);
    clip.size = fingerprint.size;
    clip.fingerprint = fingerprint.sha256;
    clip.frames = info.expectedFrames > 0
                      ? info.expectedFrames
                      : std::max<FrameIndex>(1, std::llround(info.duration * info.frameRate.value()));
    clip.frameRate = info.frameRate;
    clip.width = info.width;
    clip.height = info.height;
    return clip;
}

}  // namespace

FilmPlan planOf(const project::Project& project) {
    FilmPlan plan;
    plan.person.hints = project.hintDocument();
    plan.person.references = project.references();
    const auto keyframes = project.keyframes();
    plan.choice.listed = {keyframes.begin(), keyframes.end()};
    for (const auto& scene : project.scenes()) plan.scenes.push_back(scene.range);
    return plan;
}

Result<project::Project> newProject(const fs::path& film, const fs::path& file) {
    TT_ASSIGN(const auto clip, clipOf(film));
    return project::Project::create(file, clip, {});
}

Result<> relinkFilm(project::Project& project, const fs::path& film, bool force) {
    TT_ASSIGN(const auto clip, clipOf(film));
    return project.relink(clip, force);
}

fs::path projectBeside(const fs::path& film) {
    // A folder of frames may be named with a slash behind it.
    const fs::path name = film.has_filename() ? film : film.parent_path();
    return name.parent_path() / (name.stem().string() + ".tintreel");
}

Result<> recordScenes(project::Project& project, const SceneReport& scenes) {
    std::vector<FrameIndex> cuts;
    for (std::size_t i = 1; i < scenes.scenes.size(); ++i) cuts.push_back(scenes.scenes[i].first);
    TT_TRY(project.recordScan(scenes.frames, cuts));
    return project.recordSetting(project::Project::kScanned, "1");
}

bool scenesAreKnown(const project::Project& project) { return !project.setting(project::Project::kScanned).empty(); }

OptionTable RenderOptions::table() { return outputOptions(preset, range, mark, workingSize, source, networks); }

ColorizeOptions renderOptions(const project::Project& project, const RenderOptions& options) {
    ColorizeOptions colorize;
    colorize.input = project.clip().path;
    colorize.output = options.output;
    colorize.preset = options.preset;
    colorize.range = options.range;
    colorize.mark = options.mark;
    colorize.workingSize = options.workingSize;
    colorize.source = options.source;
    colorize.overwrite = options.overwrite;
    colorize.networks = networksOf(project, options.networks);
    colorize.plan = planOf(project);
    colorize.record = ProjectRecord{project.file(), {}};
    for (const auto& scene : project.scenes()) colorize.record->notes[scene.range.first] = scene.note;
    colorize.cacheFolder = project.cacheFolder();
    return colorize;
}

}  // namespace tintreel::workflow
