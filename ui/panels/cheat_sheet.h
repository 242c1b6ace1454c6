// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include <QDialog>
#include <QTextBrowser>

#include "panels/shortcut_table.h"

namespace tintreel::ui {

/// All keys at a glance, by menu, and the canvas' fixed gestures. Esc, ? and / close it.
class CheatSheet : public QDialog {
    Q_OBJECT
public:
    /// (what to do, what it does): ("Ctrl + drag", "pick a colour").
    using Gestures = std::vector<std::pair<QString, QString>>;

    CheatSheet(const ShortcutTable& table, const Gestures& gestures, QWidget* parent = nullptr);
    [[nodiscard]] QString text() const { return page_->toPlainText(); }

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    QTextBrowser* page_;
};

}  // namespace tintreel::ui
