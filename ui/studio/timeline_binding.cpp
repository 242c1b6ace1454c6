// SPDX-License-Identifier: Apache-2.0
#include "studio/timeline_binding.h"

#include <QFileDialog>
#include <QMenu>

#include "timeline/scene_list_delegate.h"
#include "timeline/timecode.h"

namespace tintreel::ui {

TimelineBinding::TimelineBinding(Studio& studio, TimelineWidget& timeline, TransportBar& transport,
                                 QListView& sceneList, SceneInspector& inspector, QObject* parent)
    : QObject(parent),
      studio_(studio),
      timeline_(timeline),
      transport_(transport),
      sceneList_(sceneList),
      inspector_(inspector),
      scenes_(new SceneModel(this)) {
    timeline.setModel(scenes_);
    sceneList.setModel(scenes_);
    sceneList.setItemDelegate(new SceneListDelegate(&sceneList));
    connect(scenes_, &SceneModel::thumbnailWanted, this, [this](FrameIndex frame) { studio_.requestThumbnail(frame); });
    connect(&studio, &Studio::thumbnail, this,
            [this](qlonglong frame, const QImage& image) { scenes_->setThumbnail(frame, image); });
    connect(&studio.document(), &Document::opened, scenes_, &SceneModel::clearThumbnails);
    connect(&studio, &Studio::statesChanged, this, &TimelineBinding::showStates);
    connect(&studio, &Studio::frameChanged, this, &TimelineBinding::showFrame);
    connect(&studio, &Studio::viewChanged, this, &TimelineBinding::showFrame);
    connect(&studio.player(), &Player::stateChanged, this, &TimelineBinding::showFrame);
    connect(&studio, &Studio::marksChanged, this, [this] { timeline_.setInOut(studio_.in(), studio_.out()); });

    auto& document = studio.document();
    connect(&timeline, &TimelineWidget::playheadMoved, &studio, &Studio::goTo);
    connect(&timeline, &TimelineWidget::cutMoved, &document, &Document::moveCut);
    connect(&timeline, &TimelineWidget::cutRemoved, this,
            [this](FrameIndex frame) { studio_.document().setCut(frame, false); });
    connect(&timeline, &TimelineWidget::sceneActivated, this,
            [this](int row) { studio_.goTo(studio_.document().scenes()[static_cast<std::size_t>(row)].range.first); });
    connect(&timeline, &TimelineWidget::suggestKeyRequested, &studio, &Studio::suggestKeyframe);
    connect(&timeline, &TimelineWidget::keyMenuRequested, this, &TimelineBinding::keyMenu);
    connect(&transport, &TransportBar::playToggled, &studio.player(), &Player::toggle);
    connect(&transport, &TransportBar::stepRequested, &studio, &Studio::step);
    connect(&transport, &TransportBar::frameRequested, &studio, &Studio::goTo);
    connect(&transport, &TransportBar::loopToggled, &studio, &Studio::setLooping);
    connect(&transport, &TransportBar::inRequested, this, [this] { studio_.goTo(studio_.in().value_or(0)); });
    connect(&transport, &TransportBar::outRequested, this,
            [this] { studio_.goTo(studio_.out().value_or(studio_.document().frames() - 1)); });
    const auto goToRow = [this](const QModelIndex& index) {
        if (!selecting_ && index.isValid())
            studio_.goTo(studio_.document().scenes()[static_cast<std::size_t>(index.row())].range.first);
    };
    connect(sceneList.selectionModel(), &QItemSelectionModel::currentChanged, this, goToRow);
    connect(&sceneList, &QListView::clicked, this, goToRow);
    connect(&inspector, &SceneInspector::notesEdited, this, [this](const QString& notes) {
        const int scene = studio_.document().sceneAt(studio_.frame());
        if (scene >= 0)
            studio_.document().setSceneNote(
                studio_.document().scenes()[static_cast<std::size_t>(scene)].range.first,
                {studio_.document().scenes()[static_cast<std::size_t>(scene)].note.approved, notes.toStdString()});
    });
    connect(&inspector, &SceneInspector::earlierNotesEdited, this, [this](int number, const QString& notes) {
        if (number < 1 || number > static_cast<int>(studio_.document().scenes().size())) return;
        const auto& scene = studio_.document().scenes()[static_cast<std::size_t>(number - 1)];
        studio_.document().setSceneNote(scene.range.first, {scene.note.approved, notes.toStdString()});
    });
    connect(&inspector, &SceneInspector::approvedChanged, this, &TimelineBinding::setApproved);
}

void TimelineBinding::showStates() {
    const auto& document = studio_.document();
    scenes_->setScenes(studio_.timelineScenes());
    timeline_.setFilm(document.frames(), document.rate());
    transport_.setFilm(document.frames(), document.rate());
    timeline_.setKeys(studio_.timelineKeys());
    timeline_.setStates(studio_.stateRuns());
    timeline_.setConfidence(studio_.confidenceRuns());
    std::vector<TimelineMarker> markers;
    if (document.isOpen())
        for (const auto& marker : document.project().markers())
            markers.push_back({marker.frame, QString::fromStdString(marker.label)});
    timeline_.setMarkers(std::move(markers));
    showFrame();
}

void TimelineBinding::showFrame() {
    timeline_.setPlayhead(studio_.frame());
    transport_.setState(studio_.frame(), studio_.player().speed(), studio_.player().dropped());
    showScene();
}

void TimelineBinding::showScene() {
    const auto& document = studio_.document();
    const int scene = document.sceneAt(studio_.frame());
    SceneDetails details;
    if (scene >= 0) {
        const auto& s = document.scenes()[static_cast<std::size_t>(scene)];
        const TimecodeFormat format{document.rate(), false};
        details.number = scene + 1;
        details.range = tr("%1 – %2, frames %3 – %4")
                            .arg(timecode(s.range.first, format), timecode(s.range.end - 1, format))
                            .arg(s.range.first)
                            .arg(s.range.end - 1);
        details.status = scenes_->data(scenes_->index(scene), SceneModel::StatusTextRole).toString();
        details.models = studio_.modelsText();
        details.confidence = studio_.confidence(scene);
        details.notes = QString::fromStdString(s.note.notes);
        details.approved = s.note.approved;
        if (sceneList_.currentIndex().row() != scene) {
            selecting_ = true;
            sceneList_.setCurrentIndex(scenes_->index(scene));
            selecting_ = false;
        }
    }
    inspector_.setScene(details);
}

void TimelineBinding::mergeScenes() {
    auto& document = studio_.document();
    FrameIndex cut = timeline_.selectedCut();
    if (cut < 0)
        if (const int scene = document.sceneAt(studio_.frame()); scene > 0)
            cut = document.scenes()[static_cast<std::size_t>(scene)].range.first;
    if (cut > 0) document.setCut(cut, false);
}

void TimelineBinding::setApproved(bool approved) {
    const int scene = studio_.document().sceneAt(studio_.frame());
    if (scene < 0) return;
    const auto& s = studio_.document().scenes()[static_cast<std::size_t>(scene)];
    studio_.document().setSceneNote(s.range.first, {approved, s.note.notes});
}

void TimelineBinding::keyMenu(FrameIndex frame, QPoint globalPosition) {
    auto* menu = new QMenu(&timeline_);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Go to frame %1").arg(frame), this, [this, frame] { studio_.goTo(frame); });
    menu->addAction(tr("Make keyframe"), this, [this, frame] { studio_.document().setKeyframe(frame, true); });
    menu->addAction(tr("Remove its hints and reference"), this, [this, frame] {
        QList<qint64> ids;
        for (const auto& stored : studio_.document().hintsOn(frame)) ids << stored.id;
        if (!ids.isEmpty()) studio_.document().removeHints(ids);
        if (studio_.document().plan()->person.references.count(frame)) studio_.document().setReference(frame, {});
        if (studio_.document().plan()->choice.listed.count(frame)) studio_.document().setKeyframe(frame, false);
    });
    menu->popup(globalPosition);
}

}  // namespace tintreel::ui
