// SPDX-License-Identifier: Apache-2.0
#include "panels/palette_editor.h"

#include <QGridLayout>
#include <QVBoxLayout>

namespace tintreel::ui {

PaletteEditor::PaletteEditor(QWidget* parent)
    : QWidget(parent), model_(new PaletteModel(this)), view_(new QListView), message_(new QLabel) {
    view_->setObjectName(QStringLiteral("palette"));
    view_->setAccessibleName(tr("Palette"));
    view_->setModel(model_);
    view_->setUniformItemSizes(true);
    view_->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    add_ = button(tr("&Add"), "addSlot", tr("Makes a slot of the current colour"));
    rename_ = button(tr("&Rename"), "renameSlot", tr("Renames the slot; the hints that use it go along (F2)"));
    recolor_ = button(tr("Chan&ge colour"), "recolorSlot",
                      tr("While this is down, picking a colour changes the slot and every hint that uses it"));
    recolor_->setCheckable(true);
    neutral_ = button(tr("&Neutral"), "neutral", tr("Keep grey: the colour of hints that hold colour off"));
    message_->setObjectName(QStringLiteral("paletteMessage"));
    message_->setWordWrap(true);
    message_->hide();
    auto* buttons = new QGridLayout;
    buttons->setSpacing(4);
    buttons->addWidget(add_, 0, 0);
    buttons->addWidget(rename_, 0, 1);
    buttons->addWidget(recolor_, 1, 0);
    buttons->addWidget(neutral_, 1, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(view_, 1);
    column->addWidget(message_);
    column->addLayout(buttons);

    connect(view_, &QListView::clicked, this, [this](const QModelIndex& index) { Q_EMIT slotChosen(index.row()); });
    connect(view_, &QListView::activated, this, [this](const QModelIndex& index) { Q_EMIT slotChosen(index.row()); });
    connect(view_->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& index) {
        // The button names the slot that it had when it went down; it must not slip to another by a click in the list.
        if (recoloring_ >= 0 && index.row() != recoloring_) setRecoloring(-1);
        message_->hide();
        updateButtons();
    });
    connect(model_, &PaletteModel::slotEdited, this, &PaletteEditor::slotEdited);
    connect(model_, &PaletteModel::editRefused, this, [this](const QString& reason) {
        message_->setText(reason);
        message_->show();
    });
    connect(add_, &QPushButton::clicked, this, &PaletteEditor::addRequested);
    connect(neutral_, &QPushButton::clicked, this, &PaletteEditor::neutralRequested);
    connect(rename_, &QPushButton::clicked, this, [this] { view_->edit(view_->currentIndex()); });
    connect(recolor_, &QPushButton::clicked, this,
            [this](bool down) { setRecoloring(down ? view_->currentIndex().row() : -1); });
    updateButtons();
}

QPushButton* PaletteEditor::button(const QString& text, const char* name, const QString& tip) {
    auto* result = new QPushButton(text, this);
    result->setObjectName(QString::fromLatin1(name));
    result->setToolTip(tip);
    result->setAutoDefault(false);
    return result;
}

void PaletteEditor::setPalette(std::vector<hints::PaletteSlot> palette) {
    model_->setSlots(std::move(palette));
    if (recoloring_ >= model_->rowCount()) setRecoloring(-1);
    message_->hide();
    updateButtons();
}

void PaletteEditor::setCurrent(int slot) {
    if (slot < 0) view_->selectionModel()->clear();
    else view_->setCurrentIndex(model_->index(slot));
    updateButtons();
}

void PaletteEditor::stopRecoloring() { setRecoloring(-1); }

void PaletteEditor::setRecoloring(int slot) {
    recolor_->setChecked(slot >= 0);
    if (slot == recoloring_) return;
    recoloring_ = slot;
    message_->setVisible(slot >= 0);
    if (slot >= 0) {
        const auto name = QString::fromStdString(palette()[static_cast<std::size_t>(slot)].name);
        message_->setText(tr("Picking changes slot %1, “%2”, and every hint that uses it.").arg(slot + 1).arg(name));
    }
    Q_EMIT recoloringChanged(slot);
}

void PaletteEditor::updateButtons() {
    const bool any = view_->currentIndex().isValid();
    rename_->setEnabled(any);
    recolor_->setEnabled(any);
}

}  // namespace tintreel::ui
