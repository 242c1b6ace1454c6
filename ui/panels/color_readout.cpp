// SPDX-License-Identifier: Apache-2.0
#include "panels/color_readout.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "panels/color_words.h"
#include "tintreel/color/gamut.h"

namespace tintreel::ui {

ColorReadout::ColorReadout(QWidget* parent)
    : QWidget(parent),
      current_(new ColorSwatch({56, 56})),
      previous_(new ColorSwatch({26, 26})),
      words_(new QLabel),
      numbers_(new QLabel),
      swap_(new QToolButton) {
    current_->setAccessibleName(tr("Current colour"));
    current_->setObjectName(QStringLiteral("currentColor"));
    previous_->setAccessibleName(tr("Previous colour"));
    previous_->setObjectName(QStringLiteral("previousColor"));
    words_->setObjectName(QStringLiteral("colorWords"));
    words_->setWordWrap(true);
    numbers_->setObjectName(QStringLiteral("colorNumbers"));
    numbers_->setAccessibleName(tr("Numbers of the current colour"));
    numbers_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    swap_->setObjectName(QStringLiteral("swapColors"));
    swap_->setText(QStringLiteral("⇄"));
    swap_->setAccessibleName(tr("Swap current and previous colour"));
    swap_->setToolTip(tr("Swap current and previous colour (X)"));
    swap_->setFixedSize(26, 26);
    connect(swap_, &QToolButton::clicked, this, &ColorReadout::swapRequested);
    auto* text = new QVBoxLayout;
    text->setSpacing(1);
    text->addWidget(words_);
    text->addWidget(numbers_);
    auto* side = new QVBoxLayout;
    side->setSpacing(4);
    side->addWidget(previous_);
    side->addWidget(swap_);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(current_, 0, Qt::AlignTop);
    row->addLayout(side);
    row->addLayout(text, 1);
}

void ColorReadout::setCurrent(const hints::HintColor& color, hints::AbColor ab, float lightness) {
    const auto shown = shownColor(ab, lightness);
    const auto words = wordsOf(color);
    auto numbers = tr("L %1  a %2  b %3").arg(lightness, 0, 'f', 0).arg(ab.a, 0, 'f', 1).arg(ab.b, 0, 'f', 1);
    numbers += tr("\nsRGB %1 %2 %3  %4").arg(shown.red()).arg(shown.green()).arg(shown.blue()).arg(shown.name());
    numbers += color::inGamut(lightness, ab.a, ab.b) ? QString() : tr("\nnearest that is possible here");
    current_->setColor(shown, words);
    words_->setText(words);
    numbers_->setText(numbers);
}

void ColorReadout::setPrevious(const hints::HintColor& color, hints::AbColor ab, float lightness) {
    previous_->setColor(shownColor(ab, lightness), wordsOf(color));
    previous_->setToolTip(tr("Before: %1").arg(wordsOf(color)));
}

}  // namespace tintreel::ui
