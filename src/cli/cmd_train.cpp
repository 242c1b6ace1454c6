// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <unistd.h>

#include <array>
#include <map>
#include <optional>
#include <thread>

#include <fmt/format.h>
#include <spdlog/sinks/sink.h>

#include "cli/console.h"
#include "cli/rank_launcher.h"
#include "tintreel/base/log.h"
#include "tintreel/training/trainer.h"

namespace tintreel::cli {
namespace {

using training::RunControl;

/// Reads {"command":"pause"} and its like from stdin, a line each, until it ends.
class CommandReader {
public:
    CommandReader(Console& console, RunControl& control)
        : console_(console), control_(control), thread_([this](const std::stop_token& stop) { read(stop); }) {}

private:
    void read(const std::stop_token& stop) {
        std::string text;
        while (!stop.stop_requested()) {
            pollfd in{STDIN_FILENO, POLLIN, 0};
            if (::poll(&in, 1, 100) <= 0) continue;
            std::array<char, 4096> block{};
            const auto n = ::read(STDIN_FILENO, block.data(), block.size());
            if (n <= 0) return;
            text.append(block.data(), static_cast<std::size_t>(n));
            for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
                obey(text.substr(0, end));
                text.erase(0, end + 1);
            }
        }
    }

    void obey(const std::string& line) {
        static const std::map<std::string, RunControl::Command> kCommands{{"pause", RunControl::Command::Pause},
                                                                          {"resume", RunControl::Command::Resume},
                                                                          {"stop", RunControl::Command::Stop},
                                                                          {"validate", RunControl::Command::Validate}};
        if (line.find_first_not_of(" \t\r") == std::string::npos) return;
        const auto json = nlohmann::json::parse(line, nullptr, false);
        const auto name = json.is_object() && json.contains("command") && json["command"].is_string()
                              ? json["command"].get<std::string>()
                              : std::string();
        if (const auto found = kCommands.find(name); found != kCommands.end()) control_.push(found->second);
        else
            console_.warn(
                {"UNKNOWN_COMMAND",
                 "'" + line +
                     "' is no command; there are pause, resume, stop and validate, as {\"command\":\"pause\"}."});
    }

    Console& console_;
    RunControl& control_;
    std::jthread thread_;  // last: it uses the members above
};

struct TrainArguments {
    std::filesystem::path config;
    std::string resume = "auto", out, vgg19;
    int steps = 0, threads = 0, ranks = 1;
    bool control = false, force = false;
};

/// What the other ranks are told: this run without what belongs to rank 0 alone.
std::vector<std::string> argumentsOfOthers(const std::string& subcommand, const TrainArguments& o) {
    std::vector<std::string> words;
    if (!subcommand.empty()) words.push_back(subcommand);
    words.insert(words.end(), {o.config.string(), "--resume", o.resume, "-f", "-q"});
    if (!o.out.empty()) words.insert(words.end(), {"--out", o.out});
    if (!o.vgg19.empty()) words.insert(words.end(), {"--vgg19", o.vgg19});
    if (o.steps > 0) words.insert(words.end(), {"--steps", std::to_string(o.steps)});
    if (o.threads > 0) words.insert(words.end(), {"--threads", std::to_string(o.threads)});
    return words;
}

int runTraining(Console& console, const std::string& subcommand, const TrainArguments& o) {
    auto options = training::readTrainOptions(o.config);
    if (!options) return console.failure(options.error());
    if (!o.out.empty()) options->out = o.out;
    if (!o.vgg19.empty()) options->vgg19 = o.vgg19;
    if (o.steps > 0) options->steps = o.steps;
    if (o.threads > 0) options->threads = o.threads;
    if (std::error_code ec; o.resume == "never" && !o.force &&
                            std::filesystem::exists(std::filesystem::path(options->out) / "checkpoint.safetensors", ec))
        return console.failure(
            {ErrorCode::Output,
             "The folder '" + options->out +
                 "' holds a run already; choose another with --out, go on with --resume auto, or pass -f to replace it.",
             {},
             {}});
    std::optional<RankLauncher> others;
    if (o.ranks > 1) {
        auto started = RankLauncher::start(o.ranks, argumentsOfOthers(subcommand, o));
        if (!started) return console.failure(started.error());
        others.emplace(std::move(*started));
    }
    RunControl control;
    std::optional<CommandReader> reader;
    if (o.control) reader.emplace(console, control);
    const training::TrainHooks hooks{[&](const nlohmann::json& line) { console.line(line); }, &control};
    const auto report = training::train(*options, o.resume == "auto", console, hooks);
    if (!report) return console.failure(report.error());
    std::string figures;
    for (const auto& [name, value] : report->validation) figures += fmt::format(" {} {:.2f}", name, value);
    console.print(
        fmt::format("{}: {} steps, {:.0f} s{}{}{}", report->weights.string(), report->steps, report->seconds,
                    figures.empty() ? "" : ", validation:", figures,
                    report->skipped.empty() ? "" : fmt::format(", {} pictures passed over", report->skipped.size())));
    console.result({{"steps", report->steps},
                    {"seconds", report->seconds},
                    {"ended", report->ended},
                    {"validation", report->validation},
                    {"weights", report->weights.string()},
                    {"best", report->best.string()},
                    {"skipped", report->skipped}},
                   report->ended == "stopped" ? "stopped" : "ok", 0);
    return 0;
}

}  // namespace

void addTrainOptions(CLI::App& command, Globals& globals, Run& run) {
    auto o = std::make_shared<TrainArguments>();
    command.add_option("config", o->config, "JSON config of the run (docs/training.md)")->required();
    command
        .add_option("--resume", o->resume,
                    "auto: go on from the run's checkpoint where there is one; never: begin anew")
        ->check(CLI::IsMember({"auto", "never"}))
        ->capture_default_str();
    command.add_option("--out", o->out, "Folder of the run instead of the config's");
    command.add_option("--steps", o->steps, "Steps instead of the config's")->check(CLI::PositiveNumber);
    command.add_option("--threads", o->threads, "CPU threads instead of the config's")->check(CLI::PositiveNumber);
    command.add_option("--vgg19", o->vgg19,
                       "VGG19 weights of the contextual loss instead of the config's (docs/training.md)");
    command
        .add_option("--ranks", o->ranks,
                    "Processes on this machine that train together, each with the config's batch (docs/training.md)")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
    command.add_flag("--control", o->control,
                     R"(Take commands from stdin, a line each: {"command":"pause"}, resume, stop, validate)");
    command.add_flag("-f,--force", o->force, "With --resume never: replace the run that the folder holds");
    command.footer(
        "The first Ctrl-C or SIGTERM saves a checkpoint and ends; the same command then goes on from it, as after a crash.");
    // "train" under the program for everything, nothing under the trainer.
    const std::string subcommand = command.get_parent() == nullptr ? "" : command.get_name();
    command.callback([&globals, &run, o, subcommand] {
        run = [&globals, o, subcommand](Console& console) {
            // Without a screen of its own, a run talks on stderr as it goes.
            if (!globals.quiet && globals.verbosity == 0)
                spdlog::default_logger()->sinks().front()->set_level(spdlog::level::info);
            return runTraining(console, subcommand, *o);
        };
    });
}

void addTrain(CLI::App& app, Globals& globals, Run& run) {
    addTrainOptions(*app.add_subcommand("train", "Train a network from shards, or fine-tune it"), globals, run);
}

}  // namespace tintreel::cli
