// SPDX-License-Identifier: Apache-2.0
// The export dialog by mouse and keys in the real window: dialog → queue → worker → file.
#include "studio/export_dialog.h"

#include <csignal>
#include <fstream>
#include <set>

#include <QAccessible>
#include <QApplication>
#include <QLabel>
#include <QListView>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QStandardItemModel>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "studio/main_window.h"
#include "studio_support.h"
#include "support/events.h"

namespace tintreel::ui {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::quoted;
using testing::shell;
using testing::waitFor;

constexpr int kLong = 120'000;  // for what the networks do on a busy machine

std::string probe(const fs::path& file, const char* entries) {
    return shell("ffprobe -v error -count_frames -select_streams v -show_entries stream=" + std::string(entries) +
                 " -of csv=p=0 " + quoted(file))
        .output;
}

class ExportDialogTest : public ::testing::Test {
protected:
    ExportDialogTest() {
        QSettings().clear();
        fs::copy_file(testing::twoShots(), film_);
        window_ = std::make_unique<MainWindow>();
        window_->resize(1280, 800);
        window_->show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(window_.get()));
        EXPECT_TRUE(window_->open(QString::fromStdString(film_.string())));
        EXPECT_TRUE(waitFor(
            [&] { return studio().document().scenes().size() == 2 && studio().jobs().unfinished() == 0; }, kLong));
    }
    ~ExportDialogTest() override {
        studio().jobs().cancelAll();
        EXPECT_TRUE(waitFor([&] { return studio().jobs().unfinished() == 0; }));
        window_->close();
    }
    Studio& studio() const { return window_->studio(); }
    /// Opens the dialog by its key.
    ExportDialog& dialog() {
        if (dialog_ != nullptr) return *dialog_;
        QApplication::setActiveWindow(window_.get());
        QTest::keyClick(window_->findChild<QWidget*>(QStringLiteral("canvas")), Qt::Key_Return, Qt::ControlModifier);
        dialog_ = window_->findChild<ExportDialog*>();
        if (dialog_ == nullptr || !QTest::qWaitForWindowExposed(dialog_))
            throw std::runtime_error("Ctrl+Return opens no dialog");
        QApplication::setActiveWindow(dialog_);
        return *dialog_;
    }
    template <class T>
    T& part(const char* name) {
        auto* found = dialog().findChild<T*>(QString::fromLatin1(name));
        if (found == nullptr) throw std::runtime_error(name);
        return *found;
    }
    void choose(const char* box, const char* text) {
        auto& combo = part<QComboBox>(box);
        const int at = combo.findText(QString::fromUtf8(text), Qt::MatchContains);
        ASSERT_GE(at, 0) << text;
        combo.setCurrentIndex(at);
    }
    void type(const char* edit, const QString& text) {
        auto& line = part<QLineEdit>(edit);
        line.setFocus();
        QTest::keyClick(&line, Qt::Key_A, Qt::ControlModifier);
        QInputMethodEvent typed;  // as an input method writes: not all of it is ASCII
        typed.setCommitString(text);
        QApplication::sendEvent(&line, &typed);
    }
    std::string label(const char* name) { return part<QLabel>(name).text().toStdString(); }
    void press(const char* button) {
        QTest::mouseClick(&part<QPushButton>(button), Qt::LeftButton);
        testing::settle();
        if (window_->findChild<ExportDialog*>() == nullptr) dialog_ = nullptr;
    }
    bool jobsEnd() {
        return waitFor([&] { return studio().jobs().unfinished() == 0; }, kLong);
    }
    std::string job(int row) const {
        return studio().jobs().data(studio().jobs().index(row), Qt::DisplayRole).toString().toStdString();
    }
    int jobId(int row) const { return studio().jobs().data(studio().jobs().index(row), JobQueue::IdRole).toInt(); }

    testing::TempDir dir_;
    fs::path film_ = dir_ / "film.mkv";
    std::unique_ptr<MainWindow> window_;
    QPointer<ExportDialog> dialog_;
};

