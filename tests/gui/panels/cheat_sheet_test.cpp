// SPDX-License-Identifier: Apache-2.0
#include <QAction>

#include <gtest/gtest.h>

#include "panels/cheat_sheet.h"
#include "support/events.h"

namespace tintreel::ui {
namespace {

struct Sheet {
    Sheet() {
        add("open", "&Open", "Ctrl+O", "File");
        add("wipe", "Wipe <on>", "W", "View");
        add("silent", "Without keys", "", "View");
        add("save", "&Save", "Ctrl+S", "File");
    }
    void add(const char* id, const char* text, const char* keys, const char* group) {
        auto* action = new QAction(QString::fromLatin1(text), &owner);
        action->setObjectName(QString::fromLatin1(id));
        if (*keys != '\0') action->setShortcut(QKeySequence(QString::fromLatin1(keys)));
        table.add(action, QString::fromLatin1(group));
    }
    QObject owner;
    ShortcutTable table;
};

TEST(CheatSheet, ListsActionsByMenuAndGestures) {
    Sheet s;
    ASSERT_TRUE(s.table.setKeys(QStringLiteral("wipe"), {QKeySequence(QStringLiteral("Alt+W"))}));
    const CheatSheet sheet(s.table, {{QStringLiteral("Ctrl + drag"), QStringLiteral("pick a colour")}});
    const auto text = sheet.text();
    for (const char* word : {"File", "Open", "Ctrl+O", "View", "Wipe <on>", "Alt+W", "Ctrl + drag", "pick a colour"})
        EXPECT_TRUE(text.contains(QString::fromLatin1(word))) << word;
    EXPECT_FALSE(text.contains(QStringLiteral("Without keys")));
    EXPECT_LT(text.indexOf(QStringLiteral("Save")), text.indexOf(QStringLiteral("View")));  // with its menu
    s.table.resetAll();
}

TEST(CheatSheet, ClosesAsItOpened) {
    const Sheet s;
    for (const int key :
         {static_cast<int>(Qt::Key_Escape), static_cast<int>(Qt::Key_Question), static_cast<int>(Qt::Key_Slash)}) {
        CheatSheet sheet(s.table, {});
        sheet.show();
        auto* page = sheet.findChild<QWidget*>(QStringLiteral("cheatSheet"));
        if (key == Qt::Key_Escape) QTest::keyClick(page, Qt::Key_Escape);
        else QTest::keyClick(page, key == Qt::Key_Slash ? '/' : '?');
        EXPECT_FALSE(sheet.isVisible()) << key;
    }
}

}  // namespace
}  // namespace tintreel::ui
