// SPDX-License-Identifier: Apache-2.0
#include "panels/gallery_panel.h"

#include <QGridLayout>
#include <QMessageBox>
#include <QShortcut>
#include <QVBoxLayout>

namespace tintreel::ui {
namespace {

constexpr QSize kIcon(112, 63);

}  // namespace

GalleryPanel::GalleryPanel(QWidget* parent)
    : QWidget(parent), model_(new StillModel(this)), view_(new QListView), message_(new QLabel) {
    view_->setObjectName(QStringLiteral("stills"));
    view_->setAccessibleName(tr("Stills"));
    view_->setModel(model_);
    view_->setIconSize(kIcon);
    view_->setUniformItemSizes(true);
    view_->setEditTriggers(QAbstractItemView::EditKeyPressed);
    message_->setObjectName(QStringLiteral("galleryMessage"));
    message_->setWordWrap(true);
    grab_ = button(tr("Grab"), "grabStillButton", tr("Keeps the frame on the screen, with the hints that made it"));
    compare_ =
        button(tr("Compare"), "compareStill",
               tr("While this is down, the still stands where the source does: in the wipe, the split, and alone"));
    compare_->setCheckable(true);
    use_ = button(tr("Use its hints here"), "useStillHints",
                  tr("Puts the hints of the still on the frame at the playhead"));
    rename_ = button(tr("Rename"), "renameStill", tr("Renames the still (F2)"));
    remove_ = button(tr("Remove"), "removeStill",
                     tr("Removes the still and its hints from the gallery; those on frames stay"));
    auto* buttons = new QGridLayout;
    buttons->setSpacing(4);
    buttons->addWidget(grab_, 0, 0);
    buttons->addWidget(compare_, 0, 1);
    buttons->addWidget(use_, 1, 0, 1, 2);
    buttons->addWidget(rename_, 2, 0);
    buttons->addWidget(remove_, 2, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->setSpacing(4);
    column->addWidget(view_, 1);
    column->addWidget(message_);
    column->addLayout(buttons);

    connect(view_->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& index) {
        say({});
        if (compare_->isChecked()) Q_EMIT compareRequested(index.row());
    });
    // Not activated(): where one click activates, choosing a still would leave the frame that its hints are wanted on.
    const auto go = [this] {
        if (view_->currentIndex().isValid())
            Q_EMIT frameRequested(view_->currentIndex().data(StillModel::FrameRole).toLongLong());
    };
    connect(view_, &QListView::doubleClicked, this, go);
    connect(new QShortcut(QKeySequence(Qt::Key_Return), view_, nullptr, nullptr, Qt::WidgetShortcut),
            &QShortcut::activated, this, go);
    connect(model_, &StillModel::renameWanted, this, &GalleryPanel::renameRequested);
    connect(model_, &StillModel::editRefused, this, &GalleryPanel::say);
    connect(grab_, &QPushButton::clicked, this, &GalleryPanel::grabRequested);
    connect(compare_, &QPushButton::clicked, this,
            [this](bool down) { Q_EMIT compareRequested(down ? current() : -1); });
    // Dark styles hardly show which button is down.
    connect(compare_, &QPushButton::toggled, this,
            [this](bool down) { compare_->setText(down ? tr("✓ Comparing") : tr("Compare")); });
    connect(use_, &QPushButton::clicked, this, [this] { Q_EMIT useRequested(current()); });
    connect(rename_, &QPushButton::clicked, this, [this] { view_->edit(view_->currentIndex()); });
    connect(remove_, &QPushButton::clicked, this, &GalleryPanel::askToRemove);
    say({});
}

QPushButton* GalleryPanel::button(const QString& text, const char* name, const QString& tip) {
    auto* result = new QPushButton(text, this);
    result->setObjectName(QString::fromLatin1(name));
    result->setToolTip(tip);
    result->setAutoDefault(false);
    // A click leaves the focus where it is: while a still is compared the arrow keys go on stepping through the film.
    result->setFocusPolicy(Qt::TabFocus);
    return result;
}

void GalleryPanel::setStills(std::vector<Still> stills) {
    model_->setStills(std::move(stills));
    say({});
}

int GalleryPanel::current() const { return view_->currentIndex().row(); }

void GalleryPanel::setCurrent(int row) {
    view_->setCurrentIndex(model_->index(row));
    view_->scrollTo(view_->currentIndex());
    refresh();
}

void GalleryPanel::setComparing(bool on) { compare_->setChecked(on); }

void GalleryPanel::askToRemove() {
    const auto name = view_->currentIndex().data(Qt::EditRole).toString();
    auto* box = new QMessageBox(QMessageBox::Question, tr("Remove a still"),
                                tr("Remove “%1” and the hints that it keeps? This cannot be undone.").arg(name),
                                QMessageBox::Cancel, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    auto* yes = box->addButton(tr("&Remove"), QMessageBox::AcceptRole);
    yes->setObjectName(QStringLiteral("removeStillYes"));
    // By name: the list may be another one when the answer comes.
    connect(yes, &QPushButton::clicked, this, [this, name] {
        if (const int row = model_->rowOf(name); row >= 0) Q_EMIT removeRequested(row);
    });
    box->open();
}

void GalleryPanel::say(const QString& text) {
    message_->setText(!text.isEmpty() ? text
                      : model_->rowCount() == 0
                          ? tr("No stills yet. Ctrl+Alt+G keeps the frame on the screen, with the hints that made it.")
                          : QString());
    message_->setVisible(!message_->text().isEmpty());
    refresh();
}

void GalleryPanel::refresh() {
    const int row = current();
    const bool any = row >= 0 && row < model_->rowCount();
    for (auto* button : {compare_, rename_, remove_}) button->setEnabled(any);
    use_->setEnabled(any && !model_->stills()[static_cast<std::size_t>(row)].recipe.hints.empty());
}

}  // namespace tintreel::ui
