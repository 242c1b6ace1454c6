// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include <QImage>
#include <QObject>

#include "tintreel/base/result.h"
#include "tintreel/media/frame_reader.h"

namespace tintreel::ui {

/// Decodes frames of a clip on a thread of its own. The latest request wins; results come as queued signals.
class FrameLoader : public QObject {
    Q_OBJECT
public:
    /// `reader` is used on the loader's thread alone from now on.
    explicit FrameLoader(media::FrameReader reader, QObject* parent = nullptr);
    ~FrameLoader() override;
    void request(FrameIndex frame);

Q_SIGNALS:
    void loaded(qlonglong frame, const QImage& image);
    void failed(const QString& message);

private:
    void run(const std::stop_token& stop);
    media::FrameReader reader_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::optional<FrameIndex> wanted_;
    FrameIndex next_ = 0;  // frame that the reader gives next
    std::jthread thread_;  // last: it uses the members above
};

}  // namespace tintreel::ui