TEST_F(ExportDialogTest, ASceneGoesThroughDialogQueueAndWorkerIntoAFile) {
    studio().goTo(14);
    choose("exportPreset", "FFV1");
    choose("exportRange", "Scene 2");
    EXPECT_THAT(part<QComboBox>("exportRange").currentText().toStdString(), HasSubstr("12–23 (12"));
    type("exportName", QStringLiteral("{name}_{preset}_{scene}_{range}_{version}"));
    EXPECT_EQ(label("exportResult"), "film_master_scene002_12-23_v001.mkv");
    EXPECT_TRUE(part<QPushButton>("exportGo").isEnabled()) << label("exportNotes");
    ASSERT_TRUE(waitFor([&] { return label("exportEstimate").find("about") == 0; }, kLong)) << label("exportEstimate");
    press("exportGo");
    EXPECT_EQ(dialog_, nullptr) << "it closes; the job goes on";
    ASSERT_TRUE(jobsEnd());
    const auto out = dir_ / "film_master_scene002_12-23_v001.mkv";
    ASSERT_TRUE(fs::exists(out)) << job(studio().jobs().rowCount() - 1);
    EXPECT_EQ(probe(out, "codec_name,nb_read_frames"), "ffv1,12\n");
    const auto luma = [](const fs::path& file, const std::string& filter) {
        return shell("ffmpeg -nostdin -v error -i " + quoted(file) + " -map 0:v -vf " + filter + " -f md5 -").output;
    };
    EXPECT_EQ(luma(out, "extractplanes=y"), luma(film_, "trim=start_frame=12,extractplanes=y"));

    // The next time the choice is there, and the version is the next one.
    EXPECT_EQ(part<QComboBox>("exportPreset").currentData().toString().toStdString(), "master");
    EXPECT_EQ(label("exportResult"), "film_master_scene002_12-23_v002.mkv");
    press("exportQueue");
    // What is queued is taken; a film that is no scene has no number of one.
    choose("exportRange", "whole");
    EXPECT_EQ(label("exportResult"), "film_master_all_all_v001.mkv");
    choose("exportRange", "Scene 2");
    EXPECT_EQ(label("exportResult"), "film_master_scene002_12-23_v003.mkv");
    dialog().reject();
}

TEST_F(ExportDialogTest, MarksAreOfferedWhenThereAreAny) {
    auto& range = part<QComboBox>("exportRange");
    const auto enabled = [](QComboBox& box, int item) {
        return qobject_cast<QStandardItemModel*>(box.model())->item(item)->isEnabled();
    };
    EXPECT_FALSE(enabled(range, 1));
    EXPECT_THAT(range.currentText().toStdString(), HasSubstr("24 frames"));
    EXPECT_EQ(dialog().options().range, "all");
    delete &dialog();
    studio().setIn(5);
    studio().setOut(9);
    EXPECT_EQ(part<QComboBox>("exportRange").currentIndex(), 1) << "who set marks means them";
    EXPECT_THAT(part<QComboBox>("exportRange").currentText().toStdString(), HasSubstr("5–9 (5"));
    EXPECT_EQ(dialog().options().range, "5-9");
    dialog().reject();
}

TEST_F(ExportDialogTest, PresetsAreGroupedAndThoseThatCannotBeUsedSayWhy) {
    auto& box = part<PresetBox>("exportPreset");
    const auto* items = qobject_cast<QStandardItemModel*>(box.model());
    int usable = 0, refused = 0;
    const auto presets = media::listPresets();
    ASSERT_TRUE(presets);
    for (const auto& preset : *presets) {
        const int at = box.findData(QString::fromStdString(preset.id));
        ASSERT_GE(at, 0) << preset.id;
        EXPECT_EQ(items->item(at)->isEnabled(), preset.unavailable.empty()) << preset.id;
        EXPECT_THAT(box.itemText(at).toStdString(), HasSubstr(preset.unavailable)) << "the reason stands there";
        (preset.unavailable.empty() ? usable : refused)++;
        if (!preset.unavailable.empty()) {
            EXPECT_FALSE(box.choose(QString::fromStdString(preset.id)));
        }
    }
    EXPECT_GE(usable, 5);
    EXPECT_FALSE(items->item(0)->isEnabled()) << "a heading";
    // Kinds of files follow the preset, and pictures get a folder.
    ASSERT_TRUE(box.choose(QStringLiteral("frames")));
    EXPECT_EQ(part<QComboBox>("exportEnding").currentText().toStdString(), ".png");
    EXPECT_EQ(dialog().options().output, dir_ / "film_coloured/film_coloured_%06d.png");
    dialog().reject();
}

