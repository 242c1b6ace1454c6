// SPDX-License-Identifier: Apache-2.0
#include "panels/suggestion_bar.h"

#include <algorithm>
#include <cmath>

#include <QHBoxLayout>

#include "panels/color_words.h"

namespace tintreel::ui {

SuggestionBar::SuggestionBar(QWidget* parent) : QWidget(parent), none_(new QLabel(tr("None for this place yet."))) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    none_->setEnabled(false);
    row->addWidget(none_);
    for (std::size_t i = 0; i < kMost; ++i) {
        auto* button = new QToolButton;
        button->setObjectName(QStringLiteral("suggestion%1").arg(i + 1));
        button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
        button->setIconSize({28, 28});
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::StrongFocus);
        button->hide();
        connect(button, &QToolButton::clicked, this, [this, i] {
            if (i < suggestions_.size()) Q_EMIT chosen(suggestions_[i].color);
        });
        row->addWidget(button);
        buttons_.push_back(button);
    }
    row->addStretch(1);
}

void SuggestionBar::setSuggestions(std::vector<ColorSuggestion> suggestions) {
    std::stable_sort(suggestions.begin(), suggestions.end(),
                     [](const auto& x, const auto& y) { return x.weight > y.weight; });
    if (suggestions.size() > kMost) suggestions.resize(kMost);
    suggestions_ = std::move(suggestions);
    refresh();
}

void SuggestionBar::setLightness(float lightness) {
    lightness_ = lightness;
    refresh();
}

void SuggestionBar::refresh() {
    none_->setVisible(suggestions_.empty());
    for (std::size_t i = 0; i < buttons_.size(); ++i) {
        auto* button = buttons_[i];
        button->setVisible(i < suggestions_.size());
        if (i >= suggestions_.size()) continue;
        const auto& suggestion = suggestions_[i];
        const auto percent = static_cast<int>(std::lround(suggestion.weight * 100));
        const auto words = wordsOf(suggestion.color);
        button->setIcon(swatchIcon(shownColor(suggestion.color, lightness_), palette(), 28));
        button->setText(tr("%1: %2 %").arg(i + 1).arg(percent));
        button->setAccessibleName(tr("Suggestion %1, %2 percent: %3").arg(i + 1).arg(percent).arg(words));
        button->setToolTip(suggestion.origin.isEmpty() ? words : tr("%1 (%2)").arg(words, suggestion.origin));
    }
}

}  // namespace tintreel::ui
