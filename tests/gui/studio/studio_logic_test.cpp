// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include <QElapsedTimer>

#include <QThread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "studio/canvas_binding.h"
#include "studio/studio.h"
#include "studio_support.h"
#include "support/events.h"
#include "tintreel/base/atomic_file.h"

namespace tintreel::ui {
namespace {

namespace fs = std::filesystem;
using testing::contentOf;
using testing::dot;
using ::testing::HasSubstr;
using testing::settle;
using testing::waitFor;

constexpr int kLong = 60000;  // for what the networks do on a busy machine

QString text(const fs::path& path) { return QString::fromStdString(path.string()); }
std::string lines(const QStringList& list) { return list.join(QLatin1Char('\n')).toStdString(); }

/// Mean over the middle of the picture of red minus blue: what hints of the tests change.
double warmth(const QImage& image) {
    if (image.isNull()) return 0;
    double sum = 0;
    int count = 0;
    for (int y = image.height() * 2 / 5; y < image.height() * 3 / 5; ++y)
        for (int x = image.width() * 2 / 5; x < image.width() * 3 / 5; ++x) {
            sum += qRed(image.pixel(x, y)) - qBlue(image.pixel(x, y));
            ++count;
        }
    return sum / count;
}

class StudioTest : public ::testing::Test {
protected:
    StudioTest() {
        fs::copy_file(testing::twoShots(), film_);
        listen();
    }
    void listen() {
        QObject::connect(&*studio_, &Studio::message, &context_,
                         [this](const QString& text, bool problem) { (problem ? problems_ : news_) << text; });
        QObject::connect(&*studio_, &Studio::busyChanged, &context_, [this](bool busy) { busy_ = busy; });
        QObject::connect(&*studio_, &Studio::exported, &context_, [this](const QString& file) { exported_ << file; });
        QObject::connect(&*studio_, &Studio::filmMissing, &context_, [this] { ++missing_; });
        QObject::connect(&*studio_, &Studio::marksChanged, &context_, [this] { ++marks_; });
        QObject::connect(&*studio_, &Studio::statesChanged, &context_, [this] { ++states_; });
    }
    Document& document() { return studio_->document(); }
    bool jobsEnd() {
        return waitFor([&] { return studio_->jobs().unfinished() == 0; }, kLong);
    }
    bool statusIs(int scene, SceneStatus status, int milliseconds = 10000) {
        return waitFor([&] { return studio_->status(scene) == status; }, milliseconds);
    }
    /// The two-shot film, its scan done.
    void openFilm() {
        ASSERT_TRUE(studio_->open(text(film_))) << lines(problems_);
        ASSERT_TRUE(jobsEnd());
        ASSERT_EQ(document().scenes().size(), 2U);
    }
    /// The same with the networks loaded and the states of the scenes known.
    void openColored() {
        ASSERT_NO_FATAL_FAILURE(openFilm());
        ASSERT_TRUE(waitFor([&] { return !studio_->modelsText().isEmpty() && !busy_; }, kLong)) << lines(problems_);
    }
    void colorScene(int scene) {
        studio_->colorizeScene(scene);
        ASSERT_TRUE(jobsEnd());
        ASSERT_TRUE(statusIs(scene, SceneStatus::Done)) << static_cast<int>(studio_->status(scene)) << lines(problems_);
    }
    /// What the lanes show holds together, whatever was done before.
    void expectConsistent() const {
        const auto& document = studio_->document();
        const auto inFilm = [&](FrameRange range) {
            return range.first >= 0 && range.first < range.end && range.end <= document.frames();
        };
        const auto scenes = studio_->timelineScenes();
        ASSERT_EQ(scenes.size(), document.scenes().size());
        for (std::size_t i = 0; i < scenes.size(); ++i) {
            EXPECT_EQ(scenes[i].range, document.scenes()[i].range);
            EXPECT_EQ(scenes[i].status, studio_->status(static_cast<int>(i)));
        }
        std::vector<int> known(static_cast<std::size_t>(document.frames()), 0);
        std::vector<std::size_t> twice, unknown;
        for (const auto& run : studio_->confidenceRuns()) {
            ASSERT_FALSE(run.values.empty());
            ASSERT_TRUE(inFilm({run.first, run.first + static_cast<FrameIndex>(run.values.size())})) << run.first;
            for (std::size_t i = 0; i < run.values.size(); ++i) {
                EXPECT_GE(run.values[i], 0);
                EXPECT_LE(run.values[i], 1);
                const auto frame = static_cast<std::size_t>(run.first) + i;
                if (++known[frame] == 2) twice.push_back(frame);
            }
        }
        EXPECT_TRUE(twice.empty()) << twice.size() << " frames lie in two runs of confidence, the first is "
                                   << twice.front();
        std::vector<FrameState> states(static_cast<std::size_t>(document.frames()), FrameState::None);
        for (const auto& run : studio_->stateRuns()) {
            ASSERT_TRUE(inFilm(run.range)) << run.range.first << '-' << run.range.end;
            for (FrameIndex f = run.range.first; f < run.range.end; ++f)
                states[static_cast<std::size_t>(f)] = run.state;
        }
        for (std::size_t f = 0; f < states.size(); ++f)
            // A scene of one frame is a keyframe, which was carried from nowhere.
            if (states[f] == FrameState::Full && known[f] == 0 &&
                document.plan()->sceneOf(static_cast<FrameIndex>(f)).length() > 1)
                unknown.push_back(f);
        EXPECT_TRUE(unknown.empty()) << unknown.size()
                                     << " frames have their colours but nobody knows how sure they are, the first is "
                                     << unknown.front();
        const auto keys = studio_->timelineKeys();
        EXPECT_TRUE(
            std::is_sorted(keys.begin(), keys.end(), [](const auto& a, const auto& b) { return a.frame < b.frame; }));
        EXPECT_TRUE(std::adjacent_find(keys.begin(), keys.end(),
                                       [](const auto& a, const auto& b) { return a.frame == b.frame; }) == keys.end());
        for (const FrameIndex frame : document.keyframes())
            EXPECT_TRUE(std::any_of(keys.begin(), keys.end(), [&](const auto& key) {
                return key.frame == frame && key.kind != KeyKind::Suggested;
            })) << frame;
    }
    testing::TempDir dir_;
    fs::path film_ = dir_ / "film.mkv";
    QObject context_;
    std::unique_ptr<Studio> studio_ = std::make_unique<Studio>();
    QStringList problems_, news_, exported_;
    bool busy_ = false;
    int missing_ = 0, marks_ = 0, states_ = 0;
};

TEST_F(StudioTest, FindsTheCutAndGoesWhereItIsTold) {
    auto& s = *studio_;
    s.goTo(3);  // nothing is open: nothing happens
    s.goToScene(1);
    s.goToKeyframe(1);
    s.goToMarker(1);
    EXPECT_EQ(s.frame(), 0);
    ASSERT_NO_FATAL_FAILURE(openFilm());
    EXPECT_EQ(document().scenes()[1].range, (FrameRange{12, 24}));
    EXPECT_FALSE(document().scenes()[1].cutByHand);
    EXPECT_TRUE(document().history().empty()) << "a scan is nobody's edit";
    EXPECT_FALSE(document().needsScan());
    EXPECT_TRUE(problems_.isEmpty()) << lines(problems_);

    for (const auto& [to, expected] :
         std::vector<std::pair<FrameIndex, FrameIndex>>{{5, 5}, {-3, 0}, {23, 23}, {24, 23}, {100000, 23}, {0, 0}}) {
        s.goTo(to);
        EXPECT_EQ(s.frame(), expected);
    }
    s.step(1);
    EXPECT_EQ(s.frame(), 1);
    s.step(-5);
    EXPECT_EQ(s.frame(), 0);
    // Scenes: on to the next, at the end of the last; back to this one's beginning first.
    s.goToScene(1);
    EXPECT_EQ(s.frame(), 12);
    s.goToScene(1);
    EXPECT_EQ(s.frame(), 23);
    s.goToScene(-1);
    EXPECT_EQ(s.frame(), 12);
    s.goToScene(-1);
    EXPECT_EQ(s.frame(), 0);
    s.goToScene(-1);
    EXPECT_EQ(s.frame(), 0);

    s.goToKeyframe(1);
    s.goToKeyframe(-1);
    EXPECT_EQ(s.frame(), 0) << "there are none";
    ASSERT_TRUE(document().setKeyframe(4, true));
    ASSERT_GT(document().addHint(dot(20)), 0);
    s.goToKeyframe(1);
    EXPECT_EQ(s.frame(), 4);
    s.goToKeyframe(1);
    EXPECT_EQ(s.frame(), 20);
    s.goToKeyframe(1);
    EXPECT_EQ(s.frame(), 20);
    s.goToKeyframe(-1);
    EXPECT_EQ(s.frame(), 4);
    s.goToKeyframe(-1);
    EXPECT_EQ(s.frame(), 4);

    for (const FrameIndex frame : {2, 9, 21}) ASSERT_TRUE(document().setMarker(frame, QStringLiteral("m")));
    s.goToMarker(1);
    EXPECT_EQ(s.frame(), 9);
    s.goToMarker(1);
    s.goToMarker(1);
    EXPECT_EQ(s.frame(), 21);
    s.goToMarker(-1);
    s.goToMarker(-1);
    s.goToMarker(-1);
    EXPECT_EQ(s.frame(), 2);

    // Marks never stand the wrong way round.
    marks_ = 0;
    s.setIn(5);
    s.setOut(9);
    EXPECT_EQ(s.in(), 5);
    EXPECT_EQ(s.out(), 9);
    s.setIn(15);
    EXPECT_EQ(s.in(), 15);
    EXPECT_EQ(s.out(), std::nullopt);
    s.setOut(3);
    EXPECT_EQ(s.in(), std::nullopt);
    EXPECT_EQ(s.out(), 3);
    s.setIn(3);
    EXPECT_EQ(s.in(), 3) << "one frame is a stretch as well";
    EXPECT_EQ(s.out(), 3);
    s.setIn(std::nullopt);
    s.setOut(std::nullopt);
    EXPECT_EQ(marks_, 7);
    expectConsistent();

    // Nothing was coloured yet.
    s.goToWorst();
    EXPECT_EQ(news_.size(), 1);
    EXPECT_EQ(s.suggestedKeyframe(), -1);
    s.suggestKeyframe(7);
    EXPECT_EQ(s.suggestedKeyframe(), 7);
    auto keys = s.timelineKeys();
    ASSERT_EQ(keys.size(), 3U);
    EXPECT_EQ(keys[0], (TimelineKey{4, KeyKind::Bare, false}));
    EXPECT_EQ(keys[1], (TimelineKey{7, KeyKind::Suggested, false}));
    EXPECT_EQ(keys[2], (TimelineKey{20, KeyKind::Hinted, false}));
    ASSERT_TRUE(document().setKeyframe(7, true));
    keys = s.timelineKeys();
    ASSERT_EQ(keys.size(), 3U);
    EXPECT_EQ(keys[1], (TimelineKey{7, KeyKind::Bare, false})) << "taken up, it is proposed no longer";
    expectConsistent();
}

TEST_F(StudioTest, AHintInTheMakingIsSeenBeforeItIsAnEdit) {
    ASSERT_NO_FATAL_FAILURE(openColored());
    studio_->goTo(0);
    ASSERT_TRUE(document().setKeyframe(0, true));
    ASSERT_TRUE(waitFor([&] { return !busy_ && studio_->view().keyframe; }));
    const auto before = studio_->view().colored;
    const auto content = contentOf(document());
    auto warm = dot(0, hints::AbColor{60, 60}), cold = dot(0, hints::AbColor{10, -70});
    warm.radius = cold.radius = 0.4;
    studio_->preview(warm, 0);
    ASSERT_TRUE(waitFor([&] { return !busy_; }));
    EXPECT_GT(warmth(studio_->view().colored), warmth(before) + 20);
    studio_->preview(cold, 0);
    ASSERT_TRUE(waitFor([&] { return !busy_; }));
    EXPECT_LT(warmth(studio_->view().colored), warmth(before));
    EXPECT_EQ(contentOf(document()), content) << "nothing was edited";
    studio_->endPreview();
    ASSERT_TRUE(waitFor([&] { return !busy_; }));
    EXPECT_EQ(studio_->view().colored, before);

    // One that stands for a hint that is there takes its place.
    const auto id = document().addHint(warm);
    ASSERT_GT(id, 0);
    ASSERT_TRUE(waitFor([&] { return !busy_; }));
    const auto painted = studio_->view().colored;
    EXPECT_GT(warmth(painted), warmth(before) + 20);
    studio_->preview(cold, id);
    ASSERT_TRUE(waitFor([&] { return !busy_; }));
    EXPECT_LT(warmth(studio_->view().colored), 0);
    studio_->goTo(1);
    studio_->goTo(0);
    ASSERT_TRUE(waitFor([&] { return !busy_; }));
    EXPECT_EQ(studio_->view().colored, painted) << "it does not outlive a jump";
    // Suggestions are of the frame on the screen.
    std::vector<QPointF> points;
    QObject::connect(studio_.get(), &Studio::suggested, &context_, [&](QPointF point, const auto& colors) {
        EXPECT_FALSE(colors.empty());
        points.push_back(point);
    });
    studio_->askSuggestions({0.3, 0.6});
    ASSERT_TRUE(waitFor([&] { return !points.empty(); }, kLong));
    EXPECT_EQ(points[0], QPointF(0.3, 0.6));
    EXPECT_TRUE(problems_.isEmpty()) << lines(problems_);
}

TEST_F(StudioTest, ColorsScenesAndAnEditMakesItsOwnSceneStaleAlone) {
    ASSERT_NO_FATAL_FAILURE(openColored());
    auto& s = *studio_;
    ASSERT_TRUE(document().setPaletteSlot(0, {"skin", hints::AbColor{30, 30}}));
    const auto id = document().addHint(dot(2, hints::PaletteColor{"skin"}));
    ASSERT_GT(document().addHint(dot(14, hints::AbColor{-30, 20})), 0);
    ASSERT_TRUE(statusIs(0, SceneStatus::Keyed));
    EXPECT_EQ(s.status(1), SceneStatus::Keyed);
    EXPECT_LT(s.confidence(0), 0);
    s.goTo(5);
    ASSERT_TRUE(waitFor([&] { return !busy_ && s.view().frame == 5; }));
    EXPECT_TRUE(s.view().colored.isNull());
    ASSERT_NO_FATAL_FAILURE(colorScene(0));
    EXPECT_EQ(s.status(1), SceneStatus::Keyed);
    ASSERT_TRUE(waitFor([&] { return !s.view().colored.isNull() && !s.view().unfinished; }))
        << "the frame on the screen takes its colours by itself";
    EXPECT_FALSE(s.view().stale);
    s.colorizeAll();
    ASSERT_TRUE(jobsEnd());
    ASSERT_TRUE(statusIs(1, SceneStatus::Done));
    EXPECT_EQ(s.status(0), SceneStatus::Done);
    EXPECT_GT(s.confidence(0), 0);
    expectConsistent();
    const auto runs = s.confidenceRuns();
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_EQ(runs[0].first, 0);
    EXPECT_EQ(runs[1].first, 12);
    EXPECT_EQ(runs[0].values.size(), 12U);

    const int jobs = s.jobs().rowCount();
    ASSERT_TRUE(
        document().changeHint(QStringLiteral("Move hint"), id, dot(2, hints::PaletteColor{"skin"}, {0.2, 0.2})));
    ASSERT_TRUE(statusIs(0, SceneStatus::Stale));
    EXPECT_EQ(s.status(1), SceneStatus::Done);
    ASSERT_TRUE(waitFor([&] { return !busy_ && s.view().stale; }))
        << "the old colours stay on the screen, and are said to be old";
    expectConsistent();
    ASSERT_TRUE(document().undo());
    ASSERT_TRUE(statusIs(0, SceneStatus::Done, 2000));
    ASSERT_TRUE(waitFor([&] { return !busy_ && !s.view().stale; }));
    EXPECT_EQ(s.jobs().rowCount(), jobs) << "nothing had to be made for that";

    // The palette: the scenes that use the slot, and no other.
    ASSERT_TRUE(document().setPaletteSlot(0, {"skin", hints::AbColor{40, 35}}));
    ASSERT_TRUE(statusIs(0, SceneStatus::Stale));
    EXPECT_EQ(s.status(1), SceneStatus::Done);
    ASSERT_TRUE(document().undo());
    ASSERT_TRUE(statusIs(0, SceneStatus::Done, 2000));

    // Approving and notes are no matter of colours.
    ASSERT_TRUE(document().setSceneNote(12, {true, "good"}));
    ASSERT_TRUE(statusIs(1, SceneStatus::Approved));
    EXPECT_EQ(s.timelineScenes()[1].notes, QStringLiteral("good"));
    ASSERT_TRUE(document().undo());
    ASSERT_TRUE(statusIs(1, SceneStatus::Done));

    // The least sure frame.
    s.goToWorst();
    const auto all = s.confidenceRuns();
    float worst = 2;
    for (const auto& run : all) worst = std::min(worst, *std::min_element(run.values.begin(), run.values.end()));
    const auto& own = all[s.frame() < 12 ? 0 : 1];
    EXPECT_EQ(own.values[static_cast<std::size_t>(s.frame() - own.first)], worst);
    EXPECT_EQ(s.suggestedKeyframe(), s.frame());
    expectConsistent();
    EXPECT_TRUE(problems_.isEmpty()) << lines(problems_);
}

TEST_F(StudioTest, SplittingAndMergingLeaveTheLanesInOrder) {
    ASSERT_NO_FATAL_FAILURE(openColored());
    ASSERT_GT(document().addHint(dot(2)), 0);
    studio_->colorizeAll();
    ASSERT_TRUE(jobsEnd());
    ASSERT_TRUE(statusIs(0, SceneStatus::Done));
    ASSERT_TRUE(statusIs(1, SceneStatus::Done));
    const auto known = [&] { return waitFor([&, before = states_] { return states_ >= before + 1; }); };
    ASSERT_TRUE(document().setCut(12, false));
    EXPECT_LT(studio_->confidence(0), 0) << "nobody knows anything of this scene yet";
    expectConsistent();
    ASSERT_TRUE(known());
    expectConsistent();
    ASSERT_NO_FATAL_FAILURE(colorScene(0));
    expectConsistent();
    ASSERT_TRUE(document().setCut(5, true));
    ASSERT_TRUE(document().setCut(6, true));
    expectConsistent();
    ASSERT_TRUE(known());
    expectConsistent();
    studio_->colorizeAll();
    ASSERT_TRUE(jobsEnd());
    ASSERT_TRUE(statusIs(2, SceneStatus::Done));
    expectConsistent();
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(document().undo());
    ASSERT_TRUE(statusIs(0, SceneStatus::Done, 2000));
    ASSERT_TRUE(statusIs(1, SceneStatus::Done, 2000));
    expectConsistent();
}

TEST_F(StudioTest, AJobThatFailsSaysWhyLosesNothingAndCanBeRepeated) {
    ASSERT_NO_FATAL_FAILURE(openColored());
    const auto cache = document().project().cacheFolder(), aside = dir_ / "aside";
    ASSERT_GT(document().addHint(dot(2)), 0);
    ASSERT_TRUE(statusIs(0, SceneStatus::Keyed));
    ASSERT_TRUE(fs::is_directory(cache));
    fs::rename(cache, aside);
    std::ofstream(cache) << "in the way";
    const auto content = contentOf(document()), history = testing::historyOf(document());
    studio_->colorizeScene(0);
    ASSERT_TRUE(jobsEnd());
    ASSERT_TRUE(statusIs(0, SceneStatus::Failed));
    ASSERT_EQ(problems_.size(), 1);
    EXPECT_THAT(problems_[0].toStdString(), HasSubstr(cache.string()));
    EXPECT_EQ(studio_->status(1), SceneStatus::Empty);
    EXPECT_EQ(contentOf(document()), content);
    EXPECT_EQ(testing::historyOf(document()), history);
    expectConsistent();
    studio_->goTo(2);
    ASSERT_TRUE(waitFor([&] { return !busy_ && studio_->view().frame == 2 && !studio_->view().colored.isNull(); }))
        << "the keyframe is still shown in colour";
    EXPECT_GT(document().addHint(dot(3)), 0) << "and the work goes on";
    // One that was stopped is no more done than it was.
    studio_->jobs().setPaused(true);
    studio_->colorizeScene(0);
    studio_->jobs().cancelAll();
    studio_->jobs().setPaused(false);
    EXPECT_EQ(studio_->status(0), SceneStatus::Failed) << "stopping a job changes no status";
    fs::remove(cache);
    fs::rename(aside, cache);
    ASSERT_NO_FATAL_FAILURE(colorScene(0));
    EXPECT_EQ(problems_.size(), 1);
}

TEST_F(StudioTest, AStoppedJobLeavesTheSceneAsItWas) {
    const auto film = dir_ / "long.mkv";
    ASSERT_EQ(
        testing::ffmpeg("-f lavfi -i testsrc2=s=192x128:r=12:d=20 -c:v ffv1 -pix_fmt gray " + testing::quoted(film))
            .exit,
        0);
    ASSERT_TRUE(studio_->open(text(film)));
    ASSERT_TRUE(jobsEnd());
    const auto id = document().addHint(dot(0));
    ASSERT_GT(id, 0);
    ASSERT_TRUE(waitFor([&] { return !studio_->modelsText().isEmpty() && !busy_; }, kLong));
    const auto scene = document().scenes()[0].range;
    ASSERT_EQ(scene.length(), 240) << "one shot";
    auto& jobs = studio_->jobs();
    const auto row = [&] { return jobs.index(jobs.rowCount() - 1); };
    QElapsedTimer timer;
    const auto stop = [&] {
        timer.start();
        jobs.cancelAll();
        ASSERT_TRUE(jobsEnd());
        std::printf("stopped after %lld ms\n", static_cast<long long>(timer.elapsed()));
        EXPECT_EQ(jobs.data(row(), JobQueue::StateRole).toInt(), static_cast<int>(JobQueue::State::Cancelled));
        EXPECT_TRUE(waitFor([&, before = states_] { return states_ > before; }));
    };
    studio_->goTo(3);
    studio_->colorizeScene(0);
    ASSERT_TRUE(waitFor(
        [&] { return jobs.data(row(), JobQueue::ProgressRole).toDouble() > 0 && studio_->view().unfinished; }, kLong))
        << "the frame on the screen takes its colours while the scene is in work";
    EXPECT_FALSE(studio_->view().colored.isNull());
    EXPECT_FALSE(jobs.summary().isEmpty());
    ASSERT_NO_FATAL_FAILURE(stop());
    EXPECT_EQ(studio_->status(0), SceneStatus::Keyed);
    EXPECT_TRUE(studio_->confidenceRuns().empty());
    for (const auto& entry : fs::directory_iterator(document().project().cacheFolder()))
        EXPECT_EQ(entry.path().extension(), ".key") << entry.path() << " was left behind";

    // With the hint on another frame the few frames before it are finished first, and kept.
    ASSERT_TRUE(document().changeHint(QStringLiteral("Move hint"), id, dot(2)));
    studio_->goTo(0);
    studio_->colorizeScene(0);
    ASSERT_TRUE(waitFor([&] { return jobs.data(row(), JobQueue::ProgressRole).toDouble() > 0.05; }, kLong));
    ASSERT_NO_FATAL_FAILURE(stop());
    const auto runs = studio_->confidenceRuns();
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs[0].values.size(), 3U) << "frames 0 to 2";
    EXPECT_EQ(studio_->status(0), SceneStatus::Keyed) << "no colours of it are older than its hints";
    for (const auto& run : studio_->stateRuns())
        EXPECT_NE(run.state, FrameState::Stale) << run.range.first << '-' << run.range.end;
    EXPECT_TRUE(problems_.isEmpty()) << lines(problems_);

