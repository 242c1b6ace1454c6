// SPDX-License-Identifier: Apache-2.0
#include "studio/main_window.h"

#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QMessageBox>
#include <QMimeData>
#include <QScrollArea>
#include <QSettings>
#include <QSlider>
#include <QStatusBar>
#include <QToolBar>
#include <QVBoxLayout>

#include <cmath>

#include "panels/cheat_sheet.h"
#include "panels/shortcut_dialog.h"
#include "studio/export_dialog.h"
#include "studio/theme.h"
#include "tintreel/base/atomic_file.h"

namespace tintreel::ui {
namespace {

constexpr int kRecentFiles = 12;
constexpr int kLayoutVersion = 2;

bool isPicture(const QString& file) {
    static const QStringList kinds{QStringLiteral("png"), QStringLiteral("jpg"), QStringLiteral("jpeg"),
                                   QStringLiteral("tif"), QStringLiteral("tiff")};
    return kinds.contains(QFileInfo(file).suffix().toLower());
}

QScrollArea* scrolled(QWidget* content, const QString& name) {
    auto* area = new QScrollArea;
    area->setAccessibleName(name);
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    return area;
}

}  // namespace

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent),
      canvas_(new Canvas),
      transport_(new TransportBar),
      timeline_(new TimelineWidget),
      scenes_(new QListView),
      colors_(new ColorPanel),
      hints_(new HintInspector),
      scene_(new SceneInspector),
      source_(new SourceInspector),
      scopes_(new ScopesPanel),
      gallery_(new GalleryPanel),
      jobs_(new JobPanel(studio_.jobs())),
      history_(new QListWidget),
      notice_(new NoticeBar),
      welcome_(new WelcomePage),
      pages_(new QStackedWidget),
      pointer_(new QLabel),
      jobLine_(new QLabel),
      device_(new QLabel) {
    setTheme(theme());
    setAcceptDrops(true);
    setDockOptions(AnimatedDocks | AllowTabbedDocks | AllowNestedDocks);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    canvas_->setObjectName(QStringLiteral("canvas"));
    timeline_->setObjectName(QStringLiteral("timeline"));
    transport_->setObjectName(QStringLiteral("transport"));
    auto* stage = new QWidget;
    auto* stageColumn = new QVBoxLayout(stage);
    stageColumn->setContentsMargins(0, 0, 0, 0);
    stageColumn->setSpacing(0);
    stageColumn->addWidget(canvas_, 1);
    stageColumn->addWidget(transport_);
    pages_->addWidget(welcome_);
    pages_->addWidget(stage);
    auto* central = new QWidget;
    auto* column = new QVBoxLayout(central);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(notice_);
    column->addWidget(pages_, 1);
    setCentralWidget(central);
    makeDocks();

    canvasBinding_ = new CanvasBinding(studio_, *canvas_, *colors_, *hints_, this);
    timelineBinding_ = new TimelineBinding(studio_, *timeline_, *transport_, *scenes_, *scene_, this);
    galleryBinding_ = new GalleryBinding(studio_, *canvas_, *gallery_, this);
    training_ = new TrainingBinding(studio_, this);
    actions_ = new Actions({*this,
                            studio_,
                            *canvas_,
                            *timeline_,
                            *transport_,
                            *colors_,
                            *canvasBinding_,
                            *timelineBinding_,
                            *galleryBinding_,
                            *training_,
                            {canvas_, timeline_, scenes_}});
    for (std::size_t i = 0; i < docks_.size(); ++i) {
        auto* toggle = docks_[i]->toggleViewAction();
        toggle->setObjectName(QStringLiteral("dock") + docks_[i]->objectName());
        toggle->setShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_0 + static_cast<int>(i + 1) % 10)));
        actions_->docksMenu()->addAction(toggle);
        actions_->shortcuts().add(toggle, tr("Panels"));
    }
    makeToolBar();
    makeStatusBar();

    connect(canvas_, &Canvas::spaceTapped, &studio_.player(), &Player::toggle);
    connect(welcome_, &WelcomePage::openRequested, this, &MainWindow::chooseFile);
    connect(welcome_, &WelcomePage::fileChosen, this, &MainWindow::open);
    connect(&studio_, &Studio::message, notice_, &NoticeBar::show);
    connect(&studio_, &Studio::filmMissing, this, &MainWindow::filmMissing);
    connect(&studio_, &Studio::viewChanged, this, &MainWindow::showView);
    connect(&studio_.document(), &Document::changed, this, &MainWindow::showDocument);
    connect(&studio_.document(), &Document::opened, this, [this] {
        canvas_->fit();
        timeline_->fitFilm();
        source_->setInfo(studio_.document().info());
    });

    resize(1440, 900);
    defaultLayout_ = saveState(kLayoutVersion);
    const QSettings settings;
    restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
    restoreState(settings.value(QStringLiteral("window/state")).toByteArray(), kLayoutVersion);
    showDocument();
    showRecent();
}

