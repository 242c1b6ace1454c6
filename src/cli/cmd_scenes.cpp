// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/console.h"
#include "tintreel/scenes/scene_splitter.h"
#include "tintreel/workflow/scene_lists.h"

namespace tintreel::cli {
namespace {

struct Arguments {
    std::filesystem::path input, output, load;
    std::string rule = "robust", start;
    double margin = -1;
    int minLength = scenes::SceneSplitOptions{}.minLength;
    bool force = false;
    int threads = 0;
};

Result<workflow::SceneReport> scenesOf(Console& console, const Arguments& a) {
    if (!a.load.empty()) return workflow::loadScenes(a.input, a.load, a.start, a.threads, console);
    const scenes::SceneSplitOptions defaults;
    const double margin = a.margin >= 0 ? a.margin : a.rule == "paper" ? defaults.margin : defaults.robustMargin;
    return workflow::findScenes(a.input, a.rule, margin, a.minLength, a.threads, console);
}

Result<int> list(Console& console, const Arguments& a) {
    // What can be found wrong is said before the film is read through.
    if (!a.output.empty() && !workflow::isSceneListOutput(a.output))
        return fail(ErrorCode::Usage,
                    "'" + a.output.string() + "' has no ending of a scene list; use .csv, .edl, .otio or .html.");
    TT_ASSIGN(const auto info, media::probe(a.input));
    TT_TRY(workflow::listedFilm(info, 0, a.start));
    TT_ASSIGN(const auto report, scenesOf(console, a));
    TT_ASSIGN(const auto film, workflow::listedFilm(info, report.frames, a.start));
    if (a.output.empty()) {
        const std::string csv = scenes::scenesToCsv(report.scenes, report.frameRate);
        console.print(csv.substr(0, csv.size() - 1));
    } else {
        TT_TRY(workflow::writeSceneList(a.output, report.scenes, film, a.force, console));
        console.print(
            fmt::format("{} scenes in {} frames: {}", report.scenes.size(), report.frames, a.output.string()));
    }
    nlohmann::json scenes = nlohmann::json::array();
    for (const auto& scene : report.scenes) scenes.push_back({{"first", scene.first}, {"end", scene.end}});
    for (const auto& defect : report.defects) console.warn({defect.code, defect.message, defect.frame});
    const int exit = report.defects.empty() ? 0 : 5;
    console.result({{"frames", report.frames}, {"scenes", scenes}, {"defects", report.defects.size()}},
                   exit == 0 ? "ok" : "partial", exit);
    return exit;
}

}  // namespace

void addScenes(CLI::App& app, Globals&, Run& run) {
    auto* command =
        app.add_subcommand("scenes", "Find the scenes of a film, or bring a scene list into another format");
    auto a = std::make_shared<Arguments>();
    command->add_option("input", a->input, "Film")->required();
    command->add_option(
        "-o,--output", a->output,
        "Scene list: .csv with PySceneDetect's columns, .edl (CMX 3600), .otio, or .html to look at; without it the CSV goes to stdout");
    auto* load = command->add_option("--load", a->load,
                                     "Take the scenes of this list (.csv, .edl, .otio) and do not look for any");
    command->add_option("--rule", a->rule, "robust, or paper for the bare SSIM rule")
        ->check(CLI::IsMember({"robust", "paper"}))
        ->capture_default_str()
        ->excludes(load);
    command
        ->add_option("-t,--margin,--threshold", a->margin,
                     "Margin of the rule; 0.4 for paper, 0.3 for robust unless given")
        ->excludes(load);
    command->add_option("-m,--min-length", a->minLength, "Shortest scene in frames")
        ->capture_default_str()
        ->excludes(load);
    command->add_option(
        "--start-timecode", a->start,
        "Timecode HH:MM:SS:FF of the first frame, with ; before the frames for drop-frame; the film's own unless given");
    command->add_option("--threads", a->threads, "Threads of the decoder");
    command->add_flag("-f,--force", a->force, "Replace an output that exists");
    command->callback([&run, a] {
        run = [a](Console& console) {
            const auto exit = list(console, *a);
            return exit ? *exit : console.failure(exit.error());
        };
    });
}

}  // namespace tintreel::cli
