// SPDX-License-Identifier: Apache-2.0
// The first five minutes of a colorist, by mouse and keys alone: a real film, the shipped weights, the real window.
#include <QAccessible>
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QDropEvent>
#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>

#include <gtest/gtest.h>

#include "studio/export_dialog.h"
#include "studio/main_window.h"
#include "support/events.h"
#include "support/shell.h"
#include "support/temp_dir.h"

namespace tintreel::ui {
namespace {

namespace fs = std::filesystem;
using testing::drag;
using testing::quoted;
using testing::shell;
using testing::waitFor;

constexpr int kLong = 120'000;  // for what the networks do on a busy machine

class Story : public ::testing::Test {
protected:
    Story() {
        const auto made =
            testing::ffmpeg("-i " + quoted(fs::path(TINTREEL_SOURCE_DIR) / "resources/demo/desert_convoy.mp4") +
                            " -frames:v 60 -vf scale=160:-2,format=gray -an -c:v ffv1 " + quoted(film_));
        EXPECT_EQ(made.exit, 0) << made.output;
        start();
    }
    void start() {
        window_ = std::make_unique<MainWindow>();
        window_->resize(1280, 800);
        window_->show();
        window_->activateWindow();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(window_.get()));
        QApplication::setActiveWindow(window_.get());
    }
    void drop(const fs::path& file) {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(QString::fromStdString(file.string()))});
        QDragEnterEvent enter(QPoint(400, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window_.get(), &enter);
        EXPECT_TRUE(enter.isAccepted());
        QDropEvent event(QPointF(400, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window_.get(), &event);
    }
    template <class T>
    T* part(const char* name) const {
        return window_->findChild<T*>(QString::fromLatin1(name));
    }
    Studio& studio() const { return window_->studio(); }
    Canvas& canvas() const { return *part<Canvas>("canvas"); }
    QPoint onPicture(double x, double y) const {
        const auto rect = canvas().pictureRect();
        return QPointF(rect.x() + x * rect.width(), rect.y() + y * rect.height()).toPoint();
    }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(&canvas(), key, modifiers); }
    QColor shownAt(double x, double y) const {
        const auto& image = studio().view().colored;
        return image.isNull()
                   ? QColor()
                   : image.pixelColor(static_cast<int>(x * image.width()), static_cast<int>(y * image.height()));
    }
    bool settled() const {
        const auto& view = studio().view();
        return view.frame == studio().frame() && !view.colored.isNull() && !view.unfinished;
    }
    static std::string frames(const fs::path& file) {
        return shell("ffmpeg -nostdin -v error -i " + quoted(file) + " -map 0:v -f framemd5 -").output;
    }

    testing::TempDir dir_;
    fs::path film_ = dir_ / "film.mkv";
    std::unique_ptr<MainWindow> window_;
};

