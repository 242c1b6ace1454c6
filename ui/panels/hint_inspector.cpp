// SPDX-License-Identifier: Apache-2.0
#include "panels/hint_inspector.h"

#include <algorithm>

#include <QHeaderView>
#include <QKeyEvent>
#include <QScopedValueRollback>
#include <QVBoxLayout>

namespace tintreel::ui {

HintInspector::HintInspector(QWidget* parent)
    : QWidget(parent),
      model_(new HintListModel(this)),
      view_(new QTableView),
      none_(new QLabel(tr("No hints on this frame. Paint one with the brush."))),
      span_(new SpanEditor),
      recolor_(new QPushButton(tr("&Use current colour"))),
      remove_(new QPushButton(tr("&Delete"))) {
    view_->setObjectName(QStringLiteral("hints"));
    view_->setAccessibleName(tr("Hints on this frame"));
    view_->setModel(model_);
    view_->setSelectionBehavior(QAbstractItemView::SelectRows);
    view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    view_->setTabKeyNavigation(false);
    view_->setShowGrid(false);
    view_->verticalHeader()->hide();
    view_->verticalHeader()->setDefaultSectionSize(24);
    view_->horizontalHeader()->setHighlightSections(false);
    view_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    view_->horizontalHeader()->setSectionResizeMode(HintListModel::ColorColumn, QHeaderView::Stretch);
    view_->installEventFilter(this);
    none_->setWordWrap(true);
    none_->setEnabled(false);
    recolor_->setObjectName(QStringLiteral("hintRecolor"));
    recolor_->setToolTip(tr("Gives the selected hints the colour of the Colour panel"));
    remove_->setObjectName(QStringLiteral("hintDelete"));
    remove_->setToolTip(tr("Deletes the selected hints (Del)"));
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(4);
    buttons->addWidget(recolor_);
    buttons->addWidget(remove_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(6);
    column->addWidget(none_);
    column->addWidget(view_, 1);
    column->addWidget(span_);
    column->addLayout(buttons);

    connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &HintInspector::onSelection);
    connect(view_->selectionModel(), &QItemSelectionModel::currentChanged, this, &HintInspector::onSelection);
    connect(span_, &SpanEditor::edited, this, &HintInspector::respan);
    connect(recolor_, &QPushButton::clicked, this, &HintInspector::recolor);
    connect(remove_, &QPushButton::clicked, this, &HintInspector::remove);
    showCurrent();
}

void HintInspector::setHints(std::vector<HintRow> hints) {
    const auto kept = selected();
    const auto current = current_;
    const auto stays = std::any_of(hints.begin(), hints.end(), [&](const auto& row) { return row.id == current; });
    if (const auto* row = find(current); row != nullptr && span_->waiting() && !stays) {
        auto hint = row->hint;
        span_->applyTo(hint);
        // Not now: the document, which is just telling its state, would be changed under its own hands.
        QMetaObject::invokeMethod(
            this, [this, current, hint] { Q_EMIT hintChanged(current, hint); }, Qt::QueuedConnection);
    }
    {
        const QScopedValueRollback setting(setting_, true);
        model_->setHints(std::move(hints));
    }
    select(kept, current);
}

void HintInspector::setPalette(std::vector<hints::PaletteSlot> palette) { model_->setPalette(std::move(palette)); }

void HintInspector::setFrameCount(FrameIndex count) { span_->setFrameCount(count); }

void HintInspector::selectHint(qint64 id) { select({id}, id); }

void HintInspector::select(const QList<qint64>& ids, qint64 current) {
    const QScopedValueRollback setting(setting_, true);
    auto* selection = view_->selectionModel();
    selection->clear();
    for (const auto id : ids)
        if (const int row = model_->rowOf(id); row >= 0)
            selection->select(model_->index(row, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    const int row = model_->rowOf(current);
    if (row >= 0) selection->setCurrentIndex(model_->index(row, 0), QItemSelectionModel::NoUpdate);
    current_ = row >= 0 ? current : -1;
    showCurrent();
}

QList<qint64> HintInspector::selected() const {
    QList<qint64> ids;
    for (const auto& index : view_->selectionModel()->selectedRows())
        ids << model_->hints()[static_cast<std::size_t>(index.row())].id;
    std::sort(ids.begin(), ids.end());
    return ids;
}

const HintRow* HintInspector::find(qint64 id) const {
    const int row = model_->rowOf(id);
    return row < 0 ? nullptr : &model_->hints()[static_cast<std::size_t>(row)];
}

void HintInspector::onSelection() {
    if (setting_) return;
    const auto ids = selected();
    const auto at = view_->currentIndex();
    const auto id = at.isValid() ? model_->hints()[static_cast<std::size_t>(at.row())].id : -1;
    // The current row of a view may lie outside its selection, after Ctrl+click for one.
    const auto current = ids.contains(id) ? id : ids.isEmpty() ? -1 : ids.last();
    if (current != current_) {
        span_->flush();
        current_ = current;
        Q_EMIT hintSelected(current_);
    }
    showCurrent();
}

void HintInspector::showCurrent() {
    const auto* row = find(current_);
    // Numbers that are still being stepped stay, as long as the hint is what it was.
    if (row != nullptr && !(span_->waiting() && *row == shown_)) {
        shown_ = *row;
        span_->setHint(row->hint);
    }
    span_->setEnabled(row != nullptr);
    const bool any = view_->selectionModel()->hasSelection();
    recolor_->setEnabled(any);
    remove_->setEnabled(any);
    none_->setVisible(model_->rowCount() == 0);
}

void HintInspector::recolor() {
    for (const auto id : selected()) {
        const auto* row = find(id);
        if (row == nullptr || row->hint.color == color_) continue;
        auto hint = row->hint;
        hint.color = color_;
        Q_EMIT hintChanged(id, hint);
    }
}

void HintInspector::respan() {
    const auto* row = find(current_);
    if (row == nullptr) return;
    auto hint = row->hint;
    span_->applyTo(hint);
    if (hint != row->hint) Q_EMIT hintChanged(current_, hint);
}

void HintInspector::remove() {
    if (const auto ids = selected(); !ids.isEmpty()) Q_EMIT hintsRemoved(ids);
}

bool HintInspector::eventFilter(QObject* object, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Delete && key->modifiers() == Qt::NoModifier) {
            remove();
            return true;
        }
    }
    return QWidget::eventFilter(object, event);
}

}  // namespace tintreel::ui
