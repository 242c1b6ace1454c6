// SPDX-License-Identifier: Apache-2.0
#include "studio/studio.h"

#include <algorithm>

#include <QSettings>
#include <QStandardPaths>

#include "tintreel/inference/models_folder.h"
#include "tintreel/workflow/model_library.h"

namespace tintreel::ui {
namespace fs = std::filesystem;
namespace {

// Edits come in bursts; the cache is looked through when they pause.
constexpr int kStatesDelay = 60;
// Of one project's colour tracks; a frame takes about 0.15 MB at working size 256.
constexpr qulonglong kCacheGigabytes = 50;

QString nameOf(const fs::path& path) { return QString::fromStdString(path.filename().string()); }

}  // namespace

/// The networks of the job thread: loaded by the first job that needs them, kept for the next.
struct Studio::Worker {
    workflow::FilmOptions options;
    std::uintmax_t cacheBytes = 0;
    std::optional<workflow::FilmColorizer> film;

    Result<workflow::FilmColorizer*> get() {
        if (!film) {
            // Here, where the cache grows, and not where the window would wait.
            workflow::FilmColorizer::pruneCache(options.cacheFolder, cacheBytes);
            TT_ASSIGN(auto opened, workflow::FilmColorizer::open(options));
            film.emplace(std::move(opened));
        }
        return &*film;
    }
};

Studio::Studio(QObject* parent) : QObject(parent), exports_(jobs_, exportsFolder()) {
    connect(&document_, &Document::opened, this, &Studio::openFilm);
    connect(&document_, &Document::changed, this, &Studio::documentChanged);
    connect(&document_, &Document::refused, this, [this](const QString& text) { Q_EMIT message(text, true); });
    connect(&viewer_, &Viewer::viewed, this, &Studio::showView);
    connect(&viewer_, &Viewer::thumbnail, this, &Studio::thumbnail);
    connect(&viewer_, &Viewer::sceneColored, this, &Studio::colorStates);
    connect(&viewer_, &Viewer::statesDone, this, &Studio::statesChanged);
    connect(&viewer_, &Viewer::failed, this, [this](const QString& text) {
        setBusy(false);
        Q_EMIT message(text, true);
    });
    connect(&viewer_, &Viewer::networksFailed, this,
            [this](const QString& text) { Q_EMIT message(tr("Colours cannot be shown: %1").arg(text), true); });
    connect(&viewer_, &Viewer::networksReady, this, [this](const QString& text) {
        models_ = text;
        viewer_.requestStates(document_.plan());
    });
    connect(&viewer_, &Viewer::suggested, this, [this](qlonglong frame, QPointF point, const auto& colors) {
        if (frame == frame_) Q_EMIT suggested(point, colors);
    });
    connect(&player_, &Player::frameDue, this, [this](qlonglong frame) {
        frame_ = frame;
        requestView();
        Q_EMIT frameChanged();
    });
    // While a scene is being coloured its frames show as they come.
    connect(&jobs_, &JobQueue::progressed, this, [this] {
        if (!player_.isPlaying() && !preview_ && !busy_ && (view_.colored.isNull() || view_.unfinished || view_.stale))
            requestView();
    });
    connect(&exports_, &Exports::message, this, &Studio::message);
    connect(&exports_, &Exports::exported, this, &Studio::exported);
    connect(&exports_, &Exports::ended, &statesLater_, qOverload<>(&QTimer::start));
    statesLater_.setSingleShot(true);
    statesLater_.setInterval(kStatesDelay);
    connect(&statesLater_, &QTimer::timeout, this, [this] {
        if (document_.isOpen() && document_.hasFilm()) viewer_.requestStates(document_.plan());
    });
}

Studio::~Studio() { quit(); }

fs::path Studio::projectsFolder() {
    return fs::path(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation).toStdString()) / "projects";
}

bool Studio::open(const QString& path) {
    const auto result = document_.open(path.toStdString(), projectsFolder());
    if (!result) Q_EMIT message(QString::fromStdString(describe(result.error())), true);
    return result.has_value();
}