TEST_F(Story, FromADroppedFilmToAnExportedOneAndBackTomorrow) {
    // Open a film: it shows, and its scenes are found.
    drop(film_);
    auto* scenes = part<QListView>("sceneList");
    ASSERT_TRUE(waitFor([&] { return scenes->model()->rowCount() == 2 && settled(); }, kLong))
        << studio().jobs().summary().toStdString();
    EXPECT_EQ(studio().document().scenes()[1].range.first, 44) << "the demo film's first cut";

    // Three strokes, each of another colour chosen in the gamut.
    auto* gamut = window_->findChild<GamutPicker*>();
    ASSERT_NE(gamut, nullptr);
    const std::vector<std::vector<QPoint>> strokes{
        {onPicture(0.40, 0.35), onPicture(0.42, 0.42), onPicture(0.43, 0.50)},
        {onPicture(0.75, 0.20), onPicture(0.85, 0.22)},
        {onPicture(0.30, 0.90), onPicture(0.50, 0.92)}};
    const std::vector<QPointF> choices{{0.60, 0.40}, {0.40, 0.60}, {0.52, 0.30}};
    key(Qt::Key_B);
    for (std::size_t i = 0; i < strokes.size(); ++i) {
        QTest::mouseClick(gamut, Qt::LeftButton, {},
                          QPoint(static_cast<int>(choices[i].x() * gamut->width()),
                                 static_cast<int>(choices[i].y() * gamut->height())));
        const auto before = studio().view().generation;
        drag(canvas(), strokes[i]);
        ASSERT_EQ(studio().document().hints().size(), i + 1);
        ASSERT_TRUE(waitFor([&] { return studio().view().generation > before && settled(); }, kLong));
    }
    const auto skin = shownAt(0.42, 0.42);
    EXPECT_GT(skin.red(), skin.blue() + 15) << "warm under the first stroke: " << skin.name().toStdString();
    const auto& hints = studio().document().hints();
    EXPECT_EQ(hints[0].hint.kind, hints::HintKind::Stroke);
    EXPECT_NE(hints[0].hint.color, hints[1].hint.color);
    EXPECT_EQ(hints[0].hint.frame, 0);

    // Undo and redo.
    key(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_EQ(studio().document().hints().size(), 2U);
    key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_EQ(studio().document().hints().size(), 3U);

    // Send the colours through the scene.
    key(Qt::Key_Return, Qt::ShiftModifier);
    ASSERT_TRUE(waitFor([&] { return studio().status(0) == SceneStatus::Done; }, kLong))
        << studio().jobs().summary().toStdString();
    EXPECT_EQ(studio().status(1), SceneStatus::Empty) << "the other scene is as it was";

    // Scrub: by the timeline, then by keys.
    auto* timeline = part<TimelineWidget>("timeline");
    const auto ruler = timeline->laneRect(Lane::Ruler);
    QTest::mouseClick(timeline, Qt::LeftButton, {},
                      QPoint(static_cast<int>(timeline->mapping().xFromFrame(20)) + 1, ruler.center().y()));
    EXPECT_NEAR(static_cast<double>(studio().frame()), 20, 1);
    QTest::keyClick(timeline, Qt::Key_Right);
    const auto at = studio().frame();
    ASSERT_TRUE(waitFor([&] { return settled(); }, kLong));
    EXPECT_FALSE(studio().view().keyframe);
    EXPECT_FALSE(studio().view().stale);
    EXPECT_GT(studio().view().confidence, 0);
    const auto carried = shownAt(0.42, 0.42);
    EXPECT_GT(carried.red(), carried.blue()) << "the colour travelled to frame " << at;
    key(Qt::Key_Up);
    EXPECT_EQ(studio().frame(), 0);

    // An edit makes the scene stale, its undo makes it done again without any job.
    drag(canvas(), {onPicture(0.60, 0.60), onPicture(0.70, 0.62)});
    ASSERT_TRUE(waitFor([&] { return studio().status(0) == SceneStatus::Stale; }, kLong));
    key(Qt::Key_Z, Qt::ControlModifier);
    ASSERT_TRUE(waitFor([&] { return studio().status(0) == SceneStatus::Done; }, kLong));

    // Tomorrow: all is there.
    window_->close();
    window_.reset();
    start();
    drop(dir_ / "film.tintreel");
    ASSERT_TRUE(waitFor(
        [&] { return studio().document().isOpen() && studio().status(0) == SceneStatus::Done && settled(); }, kLong));
    EXPECT_EQ(studio().document().hints().size(), 3U);
    EXPECT_FALSE(studio().document().undoText().isEmpty()) << "the history survives too";

    // Export, by the dialog.
    key(Qt::Key_Return, Qt::ControlModifier);
    auto* dialog = window_->findChild<ExportDialog*>();
    ASSERT_NE(dialog, nullptr);
    ASSERT_TRUE(QTest::qWaitForWindowExposed(dialog));
    QApplication::setActiveWindow(dialog);
    auto* preset = dialog->findChild<QComboBox*>(QStringLiteral("exportPreset"));
    preset->setFocus();
    for (int i = 0; i < 12 && preset->currentData().toString() != QStringLiteral("master"); ++i)
        QTest::keyClick(preset, Qt::Key_Down);
    EXPECT_EQ(preset->currentData().toString().toStdString(), "master");
    auto* name = dialog->findChild<QLineEdit*>(QStringLiteral("exportName"));
    name->setFocus();
    QTest::keyClick(name, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(name, QStringLiteral("out"));
    const auto out = dir_ / "out.mkv";
    QTest::mouseClick(dialog->findChild<QPushButton*>(QStringLiteral("exportGo")), Qt::LeftButton);
    ASSERT_TRUE(waitFor([&] { return fs::exists(out) && studio().jobs().unfinished() == 0; }, kLong))
        << part<QLabel>("noticeText")->text().toStdString();

    // The same project by the command line gives the same frames.
    const auto again = dir_ / "again.mkv";
    const auto rendered = shell("OMP_WAIT_POLICY=passive " + std::string(TINTREEL_BINARY_DIR) + "/tintreel render " +
                                quoted(dir_ / "film.tintreel") + " -o " + quoted(again) + " --preset master");
    ASSERT_EQ(rendered.exit, 0) << rendered.output;
    const auto md5 = frames(out);
    const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
    EXPECT_EQ(lines(md5), lines(frames(film_)));
    EXPECT_EQ(md5, frames(again));
    const auto luma = [](const fs::path& f) {
        return shell("ffmpeg -nostdin -v error -i " + quoted(f) + " -map 0:v -vf extractplanes=y -f md5 -").output;
    };
    EXPECT_EQ(luma(out), luma(film_));
    window_->close();
}

TEST_F(Story, KeysThatAreLettersActOnTheStageAloneAndTheCheatSheetNamesThem) {
    drop(film_);
    ASSERT_TRUE(waitFor([&] { return settled() && studio().jobs().unfinished() == 0; }, kLong));
    key(Qt::Key_D);
    EXPECT_EQ(canvas().tool(), Tool::Dot);
    QTest::mouseClick(&canvas(), Qt::LeftButton, {}, onPicture(0.5, 0.5));
    EXPECT_EQ(studio().document().hints().size(), 1U);
    EXPECT_EQ(studio().document().hints()[0].hint.kind, hints::HintKind::Dot);
    key(Qt::Key_N);
    key(Qt::Key_I);
    EXPECT_EQ(studio().in(), 0);
    key(Qt::Key_Right);
    EXPECT_EQ(studio().frame(), 1);
    key(Qt::Key_M);
    EXPECT_EQ(studio().document().project().markers().size(), 1U);
    key(Qt::Key_S);
    EXPECT_EQ(studio().document().sceneAt(1), 1);
    key(Qt::Key_Z, Qt::ControlModifier);
    // A letter typed into the notes is a letter.
    auto* notes = window_->findChild<QPlainTextEdit*>();
    ASSERT_NE(notes, nullptr);
    window_->findChild<QDockWidget*>(QStringLiteral("scene"))->raise();
    notes->setFocus();
    QTest::keyClicks(notes, QStringLiteral("bdrs"));
    EXPECT_EQ(notes->toPlainText(), QStringLiteral("bdrs"));
    EXPECT_EQ(canvas().tool(), Tool::Dot);
    canvas().setFocus();
    QTest::keyClick(&canvas(), Qt::Key_Question, Qt::ShiftModifier);
    auto* sheet = window_->findChild<CheatSheet*>();
    ASSERT_NE(sheet, nullptr);
    EXPECT_TRUE(sheet->text().contains(QStringLiteral("Shift+Return")));
    sheet->close();
    window_->close();
}

TEST_F(Story, WhatCannotBeOpenedIsSaidInWords) {
    ASSERT_EQ(testing::ffmpeg("-f lavfi -i sine=440:d=1 " + quoted(dir_ / "sound.m4a")).exit, 0);
    drop(dir_ / "sound.m4a");
    auto* notice = part<NoticeBar>("notice");
    EXPECT_TRUE(notice->isVisible());
    EXPECT_TRUE(notice->isProblem());
    EXPECT_TRUE(notice->text().contains(QStringLiteral("sound.m4a"))) << notice->text().toStdString();
    EXPECT_FALSE(studio().document().isOpen());
    QTest::mouseClick(part<QWidget>("noticeClose"), Qt::LeftButton);
    EXPECT_FALSE(notice->isVisible());
    window_->close();
}

TEST_F(Story, ClosingWithRunningJobsAsks) {
    drop(film_);
    ASSERT_TRUE(waitFor([&] { return studio().document().scenes().size() == 2 && settled(); }, kLong));
    key(Qt::Key_Return, Qt::ShiftModifier);
    ASSERT_EQ(studio().jobs().unfinished(), 1);
    bool asked = false;
    const auto answer = [&](QMessageBox::StandardButton button) {
        QTimer::singleShot(0, window_.get(), [&, button] {
            if (auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget())) {
                asked = true;
                QTest::mouseClick(box->button(button), Qt::LeftButton);
            }
        });
    };
    answer(QMessageBox::No);
    EXPECT_FALSE(window_->close());
    EXPECT_TRUE(asked);
    EXPECT_TRUE(window_->isVisible());
    EXPECT_EQ(studio().jobs().unfinished(), 1);
    answer(QMessageBox::Yes);
    EXPECT_TRUE(window_->close());
    EXPECT_TRUE(waitFor([&] { return studio().jobs().unfinished() == 0; }, 2000)) << "stopped within a second or two";
}

TEST_F(Story, EveryControlHasANameAndTheWindowStandsAtSmallSizes) {
    drop(film_);
    ASSERT_TRUE(waitFor([&] { return settled() && studio().jobs().unfinished() == 0; }, kLong));
    window_->resize(1024, 640);
    testing::settle();
    for (auto* widget : window_->findChildren<QWidget*>()) {
        if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() ||
            widget->objectName().startsWith(QStringLiteral("qt_")))
            continue;
        QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
        ASSERT_NE(face, nullptr);
        const bool named = !face->text(QAccessible::Name).isEmpty() || !face->text(QAccessible::Value).isEmpty() ||
                           !face->text(QAccessible::Description).isEmpty();
        EXPECT_TRUE(named) << widget->metaObject()->className() << " " << widget->objectName().toStdString() << " in "
                           << (widget->parentWidget() ? widget->parentWidget()->metaObject()->className() : "nothing");
    }
    window_->close();
}

}  // namespace
}  // namespace tintreel::ui
