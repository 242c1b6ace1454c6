// SPDX-License-Identifier: Apache-2.0
#include "studio/viewer.h"

#include <cstring>
#include <utility>

#include "tintreel/workflow/screen.h"

namespace tintreel::ui {
namespace {

constexpr int kThumbnailSide = 160;
constexpr std::size_t kScenesAtATime = 16;

QImage imageFrom(const RgbImage& rgb) {
    QImage image(rgb.width, rgb.height, QImage::Format_RGB888);
    for (int y = 0; y < rgb.height; ++y)
        std::memcpy(image.scanLine(y), rgb.pixel(0, y), static_cast<std::size_t>(rgb.width) * 3);
    return image;
}

QString words(const Error& error) { return QString::fromStdString(describe(error)); }

}  // namespace

/// What the thread has open.
struct Viewer::Film {
    quint64 number = 0;
    workflow::FilmOptions options;
    std::optional<media::FrameReader> reader;  // before the networks are there, and where they cannot be had
    FrameIndex next = 0;
    std::optional<workflow::FilmColorizer> colorizer;
    bool networksTried = false;
    std::optional<media::FrameReader> thumbnails;  // its jumps shall not disturb the order of the others

    const media::MediaInfo& info() const { return colorizer ? colorizer->info() : reader->info(); }

    Result<media::VideoFrame> frame(FrameIndex index) {
        if (colorizer) return colorizer->frame(index);
        // Where reading fails nobody knows what comes next.
        if (index != std::exchange(next, -1)) TT_TRY(reader->seek(index));
        TT_ASSIGN(auto read, reader->next());
        next = index + 1;
        if (!read) return fail(ErrorCode::Input, "The film has no frame " + std::to_string(index) + ".");
        return std::move(*read);
    }
};

Viewer::Viewer(QObject* parent) : QObject(parent) {
    qRegisterMetaType<View>();
    qRegisterMetaType<SceneColors>();
    qRegisterMetaType<std::vector<inference::ColorSuggestion>>();
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Viewer::~Viewer() {
    thread_.request_stop();
    wake_.notify_all();
}

void Viewer::open(const workflow::FilmOptions& options) { turnTo(options); }
void Viewer::close() { turnTo(std::nullopt); }

void Viewer::turnTo(std::optional<workflow::FilmOptions> options) {
    const std::lock_guard lock(mutex_);
    open_.emplace(Turn{++film_, std::move(options)});
    view_.reset();
    suggestion_.reset();
    statesPlan_.reset();
    thumbnails_.clear();
    wake_.notify_all();
}

void Viewer::request(ViewRequest request) {
    const std::lock_guard lock(mutex_);
    view_ = std::move(request);
    wake_.notify_all();
}

void Viewer::suggest(FrameIndex frame, QPointF point, PlanPtr plan) {
    const std::lock_guard lock(mutex_);
    suggestion_ = Suggestion{frame, point, std::move(plan)};
    wake_.notify_all();
}

void Viewer::requestStates(PlanPtr plan) {
    const std::lock_guard lock(mutex_);
    statesPlan_ = std::move(plan);
    statesNext_ = 0;
    wake_.notify_all();
}

void Viewer::requestThumbnail(FrameIndex frame) {
    const std::lock_guard lock(mutex_);
    if (std::find(thumbnails_.begin(), thumbnails_.end(), frame) != thumbnails_.end()) return;
    thumbnails_.push_back(frame);
    wake_.notify_all();
}

void Viewer::run(const std::stop_token& stop) {
    std::optional<Film> film;
    while (!stop.stop_requested()) {
        std::optional<Turn> turn;
        std::optional<ViewRequest> wanted;
        std::optional<Suggestion> suggestion;
        PlanPtr plan;
        std::size_t scene = 0;
        std::optional<FrameIndex> picture;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, stop, [&] {
                return open_ || (film && (view_ || suggestion_ || statesPlan_ || !thumbnails_.empty()));
            });
            if (stop.stop_requested()) return;
            if (open_) turn = std::exchange(open_, std::nullopt);
            else if (view_) wanted = std::exchange(view_, std::nullopt);
            else if (suggestion_) suggestion = std::exchange(suggestion_, std::nullopt);
            else if (!thumbnails_.empty()) {
                // Those asked for last are on the screen now.
                picture = thumbnails_.back();
                thumbnails_.pop_back();
            } else {
                plan = statesPlan_;
                scene = statesNext_;
                statesNext_ += kScenesAtATime;
                if (statesNext_ >= plan->scenes.size()) statesPlan_.reset();
            }
        }
        if (turn) {
            film.reset();
            if (!turn->options) continue;
            auto reader = media::FrameReader::open(turn->options->film);
            if (!reader) {
                tell(turn->film, [this, text = words(reader.error())] { Q_EMIT failed(text); });
                continue;
            }
            film.emplace().number = turn->film;
            film->options = *turn->options;
            film->reader.emplace(std::move(*reader));
        } else if (wanted) view(*film, *wanted);
        else if (suggestion) suggest(*film, *suggestion);
        else if (picture) makeThumbnail(*film, *picture);
        else states(*film, plan, scene);
    }
}

