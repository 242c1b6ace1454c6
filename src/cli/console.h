// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "tintreel/base/job.h"
#include "tintreel/base/options.h"
#include "tintreel/base/result.h"

namespace tintreel::workflow {
struct ColorizeOptions;
}

namespace tintreel::cli {

/// What every subcommand shares.
struct Globals {
    bool json = false;  ///< NDJSON on stdout
    bool quiet = false;
    int verbosity = 0;
    std::filesystem::path models;   ///< folder of the shipped models
    std::filesystem::path logFile;  ///< what was done and said is appended here; "" for none
};

/// Shows progress: a line with ETA on a terminal, NDJSON with --json, nothing else. Stops at SIGINT and SIGTERM.
class Console final : public JobContext {
public:
    explicit Console(const Globals& globals);
    ~Console() override;
    void report(const Progress& progress) override;
    void warn(const Warning& warning) override;

    /// One result object: the last line with --json. Adds v, type, status and exit.
    void result(nlohmann::json fields, const std::string& status, int exit);
    /// One line of NDJSON on stdout with --json; adds v.
    void line(nlohmann::json fields);
    /// Plain text on stdout when --json is off.
    void print(const std::string& text);
    /// Error in words on stderr (and as result with --json); its exit code.
    [[nodiscard]] int failure(const Error& error);
    [[nodiscard]] bool json() const noexcept { return globals_.json; }

private:
    void clearLine();
    const Globals& globals_;
    std::mutex output_;
    EtaClock eta_;
    bool terminal_ = false;
    bool lineShown_ = false;
    std::chrono::steady_clock::time_point lastShown_{};
};

/// Adds the fields of an option table as flags; the values land in the table's targets.
void addOptions(CLI::App& app, const OptionTable& table);

/// A subcommand sets `run` when it was chosen; main calls it.
using Run = std::function<int(Console&)>;
void addColorize(CLI::App& app, Globals& globals, Run& run);
void addScenes(CLI::App& app, Globals& globals, Run& run);
void addProbe(CLI::App& app, Globals& globals, Run& run);
void addDataset(CLI::App& app, Globals& globals, Run& run);
void addTrain(CLI::App& app, Globals& globals, Run& run);
/// What `tintreel train` and the trainer binary have in common: all of it.
void addTrainOptions(CLI::App& command, Globals& globals, Run& run);
void addEvaluate(CLI::App& app, Globals& globals, Run& run);
void addModels(CLI::App& app, Globals& globals, Run& run);
void addPresets(CLI::App& app, Globals& globals, Run& run);
void addDoctor(CLI::App& app, Globals& globals, Run& run);
void addProject(CLI::App& app, Globals& globals, Run& run);
void addRender(CLI::App& app, Globals& globals, Run& run);
void addFarm(CLI::App& app, Globals& globals, Run& run);

/// Runs workflow::colorize, says how it went and gives the exit code.
[[nodiscard]] int finishColorize(Console& console, const workflow::ColorizeOptions& options);

}  // namespace tintreel::cli
