// SPDX-License-Identifier: Apache-2.0
#include "training/settings_page.h"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QJsonDocument>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>
#include <nlohmann/json.hpp>

#include "tintreel/base/atomic_file.h"
#include "tintreel/workflow/training_set.h"

namespace tintreel::ui {
namespace {

QString words(const Error& error) { return QString::fromStdString(describe(error)); }

QString duration(double seconds) {
    const int minutes = static_cast<int>(seconds / 60 + 0.5);
    if (minutes <= 1) return QApplication::translate("Training", "a minute");
    if (minutes < 90) return QApplication::translate("Training", "%n minute(s)", nullptr, minutes);
    return QApplication::translate("Training", "%1 hours").arg(minutes / 60.0, 0, 'f', 1);
}

}  // namespace

SettingsPage::SettingsPage(TrainingHost host, QWidget* parent)
    : QWidget(parent),
      host_(std::move(host)),
      options_(*workflow::trainingPreset("standard", "keyframe")),
      stage_(new QComboBox),
      base_(new QComboBox),
      preset_(new QComboBox),
      estimate_(new QLabel),
      problem_(new QLabel),
      start_(new QPushButton(tr("&Start training"))) {
    stage_->addItem(tr("Keyframe network"), QStringList{QStringLiteral("keyframe")});
    stage_->addItem(tr("Propagation network"), QStringList{QStringLiteral("propagation")});
    stage_->addItem(tr("Both, one after the other"),
                    QStringList{QStringLiteral("keyframe"), QStringLiteral("propagation")});
    const std::pair<const char*, QString> presets[] = {{"quick", tr("Quick — a first look")},
                                                       {"standard", tr("Standard")},
                                                       {"thorough", tr("Thorough — overnight on a processor")}};
    for (const auto& [id, title] : presets) preset_->addItem(title, QString::fromLatin1(id));
    preset_->setCurrentIndex(1);
    auto* top = new QFormLayout;
    const auto row = [&](const QString& title, QComboBox* box, const char* id) {
        box->setObjectName(QString::fromLatin1(id));
        box->setAccessibleName(title);
        top->addRow(title, box);
    };
    row(tr("What to train"), stage_, "trainStage");
    row(tr("Base model"), base_, "trainBase");
    row(tr("Preset"), preset_, "trainPreset");
    // These are asked for above, or follow from the data set.
    const QStringList hidden{QStringLiteral("stage"), QStringLiteral("out"), QStringLiteral("init-from"),
                             QStringLiteral("architecture")};
    const QStringList first{QStringLiteral("steps"),
                            QStringLiteral("batch"),
                            QStringLiteral("learning-rate"),
                            QStringLiteral("device"),
                            QStringLiteral("threads"),
                            QStringLiteral("base-pull"),
                            QStringLiteral("average-with-base"),
                            QStringLiteral("early-stop")};
    form_ = new OptionForm(options_.table(), first, {});
    all_ = new OptionForm(options_.table(), {}, hidden + first);
    auto* more = new QToolButton;
    more->setObjectName(QStringLiteral("trainAll"));
    more->setText(tr("All settings, losses and weights"));
    more->setCheckable(true);
    more->setArrowType(Qt::RightArrow);
    more->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    all_->hide();
    connect(more, &QToolButton::toggled, this, [this, more](bool on) {
        all_->setVisible(on);
        more->setArrowType(on ? Qt::DownArrow : Qt::RightArrow);
    });
    auto* content = new QWidget;
    auto* inside = new QVBoxLayout(content);
    inside->addLayout(top);
    inside->addWidget(form_);
    inside->addWidget(more, 0, Qt::AlignLeft);
    inside->addWidget(all_);
    inside->addStretch(1);
    auto* area = new QScrollArea;
    area->setAccessibleName(tr("Settings of the training"));
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    estimate_->setObjectName(QStringLiteral("trainEstimate"));
    estimate_->setWordWrap(true);
    problem_->setObjectName(QStringLiteral("trainProblem"));
    problem_->setWordWrap(true);
    auto* buttons = new QHBoxLayout;
    const auto button = [&](const char* id, const QString& title, auto work) {
        auto* made = new QPushButton(title);
        made->setObjectName(QString::fromLatin1(id));
        connect(made, &QPushButton::clicked, this, work);
        buttons->addWidget(made);
    };
    button("trainLoad", tr("&Load a config…"), [this] { load(); });
    button("trainSave", tr("Sa&ve the config…"), [this] { save(); });
    button("trainCopy", tr("&Copy the command line"), [this] { copyCommand(); });
    buttons->addStretch(1);
    start_->setObjectName(QStringLiteral("trainStart"));
    start_->setDefault(true);
    buttons->addWidget(start_);
    auto* column = new QVBoxLayout(this);
    column->addWidget(area, 1);
    column->addWidget(estimate_);
    column->addWidget(problem_);
    column->addLayout(buttons);
    connect(preset_, &QComboBox::activated, this, &SettingsPage::choosePreset);
    connect(stage_, &QComboBox::currentIndexChanged, this, &SettingsPage::chooseStage);
    connect(base_, &QComboBox::currentIndexChanged, this, &SettingsPage::estimate);
    connect(form_, &OptionForm::edited, this, &SettingsPage::estimate);
    connect(all_, &OptionForm::edited, this, &SettingsPage::estimate);
    connect(start_, &QPushButton::clicked, this, &SettingsPage::startRequested);
    fillBases();
    estimate();
}

QStringList SettingsPage::stages() const { return stage_->currentData().toStringList(); }

void SettingsPage::fillBases() {
    base_->clear();
    if (stages().size() > 1) base_->addItem(tr("The models that the project uses"), QString());
    const auto models = workflow::ModelLibrary(host_.models).list();
    if (!models) return problem_->setText(words(models.error()));
    const std::string role = stages().front() == QStringLiteral("keyframe") ? "keyframe" : "frame";
    const auto used = host_.film ? host_.film().networks : inference::ColorizerOptions{};
    const auto current = nn::findModel(*models, role, role == "keyframe" ? used.keyframeModel : used.frameModel);
    if (stages().size() == 1)
        for (const auto& model : *models)
            if (model.role == role) {
                base_->addItem(QString::fromStdString(model.id), QString::fromStdString(model.id));
                if (current && current->id == model.id) base_->setCurrentIndex(base_->count() - 1);
            }
}

std::optional<nn::ModelEntry> SettingsPage::baseOf(const QString& stage) const {
    const auto models = workflow::ModelLibrary(host_.models).list();
    if (!models) return std::nullopt;
    const bool keyframe = stage == QStringLiteral("keyframe");
    const auto used = host_.film ? host_.film().networks : inference::ColorizerOptions{};
    auto id = base_->currentData().toString().toStdString();
    if (id.empty()) id = keyframe ? used.keyframeModel : used.frameModel;
    const auto model = nn::findModel(*models, keyframe ? "keyframe" : "frame", id);
    return model ? std::optional(*model) : std::nullopt;
}

void SettingsPage::choosePreset() {
    options_ =
        *workflow::trainingPreset(preset_->currentData().toString().toStdString(), stages().front().toStdString());
    form_->refresh();
    all_->refresh();
    estimate();
}

void SettingsPage::chooseStage() {
    fillBases();
    choosePreset();
}

void SettingsPage::setShard(const QString& shard, bool hasClips) {
    shard_ = shard;
    hasClips_ = hasClips;
    estimate();
}

void SettingsPage::setSecondsPerStep(const QString& stage, double seconds) {
    if (seconds > 0) secondsPerStep_[stage] = seconds;
    estimate();
}

void SettingsPage::estimate() {
    double seconds = 0, bytes = 0;
    QString warning;
    for (const auto& stage : stages()) {
        auto options = options_;
        options.stage = stage.toStdString();
        const auto known = secondsPerStep_.find(stage);
        // A measured step is of other sizes perhaps; it is taken for those that the presets have.
        const auto preset = *workflow::trainingPreset("standard", options.stage);
        const bool same = options.batch == preset.batch && options.crop == preset.crop &&
                          options.accumulate == preset.accumulate && options.threads == preset.threads &&
                          options.bf16 == preset.bf16;
        const auto one =
            workflow::estimateTraining(options, same && known != secondsPerStep_.end() ? known->second : 0);
        seconds += one.seconds;
        bytes = std::max(bytes, static_cast<double>(one.bytes));
        if (!one.warning.empty()) warning = QString::fromStdString(one.warning);
    }
    estimate_->setText(
        tr("Takes about %1, and %2 GB of memory at most.").arg(duration(seconds)).arg(bytes / 1e9, 0, 'f', 1));
    QStringList problems;
    if (!warning.isEmpty()) problems << tr("⚠ %1").arg(warning);
    if (shard_.isEmpty()) problems << tr("Build a data set first.");
    else if (stages().contains(QStringLiteral("propagation")) && !hasClips_)
        problems << tr(
            "The propagation network learns from moving pictures: add colour clips, or all frames of approved scenes, to the data set.");
    problem_->setText(problems.join(QLatin1Char('\n')));
    problem_->setVisible(!problems.isEmpty());
    start_->setEnabled(problems.size() == (warning.isEmpty() ? 0 : 1));
}

QJsonObject SettingsPage::configOf(const QString& stage) const {
    auto options = options_;
    options.stage = stage.toStdString();
    if (const auto base = baseOf(stage)) {
        options.initFrom = base->file.string();
        if (base->role == "keyframe") options.architecture = base->architecture;
    }
    options.shards = {shard_.toStdString()};
    auto json = training::toJson(options);
    json.erase("out");
    return QJsonDocument::fromJson(QByteArray::fromStdString(json.dump())).object();
}

QList<QJsonObject> SettingsPage::configs() const {
    QList<QJsonObject> all;
    for (const auto& stage : stages()) all << configOf(stage);
    return all;
}

void SettingsPage::save() {
    const auto file = QFileDialog::getSaveFileName(this, tr("Save the config"), QStringLiteral("training.json"),
                                                   tr("Configs (*.json)"));
    if (file.isEmpty()) return;
    auto config = configOf(stages().front());
    config[QStringLiteral("out")] = QFileInfo(file).path() + QLatin1Char('/') + QFileInfo(file).completeBaseName();
    const auto written = writeFileAtomically(file.toStdString(), QJsonDocument(config).toJson().toStdString(), true);
    if (!written) problem_->setText(words(written.error())), problem_->show();
}

void SettingsPage::load() {
    const auto file = QFileDialog::getOpenFileName(this, tr("Load a config"), {}, tr("Configs (*.json)"));
    if (file.isEmpty()) return;
    const auto read = training::readTrainOptions(file.toStdString());
    if (!read) return problem_->setText(words(read.error())), problem_->show();
    const int stage = read->stage == "propagation" ? 1 : 0;
    stage_->setCurrentIndex(stage);
    options_ = *read;
    form_->refresh();
    all_->refresh();
    if (const auto models = workflow::ModelLibrary(host_.models).list())
        for (const auto& model : *models)
            if (model.file == std::filesystem::path(read->initFrom))
                base_->setCurrentText(QString::fromStdString(model.id));
    estimate();
}

void SettingsPage::copyCommand() {
    // The config must lie somewhere: beside the data set, under the name of its content.
    QStringList commands;
    for (const auto& stage : stages()) {
        auto config = configOf(stage);
        const auto folder = QString::fromStdString(workflow::trainingFolder(host_.project).string());
        config[QStringLiteral("out")] = folder + QStringLiteral("/runs/command line ") + stage;
        const auto text = QJsonDocument(config).toJson();
        const auto file =
            folder + QStringLiteral("/%1-%2.json")
                         .arg(stage, QString::fromStdString(sha256OfBytes(text.toStdString()).substr(0, 8)));
        if (const auto written = writeFileAtomically(file.toStdString(), text.toStdString(), true); !written)
            return problem_->setText(words(written.error())), problem_->show();
        commands << QStringLiteral("tintreel train '%1'")
                        .arg(QString(file).replace(QLatin1Char('\''), QStringLiteral("'\\''")));
    }
    QApplication::clipboard()->setText(commands.join(QStringLiteral(" && ")));
    estimate_->setText(tr("Copied: %1").arg(commands.join(QStringLiteral(" && "))));
}

}  // namespace tintreel::ui
