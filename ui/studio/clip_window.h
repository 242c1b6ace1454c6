// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <QLabel>
#include <QMainWindow>
#include <QSlider>

#include "studio/frame_loader.h"

namespace tintreel::ui {

/// Shows a clip: its frames, a slider to go through them, what it is, and errors in words.
class ClipWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit ClipWindow(QWidget* parent = nullptr);
    /// Opens a film, a picture or a folder of pictures; an error is shown in the window.
    void open(const QString& path);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void chooseFile();
    void show(qlonglong frame, const QImage& image);
    void fit();

    QLabel* picture_;
    QSlider* slider_;
    QLabel* position_;
    QLabel* description_;
    QImage image_;
    std::unique_ptr<FrameLoader> loader_;
};

}  // namespace tintreel::ui
