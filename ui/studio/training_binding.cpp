// SPDX-License-Identifier: Apache-2.0
#include "studio/training_binding.h"

#include "tintreel/inference/models_folder.h"

namespace tintreel::ui {

TrainingBinding::TrainingBinding(Studio& studio, QWidget* window) : QObject(window), studio_(studio), window_(window) {
    connect(&studio.document(), &Document::opened, this, &TrainingBinding::closeAll);
    connect(&studio.document(), &Document::closed, this, &TrainingBinding::closeAll);
}

TrainingBinding::~TrainingBinding() { closeAll(); }

void TrainingBinding::closeAll() {
    delete training_.data();  // waits until the run has saved its checkpoint
    delete models_.data();
}

TrainingHost TrainingBinding::host() {
    TrainingHost host;
    host.models = inference::defaultModelsFolder();
    host.program = WorkerProcess::tintreelProgram();
    host.modelsChanged = [this] { studio_.changeNetworks(); };
    if (!studio_.document().isOpen()) return host;
    host.project = studio_.document().project().file();
    host.frame = [this] { return studio_.frame(); };
    host.plan = [this] { return studio_.document().plan(); };
    host.film = [this] { return studio_.filmOptions(); };
    host.useModel = [this](const QString& role, const QString& reference) {
        return studio_.document().setModel(role, reference);
    };
    return host;
}

void TrainingBinding::openTraining() {
    if (!training_) training_ = new TrainingWindow(host(), window_);
    training_->show();
    training_->raise();
    training_->activateWindow();
}

void TrainingBinding::openModels() {
    if (!models_) {
        models_ = new ModelDialog(host(), window_);
        models_->setAttribute(Qt::WA_DeleteOnClose);
    }
    models_->show();
    models_->raise();
    models_->activateWindow();
}

bool TrainingBinding::isTraining() const { return training_ && !training_->runner().active().isEmpty(); }

}  // namespace tintreel::ui
