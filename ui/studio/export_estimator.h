// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include <QObject>

#include "tintreel/base/job.h"
#include "tintreel/workflow/export_estimate.h"

namespace tintreel::ui {

/// Works out on a thread of its own how long an export will take and how large it will be. The latest question wins;
/// the one before is stopped. GUI thread.
class ExportEstimator : public QObject {
    Q_OBJECT
public:
    explicit ExportEstimator(QObject* parent = nullptr);
    /// Stops what is under way and waits for it.
    ~ExportEstimator() override;

    void ask(const workflow::ColorizeOptions& options);
    void drop();  ///< the answer is of no matter any more

Q_SIGNALS:
    void estimated(const tintreel::workflow::ExportEstimate& estimate);
    void failed(const QString& reason);

private:
    void run(const std::stop_token& stop);

    struct Question {
        workflow::ColorizeOptions options;
        std::shared_ptr<JobContext> context;
        quint64 number = 0;
    };
    quint64 asked_ = 0;
    std::shared_ptr<JobContext> current_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::optional<Question> next_;
    std::jthread thread_;  // last: it uses the members above
};

}  // namespace tintreel::ui
