// SPDX-License-Identifier: Apache-2.0
#include "studio/actions.h"

#include <QApplication>
#include <QInputDialog>
#include <QMenuBar>

#include "studio/main_window.h"

namespace tintreel::ui {
namespace {

constexpr double kBrushStep = 1.15;

/// Menus show tools by name; the mnemonic and dots are no part of a group's name.
QString plain(QString text) { return text.remove(QLatin1Char('&')); }

}  // namespace

Actions::Actions(const Parts& parts) : QObject(&parts.window), p_(parts) {
    fileMenu();
    editMenu();
    toolMenu();
    sceneMenu();
    viewMenu();
    playbackMenu();
    toolsMenu();
    helpMenu();
    // The tool bar has room for a word.
    const std::pair<const char*, QString> words[] = {{"select", tr("Select")},
                                                     {"picker", tr("Picker")},
                                                     {"bypass", tr("Source")},
                                                     {"colorizeKey", tr("Colour key")},
                                                     {"propagate", tr("Carry through scene")},
                                                     {"export", tr("Export…")}};
    for (const auto& [id, word] : words) (*this)[id]->setIconText(word);
    refresh();
}

QAction* Actions::operator[](const char* id) const {
    const auto found = actions_.find(QString::fromLatin1(id));
    Q_ASSERT(found != actions_.end());
    return found->second;
}

QMenu* Actions::menu(const QString& title) { return p_.window.menuBar()->addMenu(title); }

QAction* Actions::add(QMenu* menu, const char* id, const QString& text, const Keys& keys, std::function<void()> work,
                      bool needsFilm) {
    auto* action = new QAction(text, this);
    action->setObjectName(QString::fromLatin1(id));
    action->setShortcuts(keys);
    const bool bare = std::any_of(keys.begin(), keys.end(), [](const QKeySequence& key) {
        const auto first = key[0];
        const bool function = first.key() >= Qt::Key_F1 && first.key() <= Qt::Key_F35;
        return !(first.keyboardModifiers() & Qt::ControlModifier) && !function;
    });
    if (bare || keys.isEmpty()) onStage(action);
    menu->addAction(action);
    connect(action, &QAction::triggered, this, [work = std::move(work)] { work(); });
    shortcuts_.add(action, plain(menu->title()));
    actions_[action->objectName()] = action;
    if (needsFilm) needFilm_.push_back(action);
    return action;
}

void Actions::onStage(QAction* action) {
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    for (auto* widget : p_.stage) widget->addAction(action);
}

QAction* Actions::addCheck(QMenu* menu, const char* id, const QString& text, const Keys& keys, bool on,
                           std::function<void(bool)> work) {
    auto* action = add(
        menu, id, text, keys, [] {}, false);
    action->setCheckable(true);
    action->setChecked(on);
    connect(action, &QAction::toggled, this, [work = std::move(work)](bool checked) { work(checked); });
    return action;
}

// clang-format off: a table, an action a line
void Actions::fileMenu() {
    auto* file = menu(tr("&File"));
    auto& w = p_.window;
    add(
        file, "open", tr("&Open film or project…"), {QKeySequence::Open}, [&w] { w.chooseFile(); }, false);
    add(
        file, "openFolder", tr("Open &folder of frames…"), {}, [&w] { w.chooseFolder(); }, false);
    recent_ = file->addMenu(tr("Open &recent"));
    file->addSeparator();
    add(file, "saveCopy", tr("Save a &copy of the project…"), {QKeySequence::SaveAs}, [&w] { w.saveCopy(); });
    add(file, "importHints", tr("&Import hints…"), {}, [&w] { w.importHints(); });
    add(file, "exportHints", tr("Export &hints…"), {}, [&w] { w.exportHints(); });
    add(file, "relink", tr("Re&link the film…"), {}, [&w] { w.relink(); });
    file->addSeparator();
    add(file, "export", tr("&Export the coloured film…"), {QKeySequence(Qt::CTRL | Qt::Key_Return)},
        [&w] { w.exportFilm(); });
    file->addSeparator();
    add(file, "close", tr("Close &project"), {QKeySequence::Close}, [&w] { w.closeProject(); });
    add(
        file, "quit", tr("&Quit"), {QKeySequence(Qt::CTRL | Qt::Key_Q)}, [&w] { w.close(); }, false);
}

void Actions::editMenu() {
    auto* edit = menu(tr("&Edit"));
    auto& document = p_.studio.document();
    add(edit, "undo", tr("&Undo"), {QKeySequence(Qt::CTRL | Qt::Key_Z)}, [&document] { document.undo(); });
    add(edit, "redo", tr("&Redo"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)},
        [&document] { document.redo(); });
    edit->addSeparator();
    // Elsewhere the same keys copy and paste text.
    onStage(add(edit, "copyHints", tr("&Copy hints of this frame"), {QKeySequence(Qt::CTRL | Qt::Key_C)},
                [this] { p_.gallery.copyHints(); }));
    onStage(add(edit, "pasteHints", tr("&Paste hints here"), {QKeySequence(Qt::CTRL | Qt::Key_V)},
                [this] { p_.gallery.pasteHints(); }));
    add(edit, "clearFrame", tr("Remove all hints of this &frame"), {}, [this] {
        QList<qint64> ids;
        for (const auto& stored : p_.studio.document().hintsOn(p_.studio.frame())) ids << stored.id;
        if (!ids.isEmpty()) p_.studio.document().removeHints(ids);
    });
    edit->addSeparator();
    auto& w = p_.window;
    add(
        edit, "shortcuts", tr("&Keyboard shortcuts…"), {}, [&w] { w.editShortcuts(); }, false);
}

