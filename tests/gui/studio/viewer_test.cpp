// SPDX-License-Identifier: Apache-2.0
#include "studio/viewer.h"

#include <set>
#include <thread>

#include <QElapsedTimer>
#include <QThread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "studio_support.h"
#include "support/events.h"

namespace tintreel::ui {
namespace {

namespace fs = std::filesystem;
using testing::waitFor;

// Loading the networks on a busy machine.
constexpr int kLong = 60000;

/// A viewer and all that it has said.
struct Heard : QObject {
    Heard() {
        connect(&viewer, &Viewer::viewed, this, [this](const View& view) {
            EXPECT_EQ(QThread::currentThread(), thread()) << "results come on the thread of the window";
            views.push_back(view);
        });
        connect(&viewer, &Viewer::suggested, this, [this](qlonglong frame, QPointF point, const auto& colors) {
            suggestions.emplace_back(frame, point, colors);
        });
        connect(&viewer, &Viewer::sceneColored, this, [this](const SceneColors& colors) { scenes.push_back(colors); });
        connect(&viewer, &Viewer::statesDone, this, [this] { ++statesDone; });
        connect(&viewer, &Viewer::thumbnail, this,
                [this](qlonglong frame, const QImage& image) { thumbnails.emplace_back(frame, image); });
        connect(&viewer, &Viewer::failed, this, [this](const QString& text) { failures << text; });
        connect(&viewer, &Viewer::networksReady, this, [this](const QString& text) { ready << text; });
        connect(&viewer, &Viewer::networksFailed, this, [this](const QString& text) { noNetworks << text; });
    }
    /// The last answer to this request came, with colours or without.
    bool has(quint64 generation, bool colored) const {
        return !views.empty() && views.back().generation == generation && views.back().colored.isNull() != colored;
    }

    Viewer viewer;
    std::vector<View> views;
    std::vector<std::tuple<qlonglong, QPointF, std::vector<inference::ColorSuggestion>>> suggestions;
    std::vector<SceneColors> scenes;
    int statesDone = 0;
    std::vector<std::pair<qlonglong, QImage>> thumbnails;
    QStringList failures, ready, noNetworks;
};

/// Largest difference between the channels of a pixel: 0 where all is grey.
int colorfulness(const QImage& image) {
    int most = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const QRgb p = image.pixel(x, y);
            most = std::max(
                {most, std::abs(qRed(p) - qGreen(p)), std::abs(qGreen(p) - qBlue(p)), std::abs(qRed(p) - qBlue(p))});
        }
    return most;
}

class ViewerTest : public ::testing::Test {
protected:
    ViewerTest() {
        options_.film = testing::oneShot();
        options_.cacheFolder = dir_ / "cache";
        options_.workingSize = 64;
        options_.networks.modelsDir = fs::path(TINTREEL_SOURCE_DIR) / "models";
        auto plan = std::make_shared<workflow::FilmPlan>();
        plan->scenes = {{0, 6}, {6, 12}};
        plan->person.hints.hints = {testing::dot(0)};
        plan_ = plan;
    }
    /// What frame `index` of a film looks like.
    static QImage truth(const fs::path& film, FrameIndex index) {
        auto reader = media::FrameReader::open(film);
        EXPECT_TRUE(reader->seek(index));
        const auto frame = reader->next();
        EXPECT_TRUE(frame && *frame);
        QImage image((*frame)->y.width, (*frame)->y.height, QImage::Format_Grayscale8);
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x) image.scanLine(y)[x] = static_cast<uchar>((*frame)->y.at(x, y));
        return image;
    }
    /// Which of the film's 12 frames a picture shows; -1 for none of them.
    static int frameShown(const fs::path& film, const QImage& picture) {
        int best = -1;
        double least = 12;  // mean over the picture; ranges of luma differ by more between any two frames
        for (int index = 0; index < 12; ++index) {
            const auto expected = truth(film, index);
            if (expected.size() != picture.size()) return -1;
            double sum = 0;
            for (int y = 0; y < picture.height(); ++y)
                for (int x = 0; x < picture.width(); ++x) {
                    // Video range to full.
                    const int full = std::clamp((qGray(expected.pixel(x, y)) - 16) * 255 / 219, 0, 255),
                              as = qGray(expected.pixel(x, y)), shown = qGray(picture.pixel(x, y));
                    sum += std::min(std::abs(full - shown), std::abs(as - shown));
                }
            sum /= picture.width() * picture.height();
            if (sum < least) {
                least = sum;
                best = index;
            }
        }
        return best;
    }
    testing::TempDir dir_;
    workflow::FilmOptions options_;
    PlanPtr plan_;
};

