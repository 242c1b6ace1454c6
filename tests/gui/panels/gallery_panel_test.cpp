// SPDX-License-Identifier: Apache-2.0
#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QMessageBox>
#include <QSignalSpy>

#include <gtest/gtest.h>

#include "panels/gallery_panel.h"
#include "support/events.h"

namespace tintreel::ui {
namespace {

Still still(const char* name, FrameIndex frame, int hints = 1, QColor color = Qt::red) {
    Still made{QString::fromLatin1(name), frame, QImage(64, 36, QImage::Format_RGB888), {}};
    made.picture.fill(color);
    for (int i = 0; i < hints; ++i)
        made.recipe.hints.push_back(
            {frame, hints::HintSpan::Scene, {}, hints::HintKind::Dot, {{0.5, 0.5}}, 0.1, hints::AbColor{20, 20}});
    return made;
}

struct Model {
    StillModel model;
    QAbstractItemModelTester tester{&model, QAbstractItemModelTester::FailureReportingMode::Fatal};
    QSignalSpy renamed{&model, &StillModel::renameWanted};
    QSignalSpy refused{&model, &StillModel::editRefused};
    QString text(int row) const { return model.data(model.index(row)).toString(); }
};

TEST(StillModel, NamesPlacesAndPictures) {
    Model m;
    m.model.setStills({still("dawn", 3), still("dusk", 57, 0)});
    EXPECT_EQ(m.text(1), QStringLiteral("dusk\nframe 57"));
    m.model.setScenes({0, 44});
    EXPECT_EQ(m.text(0), QStringLiteral("dawn\nscene 1, frame 3"));
    EXPECT_EQ(m.text(1), QStringLiteral("dusk\nscene 2, frame 57"));
    EXPECT_EQ(m.model.data(m.model.index(1), Qt::EditRole).toString(), QStringLiteral("dusk"));
    EXPECT_EQ(m.model.data(m.model.index(1), StillModel::FrameRole).toLongLong(), 57);
    EXPECT_EQ(m.model.data(m.model.index(0), StillModel::PictureRole).value<QImage>().pixelColor(5, 5),
              QColor(Qt::red));
    const auto icon = m.model.data(m.model.index(0), Qt::DecorationRole).value<QIcon>();
    EXPECT_EQ(icon.pixmap(QSize(64, 36), QIcon::Selected).toImage().pixelColor(5, 5), QColor(Qt::red)) << "not tinted";
    QImage large(1280, 720, QImage::Format_RGB888);
    large.fill(Qt::blue);
    m.model.setPicture(0, large);
    EXPECT_EQ(m.model.stills()[0].picture.size(), QSize(320, 180));
    // One without a picture has a placeholder and says how to get it again.
    m.model.setPicture(1, {});
    EXPECT_FALSE(m.model.data(m.model.index(1), Qt::DecorationRole).value<QIcon>().isNull());
    EXPECT_TRUE(m.model.data(m.model.index(1), Qt::ToolTipRole).toString().contains(QStringLiteral("57")));
}

TEST(StillModel, RowsThatStayAreNotTouched) {
    Model m;
    m.model.setStills({still("a", 1), still("b", 2), still("c", 3), still("d", 4)});
    const QPersistentModelIndex a = m.model.index(0), b = m.model.index(1), d = m.model.index(3);
    auto next = m.model.stills();
    next.erase(next.begin() + 1);
    QSignalSpy changed(&m.model, &QAbstractItemModel::dataChanged);
    m.model.setStills(next);
    EXPECT_EQ(a.row(), 0);
    EXPECT_FALSE(b.isValid());
    EXPECT_EQ(d.row(), 2);
    EXPECT_EQ(changed.size(), 0);
    next[1].name = QStringLiteral("sea");
    next.push_back(still("e", 5));
    next.insert(next.begin(), still("z", 0));
    m.model.setStills(next);
    ASSERT_EQ(m.model.rowCount(), 5);
    for (int row = 0; row < 5; ++row)
        EXPECT_EQ(m.model.stills()[static_cast<std::size_t>(row)].name, next[static_cast<std::size_t>(row)].name);
    m.model.setStills({});
    EXPECT_EQ(m.model.rowCount(), 0);
}

TEST(StillModel, NamesAreNeitherEmptyNorTwice) {
    Model m;
    m.model.setStills({still("dawn", 3), still("dusk", 57)});
    EXPECT_FALSE(m.model.setData(m.model.index(0), QStringLiteral("  ")));
    EXPECT_FALSE(m.model.setData(m.model.index(0), QStringLiteral("Dusk")));
    EXPECT_EQ(m.refused.size(), 2);
    EXPECT_FALSE(m.model.setData(m.model.index(0), QStringLiteral("dawn")));  // as it was
    EXPECT_TRUE(m.model.setData(m.model.index(0), QStringLiteral(" first   light ")));
    ASSERT_EQ(m.renamed.size(), 1);
    EXPECT_EQ(m.renamed[0][1].toString(), QStringLiteral("first light"));
    EXPECT_EQ(m.model.stills()[0].name, QStringLiteral("dawn")) << "asked for, not made";
}

struct Gallery {
    Gallery() {
        panel.resize(320, 500);
        panel.show();
        panel.activateWindow();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&panel));
        list = panel.findChild<QListView*>(QStringLiteral("stills"));
    }
    QPushButton* button(const char* name) const { return panel.findChild<QPushButton*>(QString::fromLatin1(name)); }
    void press(const char* name) const { QTest::mouseClick(button(name), Qt::LeftButton); }
    void choose(int row) const {
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(panel.model().index(row)).center());
    }

    GalleryPanel panel;
    QListView* list = nullptr;
    QSignalSpy grabbed{&panel, &GalleryPanel::grabRequested};
    QSignalSpy renamed{&panel, &GalleryPanel::renameRequested};
    QSignalSpy removed{&panel, &GalleryPanel::removeRequested};
    QSignalSpy compared{&panel, &GalleryPanel::compareRequested};
    QSignalSpy used{&panel, &GalleryPanel::useRequested};
    QSignalSpy frames{&panel, &GalleryPanel::frameRequested};
};

