// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include "studio/document.h"
#include "studio/export_dialog.h"
#include "studio/exports.h"
#include "studio/job_queue.h"
#include "studio/player.h"
#include "studio/viewer.h"
#include "timeline/timeline_data.h"

namespace tintreel::ui {

/// The studio without its window: the document, the frame on the screen, playback, marks, and the jobs that colour
/// scenes and write films. The window shows what this tells and calls what a user asks for. GUI thread.
class Studio : public QObject {
    Q_OBJECT
public:
    explicit Studio(QObject* parent = nullptr);
    ~Studio() override;

    [[nodiscard]] Document& document() { return document_; }
    [[nodiscard]] const Document& document() const { return document_; }
    [[nodiscard]] JobQueue& jobs() { return jobs_; }
    [[nodiscard]] Player& player() { return player_; }

    /// Opens a film, a project, a folder of frames. Problems come by message().
    bool open(const QString& path);
    void close();

    [[nodiscard]] FrameIndex frame() const { return frame_; }
    [[nodiscard]] const View& view() const { return view_; }
    void goTo(FrameIndex frame);
    void step(int frames) { goTo(frame_ + frames); }
    void goToScene(int by);
    void goToKeyframe(int by);
    void goToMarker(int by);
    void goToWorst();

    void setIn(std::optional<FrameIndex> frame);
    void setOut(std::optional<FrameIndex> frame);
    [[nodiscard]] std::optional<FrameIndex> in() const { return in_; }
    [[nodiscard]] std::optional<FrameIndex> out() const { return out_; }
    void setLooping(bool looping);

    /// Shows what a hint in the making would do, before it is an edit; `id` is the hint it stands for, 0 for a new one.
    void preview(const hints::Hint& hint, qint64 id);
    void endPreview();
    /// Pictures no larger than the canvas can show.
    void setPictureSide(int pixels);
    /// What could be the colour at a point (0..1 of the picture).
    void askSuggestions(QPointF point);
    void requestThumbnail(FrameIndex frame) { viewer_.requestThumbnail(frame); }

    void colorizeKeyframe();
    void colorizeScene(int scene);
    void colorizeAll();
    /// Queues an export of the project as it is now; `first`: before the other jobs that wait.
    void exportFilm(const workflow::RenderOptions& options, bool first = false);
    /// What the dialog asks about.
    [[nodiscard]] ExportSubject exportSubject() const;
    [[nodiscard]] ExportEstimator& estimator() { return estimator_; }
    /// Ends all jobs because the studio ends; exports are listed as interrupted the next time.
    void quit();
    void findScenes();

    [[nodiscard]] SceneStatus status(int scene) const;
    [[nodiscard]] double confidence(int scene) const;  ///< mean, below 0 where unknown
    [[nodiscard]] std::vector<TimelineScene> timelineScenes() const;
    [[nodiscard]] std::vector<TimelineKey> timelineKeys() const;
    [[nodiscard]] std::vector<StateRun> stateRuns() const;
    [[nodiscard]] std::vector<ConfidenceRun> confidenceRuns() const;
    [[nodiscard]] QString modelsText() const { return models_; }
    /// A keyframe that is proposed: the frame whose colours are least sure, -1 for none.
    [[nodiscard]] FrameIndex suggestedKeyframe() const { return suggested_; }
    void suggestKeyframe(FrameIndex frame);

    [[nodiscard]] static std::filesystem::path projectsFolder();
    [[nodiscard]] static std::filesystem::path exportsFolder();
    /// The open film with the networks that its project names.
    [[nodiscard]] workflow::FilmOptions filmOptions() const;
    /// Loads the networks anew: the project or the library names others. Colours that were made with them before are
    /// found again.
    void changeNetworks();

Q_SIGNALS:
    void frameChanged();
    void viewChanged();
    void busyChanged(bool busy);
    void marksChanged();
    void statesChanged();
    void suggested(QPointF point, const std::vector<tintreel::inference::ColorSuggestion>& colors);
    void thumbnail(qlonglong frame, const QImage& image);
    /// Something to read that does not stop anybody; `problem`: it went wrong.
    void message(const QString& text, bool problem);
    void filmMissing();
    void exported(const QString& file);

private:
    struct Worker;
    struct Preview {
        hints::Hint hint;
        qint64 id;
    };
    void openFilm();
    void forgetFilm();
    void setBusy(bool busy);
    [[nodiscard]] bool isScene(FrameRange range) const;
    void documentChanged();
    void requestView();
    void showView(const View& view);
    [[nodiscard]] PlanPtr shownPlan() const;
    void colorStates(const SceneColors& colors);
    void addColoring(const QString& title, std::vector<FrameRange> scenes);
    [[nodiscard]] bool hasInput(FrameRange scene) const;

    Document document_;
    Viewer viewer_;
    Player player_;
    std::shared_ptr<Worker> worker_;
    View view_;
    FrameIndex frame_ = 0;
    quint64 generation_ = 0;
    bool busy_ = false;
    std::optional<FrameIndex> in_, out_;
    bool looping_ = false;
    int pictureSide_ = 1280;
    std::optional<Preview> preview_;
    std::map<FrameIndex, SceneColors> colors_;  // by first frame of the scene
    std::set<FrameIndex> failedScenes_;
    FrameIndex suggested_ = -1;
    QString models_;
    PlanPtr statesPlan_;
    QTimer statesLater_;
    ExportEstimator estimator_;
    JobQueue jobs_;  // its jobs end before what they use
    Exports exports_;
};

}  // namespace tintreel::ui