void Studio::close() {
    viewer_.close();
    document_.close();
    forgetFilm();
}

void Studio::forgetFilm() {
    worker_.reset();     // first: what its jobs have to say is of no matter any more
    jobs_.cancelWork();  // exports have a project and a process of their own
    player_.stop();
    view_ = {};
    frame_ = 0;
    in_.reset();
    out_.reset();
    preview_.reset();
    colors_.clear();
    failedScenes_.clear();
    suggested_ = -1;
    models_.clear();
    setBusy(false);
    Q_EMIT viewChanged();
    Q_EMIT marksChanged();
    Q_EMIT frameChanged();
    Q_EMIT statesChanged();
}

void Studio::setBusy(bool busy) {
    if (std::exchange(busy_, busy) != busy) Q_EMIT busyChanged(busy);
}

workflow::FilmOptions Studio::filmOptions() const {
    workflow::FilmOptions options;
    const auto& project = document_.project();
    options.film = document_.film();
    options.cacheFolder = project.cacheFolder();
    std::error_code ec;
    fs::create_directories(options.cacheFolder, ec);
    // Beside a project on a read-only disk nothing can be kept.
    if (ec)
        options.cacheFolder = fs::path(QStandardPaths::writableLocation(QStandardPaths::CacheLocation).toStdString()) /
                              project.cacheFolder().filename();
    options.networks.modelsDir = inference::defaultModelsFolder();
    options.networks = workflow::networksOf(project, options.networks);
    return options;
}

void Studio::changeNetworks() {
    if (!worker_ || !document_.isOpen()) return;
    auto worker = std::make_shared<Worker>();
    worker->options = filmOptions();
    worker->cacheBytes = worker_->cacheBytes;
    worker_ = std::move(worker);  // jobs that run end with the networks that they began with
    colors_.clear();
    models_.clear();
    viewer_.open(worker_->options);
    requestView();
    Q_EMIT statesChanged();
}

void Studio::openFilm() {
    forgetFilm();
    if (!document_.hasFilm()) {
        viewer_.close();
        Q_EMIT filmMissing();
        return;
    }
    const auto options = filmOptions();
    worker_ = std::make_shared<Worker>();
    worker_->options = options;
    worker_->cacheBytes = QSettings().value(QStringLiteral("cache/gigabytes"), kCacheGigabytes).toULongLong() << 30;
    viewer_.open(options);
    if (document_.needsScan()) findScenes();
}

void Studio::documentChanged() {
    player_.setFilm(document_.frames(), document_.rate());
    frame_ = std::clamp<FrameIndex>(frame_, 0, std::max<FrameIndex>(0, document_.frames() - 1));
    if (!player_.isPlaying()) player_.seek(frame_);
    setLooping(looping_);
    if (worker_ && document_.isOpen() && document_.hasFilm()) {
        const auto wanted = filmOptions().networks, &used = worker_->options.networks;
        if (wanted.keyframeModel != used.keyframeModel || wanted.frameModel != used.frameModel) changeNetworks();
    }
    // Of scenes that are no longer nothing is known; a cut that comes back finds its states again.
    std::erase_if(colors_, [this](const auto& known) { return !isScene(known.second.scene); });
    if (!document_.isOpen()) view_ = {};
    else if (document_.hasFilm()) {
        requestView();
        statesLater_.start();
    }
    Q_EMIT statesChanged();
}

PlanPtr Studio::shownPlan() const {
    if (!preview_) return document_.plan();
    // Only the scene at hand matters, which keeps the copy small.
    auto plan = std::make_shared<workflow::FilmPlan>();
    const auto scene = document_.plan()->sceneOf(frame_);
    plan->scenes = {scene};
    plan->choice = document_.plan()->choice;
    plan->person = workflow::inputOf(scene, document_.plan()->person);
    auto& hints = plan->person.hints.hints;
    if (preview_->id == 0) {
        hints.push_back(preview_->hint);
    } else {
        hints.clear();
        for (const auto& stored : document_.hints())
            if (scene.contains(stored.hint.frame))
                hints.push_back(stored.id == preview_->id ? preview_->hint : stored.hint);
    }
    return plan;
}

