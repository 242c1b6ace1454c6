// SPDX-License-Identifier: Apache-2.0
#include "studio/gallery_binding.h"

#include <algorithm>

#include <QBuffer>
#include <QClipboard>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMimeData>

#include "tintreel/base/atomic_file.h"

namespace tintreel::ui {
namespace fs = std::filesystem;
namespace {

constexpr QLatin1String kSetting("stills"), kName("name"), kFrame("frame"), kRecipe("recipe");
constexpr QLatin1String kHintsType("application/json");
constexpr int kPngQuality = 80;  // quick; every PNG is lossless

const hints::PaletteSlot* slotOf(const std::vector<hints::PaletteSlot>& palette, const std::string& name) {
    const auto found =
        std::find_if(palette.begin(), palette.end(), [&](const auto& slot) { return slot.name == name; });
    return found == palette.end() ? nullptr : &*found;
}

}  // namespace

hints::HintDocument recipeOf(const Document& document, FrameIndex frame) {
    hints::HintDocument recipe;
    for (const auto& stored : document.hintsOn(frame)) {
        recipe.hints.push_back(stored.hint);
        const auto* color = std::get_if<hints::PaletteColor>(&stored.hint.color);
        if (color == nullptr) continue;
        const auto* slot = slotOf(document.palette(), color->name);
        // A name that leads nowhere is shown as neutral, and no hints file may hold it.
        if (slot == nullptr) recipe.hints.back().color = hints::NeutralColor{};
        else if (slotOf(recipe.palette, color->name) == nullptr) recipe.palette.push_back(*slot);
    }
    return recipe;
}

std::vector<hints::Hint> hintsFor(const hints::HintDocument& recipe, FrameIndex frame, FrameRange scene,
                                  const std::vector<hints::PaletteSlot>& palette) {
    auto placed = recipe.hints;
    for (auto& hint : placed) {
        const auto by = frame - hint.frame;
        if (hint.span == hints::HintSpan::Range)
            hint.range = {std::max(scene.first, hint.range.first + by), std::min(scene.end, hint.range.end + by)};
        hint.frame = frame;
        const auto* color = std::get_if<hints::PaletteColor>(&hint.color);
        if (color == nullptr) continue;
        const auto *then = slotOf(recipe.palette, color->name), *now = slotOf(palette, color->name);
        if (then != nullptr && (now == nullptr || now->color != then->color))
            hint.color = std::visit([](const auto& plain) { return hints::HintColor(plain); }, then->color);
    }
    return placed;
}

GalleryBinding::GalleryBinding(Studio& studio, Canvas& canvas, GalleryPanel& gallery, QObject* parent)
    : QObject(parent), studio_(studio), canvas_(canvas), gallery_(gallery) {
    gallery.setEnabled(false);
    loading_.setInterval(0);
    connect(&loading_, &QTimer::timeout, this, &GalleryBinding::loadNextPicture);
    connect(&studio, &Studio::busyChanged, this, [this](bool busy) { busy_ = busy; });
    connect(&studio, &Studio::viewChanged, this, &GalleryBinding::showView);
    connect(&studio.document(), &Document::opened, this, &GalleryBinding::load);
    connect(&studio.document(), &Document::closed, this, &GalleryBinding::load);
    connect(&studio.document(), &Document::changed, this, [this] {
        std::vector<FrameIndex> firsts;
        for (const auto& scene : studio_.document().scenes()) firsts.push_back(scene.range.first);
        gallery_.model().setScenes(std::move(firsts));
    });
    connect(&gallery, &GalleryPanel::grabRequested, this, &GalleryBinding::grab);
    connect(&gallery, &GalleryPanel::renameRequested, this, &GalleryBinding::rename);
    connect(&gallery, &GalleryPanel::removeRequested, this, &GalleryBinding::remove);
    connect(&gallery, &GalleryPanel::compareRequested, this, &GalleryBinding::compare);
    connect(&gallery, &GalleryPanel::useRequested, this, &GalleryBinding::useStill);
    connect(&gallery, &GalleryPanel::frameRequested, &studio, &Studio::goTo);
}

void GalleryBinding::load() {
    endCompare();
    const auto& document = studio_.document();
    gallery_.setEnabled(document.isOpen());
    unread_ = {};
    std::vector<Still> stills;
    const auto entries =
        document.isOpen() ? QJsonDocument::fromJson(document.setting(kSetting).toUtf8()).array() : QJsonArray();
    for (const auto& value : entries) {
        const auto entry = value.toObject();
        Still still{entry[kName].toString(), static_cast<FrameIndex>(entry[kFrame].toInteger(-1)), {}, {}};
        const auto recipe = hints::parseHints(entry[kRecipe].toString().toStdString(), still.name.toStdString());
        if (still.name.isEmpty() || still.frame < 0 || !recipe) {
            unread_ << value;
            continue;
        }
        still.recipe = *recipe;
        stills.push_back(std::move(still));
    }
    toLoad_.clear();
    for (const auto& still : stills) toLoad_ << still.name;
    // Of another project may be stills of the same names.
    gallery_.setStills({});
    gallery_.setStills(std::move(stills));
    if (!unread_.isEmpty())
        Q_EMIT studio_.message(tr("%n still(s) of this project cannot be read by this version. They are kept.", nullptr,
                                  static_cast<int>(unread_.size())),
                               true);
    loading_.start();
}

void GalleryBinding::loadNextPicture() {
    if (toLoad_.isEmpty()) {
        loading_.stop();
        return showView();
    }
    const auto name = toLoad_.takeFirst();
    const int row = gallery_.model().rowOf(name);
    if (row < 0 || !stills()[static_cast<std::size_t>(row)].picture.isNull()) return;
    if (const QImage picture(QString::fromStdString(pictureFile(name).string())); !picture.isNull())
        gallery_.model().setPicture(row, picture);
}

fs::path GalleryBinding::pictureFile(const QString& name) const {
    QString file;
    for (const QChar c : name) {
        const bool plain = c.isPrint() && !QStringLiteral("/\\:*?\"<>|%").contains(c);
        file += plain ? QString(c) : QStringLiteral("%%1").arg(c.unicode(), 2, 16, QLatin1Char('0'));
    }
    return studio_.document().project().cacheFolder() / "stills" / (file.toStdString() + ".png");
}

void GalleryBinding::writePicture(const QString& name, const QImage& picture) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    picture.save(&buffer, "PNG", kPngQuality);
    const auto file = pictureFile(name);
    std::error_code ec;
    fs::create_directories(file.parent_path(), ec);
    const auto written = writeFileAtomically(file, {bytes.constData(), static_cast<std::size_t>(bytes.size())}, true);
    if (!written)
        Q_EMIT studio_.message(tr("The picture of “%1” was not kept, its hints were: %2")
                                   .arg(name, QString::fromStdString(describe(written.error()))),
                               true);
}