TEST_F(ExportDialogTest, AMarkInTheCornerIsAWishAndNeverInAMaster) {
    auto& mark = part<QCheckBox>("exportMark");
    EXPECT_EQ(dialog().options().mark, "none");
    QTest::mouseClick(&mark, Qt::LeftButton, {}, QPoint(8, mark.height() / 2));
    EXPECT_EQ(dialog().options().mark, "corner");
    choose("exportPreset", "FFV1");
    EXPECT_FALSE(mark.isEnabled());
    EXPECT_EQ(dialog().options().mark, "none");
    choose("exportPreset", "H.264");
    press("exportQueue");
    part<QCheckBox>("exportMark").setChecked(false);
    press("exportQueue");
    ASSERT_TRUE(jobsEnd());
    // The encoder gives the same for the same pictures, so that the mark alone makes them differ.
    const auto luma = [](const fs::path& file) {
        return shell("ffmpeg -nostdin -v error -i " + quoted(file) + " -vf extractplanes=y -f md5 -").output;
    };
    EXPECT_THAT(luma(dir_ / "film_coloured.mp4"), HasSubstr("MD5="));
    EXPECT_THAT(luma(dir_ / "film_coloured_2.mp4"), HasSubstr("MD5="));
    EXPECT_NE(luma(dir_ / "film_coloured.mp4"), luma(dir_ / "film_coloured_2.mp4"));
}

TEST_F(ExportDialogTest, FieldsAndHdrAreAskedAboutWhereTheFilmHasThem) {
    EXPECT_FALSE(part<QCheckBox>("exportWholeFrames").isVisible());
    EXPECT_FALSE(part<QCheckBox>("exportAllowHdr").isVisible());
    dialog().reject();
    const auto opened = [&](const char* name, const std::string& how) {
        const auto film = dir_ / name;
        const auto made = testing::ffmpeg("-f lavfi -i testsrc2=s=96x64:r=25 -frames:v 12 " + how + " " + quoted(film));
        ASSERT_EQ(made.exit, 0) << made.output;
        delete dialog_;
        ASSERT_TRUE(window_->open(QString::fromStdString(film.string())));
        ASSERT_TRUE(waitFor(
            [&] { return studio().document().scenes().size() == 1 && studio().jobs().unfinished() == 0; }, kLong));
    };

    opened("fields.mkv",
           "-vf format=yuv420p,tinterlace=interleave_top,setfield=tff -c:v libx264 -flags +ildct+ilme -x264opts tff=1");
    auto& whole = part<QCheckBox>("exportWholeFrames");
    EXPECT_TRUE(whole.isVisible());
    EXPECT_FALSE(part<QCheckBox>("exportAllowHdr").isVisible());
    ASSERT_TRUE(part<PresetBox>("exportPreset").choose(QStringLiteral("web")));
    EXPECT_FALSE(part<QPushButton>("exportGo").isEnabled()) << "that preset holds no fields";
    EXPECT_THAT(label("exportNotes"), HasSubstr("whole frames"));
    QTest::mouseClick(&whole, Qt::LeftButton, {}, QPoint(8, whole.height() / 2));
    EXPECT_TRUE(part<QPushButton>("exportGo").isEnabled()) << label("exportNotes");
    EXPECT_TRUE(dialog().options().source.deinterlace);
    press("exportGo");
    ASSERT_TRUE(jobsEnd());
    EXPECT_EQ(probe(dir_ / "fields_coloured.mp4", "field_order"), "progressive\n")
        << job(studio().jobs().rowCount() - 1);

    opened(
        "hdr.mkv",
        "-pix_fmt yuv420p10le -c:v ffv1 -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc -color_range tv");
    auto& hdr = part<QCheckBox>("exportAllowHdr");
    EXPECT_TRUE(hdr.isVisible());
    EXPECT_FALSE(part<QCheckBox>("exportWholeFrames").isVisible());
    EXPECT_FALSE(dialog().options().source.deinterlace) << "the tick was another film's";
    EXPECT_FALSE(part<QPushButton>("exportGo").isEnabled());
    EXPECT_THAT(label("exportNotes"), HasSubstr("HDR"));
    QTest::mouseClick(&hdr, Qt::LeftButton, {}, QPoint(8, hdr.height() / 2));
    EXPECT_TRUE(part<QPushButton>("exportGo").isEnabled()) << label("exportNotes");
    EXPECT_TRUE(dialog().options().source.allowHdr);
    press("exportGo");
    ASSERT_TRUE(jobsEnd());
    EXPECT_EQ(probe(dir_ / "hdr_coloured.mp4", "color_transfer"), "smpte2084\n") << job(studio().jobs().rowCount() - 1);
    EXPECT_FALSE(part<QCheckBox>("exportAllowHdr").isChecked()) << "asked anew each time";
    dialog().reject();
}

TEST_F(ExportDialogTest, AReturnThatIsHeldTooLongStartsNothing) {
    auto& open = dialog();
    QKeyEvent held(QEvent::KeyPress, Qt::Key_Return, Qt::NoModifier, QStringLiteral("\r"), true);
    QApplication::sendEvent(&open, &held);
    testing::settle();
    ASSERT_NE(dialog_, nullptr);
    EXPECT_TRUE(dialog_->isVisible());
    EXPECT_EQ(studio().jobs().unfinished(), 0);
    QTest::keyClick(&open, Qt::Key_Return);
    EXPECT_FALSE(dialog_ != nullptr && dialog_->isVisible());
    EXPECT_EQ(studio().jobs().unfinished(), 1);
}

