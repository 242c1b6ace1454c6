// SPDX-License-Identifier: Apache-2.0
// Stills and their recipes, and hints that are copied from frame to frame, by mouse and keys in the real window.
#include <QApplication>
#include <QClipboard>
#include <QDropEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>

#include <gtest/gtest.h>

#include "studio/main_window.h"
#include "studio_support.h"
#include "support/events.h"

namespace tintreel::ui {
namespace {

namespace fs = std::filesystem;
using testing::drag;
using testing::historyOf;
using testing::waitFor;

constexpr int kLong = 60'000;  // for what the networks do on a busy machine

class GalleryTest : public ::testing::Test {
protected:
    GalleryTest() {
        fs::copy_file(testing::twoShots(), film_);
        start(film_);
    }
    ~GalleryTest() override { stop(); }
    void start(const fs::path& file) {
        window_ = std::make_unique<MainWindow>();
        window_->resize(1280, 800);
        window_->show();
        window_->activateWindow();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(window_.get()));
        QApplication::setActiveWindow(window_.get());
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(QString::fromStdString(file.string()))});
        QDragEnterEvent enter(QPoint(400, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window_.get(), &enter);
        QDropEvent event(QPointF(400, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window_.get(), &event);
        EXPECT_TRUE(waitFor([&] { return studio().document().scenes().size() == 2 && settled(); }, kLong))
            << studio().jobs().summary().toStdString();
        window_->findChild<QDockWidget*>(QStringLiteral("gallery"))->raise();
        testing::settle();
    }
    void stop() {
        // A window that closes over a running job asks, and nobody is there to answer.
        EXPECT_TRUE(waitFor([&] { return studio().jobs().unfinished() == 0; }, kLong));
        window_->close();
        window_.reset();
    }
    void startAgain() {
        stop();
        start(dir_ / "film.tintreel");
    }
    Studio& studio() const { return window_->studio(); }
    Canvas& canvas() const { return *window_->findChild<Canvas*>(QStringLiteral("canvas")); }
    GalleryPanel& gallery() const { return *window_->findChild<GalleryPanel*>(); }
    QListView& list() const { return *gallery().findChild<QListView*>(QStringLiteral("stills")); }
    const std::vector<Still>& stills() const { return gallery().model().stills(); }
    const NoticeBar& notice() const { return *window_->findChild<NoticeBar*>(); }
    fs::path pictures() const { return studio().document().project().cacheFolder() / "stills"; }
    QPoint onPicture(double x, double y) const {
        const auto rect = canvas().pictureRect();
        return QPointF(rect.x() + x * rect.width(), rect.y() + y * rect.height()).toPoint();
    }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(&canvas(), key, modifiers); }
    void press(const char* name) {
        QTest::mouseClick(gallery().findChild<QPushButton*>(QString::fromLatin1(name)), Qt::LeftButton);
    }
    bool settled() const {
        const auto& view = studio().view();
        return view.frame == studio().frame() && !view.colored.isNull() && !view.unfinished &&
               !window_->findChild<GalleryBinding*>()->isWaiting();
    }
    bool settle() const {
        return waitFor([&] { return settled(); }, kLong);
    }
    /// A stroke of palette slot 1 and a neutral dot on the frame on the screen.
    void paint() {
        ASSERT_TRUE(studio().document().setPaletteSlot(0, kSkin));
        key(Qt::Key_B);
        key(Qt::Key_1);
        drag(canvas(), {onPicture(0.6, 0.3), onPicture(0.7, 0.4)});
        key(Qt::Key_D);
        key(Qt::Key_0);
        QTest::mouseClick(&canvas(), Qt::LeftButton, {}, onPicture(0.8, 0.8));
        ASSERT_EQ(studio().document().hintsOn(studio().frame()).size(), 2U);
        ASSERT_TRUE(settle());
    }
    void grab() { key(Qt::Key_G, Qt::ControlModifier | Qt::AltModifier); }

    const hints::PaletteSlot kSkin{"skin", hints::AbColor{22, 25}};
    testing::TempDir dir_;
    fs::path film_ = dir_ / "film.mkv";
    std::unique_ptr<MainWindow> window_;
};

