// SPDX-License-Identifier: Apache-2.0
// The studio's exports: what can be written, and how it gets into the queue.
#include <QStandardPaths>

#include "studio/studio.h"

namespace tintreel::ui {
namespace fs = std::filesystem;

fs::path Studio::exportsFolder() {
    return fs::path(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation).toStdString()) / "exports";
}

void Studio::quit() {
    exports_.leave();
    jobs_.cancelAll();
}

void Studio::exportFilm(const workflow::RenderOptions& options, bool first) {
    if (!document_.isOpen() || !document_.hasFilm()) return;
    const auto film = filmOptions();
    const auto queued = exports_.add(document_.project(), film.film, film.cacheFolder, options, first);
    if (!queued) Q_EMIT message(QString::fromStdString(describe(queued.error())), true);
}

ExportSubject Studio::exportSubject() const {
    ExportSubject subject;
    subject.film = document_.film();
    subject.info = document_.info();
    subject.frames = document_.frames();
    if (in_ || out_) subject.marked = {in_.value_or(0), out_ ? *out_ + 1 : document_.frames()};
    const int scene = document_.sceneAt(frame_);
    subject.scene = scene + 1;
    if (scene >= 0) subject.sceneRange = document_.scenes()[static_cast<std::size_t>(scene)].range;
    subject.taken = exports_.outputs();
    subject.job = [this](workflow::RenderOptions render) {
        const auto film = filmOptions();
        render.networks = film.networks;
        auto options = workflow::renderOptions(document_.project(), render);
        options.input = film.film;
        options.cacheFolder = film.cacheFolder;
        return options;
    };
    return subject;
}

}  // namespace tintreel::ui