TEST_F(ViewerTest, TheSourceComesFirstThenColorsAndWhatElseIsAskedFor) {
    Heard h;
    h.viewer.open(options_);
    h.viewer.request({7, 0, plan_, true, 1280});
    ASSERT_TRUE(waitFor([&] { return h.has(7, true); }, kLong));
    ASSERT_EQ(h.views.size(), 2U);
    EXPECT_EQ(h.views[0].generation, 7U);
    EXPECT_EQ(h.views[0].frame, 0);
    EXPECT_EQ(h.views[0].source.size(), QSize(96, 64));
    EXPECT_TRUE(h.views[0].colored.isNull()) << "it does not wait for the networks";
    EXPECT_EQ(colorfulness(h.views[0].source), 0);
    EXPECT_EQ(h.views[1].frame, 0);
    EXPECT_EQ(h.views[1].source, h.views[0].source);
    EXPECT_GT(colorfulness(h.views[1].colored), 20);
    EXPECT_TRUE(h.views[1].keyframe);
    EXPECT_FALSE(h.views[1].stale);
    ASSERT_EQ(h.ready.size(), 1);
    EXPECT_THAT(h.ready[0].toStdString(), ::testing::HasSubstr("tintreel-keyframe"));

    // The source alone, and a frame without colours, and a smaller picture.
    h.viewer.request({8, 0, plan_, false, 1280});
    ASSERT_TRUE(waitFor([&] { return h.has(8, false); }));
    h.viewer.request({9, 3, plan_, true, 48});
    ASSERT_TRUE(waitFor([&] { return h.has(9, false); })) << "nothing was carried to frame 3 yet";
    EXPECT_EQ(h.views.back().source.size(), QSize(48, 32));

    h.viewer.suggest(0, {0.25, 0.75}, plan_);
    ASSERT_TRUE(waitFor([&] { return !h.suggestions.empty(); }, kLong));
    const auto& [frame, point, colors] = h.suggestions[0];
    EXPECT_EQ(frame, 0);
    EXPECT_EQ(point, QPointF(0.25, 0.75));
    ASSERT_FALSE(colors.empty());
    for (std::size_t i = 0; i < colors.size(); ++i) {
        EXPECT_GT(colors[i].weight, 0);
        EXPECT_LE(colors[i].weight, i == 0 ? 1.001F : colors[i - 1].weight + 0.001F) << "ranked";
    }

    for (const FrameIndex wanted : {0, 5, 99, 11}) h.viewer.requestThumbnail(wanted);
    ASSERT_TRUE(waitFor([&] { return h.thumbnails.size() == 4; }));
    std::set<qlonglong> frames;
    for (const auto& [index, image] : h.thumbnails) {
        frames.insert(index);
        if (index == 99) {
            EXPECT_TRUE(image.isNull()) << "there is none to be had";
            continue;
        }
        EXPECT_EQ(frameShown(options_.film, image), index);
    }
    EXPECT_EQ(frames, (std::set<qlonglong>{0, 5, 11, 99}));

    h.viewer.requestStates(plan_);
    ASSERT_TRUE(waitFor([&] { return h.statesDone == 1; }));
    ASSERT_EQ(h.scenes.size(), 2U);
    for (const auto& scene : h.scenes) {
        ASSERT_FALSE(scene.stretches.empty());
        for (const auto& stretch : scene.stretches) EXPECT_EQ(stretch.state, workflow::ColorState::None);
        EXPECT_TRUE(scene.confidence.empty());
    }
    // Another object colours the first scene, as the studio's jobs do.
    auto film = workflow::FilmColorizer::open(options_);
    ASSERT_TRUE(film) << describe(film.error());
    struct : JobContext {
    } context;
    ASSERT_TRUE(film->colorizeScene({0, 6}, *plan_, context));
    h.scenes.clear();
    h.viewer.requestStates(plan_);
    ASSERT_TRUE(waitFor([&] { return h.statesDone == 2; }));
    ASSERT_EQ(h.scenes.size(), 2U);
    EXPECT_EQ(h.scenes[0].scene, (FrameRange{0, 6}));
    for (const auto& stretch : h.scenes[0].stretches) EXPECT_EQ(stretch.state, workflow::ColorState::Done);
    ASSERT_EQ(h.scenes[0].confidence.size(), 6U);
    EXPECT_GT(h.scenes[0].confidence[3], 0);
    EXPECT_LE(h.scenes[0].confidence[3], 1);
    EXPECT_EQ(h.scenes[1].stretches[0].state, workflow::ColorState::None);
    h.viewer.request({10, 3, plan_, true, 1280});
    ASSERT_TRUE(waitFor([&] { return h.has(10, true); }));
    EXPECT_FALSE(h.views.back().keyframe);
    EXPECT_FALSE(h.views.back().stale);
    EXPECT_GT(colorfulness(h.views.back().colored), 10);
    EXPECT_NEAR(h.views.back().confidence, h.scenes[0].confidence[3], 0.01);

    // After an edit the old colours are shown, and said to be old.
    auto edited = std::make_shared<workflow::FilmPlan>(*plan_);
    edited->person.hints.hints[0].color = hints::AbColor{-50, 40};
    h.viewer.request({11, 3, edited, true, 1280});
    ASSERT_TRUE(waitFor([&] { return h.has(11, true); }));
    EXPECT_TRUE(h.views.back().stale);
    EXPECT_EQ(h.views.back().colored, h.views[h.views.size() - 2].colored);
    h.scenes.clear();
    h.viewer.requestStates(edited);
    ASSERT_TRUE(waitFor([&] { return h.statesDone == 3; }));
    EXPECT_EQ(h.scenes[0].stretches[0].state, workflow::ColorState::Stale);
    EXPECT_TRUE(h.failures.isEmpty());
    EXPECT_TRUE(h.noNetworks.isEmpty());
}

