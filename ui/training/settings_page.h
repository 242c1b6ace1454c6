// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>

#include <QComboBox>
#include <QJsonObject>
#include <QLabel>
#include <QPushButton>
#include <QWidget>

#include "tintreel/workflow/training_plan.h"
#include "training/option_form.h"
#include "training/training_host.h"

namespace tintreel::ui {

/// What the training shall be: networks, base model, preset, and every setting of the trainer's own table, with what
/// the run will take.
class SettingsPage : public QWidget {
    Q_OBJECT
public:
    explicit SettingsPage(TrainingHost host, QWidget* parent = nullptr);

    void setShard(const QString& shard, bool hasClips);
    /// Of earlier runs, for the estimate.
    void setSecondsPerStep(const QString& stage, double seconds);
    /// A config a network, in the order in which they train; "out" is not in them.
    [[nodiscard]] QList<QJsonObject> configs() const;

Q_SIGNALS:
    void startRequested();

private:
    void choosePreset();
    void chooseStage();
    void estimate();
    void save();
    void load();
    void copyCommand();
    [[nodiscard]] QStringList stages() const;
    /// The model that training of a stage begins from; nothing where there is none.
    [[nodiscard]] std::optional<nn::ModelEntry> baseOf(const QString& stage) const;
    [[nodiscard]] QJsonObject configOf(const QString& stage) const;
    void fillBases();

    TrainingHost host_;
    training::TrainOptions options_;
    QString shard_;
    bool hasClips_ = false;
    std::map<QString, double> secondsPerStep_;
    QComboBox *stage_, *base_, *preset_;
    OptionForm *form_, *all_;
    QLabel *estimate_, *problem_;
    QPushButton* start_;
};

}  // namespace tintreel::ui