MainWindow::~MainWindow() {
    // The studio is a member and outlives the widgets that listen to it only until here.
    disconnect(&studio_, nullptr, nullptr, nullptr);
    disconnect(&studio_.document(), nullptr, nullptr, nullptr);
    delete training_;
}

QDockWidget* MainWindow::addDock(const char* id, const QString& title, QWidget* content, Qt::DockWidgetArea area) {
    auto* dock = new QDockWidget(title);
    dock->setObjectName(QString::fromLatin1(id));
    dock->setWidget(content);
    addDockWidget(area, dock);
    docks_.push_back(dock);
    return dock;
}

void MainWindow::makeDocks() {
    scenes_->setObjectName(QStringLiteral("sceneList"));
    scenes_->setAccessibleName(tr("Scenes"));
    scenes_->setUniformItemSizes(true);
    scenes_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    history_->setObjectName(QStringLiteral("historyList"));
    history_->setAccessibleName(tr("History"));
    addDock("scenes", tr("Scenes"), scenes_, Qt::LeftDockWidgetArea);
    addDock("timelineDock", tr("Timeline"), timeline_, Qt::BottomDockWidgetArea);
    auto* colors = addDock("color", tr("Colour"), scrolled(colors_, tr("Colour")), Qt::RightDockWidgetArea);
    auto* hints = addDock("hints", tr("Hints"), hints_, Qt::RightDockWidgetArea);
    auto* scene = addDock("scene", tr("Scene"), scrolled(scene_, tr("Scene")), Qt::RightDockWidgetArea);
    auto* source = addDock("source", tr("Source"), scrolled(source_, tr("Source")), Qt::RightDockWidgetArea);
    auto* scopes = addDock("scopes", tr("Scopes"), scopes_, Qt::RightDockWidgetArea);
    // Nobody sees hidden scopes; a frame during playback is not copied for them.
    connect(scopes, &QDockWidget::visibilityChanged, this, [this](bool visible) {
        if (visible) showScopes();
    });
    auto* jobs = addDock("jobs", tr("Jobs"), jobs_, Qt::BottomDockWidgetArea);
    auto* history = addDock("history", tr("History"), history_, Qt::BottomDockWidgetArea);
    tabifyDockWidget(docks_[0], addDock("gallery", tr("Gallery"), gallery_, Qt::LeftDockWidgetArea));
    tabifyDockWidget(hints, scene);
    tabifyDockWidget(scene, source);
    tabifyDockWidget(source, scopes);
    tabifyDockWidget(docks_[1], jobs);
    tabifyDockWidget(jobs, history);
    docks_[1]->raise();
    colors->raise();
    hints->raise();
    resizeDocks({docks_[0], colors}, {250, 320}, Qt::Horizontal);
    resizeDocks({docks_[1]}, {230}, Qt::Vertical);
    resizeDocks({colors, hints}, {560, 300}, Qt::Vertical);
}

