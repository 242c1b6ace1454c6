// SPDX-License-Identifier: Apache-2.0
#include <QClipboard>
#include <QGuiApplication>
#include <QSettings>
#include <QSignalSpy>

#include <gtest/gtest.h>

#include "panels/shortcut_dialog.h"
#include "panels/shortcut_table.h"
#include "support/events.h"

namespace tintreel::ui {
namespace {

struct Table {
    Table() {
        table.add(make("open", "&Open…", {QKeySequence(QStringLiteral("Ctrl+O"))}), QStringLiteral("File"));
        table.add(make("redo", "Re&do",
                       {QKeySequence(QStringLiteral("Ctrl+Shift+Z")), QKeySequence(QStringLiteral("Ctrl+Y"))}),
                  QStringLiteral("Edit"));
        table.add(make("key", "Make && keep", {QKeySequence(QStringLiteral("N"))}), QStringLiteral("Edit"));
        table.add(make("bare", "Nothing", {}), QStringLiteral("Edit"));
    }
    QAction* make(const char* id, const char* text, const QList<QKeySequence>& keys) {
        auto* action = new QAction(QString::fromUtf8(text), &window);
        action->setObjectName(QString::fromLatin1(id));
        action->setShortcuts(keys);
        window.addAction(action);
        return action;
    }
    QAction* action(const char* id) const { return window.findChild<QAction*>(QString::fromLatin1(id)); }

    QWidget window;
    ShortcutTable table;
};

QList<QKeySequence> keys(const char* text) { return {QKeySequence(QString::fromLatin1(text))}; }

class Shortcuts : public ::testing::Test {
protected:
    void SetUp() override { QSettings().clear(); }
    void TearDown() override { QSettings().clear(); }
};

TEST_F(Shortcuts, TextsAreBare) {
    const Table t;
    EXPECT_EQ(t.table.find(QStringLiteral("open"))->text, QStringLiteral("Open"));
    EXPECT_EQ(t.table.find(QStringLiteral("key"))->text, QStringLiteral("Make & keep"));
    EXPECT_EQ(t.table.find(QStringLiteral("none")), nullptr);
    EXPECT_EQ(t.table.exportText(),
              QStringLiteral(
                  "File\tOpen\tCtrl+O\nEdit\tRedo\tCtrl+Shift+Z, Ctrl+Y\nEdit\tMake & keep\tN\nEdit\tNothing\t\n"));
}

TEST_F(Shortcuts, ChangesReachTheActionAndLast) {
    {
        Table t;
        QSignalSpy changed(&t.table, &ShortcutTable::changed);
        EXPECT_TRUE(t.table.setKeys(QStringLiteral("key"), keys("K")));
        EXPECT_TRUE(t.table.setKeys(QStringLiteral("open"), {}));
        EXPECT_EQ(changed.size(), 2);
        EXPECT_EQ(t.action("key")->shortcuts(), keys("K"));
        EXPECT_EQ(QSettings().value(QStringLiteral("shortcuts/key")).toString(), QStringLiteral("K"));
    }
    {
        Table t;  // as after a restart
        EXPECT_EQ(t.action("key")->shortcuts(), keys("K"));
        EXPECT_TRUE(t.action("open")->shortcuts().isEmpty());
        EXPECT_EQ(t.table.find(QStringLiteral("key"))->defaults, keys("N"));
        EXPECT_TRUE(t.table.reset(QStringLiteral("key")));
        EXPECT_FALSE(QSettings().contains(QStringLiteral("shortcuts/key")));
    }
    const Table t;
    EXPECT_EQ(t.action("key")->shortcuts(), keys("N"));
}

TEST_F(Shortcuts, ConflictsAreFoundAndRefused) {
    Table t;
    EXPECT_EQ(t.table.conflicts(QStringLiteral("bare"), keys("Ctrl+Y")), QStringList{QStringLiteral("redo")});
    EXPECT_EQ(t.table.conflictWords(QStringLiteral("bare"), keys("Ctrl+Y")),
              QStringLiteral("Ctrl+Y is “Redo” (Edit) already."));
    EXPECT_FALSE(t.table.setKeys(QStringLiteral("bare"), keys("Ctrl+Y")));
    EXPECT_TRUE(t.action("bare")->shortcuts().isEmpty());
    // A sequence that begins with another's key would never be reached.
    EXPECT_FALSE(t.table.setKeys(QStringLiteral("bare"), keys("N, B")));
    EXPECT_TRUE(t.table.setKeys(QStringLiteral("redo"), keys("Ctrl+Y")));  // its own
    EXPECT_FALSE(t.table.setKeys(QStringLiteral("none"), keys("Q")));
}

TEST_F(Shortcuts, WidgetsThatAreApartMayShareKeys) {
    Table t;
    QWidget canvas(&t.window), timeline(&t.window);
    auto* here = t.make("deleteHint", "Delete hint", {});
    auto* there = t.make("mergeScenes", "Merge scenes", {});
    for (auto* action : {here, there}) {
        t.window.removeAction(action);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    }
    canvas.addAction(here);
    timeline.addAction(there);
    t.table.add(here, QStringLiteral("Hint"));
    t.table.add(there, QStringLiteral("Shot"));
    EXPECT_TRUE(t.table.setKeys(QStringLiteral("deleteHint"), keys("Del")));
    EXPECT_TRUE(t.table.setKeys(QStringLiteral("mergeScenes"), keys("Del")));
    EXPECT_FALSE(t.table.setKeys(QStringLiteral("mergeScenes"), keys("N")));  // N is the whole window's
    timeline.setParent(&canvas);
    EXPECT_EQ(t.table.conflicts(QStringLiteral("mergeScenes"), keys("Del")), QStringList{QStringLiteral("deleteHint")});
}

TEST_F(Shortcuts, ResetAllUndoesASwap) {
    Table t;
    EXPECT_TRUE(t.table.setKeys(QStringLiteral("key"), keys("K")));
    EXPECT_TRUE(t.table.setKeys(QStringLiteral("open"), keys("N")));
    EXPECT_FALSE(t.table.reset(QStringLiteral("key")));  // N is taken
    t.table.resetAll();
    EXPECT_EQ(t.action("key")->shortcuts(), keys("N"));
    EXPECT_EQ(t.action("open")->shortcuts(), keys("Ctrl+O"));
    EXPECT_TRUE(QSettings().allKeys().isEmpty());
}

TEST_F(Shortcuts, ActionsThatAreGoneDoNoHarm) {
    Table t;
    delete t.action("open");
    EXPECT_TRUE(t.table.setKeys(QStringLiteral("open"), keys("Q")));
    EXPECT_TRUE(t.table.setKeys(QStringLiteral("bare"), keys("Q")));
}

struct Dialog : Table {
    Dialog() {
        dialog.show();
        dialog.activateWindow();
        testing::settle();
    }
    QKeySequenceEdit* edit(const char* id) {
        return dialog.findChild<QKeySequenceEdit*>(QStringLiteral("keys_") + QString::fromLatin1(id));
    }
    void press(const char* id, int key, Qt::KeyboardModifiers modifiers) {
        edit(id)->setFocus();
        QSignalSpy done(edit(id), &QKeySequenceEdit::editingFinished);
        QTest::keyClick(edit(id), static_cast<Qt::Key>(key), modifiers);
        EXPECT_TRUE(testing::waitFor([&] { return done.size() > 0; }, 5000));
    }
    void click(const char* name) {
        QTest::mouseClick(dialog.findChild<QPushButton*>(QString::fromLatin1(name)), Qt::LeftButton);
    }
    QString message() { return dialog.findChild<QLabel*>(QStringLiteral("shortcutMessage"))->text(); }

