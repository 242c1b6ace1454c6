// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <QImage>
#include <QObject>
#include <QPointF>

#include "tintreel/workflow/film_colorizer.h"

namespace tintreel::ui {

using PlanPtr = std::shared_ptr<const workflow::FilmPlan>;

struct ViewRequest {
    quint64 generation = 0;  ///< given back with the view
    FrameIndex frame = 0;
    PlanPtr plan;
    bool colored = true;  ///< false: the source alone
    int longSide = 1280;  ///< pixels of the pictures at most
};

/// One frame for the screen.
struct View {
    quint64 generation = 0;
    FrameIndex frame = -1;
    QImage source;
    QImage colored;  ///< null where the frame has no colours
    double confidence = 1;
    bool keyframe = false, unfinished = false, stale = false;
    bool complete = true;  ///< false: colours may still come for this request
};

/// What the cache holds for one scene.
struct SceneColors {
    FrameRange scene;
    std::vector<workflow::ColorStretch> stretches;
    std::vector<float> confidence;  ///< one a frame, below 0 where unknown; empty where nothing was coloured
};

/// Decodes, colours and composes frames on a thread of its own, so that the window never waits. Of views and
/// suggestions the latest request wins; states and thumbnails are made when there is nothing better to do. Results come
/// as queued signals.
class Viewer : public QObject {
    Q_OBJECT
public:
    explicit Viewer(QObject* parent = nullptr);
    ~Viewer() override;

    /// Turns to another film; what was asked for before is dropped, and nothing of the film before is told any more.
    /// The networks are loaded when colours are first wanted.
    void open(const workflow::FilmOptions& options);
    void close();

    void request(ViewRequest request);
    void suggest(FrameIndex frame, QPointF point, PlanPtr plan);
    /// The state of all scenes of a plan; sceneColored() comes once for each, statesDone() after the last.
    void requestStates(PlanPtr plan);
    void requestThumbnail(FrameIndex frame);

Q_SIGNALS:
    void viewed(const tintreel::ui::View& view);
    void suggested(qlonglong frame, QPointF point, const std::vector<tintreel::inference::ColorSuggestion>& colors);
    void sceneColored(const tintreel::ui::SceneColors& colors);
    void statesDone();
    void thumbnail(qlonglong frame, const QImage& image);
    void failed(const QString& message);  ///< the film cannot be read here
    void networksReady(const QString& description);
    void networksFailed(const QString& message);  ///< only the source is shown from now on

private:
    struct Film;
    struct Suggestion {
        FrameIndex frame;
        QPointF point;
        PlanPtr plan;
    };
    /// Hands a result to the window's thread, where one of a film that was left meanwhile is dropped.
    template <class F>
    void tell(quint64 film, F result) {
        QMetaObject::invokeMethod(
            this,
            [this, film, result = std::move(result)] {
                if (film == film_) result();
            },
            Qt::QueuedConnection);
    }
    void turnTo(std::optional<workflow::FilmOptions> options);
    void run(const std::stop_token& stop);
    void view(Film& film, const ViewRequest& request);
    void suggest(Film& film, const Suggestion& request);
    void states(Film& film, const PlanPtr& plan, std::size_t scene);
    void makeThumbnail(Film& film, FrameIndex frame);

    quint64 film_ = 0;  // counts films that were turned to; window's thread
    std::mutex mutex_;
    std::condition_variable_any wake_;
    struct Turn {
        quint64 film;
        std::optional<workflow::FilmOptions> options;
    };
    std::optional<Turn> open_;  // a film to turn to, or none
    std::optional<ViewRequest> view_;
    std::optional<Suggestion> suggestion_;
    PlanPtr statesPlan_;
    std::size_t statesNext_ = 0;
    std::deque<FrameIndex> thumbnails_;
    std::jthread thread_;  // last: it uses the members above
};

}  // namespace tintreel::ui

Q_DECLARE_METATYPE(tintreel::ui::View)
Q_DECLARE_METATYPE(tintreel::ui::SceneColors)
Q_DECLARE_METATYPE(std::vector<tintreel::inference::ColorSuggestion>)
