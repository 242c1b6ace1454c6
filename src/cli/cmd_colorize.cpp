// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/console.h"
#include "tintreel/workflow/colorize.h"

namespace tintreel::cli {
namespace {

nlohmann::json toJson(const workflow::ColorizeReport& r, const workflow::ColorizeOptions& o) {
    nlohmann::json defects = nlohmann::json::array(), models = nlohmann::json::array();
    for (const auto& d : r.defects) defects.push_back({{"frame", d.frame}, {"code", d.code}, {"message", d.message}});
    for (const auto& m : r.models) models.push_back({{"id", m.id}, {"sha256", m.sha256}});
    return {{"first_frame", r.range.first},
            {"last_frame", r.range.end - 1},
            {"frames_in", r.framesIn},
            {"frames_out", r.framesOut},
            {"frames_expected", r.framesExpected},
            {"defects", r.defects.size()},
            {"defect_list", defects},
            {"scenes", r.scenes},
            {"keyframes", r.keyframes},
            {"keyframes_by_person", r.keyframesByPerson},
            {"confidence", r.meanConfidence},
            {"seconds", r.seconds},
            {"device", r.device},
            {"models", models},
            {"warnings", r.warnings},
            {"output", o.output.string()},
            {"sha256", r.outputSha256},
            {"record", r.record.string()}};
}

}  // namespace

int finishColorize(Console& console, const workflow::ColorizeOptions& options) {
    const auto report = workflow::colorize(options, console);
    if (!report) return console.failure(report.error());
    for (const auto& warning : report->warnings) console.warn({"NOTE", warning, -1});
    if (options.dryRun) {
        console.print(fmt::format(
            "{}: {} frames in {} scenes, {} keyframes ({} by hand), {} defects in the source; nothing was written",
            options.output.string(), report->framesExpected, report->scenes, report->keyframes,
            report->keyframesByPerson, report->defects.size()));
        console.result(toJson(*report, options), "dry-run", 0);
        return 0;
    }
    const bool defective = !report->defects.empty();
    console.print(fmt::format(
        "{}: {} frames in {} scenes, {} keyframes ({} by hand), {:.1f} s ({:.2f} frames/s on {}), mean confidence {:.2f}{}",
        options.output.string(), report->framesOut, report->scenes, report->keyframes, report->keyframesByPerson,
        report->seconds, static_cast<double>(report->framesOut) / report->seconds, report->device,
        report->meanConfidence,
        defective ? fmt::format("; finished with {} defects in the source", report->defects.size()) : ""));
    const int exit = defective ? 5 : 0;
    console.result(toJson(*report, options), defective ? "partial" : "ok", exit);
    return exit;
}

void addColorize(CLI::App& app, Globals& globals, Run& run) {
    auto* command = app.add_subcommand("colorize", "Colour a film, a picture or a folder of frames");
    auto options = std::make_shared<workflow::ColorizeOptions>();
    command->add_option("input", options->input, "Film, picture, folder of numbered pictures or a pattern of them")
        ->required();
    command
        ->add_option("-o,--output", options->output,
                     "Output: .mp4, .mov, .mkv, .png/.tif for one picture, DIR/frame_%06d.png (.tif) for numbered ones")
        ->required();
    command->add_option("--hints", options->hintsFile, "Hints file (JSON)");
    command->add_option("--references", options->referencesDir,
                        "Folder of pictures ref_nnnnnn.png, the number being the frame");
    command->add_flag("-f,--force", options->overwrite, "Replace an output that exists");
    addOptions(*command, options->table());
    command->callback([&globals, &run, options] {
        run = [&globals, options](Console& console) {
            options->networks.modelsDir = globals.models;
            return finishColorize(console, *options);
        };
    });
}

}  // namespace tintreel::cli
