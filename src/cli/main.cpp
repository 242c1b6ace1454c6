// SPDX-License-Identifier: Apache-2.0
#include <malloc.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <cstdlib>

#include "cli/console.h"
#include "tintreel/base/log.h"

namespace {

/// $TINTREEL_MODELS, else `models` beside the installed program, else the source tree's.
std::filesystem::path modelsFolder() {
    if (const char* named = std::getenv("TINTREEL_MODELS"); named != nullptr && *named != '\0') return named;
    std::error_code ec;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", ec);
    if (!ec) {
        const auto installed = program.parent_path().parent_path() / "share" / "tintreel" / "models";
        if (std::filesystem::exists(installed / "manifest.json", ec)) return installed;
    }
    return TINTREEL_SOURCE_MODELS;
}

/// The networks' OpenMP threads spin while they wait for each other; where other programs want the cores too, that costs
/// four fifths of the time. libgomp reads its settings before main, so the program starts itself once more with them.
void startWithPatientThreads(char** argv) {
    if (std::getenv("OMP_WAIT_POLICY") != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) return;
    ::setenv("OMP_WAIT_POLICY", "passive", 1);
    ::setenv("GOMP_SPINCOUNT", "10000", 1);
    ::execv("/proc/self/exe", argv);  // comes back only where it failed; then the default must do
}

}  // namespace

int main(int argc, char** argv) {
    using namespace tintreel::cli;
    startWithPatientThreads(argv);
    // The networks ask for the same large blocks frame after frame; giving each back to the kernel costs a third of the time.
    ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
    ::mallopt(M_TRIM_THRESHOLD, 512 << 20);
    ::mallopt(M_TOP_PAD, 64 << 20);
    std::setlocale(LC_CTYPE, "C.UTF-8");
    std::signal(SIGPIPE, SIG_IGN);
    Globals globals;
    globals.models = modelsFolder();
    Run run;
    CLI::App app{"Tintreel colours black-and-white film.", "tintreel"};
    app.set_version_flag("--version", "tintreel " TINTREEL_VERSION);
    app.require_subcommand(1);
    app.fallthrough();
    app.add_flag("--json", globals.json, "Progress, warnings and the result as JSON lines on stdout");
    app.add_flag("-q,--quiet", globals.quiet, "Errors alone");
    app.add_flag("-v", globals.verbosity, "More talk on stderr; twice for debugging");
    app.add_option("--models", globals.models, "Folder of the models");
    addColorize(app, globals, run);
    addScenes(app, globals, run);
    addProbe(app, globals, run);
    addDataset(app, globals, run);
    addTrain(app, globals, run);
    addEvaluate(app, globals, run);
    addModels(app, globals, run);
    addDoctor(app, globals, run);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    tintreel::setUpLogging(globals.quiet ? -1 : globals.verbosity);
    Console console(globals);
    return run(console);
}