TEST_F(ExportDialogTest, NothingIsReplacedUnasked) {
    std::ofstream(dir_ / "film_coloured.mp4") << "precious";
    EXPECT_THAT(label("exportResult"), HasSubstr("film_coloured_2.mp4"));
    EXPECT_FALSE(dialog().options().overwrite);
    part<QCheckBox>("exportReplace").setChecked(true);
    EXPECT_EQ(label("exportResult"), "film_coloured.mp4");
    EXPECT_TRUE(dialog().options().overwrite);
    part<QCheckBox>("exportReplace").setChecked(false);
    // A file that appears while the dialog is open is seen at the last moment.
    std::ofstream(dir_ / "film_coloured_2.mp4") << "precious";
    press("exportGo");
    ASSERT_TRUE(jobsEnd());
    EXPECT_EQ(shell("cat " + quoted(dir_ / "film_coloured.mp4") + " " + quoted(dir_ / "film_coloured_2.mp4")).output,
              "preciousprecious");
    EXPECT_EQ(probe(dir_ / "film_coloured_3.mp4", "nb_read_frames"), "24\n");
}

TEST_F(ExportDialogTest, WhatCannotBeIsSaidBeforeTheStart) {
    auto& go = part<QPushButton>("exportGo");
    auto& queue = part<QPushButton>("exportQueue");
    const auto refuses = [&](const char* why) {
        EXPECT_FALSE(go.isEnabled());
        EXPECT_FALSE(queue.isEnabled());
        EXPECT_THAT(label("exportNotes"), HasSubstr(why));
    };
    EXPECT_TRUE(go.isEnabled()) << label("exportNotes");
    type("exportFolder", QStringLiteral("/nowhere"));
    refuses("/nowhere");
    type("exportFolder", QString::fromStdString((dir_ / ".").string()));
    EXPECT_TRUE(go.isEnabled()) << label("exportNotes");
    type("exportName", QStringLiteral("{wrong}"));
    refuses("{wrong}");
    type("exportName", QString());
    refuses("name");
    type("exportName", QStringLiteral("film"));
    part<QCheckBox>("exportReplace").setChecked(true);
    choose("exportPreset", "FFV1");
    refuses("source film");
    if (const auto locked = testing::Mount::readOnly((fs::create_directories(dir_ / "locked"), dir_ / "locked"))) {
        type("exportFolder", QString::fromStdString((dir_ / "locked").string()));
        refuses("locked");
    }
    dialog().reject();
    EXPECT_EQ(studio().jobs().unfinished(), 0);
}

TEST_F(ExportDialogTest, TheQueueCanBeHeldReorderedPausedAndTriedAgainFromThePanel) {
    auto& jobs = studio().jobs();
    jobs.clearFinished();
    auto* list = window_->findChild<QListView*>(QStringLiteral("jobList"));
    const auto button = [&](const char* name) { return window_->findChild<QPushButton*>(QString::fromLatin1(name)); };
    jobs.setPaused(true);
    for (const char* name : {"a", "b", "c"}) {
        type("exportName", QString::fromLatin1(name));
        press("exportQueue");
    }
    ASSERT_EQ(jobs.rowCount(), 3);
    EXPECT_TRUE(list->isVisible()) << "the queue comes to the front";
    // c to the front by keys.
    QApplication::setActiveWindow(window_.get());
    list->setFocus();
    list->setCurrentIndex(jobs.index(2));
    QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
    QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
    EXPECT_THAT(job(0), HasSubstr("c.mp4"));
    EXPECT_EQ(list->currentIndex().row(), 0) << "the job stays chosen";
    // b away.
    list->setCurrentIndex(jobs.index(2));
    QTest::keyClick(list, Qt::Key_Delete);
    ASSERT_EQ(jobs.rowCount(), 2);
    ASSERT_TRUE(button("jobPause")->isChecked()) << "the button shows that the queue is held";
    QTest::mouseClick(button("jobPause"), Qt::LeftButton);
    EXPECT_FALSE(jobs.isPaused());
    ASSERT_TRUE(waitFor([&] { return jobs.workerId() > 0 && jobs.summary().contains(QLatin1Char('/')); }, kLong));
    list->setCurrentIndex(jobs.index(0));
    ASSERT_TRUE(button("jobPauseOne")->isEnabled());
    QTest::mouseClick(button("jobPauseOne"), Qt::LeftButton);
    EXPECT_THAT(job(0), HasSubstr("paused"));
    EXPECT_EQ(button("jobPauseOne")->text().toStdString(), "Go on");
    QTest::mouseClick(button("jobPauseOne"), Qt::LeftButton);
    // It crashes: it alone fails, its log can be read and copied, and it can be tried again.
    ::kill(static_cast<pid_t>(jobs.workerId()), SIGABRT);
    ASSERT_TRUE(jobsEnd());
    EXPECT_THAT(job(0), HasSubstr("FAILED"));
    EXPECT_THAT(window_->findChild<QPlainTextEdit*>(QStringLiteral("jobLog"))->toPlainText().toStdString(),
                HasSubstr("SIGABRT"));
    EXPECT_TRUE(fs::exists(dir_ / "a.mp4"));
    EXPECT_FALSE(fs::exists(dir_ / "c.mp4"));
    EXPECT_FALSE(fs::exists(dir_ / "b.mp4"));
    ASSERT_TRUE(button("jobRetry")->isEnabled());
    QTest::mouseClick(button("jobRetry"), Qt::LeftButton);
    ASSERT_TRUE(jobsEnd());
    EXPECT_EQ(probe(dir_ / "c.mp4", "nb_read_frames"), "24\n");
    QTest::mouseClick(button("jobClear"), Qt::LeftButton);
    EXPECT_EQ(jobs.rowCount(), 0);
}

