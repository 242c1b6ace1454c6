// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include <QAction>
#include <QActionGroup>
#include <QMenu>
#include <QObject>

#include "panels/cheat_sheet.h"
#include "panels/shortcut_table.h"
#include "studio/canvas_binding.h"
#include "studio/gallery_binding.h"
#include "studio/timeline_binding.h"
#include "studio/training_binding.h"

namespace tintreel::ui {

class MainWindow;

/// Everything the studio can be told, as actions with menus and keys. Keys without Ctrl act only where the canvas, the
/// timeline or the list of scenes has the focus, so that text can be typed elsewhere. GUI thread.
class Actions : public QObject {
    Q_OBJECT
public:
    struct Parts {
        MainWindow& window;
        Studio& studio;
        Canvas& canvas;
        TimelineWidget& timeline;
        TransportBar& transport;
        ColorPanel& colors;
        CanvasBinding& canvasBinding;
        TimelineBinding& timelineBinding;
        GalleryBinding& gallery;
        TrainingBinding& training;
        QList<QWidget*> stage;  ///< where keys without Ctrl act
    };
    explicit Actions(const Parts& parts);

    [[nodiscard]] QAction* operator[](const char* id) const;
    [[nodiscard]] ShortcutTable& shortcuts() { return shortcuts_; }
    [[nodiscard]] static CheatSheet::Gestures gestures();
    [[nodiscard]] QMenu* recentMenu() const { return recent_; }
    [[nodiscard]] QMenu* docksMenu() const { return docks_; }
    /// Texts and what can be done now, after any change.
    void refresh();

private:
    using Keys = QList<QKeySequence>;
    QAction* add(QMenu* menu, const char* id, const QString& text, const Keys& keys, std::function<void()> work,
                 bool needsFilm = true);
    QAction* addCheck(QMenu* menu, const char* id, const QString& text, const Keys& keys, bool on,
                      std::function<void(bool)> work);
    void onStage(QAction* action);
    QMenu* menu(const QString& title);
    void fileMenu();
    void editMenu();
    void toolMenu();
    void sceneMenu();
    void viewMenu();
    void playbackMenu();
    void toolsMenu();
    void helpMenu();
    void setCompare(Compare compare);

    Parts p_;
    ShortcutTable shortcuts_;
    QMenu* recent_ = nullptr;
    QMenu* docks_ = nullptr;
    std::vector<QAction*> needFilm_;
    std::map<QString, QAction*> actions_;
    bool wipeVertical_ = true;
};

}  // namespace tintreel::ui
