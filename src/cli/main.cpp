// SPDX-License-Identifier: Apache-2.0
#include <clocale>
#include <csignal>
#include <cstdio>

#include "cli/console.h"
#include "tintreel/base/log.h"
#include "tintreel/base/process.h"
#include "tintreel/inference/models_folder.h"

int main(int argc, char** argv) {
    using namespace tintreel::cli;
    tintreel::prepareProcess(argv);
    std::setlocale(LC_CTYPE, "C.UTF-8");
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // a file over the size limit is then an error of its write, like a full disk
    Globals globals;
    globals.models = tintreel::inference::defaultModelsFolder();
    Run run;
    CLI::App app{"Tintreel colours black-and-white film.", "tintreel"};
    app.set_version_flag("--version", "tintreel " TINTREEL_VERSION);
    app.require_subcommand(1);
    app.fallthrough();
    app.add_flag("--json", globals.json, "Progress, warnings and the result as JSON lines on stdout");
    app.add_flag("-q,--quiet", globals.quiet, "Errors alone");
    app.add_flag("-v", globals.verbosity, "More talk on stderr; twice for debugging");
    app.add_option("--models", globals.models, "Folder of the models");
    app.add_option("--log-file", globals.logFile, "Append what is done and said to this file, with the time");
    // Nothing is coloured and nobody is asked; scripts may say so all the same.
    bool said = false;
    app.add_flag("--no-color,--no-input", said,
                 "Accepted for scripts: output has no colours, and nothing is ever asked");
    app.set_config("--config", "",
                   "Options from a file (TOML or INI, a section a command); those on the command line go first");
    addColorize(app, globals, run);
    addScenes(app, globals, run);
    addProbe(app, globals, run);
    addDataset(app, globals, run);
    addTrain(app, globals, run);
    addEvaluate(app, globals, run);
    addModels(app, globals, run);
    addPresets(app, globals, run);
    addDoctor(app, globals, run);
    addProject(app, globals, run);
    addRender(app, globals, run);
    addFarm(app, globals, run);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    if (!tintreel::setUpLogging(globals.quiet ? -1 : globals.verbosity, globals.logFile)) {
        std::fprintf(stderr, "error: The log file '%s' cannot be written; choose another place.\n",
                     globals.logFile.c_str());
        return 4;
    }
    Console console(globals);
    return run(console);
}
