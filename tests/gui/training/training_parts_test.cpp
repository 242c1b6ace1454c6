// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QSpinBox>
#include <QTest>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/temp_dir.h"
#include "tintreel/training/trainer.h"
#include "training/curve_view.h"
#include "training/option_form.h"
#include "training/run_files.h"

namespace tintreel::ui {
namespace {

TEST(OptionForm, EveryFieldOfTheTrainersTableHasAnEditorThatWritesIt) {
    training::TrainOptions options;
    options.shards = {"x"};
    OptionForm form(options.table(), {}, {QStringLiteral("out")});
    form.show();
    int editors = 0;
    for (const auto& field : options.table()) {
        if (field.name == "out") continue;
        auto* editor = form.findChild<QWidget*>(QStringLiteral("option-") + QString::fromStdString(field.name));
        ASSERT_NE(editor, nullptr) << field.name;
        ++editors;
        EXPECT_EQ(editor->toolTip().toStdString(), field.help);
        EXPECT_FALSE(editor->accessibleName().isEmpty());
        const auto before = writeOptions(options.table());
        if (auto* box = qobject_cast<QCheckBox*>(editor)) {
            box->click();
        } else if (auto* number = qobject_cast<QSpinBox*>(editor)) {
            QTest::keyClick(number, number->value() < number->maximum() ? Qt::Key_Up : Qt::Key_Down);
        } else if (auto* choice = qobject_cast<QComboBox*>(editor)) {
            choice->setFocus();
            QTest::keyClick(choice, choice->currentIndex() + 1 < choice->count() ? Qt::Key_Down : Qt::Key_Up);
        } else {
            auto* line = qobject_cast<QLineEdit*>(editor);
            ASSERT_NE(line, nullptr) << field.name;
            line->selectAll();
            QTest::keyClicks(line, QStringLiteral("0.125"));
        }
        const auto after = writeOptions(options.table());
        int changed = 0;
        for (const auto& [key, value] : after.items()) {
            if (before[key] == value) continue;
            ++changed;
            EXPECT_EQ(key, field.name);
        }
        EXPECT_EQ(changed, 1) << field.name;
    }
    EXPECT_GT(editors, 20);
    // What is out of range cannot be typed.
    auto* rate = form.findChild<QLineEdit*>(QStringLiteral("option-learning-rate"));
    rate->selectAll();
    QTest::keyClicks(rate, QStringLiteral("7"));
    EXPECT_NE(options.learningRate, 7);
}

TEST(CurveView, SmoothingIsTensorBoards) {
    // As its front end computes it (tf_smoothing in TensorBoard): last = last · w + (1 − w) · v, divided by 1 − wⁿ.
    const QVector<double> values{1, 5, 2, 8, 3};
    const auto out = smoothed(values, 0.6);
    double last = 0, power = 1;
    for (int i = 0; i < values.size(); ++i) {
        last = last * 0.6 + 0.4 * values[i];
        power *= 0.6;
        EXPECT_NEAR(out[i], last / (1 - power), 1e-12);
    }
    EXPECT_EQ(smoothed(values, 0), values);
}

TEST(RunFiles, MetricsAreReadAgainAfterAResumeAndAKill) {
    const testing::TempDir dir;
    std::ofstream(dir / "config.json") << R"({"stage":"keyframe","steps":50})";
    std::ofstream(dir / "metrics.jsonl")
        << R"({"type":"validation","step":0,"score":25.0,"base":25.0,"grey":21.0,"best-step":0})"
           "\n"
           R"({"type":"train","step":5,"loss":2.0,"seconds":2.5})"
           "\n"
           R"({"type":"train","step":10,"loss":1.5,"seconds":5})"
           "\n"
           R"({"type":"train","step":8,"loss":1.75,"seconds":1})"
           "\n"
           R"({"type":"validation","step":10,"score":26.0,"base":25.0,"grey":21.0,"best-step":10,"rehearsal":24.0,"rehearsal-base":24.125})"
           "\n"
           R"({"type":"train","st)";
    const auto folder = QString::fromStdString(dir.path().string());
    auto run = readRun(folder);
    EXPECT_EQ(run.steps, 50);
    EXPECT_EQ(run.figures.loss.steps, (QVector<double>{5, 8})) << "a resumed run measures its steps again";
    EXPECT_EQ(run.figures.best(), 26.0);
    EXPECT_EQ(run.figures.bestStep, 10);
    EXPECT_EQ(run.figures.base, 25.0);
    EXPECT_EQ(run.figures.grey, 21.0);
    EXPECT_EQ(run.figures.rehearsalBase, 24.125);
    EXPECT_EQ(run.state, RunInfo::State::Waiting);
    ASSERT_TRUE(writeRunState(folder, RunInfo::State::Running, {}));
    EXPECT_EQ(readRun(folder).state, RunInfo::State::Interrupted) << "whoever trained it is gone";
    ASSERT_TRUE(writeRunState(folder, RunInfo::State::Stopped, QStringLiteral("words")));
    run = readRun(folder);
    EXPECT_EQ(run.state, RunInfo::State::Stopped);
    EXPECT_EQ(run.message, QStringLiteral("words"));
    // A run of the command line that came to its end.
    std::filesystem::remove(dir / "state.json");
    std::ofstream(dir / "config.json") << R"({"stage":"keyframe","steps":10})";
    EXPECT_EQ(readRun(folder).state, RunInfo::State::Done);
}

}  // namespace
}  // namespace tintreel::ui