void Viewer::view(Film& film, const ViewRequest& request) {
    View view;
    view.generation = request.generation;
    view.frame = request.frame;
    const auto frame = film.frame(request.frame);
    if (!frame) {
        tell(film.number, [this, text = words(frame.error())] { Q_EMIT failed(text); });
        return;
    }
    view.source = imageFrom(workflow::sourcePicture(film.info(), *frame, request.longSide));
    if (request.colored && !film.networksTried) {
        // The first picture shall not wait for the networks.
        view.complete = false;
        tell(film.number, [this, view] { Q_EMIT viewed(view); });
        view.complete = true;
        film.networksTried = true;
        auto colorizer = workflow::FilmColorizer::open(film.options);
        if (colorizer) {
            film.colorizer.emplace(std::move(*colorizer));
            film.reader.reset();
            QStringList models;
            for (const auto& model : film.colorizer->models()) models << QString::fromStdString(model.id);
            const auto text = QStringLiteral("%1 · %2").arg(
                models.join(QStringLiteral(", ")), QString::fromStdString(film.colorizer->deviceDescription()));
            tell(film.number, [this, text] { Q_EMIT networksReady(text); });
        } else {
            tell(film.number, [this, text = words(colorizer.error())] { Q_EMIT networksFailed(text); });
        }
    }
    if (request.colored && film.colorizer) {
        const auto colors = film.colorizer->colors(request.frame, *request.plan);
        if (!colors) {
            tell(film.number, [this, text = words(colors.error())] { Q_EMIT failed(text); });
        } else if (*colors) {
            view.colored = imageFrom(workflow::coloredPicture(film.info(), *frame, (*colors)->ab, request.longSide));
            view.confidence = (*colors)->confidence;
            view.keyframe = (*colors)->keyframe;
            view.unfinished = (*colors)->unfinished;
            view.stale = (*colors)->stale;
        }
    }
    tell(film.number, [this, view] { Q_EMIT viewed(view); });
}

void Viewer::suggest(Film& film, const Suggestion& request) {
    if (!film.colorizer) return;
    const auto colors =
        film.colorizer->suggest(request.frame, {request.point.x(), request.point.y()},
                                workflow::inputOf(request.plan->sceneOf(request.frame), request.plan->person));
    if (colors)
        tell(film.number, [this, frame = request.frame, point = request.point, colors = *colors] {
            Q_EMIT suggested(frame, point, colors);
        });
}

void Viewer::states(Film& film, const PlanPtr& plan, std::size_t scene) {
    if (!film.colorizer) {
        const std::lock_guard lock(mutex_);
        statesPlan_.reset();
        return;
    }
    const std::size_t end = std::min(scene + kScenesAtATime, plan->scenes.size());
    for (; scene < end; ++scene) {
        SceneColors colors;
        colors.scene = plan->scenes[scene];
        if (auto stretches = film.colorizer->states(colors.scene, *plan)) colors.stretches = std::move(*stretches);
        const bool any = std::any_of(colors.stretches.begin(), colors.stretches.end(),
                                     [](const auto& s) { return s.state == workflow::ColorState::Done; });
        if (any)
            if (auto confidence = film.colorizer->confidence(colors.scene, *plan))
                colors.confidence = std::move(*confidence);
        tell(film.number, [this, colors = std::move(colors)] { Q_EMIT sceneColored(colors); });
    }
    if (end == plan->scenes.size()) tell(film.number, [this] { Q_EMIT statesDone(); });
}

void Viewer::makeThumbnail(Film& film, FrameIndex frame) {
    if (!film.thumbnails) {
        if (auto reader = media::FrameReader::open(film.options.film, 1)) film.thumbnails.emplace(std::move(*reader));
    }
    QImage image;  // null: there is none to be had
    if (film.thumbnails && film.thumbnails->seek(frame)) {
        const auto read = film.thumbnails->next();
        if (read && *read) image = imageFrom(workflow::sourcePicture(film.thumbnails->info(), **read, kThumbnailSide));
    }
    tell(film.number, [this, frame, image] { Q_EMIT thumbnail(frame, image); });
}

}  // namespace tintreel::ui
