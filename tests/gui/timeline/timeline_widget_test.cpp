// SPDX-License-Identifier: Apache-2.0
#include "timeline/timeline_widget.h"

#include <QAccessible>
#include <QContextMenuEvent>
#include <QMenu>
#include <QScrollBar>

#include "timeline_fixture.h"

namespace tintreel::ui {
namespace {

using testing::drag;
using testing::hover;
using testing::wheel;

class Timeline : public TimelineFixture {};

TEST_F(Timeline, AClickInEachLaneGoesThere) {
    for (const auto lane : kLanes) {
        timeline.setPlayhead(0);
        moved.clear();
        QTest::mouseClick(&timeline, Qt::LeftButton, {}, at(lane, 333));
        EXPECT_EQ(moved.size(), 1) << static_cast<int>(lane);
        EXPECT_EQ(last(moved), 333);
        EXPECT_EQ(timeline.playhead(), 333);
    }
    QTest::mouseClick(&timeline, Qt::LeftButton, {}, {5, timeline.laneRect(Lane::Keys).center().y()});
    EXPECT_EQ(moved.size(), 1);  // the names at the left are no frames
}

TEST_F(Timeline, ADragScrubsAndSaysEachFrameOnce) {
    drag(timeline, {at(Lane::Ruler, 100), at(Lane::Ruler, 150), at(Lane::Ruler, 150), at(Lane::Ruler, 120)});
    ASSERT_EQ(moved.size(), 3);
    EXPECT_EQ(moved[0][0].value<FrameIndex>(), 100);
    EXPECT_EQ(moved[1][0].value<FrameIndex>(), 150);
    EXPECT_EQ(moved[2][0].value<FrameIndex>(), 120);
    hover(timeline, at(Lane::Ruler, 500));
    EXPECT_EQ(moved.size(), 3);
}

TEST_F(Timeline, ADragBeyondTheViewScrollsAndEndsWithTheFilm) {
    timeline.setPlayhead(500);
    for (int i = 0; i < 3; ++i) timeline.zoomIn();
    const QPoint beyond(timeline.width() + 60, 10);
    std::vector<QPoint> points{at(Lane::Ruler, 520)};
    for (int i = 0; i < 300; ++i) points.push_back(beyond + QPoint(i % 2, 0));
    drag(timeline, points);
    EXPECT_EQ(timeline.playhead(), 999);
    EXPECT_EQ(timeline.mapping().visible().end, 1000);
}

TEST_F(Timeline, TheRightButtonDoesNotScrub) {
    QTest::mouseClick(&timeline, Qt::RightButton, {}, at(Lane::Ruler, 333));
    EXPECT_EQ(moved.size(), 0);
}

TEST_F(Timeline, SettingThePlayheadSaysNothing) {
    timeline.setPlayhead(77);
    timeline.setPlayhead(99999);
    EXPECT_EQ(timeline.playhead(), 999);
    timeline.setPlayhead(-5);
    EXPECT_EQ(timeline.playhead(), 0);
    EXPECT_EQ(moved.size(), 0);
}

TEST_F(Timeline, CutsAreTakenWithinFivePixels) {
    const QPoint cut = edge(Lane::Scenes, 500);
    for (const auto& [dx, taken] : {std::pair(-7, false), {-4, true}, {0, true}, {4, true}, {7, false}}) {
        hover(timeline, cut + QPoint(dx, 0));
        EXPECT_EQ(timeline.cursor().shape() == Qt::SplitHCursor, taken) << dx;
    }
    hover(timeline, edge(Lane::Ruler, 500));
    EXPECT_NE(timeline.cursor().shape(), Qt::SplitHCursor);
    hover(timeline, edge(Lane::Scenes, 0));  // the start of the film is no cut
    EXPECT_NE(timeline.cursor().shape(), Qt::SplitHCursor);
}

TEST_F(Timeline, ADraggedCutIsToldOnceAtRelease) {
    const QPoint from = edge(Lane::Scenes, 500) + QPoint(2, 0);
    QTest::mousePress(&timeline, Qt::LeftButton, {}, from);
    hover(timeline, from + QPoint(50, 0), Qt::LeftButton);
    hover(timeline, from + QPoint(110, 0), Qt::LeftButton);
    EXPECT_EQ(cutMoved.size(), 0);
    QTest::mouseRelease(&timeline, Qt::LeftButton, {}, from + QPoint(110, 0));
    ASSERT_EQ(cutMoved.size(), 1);
    EXPECT_EQ(last(cutMoved, 0), 500);
    EXPECT_NEAR(static_cast<double>(last(cutMoved, 1)), 500 + 110 / timeline.mapping().pixelsPerFrame(), 1.0);
    EXPECT_EQ(moved.size(), 0);
}

TEST_F(Timeline, ADraggedCutStopsAtItsNeighbours) {
    drag(timeline, {edge(Lane::Scenes, 500), at(Lane::Scenes, 600), at(Lane::Scenes, 990)});
    EXPECT_EQ(last(cutMoved, 1), 749);
    drag(timeline, {edge(Lane::Scenes, 500), at(Lane::Scenes, 5)});
    EXPECT_EQ(last(cutMoved, 1), 251);
    drag(timeline, {edge(Lane::Scenes, 750), QPoint(9000, 60)});
    EXPECT_EQ(last(cutMoved, 1), 999);
}

TEST_F(Timeline, EscapeLetsADraggedCutGo) {
    QTest::mousePress(&timeline, Qt::LeftButton, {}, edge(Lane::Scenes, 500));
    hover(timeline, at(Lane::Scenes, 600), Qt::LeftButton);
    QTest::keyClick(&timeline, Qt::Key_Escape);
    QTest::mouseRelease(&timeline, Qt::LeftButton, {}, at(Lane::Scenes, 600));
    EXPECT_EQ(cutMoved.size(), 0);
}

TEST_F(Timeline, ACutThatIsGoneCannotBeDragged) {
    QTest::mousePress(&timeline, Qt::LeftButton, {}, edge(Lane::Scenes, 500));
    hover(timeline, at(Lane::Scenes, 600), Qt::LeftButton);
    model.setScenes({{{0, 250}}, {{250, 1000}}});
    QTest::mouseRelease(&timeline, Qt::LeftButton, {}, at(Lane::Scenes, 600));
    EXPECT_EQ(cutMoved.size(), 0);
}

TEST_F(Timeline, AClickSelectsACutAndDeleteRemovesIt) {
    QTest::keyClick(&timeline, Qt::Key_Delete);
    EXPECT_EQ(cutRemoved.size(), 0);
    QTest::mouseClick(&timeline, Qt::LeftButton, {}, edge(Lane::Scenes, 750) + QPoint(-3, 0));
    EXPECT_EQ(timeline.selectedCut(), 750);
    EXPECT_EQ(cutMoved.size(), 0);
    QTest::keyClick(&timeline, Qt::Key_Delete);
    ASSERT_EQ(cutRemoved.size(), 1);
    EXPECT_EQ(last(cutRemoved), 750);
    QTest::keyClick(&timeline, Qt::Key_Delete);
    EXPECT_EQ(cutRemoved.size(), 1);
    QTest::mouseClick(&timeline, Qt::LeftButton, {}, edge(Lane::Scenes, 750));
    QTest::mouseClick(&timeline, Qt::LeftButton, {}, at(Lane::Scenes, 600));
    EXPECT_EQ(timeline.selectedCut(), -1);
}

TEST_F(Timeline, ASelectedCutStaysSelectedWhereTheProjectMovesIt) {
    QObject::connect(&timeline, &TimelineWidget::cutMoved, &model, [this](FrameIndex from, FrameIndex to) {
        auto scenes = model.scenes();
        const auto row = static_cast<std::size_t>(model.rowAt(from));
        scenes[row - 1].range.end = scenes[row].range.first = to;
        model.setScenes(scenes);
    });
    drag(timeline, {edge(Lane::Scenes, 500), at(Lane::Scenes, 600)});
    EXPECT_EQ(timeline.selectedCut(), last(cutMoved, 1));
    EXPECT_GT(timeline.selectedCut(), 580);
}

TEST_F(Timeline, CutsOfScenesTooNarrowToSeeLetTheScrubThrough) {
    model.setScenes({{{0, 250}}, {{250, 253}}, {{253, 1000}}});
    QTest::mouseClick(&timeline, Qt::LeftButton, {}, edge(Lane::Scenes, 250));
    EXPECT_EQ(timeline.selectedCut(), -1);
    EXPECT_EQ(moved.size(), 1);
    timeline.setPlayhead(251);
    for (int i = 0; i < 4; ++i) timeline.zoomIn();
    QTest::mouseClick(&timeline, Qt::LeftButton, {}, edge(Lane::Scenes, 253));
    EXPECT_EQ(timeline.selectedCut(), 253);
}

TEST_F(Timeline, ADoubleClickOpensTheScene) {
    QTest::mouseDClick(&timeline, Qt::LeftButton, {}, at(Lane::Scenes, 600));
    ASSERT_EQ(activated.size(), 1);
    EXPECT_EQ(activated[0][0].toInt(), 2);
    QTest::mouseDClick(&timeline, Qt::LeftButton, {}, at(Lane::Ruler, 600));
    EXPECT_EQ(activated.size(), 1);
}

TEST_F(Timeline, TheWheelScrollsAndWithCtrlZoomsAtThePointer) {
    const QPoint pointer = at(Lane::Result, 700);
    wheel(timeline, pointer, 6, Qt::ControlModifier);
    const double scale = timeline.mapping().pixelsPerFrame();
    EXPECT_GT(scale, 3.5);
    EXPECT_EQ(timeline.mapping().frameFromX(pointer.x()), 700);
    const double before = timeline.mapping().scroll();
    wheel(timeline, pointer, -1);
    EXPECT_NEAR(timeline.mapping().scroll() - before, 80 / scale, 0.01);
    EXPECT_EQ(timeline.mapping().pixelsPerFrame(), scale);
    wheel(timeline, pointer, 1);
    EXPECT_NEAR(timeline.mapping().scroll(), before, 0.01);
    wheel(timeline, pointer, -30, Qt::ControlModifier);
    EXPECT_TRUE(timeline.mapping().isFitted());
    EXPECT_EQ(moved.size(), 0);
}

TEST_F(Timeline, TheScrollBarAndTheViewAgree) {
    auto* bar = timeline.findChild<QScrollBar*>();
    ASSERT_NE(bar, nullptr);
    EXPECT_FALSE(bar->isEnabled());
    for (int i = 0; i < 3; ++i) timeline.zoomIn();
    EXPECT_TRUE(bar->isEnabled());
    bar->triggerAction(QAbstractSlider::SliderToMaximum);
    EXPECT_EQ(timeline.mapping().visible().end, 1000);
    wheel(timeline, at(Lane::Keys, 990), 100);
    EXPECT_EQ(bar->value(), 0);
}

struct Key {
    int key;
    Qt::KeyboardModifiers modifiers;
    FrameIndex from;
    FrameIndex to;
};

class TimelineKeys : public TimelineFixture, public ::testing::WithParamInterface<Key> {};

TEST_P(TimelineKeys, GoThere) {
    timeline.setKeys({{300}, {620}});
    timeline.setMarkers({{40, {}}, {900, {}}});
    const auto& [key, modifiers, from, to] = GetParam();
    timeline.setPlayhead(from);
    QTest::keyClick(&timeline, static_cast<Qt::Key>(key), modifiers);
    EXPECT_EQ(timeline.playhead(), to);
    EXPECT_EQ(moved.size(), from == to ? 0 : 1);
    EXPECT_EQ(last(moved), from == to ? -1 : to);
}

INSTANTIATE_TEST_SUITE_P(
    All, TimelineKeys,
    ::testing::Values(Key{Qt::Key_Right, Qt::NoModifier, 10, 11}, Key{Qt::Key_Left, Qt::NoModifier, 10, 9},
                      Key{Qt::Key_Left, Qt::NoModifier, 0, 0}, Key{Qt::Key_Right, Qt::NoModifier, 999, 999},
                      Key{Qt::Key_Right, Qt::ShiftModifier, 10, 34}, Key{Qt::Key_Left, Qt::ShiftModifier, 10, 0},
                      Key{Qt::Key_Down, Qt::NoModifier, 10, 250}, Key{Qt::Key_Down, Qt::NoModifier, 250, 500},
                      Key{Qt::Key_Down, Qt::NoModifier, 800, 800}, Key{Qt::Key_Up, Qt::NoModifier, 600, 500},
                      Key{Qt::Key_Up, Qt::NoModifier, 500, 250}, Key{Qt::Key_Up, Qt::NoModifier, 100, 0},
                      Key{Qt::Key_Home, Qt::NoModifier, 600, 0}, Key{Qt::Key_End, Qt::NoModifier, 600, 999},
                      Key{Qt::Key_Right, Qt::AltModifier, 0, 300}, Key{Qt::Key_Right, Qt::AltModifier, 300, 620},
                      Key{Qt::Key_Left, Qt::AltModifier, 999, 620}, Key{Qt::Key_Left, Qt::AltModifier, 300, 300},
                      Key{Qt::Key_Right, Qt::ControlModifier, 50, 900}, Key{Qt::Key_Left, Qt::ControlModifier, 50, 40},
                      Key{Qt::Key_Right, Qt::KeypadModifier, 10, 11}));

TEST_F(Timeline, KeysOfOthersAreLeftToThem) {
    QKeyEvent space(QEvent::KeyPress, Qt::Key_Space, Qt::NoModifier);
    QApplication::sendEvent(&timeline, &space);
    EXPECT_FALSE(space.isAccepted());
    for (const auto& [key, taken] : {std::pair(Qt::Key_Left, true), {Qt::Key_Delete, false}, {Qt::Key_J, false}}) {
        QKeyEvent override(QEvent::ShortcutOverride, key, Qt::NoModifier);
        override.ignore();
        QApplication::sendEvent(&timeline, &override);
        EXPECT_EQ(override.isAccepted(), taken) << key;
    }
}

TEST_F(Timeline, FollowsThePlayheadWhilePlaying) {
    for (int i = 0; i < 3; ++i) timeline.zoomIn();
    for (FrameIndex frame = 0; frame < 1000; ++frame) {
        timeline.setPlayhead(frame);
        const double x = timeline.mapping().xFromFrame(frame);
        ASSERT_GE(x, timeline.laneRect(Lane::Ruler).left());
        ASSERT_LE(x, timeline.laneRect(Lane::Ruler).right());
    }
}

TEST_F(Timeline, ZoomsToTheSceneUnderThePlayheadAndBack) {
    timeline.setPlayhead(600);
    timeline.zoomToScene();
    const auto visible = timeline.mapping().visible();
    EXPECT_NEAR(static_cast<double>(visible.first), 490, 3);
    EXPECT_NEAR(static_cast<double>(visible.end), 760, 3);
    timeline.fitFilm();
    EXPECT_TRUE(timeline.mapping().isFitted());
    timeline.zoomIn();
    EXPECT_NEAR(timeline.mapping().span(), 500, 0.1);
    timeline.zoomOut();
    EXPECT_TRUE(timeline.mapping().isFitted());
}

TEST_F(Timeline, AClickOnTheConfidenceFindsTheDipUnderThePixel) {
    std::vector<float> values(100000, 0.9F);
    values[51234] = 0.1F;
    timeline.setFilm(100000, {24, 1});
    timeline.setConfidence({{0, values}});
    EXPECT_EQ(timeline.worstConfidence(), 51234);
    const int x = static_cast<int>(timeline.mapping().xFromFrame(51234));
    QTest::mouseClick(&timeline, Qt::LeftButton, {}, {x, timeline.laneRect(Lane::Confidence).center().y()});
    EXPECT_EQ(last(moved), 51234);
    timeline.setConfidence({});
    EXPECT_EQ(timeline.worstConfidence(), -1);
}

TEST_F(Timeline, TheMenuSuggestsAKeyAndRemovesACut) {
    const auto choose = [&](QPoint at, const char* name) {
        QContextMenuEvent event(QContextMenuEvent::Mouse, at, timeline.mapToGlobal(at));
        QApplication::sendEvent(&timeline, &event);
        auto* menu = timeline.findChild<QMenu*>(QStringLiteral("timelineMenu"));
        ASSERT_NE(menu, nullptr);
        auto* action = menu->findChild<QAction*>(QString::fromLatin1(name));
        ASSERT_NE(action, nullptr);
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(action).center());
        ASSERT_TRUE(
            testing::waitFor([&] { return timeline.findChild<QMenu*>(QStringLiteral("timelineMenu")) == nullptr; }));
    };
    choose(at(Lane::Keys, 444), "suggestKey");
    EXPECT_EQ(last(suggest), 444);
    choose(edge(Lane::Scenes, 500), "removeCut");
    EXPECT_EQ(last(cutRemoved), 500);
    EXPECT_EQ(moved.size(), 0);
}

TEST_F(Timeline, AKeyHasAMenuOfItsOwn) {
    timeline.setKeys({{100}, {300}, {304}});
    const QPoint onKey = at(Lane::Keys, 304) + QPoint(2, 0);
    QContextMenuEvent event(QContextMenuEvent::Mouse, onKey, timeline.mapToGlobal(onKey));
    QApplication::sendEvent(&timeline, &event);
    ASSERT_EQ(keyMenu.size(), 1);
    EXPECT_EQ(last(keyMenu), 304);
    EXPECT_EQ(keyMenu[0][1].toPoint(), timeline.mapToGlobal(onKey));
    EXPECT_EQ(timeline.findChild<QMenu*>(QStringLiteral("timelineMenu")), nullptr);
}

TEST_F(Timeline, TellsReadersWhereItIs) {
    EXPECT_FALSE(timeline.accessibleName().isEmpty());
    QTest::mouseClick(&timeline, Qt::LeftButton, {}, at(Lane::Ruler, 600));
    EXPECT_EQ(timeline.accessibleDescription(), QStringLiteral("00:00:25:00, scene 3"));
    QTest::keyClick(&timeline, Qt::Key_Right);
    EXPECT_TRUE(timeline.accessibleDescription().startsWith(QStringLiteral("00:00:25:01")));
}

TEST_F(Timeline, IsASliderForReaders) {
    auto* face = QAccessible::queryAccessibleInterface(&timeline);
    ASSERT_NE(face, nullptr);
    EXPECT_EQ(face->role(), QAccessible::Slider);
    EXPECT_EQ(face->text(QAccessible::Name), timeline.accessibleName());
    timeline.setPlayhead(600);
    EXPECT_EQ(face->text(QAccessible::Value), QStringLiteral("00:00:25:00"));
    auto* value = face->valueInterface();
    ASSERT_NE(value, nullptr);
    EXPECT_EQ(value->currentValue().toLongLong(), 600);
    EXPECT_EQ(value->minimumValue().toLongLong(), 0);
    EXPECT_EQ(value->maximumValue().toLongLong(), timeline.frames() - 1);
    const auto before = moved.size();
    value->setCurrentValue(qlonglong{48});
    EXPECT_EQ(timeline.playhead(), 48);
    ASSERT_EQ(moved.size(), before + 1) << "it is told as if a user had done it";
    EXPECT_EQ(last(moved), 48);
    face->actionInterface()->doAction(QAccessibleActionInterface::increaseAction());
    EXPECT_EQ(face->text(QAccessible::Value), QStringLiteral("00:00:02:01"));
    face->actionInterface()->doAction(QAccessibleActionInterface::decreaseAction());
    EXPECT_EQ(timeline.playhead(), 48);
    value->setCurrentValue(qlonglong{1} << 40);
    EXPECT_EQ(timeline.playhead(), timeline.frames() - 1);
    timeline.setFilm(0, {0, 0});
    EXPECT_EQ(face->text(QAccessible::Value), QString());
    value->setCurrentValue(qlonglong{5});
    EXPECT_EQ(timeline.playhead(), 0);
}

TEST_F(Timeline, LivesWithoutAFilmAndWithoutAModel) {
    timeline.setFilm(0, {0, 0});
    QTest::mouseClick(&timeline, Qt::LeftButton, {}, at(Lane::Scenes, 0));
    QTest::keyClick(&timeline, Qt::Key_Right);
    wheel(timeline, {500, 20}, 3, Qt::ControlModifier);
    timeline.zoomToScene();
    EXPECT_EQ(moved.size(), 0);
    EXPECT_FALSE(shot().isNull());
    {
        SceneModel other;
        other.setScenes({{{0, 10}}});
        timeline.setModel(&other);
        timeline.setFilm(10, {24, 1});
    }
    EXPECT_FALSE(shot().isNull());
    timeline.zoomToScene();
    QTest::mouseDClick(&timeline, Qt::LeftButton, {}, at(Lane::Scenes, 5));
    EXPECT_EQ(activated.size(), 0);
}

}  // namespace
}  // namespace tintreel::ui
