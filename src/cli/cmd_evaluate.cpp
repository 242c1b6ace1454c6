// SPDX-License-Identifier: Apache-2.0
#include <set>

#include <fmt/format.h>

#include "cli/console.h"
#include "tintreel/workflow/evaluate.h"

namespace tintreel::cli {
namespace {

int show(Console& console, const Result<workflow::ScoreTable>& table) {
    if (!table) return console.failure(table.error());
    std::string head = fmt::format("{:<32}", "");
    for (const auto& [column, value] : table->mean) head += fmt::format("{:>13}", column);
    console.print(head);
    const auto line = [&](const std::string& name, const workflow::Scores& scores) {
        std::string text = fmt::format("{:<32}", name.substr(0, 31));
        for (const auto& [column, value] : table->mean) text += scores.count(column) ? fmt::format("{:>13.2f}", scores.at(column)) : fmt::format("{:>13}", "-");
        console.print(text);
    };
    for (const auto& [name, scores] : table->rows) line(name, scores);
    line("mean", table->mean);
    nlohmann::json rows = nlohmann::json::object();
    for (const auto& [name, scores] : table->rows) rows[name] = scores;
    console.result({{"rows", rows}, {"mean", table->mean}}, "ok", 0);
    return 0;
}

}  // namespace

void addEvaluate(CLI::App& app, Globals& globals, Run& run) {
    auto* command = app.add_subcommand("evaluate", "Measure against true colours");
    command->require_subcommand(1);

    auto* propagation = command->add_subcommand("propagation", "Clips with true colours, first frame given; grey and a flow chain beside it");
    auto p = std::make_shared<workflow::PropagationTestOptions>();
    propagation->add_option("input", p->input, "Clip, or folder (with a split.tsv: its val clips)")->required();
    propagation->add_option("--width", p->width, "Width in pixels")->check(CLI::Range(64, 4096))->capture_default_str();
    propagation->add_option("--frames", p->maxFrames, "Frames of each clip at most");
    propagation->add_flag("--last", p->lastFrameToo, "Give the last frame as well");
    propagation->add_option("--device", p->networks.device, "auto, cpu or cuda:N");
    propagation->add_option("--threads", p->networks.threads, "CPU threads");
    propagation->callback([&globals, &run, p] {
        run = [&globals, p](Console& console) {
            p->networks.modelsDir = globals.models;
            return show(console, workflow::testPropagation(*p, console));
        };
    });

    auto* hints = command->add_subcommand("hints", "Photos with random dots of true colour; grey and Levin 2004 beside it");
    auto h = std::make_shared<workflow::HintTestOptions>();
    auto noLevin = std::make_shared<bool>(false);
    hints->add_option("input", h->input, "Photo, or folder (with a split.tsv: its val photos)")->required();
    hints->add_option("--dots", h->dots, "Numbers of dots")->delimiter(',');
    hints->add_option("--radius", h->radius, "Radius of the dots in pixels at a short side of 256")->capture_default_str();
    hints->add_option("--limit", h->limit, "Photos at most, evenly chosen");
    hints->add_option("--seed", h->seed, "Seed of the places")->capture_default_str();
    hints->add_flag("--no-levin", *noLevin, "Leave Levin 2004 out (it takes a second a picture)");
    hints->add_option("--device", h->networks.device, "auto, cpu or cuda:N");
    hints->add_option("--threads", h->networks.threads, "CPU threads");
    hints->callback([&globals, &run, h, noLevin] {
        run = [&globals, h, noLevin](Console& console) {
            h->networks.modelsDir = globals.models;
            h->levin = !*noLevin;
            return show(console, workflow::testHints(*h, console));
        };
    });

    auto* compare = command->add_subcommand("compare", "A coloured film against the true one");
    auto files = std::make_shared<std::pair<std::filesystem::path, std::filesystem::path>>();
    compare->add_option("result", files->first, "Coloured film")->required();
    compare->add_option("truth", files->second, "The film with its true colours")->required();
    compare->callback([&run, files] {
        run = [files](Console& console) {
            const auto scores = workflow::compareFilms(files->first, files->second, console);
            if (!scores) return console.failure(scores.error());
            for (const auto& [name, value] : *scores) console.print(fmt::format("{:<20}{:.4f}", name, value));
            console.result({{"scores", *scores}}, "ok", 0);
            return 0;
        };
    });
}

}  // namespace tintreel::cli