void Actions::toolMenu() {
    auto* hint = menu(tr("&Hint"));
    auto* tools = new QActionGroup(this);
    const auto tool = [&](const char* id, const QString& text, Qt::Key key, Tool which) {
        auto* action = addCheck(hint, id, text, {QKeySequence(key)}, p_.canvas.tool() == which, [this, which](bool on) {
            if (on) p_.canvas.setTool(which);
        });
        tools->addAction(action);
    };
    tool("brush", tr("&Brush"), Qt::Key_B, Tool::Brush);
    tool("dot", tr("&Dot"), Qt::Key_D, Tool::Dot);
    tool("region", tr("&Region"), Qt::Key_R, Tool::Region);
    tool("eraser", tr("&Eraser"), Qt::Key_E, Tool::Eraser);
    tool("select", tr("&Select and move"), Qt::Key_V, Tool::Select);
    tool("picker", tr("&Colour picker"), Qt::Key_C, Tool::Picker);
    hint->addSeparator();
    add(
        hint, "brushSmaller", tr("Smaller brush"), {QKeySequence(Qt::Key_BracketLeft)},
        [this] { p_.canvas.setBrushRadius(p_.canvas.brushRadius() / kBrushStep); }, false);
    add(
        hint, "brushLarger", tr("Larger brush"), {QKeySequence(Qt::Key_BracketRight)},
        [this] { p_.canvas.setBrushRadius(p_.canvas.brushRadius() * kBrushStep); }, false);
    add(
        hint, "swapColors", tr("Swap colours"), {QKeySequence(Qt::Key_X)}, [this] { p_.colors.swapColors(); }, false);
    add(
        hint, "neutral", tr("Keep &neutral"), {QKeySequence(Qt::Key_0)},
        [this] { p_.canvasBinding.setColor(hints::NeutralColor{}); }, false);
    auto* slots_ = hint->addMenu(tr("&Palette"));
    for (int slot = 0; slot < 9; ++slot)
        add(slots_, ("slot" + std::to_string(slot + 1)).c_str(), tr("Slot %1").arg(slot + 1),
            {QKeySequence(Qt::Key_1 + slot)}, [this, slot] { p_.colors.chooseSlot(slot); });
    add(hint, "useStill", tr("&Use the still's hints here"), {}, [this] { p_.gallery.useStill(); });
    hint->addSeparator();
    auto* spans = new QActionGroup(this);
    const auto span = [&](const char* id, const QString& text, hints::HintSpan which) {
        spans->addAction(addCheck(hint, id, text, {}, which == hints::HintSpan::Scene, [this, which](bool on) {
            if (on) p_.canvasBinding.setSpan(which);
        }));
    };
    span("spanScene", tr("For the whole scene"), hints::HintSpan::Scene);
    span("spanRange", tr("For the marked range"), hints::HintSpan::Range);
    span("spanFrame", tr("For this frame alone"), hints::HintSpan::Frame);
}

