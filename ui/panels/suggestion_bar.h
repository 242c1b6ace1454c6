// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QLabel>
#include <QString>
#include <QToolButton>
#include <QWidget>

#include "tintreel/hints/hint.h"

namespace tintreel::ui {

/// A colour that the generator holds likely at a place.
struct ColorSuggestion {
    hints::AbColor color;
    double weight = 0;  ///< 0..1, share of the likelihood
    QString origin;     ///< who proposes it, for the tooltip
};

/// Suggestions as buttons, likeliest first. At most kMost are shown.
class SuggestionBar : public QWidget {
    Q_OBJECT
public:
    static constexpr std::size_t kMost = 5;

    explicit SuggestionBar(QWidget* parent = nullptr);
    void setSuggestions(std::vector<ColorSuggestion> suggestions);
    void setLightness(float lightness);
    /// Those on show, in order.
    [[nodiscard]] const std::vector<ColorSuggestion>& suggestions() const { return suggestions_; }

Q_SIGNALS:
    void chosen(tintreel::hints::AbColor color);

private:
    void refresh();

    std::vector<ColorSuggestion> suggestions_;
    std::vector<QToolButton*> buttons_;  // kMost, made once: the pointer's way over the film sets suggestions often
    QLabel* none_;
    float lightness_ = 50;
};

}  // namespace tintreel::ui
