// SPDX-License-Identifier: Apache-2.0
#include "training/compare_view.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace tintreel::ui {

CompareView::CompareView(TrainingHost host, QWidget* parent)
    : QWidget(parent),
      host_(std::move(host)),
      canvas_(new Canvas),
      mode_(new QComboBox),
      run_(new QPushButton(tr("Compare on the frame on the &screen"))),
      progress_(new QProgressBar),
      words_(new QLabel) {
    canvas_->setObjectName(QStringLiteral("compareCanvas"));
    canvas_->setTool(Tool::Picker);
    canvas_->setCompare(Compare::Wipe);
    canvas_->setEmptyText(tr("Nothing is compared yet"));
    canvas_->setMinimumHeight(220);
    mode_->setObjectName(QStringLiteral("compareMode"));
    mode_->setAccessibleName(tr("How the two are shown"));
    mode_->addItem(tr("Wipe"), static_cast<int>(Compare::Wipe));
    mode_->addItem(tr("Side by side"), static_cast<int>(Compare::Split));
    run_->setObjectName(QStringLiteral("compareRun"));
    progress_->setObjectName(QStringLiteral("compareProgress"));
    progress_->setAccessibleName(tr("Progress of the comparison"));
    progress_->hide();
    words_->setObjectName(QStringLiteral("compareWords"));
    words_->setWordWrap(true);
    auto* row = new QHBoxLayout;
    row->addWidget(run_);
    row->addWidget(mode_);
    row->addWidget(progress_, 1);
    row->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(row);
    column->addWidget(words_);
    column->addWidget(canvas_, 1);
    connect(run_, &QPushButton::clicked, this, &CompareView::run);
    connect(mode_, &QComboBox::currentIndexChanged, this,
            [this] { canvas_->setCompare(static_cast<Compare>(mode_->currentData().toInt())); });
    connect(&comparer_, &Comparer::compared, this, &CompareView::show);
    connect(&comparer_, &Comparer::progressed, this, [this](int done, int total) {
        progress_->setRange(0, std::max(1, total));
        progress_->setValue(done);
    });
    connect(&comparer_, &Comparer::failed, this, [this](const QString& text) {
        progress_->hide();
        words_->setText(text);
    });
}

void CompareView::setSides(const QString& oneName, const Comparer::Side& one, const QString& otherName,
                           const Comparer::Side& other) {
    oneName_ = oneName;
    otherName_ = otherName;
    one_ = one;
    other_ = other;
    clear();
}

void CompareView::clear() {
    comparer_.cancel();
    pictures_ = {};
    progress_->hide();
    canvas_->setShownSize({});
    canvas_->setSource({});
    canvas_->setResult({});
    words_->clear();
}

void CompareView::run() {
    clear();
    progress_->setRange(0, 0);
    progress_->show();
    words_->setText(tr("Frame %1 is coloured twice…").arg(host_.frame ? host_.frame() : 0));
    comparer_.compare(host_, one_, other_);
}

void CompareView::show(const Comparer::Pictures& pictures) {
    pictures_ = pictures;
    progress_->hide();
    canvas_->setShownSize(pictures.shown);
    canvas_->setSource(pictures.one);
    canvas_->setSourceName(oneName_);
    canvas_->setResult(pictures.other);
    canvas_->fit();
    words_->setText(tr("Left: %1. Right: %2.").arg(oneName_, otherName_));
}

}  // namespace tintreel::ui
