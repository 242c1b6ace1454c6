// SPDX-License-Identifier: Apache-2.0
#include "studio/document.h"

#include <algorithm>
#include <set>

#include "tintreel/workflow/model_library.h"

namespace tintreel::ui {
namespace fs = std::filesystem;
namespace {

std::string label(const QString& text) { return text.toStdString(); }

/// Whether a project is this film's: by the place, or by the content where it was moved.
bool isProjectOf(const fs::path& file, const fs::path& film) {
    const auto known = project::Project::open(file, true);
    if (!known) return true;  // opening it says what is wrong
    const auto clip = known->clip();
    std::error_code ec;
    if (clip.path == fs::absolute(film) || fs::equivalent(clip.path, film, ec)) return true;
    const auto print = project::fingerprintOf(film);
    return print && print->size == clip.size && print->sha256 == clip.fingerprint;
}

/// Where a film's project lies in a folder, or is to be made; another film may have one of that name.
fs::path projectIn(const fs::path& folder, const fs::path& film) {
    const auto name = workflow::projectBeside(film).stem().string();
    std::error_code ec;
    fs::path file = folder / (name + ".tintreel");
    for (int n = 2; fs::exists(file, ec) && !isProjectOf(file, film); ++n)
        file = folder / (name + " " + std::to_string(n) + ".tintreel");
    return file;
}

Result<project::Project> make(const fs::path& film, const fs::path& beside, const fs::path& elsewhere) {
    auto made = workflow::newProject(film, beside);
    if (made || made.error().code != ErrorCode::Output || elsewhere.empty()) return made;
    std::error_code ec;
    fs::create_directories(elsewhere.parent_path(), ec);
    return workflow::newProject(film, elsewhere);
}

}  // namespace

Result<> Document::open(const fs::path& path, const fs::path& fallbackFolder) {
    std::error_code ec;
    fs::path file = path, elsewhere;
    bool there = true;
    if (path.extension() != ".tintreel") {
        file = projectIn(workflow::projectBeside(path).parent_path(), path);
        there = fs::exists(file, ec);
        if (!there && !fallbackFolder.empty()) {
            elsewhere = projectIn(fallbackFolder, path);
            there = fs::exists(elsewhere, ec);
            if (there) file = elsewhere;
        }
    }
    // The lock would refuse the project that is open already; opening it again means nothing to do.
    if (isOpen() && fs::equivalent(file, project_->file(), ec)) return {};
    auto opened = there ? project::Project::open(file) : make(path, file, elsewhere);
    // A project that another program holds, or that lies on a read-only disk, can still be looked at.
    if (!opened && there && opened.error().code == ErrorCode::Output) {
        if (auto readable = project::Project::open(file, true)) opened = std::move(readable);
    }
    if (!opened) return tl::unexpected(opened.error());
    close();
    project_.emplace(std::move(*opened));
    findFilm();
    reload();
    Q_EMIT this->opened();
    Q_EMIT changed();
    return {};
}

void Document::close() {
    if (!isOpen()) return;
    project_.reset();
    filmFound_ = false;
    film_.clear();
    info_ = {};
    clip_ = {};
    scenes_.clear();
    hints_.clear();
    history_.clear();
    keyframes_.clear();
    plan_ = std::make_shared<workflow::FilmPlan>();
    Q_EMIT closed();
    Q_EMIT changed();
}

void Document::findFilm() {
    film_ = project_->clip().path;
    if (std::error_code ec; !fs::exists(film_, ec)) {
        if (const auto found = project_->findFilm({})) {
            film_ = *found;
            (void)workflow::relinkFilm(*project_, *found,
                                       false);  // a project that cannot be written is told anew each time
        }
    }
    const auto info = media::probe(film_);
    filmFound_ = info.has_value();
    info_ = info ? *info : media::MediaInfo{};
}

void Document::reload() {
    clip_ = project_->clip();
    scenes_ = project_->scenes();
    hints_ = project_->storedHints();
    history_ = project_->history();
    plan_ = std::make_shared<const workflow::FilmPlan>(workflow::planOf(*project_));
    std::set<FrameIndex> keys = plan_->choice.listed;
    for (const auto& stored : hints_)
        if (stored.hint.span != hints::HintSpan::Frame) keys.insert(stored.hint.frame);
    for (const auto& [frame, path] : plan_->person.references) keys.insert(frame);
    keyframes_.assign(keys.begin(), keys.end());
}

bool Document::needsScan() const { return isOpen() && !project_->readOnly() && !workflow::scenesAreKnown(*project_); }

std::vector<project::StoredHint> Document::hintsOn(FrameIndex frame) const {
    std::vector<project::StoredHint> found;
    std::copy_if(hints_.begin(), hints_.end(), std::back_inserter(found),
                 [&](const auto& stored) { return stored.hint.frame == frame; });
    return found;
}

int Document::sceneAt(FrameIndex frame) const {
    const auto after =
        std::upper_bound(scenes_.begin(), scenes_.end(), frame,
                         [](FrameIndex f, const project::Scene& scene) { return f < scene.range.first; });
    if (after == scenes_.begin() || frame >= clip_.frames) return -1;
    return static_cast<int>(after - scenes_.begin()) - 1;
}

bool Document::done(const Result<>& result) {
    if (!result) {
        Q_EMIT refused(QString::fromStdString(describe(result.error())));
        return false;
    }
    reload();
    Q_EMIT changed();
    return true;
}

qint64 Document::addHint(const hints::Hint& hint) {
    const auto id = project_->addHint(label(hint.kind == hints::HintKind::Dot      ? tr("Dot")
                                            : hint.kind == hints::HintKind::Stroke ? tr("Stroke")
                                                                                   : tr("Region")),
                                      hint);
    if (!done(id ? Result<>{} : Result<>(tl::unexpected(id.error())))) return 0;
    return *id;
}

bool Document::addHints(const QString& text, const std::vector<hints::Hint>& hints) {
    return done(project_->addHints(label(text), hints));
}
bool Document::changeHint(const QString& text, qint64 id, const hints::Hint& hint) {
    return done(project_->changeHint(label(text), id, hint));
}
bool Document::removeHints(const QList<qint64>& ids) {
    return done(project_->removeHints(label(tr("Remove hints")), {ids.begin(), ids.end()}));
}

bool Document::importHints(const fs::path& file) {
    const auto document = hints::readHints(file);
    return done(document ? project_->importHints(label(tr("Import hints")), *document)
                         : Result<>(tl::unexpected(document.error())));
}

bool Document::setPaletteSlot(int slot, const hints::PaletteSlot& value) {
    return done(project_->setPaletteSlot(
        label(slot < static_cast<int>(palette().size()) ? tr("Change palette") : tr("Add to palette")), slot, value));
}
bool Document::setCut(FrameIndex frame, bool cut) {
    return done(project_->setCut(label(cut ? tr("Split scene") : tr("Merge scenes")), frame, cut));
}
bool Document::moveCut(FrameIndex from, FrameIndex to) {
    return done(project_->moveCut(label(tr("Move cut")), from, to));
}
bool Document::setKeyframe(FrameIndex frame, bool keyframe) {
    return done(project_->setKeyframe(label(keyframe ? tr("Make keyframe") : tr("Remove keyframe")), frame, keyframe));
}
bool Document::setReference(FrameIndex frame, const fs::path& picture) {
    return done(project_->setReference(label(picture.empty() ? tr("Remove reference") : tr("Reference picture")), frame,
                                       picture));
}
bool Document::setSceneNote(FrameIndex first, const project::SceneNote& note) {
    return done(project_->setSceneNote(label(tr("Scene notes")), first, note));
}

bool Document::setModel(const QString& role, const QString& reference) {
    const auto name = reference.section(QLatin1Char('@'), 0, 0);
    return done(project_->setSetting(label(name.isEmpty() ? tr("Use the default model") : tr("Use model %1").arg(name)),
                                     workflow::modelSetting(role.toStdString()), reference.toStdString()));
}

bool Document::setMarker(FrameIndex frame, const std::optional<QString>& text) {
    return done(project_->setMarker(label(text ? tr("Set marker") : tr("Remove marker")), frame,
                                    text ? std::optional(text->toStdString()) : std::nullopt));
}

bool Document::undo() {
    const auto step = project_->undo();
    if (step && !*step) return false;
    return done(step ? Result<>{} : Result<>(tl::unexpected(step.error())));
}
bool Document::redo() {
    const auto step = project_->redo();
    if (step && !*step) return false;
    return done(step ? Result<>{} : Result<>(tl::unexpected(step.error())));
}

QString Document::undoText() const {
    const auto last = std::find_if(history_.rbegin(), history_.rend(), [](const auto& step) { return !step.undone; });
    return last == history_.rend() ? QString() : QString::fromStdString(last->label);
}
QString Document::redoText() const {
    const auto next = std::find_if(history_.begin(), history_.end(), [](const auto& step) { return step.undone; });
    return next == history_.end() ? QString() : QString::fromStdString(next->label);
}

bool Document::recordSetting(const QString& name, const QString& value) {
    const auto result = project_->recordSetting(name.toStdString(), value.toStdString());
    return result ? true : done(result);
}
QString Document::setting(const QString& name) const {
    return QString::fromStdString(project_->setting(name.toStdString()));
}

bool Document::recordScenes(const workflow::SceneReport& scenes) {
    return done(workflow::recordScenes(*project_, scenes));
}

bool Document::relink(const fs::path& film, bool force) {
    const auto result = workflow::relinkFilm(*project_, film, force);
    if (!result) return done(result);
    findFilm();
    reload();
    Q_EMIT opened();
    Q_EMIT changed();
    return true;
}

bool Document::saveCopy(const fs::path& target) { return done(project_->saveCopy(target, true)); }

}  // namespace tintreel::ui
