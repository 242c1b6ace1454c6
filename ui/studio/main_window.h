// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDockWidget>
#include <QLabel>
#include <QListView>
#include <QMainWindow>
#include <QStackedWidget>

#include "panels/scopes_panel.h"
#include "panels/source_inspector.h"
#include "studio/actions.h"
#include "studio/canvas_binding.h"
#include "studio/gallery_binding.h"
#include "studio/job_panel.h"
#include "studio/notice_bar.h"
#include "studio/studio.h"
#include "studio/timeline_binding.h"
#include "studio/training_binding.h"
#include "studio/welcome_page.h"

namespace tintreel::ui {

/// The studio's window: makes the widgets, lays them out and answers what needs a dialog. What happens is in Studio and
/// the bindings.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(QWidget* parent = nullptr);
    ~MainWindow() override;

    /// A film, a project, a folder of frames.
    bool open(const QString& path);
    [[nodiscard]] Studio& studio() { return studio_; }

    // What the actions ask for.
    void chooseFile();
    void chooseFolder();
    void saveCopy();
    void importHints();
    void exportHints();
    void relink();
    void exportFilm();
    void closeProject();
    void chooseReference();
    void editShortcuts();
    void showCheatSheet();
    void about();
    void resetLayout();
    void setCanvasOnly(bool on);
    void setTheme(const QString& name);
    [[nodiscard]] QString theme() const;

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QDockWidget* addDock(const char* id, const QString& title, QWidget* content, Qt::DockWidgetArea area);
    void makeDocks();
    void makeToolBar();
    void makeStatusBar();
    void showDocument();
    void showView();
    void showScopes();
    void showRecent();
    void showJobs();
    void filmMissing();
    /// Whether this many jobs that are not finished may be stopped.
    bool mayStop(int jobs, const QString& consequence);
    [[nodiscard]] QString lastFolder() const;

    Studio studio_;
    Canvas* canvas_;
    TransportBar* transport_;
    TimelineWidget* timeline_;
    QListView* scenes_;
    ColorPanel* colors_;
    HintInspector* hints_;
    SceneInspector* scene_;
    SourceInspector* source_;
    ScopesPanel* scopes_;
    GalleryPanel* gallery_;
    JobPanel* jobs_;
    QListWidget* history_;
    NoticeBar* notice_;
    WelcomePage* welcome_;
    QStackedWidget* pages_;
    QLabel* pointer_;
    QLabel* jobLine_;
    QLabel* device_;
    CanvasBinding* canvasBinding_;
    TimelineBinding* timelineBinding_;
    GalleryBinding* galleryBinding_;
    TrainingBinding* training_;
    Actions* actions_;
    std::vector<QDockWidget*> docks_;
    QByteArray defaultLayout_, layoutBefore_;
};

}  // namespace tintreel::ui