bool GalleryBinding::keep(std::vector<Still> stills) {
    QJsonArray entries = unread_;
    for (const auto& still : stills)
        entries << QJsonObject{{kName, still.name},
                               {kFrame, static_cast<qint64>(still.frame)},
                               {kRecipe, QString::fromStdString(hints::writeHints(still.recipe))}};
    if (!studio_.document().recordSetting(kSetting,
                                          QString::fromUtf8(QJsonDocument(entries).toJson(QJsonDocument::Compact))))
        return false;
    gallery_.setStills(std::move(stills));
    return true;
}

void GalleryBinding::grab() {
    const auto& document = studio_.document();
    if (!document.isOpen()) return;
    const auto& view = studio_.view();
    Still still{{}, studio_.frame(), {}, recipeOf(document, studio_.frame())};
    // What is not on the screen yet comes when it is shown: a recipe is enough to know it by.
    const QImage picture = view.frame == still.frame && !busy_ ? view.colored : QImage();
    if (picture.isNull() && still.recipe.hints.empty())
        return Q_EMIT studio_.message(
            tr("Frame %1 has neither hints nor colours on the screen: there is nothing to keep.").arg(still.frame),
            false);
    auto all = stills();
    for (int number = static_cast<int>(all.size()) + 1; still.name.isEmpty(); ++number) {
        const auto name = tr("Still %1").arg(number);
        if (std::none_of(all.begin(), all.end(),
                         [&](const auto& other) { return other.name.compare(name, Qt::CaseInsensitive) == 0; }))
            still.name = name;
    }
    const auto name = still.name;
    const auto text =
        tr("“%1” keeps frame %2 and its %n hint(s).", nullptr, static_cast<int>(still.recipe.hints.size()))
            .arg(name)
            .arg(still.frame);
    still.picture = picture;
    all.push_back(std::move(still));
    if (!keep(std::move(all))) return;
    Q_EMIT studio_.message(text, false);
    // One of that name may have been left there by a program that was killed.
    std::error_code ec;
    if (picture.isNull()) fs::remove(pictureFile(name), ec);
    else writePicture(name, picture);
    // The one that is being compared stays the one.
    if (compared_.isEmpty()) gallery_.setCurrent(gallery_.model().rowOf(name));
}

void GalleryBinding::rename(int row, const QString& name) {
    auto all = stills();
    const auto before = std::exchange(all[static_cast<std::size_t>(row)].name, name);
    if (!keep(std::move(all))) return;
    std::error_code ec;
    fs::rename(pictureFile(before), pictureFile(name), ec);
    if (compared_ == before) compared_ = name, showName();
    if (toLoad_.removeAll(before) > 0) toLoad_ << name;
}

void GalleryBinding::remove(int row) {
    auto all = stills();
    const auto name = all[static_cast<std::size_t>(row)].name;
    if (name == compared_) endCompare();
    all.erase(all.begin() + row);
    if (!keep(std::move(all))) return;
    std::error_code ec;
    fs::remove(pictureFile(name), ec);
}

