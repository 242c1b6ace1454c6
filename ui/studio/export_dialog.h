// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <set>

#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>

#include "studio/export_estimator.h"
#include "studio/preset_box.h"
#include "tintreel/media/media_info.h"
#include "tintreel/workflow/project_film.h"

namespace tintreel::ui {

/// What there is to export.
struct ExportSubject {
    std::filesystem::path film;
    media::MediaInfo info;
    FrameIndex frames = 0;
    std::optional<FrameRange> marked;  ///< between the marks
    int scene = 0;                     ///< number of the scene on the screen, from 1; 0 for none
    FrameRange sceneRange;
    std::set<QString> taken;  ///< what exports in the queue will make
    std::function<workflow::ColorizeOptions(const workflow::RenderOptions&)>
        job;  ///< what an export would do, for the estimate
};

/// Asks where, as what and how much of the coloured film shall be written; says beforehand how long that takes, how
/// large it becomes and what the choice changes or cannot hold. The last choice is kept in the settings.
class ExportDialog : public QDialog {
    Q_OBJECT
public:
    ExportDialog(ExportSubject subject, ExportEstimator& estimator, QWidget* parent = nullptr);
    ~ExportDialog() override;
    /// What was chosen; networks are left to the caller.
    [[nodiscard]] workflow::RenderOptions options() const;
    /// Before all other jobs that wait.
    [[nodiscard]] bool first() const { return first_; }

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void makeForm(QFormLayout& form);
    void makeRanges();
    void makeButtons(QVBoxLayout& column);
    void restore();
    void remember() const;
    void presetChanged();
    void browse();
    void insertWord(const QString& word);
    void check();
    [[nodiscard]] QString output(const QString& name) const;
    [[nodiscard]] FrameRange range() const;
    [[nodiscard]] QMap<QString, QString> words() const;
    [[nodiscard]] workflow::SourceRules sourceRules() const;
    /// The film as it will be read.
    [[nodiscard]] media::MediaInfo filmAsRead() const;
    /// What speaks against the choice, in words; empty when it can be done.
    [[nodiscard]] QStringList problems() const;
    void show(const workflow::ExportEstimate& estimate);
    void showNotes();
    void finish(bool first);

    ExportSubject subject_;
    ExportEstimator& estimator_;
    PresetBox* preset_;
    QLabel* description_;
    QComboBox *range_, *ending_, *workingSize_;
    QLineEdit *folder_, *template_;
    QCheckBox *replace_, *mark_, *wholeFrames_, *allowHdr_;  // the last two where the film calls for them
    QLabel *result_, *estimate_, *notes_;
    QPushButton *queue_, *now_, *browse_, *cancel_ = nullptr;
    QToolButton* words_;
    QTimer askLater_;
    QString wantedEnding_;      // chosen by hand; "" = the usual one of each preset
    QString file_, nameError_;  // what will be made, and why nothing can be
    QStringList warnings_;      // the estimate's
    bool first_ = false;
};

}  // namespace tintreel::ui