TEST_F(GalleryTest, AStillCarriesItsRecipeAndSurvivesRestartsAndTheLossOfTheCache) {
    paint();
    const auto before = historyOf(studio().document());
    grab();
    ASSERT_EQ(stills().size(), 1U);
    const auto recipe = stills()[0].recipe;
    EXPECT_EQ(stills()[0].name, QStringLiteral("Still 1"));
    EXPECT_EQ(stills()[0].frame, 0);
    EXPECT_FALSE(stills()[0].picture.isNull());
    ASSERT_EQ(recipe.hints.size(), 2U);
    EXPECT_EQ(recipe.palette, std::vector{kSkin});
    EXPECT_TRUE(fs::exists(pictures() / "Still 1.png"));
    EXPECT_TRUE(notice().text().contains(QStringLiteral("Still 1"))) << notice().text().toStdString();
    EXPECT_EQ(historyOf(studio().document()), before) << "a still is no edit";
    EXPECT_EQ(gallery().current(), 0);

    startAgain();
    ASSERT_EQ(stills().size(), 1U);
    EXPECT_EQ(stills()[0].recipe, recipe);
    EXPECT_TRUE(waitFor([&] { return !stills()[0].picture.isNull(); }));
    EXPECT_TRUE(list().model()->index(0, 0).data().toString().contains(QStringLiteral("scene 1, frame 0")));

    // The frame has other hints now, and the cache is gone: the picture is too, but not the recipe.
    QTest::mouseClick(&canvas(), Qt::LeftButton, {}, onPicture(0.2, 0.7));
    ASSERT_EQ(studio().document().hintsOn(0).size(), 3U);
    const auto folder = pictures();
    stop();
    fs::remove_all(folder);
    start(dir_ / "film.tintreel");
    ASSERT_EQ(stills().size(), 1U);
    EXPECT_EQ(stills()[0].recipe, recipe);
    EXPECT_TRUE(stills()[0].picture.isNull());
    QTest::mouseClick(list().viewport(), Qt::LeftButton, {}, list().visualRect(list().model()->index(0, 0)).center());
    press("compareStill");
    EXPECT_TRUE(notice().isProblem());
    EXPECT_TRUE(notice().text().contains(QStringLiteral("made anew"))) << notice().text().toStdString();
    EXPECT_EQ(canvas().compare(), Compare::Result);
    // With its hints on the screen again, its picture comes back.
    key(Qt::Key_Z, Qt::ControlModifier);
    ASSERT_TRUE(waitFor([&] { return !stills()[0].picture.isNull(); }, kLong));
    EXPECT_TRUE(fs::exists(pictures() / "Still 1.png"));
}

