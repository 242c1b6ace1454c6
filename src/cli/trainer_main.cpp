// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <cstdio>

#include "cli/console.h"
#include "tintreel/base/log.h"
#include "tintreel/base/process.h"

int main(int argc, char** argv) {
    using namespace tintreel::cli;
    tintreel::prepareProcess(argv);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // a file over the size limit is then an error of its write, like a full disk
    Globals globals;
    Run run;
    CLI::App app{"Trains Tintreel's networks from shards.", "tintreel-trainer"};
    app.add_flag("--json", globals.json, "Progress, warnings and the result as JSON lines on stdout");
    app.add_flag("-q,--quiet", globals.quiet, "Errors alone");
    app.add_flag("-v", globals.verbosity, "More talk on stderr; twice for debugging");
    app.add_option("--log-file", globals.logFile, "Append what is done and said to this file, with the time");
    addTrainOptions(app, globals, run);
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