TEST(GalleryPanel, AnEmptyOneSaysWhatToDo) {
    Gallery g;
    EXPECT_TRUE(
        g.panel.findChild<QLabel*>(QStringLiteral("galleryMessage"))->text().contains(QStringLiteral("Ctrl+Alt+G")));
    for (const char* name : {"compareStill", "useStillHints", "renameStill", "removeStill"})
        EXPECT_FALSE(g.button(name)->isEnabled()) << name;
    g.press("grabStillButton");
    EXPECT_EQ(g.grabbed.size(), 1);
    g.panel.setStills({still("dawn", 3)});
    EXPECT_FALSE(g.panel.findChild<QLabel*>(QStringLiteral("galleryMessage"))->isVisible());
}

TEST(GalleryPanel, TellsWhatIsWantedOfTheChosenStill) {
    Gallery g;
    g.panel.setStills({still("dawn", 3), still("carried", 30, 0), still("dusk", 57)});
    g.choose(1);
    EXPECT_FALSE(g.button("useStillHints")->isEnabled()) << "it has no hints";
    g.choose(2);
    g.press("useStillHints");
    ASSERT_EQ(g.used.size(), 1);
    EXPECT_EQ(g.used[0][0].toInt(), 2);
    QTest::mouseDClick(g.list->viewport(), Qt::LeftButton, {}, g.list->visualRect(g.panel.model().index(2)).center());
    ASSERT_EQ(g.frames.size(), 1);
    EXPECT_EQ(g.frames[0][0].toLongLong(), 57);
    g.list->setFocus();
    QTest::keyClick(g.list, Qt::Key_Up);
    QTest::keyClick(g.list, Qt::Key_Return);
    ASSERT_EQ(g.frames.size(), 2);
    EXPECT_EQ(g.frames[1][0].toLongLong(), 30);
}

TEST(GalleryPanel, ComparingFollowsTheChoice) {
    Gallery g;
    g.panel.setStills({still("dawn", 3), still("dusk", 57)});
    g.choose(0);
    EXPECT_EQ(g.compared.size(), 0);
    g.press("compareStill");
    g.choose(1);
    g.press("compareStill");
    ASSERT_EQ(g.compared.size(), 3);
    EXPECT_EQ(g.compared[0][0].toInt(), 0);
    EXPECT_EQ(g.compared[1][0].toInt(), 1);
    EXPECT_EQ(g.compared[2][0].toInt(), -1);
}

TEST(GalleryPanel, RenamesInTheListAndAsksBeforeItRemoves) {
    Gallery g;
    g.panel.setStills({still("dawn", 3), still("dusk", 57)});
    g.choose(1);
    g.list->setFocus();
    QTest::keyClick(g.list, Qt::Key_F2);
    auto* editor = g.list->findChild<QLineEdit*>();
    ASSERT_NE(editor, nullptr);
    EXPECT_EQ(editor->text(), QStringLiteral("dusk")) << "the name alone";
    QTest::keyClicks(editor, QStringLiteral("night"));
    QTest::keyClick(editor, Qt::Key_Return);
    ASSERT_TRUE(testing::waitFor([&] { return g.renamed.size() == 1; }));
    EXPECT_EQ(g.renamed[0][0].toInt(), 1);
    EXPECT_EQ(g.renamed[0][1].toString(), QStringLiteral("night"));

    g.press("removeStill");
    auto* box = g.panel.findChild<QMessageBox*>();
    ASSERT_NE(box, nullptr);
    EXPECT_TRUE(box->text().contains(QStringLiteral("dusk")));
    QTest::keyClick(box, Qt::Key_Escape);
    EXPECT_EQ(g.removed.size(), 0);
    testing::settle();
    g.press("removeStill");
    QTest::mouseClick(g.button("removeStillYes"), Qt::LeftButton);
    ASSERT_EQ(g.removed.size(), 1);
    EXPECT_EQ(g.removed[0][0].toInt(), 1);
}

}  // namespace
}  // namespace tintreel::ui