void MainWindow::makeToolBar() {
    auto* bar = addToolBar(tr("Tools"));
    bar->setObjectName(QStringLiteral("tools"));
    for (const char* id : {"brush", "dot", "region", "eraser", "select", "picker"}) bar->addAction((*actions_)[id]);
    auto* size = new QSlider(Qt::Horizontal);
    size->setObjectName(QStringLiteral("brushSize"));
    size->setAccessibleName(tr("Size of the brush"));
    size->setToolTip(tr("Size of the brush ([ and ], or Shift + drag)"));
    size->setFixedWidth(110);
    size->setRange(0, 1000);
    // A slider in powers: small brushes need fine steps.
    const double span = std::log(kLargestBrush / kSmallestBrush);
    const auto show = [size, span](double radius) {
        const QSignalBlocker block(size);
        size->setValue(static_cast<int>(std::lround(1000 * std::log(radius / kSmallestBrush) / span)));
    };
    show(canvas_->brushRadius());
    connect(size, &QSlider::valueChanged, this,
            [this, span](int value) { canvas_->setBrushRadius(kSmallestBrush * std::exp(span * value / 1000.0)); });
    connect(canvas_, &Canvas::brushRadiusChanged, size, show);
    bar->addSeparator();
    bar->addWidget(size);
    auto* scope = new QComboBox;
    scope->setObjectName(QStringLiteral("hintSpan"));
    scope->setAccessibleName(tr("How far new hints are carried"));
    scope->setToolTip(scope->accessibleName());
    const char* spans[] = {"spanScene", "spanRange", "spanFrame"};
    for (const char* id : spans) scope->addItem((*actions_)[id]->text());
    connect(scope, &QComboBox::activated, this,
            [this, spans](int index) { (*actions_)[spans[index]]->setChecked(true); });
    connect(canvasBinding_, &CanvasBinding::spanChanged, scope, [this, scope, spans] {
        for (int i = 0; i < 3; ++i)
            if ((*actions_)[spans[i]]->isChecked()) scope->setCurrentIndex(i);
    });
    bar->addWidget(scope);
    bar->addSeparator();
    for (const char* id : {"compareResult", "bypass", "wipe", "splitView"}) bar->addAction((*actions_)[id]);
    bar->addSeparator();
    for (const char* id : {"colorizeKey", "propagate", "export"}) bar->addAction((*actions_)[id]);
    docks_.front()->raise();
}

void MainWindow::makeStatusBar() {
    pointer_->setObjectName(QStringLiteral("pointerText"));
    jobLine_->setObjectName(QStringLiteral("jobLine"));
    device_->setObjectName(QStringLiteral("deviceLine"));
    statusBar()->addWidget(pointer_);
    statusBar()->addPermanentWidget(jobLine_);
    statusBar()->addPermanentWidget(device_);
    connect(canvasBinding_, &CanvasBinding::pointerText, pointer_, &QLabel::setText);
    const auto showJobs = [this] { jobLine_->setText(studio_.jobs().summary()); };
    connect(&studio_.jobs(), &JobQueue::progressed, this, showJobs);
    connect(&studio_.jobs(), &JobQueue::finished, this, showJobs);
}

void MainWindow::showDocument() {
    const auto& document = studio_.document();
    pages_->setCurrentIndex(document.isOpen() ? 1 : 0);
    setWindowTitle(document.isOpen() ? tr("%1 — Tintreel Studio%2")
                                           .arg(QString::fromStdString(document.project().file().filename().string()),
                                                document.project().readOnly() ? tr(" (read only)") : QString())
                                     : tr("Tintreel Studio"));
    history_->clear();
    int last = -1;
    for (const auto& step : document.history()) {
        auto* item = new QListWidgetItem(QString::fromStdString(step.label), history_);
        if (step.undone) item->setText(tr("(undone) %1").arg(item->text()));
        else last = history_->count() - 1;
    }
    history_->setCurrentRow(last);
    if (actions_ != nullptr) actions_->refresh();
}

