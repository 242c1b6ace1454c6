// SPDX-License-Identifier: Apache-2.0
#include <QLineEdit>
#include <QSignalSpy>
#include <QVBoxLayout>

#include <gtest/gtest.h>

#include "panels/scene_inspector.h"
#include "support/events.h"

namespace tintreel::ui {
namespace {

SceneDetails scene(int number) {
    return {number,
            QStringLiteral("frames 10 – 40"),
            QStringLiteral("keyed"),
            QStringLiteral("generator v3"),
            0.874,
            QStringLiteral("warm light"),
            false};
}

struct Inspector {
    Inspector() {
        auto* column = new QVBoxLayout(&window);
        column->addWidget(&inspector);
        column->addWidget(&other);
        window.show();
        window.activateWindow();
        notes = inspector.findChild<QPlainTextEdit*>();
        approve = inspector.findChild<QCheckBox*>();
    }
    ~Inspector() {
        inspector.setParent(nullptr);
        other.setParent(nullptr);
    }
    void type(const char* text) {
        notes->setFocus();
        testing::settle();
        notes->moveCursor(QTextCursor::End);
        QTest::keyClicks(notes, QString::fromLatin1(text));
    }
    QString fact(const char* name) const { return inspector.findChild<QLabel*>(QString::fromLatin1(name))->text(); }

    QWidget window;
    SceneInspector inspector;
    QLineEdit other;
    QPlainTextEdit* notes = nullptr;
    QCheckBox* approve = nullptr;
    QSignalSpy notesEdited{&inspector, &SceneInspector::notesEdited};
    QSignalSpy approved{&inspector, &SceneInspector::approvedChanged};
    QSignalSpy earlier{&inspector, &SceneInspector::earlierNotesEdited};
};

TEST(SceneInspector, ShowsTheScene) {
    Inspector i;
    EXPECT_FALSE(i.notes->isEnabled());
    i.inspector.setScene(scene(3));
    EXPECT_EQ(i.fact("sceneTitle"), QStringLiteral("Scene 3"));
    EXPECT_EQ(i.fact("sceneStatus"), QStringLiteral("keyed"));
    EXPECT_EQ(i.fact("sceneConfidence"), QStringLiteral("87 %"));
    EXPECT_EQ(i.notes->toPlainText(), QStringLiteral("warm light"));
    auto unknown = scene(4);
    unknown.confidence = -1;
    i.inspector.setScene(unknown);
    EXPECT_EQ(i.fact("sceneConfidence"), QStringLiteral("unknown"));
}

TEST(SceneInspector, SettingSendsNothing) {
    Inspector i;
    i.inspector.setScene(scene(1));
    auto next = scene(2);
    next.approved = true;
    next.notes = QStringLiteral("other");
    i.inspector.setScene(next);
    i.inspector.setScene({});
    QTest::qWait(SceneInspector::kNotesDelay + 200);
    EXPECT_EQ(i.notesEdited.size() + i.approved.size() + i.earlier.size(), 0);
}

TEST(SceneInspector, NotesGoOutASecondAfterTheLastKey) {
    Inspector i;
    i.inspector.setScene(scene(1));
    i.type(", rain");
    EXPECT_EQ(i.notesEdited.size(), 0);
    ASSERT_TRUE(testing::waitFor([&] { return i.notesEdited.size() > 0; }, 5000));
    EXPECT_EQ(i.notesEdited.size(), 1);
    EXPECT_EQ(i.notesEdited[0][0].toString(), QStringLiteral("warm light, rain"));
}

TEST(SceneInspector, NotesGoOutWhenTheFocusLeaves) {
    Inspector i;
    i.inspector.setScene(scene(1));
    i.type("!");
    QTest::mouseClick(&i.other, Qt::LeftButton);
    i.other.setFocus();
    testing::settle();
    ASSERT_EQ(i.notesEdited.size(), 1);
    QTest::qWait(SceneInspector::kNotesDelay + 200);
    EXPECT_EQ(i.notesEdited.size(), 1);  // and not again
}

TEST(SceneInspector, TheSameSceneAnewLeavesTypingAlone) {
    Inspector i;
    i.inspector.setScene(scene(1));
    i.type(" and");
    auto progressed = scene(1);
    progressed.status = QStringLiteral("done");
    i.inspector.setScene(progressed);
    i.type(" fog");
    EXPECT_EQ(i.notes->toPlainText(), QStringLiteral("warm light and fog"));
    EXPECT_EQ(i.fact("sceneStatus"), QStringLiteral("done"));
}

TEST(SceneInspector, NotesOfASceneThatIsLeftAreNotLost) {
    Inspector i;
    i.inspector.setScene(scene(1));
    i.type("?");
    i.inspector.setScene(scene(2));
    ASSERT_EQ(i.earlier.size(), 1);
    EXPECT_EQ(i.earlier[0][0].toInt(), 1);
    EXPECT_EQ(i.earlier[0][1].toString(), QStringLiteral("warm light?"));
    EXPECT_EQ(i.notes->toPlainText(), QStringLiteral("warm light"));
    EXPECT_EQ(i.notesEdited.size(), 0);
}

TEST(SceneInspector, ApprovingByKeyAndMouse) {
    Inspector i;
    i.inspector.setScene(scene(1));
    QTest::keyClick(i.approve, Qt::Key_Space);
    ASSERT_EQ(i.approved.size(), 1);
    EXPECT_TRUE(i.approved[0][0].toBool());
    QTest::mouseClick(i.approve, Qt::LeftButton, {}, {8, i.approve->height() / 2});
    ASSERT_EQ(i.approved.size(), 2);
    EXPECT_FALSE(i.approved[1][0].toBool());
}

}  // namespace
}  // namespace tintreel::ui
