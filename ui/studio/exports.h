// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <set>

#include <QJsonObject>
#include <QObject>

#include "studio/export_store.h"
#include "studio/job_queue.h"
#include "tintreel/project/project.h"
#include "tintreel/workflow/project_film.h"

namespace tintreel::ui {

/// The exports among the jobs. Each is a worker process, `tintreel render`, on a copy of the project as it was when the
/// export was queued, so that later edits do not change it and it goes on when the project is closed. What the studio
/// did not finish is listed as interrupted the next time. GUI thread.
class Exports : public QObject {
    Q_OBJECT
public:
    Exports(JobQueue& jobs, const std::filesystem::path& folder, QObject* parent = nullptr);

    /// Queues an export; `film` is where the film lies now, `first`: before all others that wait, and a held queue goes
    /// on. Errors: Output when the copy cannot be made.
    [[nodiscard]] Result<int> add(const project::Project& project, const std::filesystem::path& film,
                                  const std::filesystem::path& cacheFolder, const workflow::RenderOptions& options,
                                  bool first);
    /// Files and folders that unfinished exports will make.
    [[nodiscard]] std::set<QString> outputs() const;
    /// From here on what happens to the jobs is the studio's end, not a wish of its user.
    void leave() { left_ = true; }

Q_SIGNALS:
    /// A film was written.
    void exported(const QString& file);
    /// Something to read; `problem`: it went wrong.
    void message(const QString& text, bool problem);
    /// Tracks may have been made.
    void ended();

private:
    struct Export {
        QString storeId, title, output;
        QStringList arguments;
    };
    void restore();
    [[nodiscard]] static JobQueue::Command commandOf(const Export& e);
    [[nodiscard]] JobQueue::Done doneOf(const Export& e);
    void record(int job, JobQueue::State state);

    JobQueue& jobs_;
    ExportStore store_;
    std::map<int, Export> exports_;  // by job
    bool left_ = false;
};

}  // namespace tintreel::ui
