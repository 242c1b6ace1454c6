// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QWidget>

#include "panels/palette_model.h"

namespace tintreel::ui {

/// The palette as a list with its buttons. Choosing is a click or Return; F2 or a double click renames.
class PaletteEditor : public QWidget {
    Q_OBJECT
public:
    explicit PaletteEditor(QWidget* parent = nullptr);

    void setPalette(std::vector<hints::PaletteSlot> palette);
    [[nodiscard]] const std::vector<hints::PaletteSlot>& palette() const { return model_->palette(); }
    /// The row that shows as current; −1 for none. Sends nothing.
    void setCurrent(int slot);
    /// The slot whose colour the next pick changes; −1 when picks choose a colour as usual.
    [[nodiscard]] int recoloring() const { return recoloring_; }
    void stopRecoloring();
    [[nodiscard]] QListView* view() const { return view_; }

Q_SIGNALS:
    void slotChosen(int slot);
    void slotEdited(int slot, const tintreel::hints::PaletteSlot& value);
    void addRequested();
    void neutralRequested();
    /// recoloring() is another slot now.
    void recoloringChanged(int slot);

private:
    void setRecoloring(int slot);
    void updateButtons();
    [[nodiscard]] QPushButton* button(const QString& text, const char* name, const QString& tip);

    PaletteModel* model_;
    QListView* view_;
    QPushButton* add_;
    QPushButton* rename_;
    QPushButton* recolor_;
    QPushButton* neutral_;
    QLabel* message_;
    int recoloring_ = -1;
};

}  // namespace tintreel::ui
