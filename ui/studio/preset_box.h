// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QComboBox>

#include "tintreel/media/presets.h"

namespace tintreel::ui {

/// The export presets, grouped by purpose; those that cannot be used here are listed with the reason and cannot be
/// chosen.
class PresetBox : public QComboBox {
    Q_OBJECT
public:
    explicit PresetBox(QWidget* parent = nullptr);
    /// The chosen one; null when there is none.
    [[nodiscard]] const media::ExportPreset* preset() const;
    /// False when it is unknown or cannot be used; then another is chosen.
    bool choose(const QString& id);
    /// Why there is nothing to choose; "" when there is.
    [[nodiscard]] QString problem() const { return problem_; }

private:
    void addHeading(const QString& text);
    void addPreset(const media::ExportPreset& preset);

    std::vector<media::ExportPreset> presets_;
    QString problem_;
};

}  // namespace tintreel::ui
