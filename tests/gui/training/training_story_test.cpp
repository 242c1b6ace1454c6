// SPDX-License-Identifier: Apache-2.0
// Fine-tuning on one's own film, by mouse and keys alone: the shipped demo film and weights, the real window, the real
// trainer.
#include <csignal>
#include <cstdlib>
#include <fstream>

#include <QAbstractButton>
#include <QAccessible>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QSpinBox>
#include <QToolButton>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "../studio/studio_support.h"
#include "studio/main_window.h"
#include "support/events.h"
#include "support/shell.h"
#include "support/temp_dir.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/workflow/model_library.h"

namespace tintreel::ui {
namespace {

namespace fs = std::filesystem;
using testing::quoted;
using testing::waitFor;

constexpr int kLong = 120'000;  // for what the networks do on a busy machine

class TrainingStory : public ::testing::Test {
protected:
    TrainingStory() {
        ::setenv("XDG_DATA_HOME", (dir_ / "data").c_str(), 1);
        fs::copy_file(fs::path(TINTREEL_SOURCE_DIR) / "resources/demo/three_shots.mp4", film_);
        start();
    }
    ~TrainingStory() override {
        delete training();
        window_->close();
        window_.reset();
        ::setenv("XDG_DATA_HOME", before_.c_str(), 1);
    }
    void start() {
        window_ = std::make_unique<MainWindow>();
        window_->resize(1280, 800);
        window_->show();
        window_->activateWindow();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(window_.get()));
        QApplication::setActiveWindow(window_.get());
        ASSERT_TRUE(window_->open(QString::fromStdString(film_.string())));
        ASSERT_TRUE(waitFor([&] { return studio().document().scenes().size() == 3; }, kLong));
    }
    Studio& studio() const { return window_->studio(); }
    TrainingWindow* training() const { return window_->findChild<TrainingWindow*>(); }
    Runner& runner() const { return training()->runner(); }
    template <class T>
    T* part(const char* name) const {
        auto* found = window_->findChild<T*>(QString::fromLatin1(name));
        EXPECT_NE(found, nullptr) << name;
        return found;
    }
    void click(const char* button) {
        auto* found = part<QAbstractButton>(button);
        ASSERT_TRUE(found->isEnabled()) << button << said();
        // A check box is hit at its mark.
        const bool box = qobject_cast<QCheckBox*>(found) != nullptr;
        QTest::mouseClick(found, Qt::LeftButton, {}, box ? QPoint(8, found->height() / 2) : QPoint());
    }
    std::string said() const {
        std::string words;
        for (const char* name : {"dataFacts", "trainProblem", "runStatus", "modelSaid"})
            if (const auto* label = window_->findChild<QLabel*>(QString::fromLatin1(name)))
                words += "\n" + label->text().toStdString();
        return words;
    }
    void type(const char* editor, const QString& text) {
        auto* found = part<QWidget>(editor);
        found->setFocus();
        QTest::keyClick(found, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(found, text);
        QTest::keyClick(found, Qt::Key_Tab);
    }
    void trigger(const char* action) { part<QAction>(action)->trigger(); }
    void hintAndApprove(const std::vector<int>& frames) {
        ASSERT_TRUE(
            studio().document().importHints(fs::path(TINTREEL_SOURCE_DIR) / "resources/demo/three_shots.hints.json"));
        auto* canvas = part<Canvas>("canvas");
        for (const int frame : frames) {
            studio().goTo(frame);
            canvas->setFocus();
            QTest::keyClick(canvas, Qt::Key_A);
            ASSERT_TRUE(studio()
                            .document()
                            .scenes()[static_cast<std::size_t>(studio().document().sceneAt(frame))]
                            .note.approved)
                << frame;
        }
    }
    void buildData() {
        trigger("train");
        click("dataBuild");
        ASSERT_TRUE(waitFor([&] { return part<QPushButton>("dataBuild")->isEnabled(); }, kLong));
    }
    /// Sizes that take no time, one thread and fp32, so that a run is the same bit for bit wherever it is run.
    void tinySettings(int steps) {
        part<QTabWidget>("trainingPages")->setCurrentIndex(1);
        if (!part<QToolButton>("trainAll")->isChecked()) click("trainAll");
        const std::pair<const char*, int> numbers[] = {
            {"option-steps", steps},    {"option-batch", 1},    {"option-threads", 1},    {"option-early-stop", 0},
            {"option-crop", 64},        {"option-warmup", 2},   {"option-save-every", 2}, {"option-validate-every", 8},
            {"option-sample-every", 0}, {"option-log-every", 1}};
        for (const auto& [name, value] : numbers) type(name, QString::number(value));
        if (part<QCheckBox>("option-bf16")->isChecked()) click("option-bf16");
    }
    const RunInfo& run(int row = 0) const { return runner().runs().at(row); }
    bool isOver(RunInfo::State state) const {
        return !runner().runs().isEmpty() && runner().active().isEmpty() && run().state == state;
    }
    std::string status() const { return part<QLabel>("runStatus")->text().toStdString(); }

    const std::string before_ = ::getenv("XDG_DATA_HOME");  // the tests' own
    testing::TempDir dir_;
    fs::path film_ = dir_ / "film.mp4";
    std::unique_ptr<MainWindow> window_;
};

TEST_F(TrainingStory, FromApprovedKeyframesToAModelThatColoursTheProject) {
    hintAndApprove({0, 40, 80});
    buildData();
    const auto facts = part<QLabel>("dataFacts")->text();
    EXPECT_TRUE(facts.contains(QStringLiteral("3 to learn from, 3 held back"))) << facts.toStdString();
    EXPECT_TRUE(facts.contains(QStringLiteral("own work (6)"))) << facts.toStdString();
    auto* grid = part<QListWidget>("dataGrid");
    ASSERT_EQ(grid->count(), 6);
    const auto before = grid->item(0)->icon().pixmap(100).toImage();
    click("dataHints");
    EXPECT_NE(grid->item(0)->icon().pixmap(100).toImage(), before) << "other hints are drawn";

    tinySettings(400);
    EXPECT_TRUE(part<QLabel>("trainEstimate")->text().contains(QStringLiteral("GB")));
    click("trainStart");
    ASSERT_EQ(runner().runs().size(), 1);
    const auto folder = fs::path(run().folder.toStdString());
    ASSERT_TRUE(
        waitFor([&] { return run().figures.step >= 3 && fs::exists(folder / "checkpoint.safetensors"); }, kLong))
        << status();
    EXPECT_GT(run().figures.base, run().figures.grey) << "both are there from the start";
    EXPECT_TRUE(status().find("base model") != std::string::npos) << status();

    // The trainer is killed; the run goes on from its checkpoint.
    ::kill(static_cast<pid_t>(runner().processId()), SIGKILL);
    ASSERT_TRUE(waitFor([&] { return isOver(RunInfo::State::Interrupted); }, kLong)) << status();
    EXPECT_NE(status().find("SIGKILL"), std::string::npos) << status();
    const int killedAt = run().figures.step;
    click("runGoOn");
    ASSERT_TRUE(waitFor([&] { return run().figures.step > killedAt + 1; }, kLong)) << status();

    // The studio is closed while it trains, and opened again.
    QTimer::singleShot(0, window_.get(), [] {
        if (auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget()))
            QTest::mouseClick(box->button(QMessageBox::Yes), Qt::LeftButton);
    });
    ASSERT_TRUE(window_->close());
    window_.reset();
    start();
    trigger("train");
    ASSERT_EQ(runner().runs().size(), 1);
    EXPECT_EQ(run().state, RunInfo::State::Interrupted);
    EXPECT_EQ(part<QTabWidget>("trainingPages")->currentIndex(), 2) << "an interrupted run is what one comes back for";
    const int closedAt = run().figures.step;
    EXPECT_GT(closedAt, killedAt);
    click("runGoOn");
    ASSERT_TRUE(waitFor([&] { return run().figures.step > closedAt; }, kLong)) << status();