    // Closing and going in the middle of work.
    studio_->colorizeScene(0);
    studio_->goTo(100);
    studio_->close();
    EXPECT_FALSE(document().isOpen());
    settle();
    ASSERT_TRUE(studio_->open(text(film)));
    studio_->colorizeAll();
    timer.restart();
    studio_.reset();
    EXPECT_LT(timer.elapsed(), 15000);
}

TEST_F(StudioTest, AnEditWhileTheFilmPlaysDisturbsNeitherPlaybackNorItsLoop) {
    ASSERT_NO_FATAL_FAILURE(openFilm());
    auto& s = *studio_;
    s.setIn(14);
    s.setOut(19);
    s.setLooping(true);
    s.goTo(15);
    std::vector<FrameIndex> played;
    QObject::connect(studio_.get(), &Studio::frameChanged, &context_, [&] { played.push_back(s.frame()); });
    s.player().toggle();
    ASSERT_TRUE(waitFor([&] { return played.size() > 3; }, 5000));
    ASSERT_TRUE(document().setMarker(16, QStringLiteral("here")));
    EXPECT_TRUE(s.player().isPlaying()) << "a marker is set while the film runs";
    if (!s.player().isPlaying()) s.player().toggle();
    played.clear();
    ASSERT_TRUE(waitFor([&] { return played.size() > 9; }, 5000));
    for (const auto frame : played) EXPECT_TRUE(frame >= 14 && frame <= 19) << frame;
    s.player().stop();
    const auto at = s.frame();
    ASSERT_TRUE(document().setMarker(17, QStringLiteral("there")));
    EXPECT_EQ(s.frame(), at);
    EXPECT_FALSE(s.player().isPlaying());
}

TEST_F(StudioTest, AFrameThatCannotBeReadIsToldAndNotWaitedForForEver) {
    ASSERT_NO_FATAL_FAILURE(openColored());
    // Another program puts a shorter film in its place.
    fs::copy_file(testing::oneShot(), film_, fs::copy_options::overwrite_existing);
    ASSERT_TRUE(studio_->open(text(film_)));
    ASSERT_TRUE(jobsEnd());
    ASSERT_TRUE(waitFor([&] { return studio_->view().frame == 0 && !studio_->view().source.isNull(); }, kLong));
    ASSERT_EQ(document().frames(), 24) << "as the project knows it";
    problems_.clear();
    studio_->goTo(20);
    EXPECT_TRUE(waitFor([&] { return !problems_.isEmpty(); }));
    EXPECT_THAT(lines(problems_), HasSubstr("20"));
    EXPECT_TRUE(waitFor([&] { return !busy_; }, 3000)) << "the sign of work in progress stays for ever";
    studio_->goTo(4);
    EXPECT_TRUE(waitFor([&] { return studio_->view().frame == 4 && !busy_; }));
}

TEST_F(StudioTest, AnotherFilmIsReadThroughAnew) {
    ASSERT_NO_FATAL_FAILURE(openFilm());
    const auto shorter = dir_ / "shorter.mkv";
    fs::copy_file(testing::oneShot(), shorter);
    EXPECT_FALSE(document().relink(shorter, false));
    ASSERT_TRUE(document().relink(shorter, true));
    ASSERT_TRUE(jobsEnd());
    EXPECT_EQ(document().frames(), 12);
    EXPECT_EQ(document().scenes().size(), 1U);
    EXPECT_FALSE(document().needsScan());
}

TEST_F(StudioTest, TheBrushFollowsThePalette) {
    ASSERT_NO_FATAL_FAILURE(openFilm());
    Canvas canvas;
    ColorPanel colors;
    HintInspector inspector;
    canvas.resize(480, 320);
    canvas.show();
    CanvasBinding binding(*studio_, canvas, colors, inspector, nullptr);
    ASSERT_TRUE(document().setPaletteSlot(0, {"sky", hints::AbColor{-5, -30}}));
    ASSERT_TRUE(waitFor([&] { return !studio_->view().source.isNull(); }));
    canvas.setTool(Tool::Brush);
    binding.setColor(hints::PaletteColor{"sky"});
    const auto paint = [&] {
        const auto before = document().hints().size();
        const auto middle = canvas.pictureRect().center().toPoint();
        testing::drag(canvas, {middle, middle + QPoint(20, 5), middle + QPoint(40, 0)});
        ASSERT_EQ(document().hints().size(), before + 1);
    };
    ASSERT_NO_FATAL_FAILURE(paint());
    EXPECT_EQ(document().hints().back().hint.color, hints::HintColor(hints::PaletteColor{"sky"}));
    ASSERT_TRUE(document().setPaletteSlot(0, {"heaven", hints::AbColor{-5, -40}}));
    ASSERT_NO_FATAL_FAILURE(paint());
    EXPECT_EQ(document().hints().back().hint.color, hints::HintColor(hints::PaletteColor{"heaven"}));
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(document().undo());
    ASSERT_TRUE(document().palette().empty());
    ASSERT_NO_FATAL_FAILURE(paint());
    EXPECT_EQ(document().hints().back().hint.color, hints::HintColor(hints::AbColor{-5, -30}))
        << "the slot is gone; its colour is not";
    EXPECT_TRUE(document().project().verify().empty());
    EXPECT_TRUE(problems_.isEmpty()) << lines(problems_);
}

TEST_F(StudioTest, ExportsTheFilm) {
    ASSERT_NO_FATAL_FAILURE(openColored());
    ASSERT_GT(document().addHint(dot(2)), 0);
    const auto target = dir_ / "coloured film.mp4";
    workflow::RenderOptions options;
    options.output = target;
    studio_->exportFilm(options);
    ASSERT_TRUE(jobsEnd());
    ASSERT_TRUE(waitFor([&] { return exported_.size() == 1; })) << lines(problems_);
    EXPECT_EQ(exported_[0], text(target));
    EXPECT_THAT(lines(news_), HasSubstr("24 frames"));
    const auto probed = testing::shell(
        "ffprobe -v error -count_frames -select_streams v -show_entries stream=nb_read_frames,width,height -of csv=p=0 " +
        testing::quoted(target));
    EXPECT_EQ(probed.output, "96,64,24\n");
    // Both scenes have their colours now, without having been asked for one by one.
    EXPECT_TRUE(statusIs(0, SceneStatus::Done));
    EXPECT_TRUE(statusIs(1, SceneStatus::Done));
    expectConsistent();

    // What lies there is not replaced unasked, and a folder that is not there is named.
    const auto bytes = *readFile(target);
    studio_->exportFilm(options);
    ASSERT_TRUE(jobsEnd());
    ASSERT_TRUE(waitFor([&] { return problems_.size() == 1; }));
    EXPECT_THAT(problems_[0].toStdString(), HasSubstr("exists already"));
    EXPECT_EQ(*readFile(target), bytes);
    options.output = dir_ / "nowhere/film.mp4";
    studio_->exportFilm(options);
    ASSERT_TRUE(jobsEnd());
    ASSERT_TRUE(waitFor([&] { return problems_.size() == 2; }));
    EXPECT_THAT(problems_[1].toStdString(), HasSubstr("nowhere"));
    options.output = target;
    options.overwrite = true;
    studio_->exportFilm(options);
    ASSERT_TRUE(jobsEnd());
    EXPECT_TRUE(waitFor([&] { return exported_.size() == 2; }));
}

TEST_F(StudioTest, WithoutModelsTheSourceIsShownAndNothingWaitsForEver) {
    const auto before = qgetenv("TINTREEL_MODELS");
    const bool wasSet = qEnvironmentVariableIsSet("TINTREEL_MODELS");
    qputenv("TINTREEL_MODELS", (dir_ / "no models").string().c_str());
    ASSERT_NO_FATAL_FAILURE(openFilm());
    EXPECT_TRUE(waitFor([&] { return !problems_.isEmpty(); }));
    EXPECT_THAT(lines(problems_), HasSubstr("no models"));
    EXPECT_TRUE(waitFor([&] { return !busy_; }, 3000)) << "the sign of work in progress stays for ever";
    studio_->goTo(5);
    EXPECT_TRUE(waitFor([&] { return studio_->view().frame == 5 && !studio_->view().source.isNull(); }));
    EXPECT_TRUE(waitFor([&] { return !busy_; }, 3000));
    problems_.clear();
    ASSERT_GT(document().addHint(dot(5)), 0);
    studio_->colorizeScene(0);
    ASSERT_TRUE(jobsEnd());
    EXPECT_TRUE(statusIs(0, SceneStatus::Failed));
    EXPECT_THAT(lines(problems_), HasSubstr("no models"));
    if (wasSet) qputenv("TINTREEL_MODELS", before);
    else qunsetenv("TINTREEL_MODELS");
}

TEST_F(StudioTest, AProjectWithoutItsFilmShowsNothingOfTheFilmBefore) {
    const auto lost = dir_ / "lost/lost.mkv";
    fs::create_directories(lost.parent_path());
    fs::copy_file(testing::oneShot(), lost);
    {
        Document made;
        ASSERT_TRUE(made.open(lost, {}));
    }
    fs::remove(lost);
    ASSERT_NO_FATAL_FAILURE(openColored());
    studio_->setIn(2);
    studio_->setOut(4);
    // Pictures of the first film are under way, unheard, while the other project is opened.
    studio_->goTo(7);
    studio_->goTo(0);
    studio_->requestThumbnail(3);
    QThread::msleep(400);
    marks_ = 0;
    std::vector<qlonglong> thumbnails;
    QObject::connect(studio_.get(), &Studio::thumbnail, &context_,
                     [&](qlonglong frame, const QImage&) { thumbnails.push_back(frame); });
    ASSERT_TRUE(studio_->open(text(dir_ / "lost/lost.tintreel")));
    EXPECT_EQ(missing_, 1);
    EXPECT_FALSE(document().hasFilm());
    EXPECT_FALSE(waitFor([&] { return !studio_->view().source.isNull(); }, 300)) << "a late picture of the film before";
    EXPECT_TRUE(thumbnails.empty()) << "a late thumbnail of the film before";
    EXPECT_EQ(studio_->in(), std::nullopt);
    EXPECT_GT(marks_, 0) << "the timeline must hear that the marks are gone";
    EXPECT_FALSE(busy_) << "nothing is under way";
    for (std::size_t i = 0; i < document().scenes().size(); ++i)
        EXPECT_EQ(studio_->status(static_cast<int>(i)), SceneStatus::Empty);
    EXPECT_GT(document().addHint(dot(1)), 0);
    studio_->colorizeScene(0);  // there is nothing to colour
    studio_->exportFilm({});
    EXPECT_TRUE(jobsEnd());
    // Found again it is shown.
    fs::copy_file(testing::oneShot(), dir_ / "elsewhere.mkv");
    ASSERT_TRUE(document().relink(dir_ / "elsewhere.mkv", false));
    EXPECT_TRUE(waitFor([&] { return !studio_->view().source.isNull() && studio_->view().frame == studio_->frame(); }));
}

TEST_F(StudioTest, AnotherFilmBeginsAfresh) {
    const auto other = dir_ / "other.mkv";
    fs::copy_file(testing::oneShot(), other);
    ASSERT_NO_FATAL_FAILURE(openColored());
    ASSERT_GT(document().addHint(dot(2)), 0);
    ASSERT_NO_FATAL_FAILURE(colorScene(0));
    studio_->setIn(2);
    studio_->setOut(4);
    studio_->setLooping(true);
    studio_->suggestKeyframe(9);
    studio_->goTo(9);
    ASSERT_TRUE(studio_->open(text(other)));
    EXPECT_EQ(studio_->frame(), 0);
    EXPECT_EQ(studio_->in(), std::nullopt);
    EXPECT_EQ(studio_->out(), std::nullopt);
    EXPECT_EQ(studio_->suggestedKeyframe(), -1);
    EXPECT_TRUE(studio_->timelineKeys().empty());
    EXPECT_TRUE(studio_->confidenceRuns().empty());
    ASSERT_TRUE(jobsEnd());
    ASSERT_TRUE(waitFor([&] { return !studio_->view().source.isNull() && !busy_; }, kLong));
    EXPECT_EQ(studio_->status(0), SceneStatus::Empty);
    // The old marks hold playback no longer.
    FrameIndex furthest = 0;
    QObject::connect(studio_.get(), &Studio::frameChanged, &context_,
                     [&] { furthest = std::max(furthest, studio_->frame()); });
    studio_->player().toggle();
    EXPECT_TRUE(waitFor([&] { return furthest == 11; }, 3000)) << "played to frame " << furthest << " alone";
    studio_->player().stop();
    // What could not be opened leaves this one as it is.
    problems_.clear();
    std::ofstream(dir_ / "text.tintreel") << "a text";
    EXPECT_FALSE(studio_->open(text(dir_ / "text.tintreel")));
    EXPECT_EQ(problems_.size(), 1);
    EXPECT_TRUE(fs::equivalent(document().project().clip().path, other));
    EXPECT_TRUE(document().hasFilm());

    studio_->close();
    settle();
    EXPECT_FALSE(document().isOpen());
    EXPECT_TRUE(studio_->view().source.isNull());
    EXPECT_TRUE(studio_->timelineScenes().empty());
    EXPECT_TRUE(studio_->timelineKeys().empty());
    EXPECT_TRUE(studio_->stateRuns().empty());
    EXPECT_TRUE(studio_->confidenceRuns().empty());
    EXPECT_FALSE(busy_);
    EXPECT_EQ(studio_->frame(), 0);
}

}  // namespace
}  // namespace tintreel::ui
