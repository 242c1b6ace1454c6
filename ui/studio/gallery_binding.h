// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonArray>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include "canvas/canvas.h"
#include "panels/gallery_panel.h"
#include "studio/studio.h"

namespace tintreel::ui {

/// The hints of a frame and the palette slots that they use.
[[nodiscard]] hints::HintDocument recipeOf(const Document& document, FrameIndex frame);
/// A recipe's hints as they belong on a frame of `scene`: ranges move along and end at its cuts; a palette slot that
/// `palette` does not have by that name with that colour becomes the colour.
[[nodiscard]] std::vector<hints::Hint> hintsFor(const hints::HintDocument& recipe, FrameIndex frame, FrameRange scene,
                                                const std::vector<hints::PaletteSlot>& palette);

/// Joins the gallery with the studio. Names, frames and recipes of stills are kept in the project's setting "stills" (a
/// JSON array of {name, frame, recipe}, the recipe being the text of a hints file); pictures in stills/NAME.png of its
/// cache folder. A picture that is gone is made anew when its frame is shown and has those very hints; one of a frame
/// without hints (its colours were carried there) stays gone. GUI thread.
///
/// While a still is compared it stands where the canvas shows the source, beginning with the wipe. That lasts over all
/// frames, as comparing shots is what stills are for, until it is turned off, the still is removed or the project
/// closed. The canvas' line of status names it; the \ key, which shows the source, shows the still too.
class GalleryBinding : public QObject {
    Q_OBJECT
public:
    GalleryBinding(Studio& studio, Canvas& canvas, GalleryPanel& gallery, QObject* parent);

    /// Keeps the frame on the screen.
    void grab();
    /// Puts the hints of the still that is chosen in the gallery on the frame at the playhead: one undo step, as is
    /// paste().
    void useStill();
    /// The hints of the frame at the playhead to the clipboard, as a hints file.
    void copyHints();
    void pasteHints();
    /// The view does not show the last edit yet: a still that is grabbed now gets its picture later.
    [[nodiscard]] bool isWaiting() const { return busy_; }

Q_SIGNALS:
    void compareWanted(tintreel::ui::Compare compare);

private:
    void load();
    void loadNextPicture();
    bool keep(std::vector<Still> stills);
    void rename(int row, const QString& name);
    void remove(int row);
    void compare(int row);
    void endCompare();
    void showView();
    void showName();
    void placeHints(const QString& label, const hints::HintDocument& recipe);
    [[nodiscard]] std::filesystem::path pictureFile(const QString& name) const;
    void writePicture(const QString& name, const QImage& picture);
    [[nodiscard]] const std::vector<Still>& stills() const { return gallery_.model().stills(); }

    Studio& studio_;
    Canvas& canvas_;
    GalleryPanel& gallery_;
    QJsonArray unread_;   // entries that this version does not understand are kept as they are
    QStringList toLoad_;  // names
    QTimer loading_;      // one picture each time, so that the window never waits for all
    bool busy_ = false;
    QString compared_;  // name; "" = none
    QImage comparedPicture_;
    Compare before_ = Compare::Result;
};

}  // namespace tintreel::ui
