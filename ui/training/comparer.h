// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <thread>

#include <QImage>
#include <QObject>

#include "training/training_host.h"

namespace tintreel::ui {

/// Colours one frame of the film with two sets of networks, on a thread of its own. A frame that is no keyframe needs
/// its whole stretch coloured, which is kept in the project's cache. GUI thread; the latest request wins.
class Comparer : public QObject {
    Q_OBJECT
public:
    struct Side {
        std::filesystem::path run;  ///< a training run whose weights are tried; "" = the networks below as they are
        inference::ColorizerOptions networks;
    };
    struct Pictures {
        QImage source, one, other;
        QSize shown;  ///< square pixels
    };

    explicit Comparer(QObject* parent = nullptr);
    ~Comparer() override;
    void compare(const TrainingHost& host, const Side& one, const Side& other);
    void cancel();
    [[nodiscard]] bool isRunning() const { return context_ != nullptr; }

Q_SIGNALS:
    void progressed(int done, int total);
    void compared(const tintreel::ui::Comparer::Pictures& pictures);
    void failed(const QString& text);

private:
    struct Context;
    std::shared_ptr<Context> context_;
    std::jthread thread_;
};

}  // namespace tintreel::ui
