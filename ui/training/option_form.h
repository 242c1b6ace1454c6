// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include <QLabel>
#include <QStringList>
#include <QWidget>

#include "tintreel/base/options.h"

namespace tintreel::ui {

/// A form made from a table of options, the one that the command line and JSON files are read by: one row a field, with
/// its name, help and range. Edits go straight into the table's targets, which must outlive the form.
class OptionForm : public QWidget {
    Q_OBJECT
public:
    /// `names`: the fields that are shown, in that order; empty = all but `without`. Each editor's object name is
    /// "option-NAME".
    OptionForm(OptionTable table, const QStringList& names, const QStringList& without, QWidget* parent = nullptr);
    /// Shows the targets' values, which somebody else has set.
    void refresh();

Q_SIGNALS:
    void edited();

private:
    [[nodiscard]] QWidget* editorFor(OptionField& field);

    OptionTable table_;
    std::vector<std::function<void()>> refreshers_;
    bool refreshing_ = false;
};

}  // namespace tintreel::ui
