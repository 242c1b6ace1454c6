// SPDX-License-Identifier: Apache-2.0
#include "training/model_dialog.h"

#include <QFileDialog>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QInputDialog>
#include <QLineEdit>
#include <QMessageBox>
#include <QSplitter>
#include <QVBoxLayout>

namespace tintreel::ui {
namespace {

QString text(const std::string& s) { return QString::fromStdString(s); }

QString roleWord(const std::string& role) {
    return role == "keyframe" ? ModelDialog::tr("keyframe") : ModelDialog::tr("propagation");
}

/// The figures of a model on one line: score, base, grey first, then what else was measured.
QString metricsLine(const nn::ModelEntry& model) {
    QStringList parts;
    for (const char* name : {"score", "base", "grey"})
        if (const auto found = model.metrics.find(name); found != model.metrics.end())
            parts << QStringLiteral("%1 %2").arg(QLatin1String(name)).arg(found->second, 0, 'f', 2);
    return parts.join(QStringLiteral(", "));
}

}  // namespace

ModelDialog::ModelDialog(const TrainingHost& host, QWidget* parent)
    : QDialog(parent),
      host_(host),
      library_(host.models),
      table_(new QTableWidget),
      card_(new QLabel),
      said_(new QLabel),
      notes_(new QPlainTextEdit),
      left_(new QComboBox),
      right_(new QComboBox),
      compare_(new CompareView(host)) {
    setWindowTitle(tr("Models"));
    setSizeGripEnabled(true);
    resize(1040, 760);
    table_->setObjectName(QStringLiteral("modelTable"));
    table_->setAccessibleName(tr("Models"));
    table_->setColumnCount(7);
    table_->setHorizontalHeaderLabels(
        {tr("Name"), tr("Role"), tr("Tuned from"), tr("Figures, dB"), tr("Date"), tr("Size"), tr("In use")});
    table_->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    table_->verticalHeader()->hide();
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setTabKeyNavigation(false);
    table_->setMinimumHeight(150);
    card_->setObjectName(QStringLiteral("modelCard"));
    card_->setWordWrap(true);
    card_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    said_->setObjectName(QStringLiteral("modelSaid"));
    said_->setWordWrap(true);
    notes_->setObjectName(QStringLiteral("modelNotes"));
    notes_->setAccessibleName(tr("Notes about the model"));
    notes_->setPlaceholderText(tr("Notes"));
    notes_->setTabChangesFocus(true);
    notes_->setMaximumHeight(70);
    auto* buttons = new QGridLayout;
    int at = 0;
    const auto button = [&](const char* id, const QString& title, auto work) {
        auto* made = new QPushButton(title);
        made->setObjectName(QString::fromLatin1(id));
        made->setAutoDefault(false);
        connect(made, &QPushButton::clicked, this, work);
        buttons->addWidget(made, at / 5, at % 5);
        ++at;
        return made;
    };
    use_ = button("modelUse", tr("&Use in this project"), [this] { useHere(); });
    default_ = button("modelDefault", tr("Make it the &default"), [this] {
        if (const auto* model = current())
            done(library_.setDefault(model->id), tr("%1 is the default now.").arg(text(model->id)));
    });
    back_ = button("modelBack", tr("&Back to the last default"), [this] {
        if (const auto* model = current()) {
            const auto id = library_.rollBack(model->role);
            done(id, id ? tr("%1 is the default again.").arg(text(*id)) : QString());
        }
    });
    rename_ = button("modelRename", tr("&Rename…"), [this] { rename(); });
    remove_ = button("modelRemove", tr("De&lete…"), [this] { remove(); });
    button("modelImport", tr("&Import…"), [this] { importModel(); });
    export_ = button("modelExport", tr("&Export…"), [this] { exportModel(); });
    keep_ = button("modelKeepNotes", tr("&Keep the notes"), [this] { keepNotes(); });
    left_->setObjectName(QStringLiteral("modelLeft"));
    left_->setAccessibleName(tr("Model on the left"));
    right_->setObjectName(QStringLiteral("modelRight"));
    right_->setAccessibleName(tr("Model on the right"));
    auto* sides = new QHBoxLayout;
    sides->addWidget(new QLabel(tr("Compare")));
    sides->addWidget(left_, 1);
    sides->addWidget(new QLabel(tr("with")));
    sides->addWidget(right_, 1);
    auto* top = new QWidget;
    auto* topColumn = new QVBoxLayout(top);
    topColumn->setContentsMargins(0, 0, 0, 0);
    topColumn->addWidget(table_, 1);
    topColumn->addWidget(card_);
    topColumn->addWidget(notes_);
    topColumn->addLayout(buttons);
    topColumn->addWidget(said_);
    auto* bottom = new QWidget;
    auto* bottomColumn = new QVBoxLayout(bottom);
    bottomColumn->setContentsMargins(0, 0, 0, 0);
    bottomColumn->addLayout(sides);
    bottomColumn->addWidget(compare_, 1);
    auto* rows = new QSplitter(Qt::Vertical);
    rows->addWidget(top);
    rows->addWidget(bottom);
    auto* column = new QVBoxLayout(this);
    column->addWidget(rows);
    connect(table_, &QTableWidget::itemSelectionChanged, this, &ModelDialog::showModel);
    connect(left_, &QComboBox::activated, this, &ModelDialog::setSides);
    connect(right_, &QComboBox::activated, this, &ModelDialog::setSides);
    fill();
    table_->setFocus();
}

void ModelDialog::say(const QString& words, bool problem) { said_->setText(problem ? tr("⚠ %1").arg(words) : words); }

template <class R>
bool ModelDialog::done(const R& result, const QString& words) {
    fill();
    if (!result) say(text(describe(result.error())), true);
    else {
        say(words, false);
        if (host_.modelsChanged) host_.modelsChanged();
    }
    return result.has_value();
}

const nn::ModelEntry* ModelDialog::current() const {
    const int row = table_->currentRow();
    return row < 0 || row >= static_cast<int>(models_.size()) ? nullptr : &models_[static_cast<std::size_t>(row)];
}

void ModelDialog::fill() {
    const auto before = current() ? current()->id : std::string();
    const auto leftBefore = left_->currentText(), rightBefore = right_->currentText();
    auto listed = library_.list();
    if (!listed) {
        say(text(describe(listed.error())), true);
        return;
    }
    const QSignalBlocker block(table_);
    models_ = std::move(*listed);
    const auto used = host_.film ? host_.film().networks : inference::ColorizerOptions{};
    table_->setRowCount(static_cast<int>(models_.size()));
    left_->clear();
    right_->clear();
    int row = 0, chosen = 0;
    for (const auto& model : models_) {
        const auto inProject =
            nn::findModel(models_, model.role, model.role == "keyframe" ? used.keyframeModel : used.frameModel);
        const bool here = !host_.project.empty() && inProject && inProject->id == model.id;
        const QStringList cells{
            text(model.id),
            roleWord(model.role),
            text(model.base.substr(0, model.base.find('@'))),
            metricsLine(model),
            text(model.date.substr(0, 10)),
            model.size > 0 ? tr("%1 MB").arg(static_cast<double>(model.size) / 1e6, 0, 'f', 1) : QString(),
            model.isDefault && here ? tr("default, this project")
            : model.isDefault       ? tr("default")
            : here                  ? tr("this project")
                                    : QString()};
        for (int c = 0; c < cells.size(); ++c) table_->setItem(row, c, new QTableWidgetItem(cells[c]));
        if (model.id == before) chosen = row;
        for (auto* box : {left_, right_}) box->addItem(tr("%1 (%2)").arg(text(model.id), roleWord(model.role)), row);
        ++row;
    }
    table_->resizeColumnsToContents();
    table_->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    table_->setCurrentCell(chosen, 0);
    left_->setCurrentIndex(std::max(0, left_->findText(leftBefore)));
    right_->setCurrentIndex(std::max(0, right_->findText(rightBefore)));
    setSides();
    showModel();
}

void ModelDialog::showModel() {
    const auto* model = current();
    const bool own = model != nullptr && model->isUser;
    for (auto* button : {rename_, remove_, keep_}) button->setEnabled(own);
    notes_->setReadOnly(!own);
    use_->setEnabled(model != nullptr && !host_.project.empty());
    for (auto* button : {default_, back_, export_}) button->setEnabled(model != nullptr);
    if (model == nullptr) return card_->clear();
    QStringList lines{text(model->description), tr("Licence: %1").arg(text(model->licence)),
                      tr("SHA-256 of the weights: %1").arg(text(model->sha256))};
    if (!model->base.empty()) lines << tr("Tuned from: %1").arg(text(model->base));
    if (!model->data.empty()) lines << tr("SHA-256 of the training set: %1").arg(text(model->data));
    if (!model->metrics.empty()) {
        QStringList figures;
        for (const auto& [name, value] : model->metrics)
            figures << QStringLiteral("%1 %2").arg(text(name)).arg(value, 0, 'f', 2);
        lines << tr("Measured on what was held back: %1").arg(figures.join(QStringLiteral(", ")));
    }
    card_->setText(lines.join(QLatin1Char('\n')));
    notes_->setPlainText(text(model->notes));
}

void ModelDialog::rename() {
    const auto* model = current();
    if (model == nullptr) return;
    bool ok = false;
    const auto before = text(model->id);
    const auto name =
        QInputDialog::getText(this, tr("Rename"), tr("New name of %1:").arg(before), QLineEdit::Normal, before, &ok)
            .trimmed();
    if (ok && name != before)
        done(library_.rename(before.toStdString(), name.toStdString()),
             tr("%1 is now %2; projects that use it find it all the same.").arg(before, name));
}

void ModelDialog::remove() {
    const auto* model = current();
    if (model == nullptr) return;
    const auto id = text(model->id);
    if (QMessageBox::question(
            this, tr("Delete the model?"),
            tr("“%1” is deleted for good. Projects that use it cannot be coloured until it is brought back or another model is chosen.")
                .arg(id)) == QMessageBox::Yes)
        done(library_.remove(id.toStdString()), tr("%1 is deleted.").arg(id));
}

void ModelDialog::importModel() {
    const auto folder = QFileDialog::getExistingDirectory(this, tr("Folder of the model"));
    if (!folder.isEmpty()) done(library_.importFrom(folder.toStdString()), tr("The model is in the library."));
}

void ModelDialog::exportModel() {
    const auto* model = current();
    if (model == nullptr) return;
    const auto folder = QFileDialog::getSaveFileName(this, tr("Export to a new folder"), text(model->id));
    if (!folder.isEmpty())
        done(library_.exportTo(model->id, folder.toStdString(), false),
             tr("%1: weights, model.json and README.md.").arg(folder));
}

void ModelDialog::keepNotes() {
    if (const auto* model = current())
        done(library_.setNotes(model->id, notes_->toPlainText().toStdString()), tr("The notes are kept."));
}

void ModelDialog::useHere() {
    const auto* model = current();
    if (model == nullptr || !host_.useModel) return;
    if (const auto whole = nn::verifyModel(*model); !whole) return say(text(describe(whole.error())), true);
    const auto id = text(model->id);
    if (host_.useModel(text(model->role), text(nn::modelReference(*model)))) {
        fill();
        say(tr("This project uses %1 from now on. Undo takes that back.").arg(id), false);
    }
}

void ModelDialog::setSides() {
    const auto networksOf = [&](int row) {
        auto networks = host_.film ? host_.film().networks : inference::ColorizerOptions{};
        networks.modelsDir = host_.models;
        if (row < 0 || row >= static_cast<int>(models_.size())) return networks;
        const auto& model = models_[static_cast<std::size_t>(row)];
        (model.role == "keyframe" ? networks.keyframeModel : networks.frameModel) = nn::modelReference(model);
        return networks;
    };
    compare_->setSides(left_->currentText(), {{}, networksOf(left_->currentData().toInt())}, right_->currentText(),
                       {{}, networksOf(right_->currentData().toInt())});
}

}  // namespace tintreel::ui
