// SPDX-License-Identifier: Apache-2.0
#include <QApplication>

#include "studio/clip_window.h"

int main(int argc, char** argv) {
    QApplication app(argc, argv);
    tintreel::ui::ClipWindow window;
    window.QWidget::show();
    if (app.arguments().size() > 1) window.open(app.arguments().at(1));
    return QApplication::exec();
}