void Studio::requestView() {
    if (!document_.isOpen() || !document_.hasFilm()) return;
    viewer_.request({++generation_, frame_, shownPlan(), true, pictureSide_});
    // A frame during playback is no work to wait for.
    if (!player_.isPlaying()) setBusy(true);
}

void Studio::showView(const View& view) {
    if (view.generation == generation_ && view.complete) setBusy(false);
    // One that is late is shown all the same while it is of the frame on the screen, or plays: something moves.
    if (view.frame != frame_ && !player_.isPlaying()) return;
    view_ = view;
    player_.shown(view.frame);
    Q_EMIT viewChanged();
}

void Studio::goTo(FrameIndex frame) {
    if (!document_.isOpen()) return;
    frame = std::clamp<FrameIndex>(frame, 0, document_.frames() - 1);
    player_.seek(frame);
    if (frame == frame_) return;
    frame_ = frame;
    preview_.reset();
    requestView();
    Q_EMIT frameChanged();
}

void Studio::goToScene(int by) {
    const int scene = document_.sceneAt(frame_);
    if (scene < 0) return;
    const auto& scenes = document_.scenes();
    // Back goes to this scene's beginning first, as editors do.
    if (by < 0 && frame_ > scenes[static_cast<std::size_t>(scene)].range.first)
        return goTo(scenes[static_cast<std::size_t>(scene)].range.first);
    const int to = scene + by;
    if (to >= static_cast<int>(scenes.size())) return goTo(document_.frames() - 1);
    goTo(scenes[static_cast<std::size_t>(std::max(0, to))].range.first);
}

void Studio::goToKeyframe(int by) {
    const auto& keys = document_.keyframes();
    if (by > 0) {
        const auto next = std::upper_bound(keys.begin(), keys.end(), frame_);
        if (next != keys.end()) goTo(*next);
    } else {
        const auto at = std::lower_bound(keys.begin(), keys.end(), frame_);
        if (at != keys.begin()) goTo(*std::prev(at));
    }
}

void Studio::goToMarker(int by) {
    FrameIndex best = -1;
    if (!document_.isOpen()) return;
    for (const auto& marker : document_.project().markers()) {
        if (by > 0 && marker.frame > frame_ && (best < 0 || marker.frame < best)) best = marker.frame;
        if (by < 0 && marker.frame < frame_ && marker.frame > best) best = marker.frame;
    }
    if (best >= 0) goTo(best);
}

void Studio::goToWorst() {
    float worst = 2;
    FrameIndex frame = -1;
    for (const auto& [first, scene] : colors_)
        for (std::size_t i = 0; i < scene.confidence.size(); ++i)
            if (scene.confidence[i] >= 0 && scene.confidence[i] < worst) {
                worst = scene.confidence[i];
                frame = first + static_cast<FrameIndex>(i);
            }
    if (frame < 0) {
        Q_EMIT message(tr("No scene has been coloured yet."), false);
        return;
    }
    goTo(frame);
    suggestKeyframe(frame);
}

void Studio::suggestKeyframe(FrameIndex frame) {
    suggested_ = frame;
    Q_EMIT statesChanged();
}

void Studio::setIn(std::optional<FrameIndex> frame) {
    in_ = frame;
    if (in_ && out_ && *out_ < *in_) out_.reset();
    setLooping(looping_);
    Q_EMIT marksChanged();
}

void Studio::setOut(std::optional<FrameIndex> frame) {
    out_ = frame;
    if (in_ && out_ && *out_ < *in_) in_.reset();
    setLooping(looping_);
    Q_EMIT marksChanged();
}