    click("runPause");
    ASSERT_TRUE(waitFor([&] { return run().state == RunInfo::State::Paused; }, kLong)) << status();
    const int pausedAt = run().figures.step;
    QTest::qWait(300);
    EXPECT_EQ(run().figures.step, pausedAt);
    click("runPause");
    ASSERT_TRUE(waitFor([&] { return run().figures.step > pausedAt && run().figures.score.steps.size() >= 3; }, kLong))
        << status();
    click("runStop");
    ASSERT_TRUE(waitFor([&] { return isOver(RunInfo::State::Stopped); }, kLong)) << status();
    EXPECT_GE(part<CurveView>("runCurves")->curves(), 4) << "loss, score, base, grey";
    EXPECT_GE(run().figures.samples.size(), 2U);
    auto* steps = part<QSlider>("sampleStep");
    ASSERT_GE(steps->maximum(), 1);
    steps->setFocus();
    QTest::keyClick(steps, Qt::Key_Home);
    EXPECT_FALSE(part<QLabel>("sampleView")->pixmap(Qt::ReturnByValue).isNull());
    EXPECT_NE(part<QLabel>("sampleView")->accessibleDescription().indexOf(QStringLiteral("Step 0")), -1);

    // Before and after on the frame on the screen, then it is used.
    studio().goTo(0);
    click("runResult");
    click("compareRun");
    ASSERT_TRUE(waitFor(
        [&] {
            return part<QWidget>("resultFigures")->isVisible() && training()->findChild<CompareView*>()->hasPictures();
        },
        kLong))
        << part<QLabel>("compareWords")->text().toStdString();
    type("resultName", QStringLiteral("story"));
    click("resultUse");
    EXPECT_TRUE(part<QLabel>("resultSaid")->text().contains(QStringLiteral("story")))
        << part<QLabel>("resultSaid")->text().toStdString();
    ASSERT_TRUE(waitFor([&] { return studio().modelsText().startsWith(QStringLiteral("story")); }, kLong))
        << studio().modelsText().toStdString();
    const auto model = workflow::ModelLibrary(fs::path(TINTREEL_SOURCE_DIR) / "models").find("story");
    ASSERT_TRUE(model);
    EXPECT_EQ(model->sha256, *sha256OfFile(folder / "best.safetensors"));
    EXPECT_TRUE(model->base.starts_with("tintreel-keyframe"));
    EXPECT_EQ(model->data, *sha256OfFile(dir_ / "film.tintreel-training" / "data.shard"));
    EXPECT_EQ(studio().document().setting(QStringLiteral("model.keyframe")).toStdString(), nn::modelReference(*model));
    // It is an edit like any other.
    ASSERT_TRUE(studio().document().undo());
    ASSERT_TRUE(waitFor([&] { return studio().modelsText().startsWith(QStringLiteral("tintreel-keyframe")); }, kLong));
    ASSERT_TRUE(studio().document().redo());
    ASSERT_TRUE(waitFor([&] { return studio().modelsText().startsWith(QStringLiteral("story")); }, kLong));
    // And the project's film comes out of the command line with it.
    studio().close();
    const auto rendered =
        testing::shell(std::string(TINTREEL_BINARY_DIR) + "/tintreel render " + quoted(dir_ / "film.tintreel") +
                       " -o " + quoted(dir_ / "out.mkv") + " --preset master --working-size 64 --json");
    ASSERT_EQ(rendered.exit, 0) << rendered.output;
    EXPECT_NE(rendered.output.find("\"story\""), std::string::npos) << rendered.output;
}

TEST_F(TrainingStory, TheSameConfigByTheCommandLineGivesTheSameWeights) {
    hintAndApprove({0, 80});
    buildData();
    tinySettings(6);
    click("trainStart");
    ASSERT_TRUE(waitFor([&] { return isOver(RunInfo::State::Done); }, kLong)) << status();
    const auto folder = fs::path(run().folder.toStdString());
    const auto other = dir_ / "other";
    const auto again =
        testing::shell("OMP_WAIT_POLICY=passive " + std::string(TINTREEL_BINARY_DIR) + "/tintreel train " +
                       quoted(folder / "config.json") + " --out " + quoted(other) + " -q");
    ASSERT_EQ(again.exit, 0) << again.output;
    EXPECT_EQ(*sha256OfFile(other / "weights.safetensors"), *sha256OfFile(folder / "weights.safetensors"));
    // The two runs' curves side by side: another folder of a run stands in the list, too.
    fs::rename(other, folder.parent_path() / "other");
    runner().reload();
    ASSERT_EQ(runner().runs().size(), 2);
    auto* list = part<QListWidget>("runList");
    const int alone = part<CurveView>("runCurves")->curves();
    list->item(list->currentRow() == 0 ? 1 : 0)->setCheckState(Qt::Checked);
    EXPECT_EQ(part<CurveView>("runCurves")->curves(), 2 * alone);
}

TEST_F(TrainingStory, WhatIsNotEnoughIsSaidInWords) {
    ASSERT_TRUE(
        studio().document().importHints(fs::path(TINTREEL_SOURCE_DIR) / "resources/demo/three_shots.hints.json"));
    buildData();
    auto* facts = part<QLabel>("dataFacts");
    EXPECT_TRUE(facts->text().contains(QStringLiteral("is approved"))) << facts->text().toStdString();
    part<QTabWidget>("trainingPages")->setCurrentIndex(1);
    EXPECT_FALSE(part<QPushButton>("trainStart")->isEnabled());
    EXPECT_TRUE(part<QLabel>("trainProblem")->text().contains(QStringLiteral("data set")));
    // One picture alone.
    QApplication::setActiveWindow(window_.get());
    studio().goTo(40);
    part<Canvas>("canvas")->setFocus();
    QTest::keyClick(part<Canvas>("canvas"), Qt::Key_A);
    part<QTabWidget>("trainingPages")->setCurrentIndex(0);
    buildData();
    EXPECT_TRUE(facts->text().contains(QStringLiteral("one picture alone"))) << facts->text().toStdString();
    // Grey pictures are no help, and are named.
    fs::create_directories(dir_ / "grey");
    ASSERT_EQ(
        testing::ffmpeg("-i " + quoted(film_) + " -frames:v 1 -vf hue=s=0 " + quoted(dir_ / "grey" / "dusk.png")).exit,
        0);
    training()->findChild<DataPage*>()->addSource(QStringLiteral("--references"),
                                                  QString::fromStdString((dir_ / "grey").string()));
    buildData();
    EXPECT_TRUE(facts->text().contains(QStringLiteral("1 grey"))) << facts->text().toStdString();
    // Hinted ones when the user says so.
    part<QTabWidget>("trainingPages")->setCurrentIndex(0);
    click("dataHinted");
    buildData();
    EXPECT_TRUE(facts->text().contains(QStringLiteral("dusk.png"))) << facts->text().toStdString();
    EXPECT_TRUE(facts->text().contains(QStringLiteral("2 to learn from, 1 held back"))) << facts->text().toStdString();
    // The propagation network wants moving pictures.
    part<QTabWidget>("trainingPages")->setCurrentIndex(1);
    auto* stage = part<QComboBox>("trainStage");
    stage->setFocus();
    QTest::keyClick(stage, Qt::Key_Down);
    EXPECT_FALSE(part<QPushButton>("trainStart")->isEnabled());
    EXPECT_TRUE(part<QLabel>("trainProblem")->text().contains(QStringLiteral("moving pictures")));
}

TEST_F(TrainingStory, AFullDiskAndANumberThatIsNoneEndARunInWords) {
    const auto disk = testing::Mount::small(dir_ / "film.tintreel-training", "40m");
    if (!disk) GTEST_SKIP() << "no mounts here";
    hintAndApprove({0, 80});
    buildData();
    tinySettings(40);
    click("trainStart");
    ASSERT_TRUE(waitFor([&] { return isOver(RunInfo::State::Failed); }, kLong)) << status();
    EXPECT_NE(status().find("room"), std::string::npos) << status();
    EXPECT_TRUE(runner().discard(run().folder));
    // A base model whose numbers are none.
    workflow::ModelLibrary library(fs::path(TINTREEL_SOURCE_DIR) / "models");
    auto facts = *nn::findModel(*library.list(), "keyframe", "default");
    auto bytes = *readFile(facts.file);
    for (std::size_t i = bytes.size() - (1 << 20); i + 1 < bytes.size(); i += 2)
        bytes.replace(i, 2, std::string("\0\x7e", 2));  // NaN in half precision
    std::ofstream(dir_ / "w.safetensors", std::ios::binary) << bytes;
    facts.id = "broken";
    facts.sha256.clear();
    ASSERT_TRUE(library.add(facts, dir_ / "w.safetensors"));
    delete training();
    trigger("train");
    tinySettings(40);
    part<QComboBox>("trainBase")->setCurrentText(QStringLiteral("broken"));
    click("trainStart");
    ASSERT_TRUE(waitFor([&] { return isOver(RunInfo::State::Failed); }, kLong)) << status();
    EXPECT_NE(status().find("finite"), std::string::npos) << status();
    EXPECT_NE(status().find("earning rate"), std::string::npos) << status();
    EXPECT_TRUE(part<QPushButton>("runGoOn")->isEnabled());
    delete training();
}

TEST_F(TrainingStory, ModelsAreListedNotedAndComparedByKeys) {
    // A model of the user's: the shipped weights with one bit changed, as if tuned.
    const auto shipped = fs::path(TINTREEL_SOURCE_DIR) / "models";
    workflow::ModelLibrary library(shipped);
    auto facts = *nn::findModel(*library.list(), "keyframe", "default");
    auto bytes = *readFile(facts.file);
    bytes[bytes.size() - 2] = static_cast<char>(bytes[bytes.size() - 2] ^ 1);
    std::ofstream(dir_ / "w.safetensors", std::ios::binary) << bytes;
    facts.id = "mine";
    facts.sha256.clear();
    facts.metrics = {{"score", 27.5}, {"base", 26.5}, {"grey", 22.0}};
    ASSERT_TRUE(library.add(facts, dir_ / "w.safetensors"));
    trigger("models");
    auto* dialog = window_->findChild<ModelDialog*>();
    auto* table = part<QTableWidget>("modelTable");
    ASSERT_EQ(table->rowCount(), 3);
    EXPECT_EQ(table->item(2, 3)->text(), QStringLiteral("score 27.50, base 26.50, grey 22.00"));
    EXPECT_FALSE(part<QPushButton>("modelRename")->isEnabled()) << "shipped";
    table->setFocus();
    QTest::keyClick(table, Qt::Key_End, Qt::ControlModifier);
    ASSERT_EQ(table->currentRow(), 2);
    EXPECT_TRUE(part<QLabel>("modelCard")->text().contains(QStringLiteral("SHA-256")));
    part<QPlainTextEdit>("modelNotes")->setFocus();
    QTest::keyClicks(part<QPlainTextEdit>("modelNotes"), QStringLiteral("for dusk"));
    click("modelKeepNotes");
    EXPECT_EQ(library.find("mine")->notes, "for dusk");
    click("modelUse");
    ASSERT_TRUE(waitFor([&] { return studio().modelsText().startsWith(QStringLiteral("mine")); }, kLong))
        << studio().modelsText().toStdString();
    EXPECT_TRUE(table->item(2, 6)->text().contains(QStringLiteral("this project")));
    auto* right = part<QComboBox>("modelRight");
    right->setFocus();
    QTest::keyClick(right, Qt::Key_End);
    click("compareRun");
    ASSERT_TRUE(waitFor([&] { return dialog->findChild<CompareView*>()->hasPictures(); }, kLong))
        << part<QLabel>("compareWords")->text().toStdString();
    EXPECT_EQ(part<QLabel>("compareWords")->text().indexOf(QStringLiteral("mine")) > 0, true);
    // Altered behind everybody's back: refused in words, nothing else in its place.
    std::ofstream(library.find("mine")->file, std::ios::app) << "x";
    click("modelDefault");
    EXPECT_TRUE(part<QLabel>("modelSaid")->text().contains(QStringLiteral("changed or damaged")))
        << part<QLabel>("modelSaid")->text().toStdString();
    studio().changeNetworks();
    ASSERT_TRUE(waitFor(
        [&] { return part<NoticeBar>("notice")->text().contains(QStringLiteral("changed or damaged")); }, kLong))
        << part<NoticeBar>("notice")->text().toStdString();
    delete dialog;
}

TEST_F(TrainingStory, EveryControlHasANameAndAPlaceInTheTabOrder) {
    trigger("train");
    trigger("models");
    for (auto* top : {static_cast<QWidget*>(training()), static_cast<QWidget*>(window_->findChild<ModelDialog*>())})
        for (auto* widget : top->findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || widget->objectName().startsWith(QStringLiteral("qt_")))
                continue;
            QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
            ASSERT_NE(face, nullptr);
            const bool named = !face->text(QAccessible::Name).isEmpty() || !face->text(QAccessible::Value).isEmpty() ||
                               !face->text(QAccessible::Description).isEmpty();
            EXPECT_TRUE(named) << widget->metaObject()->className() << " " << widget->objectName().toStdString()
                               << " in "
                               << (widget->parentWidget() ? widget->parentWidget()->metaObject()->className()
                                                          : "nothing");
        }
    delete window_->findChild<ModelDialog*>();
}

}  // namespace
}  // namespace tintreel::ui