void Actions::sceneMenu() {
    auto* scene = menu(tr("&Scene"));
    auto& studio = p_.studio;
    auto& w = p_.window;
    add(scene, "colorizeKey", tr("Colour this &keyframe"), {QKeySequence(Qt::Key_Return), QKeySequence(Qt::Key_Enter)},
        [&studio] { studio.colorizeKeyframe(); });
    add(scene, "propagate", tr("Carry colours through the &scene"),
        {QKeySequence(Qt::SHIFT | Qt::Key_Return), QKeySequence(Qt::SHIFT | Qt::Key_Enter)},
        [&studio] { studio.colorizeScene(studio.document().sceneAt(studio.frame())); });
    add(scene, "colorizeAll", tr("Colour &all scenes"), {}, [&studio] { studio.colorizeAll(); });
    scene->addSeparator();
    add(scene, "makeKey", tr("Make &keyframe here"), {QKeySequence(Qt::Key_N)},
        [&studio] { studio.document().setKeyframe(studio.frame(), true); });
    add(scene, "removeKey", tr("&Remove keyframe here"), {QKeySequence(Qt::SHIFT | Qt::Key_N)},
        [&studio] { studio.document().setKeyframe(studio.frame(), false); });
    add(scene, "reference", tr("Reference &picture for this frame…"), {}, [&w] { w.chooseReference(); });
    scene->addSeparator();
    add(scene, "split", tr("Split scene here"), {QKeySequence(Qt::Key_S)}, [&studio] {
        if (studio.frame() > 0) studio.document().setCut(studio.frame(), true);
    });
    add(scene, "merge", tr("Merge with the scene before"), {}, [this] { p_.timelineBinding.mergeScenes(); });
    add(scene, "findScenes", tr("&Find scenes again"), {}, [&studio] { studio.findScenes(); });
    scene->addSeparator();
    add(scene, "approve", tr("A&pprove"), {QKeySequence(Qt::Key_A)}, [this] { p_.timelineBinding.setApproved(true); });
    add(scene, "needsWork", tr("Needs &work"), {QKeySequence(Qt::SHIFT | Qt::Key_A)},
        [this] { p_.timelineBinding.setApproved(false); });
    add(scene, "worst", tr("Go to the least certain frame"), {QKeySequence(Qt::Key_Q)},
        [&studio] { studio.goToWorst(); });
}

void Actions::setCompare(Compare compare) {
    p_.canvas.setCompare(compare);
    const std::pair<const char*, Compare> all[] = {{"compareResult", Compare::Result},
                                                   {"bypass", Compare::Source},
                                                   {"wipe", Compare::Wipe},
                                                   {"splitView", Compare::Split}};
    for (const auto& [id, which] : all) actions_[QString::fromLatin1(id)]->setChecked(which == compare);
}

void Actions::viewMenu() {
    auto* view = menu(tr("&View"));
    auto& canvas = p_.canvas;
    auto& w = p_.window;
    add(view, "fit", tr("&Fit ⇄ 100 %"), {QKeySequence(Qt::Key_Z)}, [&canvas] { canvas.toggleFit(); });
    add(view, "zoomIn", tr("Zoom &in"), {QKeySequence(Qt::CTRL | Qt::Key_Plus), QKeySequence(Qt::CTRL | Qt::Key_Equal)},
        [&canvas] { canvas.zoomIn(); });
    add(view, "zoomOut", tr("Zoom &out"), {QKeySequence(Qt::CTRL | Qt::Key_Minus)}, [&canvas] { canvas.zoomOut(); });
    view->addSeparator();
    const auto compare = [&](const char* id, const QString& text, const Keys& keys, Compare which) {
        auto* action = add(view, id, text, keys,
                           [this, which] { setCompare(p_.canvas.compare() == which ? Compare::Result : which); });
        action->setCheckable(true);
        action->setChecked(canvas.compare() == which);
    };
    compare("compareResult", tr("&Coloured"), {}, Compare::Result);
    compare("bypass", tr("&Source (bypass)"), {QKeySequence(Qt::SHIFT | Qt::Key_D)}, Compare::Source);
    compare("wipe", tr("&Wipe"), {QKeySequence(Qt::Key_W)}, Compare::Wipe);
    compare("splitView", tr("S&plit"), {QKeySequence(Qt::Key_Y)}, Compare::Split);
    add(view, "turnWipe", tr("&Turn the wipe"), {QKeySequence(Qt::SHIFT | Qt::Key_W)}, [this] {
        wipeVertical_ = !wipeVertical_;
        p_.canvas.setWipe(0.5, wipeVertical_);
        setCompare(Compare::Wipe);
    });
    connect(&p_.gallery, &GalleryBinding::compareWanted, this, &Actions::setCompare);
    add(view, "grabStill", tr("&Grab a still"), {QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_G)},
        [this] { p_.gallery.grab(); });
    view->addSeparator();
    addCheck(view, "showHints", tr("Show &hints"), {QKeySequence(Qt::Key_H)}, true,
             [&canvas](bool on) { canvas.setHintsVisible(on); });
    addCheck(view, "onionSkin", tr("&Onion skin of neighbouring keyframes"), {}, true,
             [this](bool on) { p_.canvasBinding.setOnionSkin(on); });
    view->addSeparator();
    add(view, "timelineFit", tr("Timeline: whole film"), {QKeySequence(Qt::SHIFT | Qt::Key_Z)},
        [this] { p_.timeline.fitFilm(); });
    add(view, "timelineScene", tr("Timeline: this scene"), {}, [this] { p_.timeline.zoomToScene(); });
    view->addSeparator();
    docks_ = view->addMenu(tr("&Panels"));
    auto* themes = view->addMenu(tr("Colours of the &window"));
    auto* group = new QActionGroup(this);
    const auto theme = [&](const char* id, const QString& text, const QString& name) {
        group->addAction(addCheck(themes, id, text, {}, w.theme() == name, [&w, name](bool on) {
            if (on) w.setTheme(name);
        }));
    };
    theme("themeDark", tr("&Dark"), QStringLiteral("dark"));
    theme("themeLight", tr("&Light"), QStringLiteral("light"));
    addCheck(view, "canvasOnly", tr("&Canvas only"), {QKeySequence(Qt::Key_Tab)}, false,
             [&w](bool on) { w.setCanvasOnly(on); });
    addCheck(view, "fullScreen", tr("&Full screen"), {QKeySequence(Qt::Key_F11)}, false,
             [&w](bool on) { w.setWindowState(w.windowState().setFlag(Qt::WindowFullScreen, on)); });
    add(
        view, "resetLayout", tr("&Reset the layout"), {}, [&w] { w.resetLayout(); }, false);
}

