// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/console.h"
#include "tintreel/base/log.h"
#include "tintreel/training/trainer.h"

namespace tintreel::cli {

void addTrain(CLI::App& app, Globals& globals, Run& run) {
    auto* command = app.add_subcommand("train", "Train a network from shards");
    struct Options {
        std::filesystem::path config;
        std::string resume = "never", out;
        int steps = 0, threads = 0;
    };
    auto o = std::make_shared<Options>();
    command->add_option("config", o->config, "JSON config (docs/training.md)")->required();
    command->add_option("--resume", o->resume, "auto: go on from the run's checkpoint where there is one")->check(CLI::IsMember({"auto", "never"}))->capture_default_str();
    command->add_option("--out", o->out, "Folder of the run instead of the config's");
    command->add_option("--steps", o->steps, "Steps instead of the config's");
    command->add_option("--threads", o->threads, "CPU threads instead of the config's");
    command->callback([&globals, &run, o] {
        run = [&globals, o](Console& console) {
            if (!globals.quiet) setUpLogging(std::max(1, globals.verbosity));
            auto options = training::readTrainOptions(o->config);
            if (!options) return console.failure(options.error());
            if (!o->out.empty()) options->out = o->out;
            if (o->steps > 0) options->steps = o->steps;
            if (o->threads > 0) options->threads = o->threads;
            const auto report = training::train(*options, o->resume == "auto", console);
            if (!report) return console.failure(report.error());
            std::string figures;
            for (const auto& [name, value] : report->validation) figures += fmt::format(" {} {:.2f}", name, value);
            console.print(fmt::format("{}: {} steps, {:.0f} s{}{}", report->weights.string(), report->steps, report->seconds, figures.empty() ? "" : ", validation:", figures));
            console.result({{"steps", report->steps}, {"seconds", report->seconds}, {"validation", report->validation}, {"weights", report->weights.string()}}, "ok", 0);
            return 0;
        };
    });
}

}  // namespace tintreel::cli