TEST_F(ViewerTest, OfABurstOfRequestsTheLatestWins) {
    Heard h;
    h.viewer.open(options_);
    h.viewer.request({1, 0, plan_, true, 1280});
    ASSERT_TRUE(waitFor([&] { return h.has(1, true); }, kLong));
    h.views.clear();
    for (quint64 i = 1; i <= 30; ++i)
        h.viewer.request({100 + i, static_cast<FrameIndex>(i * 5 % 12), plan_, true, 1280});
    for (int i = 0; i < 30; ++i) h.viewer.suggest(i % 12, {0.01 * i, 0.5}, plan_);
    ASSERT_TRUE(waitFor([&] { return !h.views.empty() && h.views.back().generation == 130; }));
    ASSERT_TRUE(waitFor([&] { return !h.suggestions.empty() && std::get<0>(h.suggestions.back()) == 29 % 12; }));
    EXPECT_FALSE(waitFor([&] { return h.views.back().generation != 130; }, 300)) << "nothing comes after the latest";
    EXPECT_LT(h.views.size(), 15U) << "those that nobody waits for are not made";
    EXPECT_LT(h.suggestions.size(), 15U);
    EXPECT_TRUE(std::is_sorted(h.views.begin(), h.views.end(),
                               [](const View& a, const View& b) { return a.generation < b.generation; }));
    EXPECT_EQ(h.views.back().frame, 30 * 5 % 12);
    for (const auto& view : h.views) EXPECT_EQ(frameShown(options_.film, view.source), view.frame);
}

TEST_F(ViewerTest, WithoutModelsItSaysSoAndShowsTheSource) {
    options_.networks.modelsDir = dir_ / "no models here";
    Heard h;
    h.viewer.open(options_);
    h.viewer.request({1, 2, plan_, true, 1280});
    ASSERT_TRUE(waitFor([&] { return !h.noNetworks.isEmpty(); }));
    EXPECT_THAT(h.noNetworks[0].toStdString(), ::testing::HasSubstr("no models here"));
    for (quint64 generation = 2; generation < 6; ++generation) {
        const auto frame = static_cast<FrameIndex>(generation * 7 % 12);
        h.viewer.request({generation, frame, plan_, true, 1280});
        ASSERT_TRUE(waitFor([&] { return h.has(generation, false); }));
        EXPECT_EQ(frameShown(options_.film, h.views.back().source), frame);
    }
    h.viewer.requestStates(plan_);
    h.viewer.suggest(0, {0.5, 0.5}, plan_);
    h.viewer.requestThumbnail(4);
    ASSERT_TRUE(waitFor([&] { return !h.thumbnails.empty(); }));
    EXPECT_EQ(frameShown(options_.film, h.thumbnails[0].second), 4);
    EXPECT_EQ(h.noNetworks.size(), 1) << "once is enough";
    EXPECT_TRUE(h.failures.isEmpty());
    EXPECT_TRUE(h.ready.isEmpty());
}

