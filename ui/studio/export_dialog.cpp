// SPDX-License-Identifier: Apache-2.0
#include "studio/export_dialog.h"

#include <cmath>

#include <QDate>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLocale>
#include <QMenu>
#include <QScreen>
#include <QScrollArea>
#include <QSettings>
#include <QStandardItemModel>
#include <QStorageInfo>
#include <QToolButton>
#include <QVBoxLayout>

#include "studio/export_name.h"
#include "studio/job_queue.h"
#include "tintreel/media/frame_writer.h"

namespace tintreel::ui {
namespace {

constexpr int kAskDelay = 400;      // the networks are not started at every key
constexpr qsizetype kReserve = 16;  // bytes of a name that endings need: ".framemd5.part"
enum RangeKind { Whole, Marked, Scene };

QString defaultTemplate() { return QStringLiteral("{name}_coloured"); }

QString spanText(FrameRange range) { return QStringLiteral("%1–%2").arg(range.first).arg(range.end - 1); }

void enable(QComboBox& box, int item, bool on) {
    auto* entry = qobject_cast<QStandardItemModel*>(box.model())->item(item);
    entry->setFlags(on ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::NoItemFlags);
}

template <class T>
T* named(T* widget, const char* id, const QString& name) {
    widget->setObjectName(QString::fromLatin1(id));
    widget->setAccessibleName(name);
    return widget;
}

QHBoxLayout* rowOf(QWidget* wide, QWidget* narrow) {
    auto* row = new QHBoxLayout;
    row->addWidget(wide, 1);
    row->addWidget(narrow);
    return row;
}

}  // namespace

ExportDialog::ExportDialog(ExportSubject subject, ExportEstimator& estimator, QWidget* parent)
    : QDialog(parent),
      subject_(std::move(subject)),
      estimator_(estimator),
      preset_(named(new PresetBox, "exportPreset", tr("Purpose"))),
      description_(new QLabel),
      range_(named(new QComboBox, "exportRange", tr("Part of the film"))),
      ending_(named(new QComboBox, "exportEnding", tr("Kind of file"))),
      workingSize_(named(new QComboBox, "exportSize", tr("Size the networks see"))),
      folder_(named(new QLineEdit, "exportFolder", tr("Folder"))),
      template_(named(new QLineEdit, "exportName", tr("Name, with words in braces"))),
      replace_(named(new QCheckBox(tr("Re&place a file of that name when the export is whole")), "exportReplace", {})),
      mark_(named(new QCheckBox(tr("&Mark a corner of the picture: its colours were made")), "exportMark", {})),
      wholeFrames_(named(new QCheckBox(tr("Make &whole frames of the film's fields")), "exportWholeFrames", {})),
      allowHdr_(
          named(new QCheckBox(tr("Colour the film th&ough it is HDR: its colours may be off")), "exportAllowHdr", {})),
      result_(named(new QLabel, "exportResult", {})),
      estimate_(named(new QLabel, "exportEstimate", {})),
      notes_(named(new QLabel, "exportNotes", {})),
      queue_(new QPushButton(tr("&Add to queue"))),
      now_(new QPushButton(tr("&Export now"))),
      browse_(named(new QPushButton(tr("&Browse…")), "exportBrowse", tr("Choose the folder"))),
      words_(named(new QToolButton, "exportWords", tr("Put a word into the name"))) {
    setWindowTitle(tr("Export the coloured film"));
    auto* content = new QWidget;
    auto* form = new QFormLayout(content);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    makeForm(*form);
    makeRanges();
    auto* scroll = new QScrollArea;
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* column = new QVBoxLayout(this);
    column->addWidget(scroll, 1);
    makeButtons(*column);
    askLater_.setSingleShot(true);
    askLater_.setInterval(kAskDelay);
    connect(&askLater_, &QTimer::timeout, this, [this] { estimator_.ask(subject_.job(options())); });
    connect(&estimator_, &ExportEstimator::estimated, this, &ExportDialog::show);
    connect(&estimator_, &ExportEstimator::failed, this,
            [this](const QString& reason) { estimate_->setText(tr("No estimate: %1").arg(reason)); });
    restore();
    presetChanged();
    // In the order in which they stand; the first choice is the purpose.
    const std::vector<QWidget*> order{preset_,   range_,  folder_,  browse_,      template_,
                                      words_,    ending_, replace_, workingSize_, wholeFrames_,
                                      allowHdr_, mark_,   now_,     queue_,       cancel_};
    for (std::size_t i = 1; i < order.size(); ++i) setTabOrder(order[i - 1], order[i]);
    preset_->setFocus();
    // Large enough for all of it, where the screen is.
    const auto room = (parent != nullptr ? parent->screen() : QGuiApplication::primaryScreen())->availableSize() * 0.9;
    resize(QSize(std::max(640, sizeHint().width()), content->sizeHint().height() + 140).boundedTo(room));
}

ExportDialog::~ExportDialog() { estimator_.drop(); }

void ExportDialog::makeForm(QFormLayout& form) {
    for (auto* label : {description_, result_, estimate_, notes_}) label->setWordWrap(true);
    result_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    browse_->setAutoDefault(false);
    words_->setText(QStringLiteral("{ }"));
    words_->setFocusPolicy(Qt::StrongFocus);
    words_->setPopupMode(QToolButton::InstantPopup);
    words_->setMenu(new QMenu(words_));
    const std::pair<const char*, QString> kinds[] = {{"name", tr("name of the film")},
                                                     {"preset", tr("preset")},
                                                     {"range", tr("first and last frame")},
                                                     {"scene", tr("number of the scene; as {range} for other parts")},
                                                     {"date", tr("today")},
                                                     {"version", tr("v001, v002, …: the first that is free")}};
    for (const auto& [word, meaning] : kinds)
        words_->menu()->addAction(QStringLiteral("{%1} — %2").arg(QLatin1String(word), meaning), this,
                                  [this, text = QStringLiteral("{%1}").arg(QLatin1String(word))] { insertWord(text); });
    workingSize_->addItem(tr("256 (as on the screen)"), 256);
    for (const int size : {384, 512}) workingSize_->addItem(QString::number(size), size);
    const auto add = [&](const QString& label, QWidget* field, QLayout* row = nullptr) {
        auto* made = new QLabel(label);
        made->setBuddy(field);
        if (row != nullptr) form.addRow(made, row);
        else form.addRow(made, field);
    };
    add(tr("P&urpose"), preset_);
    form.addRow(QString(), description_);
    add(tr("Pa&rt"), range_);
    add(tr("&Folder"), folder_, rowOf(folder_, browse_));
    auto* name = rowOf(template_, words_);
    name->addWidget(ending_);
    add(tr("&Name"), template_, name);
    form.addRow(QString(), result_);
    form.addRow(QString(), replace_);
    add(tr("&Size the networks see"), workingSize_);
    for (auto* tick : {wholeFrames_, allowHdr_, mark_}) form.addRow(QString(), tick);
    form.setRowVisible(wholeFrames_, media::isInterlaced(subject_.info));
    form.setRowVisible(allowHdr_, media::isHdr(subject_.info));
    form.addRow(tr("Estimate"), estimate_);
    form.addRow(QString(), notes_);
    connect(browse_, &QPushButton::clicked, this, &ExportDialog::browse);
    connect(preset_, &QComboBox::currentIndexChanged, this, &ExportDialog::presetChanged);
    connect(ending_, &QComboBox::activated, this, [this] { wantedEnding_ = ending_->currentText(); });
    for (auto* box : {range_, ending_, workingSize_})
        connect(box, &QComboBox::currentIndexChanged, this, &ExportDialog::check);
    for (auto* edit : {folder_, template_}) connect(edit, &QLineEdit::textChanged, this, &ExportDialog::check);
    for (auto* tick : {replace_, wholeFrames_, allowHdr_, mark_})
        connect(tick, &QCheckBox::toggled, this, &ExportDialog::check);
}

void ExportDialog::makeRanges() {
    const auto frames = [](FrameRange range) {
        return range.length() == 1 ? tr("1 frame") : tr("%1 frames").arg(range.length());
    };
    range_->addItem(tr("The whole film (%1)").arg(frames({0, subject_.frames})));
    if (subject_.marked)
        range_->addItem(
            tr("Between the marks, frames %1 (%2)").arg(spanText(*subject_.marked), frames(*subject_.marked)));
    else range_->addItem(tr("Between the marks (none are set: I and O set them)"));
    if (subject_.scene > 0)
        range_->addItem(tr("Scene %1, frames %2 (%3)")
                            .arg(subject_.scene)
                            .arg(spanText(subject_.sceneRange), frames(subject_.sceneRange)));
    else range_->addItem(tr("This scene"));
    enable(*range_, Marked, subject_.marked.has_value());
    enable(*range_, Scene, subject_.scene > 0);
}

void ExportDialog::makeButtons(QVBoxLayout& column) {
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    cancel_ = buttons->button(QDialogButtonBox::Cancel);
    cancel_->setObjectName(QStringLiteral("exportCancel"));
    queue_->setObjectName(QStringLiteral("exportQueue"));
    queue_->setToolTip(tr("Behind the other jobs"));
    now_->setObjectName(QStringLiteral("exportGo"));
    now_->setToolTip(tr("Before the other jobs that wait"));
    now_->setDefault(true);
    buttons->addButton(queue_, QDialogButtonBox::ActionRole);
    buttons->addButton(now_, QDialogButtonBox::AcceptRole);
    column.addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(queue_, &QPushButton::clicked, this, [this] { finish(false); });
    connect(now_, &QPushButton::clicked, this, [this] { finish(true); });
}

void ExportDialog::restore() {
    const QSettings settings;
    const auto value = [&](const char* key, const QVariant& fallback) {
        return settings.value(QStringLiteral("export/") + QString::fromLatin1(key), fallback);
    };
    if (!preset_->choose(value("preset", QStringLiteral("review")).toString()))
        preset_->choose(QStringLiteral("review"));
    // Marks that are set are there for a reason; those of another film are not there.
    range_->setCurrentIndex(subject_.marked                                                ? Marked
                            : value("range", Whole).toInt() == Scene && subject_.scene > 0 ? Scene
                                                                                           : Whole);
    const auto beside = QString::fromStdString(subject_.film.parent_path().string());
    const auto folder = value("folder", QString()).toString();
    folder_->setText(folder.isEmpty() || !QFileInfo(folder).isWritable() ? beside : folder);
    template_->setText(value("name", defaultTemplate()).toString());
    wantedEnding_ = value("ending", QString()).toString();
    workingSize_->setCurrentIndex(std::max(0, workingSize_->findData(value("size", 256))));
    mark_->setChecked(value("mark", false).toBool());
    wholeFrames_->setChecked(value("whole-frames", false).toBool());
    // HDR is asked for anew with each film: nobody is to meet colours that are off by a habit.
}

void ExportDialog::remember() const {
    QSettings settings;
    const auto keep = [&](const char* key, const QVariant& value) {
        settings.setValue(QStringLiteral("export/") + QString::fromLatin1(key), value);
    };
    keep("preset", preset_->currentData());
    keep("range", range_->currentIndex());
    keep("ending", wantedEnding_);
    keep("name", template_->text());
    keep("size", workingSize_->currentData());
    keep("mark", mark_->isChecked());
    if (media::isInterlaced(subject_.info)) keep("whole-frames", wholeFrames_->isChecked());
    // Beside the film means beside the next film, too.
    keep("folder",
         folder_->text() == QString::fromStdString(subject_.film.parent_path().string()) ? QString() : folder_->text());
}

void ExportDialog::presetChanged() {
    const auto* preset = preset_->preset();
    description_->setText(preset != nullptr ? QString::fromStdString(preset->description) : preset_->problem());
    {
        const QSignalBlocker block(ending_);
        ending_->clear();
        if (preset != nullptr)
            for (const auto& ending : preset->extensions)
                ending_->addItem(QLatin1Char('.') + QString::fromStdString(ending));
        ending_->setCurrentIndex(std::max(0, ending_->findText(wantedEnding_)));
        ending_->setEnabled(ending_->count() > 1);
    }
    // Every luma sample of a master is the film's.
    mark_->setEnabled(preset == nullptr || preset->codec != "ffv1");
    check();
}

void ExportDialog::browse() {
    const auto folder = QFileDialog::getExistingDirectory(this, tr("Folder of the export"), folder_->text());
    if (!folder.isEmpty()) folder_->setText(folder);
}

void ExportDialog::insertWord(const QString& word) {
    template_->insert(word);
    template_->setFocus();
}

FrameRange ExportDialog::range() const {
    switch (range_->currentIndex()) {
        case Marked: return *subject_.marked;
        case Scene: return subject_.sceneRange;
        default: return {0, subject_.frames};
    }
}

QMap<QString, QString> ExportDialog::words() const {
    const auto film = subject_.film.has_filename() ? subject_.film : subject_.film.parent_path();
    const auto part = range_->currentIndex() == Whole ? QStringLiteral("all")
                                                      : QStringLiteral("%1-%2").arg(range().first).arg(range().end - 1);
    return {{QStringLiteral("name"), QString::fromStdString(film.stem().string())},
            {QStringLiteral("preset"), preset_->currentData().toString()},
            {QStringLiteral("range"), part},
            {QStringLiteral("scene"), range_->currentIndex() == Scene
                                          ? QStringLiteral("scene%1").arg(subject_.scene, 3, 10, QLatin1Char('0'))
                                          : part},
            {QStringLiteral("date"), QDate::currentDate().toString(Qt::ISODate)}};
}

QString ExportDialog::output(const QString& name) const {
    const auto* preset = preset_->preset();
    const auto base = QDir::cleanPath(QFileInfo(folder_->text()).absoluteFilePath()) + QLatin1Char('/') + name;
    // Pictures get a folder of their own.
    return preset != nullptr && preset->pictures
               ? base + QLatin1Char('/') + name + QStringLiteral("_%06d") + ending_->currentText()
               : base + ending_->currentText();
}

void ExportDialog::check() {
    const auto* preset = preset_->preset();
    const bool pictures = preset != nullptr && preset->pictures;
    const auto taken = [&](const QString& name) {
        const auto file = output(name);
        return QFileInfo::exists(pictures ? QFileInfo(file).path() : file) || subject_.taken.count(file) > 0;
    };
    const auto name =
        exportName(template_->text(), words(), replace_->isChecked(), taken, kReserve + ending_->currentText().size());
    nameError_ = name.error;
    file_ = name.name.isEmpty() ? QString() : output(name.name);
    warnings_.clear();
    result_->setText(file_.isEmpty() ? QString()
                     : name.moved    ? tr("%1 (the name without a number is taken)").arg(QFileInfo(file_).fileName())
                                     : QFileInfo(file_).fileName());
    const bool possible = problems().isEmpty();
    queue_->setEnabled(possible);
    now_->setEnabled(possible);
    estimator_.drop();
    estimate_->setText(possible ? tr("is being measured on a few frames …") : QStringLiteral("–"));
    if (possible) askLater_.start();
    else askLater_.stop();
    showNotes();
}

workflow::SourceRules ExportDialog::sourceRules() const {
    return {media::isInterlaced(subject_.info) && wholeFrames_->isChecked(),
            media::isHdr(subject_.info) && allowHdr_->isChecked()};
}

media::MediaInfo ExportDialog::filmAsRead() const {
    auto film = subject_.info;
    if (sourceRules().deinterlace) film.fieldOrder = "progressive";
    return film;
}

QStringList ExportDialog::problems() const {
    const auto* preset = preset_->preset();
    if (preset == nullptr)
        return {preset_->problem().isEmpty() ? tr("None of the presets can be used here.") : preset_->problem()};
    if (file_.isEmpty()) return {nameError_};
    QStringList problems;
    const QFileInfo folder(folder_->text());
    if (!folder.isDir() || !folder.isWritable())
        problems << tr("The folder “%1” cannot be written; choose another.").arg(folder.filePath());
    if (QFileInfo(file_) == QFileInfo(QString::fromStdString(subject_.film.string())))
        problems << tr("This is the source film, which is never written; choose another name.");
    if (subject_.taken.count(file_) > 0)
        problems << tr("An export in the queue makes this file already; choose another name.");
    if (media::isHdr(subject_.info) && !allowHdr_->isChecked())
        problems << tr(
            "The film is HDR, which the networks would misread: convert it to BT.709 first, or tick that it is coloured all the same.");
    const auto format = media::outputFormatFor(preset->id, file_.toStdString(), filmAsRead());
    if (!format) problems << QString::fromStdString(describe(format.error()));
    return problems;
}

void ExportDialog::show(const workflow::ExportEstimate& estimate) {
    const QLocale locale;
    estimate_->setText(tr("about %1, about %2")
                           .arg(JobQueue::duration(estimate.seconds),
                                locale.formattedDataSize(static_cast<qint64>(estimate.bytes), 1)));
    warnings_.clear();
    for (const auto& warning : estimate.warnings) warnings_ << QString::fromStdString(warning);
    const QStorageInfo disk(folder_->text());
    if (disk.isValid() && disk.bytesAvailable() < static_cast<qint64>(estimate.bytes))
        warnings_ << tr("The disk has %1 left, which is less than the export may need.")
                         .arg(locale.formattedDataSize(disk.bytesAvailable(), 1));
    showNotes();
}

void ExportDialog::showNotes() {
    auto lines = problems();
    if (lines.isEmpty()) {
        if (const auto format = media::outputFormatFor(preset_->preset()->id, file_.toStdString(), filmAsRead())) {
            lines << tr("%1×%2, %3.")
                         .arg(format->width)
                         .arg(format->height)
                         .arg(QString::fromStdString(format->pixelFormat));
            for (const auto& note : format->notes) lines << QString::fromStdString(note);
        }
        for (const auto& warning : warnings_)
            if (!lines.contains(warning)) lines << warning;
        if (workingSize_->currentData().toInt() != 256)
            lines << tr("Scenes that were coloured on the screen are coloured anew at this size.");
    }
    notes_->setText(lines.join(QLatin1Char('\n')));
}

void ExportDialog::keyPressEvent(QKeyEvent* event) {
    // The Return that opened the dialog, held a moment too long, starts no export.
    if (event->isAutoRepeat() && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) return;
    QDialog::keyPressEvent(event);
}

void ExportDialog::finish(bool first) {
    // A file may have appeared since.
    check();
    if (!problems().isEmpty()) return;
    first_ = first;
    remember();
    accept();
}

workflow::RenderOptions ExportDialog::options() const {
    workflow::RenderOptions options;
    options.output = file_.toStdString();
    options.preset = preset_->currentData().toString().toStdString();
    options.workingSize = workingSize_->currentData().toInt();
    if (range_->currentIndex() != Whole)
        options.range = std::to_string(range().first) + "-" + std::to_string(range().end - 1);
    options.overwrite = replace_->isChecked();
    options.source = sourceRules();
    if (mark_->isEnabled() && mark_->isChecked()) options.mark = "corner";
    return options;
}

}  // namespace tintreel::ui
