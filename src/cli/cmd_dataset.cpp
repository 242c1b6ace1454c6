// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/console.h"
#include "tintreel/workflow/dataset.h"
#include "tintreel/workflow/training_set.h"

namespace tintreel::cli {
namespace {

Result<int> fromProject(Console& console, const workflow::TrainingSetOptions& options) {
    TT_ASSIGN(const auto r, workflow::makeTrainingSet(options, console));
    std::string splits, licences;
    for (const auto& [name, count] : r.perSplit)
        splits += fmt::format("{}{} {}", splits.empty() ? "" : ", ", count, name);
    for (const auto& [licence, count] : r.licences)
        licences += fmt::format("{}{} ({})", licences.empty() ? "" : ", ", licence, count);
    console.print(fmt::format(
        "{}: {} keyframes, {} other pictures, {} shots; {}; short sides {} to {}, {:.1f} MB\n  left out: {} near-copies, {} others\n  licences: {}",
        options.output.string(), r.keyframes, r.references, r.clips, splits, r.smallestSide, r.largestSide,
        static_cast<double>(r.bytes) / 1e6, r.duplicates, r.leftOut.size(), licences));
    if (!r.splitNote.empty()) console.print("  " + r.splitNote);
    console.result({{"keyframes", r.keyframes},
                    {"measured", r.measured},
                    {"references", r.references},
                    {"clips", r.clips},
                    {"splits", r.perSplit},
                    {"duplicates", r.duplicates},
                    {"left_out", r.leftOut},
                    {"split_note", r.splitNote},
                    {"licences", r.licences},
                    {"sides", {r.smallestSide, r.largestSide}},
                    {"bytes", r.bytes},
                    {"sha256", r.sha256},
                    {"output", options.output.string()}},
                   "ok", 0);
    return 0;
}

void addFromProject(CLI::App& command, Globals& globals, Run& run) {
    auto* sub = command.add_subcommand(
        "from-project",
        "Make a shard of a project's approved keyframes, reference pictures and colour clips, to tune a network on");
    auto o = std::make_shared<workflow::TrainingSetOptions>();
    sub->add_option("project", o->project, "Project (.tintreel); may be left out where pictures or clips are named");
    sub->add_option("-o,--output", o->output, "Shard file")->required();
    sub->add_option("--references", o->references, "Folders of colour pictures");
    sub->add_option("--clips", o->clips, "Colour films, or folders of them");
    sub->add_flag("-f,--force", o->overwrite, "Replace an output that exists");
    addOptions(*sub, o->table());
    sub->callback([&globals, &run, o] {
        run = [&globals, o](Console& console) {
            o->networks.modelsDir = globals.models;
            const auto exit = fromProject(console, *o);
            return exit ? *exit : console.failure(exit.error());
        };
    });
}

}  // namespace

void addDataset(CLI::App& app, Globals& globals, Run& run) {
    auto* command = app.add_subcommand("dataset", "Prepare pictures for training");
    command->require_subcommand(1);
    addFromProject(*command, globals, run);
    auto* pack = command->add_subcommand("pack", "Turn folders of photos and clips into one shard");
    auto o = std::make_shared<workflow::PackOptions>();
    pack->add_option("--photos", o->photos, "Folder of pictures; its sub-folders are sets");
    pack->add_option("--clips", o->clips, "Folder of films of one shot each");
    pack->add_option("-o,--output", o->output, "Shard file")->required();
    pack->add_option("--max-frames", o->maxFrames, "Frames of a clip at most")->capture_default_str();
    pack->add_option("--quality", o->quality, "JPEG quality of what is compressed anew")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    pack->add_flag("-f,--force", o->overwrite, "Replace an output that exists");
    pack->callback([&run, o] {
        run = [o](Console& console) {
            const auto report = workflow::packDataset(*o, console);
            if (!report) return console.failure(report.error());
            std::string splits;
            for (const auto& [name, count] : report->perSplit) splits += fmt::format(", {} {}", count, name);
            console.print(fmt::format("{}: {} photos, {} clips ({} frames), {:.1f} MB{}", o->output.string(),
                                      report->photos, report->clips, report->frames,
                                      static_cast<double>(report->bytes) / 1e6, splits));
            if (!report->skipped.empty())
                console.print(fmt::format("  left out, as they cannot be read: {}", report->skipped.size()));
            console.result({{"photos", report->photos},
                            {"clips", report->clips},
                            {"frames", report->frames},
                            {"bytes", report->bytes},
                            {"splits", report->perSplit},
                            {"skipped", report->skipped},
                            {"output", o->output.string()}},
                           "ok", 0);
            return 0;
        };
    });
}

}  // namespace tintreel::cli
