// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QWidget>

#include "panels/still_model.h"

namespace tintreel::ui {

/// The stills and what can be done with the one that is chosen. It tells what the user wants and shows what it is
/// given. GUI thread.
class GalleryPanel : public QWidget {
    Q_OBJECT
public:
    explicit GalleryPanel(QWidget* parent = nullptr);

    void setStills(std::vector<Still> stills);
    [[nodiscard]] StillModel& model() const { return *model_; }
    [[nodiscard]] int current() const;  ///< -1: none is chosen
    void setCurrent(int row);
    /// Whether the chosen still is being compared.
    void setComparing(bool on);

Q_SIGNALS:
    void grabRequested();
    void renameRequested(int row, const QString& name);
    /// After the user was asked: there is no undo.
    void removeRequested(int row);
    /// Also when another still is chosen while one is compared; -1: the comparison ends.
    void compareRequested(int row);
    void useRequested(int row);
    /// By double click or Return.
    void frameRequested(qlonglong frame);

private:
    QPushButton* button(const QString& text, const char* name, const QString& tip);
    void askToRemove();
    void say(const QString& text);
    void refresh();

    StillModel* model_;
    QListView* view_;
    QLabel* message_;
    QPushButton* grab_;
    QPushButton* compare_;
    QPushButton* use_;
    QPushButton* rename_;
    QPushButton* remove_;
};

}  // namespace tintreel::ui