TEST_F(GalleryTest, ItsHintsGoToAnotherSceneAsOneStep) {
    paint();
    grab();
    key(Qt::Key_Down);
    ASSERT_EQ(studio().frame(), 12);
    press("useStillHints");
    auto placed = studio().document().hintsOn(12);
    ASSERT_EQ(placed.size(), 2U);
    EXPECT_EQ(placed[0].hint.kind, hints::HintKind::Stroke);
    EXPECT_EQ(placed[0].hint.points, stills()[0].recipe.hints[0].points);
    EXPECT_EQ(placed[0].hint.color, hints::HintColor(hints::PaletteColor{"skin"})) << "the same slot";
    EXPECT_EQ(placed[1].hint.color, hints::HintColor(hints::NeutralColor{}));
    EXPECT_EQ(studio().document().undoText(), QStringLiteral("Hints of “Still 1”"));
    key(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_TRUE(studio().document().hintsOn(12).empty()) << "one step";
    EXPECT_EQ(studio().document().hintsOn(0).size(), 2U);

    // The slot is another colour now: the still keeps the one that it was made with.
    ASSERT_TRUE(studio().document().setPaletteSlot(0, {"skin", hints::AbColor{-30, 10}}));
    window_->findChild<QAction*>(QStringLiteral("useStill"))->trigger();
    placed = studio().document().hintsOn(12);
    ASSERT_EQ(placed.size(), 2U);
    EXPECT_EQ(placed[0].hint.color, hints::HintColor(hints::AbColor{22, 25}));
    // By double click to where it was made.
    const auto first = list().visualRect(list().model()->index(0, 0)).center();
    QTest::mouseClick(list().viewport(), Qt::LeftButton, {}, first);
    QTest::mouseDClick(list().viewport(), Qt::LeftButton, {}, first);
    EXPECT_EQ(studio().frame(), 0);
}

TEST_F(GalleryTest, HintsAreCopiedAndPastedByKeysThatElsewhereCopyText) {
    key(Qt::Key_C, Qt::ControlModifier);
    EXPECT_TRUE(notice().text().contains(QStringLiteral("no hints to copy"))) << notice().text().toStdString();
    paint();
    key(Qt::Key_C, Qt::ControlModifier);
    const auto text = QApplication::clipboard()->text().toStdString();
    const auto parsed = hints::parseHints(text, "clipboard");
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->hints.size(), 2U);
    key(Qt::Key_Down);
    key(Qt::Key_V, Qt::ControlModifier);
    EXPECT_EQ(studio().document().hintsOn(12).size(), 2U);
    EXPECT_EQ(studio().document().undoText(), QStringLiteral("Paste hints"));
    key(Qt::Key_Z, Qt::ControlModifier);
    EXPECT_TRUE(studio().document().hintsOn(12).empty());
    // A hints file's text from anywhere does as well.
    QApplication::clipboard()->setText(QString::fromStdString(text));
    key(Qt::Key_V, Qt::ControlModifier);
    EXPECT_EQ(studio().document().hintsOn(12).size(), 2U);

    const auto history = historyOf(studio().document());
    QApplication::clipboard()->setText(QStringLiteral("hello"));
    key(Qt::Key_V, Qt::ControlModifier);
    EXPECT_TRUE(notice().isProblem());
    EXPECT_TRUE(notice().text().contains(QStringLiteral("clipboard"))) << notice().text().toStdString();
    auto several = *parsed;
    several.hints[1].frame = 3;
    QApplication::clipboard()->setText(QString::fromStdString(hints::writeHints(several)));
    key(Qt::Key_V, Qt::ControlModifier);
    EXPECT_TRUE(notice().text().contains(QStringLiteral("several frames"))) << notice().text().toStdString();
    EXPECT_EQ(historyOf(studio().document()), history);

    auto* notes = window_->findChild<QPlainTextEdit*>();
    window_->findChild<QDockWidget*>(QStringLiteral("scene"))->raise();
    notes->setFocus();
    QTest::keyClicks(notes, QStringLiteral("dusk"));
    QTest::keyClick(notes, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(notes, Qt::Key_C, Qt::ControlModifier);
    EXPECT_EQ(QApplication::clipboard()->text(), QStringLiteral("dusk"));
}

TEST_F(GalleryTest, AComparedStillStandsWhereTheSourceDoes) {
    paint();
    grab();
    // Of a colour that no film has, so that nothing else can be taken for it.
    QImage magenta(96, 64, QImage::Format_RGB888);
    magenta.fill(Qt::magenta);
    ASSERT_TRUE(magenta.save(QString::fromStdString((pictures() / "Still 1.png").string())));
    const auto shown = [&](double x) {
        return canvas().grab().toImage().pixelColor(onPicture(x, 0.5) * canvas().devicePixelRatioF());
    };
    EXPECT_NE(shown(0.25), QColor(Qt::magenta));
    press("compareStill");
    EXPECT_EQ(canvas().compare(), Compare::Wipe);
    EXPECT_TRUE(window_->findChild<QAction*>(QStringLiteral("wipe"))->isChecked());
    EXPECT_EQ(shown(0.25), QColor(Qt::magenta));
    EXPECT_NE(shown(0.75), QColor(Qt::magenta));
    EXPECT_TRUE(canvas().hud().startsWith(QStringLiteral("scene 1"))) << canvas().hud().toStdString();
    // It stays over other frames, with colours or without.
    for (const Qt::Key step : {Qt::Key_Down, Qt::Key_Right}) {
        const auto from = studio().frame();
        key(step);
        ASSERT_GT(studio().frame(), from);
        ASSERT_TRUE(waitFor([&] { return studio().view().frame == studio().frame(); }, kLong));
        EXPECT_EQ(shown(0.25), QColor(Qt::magenta)) << studio().frame();
        EXPECT_NE(shown(0.75), QColor(Qt::magenta)) << studio().frame();
    }
    press("compareStill");
    EXPECT_EQ(canvas().compare(), Compare::Result) << "as before";
    EXPECT_TRUE(canvas().hud().startsWith(QStringLiteral("scene 2"))) << canvas().hud().toStdString();
    key(Qt::Key_W);
    EXPECT_NE(shown(0.25), QColor(Qt::magenta)) << "the source is back";
}

TEST_F(GalleryTest, StillsAreRenamedAndRemovedWithTheirPictures) {
    paint();
    grab();
    grab();
    ASSERT_EQ(stills().size(), 2U);
    EXPECT_EQ(stills()[1].name, QStringLiteral("Still 2"));
    list().setFocus();
    QTest::keyClick(&list(), Qt::Key_F2);
    auto* editor = list().findChild<QLineEdit*>();
    ASSERT_NE(editor, nullptr);
    QTest::keyClicks(editor, QStringLiteral("day/night"));
    QTest::keyClick(editor, Qt::Key_Return);
    ASSERT_TRUE(waitFor([&] { return stills()[1].name == QStringLiteral("day/night"); }));
    EXPECT_TRUE(fs::exists(pictures() / "day%2fnight.png"));
    EXPECT_FALSE(fs::exists(pictures() / "Still 2.png"));
    press("compareStill");
    EXPECT_EQ(canvas().compare(), Compare::Wipe);
    press("removeStill");
    press("removeStillYes");
    ASSERT_EQ(stills().size(), 1U);
    EXPECT_EQ(stills()[0].name, QStringLiteral("Still 1"));
    EXPECT_FALSE(fs::exists(pictures() / "day%2fnight.png"));
    EXPECT_EQ(canvas().compare(), Compare::Result) << "what is gone is compared no more";
    startAgain();
    ASSERT_EQ(stills().size(), 1U);
    EXPECT_EQ(stills()[0].recipe.hints.size(), 2U);
}

TEST_F(GalleryTest, EntriesOfALaterVersionAreKept) {
    const auto later = QStringLiteral(
        "[{\"name\":\"x\",\"frame\":0,\"recipe\":\"{\\\"format\\\":\\\"tintreel-hints\\\",\\\"version\\\":9}\"}]");
    ASSERT_TRUE(studio().document().recordSetting(QStringLiteral("stills"), later));
    startAgain();
    EXPECT_TRUE(stills().empty());
    EXPECT_TRUE(notice().text().contains(QStringLiteral("cannot be read"))) << notice().text().toStdString();
    paint();
    grab();
    EXPECT_EQ(stills().size(), 1U);
    EXPECT_TRUE(studio().document().setting(QStringLiteral("stills")).contains(QStringLiteral("\\\"version\\\":9")));
}

TEST(GalleryRecipe, RangesMoveAlongAndEndAtTheCutsOfTheScene) {
    hints::HintDocument recipe;
    auto hint = testing::dot(10);
    hint.span = hints::HintSpan::Range;
    hint.range = {4, 20};
    recipe.hints = {hint, testing::dot(10)};
    const auto placed = hintsFor(recipe, 33, {30, 40}, {});
    ASSERT_EQ(placed.size(), 2U);
    EXPECT_EQ(placed[0].frame, 33);
    EXPECT_EQ(placed[0].range, (FrameRange{30, 40}));
    EXPECT_EQ(hintsFor(recipe, 50, {30, 100}, {})[0].range, (FrameRange{44, 60}));
    EXPECT_EQ(placed[1].span, hints::HintSpan::Scene);
}

}  // namespace
}  // namespace tintreel::ui
