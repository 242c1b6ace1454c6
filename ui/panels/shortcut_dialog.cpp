// SPDX-License-Identifier: Apache-2.0
#include "panels/shortcut_dialog.h"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QHeaderView>
#include <QVBoxLayout>

namespace tintreel::ui {

ShortcutDialog::ShortcutDialog(ShortcutTable& table, QWidget* parent)
    : QDialog(parent),
      table_(table),
      filter_(new QLineEdit),
      tree_(new QTreeWidget),
      message_(new QLabel),
      reset_(new QPushButton(tr("&Reset"))) {
    setWindowTitle(tr("Keyboard shortcuts"));
    resize(620, 560);
    filter_->setObjectName(QStringLiteral("shortcutFilter"));
    filter_->setAccessibleName(tr("Filter"));
    filter_->setPlaceholderText(tr("Filter by action or key"));
    filter_->setClearButtonEnabled(true);
    tree_->setObjectName(QStringLiteral("shortcuts"));
    tree_->setAccessibleName(tr("Actions and their keys"));
    tree_->setColumnCount(3);
    tree_->setHeaderLabels({tr("Action"), tr("Keys"), tr("Default")});
    tree_->setRootIsDecorated(false);
    tree_->setAllColumnsShowFocus(true);
    message_->setObjectName(QStringLiteral("shortcutMessage"));
    message_->setWordWrap(true);
    reset_->setObjectName(QStringLiteral("shortcutReset"));
    reset_->setToolTip(tr("Gives the selected action its default keys"));
    auto* none = new QPushButton(tr("&No keys"));
    none->setObjectName(QStringLiteral("shortcutNone"));
    none->setToolTip(tr("Takes all keys from the selected action"));
    auto* resetAll = new QPushButton(tr("Reset &all"));
    resetAll->setObjectName(QStringLiteral("shortcutResetAll"));
    auto* copy = new QPushButton(tr("&Copy as text"));
    copy->setObjectName(QStringLiteral("shortcutCopy"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    buttons->addButton(none, QDialogButtonBox::ResetRole);
    buttons->addButton(reset_, QDialogButtonBox::ResetRole);
    buttons->addButton(resetAll, QDialogButtonBox::ResetRole);
    buttons->addButton(copy, QDialogButtonBox::ActionRole);
    // Return ends the entry of a filter and must not close the dialog.
    for (auto* button : buttons->buttons()) static_cast<QPushButton*>(button)->setAutoDefault(false);
    auto* column = new QVBoxLayout(this);
    column->addWidget(filter_);
    column->addWidget(tree_, 1);
    column->addWidget(message_);
    column->addWidget(buttons);

    connect(filter_, &QLineEdit::textChanged, this, &ShortcutDialog::filter);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(reset_, &QPushButton::clicked, this, &ShortcutDialog::resetCurrent);
    connect(none, &QPushButton::clicked, this, &ShortcutDialog::clearCurrent);
    connect(resetAll, &QPushButton::clicked, this, [this] {
        table_.resetAll();
        message_->setText(tr("All actions have their default keys."));
    });
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(table_.exportText()); });
    connect(&table_, &ShortcutTable::changed, this, &ShortcutDialog::showKeys);
    fill();
}

ShortcutDialog::~ShortcutDialog() {
    // Hiding ends an entry under way, and that needs the rows.
    hide();
}

void ShortcutDialog::fill() {
    std::map<QString, QTreeWidgetItem*> groups;
    for (const auto& entry : table_.entries()) {
        auto*& group = groups[entry.group];
        if (group == nullptr) {
            group = new QTreeWidgetItem(tree_, {entry.group});
            auto font = tree_->font();
            font.setBold(true);
            group->setFont(0, font);
            group->setFlags(Qt::ItemIsEnabled);
        }
        addRow(group, entry);
    }
    tree_->expandAll();
    tree_->header()->setStretchLastSection(false);
    tree_->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    tree_->header()->setSectionResizeMode(1, QHeaderView::Fixed);
    tree_->header()->resizeSection(1, 180);
    tree_->header()->setSectionResizeMode(2, QHeaderView::ResizeToContents);
}

void ShortcutDialog::addRow(QTreeWidgetItem* group, const ShortcutTable::Entry& entry) {
    auto* item = new QTreeWidgetItem(group, {entry.text, QString(), keyWords(entry.defaults)});
    item->setData(0, Qt::UserRole, entry.id);
    auto* edit = new QKeySequenceEdit;
    edit->setObjectName(QStringLiteral("keys_") + entry.id);
    edit->setAccessibleName(tr("Keys of %1").arg(entry.text));
    tree_->setItemWidget(item, 1, edit);
    const auto id = entry.id;
    rows_[id] = {item, edit};
    showKeys(id);
    connect(edit, &QKeySequenceEdit::editingFinished, this, [this, id] { enter(id); });
    connect(edit, &QKeySequenceEdit::keySequenceChanged, this, [this, item] { tree_->setCurrentItem(item); });
}

void ShortcutDialog::showKeys(const QString& id) {
    const auto row = rows_.find(id);
    const auto* entry = table_.find(id);
    if (row == rows_.end() || entry == nullptr) return;
    const auto first = entry->current.value(0);
    const QSignalBlocker quiet(row->second.edit);
    if (row->second.edit->keySequence() != first) row->second.edit->setKeySequence(first);
    const auto further = entry->current.mid(1);
    row->second.item->setText(
        0, further.isEmpty() ? entry->text : tr("%1  (also %2)").arg(entry->text, keyWords(further)));
    // Changed rows in bold and in words: neither alone is enough.
    const bool changed = entry->current != entry->defaults;
    auto font = tree_->font();
    font.setBold(changed);
    row->second.item->setFont(0, font);
    row->second.item->setText(2,
                              changed ? tr("%1 (changed)").arg(keyWords(entry->defaults)) : keyWords(entry->defaults));
}

void ShortcutDialog::enter(const QString& id) {
    const auto* entry = table_.find(id);
    auto* edit = rows_[id].edit;
    if (entry == nullptr || edit->keySequence() == entry->current.value(0)) return;
    // Left before a key was pressed to the end: as it was.
    if (edit->keySequence().isEmpty()) return showKeys(id);
    const auto keys = QList<QKeySequence>{edit->keySequence()} + entry->current.mid(1);
    const auto why = table_.conflictWords(id, keys);
    if (why.isEmpty() && table_.setKeys(id, keys)) {
        message_->setText(tr("“%1” is %2 now.").arg(entry->text, keyWords(keys)));
        return;
    }
    message_->setText(tr("%1 “%2” keeps %3.")
                          .arg(why, entry->text, entry->current.isEmpty() ? tr("no keys") : keyWords(entry->current)));
    showKeys(id);
}

const ShortcutTable::Entry* ShortcutDialog::currentEntry() {
    const auto* item = tree_->currentItem();
    const auto* entry = item == nullptr ? nullptr : table_.find(item->data(0, Qt::UserRole).toString());
    if (entry == nullptr) message_->setText(tr("Select an action first."));
    return entry;
}

void ShortcutDialog::resetCurrent() {
    const auto* entry = currentEntry();
    if (entry == nullptr) return;
    message_->setText(table_.reset(entry->id) ? tr("“%1” has its default keys.").arg(entry->text)
                                              : table_.conflictWords(entry->id, entry->defaults));
}

void ShortcutDialog::clearCurrent() {
    const auto* entry = currentEntry();
    if (entry != nullptr && table_.setKeys(entry->id, {}))
        message_->setText(tr("“%1” has no keys now.").arg(entry->text));
}

void ShortcutDialog::filter(const QString& text) {
    for (int g = 0; g < tree_->topLevelItemCount(); ++g) {
        auto* group = tree_->topLevelItem(g);
        bool any = false;
        for (int i = 0; i < group->childCount(); ++i) {
            auto* item = group->child(i);
            const auto* entry = table_.find(item->data(0, Qt::UserRole).toString());
            const bool shown = entry != nullptr && QStringList{entry->text, entry->group, keyWords(entry->current)}
                                                       .join(QLatin1Char(' '))
                                                       .contains(text, Qt::CaseInsensitive);
            item->setHidden(!shown);
            any = any || shown;
        }
        group->setHidden(!any);
    }
}

}  // namespace tintreel::ui
