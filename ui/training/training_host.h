// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <QString>

#include "tintreel/workflow/film_colorizer.h"
#include "tintreel/workflow/model_library.h"

namespace tintreel::ui {

/// What the training windows ask of the studio. GUI thread.
struct TrainingHost {
    std::filesystem::path models;   ///< folder of the shipped models
    std::filesystem::path project;  ///< the open project's file; "" without one
    QString program;                ///< the `tintreel` program
    std::function<FrameIndex()> frame;
    std::function<std::shared_ptr<const workflow::FilmPlan>()> plan;
    std::function<workflow::FilmOptions()> film;  ///< with the networks that the project uses
    std::function<void()> modelsChanged;          ///< the library's defaults are others now
    /// Makes the project use a model (an nn::modelReference(), "" for the default) of a role; false when that was
    /// refused.
    std::function<bool(const QString& role, const QString& reference)> useModel;
};

}  // namespace tintreel::ui