void Studio::setLooping(bool looping) {
    looping_ = looping;
    player_.setLoop(looping ? std::optional(FrameRange{in_.value_or(0), out_ ? *out_ + 1 : document_.frames()})
                            : std::nullopt);
}

void Studio::preview(const hints::Hint& hint, qint64 id) {
    preview_ = {hint, id};
    requestView();
}

void Studio::endPreview() {
    if (!preview_) return;
    preview_.reset();
    requestView();
}

void Studio::setPictureSide(int pixels) {
    // In steps, so that a window that is being resized does not decode at every pixel.
    const int side = std::clamp((pixels + 255) / 256 * 256, 512, 2048);
    if (side == pictureSide_) return;
    pictureSide_ = side;
    requestView();
}

void Studio::askSuggestions(QPointF point) {
    if (document_.isOpen() && document_.hasFilm() && !player_.isPlaying())
        viewer_.suggest(frame_, point, document_.plan());
}

void Studio::findScenes() {
    if (!document_.isOpen() || !document_.hasFilm()) return;
    const auto film = document_.film(), project = document_.project().file();
    auto found = std::make_shared<workflow::SceneReport>();
    jobs_.add(
        tr("Find scenes in %1").arg(nameOf(film)),
        [film, found](JobContext& context) -> Result<QString> {
            TT_ASSIGN(*found, workflow::findScenes(film, 1, context));
            return tr("%n scene(s)", nullptr, static_cast<int>(found->scenes.size()));
        },
        [this, found, project](JobQueue::State state, const QString& text) {
            if (state == JobQueue::State::Failed) Q_EMIT message(text, true);
            if (state != JobQueue::State::Done || !document_.isOpen() || document_.project().file() != project) return;
            document_.recordScenes(*found);
            for (const auto& defect : found->defects) Q_EMIT message(QString::fromStdString(defect.message), true);
        });
}

void Studio::addColoring(const QString& title, std::vector<FrameRange> scenes) {
    if (!document_.isOpen() || !worker_ || scenes.empty()) return;
    const auto plan = document_.plan();
    const auto around = frame_;
    jobs_.add(
        title,
        [worker = worker_, plan, scenes, around](JobContext& context) -> Result<QString> {
            TT_ASSIGN(auto* film, worker->get());
            for (const auto& scene : scenes) TT_TRY(film->colorizeScene(scene, *plan, context, around));
            return tr("%n scene(s) coloured", nullptr, static_cast<int>(scenes.size()));
        },
        [this, scenes, worker = worker_](JobQueue::State state, const QString& text) {
            if (worker != worker_) return;
            for (const auto& scene : scenes) {
                if (state == JobQueue::State::Failed) failedScenes_.insert(scene.first);
                else if (state == JobQueue::State::Done) failedScenes_.erase(scene.first);
            }
            if (state == JobQueue::State::Failed) Q_EMIT message(text, true);
            statesLater_.start();
            requestView();
        });
}

void Studio::colorizeKeyframe() {
    if (!document_.isOpen()) return;
    // A keyframe's colours are made when it is looked at; making it one is all there is to do.
    const auto& keys = document_.keyframes();
    if (!std::binary_search(keys.begin(), keys.end(), frame_)) document_.setKeyframe(frame_, true);
    else requestView();
}

void Studio::colorizeScene(int scene) {
    if (scene < 0 || scene >= static_cast<int>(document_.scenes().size())) return;
    addColoring(tr("Colour scene %1").arg(scene + 1), {document_.scenes()[static_cast<std::size_t>(scene)].range});
}

void Studio::colorizeAll() {
    std::vector<FrameRange> scenes;
    for (const auto& scene : document_.scenes()) scenes.push_back(scene.range);
    addColoring(tr("Colour all %n scene(s)", nullptr, static_cast<int>(scenes.size())), scenes);
}

bool Studio::isScene(FrameRange range) const {
    const int scene = document_.sceneAt(range.first);
    return scene >= 0 && document_.scenes()[static_cast<std::size_t>(scene)].range == range;
}

}  // namespace tintreel::ui
