// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QComboBox>
#include <QDialog>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>

#include "tintreel/media/media_info.h"
#include "tintreel/workflow/project_film.h"

namespace tintreel::ui {

/// Asks where and as what the coloured film shall be written, and says beforehand what the choice changes or cannot hold.
class ExportDialog : public QDialog {
    Q_OBJECT
public:
    ExportDialog(const media::MediaInfo& film, FrameIndex frames, const QString& suggestedName, QWidget* parent = nullptr);
    /// What was chosen; networks are left to the caller.
    [[nodiscard]] workflow::RenderOptions options() const;

private:
    void presetChanged();
    void browse();
    void check();

    media::MediaInfo film_;
    FrameIndex frames_;
    QLineEdit* file_;
    QComboBox* preset_;
    QComboBox* workingSize_;
    QLabel* notes_;
    QDialogButtonBox* buttons_;
};

}  // namespace tintreel::ui
