// SPDX-License-Identifier: Apache-2.0
// What a colorist waits for, measured in the real window with the shipped weights.
#include <QApplication>
#include <QSettings>
#include <QTemporaryDir>

#include <benchmark/benchmark.h>

#include "studio/main_window.h"
#include "support/events.h"
#include "support/shell.h"
#include "support/temp_dir.h"
#include "tintreel/base/process.h"

namespace tintreel::ui {
namespace {

using testing::waitFor;
constexpr int kLong = 120'000;

/// A window with a film of 448x256, the size that the networks see at working size 256.
struct OpenStudio {
    OpenStudio() {
        testing::ffmpeg(
            "-i " + testing::quoted(std::filesystem::path(TINTREEL_SOURCE_DIR) / "resources/demo/desert_convoy.mp4") +
            " -frames:v 40 -vf scale=448:256,format=gray -an -c:v ffv1 " + testing::quoted(dir / "film.mkv"));
        window.resize(1440, 900);
        window.show();
        window.open(QString::fromStdString((dir / "film.mkv").string()));
        ready = waitFor([&] { return settled() && window.studio().jobs().unfinished() == 0; }, kLong);
        canvas = window.findChild<Canvas*>(QStringLiteral("canvas"));
    }
    bool settled() {
        return window.studio().view().frame == window.studio().frame() && !window.studio().view().colored.isNull();
    }
    QPoint at(double x, double y) const {
        const auto rect = canvas->pictureRect();
        return QPointF(rect.x() + x * rect.width(), rect.y() + y * rect.height()).toPoint();
    }
    testing::TempDir dir;
    MainWindow window;
    Canvas* canvas = nullptr;
    bool ready = false;
};

/// From a movement of the pen to the painted pixels of the colours it makes.
void strokeToPreview(benchmark::State& state) {
    OpenStudio studio;
    if (!studio.ready) return state.SkipWithError("the studio did not open the film");
    QTest::mousePress(studio.canvas, Qt::LeftButton, {}, studio.at(0.3, 0.3));
    double x = 0.3;
    for (auto _ : state) {
        const auto before = studio.window.studio().view().generation;
        x += 0.005;
        testing::hover(*studio.canvas, studio.at(x, 0.3), Qt::LeftButton);
        if (!waitFor([&] { return studio.window.studio().view().generation > before; }, kLong))
            return state.SkipWithError("no preview came");
        benchmark::DoNotOptimize(studio.canvas->grab());
    }
    QTest::mouseRelease(studio.canvas, Qt::LeftButton, {}, studio.at(x, 0.3));
}
BENCHMARK(strokeToPreview)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(20);

/// From a key press to the painted next frame, coloured by the generator alone.
void stepToFrame(benchmark::State& state) {
    OpenStudio studio;
    if (!studio.ready) return state.SkipWithError("the studio did not open the film");
    studio.window.studio().colorizeScene(0);
    (void)waitFor([&] { return studio.window.studio().jobs().unfinished() == 0; }, kLong);
    for (auto _ : state) {
        QTest::keyClick(studio.canvas, Qt::Key_Right);
        if (!waitFor([&] { return studio.settled(); }, kLong)) return state.SkipWithError("the frame did not come");
        benchmark::DoNotOptimize(studio.canvas->grab());
    }
}
BENCHMARK(stepToFrame)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(20);

/// A second of coloured film at its own rate; counts the frames that came too late.
void playASecond(benchmark::State& state) {
    OpenStudio studio;
    if (!studio.ready) return state.SkipWithError("the studio did not open the film");
    studio.window.studio().colorizeScene(0);
    (void)waitFor([&] { return studio.window.studio().jobs().unfinished() == 0; }, kLong);
    qint64 dropped = 0;
    for (auto _ : state) {
        studio.window.studio().goTo(0);
        studio.window.studio().player().toggle();
        (void)waitFor([&] { return studio.window.studio().frame() >= 24; }, kLong);
        dropped += studio.window.studio().player().dropped();
        studio.window.studio().player().stop();
    }
    state.counters["dropped"] = benchmark::Counter(static_cast<double>(dropped), benchmark::Counter::kAvgIterations);
}
BENCHMARK(playASecond)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(3);

}  // namespace
}  // namespace tintreel::ui

int main(int argc, char** argv) {
    tintreel::prepareProcess(argv);
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication::setStyle(QStringLiteral("Fusion"));
    QApplication app(argc, argv);
    const QTemporaryDir settings;
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, settings.path());
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