TEST_F(ViewerTest, AFrameThatCannotBeReadIsToldAndTheNextOneIsRight) {
    options_.networks.modelsDir = dir_ / "no models here";
    for (const bool networks : {false, true}) {
        SCOPED_TRACE(networks);
        if (networks) options_.networks.modelsDir = fs::path(TINTREEL_SOURCE_DIR) / "models";
        Heard h;
        h.viewer.open(options_);
        h.viewer.request({1, 4, plan_, networks, 1280});
        ASSERT_TRUE(waitFor([&] { return networks ? !h.ready.isEmpty() : h.has(1, false); }, kLong));
        ASSERT_TRUE(waitFor([&] { return h.has(1, false); }));
        h.views.clear();
        h.viewer.request({2, 40, plan_, networks, 1280});
        ASSERT_TRUE(waitFor([&] { return h.failures.size() == 1; }));
        EXPECT_THAT(h.failures[0].toStdString(), ::testing::HasSubstr("40"));
        // The colours of the first request may still come meanwhile.
        EXPECT_TRUE(
            std::none_of(h.views.begin(), h.views.end(), [](const View& view) { return view.generation == 2; }));
        for (const FrameIndex frame : {5, 41, 0, 11, 12, 11}) {
            const auto generation = static_cast<quint64>(100 + frame);
            const auto failures = h.failures.size();
            h.viewer.request({generation, frame, plan_, false, 1280});
            if (frame >= 12) {
                ASSERT_TRUE(waitFor([&] { return h.failures.size() == failures + 1; }));
                continue;
            }
            h.views.clear();
            ASSERT_TRUE(waitFor([&] { return h.has(generation, false); }));
            EXPECT_EQ(frameShown(options_.film, h.views.back().source), frame);
        }
    }
}

TEST_F(ViewerTest, TurnsToAnotherFilmInTheMiddleOfWork) {
    Heard h;
    h.viewer.open(options_);
    h.viewer.request({1, 2, plan_, true, 1280});
    for (FrameIndex frame = 0; frame < 12; ++frame) h.viewer.requestThumbnail(frame);
    h.viewer.requestStates(plan_);
    ASSERT_TRUE(waitFor([&] { return !h.views.empty(); }));
    // The networks are being loaded now.
    auto other = options_;
    other.film = testing::otherShot();
    h.viewer.open(other);
    h.viewer.request({2, 5, plan_, true, 1280});
    ASSERT_TRUE(waitFor([&] { return h.views.back().generation == 2; }, kLong));
    EXPECT_EQ(frameShown(other.film, h.views.back().source), 5);
    EXPECT_EQ(frameShown(options_.film, h.views.back().source), -1) << "the two films differ";
    h.viewer.close();
    h.viewer.request({3, 6, plan_, true, 1280});
    h.viewer.requestThumbnail(3);
    EXPECT_FALSE(waitFor([&] { return h.views.back().generation == 3; }, 300)) << "nothing is open";
    // One that is not there is told of, and then the first again.
    other.film = dir_ / "gone.mkv";
    h.viewer.open(other);
    h.viewer.request({4, 0, plan_, true, 1280});
    ASSERT_TRUE(waitFor([&] { return !h.failures.isEmpty(); }, kLong));
    EXPECT_THAT(h.failures.back().toStdString(), ::testing::HasSubstr("gone.mkv"));
    h.thumbnails.clear();
    h.viewer.open(options_);
    h.viewer.request({5, 6, plan_, false, 1280});
    h.viewer.requestThumbnail(8);
    ASSERT_TRUE(waitFor([&] { return h.views.back().generation == 5 && !h.thumbnails.empty(); }, kLong));
    EXPECT_EQ(frameShown(options_.film, h.views.back().source), 6);
    EXPECT_EQ(frameShown(options_.film, h.thumbnails.back().second), 8);
    EXPECT_EQ(h.thumbnails.size(), 1U) << "what was asked of the film before was dropped";
}

TEST_F(ViewerTest, GoesWhileItIsBusy) {
    for (const int milliseconds : {0, 1, 15, 60, 200}) {
        auto h = std::make_unique<Heard>();
        h->viewer.open(options_);
        h->viewer.request({1, 0, plan_, true, 1280});
        h->viewer.suggest(0, {0.5, 0.5}, plan_);
        h->viewer.requestStates(plan_);
        for (FrameIndex frame = 0; frame < 12; ++frame) h->viewer.requestThumbnail(frame);
        QThread::msleep(static_cast<unsigned long>(milliseconds));
        QElapsedTimer timer;
        timer.start();
        h.reset();
        EXPECT_LT(timer.elapsed(), 15000) << "after " << milliseconds << " ms";
    }
    testing::settle();
    Heard never;  // and one that never had a film
}

}  // namespace
}  // namespace tintreel::ui
