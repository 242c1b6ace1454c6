// SPDX-License-Identifier: Apache-2.0
#include <QApplication>
#include <QElapsedTimer>
#include <QKeyEvent>

#include <gtest/gtest.h>

#include "studio/clip_window.h"
#include "support/shell.h"
#include "support/temp_dir.h"

namespace tintreel::ui {
namespace {

template <class F>
bool waitFor(F done) {
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < 10000) {
        QApplication::processEvents(QEventLoop::AllEvents, 20);
        if (done()) return true;
    }
    return false;
}

TEST(ClipWindow, ShowsTheFramesOfARealClip) {
    const testing::TempDir dir;
    ASSERT_EQ(testing::ffmpeg("-f lavfi -i \"color=red:s=160x120:r=10:d=1\" -f lavfi -i \"color=blue:s=160x120:r=10:d=1\" -filter_complex concat -pix_fmt yuv420p -c:v libx264 " + testing::quoted(dir / "c.mp4")).exit, 0);
    ClipWindow window;
    window.QWidget::show();
    window.open(QString::fromStdString((dir / "c.mp4").string()));
    auto* picture = window.findChild<QLabel*>(QStringLiteral("picture"));
    auto* position = window.findChild<QLabel*>(QStringLiteral("position"));
    auto* slider = window.findChild<QSlider*>(QStringLiteral("slider"));
    const auto middle = [&] {
        const auto pixmap = picture->pixmap(Qt::ReturnByValue);
        return pixmap.isNull() ? QColor() : QColor(pixmap.toImage().pixel(pixmap.width() / 2, pixmap.height() / 2));
    };
    ASSERT_TRUE(waitFor([&] { return position->text().startsWith(QStringLiteral("frame 0 ")); }));
    EXPECT_GT(middle().red(), 240);
    EXPECT_LT(middle().blue(), 15);
    // By keyboard, as a user goes to the end.
    QKeyEvent press(QEvent::KeyPress, Qt::Key_End, Qt::NoModifier);
    QApplication::sendEvent(slider, &press);
    ASSERT_TRUE(waitFor([&] { return position->text().startsWith(QStringLiteral("frame 19 ")); })) << position->text().toStdString();
    EXPECT_GT(middle().blue(), 240);
}

TEST(ClipWindow, SaysWhatIsWrong) {
    ClipWindow window;
    window.open(QStringLiteral("/nowhere/film.mp4"));
    EXPECT_TRUE(window.findChild<QLabel*>(QStringLiteral("picture"))->text().contains(QStringLiteral("film.mp4")));
    EXPECT_FALSE(window.findChild<QSlider*>(QStringLiteral("slider"))->isEnabled());
}

}  // namespace
}  // namespace tintreel::ui

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    ::testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
