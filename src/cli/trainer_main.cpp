// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <cstdio>

#include <CLI/CLI.hpp>

#include "tintreel/base/log.h"
#include "tintreel/training/trainer.h"

namespace {

// A signal handler may touch nothing but this.
std::atomic<tintreel::JobContext*> gContext{nullptr};

void onSignal(int) {
    if (auto* context = gContext.load()) context->requestStop();
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Trains Tintreel's networks from shards."};
    std::string config, resume = "auto";
    app.add_option("config", config, "JSON config of the run")->required();
    app.add_option("--resume", resume, "auto: go on from the run's checkpoint where there is one; never: start anew")->check(CLI::IsMember({"auto", "never"}));
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    tintreel::setUpLogging(1);
    tintreel::JobContext context;
    gContext = &context;
    std::signal(SIGINT, onSignal);
    std::signal(SIGTERM, onSignal);
    const auto options = tintreel::training::readTrainOptions(config);
    if (!options) {
        std::fprintf(stderr, "error: %s\n", tintreel::describe(options.error()).c_str());
        return tintreel::exitCode(options.error().code);
    }
    const auto report = tintreel::training::train(*options, resume == "auto", context);
    if (!report) {
        std::fprintf(stderr, "error: %s\n", tintreel::describe(report.error()).c_str());
        return tintreel::exitCode(report.error().code);
    }
    return 0;
}
