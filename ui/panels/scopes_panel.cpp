// SPDX-License-Identifier: Apache-2.0
#include "panels/scopes_panel.h"

#include <QGridLayout>
#include <QVBoxLayout>

#include "panels/histogram_view.h"
#include "panels/parade_view.h"
#include "panels/scope_image.h"
#include "panels/vectorscope_view.h"
#include "panels/waveform_view.h"

namespace tintreel::ui {

ScopesPanel::ScopesPanel(QWidget* parent)
    : QWidget(parent),
      choice_(new QComboBox),
      views_{new VectorscopeView, new WaveformView, new ParadeView, new HistogramView} {
    choice_->setObjectName(QStringLiteral("scopeChoice"));
    choice_->setAccessibleName(tr("Scopes shown"));
    choice_->addItem(tr("All scopes"));
    auto* grid = new QGridLayout;
    grid->setSpacing(4);
    for (int i = 0; i < static_cast<int>(views_.size()); ++i) {
        auto* view = views_[static_cast<std::size_t>(i)];
        choice_->addItem(view->accessibleName());
        grid->addWidget(view, i / 2, i % 2);
    }
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(4);
    column->addWidget(choice_);
    column->addLayout(grid, 1);
    connect(choice_, &QComboBox::currentIndexChanged, this, &ScopesPanel::showOnly);
}

void ScopesPanel::setFrame(const RgbImage& frame, color::Matrix matrix) {
    const auto shared = std::make_shared<const RgbImage>(sampled(frame, kMostSide));
    for (auto* view : views_) view->setFrame(shared, matrix);
}

void ScopesPanel::showOnly(int view) {
    for (std::size_t i = 0; i < views_.size(); ++i)
        views_[i]->setVisible(view == 0 || static_cast<std::size_t>(view) == i + 1);
}

}  // namespace tintreel::ui
