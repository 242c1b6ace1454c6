// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "cli/console.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/workflow/evaluate.h"

namespace tintreel::cli {
namespace {

/// What every kind of evaluation shares.
struct Shown {
    std::filesystem::path html;
    bool force = false;
    bool calibration = false;
};

void printGroup(Console& console, const workflow::ScoreTable& table, const std::vector<std::string>& columns) {
    std::string head = fmt::format("{:<32}", "");
    for (const auto& column : columns) head += fmt::format("{:>13}", column);
    console.print(head);
    const auto line = [&](const std::string& name, const workflow::Scores& scores) {
        std::string text = fmt::format("{:<32}", name.substr(0, 31));
        for (const auto& column : columns) text += fmt::format("{:>13}", workflow::showScore(scores, column));
        console.print(text);
    };
    for (const auto& row : table.rows) line(row.name, row.scores);
    line("mean", table.mean);
    console.print("");
}

int show(Console& console, const Result<workflow::ScoreTable>& table, const Shown& shown) {
    if (!table) return console.failure(table.error());
    for (const auto& columns : table->groups) {
        std::vector<std::string> there;
        for (const auto& column : columns)
            if (table->mean.count(column)) there.push_back(column);
        printGroup(console, *table, there);
    }
    if (table->groups.empty())
        for (const auto& [name, value] : table->mean) console.print(fmt::format("{:<20}{:.5f}", name, value));
    nlohmann::json rows = nlohmann::json::object(), curves = nlohmann::json::object(), bins = nlohmann::json::array();
    for (const auto& row : table->rows) {
        rows[row.name] = row.scores;
        if (!row.curves.empty()) curves[row.name] = row.curves;
    }
    double pixels = 0;
    for (const auto& bin : table->reliability) pixels += bin.pixels;
    if (!table->reliability.empty()) console.print("stated error    true error    share of pixels");
    for (const auto& bin : table->reliability) {
        console.print(fmt::format("{:>12.2f}{:>14.2f}{:>17.3f}", bin.stated, bin.found, bin.pixels / pixels));
        bins.push_back({{"stated", bin.stated}, {"true", bin.found}, {"share", bin.pixels / pixels}});
    }
    nlohmann::json fields{{"rows", rows}, {"mean", table->mean}};
    if (!curves.empty()) fields["curves"] = curves;
    if (!bins.empty()) fields["reliability"] = bins;
    if (shown.calibration) {
        nlohmann::json pairs = nlohmann::json::array();
        for (const auto& [stated, found] : workflow::calibrationOf(table->reliability))
            pairs.push_back({std::round(stated * 1000) / 1000, std::round(found * 1000) / 1000});
        console.print("\"calibration\": " + pairs.dump());
        fields["calibration"] = pairs;
    }
    if (!shown.html.empty()) {
        if (const auto written = workflow::writeReport(*table, shown.html, shown.force); !written)
            return console.failure(written.error());
        console.print("Report: " + shown.html.string());
        fields["report"] = shown.html.string();
    }
    console.result(fields, "ok", 0);
    return 0;
}

/// The report's name is checked before hours of work, not after.
std::optional<Error> refusal(const Shown& shown) {
    if (shown.html.empty()) return std::nullopt;
    const auto part = PartFile::create(shown.html, shown.force);
    return part ? std::nullopt : std::optional(part.error());
}

std::shared_ptr<Shown> addShown(CLI::App& command) {
    auto shown = std::make_shared<Shown>();
    command.add_option("--html", shown->html, "Write a report with tables, plots and pictures to this file");
    command.add_flag("-f,--force", shown->force, "Replace a report that exists");
    return shown;
}

void addNetworks(CLI::App& command, inference::ColorizerOptions& networks) {
    command.add_option("--device", networks.device, "auto, cpu or cuda:N");
    command.add_option("--threads", networks.threads, "CPU threads");
    command.add_option("--keyframe-model", networks.keyframeModel, "Id of the keyframe model");
    command.add_option("--frame-model", networks.frameModel, "Id of the frame model");
}

}  // namespace

void addEvaluate(CLI::App& app, Globals& globals, Run& run) {
    auto* command = app.add_subcommand("evaluate", "Measure against true colours");
    command->require_subcommand(1);

    auto* propagation = command->add_subcommand(
        "propagation",
        "Clips with true colours, first frame given: PSNR, flicker, stated error; grey, copy and a flow chain beside it");
    auto p = std::make_shared<workflow::PropagationTestOptions>();
    propagation->add_option("input", p->input, "Clip, or folder (with a split.tsv: the clips of --split)")->required();
    propagation->add_option("--split", p->split, "val or train")
        ->check(CLI::IsMember({"val", "train"}))
        ->capture_default_str();
    propagation->add_option("--width", p->width, "Width in pixels")->check(CLI::Range(64, 4096))->capture_default_str();
    propagation->add_option("--limit", p->limit, "Clips at most, evenly chosen")->check(CLI::PositiveNumber);
    propagation->add_option("--frames", p->maxFrames, "Frames of each clip at most")->check(CLI::Range(3, 100000000));
    propagation->add_flag("--last,--last-frame", p->lastFrameToo, "Give the last frame as well");
    propagation->add_flag("--generator", p->generator, "Colour every frame by the keyframe network alone, too");
    addNetworks(*propagation, p->networks);
    auto shownPropagation = addShown(*propagation);
    propagation->add_flag("--calibration", shownPropagation->calibration,
                          "Print the model's calibration for manifest.json (measure with none in it)");
    propagation->callback([&globals, &run, p, shownPropagation] {
        run = [&globals, p, shownPropagation](Console& console) {
            if (const auto error = refusal(*shownPropagation)) return console.failure(*error);
            p->networks.modelsDir = globals.models;
            p->pictures = !shownPropagation->html.empty();
            return show(console, workflow::testPropagation(*p, console), *shownPropagation);
        };
    });

    auto* hints =
        command->add_subcommand("hints", "Photos with random dots of true colour; grey and Levin 2004 beside it");
    auto h = std::make_shared<workflow::HintTestOptions>();
    auto noLevin = std::make_shared<bool>(false);
    hints->add_option("input", h->input, "Photo, or folder (with a split.tsv: the photos of --split)")->required();
    hints->add_option("--split", h->split, "val or train")
        ->check(CLI::IsMember({"val", "train"}))
        ->capture_default_str();
    hints->add_option("--dots", h->dots, "Numbers of dots")->delimiter(',')->check(CLI::NonNegativeNumber);
    hints->add_option("--radius", h->radius, "Radius of the dots in pixels at a short side of 256")
        ->check(CLI::Range(0.5, 64.0))
        ->capture_default_str();
    hints->add_option("--limit", h->limit, "Photos at most, evenly chosen")->check(CLI::PositiveNumber);
    hints->add_option("--seed", h->seed, "Seed of the places")->capture_default_str();
    hints->add_flag("--no-levin", *noLevin, "Leave Levin 2004 out (it takes a second a picture)");
    addNetworks(*hints, h->networks);
    auto shownHints = addShown(*hints);
    hints->callback([&globals, &run, h, noLevin, shownHints] {
        run = [&globals, h, noLevin, shownHints](Console& console) {
            if (const auto error = refusal(*shownHints)) return console.failure(*error);
            h->networks.modelsDir = globals.models;
            h->levin = !*noLevin;
            h->pictures = !shownHints->html.empty();
            return show(console, workflow::testHints(*h, console), *shownHints);
        };
    });

    auto* compare =
        command->add_subcommand("compare", "A coloured film against the true one; the grey version beside it");
    auto files = std::make_shared<std::pair<std::filesystem::path, std::filesystem::path>>();
    compare->add_option("result", files->first, "Coloured film")->required();
    compare->add_option("truth", files->second, "The film with its true colours")->required();
    auto shownCompare = addShown(*compare);
    compare->callback([&run, files, shownCompare] {
        run = [files, shownCompare](Console& console) {
            if (const auto error = refusal(*shownCompare)) return console.failure(*error);
            return show(console, workflow::compareFilms(files->first, files->second, console), *shownCompare);
        };
    });
}

}  // namespace tintreel::cli
