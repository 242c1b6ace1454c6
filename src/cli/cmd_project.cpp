// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/console.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/project/project.h"
#include "tintreel/workflow/model_library.h"
#include "tintreel/workflow/project_film.h"
#include "tintreel/workflow/scene_lists.h"

namespace tintreel::cli {
namespace {

namespace fs = std::filesystem;

struct ProjectArguments {
    fs::path project, file, output, models;
    std::string start, model, role;
    bool force = false;
};

nlohmann::json toJson(const project::Project& project) {
    const auto clip = project.clip();
    nlohmann::json scenes = nlohmann::json::array();
    for (const auto& scene : project.scenes())
        scenes.push_back({{"first", scene.range.first},
                          {"end", scene.range.end},
                          {"by_hand", scene.cutByHand},
                          {"approved", scene.note.approved},
                          {"notes", scene.note.notes}});
    std::error_code ec;
    const auto networks = workflow::networksOf(project, {});
    return {{"film", clip.path.string()},
            {"film_found", fs::exists(clip.path, ec)},
            {"frames", clip.frames},
            {"rate", fmt::format("{}/{}", clip.frameRate.num, clip.frameRate.den)},
            {"width", clip.width},
            {"height", clip.height},
            {"scenes", scenes},
            {"hints", project.storedHints().size()},
            {"palette", project.palette().size()},
            {"keyframes", project.keyframes()},
            {"models", {{"keyframe", networks.keyframeModel}, {"frame", networks.frameModel}}},
            {"references", project.references().size()},
            {"markers", project.markers().size()},
            {"history", project.history().size()}};
}

Result<int> create(Console& console, const ProjectArguments& a) {
    const fs::path file = a.output.empty() ? workflow::projectBeside(a.file) : a.output;
    // The film is read through before anything is written.
    TT_ASSIGN(const auto found, workflow::findScenes(a.file, 0, console));
    TT_ASSIGN(auto project, workflow::newProject(a.file, file));
    TT_TRY(workflow::recordScenes(project, found));
    console.print(fmt::format("{}: {} frames, {} scenes", file.string(), found.frames, found.scenes.size()));
    auto fields = toJson(project);
    fields["output"] = file.string();
    console.result(fields, "ok", 0);
    return 0;
}

Result<int> info(Console& console, const ProjectArguments& a) {
    TT_ASSIGN(const auto project, project::Project::open(a.project, true));
    const auto fields = toJson(project);
    const auto clip = project.clip();
    console.print(fmt::format(
        "{}\n  film        {}{}\n  picture     {}x{}, {} frames at {}\n  scenes      {}\n  hints       {} on {} frames, {} palette slots\n  references  {}\n  models      {}, {}\n  history     {} steps",
        a.project.string(), clip.path.string(),
        fields["film_found"].get<bool>() ? "" : "  (not there; 'project relink' finds it again)", clip.width,
        clip.height, clip.frames, fields["rate"].get<std::string>(), project.scenes().size(),
        project.storedHints().size(), project.hintDocument().frames().size(), project.palette().size(),
        project.references().size(), fields["models"]["keyframe"].get<std::string>(),
        fields["models"]["frame"].get<std::string>(), project.history().size()));
    console.result(fields, "ok", 0);
    return 0;
}

Result<int> verify(Console& console, const ProjectArguments& a) {
    TT_ASSIGN(const auto project, project::Project::open(a.project, true));
    const auto faults = project.verify();
    for (const auto& fault : faults) console.warn({"PROJECT_FAULT", fault, -1});
    const int exit = faults.empty() ? 0 : exitCode(ErrorCode::Mismatch);
    if (faults.empty()) console.print(a.project.string() + ": whole");
    console.result({{"faults", faults}}, faults.empty() ? "ok" : "faulty", exit);
    return exit;
}

Result<int> repair(Console& console, const ProjectArguments& a) {
    TT_ASSIGN(const auto lost, project::repairProject(a.project, a.output));
    for (const auto& loss : lost) console.warn({"LOST", loss, -1});
    console.print(fmt::format("{}: all that could be read of {}{}", a.output.string(), a.project.string(),
                              lost.empty() ? "" : fmt::format("; {} things are lost", lost.size())));
    console.result({{"output", a.output.string()}, {"lost", lost}}, lost.empty() ? "ok" : "partial",
                   lost.empty() ? 0 : 5);
    return lost.empty() ? 0 : 5;
}

Result<int> exportHints(Console& console, const ProjectArguments& a) {
    TT_ASSIGN(const auto project, project::Project::open(a.project, true));
    const auto document = project.hintDocument();
    TT_TRY(writeFileAtomically(a.output, hints::writeHints(document), a.force));
    console.print(fmt::format("{}: {} hints", a.output.string(), document.hints.size()));
    console.result({{"output", a.output.string()}, {"hints", document.hints.size()}}, "ok", 0);
    return 0;
}

Result<int> importHints(Console& console, const ProjectArguments& a) {
    TT_ASSIGN(const auto document, hints::readHints(a.file));
    TT_ASSIGN(auto project, project::Project::open(a.project));
    TT_TRY(project.importHints("Import hints", document));
    console.print(fmt::format("{}: {} hints from {}", a.project.string(), document.hints.size(), a.file.string()));
    console.result({{"hints", document.hints.size()}}, "ok", 0);
    return 0;
}

/// Reads the film through where that was never done: only then its length is known.
Result<> ensureScanned(Console& console, project::Project& project) {
    if (workflow::scenesAreKnown(project)) return {};
    TT_ASSIGN(const auto found, workflow::findScenes(project.clip().path, 0, console));
    return workflow::recordScenes(project, found);
}

Result<int> exportScenes(Console& console, const ProjectArguments& a) {
    TT_ASSIGN(const auto project, project::Project::open(a.project, true));
    TT_ASSIGN(const auto info, media::probe(project.clip().path));
    TT_ASSIGN(const auto film, workflow::listedFilm(info, project.clip().frames, a.start));
    std::vector<FrameRange> scenes;
    for (const auto& scene : project.scenes()) scenes.push_back(scene.range);
    TT_TRY(workflow::writeSceneList(a.output, scenes, film, a.force, console));
    console.print(fmt::format("{}: {} scenes", a.output.string(), scenes.size()));
    console.result({{"output", a.output.string()}, {"scenes", scenes.size()}}, "ok", 0);
    return 0;
}

Result<int> importScenes(Console& console, const ProjectArguments& a) {
    TT_ASSIGN(auto project, project::Project::open(a.project));
    TT_TRY(ensureScanned(console, project));
    TT_ASSIGN(const auto info, media::probe(project.clip().path));
    TT_ASSIGN(const auto film, workflow::listedFilm(info, project.clip().frames, a.start));
    TT_ASSIGN(const auto scenes, scenes::readSceneList(a.file, film));
    std::vector<FrameIndex> cuts;
    for (std::size_t i = 1; i < scenes.size(); ++i) cuts.push_back(scenes[i].first);
    TT_TRY(project.importCuts("Import scenes", cuts));
    console.print(fmt::format("{}: {} scenes from {}", a.project.string(), scenes.size(), a.file.string()));
    console.result({{"scenes", scenes.size()}}, "ok", 0);
    return 0;
}

Result<int> relink(Console& console, const ProjectArguments& a) {
    TT_ASSIGN(auto project, project::Project::open(a.project));
    fs::path film = a.file;
    if (film.empty()) {
        const auto found = project.findFilm({fs::current_path()});
        if (!found)
            return fail(ErrorCode::Input,
                        "No film like '" + project.clip().path.string() +
                            "' lies beside the project or here; name it: tintreel project relink PROJECT FILM.");
        film = *found;
    }
    TT_TRY(workflow::relinkFilm(project, film, a.force));
    TT_TRY(ensureScanned(console, project));
    console.print(fmt::format("{}: {}, {} frames", a.project.string(), film.string(), project.clip().frames));
    console.result({{"film", film.string()}, {"frames", project.clip().frames}}, "ok", 0);
    return 0;
}

Result<int> useModel(Console& console, const ProjectArguments& a) {
    TT_ASSIGN(auto project, project::Project::open(a.project));
    if (!a.role.empty()) {
        TT_TRY(project.setSetting("Use the default model", workflow::modelSetting(a.role), ""));
    } else if (a.model.empty()) {
        return fail(ErrorCode::Usage,
                    "Name a model, or a role that shall use its default: --default keyframe or --default frame.");
    } else {
        TT_TRY(workflow::useModel(project, workflow::ModelLibrary(a.models), a.model));
    }
    const auto networks = workflow::networksOf(project, {});
    console.print(fmt::format("{}: {}, {}", a.project.string(), networks.keyframeModel, networks.frameModel));
    console.result({{"keyframe", networks.keyframeModel}, {"frame", networks.frameModel}}, "ok", 0);
    return 0;
}

}  // namespace

void addProject(CLI::App& app, Globals& globals, Run& run) {
    auto* project = app.add_subcommand("project", "Make, look at and mend projects of the studio");
    project->require_subcommand(1);
    const auto add = [&](const char* name, const char* help, Result<int> (*work)(Console&, const ProjectArguments&)) {
        auto* command = project->add_subcommand(name, help);
        auto a = std::make_shared<ProjectArguments>();
        command->callback([&globals, &run, a, work] {
            a->models = globals.models;
            run = [a, work](Console& console) {
                const auto exit = work(console, *a);
                return exit ? *exit : console.failure(exit.error());
            };
        });
        return std::pair(command, a);
    };
    const auto withProject = [&](const char* name, const char* help,
                                 Result<int> (*work)(Console&, const ProjectArguments&)) {
        const auto added = add(name, help, work);
        added.first->add_option("project", added.second->project, "Project (.tintreel)")->required();
        return added;
    };
    const auto [fresh, freshArguments] = add("new", "Make a project for a film and find its scenes", create);
    fresh->add_option("film", freshArguments->file, "Film, or a folder of numbered pictures")->required();
    fresh->add_option("-o,--output", freshArguments->output, "Project; beside the film unless given");
    withProject("info", "What a project holds", info);
    withProject("verify", "Check a project's file; exit code 7 when something is wrong", verify);
    const auto [mend, mendArguments] =
        withProject("repair", "Save what can be read of a broken project into a new one", repair);
    mend->add_option("-o,--output", mendArguments->output, "New project")->required();
    const auto [out, outArguments] =
        withProject("export-hints", "Write hints and palette as a hints file", exportHints);
    out->add_option("-o,--output", outArguments->output, "Hints file (JSON)")->required();
    out->add_flag("-f,--force", outArguments->force, "Replace an output that exists");
    const auto [in, inArguments] = withProject(
        "import-hints", "Replace hints and palette by a hints file's; can be undone in the studio", importHints);
    in->add_option("hints", inArguments->file, "Hints file (JSON)")->required();
    const auto [list, listArguments] = withProject("export-scenes", "Write the scenes as a list", exportScenes);
    list->add_option("-o,--output", listArguments->output, "Scene list: .csv, .edl, .otio or .html")->required();
    list->add_option("--start-timecode", listArguments->start,
                     "Timecode of the first frame; the film's own unless given");
    list->add_flag("-f,--force", listArguments->force, "Replace an output that exists");
    const auto [cuts, cutsArguments] =
        withProject("import-scenes", "Replace the cuts by a scene list's; can be undone in the studio", importScenes);
    cuts->add_option("list", cutsArguments->file, "Scene list: .csv, .edl or .otio")->required();
    cuts->add_option("--start-timecode", cutsArguments->start,
                     "Timecode of the first frame; the film's own unless given");
    const auto [use, useArguments] = withProject(
        "use-model", "Colour a project with a model of the library from now on; can be undone in the studio", useModel);
    use->add_option("model", useArguments->model, "Name of the model ('tintreel models list')");
    use->add_option("--default", useArguments->role, "Use the default of this role again")
        ->check(CLI::IsMember({"keyframe", "frame"}));
    const auto [link, linkArguments] = withProject("relink", "Tell a project where its film lies now", relink);
    link->add_option("film", linkArguments->file, "Film; looked for beside the project unless given");
    link->add_flag("-f,--force", linkArguments->force, "Take a film of other content; its scenes are looked for anew");
}

void addRender(CLI::App& app, Globals& globals, Run& run) {
    auto* command = app.add_subcommand("render", "Colour a project's film into a file");
    struct Arguments {
        fs::path project, cache;
        workflow::RenderOptions options;
    };
    auto a = std::make_shared<Arguments>();
    command->add_option("project", a->project, "Project (.tintreel)")->required();
    command->add_option("-o,--output", a->options.output, "Output file")->required();
    command->add_flag("-f,--force", a->options.overwrite, "Replace an output that exists");
    command->add_option("--cache", a->cache, "Folder of colour tracks; PROJECT-cache beside the project unless given");
    addOptions(*command, a->options.table());
    command->callback([&globals, &run, a] {
        run = [&globals, a](Console& console) {
            a->options.networks.modelsDir = globals.models;
            // A studio may hold the project open meanwhile.
            const auto project = project::Project::open(a->project, true);
            if (!project) return console.failure(project.error());
            auto options = workflow::renderOptions(*project, a->options);
            if (!a->cache.empty()) options.cacheFolder = a->cache;
            return finishColorize(console, options);
        };
    });
}

}  // namespace tintreel::cli
