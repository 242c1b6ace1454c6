// SPDX-License-Identifier: Apache-2.0
#include <clocale>
#include <csignal>

#include "cli/console.h"
#include "tintreel/base/log.h"
#include "tintreel/inference/process.h"

int main(int argc, char** argv) {
    using namespace tintreel::cli;
    tintreel::inference::prepareProcess(argv);
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
    addColorize(app, globals, run);
    addScenes(app, globals, run);
    addProbe(app, globals, run);
    addDataset(app, globals, run);
    addTrain(app, globals, run);
    addEvaluate(app, globals, run);
    addModels(app, globals, run);
    addDoctor(app, globals, run);
    addProject(app, globals, run);
    addRender(app, globals, run);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    tintreel::setUpLogging(globals.quiet ? -1 : globals.verbosity);
    Console console(globals);
    return run(console);
}
