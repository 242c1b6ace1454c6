// SPDX-License-Identifier: Apache-2.0
#include "studio/export_estimator.h"

namespace tintreel::ui {

ExportEstimator::ExportEstimator(QObject* parent) : QObject(parent) {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

ExportEstimator::~ExportEstimator() {
    drop();
    thread_.request_stop();
    wake_.notify_all();
}

void ExportEstimator::drop() {
    ++asked_;
    if (current_) current_->requestStop();
    const std::lock_guard lock(mutex_);
    next_.reset();
}

void ExportEstimator::ask(const workflow::ColorizeOptions& options) {
    drop();
    current_ = std::make_shared<JobContext>();
    {
        const std::lock_guard lock(mutex_);
        next_ = {options, current_, asked_};
    }
    wake_.notify_all();
}

void ExportEstimator::run(const std::stop_token& stop) {
    while (true) {
        Question question;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, stop, [&] { return next_.has_value(); });
            if (stop.stop_requested()) return;
            question = std::move(*next_);
            next_.reset();
        }
        Result<workflow::ExportEstimate> answer = fail(ErrorCode::Failed, "");
        try {
            answer = workflow::estimateExport(question.options, *question.context);
        } catch (const std::exception& error) {
            answer = fail(ErrorCode::Failed, "The estimate stopped by a fault of the program.", error.what());
        }
        QMetaObject::invokeMethod(
            this,
            [this, number = question.number, answer = std::move(answer)] {
                if (number != asked_) return;
                if (answer) Q_EMIT estimated(*answer);
                else Q_EMIT failed(QString::fromStdString(describe(answer.error())));
            },
            Qt::QueuedConnection);
    }
}

}  // namespace tintreel::ui
