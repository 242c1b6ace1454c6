// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QWidget>

#include "tintreel/media/media_info.h"

namespace tintreel::ui {

/// What the clip is: container, codec, colour tags as stated and as assumed, tracks, warnings.
class SourceInspector : public QWidget {
    Q_OBJECT
public:
    explicit SourceInspector(QWidget* parent = nullptr);
    void setInfo(const media::MediaInfo& info);
    /// All that is shown, a line a fact: what the Copy button puts on the clipboard.
    [[nodiscard]] QString text() const { return text_; }

private:
    void addRow(const QString& label, const QString& value);

    QFormLayout* form_;
    QPushButton* copy_;
    QString text_;
};

}  // namespace tintreel::ui
