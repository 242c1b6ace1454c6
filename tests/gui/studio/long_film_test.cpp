// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iostream>

#include <QElapsedTimer>

#include <gtest/gtest.h>

#include "studio/main_window.h"
#include "support/events.h"
#include "support/shell.h"
#include "support/temp_dir.h"

namespace tintreel::ui {
namespace {

using testing::quoted;
using testing::waitFor;

/// Resident memory in MB.
double resident() {
    std::ifstream statm("/proc/self/statm");
    long total = 0, pages = 0;
    statm >> total >> pages;
    return static_cast<double>(pages) * 4096 / 1e6;
}

TEST(LongFilm, ADayOfFilmIsOnTheTimelineAtOnceAndCanBeJumpedThrough) {
    const testing::TempDir dir;
    const auto chunk = dir / "chunk.mkv", day = dir / "day.mkv";
    ASSERT_EQ(testing::ffmpeg(
                  "-f lavfi -i testsrc=s=32x32:r=25:d=600 -vf format=yuv420p -c:v libx264 -preset ultrafast -g 250 " +
                  quoted(chunk))
                  .exit,
              0);
    ASSERT_EQ(testing::ffmpeg("-stream_loop 143 -i " + quoted(chunk) + " -c copy " + quoted(day)).exit, 0);

    MainWindow window;
    window.show();
    auto& studio = window.studio();
    // The networks' own memory is there before the day is.
    ASSERT_TRUE(window.open(QString::fromStdString(chunk.string())));
    ASSERT_TRUE(waitFor([&] { return !studio.view().colored.isNull(); }, 60'000));
    studio.jobs().cancelAll();
    ASSERT_TRUE(waitFor([&] { return studio.jobs().unfinished() == 0; }));
    const double before = resident();

    QElapsedTimer timer;
    timer.start();
    ASSERT_TRUE(window.open(QString::fromStdString(day.string())));
    ASSERT_TRUE(waitFor([&] { return studio.view().frame == 0 && studio.document().frames() > 2'000'000; }, 60'000));
    const auto opened = timer.elapsed();
    studio.jobs().cancelAll();
    ASSERT_TRUE(waitFor([&] { return studio.jobs().unfinished() == 0; }));
    EXPECT_EQ(studio.document().frames(), 2'160'000);

    // Jumps through the whole day, by keys: each shows its own frame.
    auto* canvas = window.findChild<Canvas*>(QStringLiteral("canvas"));
    timer.restart();
    QTest::keyClick(canvas, Qt::Key_End);
    ASSERT_TRUE(waitFor([&] { return studio.view().frame == 2'159'999; }, 60'000));
    const auto jumped = timer.elapsed();
    for (const FrameIndex frame : {1'000'003, 77, 2'000'000}) {
        studio.goTo(frame);
        ASSERT_TRUE(waitFor([&] { return studio.view().frame == frame; }, 60'000)) << frame;
    }
    const double grown = resident() - before;
    std::cout << "opened in " << opened << " ms, jumped to the end in " << jumped << " ms, grew by " << grown
              << " MB\n";
    EXPECT_LT(grown, 80) << "the tables of frame numbers, not the film";
    window.close();
}

}  // namespace
}  // namespace tintreel::ui
