// SPDX-License-Identifier: Apache-2.0
#include "timeline/transport_bar.h"

#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QStatusTipEvent>
#include <QToolButton>
#include <QToolTip>

#include <gtest/gtest.h>

#include "support/events.h"

namespace tintreel::ui {
namespace {

struct Bar : ::testing::Test {
    QWidget window;
    QLineEdit other{&window};
    TransportBar bar{&window};
    QSignalSpy frame{&bar, &TransportBar::frameRequested};
    QLineEdit* edit = bar.findChild<QLineEdit*>(QStringLiteral("timecode"));

    Bar() {
        bar.setGeometry(0, 40, 700, 40);
        bar.setFilm(2400, {24, 1});
        bar.setState(100, 0.0);
        window.resize(700, 100);
        window.show();
        window.activateWindow();
        (void)testing::waitFor([this] { return window.isActiveWindow(); });
        other.setFocus();
    }
    QToolButton* button(const char* name) { return bar.findChild<QToolButton*>(QString::fromLatin1(name)); }
    [[nodiscard]] QString speed() const { return bar.findChild<QLabel*>(QStringLiteral("speed"))->text(); }
    void type(const char* text) {
        bar.focusTimecode();
        QTest::keyClicks(edit, QString::fromLatin1(text));
        QTest::keyClick(edit, Qt::Key_Return);
    }
};

TEST_F(Bar, ButtonsAsk) {
    QSignalSpy play(&bar, &TransportBar::playToggled);
    QSignalSpy step(&bar, &TransportBar::stepRequested);
    QSignalSpy in(&bar, &TransportBar::inRequested);
    QSignalSpy out(&bar, &TransportBar::outRequested);
    QSignalSpy loop(&bar, &TransportBar::loopToggled);
    for (const auto* name : {"play", "stepBack", "stepOn", "goToIn", "goToOut", "loop", "loop"})
        QTest::mouseClick(button(name), Qt::LeftButton);
    EXPECT_EQ(play.size(), 1);
    ASSERT_EQ(step.size(), 2);
    EXPECT_EQ(step[0][0].toInt(), -1);
    EXPECT_EQ(step[1][0].toInt(), 1);
    EXPECT_EQ(in.size(), 1);
    EXPECT_EQ(out.size(), 1);
    ASSERT_EQ(loop.size(), 2);
    EXPECT_TRUE(loop[0][0].toBool());
    EXPECT_FALSE(loop[1][0].toBool());
    bar.setLoop(true);
    EXPECT_EQ(loop.size(), 2);
    EXPECT_TRUE(button("loop")->isChecked());
    for (auto* each : bar.findChildren<QToolButton*>()) EXPECT_FALSE(each->accessibleName().isEmpty());
}

TEST_F(Bar, SaysSpeedAndDroppedFrames) {
    EXPECT_EQ(speed(), QString());
    bar.setState(100, 2.0, 3);
    EXPECT_EQ(speed(), QStringLiteral("▶ ×2 · 3 dropped"));
    bar.setState(100, -1.0, 0);
    EXPECT_EQ(speed(), QStringLiteral("◀ ×1"));
    bar.setState(100, 0.0, 7);
    EXPECT_EQ(speed(), QStringLiteral("7 dropped"));
}

TEST_F(Bar, ThePlayButtonStopsWhilePlaying) {
    const auto icon = [&] { return button("play")->icon().pixmap(16).toImage(); };
    const auto play = icon();
    bar.setState(100, 1.0);
    EXPECT_NE(icon(), play);
    EXPECT_TRUE(button("play")->toolTip().startsWith(QStringLiteral("Stop")));
    bar.setState(100, 0.0);
    EXPECT_EQ(icon(), play);
}

TEST_F(Bar, ATypedTimecodeIsAskedFor) {
    EXPECT_EQ(edit->text(), QStringLiteral("00:00:04:04"));
    type("1:00:00");
    EXPECT_EQ(frame.last()[0].value<FrameIndex>(), 1440);
    EXPECT_TRUE(other.hasFocus());
    type("+12");
    EXPECT_EQ(frame.last()[0].value<FrameIndex>(), 112);
    type("-1:00");
    EXPECT_EQ(frame.last()[0].value<FrameIndex>(), 76);
    type("-1:00:00");
    EXPECT_EQ(frame.last()[0].value<FrameIndex>(), 0);
    type("+9999");
    EXPECT_EQ(frame.last()[0].value<FrameIndex>(), 2399);
    type("2399");
    EXPECT_EQ(frame.last()[0].value<FrameIndex>(), 2399);
    EXPECT_EQ(frame.size(), 6);
    // The bar shows what it is told, not what it asked for.
    EXPECT_EQ(edit->text(), QStringLiteral("00:00:04:04"));
}

class BadTimecode : public Bar, public ::testing::WithParamInterface<std::pair<const char*, const char*>> {};

TEST_P(BadTimecode, SaysWhatIsAllowedAndKeepsTheOldOne) {
    struct StatusLine : QObject {
        QString text;
        bool eventFilter(QObject*, QEvent* event) override {
            if (event->type() == QEvent::StatusTip) text = static_cast<QStatusTipEvent*>(event)->tip();
            return false;
        }
    } status;
    bar.installEventFilter(&status);
    type(GetParam().first);
    EXPECT_EQ(frame.size(), 0);
    EXPECT_EQ(edit->text(), QStringLiteral("00:00:04:04"));
    EXPECT_TRUE(edit->hasFocus());
    for (const auto& message : {status.text, QToolTip::text(), edit->accessibleDescription()}) {
        EXPECT_TRUE(message.contains(QString::fromLatin1(GetParam().second))) << message.toStdString();
        EXPECT_TRUE(message.contains(QStringLiteral("HH:MM:SS:FF"))) << message.toStdString();
    }
    // And a good one goes through afterwards.
    type("5");
    EXPECT_EQ(frame.size(), 1);
}

INSTANTIATE_TEST_SUITE_P(Texts, BadTimecode,
                         ::testing::Values(std::pair("12:99:00", "12:99:00"), std::pair("tomorrow", "tomorrow"),
                                           std::pair("2400", "2399")));

TEST_F(Bar, WhatIsBeingTypedStaysWhilePlaying) {
    bar.focusTimecode();
    QTest::keyClicks(edit, QStringLiteral("1:0"));
    bar.setState(500, 1.0);
    EXPECT_EQ(edit->text(), QStringLiteral("1:0"));
    QTest::keyClick(edit, Qt::Key_Escape);
    EXPECT_EQ(edit->text(), QStringLiteral("00:00:20:20"));
    EXPECT_TRUE(other.hasFocus());
    bar.focusTimecode();
    QTest::keyClicks(edit, QStringLiteral("77"));
    other.setFocus();
    EXPECT_EQ(edit->text(), QStringLiteral("00:00:20:20"));
    EXPECT_EQ(frame.size(), 0);
}

TEST_F(Bar, WithoutAFilmNothingCanBePressed) {
    bar.setFilm(0, {0, 0});
    for (auto* each : bar.findChildren<QToolButton*>()) EXPECT_FALSE(each->isEnabled());
    EXPECT_FALSE(edit->isEnabled());
    EXPECT_EQ(edit->text(), QString());
    bar.setFilm(30000, {30000, 1001}, true);
    bar.setState(1800, 0.0);
    EXPECT_EQ(edit->text(), QStringLiteral("00:01:00;02"));
}

}  // namespace
}  // namespace tintreel::ui
