// SPDX-License-Identifier: Apache-2.0
#include "studio/theme.h"

namespace tintreel::ui {
namespace {

QPalette paletteOf(int window, int base, int button, int text, int faint, QColor highlight) {
    const auto grey = [](int v) { return QColor(v, v, v); };
    QPalette palette(grey(button), grey(window));
    palette.setColor(QPalette::Base, grey(base));
    palette.setColor(QPalette::AlternateBase, grey((base + window) / 2));
    palette.setColor(QPalette::ToolTipBase, grey(window));
    for (const auto role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText, QPalette::BrightText})
        palette.setColor(role, grey(text));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, grey(faint));
    palette.setColor(QPalette::PlaceholderText, grey(faint));
    palette.setColor(QPalette::Highlight, highlight);
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, highlight.lighter(130));
    return palette;
}

}  // namespace

QPalette darkPalette() { return paletteOf(43, 30, 58, 220, 120, QColor(46, 110, 180)); }
QPalette lightPalette() { return paletteOf(236, 250, 226, 25, 140, QColor(40, 105, 180)); }

}  // namespace tintreel::ui
