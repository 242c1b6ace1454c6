// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/console.h"
#include "tintreel/workflow/dataset.h"

namespace tintreel::cli {

void addDataset(CLI::App& app, Globals&, Run& run) {
    auto* command = app.add_subcommand("dataset", "Prepare pictures for training");
    command->require_subcommand(1);
    auto* pack = command->add_subcommand("pack", "Turn folders of photos and clips into one shard");
    auto o = std::make_shared<workflow::PackOptions>();
    pack->add_option("--photos", o->photos, "Folder of pictures; its sub-folders are sets");
    pack->add_option("--clips", o->clips, "Folder of films of one shot each");
    pack->add_option("-o,--output", o->output, "Shard file")->required();
    pack->add_option("--max-frames", o->maxFrames, "Frames of a clip at most")->capture_default_str();
    pack->add_option("--quality", o->quality, "JPEG quality of what is compressed anew")->check(CLI::Range(1, 100))->capture_default_str();
    pack->add_flag("-f,--force", o->overwrite, "Replace an output that exists");
    pack->callback([&run, o] {
        run = [o](Console& console) {
            const auto report = workflow::packDataset(*o, console);
            if (!report) return console.failure(report.error());
            std::string splits;
            for (const auto& [name, count] : report->perSplit) splits += fmt::format(", {} {}", count, name);
            console.print(fmt::format("{}: {} photos, {} clips ({} frames), {:.1f} MB{}", o->output.string(), report->photos, report->clips, report->frames, static_cast<double>(report->bytes) / 1e6, splits));
            console.result({{"photos", report->photos}, {"clips", report->clips}, {"frames", report->frames}, {"bytes", report->bytes}, {"splits", report->perSplit}, {"output", o->output.string()}}, "ok", 0);
            return 0;
        };
    });
}

}  // namespace tintreel::cli
