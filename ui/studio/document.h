// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QObject>
#include <QString>

#include "tintreel/media/media_info.h"
#include "tintreel/project/project.h"
#include "tintreel/workflow/project_film.h"

namespace tintreel::ui {

/// The open project as the window sees it: the project's edits, each followed by changed(), and what the project holds
/// as plain values. An edit that cannot be stored is refused() in words and leaves everything as it was. GUI thread
/// alone.
class Document : public QObject {
    Q_OBJECT
public:
    explicit Document(QObject* parent = nullptr) : QObject(parent) {}

    /// Opens a project, or the project beside a film, which is made when there is none; where the film's folder cannot
    /// be written, the project is made in `fallbackFolder`. What was open before stays open when this fails.
    [[nodiscard]] Result<> open(const std::filesystem::path& path, const std::filesystem::path& fallbackFolder);
    void close();
    [[nodiscard]] bool isOpen() const { return project_.has_value(); }
    /// The scenes were not looked for yet.
    [[nodiscard]] bool needsScan() const;
    /// The film is where the project says.
    [[nodiscard]] bool hasFilm() const { return filmFound_; }

    [[nodiscard]] const project::Project& project() const { return *project_; }
    [[nodiscard]] const media::MediaInfo& info() const { return info_; }
    /// Where the film lies; not always where a project that cannot be written says.
    [[nodiscard]] const std::filesystem::path& film() const { return film_; }
    [[nodiscard]] FrameIndex frames() const { return clip_.frames; }
    [[nodiscard]] Rational rate() const { return clip_.frameRate; }
    /// A value that never changes and may go to other threads; an edit makes a new one.
    [[nodiscard]] const std::shared_ptr<const workflow::FilmPlan>& plan() const { return plan_; }
    [[nodiscard]] const std::vector<project::Scene>& scenes() const { return scenes_; }
    [[nodiscard]] const std::vector<project::StoredHint>& hints() const { return hints_; }
    [[nodiscard]] std::vector<project::StoredHint> hintsOn(FrameIndex frame) const;
    [[nodiscard]] const std::vector<hints::PaletteSlot>& palette() const { return plan_->person.hints.palette; }
    [[nodiscard]] int sceneAt(FrameIndex frame) const;  ///< index into scenes(); -1 for none
    /// Frames with hints, references or a hand-made key, in order.
    [[nodiscard]] const std::vector<FrameIndex>& keyframes() const { return keyframes_; }

    // Edits. Each is one undo step.
    qint64 addHint(const hints::Hint& hint);  ///< 0 when refused
    bool addHints(const QString& label, const std::vector<hints::Hint>& hints);
    bool changeHint(const QString& label, qint64 id, const hints::Hint& hint);
    bool removeHints(const QList<qint64>& ids);
    bool importHints(const std::filesystem::path& file);
    bool setPaletteSlot(int slot, const hints::PaletteSlot& value);
    bool setCut(FrameIndex frame, bool cut);
    bool moveCut(FrameIndex from, FrameIndex to);
    bool setKeyframe(FrameIndex frame, bool keyframe);
    bool setReference(FrameIndex frame, const std::filesystem::path& picture);
    bool setSceneNote(FrameIndex first, const project::SceneNote& note);
    /// The model (an nn::modelReference(), "" for the default) that colours this project in a role.
    bool setModel(const QString& role, const QString& reference);
    bool setMarker(FrameIndex frame, const std::optional<QString>& text);
    bool undo();
    bool redo();
    [[nodiscard]] const std::vector<project::HistoryStep>& history() const { return history_; }
    [[nodiscard]] QString undoText() const;  ///< "" when there is nothing to undo
    [[nodiscard]] QString redoText() const;

    /// What a part of the window keeps in the project: no undo step, and no changed().
    bool recordSetting(const QString& name, const QString& value);
    [[nodiscard]] QString setting(const QString& name) const;  ///< "" when it was never recorded
    bool recordScenes(const workflow::SceneReport& scenes);
    bool relink(const std::filesystem::path& film, bool force);
    bool saveCopy(const std::filesystem::path& target);

Q_SIGNALS:
    void opened();
    void closed();
    void changed();
    void refused(const QString& message);

private:
    bool done(const Result<>& result);
    void reload();
    void findFilm();

    std::optional<project::Project> project_;
    std::filesystem::path film_;
    media::MediaInfo info_;
    bool filmFound_ = false;
    project::ClipReference clip_;
    std::vector<project::Scene> scenes_;
    std::vector<project::StoredHint> hints_;
    std::vector<project::HistoryStep> history_;
    std::vector<FrameIndex> keyframes_;
    std::shared_ptr<const workflow::FilmPlan> plan_ = std::make_shared<workflow::FilmPlan>();
};

}  // namespace tintreel::ui