void Actions::playbackMenu() {
    auto* playback = menu(tr("&Playback"));
    auto& studio = p_.studio;
    auto& player = studio.player();
    const auto second = [&studio] {
        return std::max(1, static_cast<int>(std::lround(studio.document().rate().value())));
    };
    add(playback, "play", tr("&Play / stop"), {QKeySequence(Qt::Key_Space)}, [&player] { player.toggle(); });
    add(playback, "backward", tr("Backwards, again faster"), {QKeySequence(Qt::Key_J)},
        [&player] { player.backward(); });
    add(playback, "stop", tr("Stop"), {QKeySequence(Qt::Key_K)}, [&player] { player.stop(); });
    add(playback, "forward", tr("Forwards, again faster"), {QKeySequence(Qt::Key_L)}, [&player] { player.forward(); });
    playback->addSeparator();
    add(playback, "stepBack", tr("One frame back"), {QKeySequence(Qt::Key_Left)}, [&studio] { studio.step(-1); });
    add(playback, "stepOn", tr("One frame on"), {QKeySequence(Qt::Key_Right)}, [&studio] { studio.step(1); });
    add(playback, "secondBack", tr("One second back"), {QKeySequence(Qt::SHIFT | Qt::Key_Left)},
        [&studio, second] { studio.step(-second()); });
    add(playback, "secondOn", tr("One second on"), {QKeySequence(Qt::SHIFT | Qt::Key_Right)},
        [&studio, second] { studio.step(second()); });
    add(playback, "sceneBack", tr("Scene before"), {QKeySequence(Qt::Key_Up)}, [&studio] { studio.goToScene(-1); });
    add(playback, "sceneOn", tr("Next scene"), {QKeySequence(Qt::Key_Down)}, [&studio] { studio.goToScene(1); });
    add(playback, "keyBack", tr("Keyframe before"), {QKeySequence(Qt::ALT | Qt::Key_Left)},
        [&studio] { studio.goToKeyframe(-1); });
    add(playback, "keyOn", tr("Next keyframe"), {QKeySequence(Qt::ALT | Qt::Key_Right)},
        [&studio] { studio.goToKeyframe(1); });
    add(playback, "markerBack", tr("Marker before"), {QKeySequence(Qt::CTRL | Qt::Key_Left)},
        [&studio] { studio.goToMarker(-1); });
    add(playback, "markerOn", tr("Next marker"), {QKeySequence(Qt::CTRL | Qt::Key_Right)},
        [&studio] { studio.goToMarker(1); });
    add(playback, "first", tr("First frame"), {QKeySequence(Qt::Key_Home)}, [&studio] { studio.goTo(0); });
    add(playback, "last", tr("Last frame"), {QKeySequence(Qt::Key_End)},
        [&studio] { studio.goTo(studio.document().frames() - 1); });
    add(playback, "timecode", tr("Type a timecode"), {QKeySequence(Qt::Key_Equal)},
        [this] { p_.transport.focusTimecode(); });
    playback->addSeparator();
    add(playback, "markIn", tr("Mark &in"), {QKeySequence(Qt::Key_I)}, [&studio] { studio.setIn(studio.frame()); });
    add(playback, "markOut", tr("Mark &out"), {QKeySequence(Qt::Key_O)}, [&studio] { studio.setOut(studio.frame()); });
    add(playback, "goIn", tr("Go to in"), {QKeySequence(Qt::SHIFT | Qt::Key_I)},
        [&studio] { studio.goTo(studio.in().value_or(0)); });
    add(playback, "goOut", tr("Go to out"), {QKeySequence(Qt::SHIFT | Qt::Key_O)},
        [&studio] { studio.goTo(studio.out().value_or(studio.document().frames() - 1)); });
    add(playback, "clearMarks", tr("Clear in and out"), {QKeySequence(Qt::ALT | Qt::Key_X)}, [&studio] {
        studio.setIn({});
        studio.setOut({});
    });
    addCheck(playback, "loop", tr("Loop the marked range"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Space)}, false,
             [this](bool on) {
                 p_.studio.setLooping(on);
                 p_.transport.setLoop(on);
             });
    connect(&p_.transport, &TransportBar::loopToggled, actions_[QStringLiteral("loop")], &QAction::setChecked);
    add(playback, "marker", tr("Set or remove a &marker"), {QKeySequence(Qt::Key_M)}, [&studio] {
        const auto markers = studio.document().project().markers();
        const bool there = std::any_of(markers.begin(), markers.end(),
                                       [&](const auto& marker) { return marker.frame == studio.frame(); });
        studio.document().setMarker(studio.frame(),
                                    there ? std::nullopt : std::optional(tr("Marker %1").arg(markers.size() + 1)));
    });
    add(
        playback, "cancelJobs", tr("Cancel all jobs"), {QKeySequence(Qt::CTRL | Qt::Key_Period)},
        [&studio] { studio.jobs().cancelAll(); }, false);
}

