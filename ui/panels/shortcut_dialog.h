// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include <QDialog>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeWidget>

#include "panels/shortcut_table.h"

namespace tintreel::ui {

/// Edits the keys of a table. A key works and is kept as soon as it is entered; one that another action has is refused
/// in words. The first key of an action is edited; further ones stay.
class ShortcutDialog : public QDialog {
    Q_OBJECT
public:
    explicit ShortcutDialog(ShortcutTable& table, QWidget* parent = nullptr);
    ~ShortcutDialog() override;

private:
    void fill();
    void addRow(QTreeWidgetItem* group, const ShortcutTable::Entry& entry);
    void filter(const QString& text);
    void enter(const QString& id);
    void showKeys(const QString& id);
    void resetCurrent();
    void clearCurrent();
    [[nodiscard]] const ShortcutTable::Entry* currentEntry();

    struct Row {
        QTreeWidgetItem* item;
        QKeySequenceEdit* edit;
    };
    ShortcutTable& table_;
    QLineEdit* filter_;
    QTreeWidget* tree_;
    QLabel* message_;
    QPushButton* reset_;
    std::map<QString, Row> rows_;
};

}  // namespace tintreel::ui
