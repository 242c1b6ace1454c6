// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/console.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/scenes/scene_splitter.h"
#include "tintreel/workflow/colorize.h"

namespace tintreel::cli {

void addScenes(CLI::App& app, Globals&, Run& run) {
    auto* command = app.add_subcommand("scenes", "Find the scenes of a film");
    struct Options {
        std::filesystem::path input, output;
        std::string rule = "robust";
        double margin = -1;
        int minLength = scenes::SceneSplitOptions{}.minLength;
        bool force = false;
        int threads = 0;
    };
    auto o = std::make_shared<Options>();
    command->add_option("input", o->input, "Film")->required();
    command->add_option("-o,--output", o->output, "CSV file with PySceneDetect's columns; without it the list goes to stdout");
    command->add_option("--rule", o->rule, "robust, or paper for the bare SSIM rule")->check(CLI::IsMember({"robust", "paper"}))->capture_default_str();
    command->add_option("-t,--threshold", o->margin, "Margin of the rule; 0.4 for paper, 0.3 for robust unless given");
    command->add_option("-m,--min-length", o->minLength, "Shortest scene in frames")->capture_default_str();
    command->add_option("--threads", o->threads, "Threads of the decoder");
    command->add_flag("-f,--force", o->force, "Replace an output that exists");
    command->callback([&run, o] {
        run = [o](Console& console) {
            const scenes::SceneSplitOptions defaults;
            const double margin = o->margin >= 0 ? o->margin : o->rule == "paper" ? defaults.margin : defaults.robustMargin;
            const auto report = workflow::findScenes(o->input, o->rule, margin, o->minLength, o->threads, console);
            if (!report) return console.failure(report.error());
            const std::string csv = scenes::scenesToCsv(report->scenes, report->frameRate);
            if (!o->output.empty()) {
                if (const auto written = writeFileAtomically(o->output, csv, o->force); !written) return console.failure(written.error());
                console.print(fmt::format("{} scenes in {} frames: {}", report->scenes.size(), report->frames, o->output.string()));
            } else {
                console.print(csv.substr(0, csv.size() - 1));
            }
            nlohmann::json list = nlohmann::json::array();
            for (const auto& scene : report->scenes) list.push_back({{"first", scene.first}, {"end", scene.end}});
            for (const auto& defect : report->defects) console.warn({defect.code, defect.message, defect.frame});
            const int exit = report->defects.empty() ? 0 : 5;
            console.result({{"frames", report->frames}, {"scenes", list}, {"defects", report->defects.size()}}, exit == 0 ? "ok" : "partial", exit);
            return exit;
        };
    });
}

}  // namespace tintreel::cli