    ShortcutDialog dialog{table};
};

TEST_F(Shortcuts, DialogEntersKeys) {
    Dialog d;
    EXPECT_EQ(d.edit("key")->keySequence(), keys("N").first());
    d.press("key", Qt::Key_K, Qt::AltModifier);
    EXPECT_EQ(d.action("key")->shortcuts(), keys("Alt+K"));
    EXPECT_TRUE(d.message().contains(QStringLiteral("Alt+K"))) << d.message().toStdString();
    // Only the first of two keys is edited.
    d.press("redo", Qt::Key_R, Qt::ControlModifier);
    EXPECT_EQ(d.action("redo")->shortcuts(), (QList<QKeySequence>{keys("Ctrl+R").first(), keys("Ctrl+Y").first()}));
}

TEST_F(Shortcuts, ClosingADialogEndsTheEntryUnderWay) {
    Table t;
    {
        ShortcutDialog dialog(t.table);
        dialog.show();
        dialog.activateWindow();
        auto* edit = dialog.findChild<QKeySequenceEdit*>(QStringLiteral("keys_key"));
        edit->setFocus();
        testing::settle();
        QTest::keyPress(edit, Qt::Key_J);
    }
    EXPECT_EQ(t.action("key")->shortcuts(), keys("J"));
}

TEST_F(Shortcuts, DialogRefusesConflictsInWords) {
    Dialog d;
    d.press("key", Qt::Key_O, Qt::ControlModifier);
    EXPECT_EQ(d.action("key")->shortcuts(), keys("N"));
    EXPECT_EQ(d.edit("key")->keySequence(), keys("N").first());
    EXPECT_EQ(d.message(), QStringLiteral("Ctrl+O is “Open” (File) already. “Make & keep” keeps N."));
}

TEST_F(Shortcuts, DialogFilters) {
    Dialog d;
    auto* filter = d.dialog.findChild<QLineEdit*>(QStringLiteral("shortcutFilter"));
    QTest::keyClicks(filter, QStringLiteral("ctrl+y"));
    testing::settle();
    EXPECT_TRUE(d.edit("redo")->isVisible());
    EXPECT_FALSE(d.edit("open")->isVisible());
    QTest::keyClick(filter, Qt::Key_Return);
    EXPECT_TRUE(d.dialog.isVisible());
    filter->selectAll();
    QTest::keyClick(filter, Qt::Key_Delete);
    testing::settle();
    EXPECT_TRUE(d.edit("open")->isVisible());
}

TEST_F(Shortcuts, DialogResetsOneAndAll) {
    Dialog d;
    d.press("key", Qt::Key_K, Qt::AltModifier);
    d.press("open", Qt::Key_P, Qt::AltModifier);
    d.click("shortcutNone");  // the row of the last entry
    EXPECT_TRUE(d.action("open")->shortcuts().isEmpty());
    EXPECT_TRUE(d.edit("open")->keySequence().isEmpty());
    d.click("shortcutReset");  // the row of the last entry
    EXPECT_EQ(d.action("open")->shortcuts(), keys("Ctrl+O"));
    EXPECT_EQ(d.edit("open")->keySequence(), keys("Ctrl+O").first());
    EXPECT_EQ(d.action("key")->shortcuts(), keys("Alt+K"));
    d.click("shortcutResetAll");
    EXPECT_EQ(d.action("key")->shortcuts(), keys("N"));
    EXPECT_EQ(d.edit("key")->keySequence(), keys("N").first());
    d.click("shortcutCopy");
    EXPECT_EQ(QGuiApplication::clipboard()->text(), d.table.exportText());
}

}  // namespace
}  // namespace tintreel::ui
