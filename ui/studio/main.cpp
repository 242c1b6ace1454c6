// SPDX-License-Identifier: Apache-2.0
#include <QApplication>

#include "studio/main_window.h"
#include "tintreel/base/log.h"
#include "tintreel/inference/process.h"

int main(int argc, char** argv) {
    tintreel::inference::prepareProcess(argv);
    QApplication::setStyle(QStringLiteral("Fusion"));
    QApplication app(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("tintreel"));
    QCoreApplication::setApplicationName(QStringLiteral("tintreel-studio"));
    tintreel::setUpLogging(0);
    tintreel::ui::MainWindow window;
    window.show();
    if (app.arguments().size() > 1) window.open(app.arguments().at(1));
    return QApplication::exec();
}
