// SPDX-License-Identifier: Apache-2.0
#include "timeline/scene_badge.h"

#include <QApplication>
#include <QListView>
#include <QSignalSpy>

#include <gtest/gtest.h>

#include "support/events.h"
#include "timeline/scene_list_delegate.h"
#include "timeline/scene_model.h"

namespace tintreel::ui {
namespace {

constexpr int kStatuses = kSceneStatusCount;

/// The badge in black and white: what is left of it without any colour.
QImage inkOf(SceneStatus status, QSize size) {
    QImage image(size, QImage::Format_RGB32);
    image.fill(Qt::black);
    QPainter painter(&image);
    QPalette palette;
    palette.setColor(QPalette::Base, Qt::black);
    palette.setColor(QPalette::Text, Qt::white);
    paintSceneBadge(painter, image.rect(), status, palette);
    painter.end();
    QImage ink(size, QImage::Format_Grayscale8);
    for (int y = 0; y < size.height(); ++y) {
        for (int x = 0; x < size.width(); ++x)
            ink.setPixel(x, y, qGray(image.pixel(x, y)) > 40 ? qRgb(255, 255, 255) : qRgb(0, 0, 0));
    }
    return ink;
}

TEST(SceneBadge, ShapesDifferWithoutColourAndWithoutText) {
    for (int a = 0; a < kStatuses; ++a) {
        const auto shape = inkOf(static_cast<SceneStatus>(a), {12, 12});
        for (int b = 0; b < a; ++b) {
            const auto other = inkOf(static_cast<SceneStatus>(b), {12, 12});
            int different = 0;
            for (int y = 0; y < 12; ++y) {
                for (int x = 0; x < 12; ++x) different += shape.pixel(x, y) != other.pixel(x, y) ? 1 : 0;
            }
            EXPECT_GE(different, 10) << a << " and " << b;
        }
    }
}

TEST(SceneBadge, TheWordIsThereWhereItFits) {
    const QFontMetrics metrics(QApplication::font());
    for (int s = 0; s < kStatuses; ++s) {
        const auto status = static_cast<SceneStatus>(s);
        EXPECT_FALSE(sceneStatusText(status).isEmpty());
        const auto full = sceneBadgeSize(metrics, status);
        const auto right = [](const QImage& image) {
            for (int x = image.width() - 1; x > 0; --x) {
                for (int y = 0; y < image.height(); ++y) {
                    if (qGray(image.pixel(x, y)) > 0) return x;
                }
            }
            return 0;
        };
        EXPECT_GT(right(inkOf(status, full)), full.width() / 2) << s;
        EXPECT_LE(right(inkOf(status, {24, full.height()})), 13) << s;  // no room: the shape alone
    }
}

TEST(SceneBadge, NothingInNoRoom) {
    QImage black({7, 30}, QImage::Format_Grayscale8);
    black.fill(Qt::black);
    EXPECT_EQ(inkOf(SceneStatus::Failed, {7, 30}), black);
}

struct Lightbox : ::testing::TestWithParam<QListView::ViewMode> {};

TEST_P(Lightbox, ShowsPicturesAndAsksOnlyForThoseInView) {
    SceneModel model;
    std::vector<TimelineScene> scenes;
    for (FrameIndex i = 0; i < 5000; ++i)
        scenes.push_back({{i * 20, i * 20 + 20}, static_cast<SceneStatus>(i % kStatuses)});
    model.setScenes(scenes);
    SceneListDelegate delegate;
    QListView view;
    view.setViewMode(GetParam());
    view.setResizeMode(QListView::Adjust);
    view.setUniformItemSizes(true);
    view.setItemDelegate(&delegate);
    view.setModel(&model);
    view.resize(340, 400);
    QSignalSpy wanted(&model, &SceneModel::thumbnailWanted);
    (void)view.grab();
    testing::settle();
    ASSERT_GT(wanted.size(), 2);
    EXPECT_LT(wanted.size(), 60);
    QImage red(320, 180, QImage::Format_RGB32);
    red.fill(Qt::red);
    model.setThumbnail(model.thumbnailFrame(1), red);
    const auto shot = view.grab().toImage();
    const QRect second = view.visualRect(model.index(1)).translated(view.viewport()->pos());
    int reds = 0;
    for (int y = second.top(); y <= second.bottom(); ++y) {
        for (int x = second.left(); x <= second.right(); ++x) reds += shot.pixelColor(x, y) == QColor(Qt::red) ? 1 : 0;
    }
    EXPECT_GT(reds, 1000);
}

INSTANTIATE_TEST_SUITE_P(Modes, Lightbox, ::testing::Values(QListView::ListMode, QListView::IconMode));

}  // namespace
}  // namespace tintreel::ui
