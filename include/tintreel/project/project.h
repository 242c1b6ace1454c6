// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tintreel/base/media_time.h"
#include "tintreel/base/result.h"
#include "tintreel/hints/hint.h"

namespace tintreel::project {

/// The film that a project colours. The file itself is never written.
struct ClipReference {
    std::filesystem::path path;  ///< absolute
    std::uint64_t size = 0;      ///< bytes; of a folder of pictures the sum
    std::string fingerprint;     ///< SHA-256 over the size and the first and last MiB: quick even on a day of film
    FrameIndex frames = 0;
    Rational frameRate;
    int width = 0, height = 0;
    bool operator==(const ClipReference&) const = default;
};

/// Size and fingerprint of a film or of a folder of pictures. Error: Input when it is gone.
struct Fingerprint {
    std::uint64_t size = 0;
    std::string sha256;
};
[[nodiscard]] Result<Fingerprint> fingerprintOf(const std::filesystem::path& path);

struct StoredHint {
    std::int64_t id = 0;
    hints::Hint hint;
};

/// What a person said about a scene; what the networks made of it lives in the cache beside the project.
struct SceneNote {
    bool approved = false;
    std::string notes;
    bool operator==(const SceneNote&) const = default;
};

/// One scene between two cuts.
struct Scene {
    FrameRange range;
    bool cutByHand = false;  ///< its first frame is a cut that a person made
    SceneNote note;
};

struct Marker {
    FrameIndex frame = 0;
    std::string label;
    bool operator==(const Marker&) const = default;
};

/// One step of the undo history.
struct HistoryStep {
    std::string label;
    bool undone = false;
};

/// A `.tintreel` file: a SQLite database (docs/formats/project.md). Every edit is one transaction and one undo step, so
/// the project is always saved; the history survives a restart. One writer at a time, by a lock file beside it. Errors:
/// Input for a file that cannot be understood, Output where it cannot be written (then nothing has changed). Not
/// thread-safe.
class Project {
public:
    static constexpr int kVersion = 2;  ///< `user_version` of the files that this program writes
    static constexpr std::uint32_t kApplicationId = 0x54696e74;  ///< "Tint"

    /// Makes a new project. `cuts`: first frames of the scenes after the first. Error: Output when the file exists.
    [[nodiscard]] static Result<Project> create(const std::filesystem::path& file, const ClipReference& clip,
                                                const std::vector<FrameIndex>& cuts);
    /// Opens a project; an older one is brought to kVersion in one transaction, after a copy `FILE.vN.bak` was made. A
    /// newer one, a broken one and one that another program holds open for writing are errors in words.
    [[nodiscard]] static Result<Project> open(const std::filesystem::path& file, bool readOnly = false);

    Project(Project&&) noexcept;
    Project& operator=(Project&&) noexcept;
    ~Project();

    [[nodiscard]] const std::filesystem::path& file() const;
    [[nodiscard]] bool readOnly() const;
    /// Folder of colour tracks and thumbnails; may be deleted at any time.
    [[nodiscard]] std::filesystem::path cacheFolder() const;

    // What the project holds.
    [[nodiscard]] ClipReference clip() const;
    [[nodiscard]] std::vector<Scene> scenes() const;            ///< in order, covering the whole film
    [[nodiscard]] std::vector<StoredHint> storedHints() const;  ///< in the order of painting
    [[nodiscard]] hints::HintDocument hintDocument() const;     ///< palette and hints, as a hints file holds them
    [[nodiscard]] std::vector<hints::PaletteSlot> palette() const;
    [[nodiscard]] std::vector<FrameIndex> keyframes() const;  ///< keyframes without hints, made by hand
    [[nodiscard]] std::map<FrameIndex, std::filesystem::path> references() const;
    [[nodiscard]] std::vector<Marker> markers() const;
    [[nodiscard]] std::string setting(const std::string& name, const std::string& fallback = {}) const;

