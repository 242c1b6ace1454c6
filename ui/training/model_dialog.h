// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableWidget>

#include "training/compare_view.h"

namespace tintreel::ui {

/// Tools, Models…: every model with its card; names, notes, defaults, files, and two of them compared on the frame on
/// the screen.
class ModelDialog : public QDialog {
    Q_OBJECT
public:
    explicit ModelDialog(const TrainingHost& host, QWidget* parent = nullptr);

private:
    void fill();
    void showModel();
    void say(const QString& text, bool problem);
    template <class R>
    bool done(const R& result, const QString& text);
    [[nodiscard]] const nn::ModelEntry* current() const;
    void rename();
    void remove();
    void importModel();
    void exportModel();
    void keepNotes();
    void useHere();
    void setSides();

    TrainingHost host_;
    workflow::ModelLibrary library_;
    std::vector<nn::ModelEntry> models_;
    QTableWidget* table_;
    QLabel *card_, *said_;
    QPlainTextEdit* notes_;
    QPushButton *rename_, *remove_, *use_, *default_, *back_, *export_, *keep_;
    QComboBox *left_, *right_;
    CompareView* compare_;
};

}  // namespace tintreel::ui
