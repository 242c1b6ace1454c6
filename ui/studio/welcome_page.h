// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QListWidget>
#include <QWidget>

namespace tintreel::ui {

/// What stands in the window before a film is open: what to do, and the films of last time.
class WelcomePage : public QWidget {
    Q_OBJECT
public:
    explicit WelcomePage(QWidget* parent = nullptr);
    void setRecent(const QStringList& files);

Q_SIGNALS:
    void openRequested();
    void fileChosen(const QString& file);

private:
    QListWidget* recent_;
};

}  // namespace tintreel::ui