void GalleryBinding::compare(int row) {
    if (row < 0) return endCompare();
    const auto& still = stills()[static_cast<std::size_t>(row)];
    if (still.name == compared_) return;
    const QImage picture(QString::fromStdString(pictureFile(still.name).string()));
    if (picture.isNull()) {
        endCompare();
        return Q_EMIT studio_.message(
            tr("The picture of “%1” is gone from the cache. It is made anew when frame %2 is shown with these hints.")
                .arg(still.name)
                .arg(still.frame),
            true);
    }
    const bool begins = compared_.isEmpty();
    compared_ = still.name;
    comparedPicture_ = picture;
    gallery_.setComparing(true);
    if (begins) {
        before_ = canvas_.compare();
        Q_EMIT compareWanted(Compare::Wipe);
    }
    showView();
}

void GalleryBinding::endCompare() {
    gallery_.setComparing(false);
    if (compared_.isEmpty()) return;
    compared_.clear();
    comparedPicture_ = {};
    // Who has turned to another way of looking meanwhile stays with it.
    if (canvas_.compare() == Compare::Wipe) Q_EMIT compareWanted(before_);
    canvas_.setSource(studio_.view().source);
    canvas_.setResult(studio_.view().colored);
    showName();
}

void GalleryBinding::showName() {
    canvas_.setSourceName(compared_.isEmpty() ? QString() : tr("STILL “%1”").arg(compared_));
}

void GalleryBinding::showView() {
    const auto& view = studio_.view();
    if (!compared_.isEmpty()) {
        canvas_.setSource(comparedPicture_);
        // Without a result the canvas shows its source there too, which is the still now.
        canvas_.setResult(view.colored.isNull() ? view.source : view.colored);
        showName();
    }
    if (busy_ || view.colored.isNull() || view.stale || view.unfinished || view.frame != studio_.frame() ||
        !toLoad_.isEmpty())
        return;
    for (int row = 0; row < gallery_.model().rowCount(); ++row) {
        const auto& still = stills()[static_cast<std::size_t>(row)];
        if (!still.picture.isNull() || still.frame != view.frame || still.recipe.hints.empty() ||
            still.recipe != recipeOf(studio_.document(), view.frame))
            continue;
        writePicture(still.name, view.colored);
        gallery_.model().setPicture(row, view.colored);
    }
}

void GalleryBinding::placeHints(const QString& label, const hints::HintDocument& recipe) {
    auto& document = studio_.document();
    document.addHints(label,
                      hintsFor(recipe, studio_.frame(), document.plan()->sceneOf(studio_.frame()), document.palette()));
}

void GalleryBinding::useStill() {
    if (!studio_.document().isOpen()) return;
    const int row = gallery_.current();
    if (row < 0) return Q_EMIT studio_.message(tr("Choose a still in the gallery first."), false);
    const auto& still = stills()[static_cast<std::size_t>(row)];
    if (still.recipe.hints.empty())
        return Q_EMIT studio_.message(
            tr("“%1” has no hints: its colours were carried from another frame.").arg(still.name), false);
    placeHints(tr("Hints of “%1”").arg(still.name), still.recipe);
}

void GalleryBinding::copyHints() {
    if (!studio_.document().isOpen()) return;
    const auto recipe = recipeOf(studio_.document(), studio_.frame());
    if (recipe.hints.empty())
        return Q_EMIT studio_.message(tr("Frame %1 has no hints to copy.").arg(studio_.frame()), false);
    const auto text = QString::fromStdString(hints::writeHints(recipe));
    auto* data = new QMimeData;
    data->setText(text);
    data->setData(kHintsType, text.toUtf8());
    QGuiApplication::clipboard()->setMimeData(data);
    Q_EMIT studio_.message(tr("%n hint(s) copied.", nullptr, static_cast<int>(recipe.hints.size())), false);
}

void GalleryBinding::pasteHints() {
    if (!studio_.document().isOpen()) return;
    const auto* data = QGuiApplication::clipboard()->mimeData();
    const auto text = data == nullptr               ? QByteArray()
                      : data->hasFormat(kHintsType) ? data->data(kHintsType)
                                                    : data->text().toUtf8();
    if (text.trimmed().isEmpty())
        return Q_EMIT studio_.message(tr("The clipboard holds no hints. Copy those of a frame first."), false);
    const auto recipe = hints::parseHints(text.toStdString(), tr("the clipboard").toStdString());
    if (!recipe)
        return Q_EMIT studio_.message(tr("The clipboard holds no hints that can be pasted: %1")
                                          .arg(QString::fromStdString(describe(recipe.error()))),
                                      true);
    const auto frames = recipe->frames();
    if (std::adjacent_find(frames.begin(), frames.end(), std::not_equal_to<>()) != frames.end())
        return Q_EMIT studio_.message(
            tr("The clipboard holds hints of several frames; only those of one can be pasted. “Import hints” takes a whole file."),
            true);
    placeHints(tr("Paste hints"), *recipe);
}

}  // namespace tintreel::ui
