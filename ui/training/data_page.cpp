// SPDX-License-Identifier: Apache-2.0
#include "training/data_page.h"

#include <algorithm>

#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QSettings>
#include <QVBoxLayout>

#include "tintreel/color/lab.h"
#include "tintreel/color/resize.h"
#include "tintreel/color/ycbcr.h"
#include "tintreel/training/hint_simulator.h"
#include "tintreel/training/shard.h"
#include "tintreel/workflow/training_set.h"

namespace tintreel::ui {
namespace {

constexpr int kShownPictures = 24;
constexpr int kThumb = 150;
constexpr int kKindRole = Qt::UserRole + 1;

/// A picture as the keyframe training sees it: its lightness, and simulated hints with the true colours under them.
QImage withHints(const RgbImage& picture, quint64 seed, quint64 lane) {
    const double scale = static_cast<double>(kThumb) / std::max(picture.width, picture.height);
    const auto small = color::resize(picture, std::max(1, static_cast<int>(picture.width * scale)),
                                     std::max(1, static_cast<int>(picture.height * scale)));
    const auto ab = color::labFromRgb(small).ab;
    auto rng = training::rngFor(seed, lane, 0);
    const auto hints = training::simulateHints(ab, rng);
    const auto grey = color::lightnessFromGrey(color::lumaOf(small, color::Matrix::Bt601));
    const auto shown = color::toRgb8(color::rgbFromLab(grey, hints.ab));
    QImage image(shown.width, shown.height, QImage::Format_RGB888);
    for (int y = 0; y < shown.height; ++y) std::copy_n(shown.pixel(0, y), shown.width * 3, image.scanLine(y));
    return image;
}

}  // namespace

DataPage::DataPage(TrainingHost host, QWidget* parent)
    : QWidget(parent),
      host_(std::move(host)),
      approved_(new QCheckBox(tr("Keyframes of &approved scenes"))),
      hinted_(new QCheckBox(tr("Keyframes with &hints in other scenes, too"))),
      scenes_(new QCheckBox(tr("All frames of approved scenes, for the &propagation network"))),
      sources_(new QListWidget),
      build_(new QPushButton(tr("&Build from approved keyframes"))),
      cancel_(new QPushButton(tr("Cancel"))),
      remove_(new QPushButton(tr("Remove"))),
      hintsAgain_(new QPushButton(tr("Other &hints"))),
      progress_(new QProgressBar),
      facts_(new QLabel),
      grid_(new QListWidget) {
    const auto name = [](QWidget* widget, const char* id, const QString& words) {
        widget->setObjectName(QString::fromLatin1(id));
        if (!words.isEmpty()) widget->setAccessibleName(words);
    };
    name(approved_, "dataApproved", {});
    name(hinted_, "dataHinted", {});
    name(scenes_, "dataScenes", {});
    name(sources_, "dataSources", tr("Folders of pictures and films in colour"));
    name(build_, "dataBuild", {});
    name(cancel_, "dataCancel", {});
    name(remove_, "dataRemove", tr("Remove the chosen folder or film from the list"));
    name(hintsAgain_, "dataHints", {});
    name(progress_, "dataProgress", tr("Progress of the data set"));
    name(facts_, "dataFacts", {});
    name(grid_, "dataGrid", tr("Pictures as training sees them: grey, with simulated hints"));
    approved_->setChecked(true);
    approved_->setEnabled(!host_.project.empty());
    hinted_->setEnabled(!host_.project.empty());
    scenes_->setEnabled(!host_.project.empty());
    sources_->setMaximumHeight(90);
    facts_->setWordWrap(true);
    facts_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    grid_->setViewMode(QListView::IconMode);
    grid_->setIconSize({kThumb, kThumb});
    grid_->setResizeMode(QListView::Adjust);
    grid_->setMovement(QListView::Static);
    auto* pictures = new QPushButton(tr("Add a folder of &pictures…"));
    name(pictures, "dataAddPictures", {});
    auto* clips = new QPushButton(tr("Add a folder of &clips…"));
    name(clips, "dataAddClips", {});
    auto* film = new QPushButton(tr("Add a &film…"));
    name(film, "dataAddFilm", {});
    auto* adders = new QHBoxLayout;
    for (auto* button : {pictures, clips, film, remove_}) adders->addWidget(button);
    adders->addStretch(1);
    auto* go = new QHBoxLayout;
    go->addWidget(build_);
    go->addWidget(cancel_);
    go->addWidget(progress_, 1);
    auto* column = new QVBoxLayout(this);
    for (auto* box : {approved_, hinted_, scenes_}) column->addWidget(box);
    column->addWidget(sources_);
    column->addLayout(adders);
    column->addLayout(go);
    column->addWidget(facts_);
    column->addWidget(grid_, 1);
    column->addWidget(hintsAgain_, 0, Qt::AlignLeft);

    connect(pictures, &QPushButton::clicked, this,
            [this] { addFolder(QStringLiteral("--references"), tr("A folder of colour pictures")); });
    connect(clips, &QPushButton::clicked, this,
            [this] { addFolder(QStringLiteral("--clips"), tr("A folder of colour clips")); });
    connect(film, &QPushButton::clicked, this, &DataPage::addFilm);
    connect(remove_, &QPushButton::clicked, this, [this] { delete sources_->takeItem(sources_->currentRow()); });
    connect(build_, &QPushButton::clicked, this, &DataPage::build);
    connect(cancel_, &QPushButton::clicked, this, [this] {
        if (worker_) worker_->cancel();
    });
    connect(hintsAgain_, &QPushButton::clicked, this, [this] { ++hintSeed_, preview(); });
    setBusy(false);
    describe({});
    preview();
    setFocusProxy(build_);
}

QString DataPage::shardFile() const {
    return host_.project.empty()
               ? QString()
               : QString::fromStdString((workflow::trainingFolder(host_.project) / "data.shard").string());
}

QString DataPage::shard() const { return QFile::exists(shardFile()) ? shardFile() : QString(); }

void DataPage::addFolder(const QString& kind, const QString& title) {
    const auto folder =
        QFileDialog::getExistingDirectory(this, title, QSettings().value(QStringLiteral("folder")).toString());
    if (!folder.isEmpty()) addSource(kind, folder);
}

void DataPage::addFilm() {
    const auto file = QFileDialog::getOpenFileName(this, tr("A film in colour"),
                                                   QSettings().value(QStringLiteral("folder")).toString());
    if (!file.isEmpty()) addSource(QStringLiteral("--clips"), file);
}

void DataPage::addSource(const QString& kind, const QString& path) {
    auto* item = new QListWidgetItem(
        tr("%1: %2").arg(kind == QStringLiteral("--clips") ? tr("Clips") : tr("Pictures"), path), sources_);
    item->setData(Qt::UserRole, path);
    item->setData(kKindRole, kind);
}

void DataPage::build() {
    if (host_.project.empty()) return facts_->setText(tr("Open a film first."));
    QDir().mkpath(QString::fromStdString(workflow::trainingFolder(host_.project).string()));
    QStringList arguments{QStringLiteral("dataset"), QStringLiteral("from-project")};
    if (approved_->isChecked() || hinted_->isChecked()) arguments << QString::fromStdString(host_.project.string());
    arguments << QStringLiteral("-o") << shardFile() << QStringLiteral("--force") << QStringLiteral("--json")
              << QStringLiteral("-q");
    if (hinted_->isChecked()) arguments << QStringLiteral("--hinted");
    if (scenes_->isChecked()) arguments << QStringLiteral("--approved-scenes");
    for (int i = 0; i < sources_->count(); ++i)
        arguments << sources_->item(i)->data(kKindRole).toString() << sources_->item(i)->data(Qt::UserRole).toString();
    setBusy(true);
    facts_->setText(tr("The keyframes are coloured and looked through…"));
    worker_ = std::make_unique<WorkerProcess>();
    connect(worker_.get(), &WorkerProcess::message, this, [this](const QJsonObject& line) {
        if (line[QStringLiteral("type")].toString() != QStringLiteral("progress")) return;
        progress_->setMaximum(std::max(1, line[QStringLiteral("total")].toInt()));
        progress_->setValue(line[QStringLiteral("done")].toInt());
    });
    connect(worker_.get(), &WorkerProcess::finished, this, &DataPage::done);
    worker_->start(host_.program, arguments);
}

void DataPage::setBusy(bool busy) {
    build_->setEnabled(!busy && !host_.project.empty());
    cancel_->setEnabled(busy);
    progress_->setVisible(busy);
    if (busy) progress_->setRange(0, 0);
}

void DataPage::done(const WorkerProcess::Outcome& outcome) {
    setBusy(false);
    if (outcome.cancelled) return describe(tr("Stopped."));
    const auto& result = outcome.result;
    if (outcome.exitCode != 0) {
        const auto words = result[QStringLiteral("message")].toString();
        return describe(
            outcome.crashed()
                ? tr("The program that builds the data set ended: %1.").arg(WorkerProcess::signalText(outcome.signal))
                : (words.isEmpty() ? outcome.log.join(QLatin1Char('\n')) : words));
    }
    QStringList more;
    if (const int copies = result[QStringLiteral("duplicates")].toInt(); copies > 0)
        more << tr("%n near-copy(ies) left out.", nullptr, copies);
    for (const auto& words : result[QStringLiteral("left_out")].toArray()) more << words.toString();
    if (const auto note = result[QStringLiteral("split_note")].toString(); !note.isEmpty()) more << note;
    describe(more.join(QLatin1Char('\n')));
    preview();
    Q_EMIT changed();
}

void DataPage::describe(const QString& more) {
    QStringList lines;
    clips_ = false;
    if (shard().isEmpty()) {
        lines << tr(
            "No data set yet. A scene is approved with the key A; its keyframes are then what the network learns from.");
    } else if (const auto held = workflow::describeTrainingSet(shard().toStdString()); !held) {
        lines << QString::fromStdString(tintreel::describe(held.error()));
    } else {
        const auto count = [&](const char* key) {
            const auto found = held->perSplit.find(key);
            return found == held->perSplit.end() ? 0 : found->second;
        };
        clips_ = held->clips > 0;
        lines
            << tr("Pictures: %1 to learn from, %2 held back to measure with. Shots of moving pictures: %3 and %4. Short sides %5 to %6 pixels, %7 MB.")
                   .arg(count("photos train"))
                   .arg(count("photos val"))
                   .arg(count("clips train"))
                   .arg(count("clips val"))
                   .arg(held->smallestSide)
                   .arg(held->largestSide)
                   .arg(static_cast<double>(held->bytes) / 1e6, 0, 'f', 1);
        QStringList licences;
        for (const auto& [licence, n] : held->licences)
            licences << tr("%1 (%2)")
                            .arg(licence == "not stated" ? tr("not stated") : QString::fromStdString(licence))
                            .arg(n);
        lines << tr("Licences: %1. They bind what you do with the model; the pictures stay on this computer.")
                     .arg(licences.join(QStringLiteral(", ")));
    }
    if (!more.isEmpty()) lines.prepend(more);
    facts_->setText(lines.join(QLatin1Char('\n')));
}

void DataPage::preview() {
    grid_->clear();
    if (shard().isEmpty()) return;
    const auto opened = training::Shard::open(shard().toStdString(), 0);
    if (!opened) return;
    for (std::size_t i = 0; i < (*opened)->items().size() && grid_->count() < kShownPictures; ++i) {
        const auto& item = (*opened)->items()[i];
        const auto picture =
            item.clip ? Result<std::shared_ptr<const RgbImage>>(fail(ErrorCode::Failed, {})) : (*opened)->picture(i, 0);
        if (!picture) continue;
        const bool heldBack = item.split == "val";
        auto* cell =
            new QListWidgetItem(QIcon(QPixmap::fromImage(withHints(**picture, hintSeed_, i))),
                                QString::fromStdString(item.path) + (heldBack ? tr("\nheld back") : QString()), grid_);
        cell->setToolTip(cell->text());
    }
    hintsAgain_->setEnabled(grid_->count() > 0);
}

}  // namespace tintreel::ui
