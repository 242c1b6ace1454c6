// SPDX-License-Identifier: Apache-2.0
#include "panels/color_panel.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QKeyEvent>
#include <QVBoxLayout>

#include "panels/color_words.h"

namespace tintreel::ui {
namespace {

using Palette = std::vector<hints::PaletteSlot>;

Palette::const_iterator slotNamed(const Palette& palette, const std::string& name) {
    return std::find_if(palette.begin(), palette.end(), [&](const auto& slot) { return slot.name == name; });
}

hints::PlainColor plainOf(const hints::HintColor& color, const Palette& palette) {
    if (const auto* ab = std::get_if<hints::AbColor>(&color)) return *ab;
    if (const auto* rgb = std::get_if<hints::RgbColor>(&color)) return *rgb;
    if (const auto* named = std::get_if<hints::PaletteColor>(&color))
        if (const auto slot = slotNamed(palette, named->name); slot != palette.end()) return slot->color;
    return hints::AbColor{};
}

/// What a colour that was meant by `before` is under `after`.
hints::HintColor carriedOver(const hints::HintColor& color, const Palette& before, const Palette& after) {
    const auto* named = std::get_if<hints::PaletteColor>(&color);
    if (named == nullptr || slotNamed(after, named->name) != after.end()) return color;
    const auto slot = slotNamed(before, named->name);
    if (slot == before.end()) return color;
    // As many slots as before: this one has another name now.
    if (before.size() == after.size())
        return hints::PaletteColor{after[static_cast<std::size_t>(slot - before.begin())].name};
    return std::visit([](const auto& plain) { return hints::HintColor(plain); }, slot->color);
}

}  // namespace

ColorPanel::ColorPanel(QWidget* parent)
    : QWidget(parent),
      readout_(new ColorReadout),
      picker_(new GamutPicker),
      suggestions_(new SuggestionBar),
      palette_(new PaletteEditor) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(6);
    column->addWidget(readout_);
    column->addWidget(picker_, 3);
    auto* heading = new QLabel(tr("Suggestions"));
    auto* paletteHeading = new QLabel(tr("Palette"));
    for (auto* label : {heading, paletteHeading}) {
        auto font = label->font();
        font.setBold(true);
        label->setFont(font);
    }
    column->addWidget(heading);
    column->addWidget(suggestions_);
    column->addWidget(paletteHeading);
    column->addWidget(palette_, 2);

    connect(readout_, &ColorReadout::swapRequested, this, &ColorPanel::swapColors);
    connect(picker_, &GamutPicker::colorDragging, this,
            [this](hints::AbColor color) { readout_->setCurrent(color, color, lightness_); });
    connect(picker_, &GamutPicker::colorChosen, this, [this](hints::AbColor color) { pick(color); });
    connect(suggestions_, &SuggestionBar::chosen, this, [this](hints::AbColor color) { pick(color); });
    connect(palette_, &PaletteEditor::neutralRequested, this, [this] { pick(hints::NeutralColor{}); });
    connect(palette_, &PaletteEditor::slotChosen, this, &ColorPanel::chooseSlot);
    connect(palette_, &PaletteEditor::slotEdited, this, &ColorPanel::slotEdited);
    connect(palette_, &PaletteEditor::addRequested, this, &ColorPanel::addSlot);
    connect(palette_, &PaletteEditor::recoloringChanged, this, &ColorPanel::setRecoloring);
    // A list would take letters and digits for a search by name.
    palette_->view()->installEventFilter(this);
    refresh();
}

hints::AbColor ColorPanel::ab(const hints::HintColor& color) const { return abOf(color, palette_->palette()); }

QColor ColorPanel::shown(const hints::HintColor& color) const { return shownColor(ab(color), lightness_); }