void MainWindow::showView() {
    device_->setText(studio_.modelsText());
    if (scopes_->isVisible()) showScopes();
}

void MainWindow::showScopes() {
    const auto& view = studio_.view();
    const QImage& image = view.colored.isNull() ? view.source : view.colored;
    RgbImage rgb(image.width(), image.height());
    for (int y = 0; y < image.height(); ++y) std::copy_n(image.constScanLine(y), image.width() * 3, rgb.pixel(0, y));
    scopes_->setFrame(rgb, color::matrixFromCode(studio_.document().info().assumed.matrix));
}

bool MainWindow::open(const QString& path) {
    if (!mayStop(studio_.jobs().unfinishedWork(), tr("What they have coloured so far is kept.")) || !studio_.open(path))
        return false;
    QSettings settings;
    auto recent = settings.value(QStringLiteral("recent")).toStringList();
    const auto file = QString::fromStdString(studio_.document().project().file().string());
    recent.removeAll(file);
    recent.prepend(file);
    settings.setValue(QStringLiteral("recent"), QStringList(recent.mid(0, kRecentFiles)));
    settings.setValue(QStringLiteral("folder"), QFileInfo(path).absolutePath());
    showRecent();
    canvas_->setFocus();
    return true;
}

void MainWindow::showRecent() {
    const auto files = QSettings().value(QStringLiteral("recent")).toStringList();
    welcome_->setRecent(files);
    actions_->recentMenu()->clear();
    for (const auto& file : files) actions_->recentMenu()->addAction(file, this, [this, file] { open(file); });
    actions_->recentMenu()->setEnabled(!files.isEmpty());
}

QString MainWindow::lastFolder() const {
    return QSettings().value(QStringLiteral("folder"), QDir::homePath()).toString();
}

void MainWindow::chooseFile() {
    const auto file = QFileDialog::getOpenFileName(this, tr("Open a film or a project"), lastFolder());
    if (!file.isEmpty()) open(file);
}

void MainWindow::chooseFolder() {
    const auto folder = QFileDialog::getExistingDirectory(this, tr("Open a folder of frames"), lastFolder());
    if (!folder.isEmpty()) open(folder);
}

void MainWindow::saveCopy() {
    const auto file =
        QFileDialog::getSaveFileName(this, tr("Save a copy of the project"), lastFolder(), tr("Projects (*.tintreel)"));
    if (!file.isEmpty() && studio_.document().saveCopy(file.toStdString()))
        notice_->show(tr("A copy was saved as %1.").arg(file), false);
}

void MainWindow::importHints() {
    const auto file = QFileDialog::getOpenFileName(this, tr("Import hints"), lastFolder(), tr("Hints (*.json)"));
    if (!file.isEmpty()) studio_.document().importHints(file.toStdString());
}

void MainWindow::exportHints() {
    const auto file = QFileDialog::getSaveFileName(this, tr("Export hints"),
                                                   lastFolder() + QStringLiteral("/hints.json"), tr("Hints (*.json)"));
    if (file.isEmpty()) return;
    const auto written =
        writeFileAtomically(file.toStdString(), hints::writeHints(studio_.document().plan()->person.hints), true);
    if (!written) notice_->show(QString::fromStdString(describe(written.error())), true);
}

void MainWindow::relink() {
    const auto file = QFileDialog::getOpenFileName(this, tr("Where does the film lie now?"), lastFolder());
    if (!file.isEmpty()) studio_.document().relink(file.toStdString(), false);
}

void MainWindow::filmMissing() {
    notice_->show(
        tr("The film “%1” is not where it was. The project is open; use File, Relink the film… to show where the film lies now.")
            .arg(QString::fromStdString(studio_.document().project().clip().path.string())),
        true);
}

