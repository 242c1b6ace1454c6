// SPDX-License-Identifier: Apache-2.0
#include "timeline/timeline_painter.h"

#include <QElapsedTimer>
#include <QPaintEvent>

#include <iostream>

#include "timeline/timeline_colors.h"
#include "timeline_fixture.h"

namespace tintreel::ui {
namespace {

int count(const QImage& image, const QRect& area, const QColor& color) {
    int found = 0;
    for (int y = area.top(); y <= area.bottom(); ++y) {
        for (int x = area.left(); x <= area.right(); ++x) found += image.pixelColor(x, y) == color ? 1 : 0;
    }
    return found;
}

class TimelinePictures : public TimelineFixture {
protected:
    TimelinePictures() { timeline.clearFocus(); }  // the frame around it would lie over what is counted
    [[nodiscard]] QRect between(Lane lane, FrameIndex first, FrameIndex end) const {
        const QRect rect = timeline.laneRect(lane);
        return {QPoint(edge(lane, first).x(), rect.top()), QPoint(edge(lane, end).x() - 1, rect.bottom())};
    }
};

TEST_F(TimelinePictures, ResultsShowByColourHeightAndHatching) {
    timeline.setStates({{{200, 400}, FrameState::Preview},
                        {{400, 600}, FrameState::Full},
                        {{600, 800}, FrameState::Stale},
                        {{800, 1000}, FrameState::Failed}});
    const auto image = shot();
    QSet<quint64> looks;
    for (int s = 0; s < kFrameStateCount; ++s) {
        const QRect area = between(Lane::Result, s * 200 + 20, s * 200 + 180);
        const auto color = stateColor(static_cast<FrameState>(s), timeline.palette());
        EXPECT_GT(count(image, area, color), 200) << s;
        // Which pixels are of the plain colour, which are not: different for each, colours aside.
        quint64 look = 0;
        for (int y = area.top(); y <= area.bottom(); ++y) {
            int plain = 0;
            for (int x = area.left(); x <= area.right(); ++x) plain += image.pixelColor(x, y) == color ? 1 : 0;
            look = look * 31 + static_cast<quint64>(10 * plain / area.width());
        }
        looks.insert(look);
        // How far the hatching rises to the right rather than falls.
        int slope = 0;
        for (int x = area.left(); x < area.right(); ++x) {
            const int y = area.center().y() + 2;
            slope += (image.pixel(x, y) == image.pixel(x + 1, y - 1) ? 1 : 0) -
                     (image.pixel(x, y) == image.pixel(x + 1, y + 1) ? 1 : 0);
        }
        if (static_cast<FrameState>(s) == FrameState::Preview) {
            EXPECT_GT(slope, 20);
        }
        if (static_cast<FrameState>(s) == FrameState::Stale) {
            EXPECT_LT(slope, -20);
        }
    }
    EXPECT_EQ(looks.size(), kFrameStateCount);
}

TEST_F(TimelinePictures, OneFailedFrameAmongTwoMillionIsSeen) {
    timeline.setFilm(2'160'000, {24, 1});
    timeline.setStates({{{0, 2'160'000}, FrameState::Full}, {{1'234'567, 1'234'568}, FrameState::Failed}});
    const auto image = shot();
    const QRect lane = timeline.laneRect(Lane::Result);
    const int column = static_cast<int>(timeline.mapping().xFromFrame(1'234'567));
    for (int x = lane.left(); x <= lane.right(); ++x) {
        int red = 0;
        for (int y = lane.top(); y <= lane.bottom(); ++y) {
            const auto pixel = image.pixelColor(x, y);
            red += pixel.red() > pixel.green() + 80 && pixel.red() > pixel.blue() + 80 ? 1 : 0;
        }
        ASSERT_EQ(red > 5, x == column || x == lane.left()) << x;  // at the left is the playhead
    }
}

TEST_F(TimelinePictures, ThePlayheadIsDrawnAndWipedAway) {
    timeline.setPlayhead(600);
    auto image = shot();
    const QRect lane = timeline.laneRect(Lane::Confidence);
    EXPECT_EQ(count(image, QRect(edge(Lane::Confidence, 600).x() - 1, lane.top(), 3, lane.height()), kPlayheadColor),
              lane.height());
    QTest::mouseClick(&timeline, Qt::LeftButton, {}, at(Lane::Ruler, 300));
    timeline.clearFocus();
    image = shot();
    EXPECT_EQ(count(image, lane, kPlayheadColor), lane.height());
    EXPECT_EQ(count(image, QRect(edge(Lane::Confidence, 300).x() - 2, lane.top(), 4, lane.height()), kPlayheadColor),
              lane.height());
}

TEST_F(TimelinePictures, AMovedPlayheadPaintsItsTwoPlacesAnewAndNoMore) {
    struct Painted : QObject {
        QRegion region;
        bool eventFilter(QObject*, QEvent* event) override {
            if (event->type() == QEvent::Paint) region += static_cast<QPaintEvent*>(event)->region();
            return false;
        }
    } painted;
    for (const int zoom : {0, 5}) {
        timeline.setPlayhead(300);
        for (int i = 0; i < zoom; ++i) timeline.zoomIn();
        const FrameIndex to = zoom == 0 ? 600 : 303;
        testing::settle();
        timeline.installEventFilter(&painted);
        painted.region = {};
        timeline.setPlayhead(to);
        testing::settle();
        timeline.removeEventFilter(&painted);
        int area = 0;
        for (const auto& rect : painted.region) area += rect.width() * rect.height();
        EXPECT_LT(area, timeline.width() * timeline.height() / 5);
        for (const FrameIndex frame : {FrameIndex{300}, to}) {
            const int x = edge(Lane::Ruler, frame).x();
            const int right = x + std::max(5, static_cast<int>(timeline.mapping().pixelsPerFrame()));
            const QRect needed(QPoint(x - 5, 0), QPoint(right, timeline.laneRect(Lane::Confidence).bottom()));
            EXPECT_TRUE((QRegion(needed) - painted.region).isEmpty()) << frame << " at zoom " << zoom;
        }
    }
}

// Parts painted anew while the playhead runs must fit what is around them.
TEST_F(TimelinePictures, PartsAndTheWholeAreTheSamePicture) {
    std::vector<TimelineScene> scenes;
    for (FrameIndex i = 0; i < 200; ++i)
        scenes.push_back(
            {{i * 100, i * 100 + (i % 7 == 0 ? 60 : 100)}, static_cast<SceneStatus>(i % kSceneStatusCount)});
    for (std::size_t i = 0; i + 1 < scenes.size(); ++i) scenes[i].range.end = scenes[i + 1].range.first;
    model.setScenes(scenes);
    timeline.setFilm(20000, {24, 1});
    timeline.setStates(
        {{{100, 7000}, FrameState::Preview}, {{7000, 9000}, FrameState::Stale}, {{9500, 19000}, FrameState::Failed}});
    timeline.setKeys({{50}, {800, KeyKind::Reference}, {1500, KeyKind::Suggested, true}});
    timeline.setMarkers({{700, {}}});
    timeline.setInOut(300, 17000);
    std::vector<float> values(20000);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = 0.5F + 0.4F * static_cast<float>((i / 100) % 7) / 7.0F;
    timeline.setConfidence({{0, values}});
    for (const int zoom : {0, 2, 3}) {
        for (int i = 0; i < zoom; ++i) timeline.zoomIn();
        const auto whole = shot();
        QImage parts(whole.size(), QImage::Format_RGB32);
        for (int x = 0; x < whole.width(); x += 37) {
            const QRegion part(QRect(x, 0, 37, timeline.height()));
            timeline.render(&parts, QPoint(x, 0), part);
        }
        int different = 0;
        for (int y = 0; y < timeline.laneRect(Lane::Confidence).top(); ++y) {
            for (int x = 0; x < whole.width(); ++x) different += whole.pixel(x, y) != parts.pixel(x, y) ? 1 : 0;
        }
        EXPECT_EQ(different, 0) << "at zoom " << timeline.mapping().pixelsPerFrame();
    }
}

TEST_F(TimelinePictures, ACutThatIsDraggedShowsWhereItGoes) {
    QTest::mousePress(&timeline, Qt::LeftButton, {}, edge(Lane::Scenes, 500));
    testing::hover(timeline, at(Lane::Scenes, 620), Qt::LeftButton);
    const QRect lane = timeline.laneRect(Lane::Scenes);
    const QRect there(edge(Lane::Scenes, 620).x() - 3, lane.top(), 6, lane.height());
    EXPECT_GE(count(shot(), there, timeline.palette().color(QPalette::Highlight)), 3 * (lane.height() - 2));
    QTest::mouseRelease(&timeline, Qt::LeftButton, {}, at(Lane::Scenes, 620));
    EXPECT_EQ(count(shot(), between(Lane::Scenes, 600, 700), timeline.palette().color(QPalette::Highlight)), 0);
}

TEST_F(TimelinePictures, OutsideOfTheWorkRangeIsShaded) {
    timeline.setStates({{{0, 1000}, FrameState::Full}});
    timeline.setInOut(300, 599);
    const auto image = shot();
    const auto green = stateColor(FrameState::Full, timeline.palette());
    EXPECT_EQ(count(image, between(Lane::Result, 50, 290), green), 0);
    EXPECT_GT(count(image, between(Lane::Result, 310, 590), green), 1000);
    EXPECT_EQ(count(image, between(Lane::Result, 610, 950), green), 0);
    EXPECT_GT(count(image, between(Lane::Ruler, 300, 600), kInOutColor), 300);
}

TEST_F(TimelinePictures, StaleKeysAreRedOutlined) {
    timeline.setKeys({{200, KeyKind::Hinted, false}, {600, KeyKind::Hinted, true}});
    const auto image = shot();
    const auto reddish = [&](FrameIndex frame) {
        int found = 0;
        const QRect area(at(Lane::Keys, frame) - QPoint(8, 8), QSize(16, 16));
        for (int y = area.top(); y <= area.bottom(); ++y) {
            for (int x = area.left(); x <= area.right(); ++x) {
                const auto pixel = image.pixelColor(x, y);
                found += pixel.red() > pixel.green() + 60 ? 1 : 0;
            }
        }
        return found;
    };
    EXPECT_GT(reddish(600), 15);
    EXPECT_EQ(reddish(200), 0);
}

TEST_F(TimelinePictures, OnlyThumbnailsInViewAreAskedFor) {
    std::vector<TimelineScene> scenes;
    for (FrameIndex i = 0; i < 20000; ++i) scenes.push_back({{i * 108, i * 108 + 108}});
    model.setScenes(scenes);
    timeline.setFilm(2'160'000, {24, 1});
    QSignalSpy wanted(&model, &SceneModel::thumbnailWanted);
    (void)shot();
    testing::settle();
    EXPECT_EQ(wanted.size(), 0);  // a tenth of a pixel each
    timeline.setPlayhead(1'000'000);
    timeline.zoomToScene();
    (void)shot();
    testing::settle();
    EXPECT_GE(wanted.size(), 1);
    EXPECT_LE(wanted.size(), 3);
    QImage red(160, 90, QImage::Format_RGB32);
    red.fill(Qt::red);
    const int row = model.rowAt(1'000'000);
    model.setThumbnail(model.thumbnailFrame(row), red);
    EXPECT_GT(count(shot(), timeline.laneRect(Lane::Scenes), Qt::red), 2000);
}

TEST_F(TimelinePictures, ADayLongFilmIsPaintedAtEveryZoom) {
    constexpr FrameIndex kFrames = 2'160'000;
    std::vector<TimelineScene> scenes;
    std::vector<StateRun> states;
    std::vector<TimelineKey> keys;
    for (FrameIndex i = 0; i < 20000; ++i) {
        scenes.push_back({{i * 108, i * 108 + 108}, static_cast<SceneStatus>(i % kSceneStatusCount)});
        keys.push_back({i * 108 + 30, static_cast<KeyKind>(i % 4), i % 5 == 0});
    }
    for (FrameIndex f = 0; f < kFrames; f += 2) states.push_back({{f, f + 1}, static_cast<FrameState>(1 + f / 2 % 4)});
    std::vector<float> values(kFrames);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i % 997) / 997.0F;
    QElapsedTimer timer;
    timer.start();
    model.setScenes(scenes);
    timeline.setFilm(kFrames, {24000, 1001});
    timeline.setKeys(keys);
    timeline.setStates(states);
    timeline.setConfidence({{0, values}});
    std::cout << "data set in " << timer.elapsed() << " ms\n";
    timeline.setPlayhead(1'000'000);
    QImage image(timeline.size(), QImage::Format_RGB32);
    double previous = 0;
    for (int zoom = 0; zoom < 18; ++zoom) {
        const double scale = timeline.mapping().pixelsPerFrame();
        ASSERT_GT(scale, previous);
        previous = scale;
        timer.restart();
        timeline.render(&image);
        std::cout << "painted in " << timer.nsecsElapsed() / 1000 << " us at " << scale << " px a frame\n";
        // All four states lie within each pixel until frames are pixels; the playhead stays in view.
        const auto palette = timeline.palette();
        for (int s = 1; s < kFrameStateCount && scale < 4; ++s) {
            EXPECT_GT(count(image, timeline.laneRect(Lane::Result), stateColor(static_cast<FrameState>(s), palette)),
                      50)
                << s << " at " << scale;
        }
        EXPECT_GT(count(image, timeline.laneRect(Lane::Keys), kPlayheadColor), 5);
        timeline.zoomIn();
    }
}

TEST_F(TimelinePictures, SharpOnAScreenOfTwiceThePixels) {
    QImage image(timeline.size() * 2, QImage::Format_RGB32);
    image.setDevicePixelRatio(2);
    timeline.setPlayhead(500);
    timeline.render(&image);
    const QRect lane = timeline.laneRect(Lane::Confidence);
    const int x = static_cast<int>(timeline.mapping().xFromFrame(500));
    EXPECT_EQ(count(image, QRect(2 * x, 2 * lane.top(), 2, 2 * lane.height()), kPlayheadColor), 4 * lane.height());
}

}  // namespace
}  // namespace tintreel::ui