void ColorPanel::setLightness(float lightness) {
    lightness_ = std::isfinite(lightness) ? std::clamp(lightness, 0.0F, 100.0F) : lightness_;
    picker_->setLightness(lightness_);
    suggestions_->setLightness(lightness_);
    readout_->setCurrent(current_, ab(current_), lightness_);
    readout_->setPrevious(previous_, ab(previous_), lightness_);
}

void ColorPanel::setColor(hints::HintColor color) {
    palette_->stopRecoloring();
    makeCurrent(std::move(color));
}

void ColorPanel::makeCurrent(hints::HintColor color) {
    if (color != current_) previous_ = std::exchange(current_, std::move(color));
    refresh();
}

void ColorPanel::choose(hints::HintColor color) {
    makeCurrent(std::move(color));
    Q_EMIT colorChosen(current_);
}

void ColorPanel::pick(hints::HintColor color) {
    const int slot = palette_->recoloring();
    if (slot < 0) return choose(std::move(color));
    const auto value = hints::PaletteSlot{palette_->palette()[static_cast<std::size_t>(slot)].name,
                                          plainOf(color, palette_->palette())};
    Q_EMIT slotEdited(slot, value);
    // The document has the last word: show what the slot is now.
    refresh();
}

void ColorPanel::chooseSlot(int slot) {
    if (slot < 0 || slot >= static_cast<int>(palette_->palette().size())) return;
    if (slot != palette_->recoloring()) palette_->stopRecoloring();
    choose(hints::PaletteColor{palette_->palette()[static_cast<std::size_t>(slot)].name});
}

void ColorPanel::swapColors() {
    palette_->stopRecoloring();
    choose(previous_);
}

void ColorPanel::setRecoloring(int slot) {
    // The crosshair must begin at the slot's colour.
    if (slot >= 0) chooseSlot(slot);
    else refresh();
}

void ColorPanel::addSlot() {
    const auto& palette = palette_->palette();
    auto number = palette.size() + 1;
    const auto name = [&] { return tr("Colour %1").arg(number).toStdString(); };
    while (slotNamed(palette, name()) != palette.end()) ++number;
    Q_EMIT slotAdded({name(), plainOf(current_, palette)});
}

void ColorPanel::setPalette(std::vector<hints::PaletteSlot> palette) {
    current_ = carriedOver(current_, palette_->palette(), palette);
    previous_ = carriedOver(previous_, palette_->palette(), palette);
    palette_->setPalette(std::move(palette));
    refresh();
}

void ColorPanel::setSuggestions(std::vector<ColorSuggestion> suggestions) {
    suggestions_->setSuggestions(std::move(suggestions));
    std::vector<hints::AbColor> marks;
    for (const auto& suggestion : suggestions_->suggestions()) marks.push_back(suggestion.color);
    picker_->setMarks(std::move(marks));
}

void ColorPanel::refresh() {
    picker_->setColor(ab(current_));
    if (const auto* named = std::get_if<hints::PaletteColor>(&current_)) {
        const auto& palette = palette_->palette();
        const auto slot = slotNamed(palette, named->name);
        if (slot != palette.end()) palette_->setCurrent(static_cast<int>(slot - palette.begin()));
    }
    setLightness(lightness_);
}

bool ColorPanel::handleKey(const QKeyEvent& event) {
    if (event.modifiers() & ~Qt::KeypadModifier) return false;
    if (event.key() == Qt::Key_X) swapColors();
    else if (event.key() >= Qt::Key_1 && event.key() <= Qt::Key_9) chooseSlot(event.key() - Qt::Key_1);
    else return false;
    return true;
}

void ColorPanel::keyPressEvent(QKeyEvent* event) {
    if (!handleKey(*event)) QWidget::keyPressEvent(event);
}

bool ColorPanel::eventFilter(QObject* object, QEvent* event) {
    if (event->type() == QEvent::KeyPress && handleKey(*static_cast<QKeyEvent*>(event))) return true;
    return QWidget::eventFilter(object, event);
}

}  // namespace tintreel::ui
