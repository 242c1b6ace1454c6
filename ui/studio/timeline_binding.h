// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QListView>
#include <QObject>

#include "panels/scene_inspector.h"
#include "studio/studio.h"
#include "timeline/scene_model.h"
#include "timeline/timeline_widget.h"
#include "timeline/transport_bar.h"

namespace tintreel::ui {

/// Joins timeline, transport, list of scenes and scene inspector with the studio. GUI thread.
class TimelineBinding : public QObject {
    Q_OBJECT
public:
    TimelineBinding(Studio& studio, TimelineWidget& timeline, TransportBar& transport, QListView& sceneList,
                    SceneInspector& inspector, QObject* parent);

    /// Merges the scene at the playhead with the one before, or the cut that is selected in the timeline.
    void mergeScenes();
    void setApproved(bool approved);

private:
    void showStates();
    void showFrame();
    void showScene();
    void keyMenu(FrameIndex frame, QPoint globalPosition);

    Studio& studio_;
    TimelineWidget& timeline_;
    TransportBar& transport_;
    QListView& sceneList_;
    SceneInspector& inspector_;
    SceneModel* scenes_;
    bool selecting_ = false;
};

}  // namespace tintreel::ui
