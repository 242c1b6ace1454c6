// SPDX-License-Identifier: Apache-2.0
#include "panels/color_words.h"

#include <algorithm>

#include <QCoreApplication>
#include <QPainter>
#include <QPixmap>

#include "tintreel/color/gamut.h"

namespace tintreel::ui {
namespace {

constexpr float kListLightness = 62;

template <class... Ts>
struct Overload : Ts... {
    using Ts::operator()...;
};
template <class... Ts>
Overload(Ts...) -> Overload<Ts...>;

}  // namespace

hints::AbColor abOf(const hints::PlainColor& color) {
    if (const auto* ab = std::get_if<hints::AbColor>(&color)) return *ab;
    const auto& rgb = std::get<hints::RgbColor>(color);
    const auto sample = [](int code) { return static_cast<float>(code) / 255.0F; };
    const auto lab = color::labFromRgb(sample(rgb.r), sample(rgb.g), sample(rgb.b));
    return {lab.a, lab.b};
}

hints::AbColor abOf(const hints::HintColor& color, const std::vector<hints::PaletteSlot>& palette) {
    return std::visit(Overload{[](const hints::NeutralColor&) { return hints::AbColor{}; },
                               [&](const hints::PaletteColor& wanted) {
                                   const auto slot = std::find_if(palette.begin(), palette.end(),
                                                                  [&](const auto& s) { return s.name == wanted.name; });
                                   return slot == palette.end() ? hints::AbColor{} : abOf(slot->color);
                               },
                               [](const auto& plain) { return abOf(hints::PlainColor(plain)); }},
                      color);
}

QColor shownColor(hints::AbColor color, float lightness) {
    const auto rgb = color::rgbFromLab(color::clampToGamut(lightness, color.a, color.b));
    const auto sample = [](float v) { return std::clamp(v, 0.0F, 1.0F); };
    return QColor::fromRgbF(sample(rgb[0]), sample(rgb[1]), sample(rgb[2])).toRgb();
}

QColor slotColor(const hints::PlainColor& color) {
    if (const auto* rgb = std::get_if<hints::RgbColor>(&color)) return {rgb->r, rgb->g, rgb->b};
    return shownColor(std::get<hints::AbColor>(color), kListLightness);
}

QString wordsOf(const hints::HintColor& color) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("tintreel::ui::ColorWords", text); };
    return std::visit(
        Overload{
            [&](const hints::NeutralColor&) { return tr("neutral"); },
            [&](const hints::PaletteColor& slot) { return tr("palette: %1").arg(QString::fromStdString(slot.name)); },
            [&](const hints::AbColor& ab) { return tr("a %1, b %2").arg(ab.a, 0, 'f', 1).arg(ab.b, 0, 'f', 1); },
            [](const hints::RgbColor& rgb) { return QColor(rgb.r, rgb.g, rgb.b).name(); }},
        color);
}

QIcon swatchIcon(const QColor& color, const QPalette& palette, int side) {
    // Twice the size, so that it is sharp on a 200 % screen.
    QPixmap pixmap(2 * side, 2 * side);
    pixmap.fill(color);
    QPainter painter(&pixmap);
    painter.setPen(QPen(palette.color(QPalette::Text), 2));
    painter.setOpacity(0.5);
    painter.drawRect(1, 1, 2 * side - 2, 2 * side - 2);
    painter.end();
    QIcon icon;
    // Styles tint the icon of a selected row; a colour must stay what it is.
    for (const auto mode : {QIcon::Normal, QIcon::Selected, QIcon::Active}) icon.addPixmap(pixmap, mode);
    return icon;
}

}  // namespace tintreel::ui