void MainWindow::exportFilm() {
    const auto& document = studio_.document();
    if (!document.hasFilm()) return filmMissing();
    auto* dialog = new ExportDialog(studio_.exportSubject(), studio_.estimator(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        studio_.exportFilm(dialog->options(), dialog->first());
        showJobs();
    });
    dialog->open();
}

void MainWindow::showJobs() {
    auto* dock = findChild<QDockWidget*>(QStringLiteral("jobs"));
    dock->show();
    dock->raise();
}

void MainWindow::closeProject() {
    if (!mayStop(studio_.jobs().unfinishedWork(), tr("What they have coloured so far is kept."))) return;
    scene_->flush();
    studio_.close();
}

void MainWindow::chooseReference() {
    const auto file = QFileDialog::getOpenFileName(this, tr("Reference picture for frame %1").arg(studio_.frame()),
                                                   lastFolder(), tr("Pictures (*.png *.jpg *.jpeg *.tif *.tiff)"));
    if (!file.isEmpty()) studio_.document().setReference(studio_.frame(), file.toStdString());
}

void MainWindow::editShortcuts() {
    auto* dialog = new ShortcutDialog(actions_->shortcuts(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::showCheatSheet() {
    auto* sheet = new CheatSheet(actions_->shortcuts(), Actions::gestures(), this);
    sheet->setAttribute(Qt::WA_DeleteOnClose);
    sheet->show();
}

void MainWindow::about() {
    QMessageBox::about(
        this, tr("About Tintreel"),
        tr("Tintreel colours black-and-white film.\nApache License 2.0. What the networks were trained on: models/README.md."));
}

void MainWindow::resetLayout() {
    restoreState(defaultLayout_, kLayoutVersion);
    for (auto* dock : docks_) dock->show();
}

void MainWindow::setCanvasOnly(bool on) {
    if (on) {
        layoutBefore_ = saveState(kLayoutVersion);
        for (auto* dock : docks_) dock->hide();
    } else {
        restoreState(layoutBefore_, kLayoutVersion);
    }
    canvas_->setFocus();
}

QString MainWindow::theme() const {
    return QSettings().value(QStringLiteral("theme"), QStringLiteral("dark")).toString();
}

void MainWindow::setTheme(const QString& name) {
    QSettings().setValue(QStringLiteral("theme"), name);
    qApp->setPalette(name == QStringLiteral("light") ? lightPalette() : darkPalette());
}

bool MainWindow::mayStop(int jobs, const QString& consequence) {
    if (training_->isTraining() &&
        QMessageBox::question(
            this, tr("A training run goes on"),
            tr("Stop it here? Its checkpoint is kept, and it can go on when the project is open again.")) !=
            QMessageBox::Yes)
        return false;
    if (jobs == 0) return true;
    return QMessageBox::question(this, tr("Jobs are running"),
                                 tr("%n job(s) are not finished. Stop them? %1", nullptr, jobs).arg(consequence)) ==
           QMessageBox::Yes;
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!mayStop(studio_.jobs().unfinished(),
                 tr("What they have coloured so far is kept; exports are listed again the next time.")))
        return event->ignore();
    scene_->flush();
    QSettings settings;
    settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    settings.setValue(QStringLiteral("window/state"), saveState(kLayoutVersion));
    studio_.quit();
    studio_.close();
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const auto urls = event->mimeData()->urls();
    if (urls.isEmpty()) return;
    const auto file = urls.first().toLocalFile();
    event->acceptProposedAction();
    // A picture on an open film is a reference for the frame on the screen.
    if (studio_.document().isOpen() && isPicture(file))
        studio_.document().setReference(studio_.frame(), file.toStdString());
    else if (studio_.document().isOpen() && file.endsWith(QStringLiteral(".json")))
        studio_.document().importHints(file.toStdString());
    else open(file);
}

void MainWindow::changeEvent(QEvent* event) {
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && canvas_ != nullptr) canvas_->update();
}

}  // namespace tintreel::ui
