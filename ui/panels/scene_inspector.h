// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCheckBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTimer>
#include <QWidget>

namespace tintreel::ui {

/// What the scene inspector shows of a scene; texts are ready for the user.
struct SceneDetails {
    int number = 0;          ///< from 1; 0: no scene
    QString range;           ///< "00:00:12.000 – 00:00:15.480, frames 300 – 386"
    QString status;          ///< "keyed", "stale since the last hint", …
    QString models;          ///< names of the networks used, "" before the first run
    double confidence = -1;  ///< mean, 0..1; below 0: unknown
    QString notes;
    bool approved = false;
};

/// A scene's facts, notes and approval. Sends only what the user does.
class SceneInspector : public QWidget {
    Q_OBJECT
public:
    static constexpr int kNotesDelay = 1000;  ///< ms after the last key

    explicit SceneInspector(QWidget* parent = nullptr);

    /// The same scene anew leaves notes alone that are being typed; for another scene, typed notes that were not sent
    /// yet go out as earlierNotesEdited.
    void setScene(const SceneDetails& scene);
    /// Sends typed notes now. For a host about to close or to save.
    void flush();

Q_SIGNALS:
    /// Of the scene on show: 1 s after typing ends, or when the focus leaves.
    void notesEdited(const QString& notes);
    void approvedChanged(bool approved);
    /// Notes typed for a scene that is on show no more (playback went on). Never the scene on show.
    void earlierNotesEdited(int sceneNumber, const QString& notes);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    [[nodiscard]] QLabel* fact(const char* name, const QString& words);

    int number_ = 0;
    bool setting_ = false;
    QTimer typed_;  // runs while notes wait to be sent
    QLabel* title_;
    QLabel* range_;
    QLabel* status_;
    QLabel* models_;
    QLabel* confidence_;
    QPlainTextEdit* notes_;
    QCheckBox* approve_;
};

}  // namespace tintreel::ui
