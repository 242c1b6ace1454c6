// SPDX-License-Identifier: Apache-2.0
#include "panels/span_editor.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QLabel>
#include <QScopedValueRollback>

namespace tintreel::ui {
namespace {

constexpr int kStepDelay = 700;  // ms: steps of a spin box that follow one another are one edit

int held(FrameIndex frame) { return static_cast<int>(std::clamp<FrameIndex>(frame, 0, INT_MAX)); }

}  // namespace

SpanEditor::SpanEditor(QWidget* parent)
    : QWidget(parent), kind_(new QComboBox), from_(new QSpinBox), to_(new QSpinBox) {
    kind_->setObjectName(QStringLiteral("span"));
    kind_->setAccessibleName(tr("The hint holds for"));
    kind_->addItem(tr("This frame"), static_cast<int>(hints::HintSpan::Frame));
    kind_->addItem(tr("Range"), static_cast<int>(hints::HintSpan::Range));
    kind_->addItem(tr("Scene"), static_cast<int>(hints::HintSpan::Scene));
    from_->setObjectName(QStringLiteral("spanFrom"));
    from_->setAccessibleName(tr("First frame of the range"));
    to_->setObjectName(QStringLiteral("spanTo"));
    to_->setAccessibleName(tr("Last frame of the range"));
    stepped_.setSingleShot(true);
    stepped_.setInterval(kStepDelay);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    row->addWidget(kind_);
    row->addWidget(from_, 1);
    row->addWidget(new QLabel(QStringLiteral("–")));
    row->addWidget(to_, 1);
    connect(&stepped_, &QTimer::timeout, this, &SpanEditor::edited);
    connect(kind_, &QComboBox::currentIndexChanged, this, [this] {
        updateLimits();
        if (setting_) return;
        stepped_.stop();
        Q_EMIT edited();
    });
    for (auto* box : {from_, to_}) {
        box->setKeyboardTracking(false);
        connect(box, &QSpinBox::valueChanged, this, &SpanEditor::onNumber);
        connect(box, &QSpinBox::editingFinished, this, &SpanEditor::flush);
    }
    updateLimits();
}

void SpanEditor::onNumber() {
    if (!setting_) stepped_.start();
}

void SpanEditor::flush() {
    if (!stepped_.isActive()) return;
    stepped_.stop();
    Q_EMIT edited();
}

void SpanEditor::setFrameCount(FrameIndex count) {
    count_ = std::max<FrameIndex>(count, 1);
    const QScopedValueRollback setting(setting_, true);
    updateLimits();
}

void SpanEditor::setHint(const hints::Hint& hint) {
    stepped_.stop();
    const QScopedValueRollback setting(setting_, true);
    frame_ = hint.frame;
    kind_->setCurrentIndex(kind_->findData(static_cast<int>(hint.span)));
    updateLimits();
    const bool range = hint.span == hints::HintSpan::Range;
    from_->setValue(held(range ? hint.range.first : frame_));
    to_->setValue(held(range ? hint.range.end - 1 : frame_));
}

void SpanEditor::applyTo(hints::Hint& hint) const {
    hint.span = static_cast<hints::HintSpan>(kind_->currentData().toInt());
    hint.range = hint.span == hints::HintSpan::Range
                     ? FrameRange{from_->value(), static_cast<FrameIndex>(to_->value()) + 1}
                     : FrameRange{};
}

void SpanEditor::updateLimits() {
    from_->setRange(0, held(frame_));
    to_->setRange(held(frame_), held(std::max(count_ - 1, frame_)));
    const bool range = kind_->currentData().toInt() == static_cast<int>(hints::HintSpan::Range);
    from_->setEnabled(range);
    to_->setEnabled(range);
}

}  // namespace tintreel::ui