TEST_F(ExportDialogTest, ExportsGoOnWithoutTheProjectAndQuittingAsks) {
    studio().jobs().clearFinished();
    press("exportGo");
    ASSERT_EQ(studio().jobs().unfinished(), 1);
    window_->closeProject();
    EXPECT_FALSE(studio().document().isOpen()) << "closing the project asks nothing";
    EXPECT_EQ(studio().jobs().unfinished(), 1);
    std::string question;
    const auto answer = [&](QMessageBox::StandardButton button) {
        QTimer::singleShot(0, window_.get(), [&, button] {
            if (auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget())) {
                question = box->text().toStdString();
                QTest::mouseClick(box->button(button), Qt::LeftButton);
            }
        });
    };
    answer(QMessageBox::No);
    EXPECT_FALSE(window_->close());
    EXPECT_THAT(question, HasSubstr("listed again"));
    ASSERT_TRUE(jobsEnd());
    EXPECT_EQ(probe(dir_ / "film_coloured.mp4", "nb_read_frames"), "24\n");

    // Stopped by quitting, it is there the next time.
    ASSERT_TRUE(window_->open(QString::fromStdString(film_.string())));
    studio().jobs().clearFinished();
    type("exportName", QStringLiteral("later"));
    press("exportGo");
    ASSERT_TRUE(waitFor([&] { return studio().jobs().workerId() > 0; }));
    answer(QMessageBox::Yes);
    EXPECT_TRUE(window_->close());
    window_.reset();
    EXPECT_FALSE(fs::exists(dir_ / "later.mp4"));
    window_ = std::make_unique<MainWindow>();
    window_->show();
    ASSERT_EQ(studio().jobs().rowCount(), 1);
    EXPECT_THAT(job(0), HasSubstr("interrupted"));
    EXPECT_EQ(studio().jobs().unfinished(), 0);
    studio().jobs().retry(jobId(0));
    ASSERT_TRUE(jobsEnd());
    EXPECT_EQ(probe(dir_ / "later.mp4", "nb_read_frames"), "24\n") << job(0);
}

TEST_F(ExportDialogTest, EveryControlHasANameAndAllOfThemAreReachedByTab) {
    std::set<QWidget*> reached;
    part<PresetBox>("exportPreset").setFocus();
    for (int i = 0; i < 40; ++i) {
        reached.insert(QApplication::focusWidget());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    for (auto* widget : dialog().findChildren<QWidget*>()) {
        if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() || !widget->isEnabled() ||
            widget->objectName().startsWith(QStringLiteral("qt_")))
            continue;
        auto* face = QAccessible::queryAccessibleInterface(widget);
        ASSERT_NE(face, nullptr);
        EXPECT_FALSE(face->text(QAccessible::Name).isEmpty())
            << widget->metaObject()->className() << ' ' << widget->objectName().toStdString();
        if (widget->focusPolicy() & Qt::TabFocus) {
            EXPECT_TRUE(reached.count(widget) > 0)
                << widget->metaObject()->className() << ' ' << widget->objectName().toStdString();
        }
    }
    dialog().reject();
}

}  // namespace
}  // namespace tintreel::ui
