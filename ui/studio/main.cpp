// SPDX-License-Identifier: Apache-2.0
#include <QApplication>
#include <QCommandLineParser>

#include "studio/main_window.h"
#include "tintreel/base/log.h"
#include "tintreel/base/process.h"

int main(int argc, char** argv) {
    tintreel::prepareProcess(argv);
    QApplication::setStyle(QStringLiteral("Fusion"));
    QApplication app(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("tintreel"));
    QCoreApplication::setApplicationName(QStringLiteral("tintreel-studio"));
    QCoreApplication::setApplicationVersion(QStringLiteral(TINTREEL_VERSION));
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Colour a black-and-white film with hints. Manual: docs/manual.md."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("film"),
                                 QCoreApplication::translate("main", "Film, folder of frames or project to open."),
                                 QStringLiteral("[film]"));
    parser.process(app);
    tintreel::setUpLogging(0);
    tintreel::ui::MainWindow window;
    window.show();
    if (!parser.positionalArguments().isEmpty()) window.open(parser.positionalArguments().first());
    return QApplication::exec();
}
