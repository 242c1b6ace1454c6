// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QWidget>

#include "panels/hint_list_model.h"
#include "panels/span_editor.h"

namespace tintreel::ui {

/// The hints of the current frame. Edits are asked for by signals; what the document makes of them comes back by
/// setHints().
class HintInspector : public QWidget {
    Q_OBJECT
public:
    explicit HintInspector(QWidget* parent = nullptr);

    /// The selection stays with its hints. An edit of a span that waits for its end is not lost: where its hint goes
    /// out of sight, hintChanged follows from the event loop.
    void setHints(std::vector<HintRow> hints);
    void setPalette(std::vector<hints::PaletteSlot> palette);
    /// The colour that "Use current colour" gives.
    void setCurrentColor(hints::HintColor color) { color_ = std::move(color); }
    /// Limits ranges to the film.
    void setFrameCount(FrameIndex count);
    /// Selects a hint without a signal; none when it is not here.
    void selectHint(qint64 id);

Q_SIGNALS:
    void hintChanged(qint64 id, const tintreel::hints::Hint& hint);
    void hintsRemoved(const QList<qint64>& ids);
    /// The user went to a hint; −1: to none.
    void hintSelected(qint64 id);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void select(const QList<qint64>& ids, qint64 current);
    void onSelection();
    void showCurrent();
    void recolor();
    void respan();
    void remove();
    [[nodiscard]] QList<qint64> selected() const;
    [[nodiscard]] const HintRow* find(qint64 id) const;

    HintListModel* model_;
    HintRow shown_;  // in the span editor
    QTableView* view_;
    QLabel* none_;
    SpanEditor* span_;
    QPushButton* recolor_;
    QPushButton* remove_;
    hints::HintColor color_ = hints::NeutralColor{};
    qint64 current_ = -1;
    bool setting_ = false;
};

}  // namespace tintreel::ui