    // Edits; each is one undo step with a label. Those that change nothing leave no step.
    [[nodiscard]] Result<std::int64_t> addHint(const std::string& label, const hints::Hint& hint);
    /// Adds them in that order, all or none. Error: Usage when a frame is outside the film.
    [[nodiscard]] Result<> addHints(const std::string& label, const std::vector<hints::Hint>& hints);
    [[nodiscard]] Result<> changeHint(const std::string& label, std::int64_t id, const hints::Hint& hint);
    [[nodiscard]] Result<> removeHints(const std::string& label, const std::vector<std::int64_t>& ids);
    /// Replaces palette and hints by a hints file's. Error: Input when a frame is outside the film.
    [[nodiscard]] Result<> importHints(const std::string& label, const hints::HintDocument& document);
    /// Changes the slot of that number (0-based) or appends one; a new name moves its hints along.
    [[nodiscard]] Result<> setPaletteSlot(const std::string& label, int slot, const hints::PaletteSlot& value);
    [[nodiscard]] Result<> setCut(const std::string& label, FrameIndex frame, bool cut);
    [[nodiscard]] Result<> moveCut(const std::string& label, FrameIndex from, FrameIndex to);
    /// Replaces all cuts by a list's; they count as made by hand. Notes stay with scenes that still begin where they
    /// did. Error: Usage when a cut is outside the film.
    [[nodiscard]] Result<> importCuts(const std::string& label, const std::vector<FrameIndex>& cuts);
    [[nodiscard]] Result<> setKeyframe(const std::string& label, FrameIndex frame, bool keyframe);
    [[nodiscard]] Result<> setReference(const std::string& label, FrameIndex frame,
                                        const std::filesystem::path& picture);  ///< "" removes
    [[nodiscard]] Result<> setSceneNote(const std::string& label, FrameIndex first, const SceneNote& note);
    [[nodiscard]] Result<> setMarker(const std::string& label, FrameIndex frame,
                                     const std::optional<std::string>& text);  ///< nothing removes
    [[nodiscard]] Result<> setSetting(const std::string& label, const std::string& name, const std::string& value);

    // The history.
    [[nodiscard]] std::vector<HistoryStep> history() const;  ///< done steps, then undone ones
    [[nodiscard]] Result<bool> undo();                       ///< false: there was nothing to undo
    [[nodiscard]] Result<bool> redo();

    /// Points the project to where its film lies now; where size and fingerprint agree only the path is taken. Error:
    /// Input for another film, unless `force` is given: then its rate, size and length are taken (the length as far as
    /// hints, keyframes, references, markers and cuts by hand leave room), cuts that nobody made are dropped, and its
    /// scenes must be looked for anew (the setting kScanned is cleared). No undo step: it says where the file is, not
    /// what was done to it.
    [[nodiscard]] Result<> relink(const ClipReference& film, bool force);
    /// Name of the setting that says that the film was read through for its scenes.
    static constexpr const char* kScanned = "scanned";
    /// What reading the film through has found: its true length, and cuts that replace all but those made by hand. No
    /// undo step: nobody did it. Error: Output.
    [[nodiscard]] Result<> recordScan(FrameIndex frames, const std::vector<FrameIndex>& cuts);
    /// Keeps a value that is nobody's edit (a view's state, that a scan was done): no undo step. Error: Output.
    [[nodiscard]] Result<> recordSetting(const std::string& name, const std::string& value);
    /// Finds a film of the same name and fingerprint near the project or in `folders`.
    [[nodiscard]] std::optional<std::filesystem::path> findFilm(
        const std::vector<std::filesystem::path>& folders) const;

    /// A whole copy under another name, made while this one stays open (SQLite's backup). Error: Output.
    [[nodiscard]] Result<> saveCopy(const std::filesystem::path& target, bool overwrite) const;
    /// Everything wrong with the file, in words; empty when it is whole.
    [[nodiscard]] std::vector<std::string> verify() const;

private:
    struct Private;
    explicit Project(std::unique_ptr<Private> p);
    std::unique_ptr<Private> p_;
};

/// Copies all that can still be read of a broken project into a new one. Returns what could not be saved, in words.
[[nodiscard]] Result<std::vector<std::string>> repairProject(const std::filesystem::path& broken,
                                                             const std::filesystem::path& target);

}  // namespace tintreel::project