void Actions::toolsMenu() {
    auto* tools = menu(tr("T&ools"));
    auto& training = p_.training;
    add(tools, "train", tr("&Train on this film…"), {}, [&training] { training.openTraining(); });
    add(
        tools, "models", tr("&Models…"), {}, [&training] { training.openModels(); }, false);
}

void Actions::helpMenu() {
    auto* help = menu(tr("&Help"));
    auto& w = p_.window;
    add(
        help, "cheatSheet", tr("All &keys"),
        {QKeySequence(Qt::Key_Question), QKeySequence(Qt::SHIFT | Qt::Key_Question), QKeySequence(Qt::Key_Slash)},
        [&w] { w.showCheatSheet(); }, false);
    add(
        help, "about", tr("&About Tintreel"), {}, [&w] { w.about(); }, false);
}

// clang-format on
CheatSheet::Gestures Actions::gestures() {
    return {{tr("Drag"), tr("paint a stroke")},
            {tr("Ctrl + click"), tr("pick the colour under the pointer")},
            {tr("Shift + drag"), tr("change the size of the brush")},
            {tr("Right click on a hint"), tr("remove it")},
            {tr("Wheel"), tr("zoom at the pointer; over the timeline: scroll, with Ctrl: zoom")},
            {tr("Space + drag, middle drag"), tr("move the picture")},
            {tr("\\ held down"), tr("see the source")},
            {tr("Region: Enter, double click"), tr("close it; Backspace takes a corner back, Esc all")}};
}

void Actions::refresh() {
    const auto& document = p_.studio.document();
    const bool open = document.isOpen();
    for (auto* action : needFilm_) action->setEnabled(open);
    const auto undo = document.undoText(), redo = document.redoText();
    auto* undoAction = (*this)["undo"];
    auto* redoAction = (*this)["redo"];
    undoAction->setEnabled(open && !undo.isEmpty());
    redoAction->setEnabled(open && !redo.isEmpty());
    undoAction->setText(undo.isEmpty() ? tr("&Undo") : tr("&Undo: %1").arg(undo));
    redoAction->setText(redo.isEmpty() ? tr("&Redo") : tr("&Redo: %1").arg(redo));
}

}  // namespace tintreel::ui
