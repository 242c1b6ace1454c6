// SPDX-License-Identifier: Apache-2.0
#include "studio/job_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QGridLayout>
#include <QPainter>
#include <QShortcut>
#include <QSplitter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace tintreel::ui {
namespace {

/// A bar under the text of a job that runs or stands still.
class JobDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QStyledItemDelegate::paint(painter, option, index);
        const double progress = index.data(JobQueue::ProgressRole).toDouble();
        const auto state = static_cast<JobQueue::State>(index.data(JobQueue::StateRole).toInt());
        if ((state != JobQueue::State::Running && state != JobQueue::State::Paused) || progress < 0) return;
        const QRect bar(option.rect.left() + 4, option.rect.bottom() - 3, option.rect.width() - 8, 3);
        painter->fillRect(bar, option.palette.color(QPalette::Mid));
        painter->fillRect(
            QRect(bar.topLeft(), QSize(static_cast<int>(bar.width() * std::min(1.0, progress)), bar.height())),
            option.palette.color(QPalette::Highlight));
    }
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        return QStyledItemDelegate::sizeHint(option, index) + QSize(0, 6);
    }
};

}  // namespace

JobPanel::JobPanel(JobQueue& queue, QWidget* parent)
    : QWidget(parent), queue_(queue), list_(new QListView), log_(new QPlainTextEdit), buttons_(new QWidget) {
    list_->setObjectName(QStringLiteral("jobList"));
    list_->setAccessibleName(tr("Jobs"));
    list_->setModel(&queue);
    list_->setItemDelegate(new JobDelegate(list_));
    list_->setWordWrap(true);
    list_->setDragDropMode(QAbstractItemView::InternalMove);
    list_->setDefaultDropAction(Qt::MoveAction);
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    log_->setObjectName(QStringLiteral("jobLog"));
    log_->setAccessibleName(tr("Log of the chosen job"));
    log_->setPlaceholderText(tr("The log of the chosen job"));
    log_->setReadOnly(true);
    log_->setTabChangesFocus(true);
    log_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* split = new QSplitter(Qt::Horizontal);
    split->addWidget(list_);
    split->addWidget(log_);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setChildrenCollapsible(false);
    makeButtons();
    makeKeys();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(split, 1);
    column->addWidget(buttons_);
    connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this, [this] {
        refresh();
        showLog();
    });
    connect(&queue, &QAbstractItemModel::dataChanged, this, &JobPanel::refresh);
    connect(&queue, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex&, int row) {
        // Somebody who has just added a job wants to see that one, unless the chosen one is at work or waits.
        const auto state = currentState();
        const bool over =
            state != JobQueue::State::Waiting && state != JobQueue::State::Running && state != JobQueue::State::Paused;
        if (!list_->currentIndex().isValid() || over) list_->setCurrentIndex(queue_.index(row));
        refresh();
    });
    connect(&queue, &QAbstractItemModel::rowsMoved, this, &JobPanel::refresh);
    connect(&queue, &QAbstractItemModel::rowsRemoved, this, &JobPanel::refresh);
    connect(&queue, &JobQueue::logged, this, [this](int id) {
        if (id == current()) showLog();
    });
    connect(&queue, &JobQueue::stateChanged, this, [this](int id) {
        if (id == current()) showLog();
    });
    connect(&queue, &JobQueue::finished, this, [this](int id) {
        if (id == current()) showLog();
    });
    refresh();
}

void JobPanel::makeButtons() {
    // Two rows, so that the panel can be narrow and the texts large.
    auto* grid = new QGridLayout(buttons_);
    grid->setContentsMargins(0, 0, 0, 0);
    int place = 0;
    const auto button = [&](const char* id, const QString& text, const QString& tip, auto work) {
        auto* made = new QPushButton(text);
        made->setObjectName(QString::fromLatin1(id));
        made->setToolTip(tip);
        grid->addWidget(made, place / 5, place % 5);
        ++place;
        connect(made, &QPushButton::clicked, this, work);
        return made;
    };
    cancel_ = button("jobCancel", tr("Cancel"), tr("Stop the job; scenes that are coloured are kept (Delete)"),
                     [this] { queue_.cancel(current()); });
    pauseJob_ = button("jobPauseOne", tr("Pause"), tr("Let the export stand still"),
                       [this] { queue_.setJobPaused(current(), currentState() == JobQueue::State::Running); });
    retry_ = button("jobRetry", tr("Try again"), tr("Put the job at the end of the queue"),
                    [this] { queue_.retry(current()); });
    up_ = button("jobUp", tr("Earlier"), tr("Alt+Up, or drag"), [this] { queue_.move(current(), -1); });
    down_ = button("jobDown", tr("Later"), tr("Alt+Down, or drag"), [this] { queue_.move(current(), 1); });
    copy_ = button("jobCopy", tr("Copy the log"), tr("Message and log of the job, to the clipboard"),
                   [this] { QApplication::clipboard()->setText(queue_.report(current())); });
    remove_ = button("jobRemove", tr("Remove"), tr("Take the job off the list (Delete)"),
                     [this] { queue_.remove(current()); });
    clear_ = button("jobClear", tr("Clear finished"), tr("Take all that is over off the list"),
                    [this] { queue_.clearFinished(); });
    pause_ = button("jobPause", tr("Hold the queue"), tr("The running job goes on, no other is begun"),
                    [this] { queue_.setPaused(pause_->isChecked()); });
    pause_->setCheckable(true);
    grid->setColumnStretch(5, 1);
}

void JobPanel::makeKeys() {
    const auto key = [&](const QKeySequence& keys, auto work) {
        auto* shortcut = new QShortcut(keys, list_);
        shortcut->setContext(Qt::WidgetShortcut);
        connect(shortcut, &QShortcut::activated, this, work);
    };
    key(QKeySequence(Qt::ALT | Qt::Key_Up), [this] { queue_.move(current(), -1); });
    key(QKeySequence(Qt::ALT | Qt::Key_Down), [this] { queue_.move(current(), 1); });
    key(QKeySequence(Qt::Key_Delete), [this] { removeOrCancel(); });
    key(QKeySequence(QKeySequence::Copy), [this] { QApplication::clipboard()->setText(queue_.report(current())); });
}

int JobPanel::current() const { return list_->currentIndex().data(JobQueue::IdRole).toInt(); }

JobQueue::State JobPanel::currentState() const {
    return static_cast<JobQueue::State>(list_->currentIndex().data(JobQueue::StateRole).toInt());
}

void JobPanel::removeOrCancel() {
    const auto state = currentState();
    if (state == JobQueue::State::Running || state == JobQueue::State::Paused) queue_.cancel(current());
    else queue_.remove(current());
}

void JobPanel::showLog() {
    const auto lines = queue_.report(current());
    if (lines == log_->toPlainText()) return;
    log_->setPlainText(lines);
    log_->moveCursor(QTextCursor::End);
    log_->ensureCursorVisible();
}

void JobPanel::refresh() {
    using State = JobQueue::State;
    const auto index = list_->currentIndex();
    const bool there = index.isValid();
    const auto state = currentState();
    const bool waiting = there && state == State::Waiting,
               active = there && (state == State::Running || state == State::Paused);
    cancel_->setEnabled(waiting || active);
    pauseJob_->setEnabled(active && index.data(JobQueue::CommandRole).toBool());
    pauseJob_->setText(active && state == State::Paused ? tr("Go on") : tr("Pause"));
    retry_->setEnabled(there && (state == State::Failed || state == State::Cancelled || state == State::Interrupted));
    up_->setEnabled(waiting);
    down_->setEnabled(waiting);
    remove_->setEnabled(there && !active);
    copy_->setEnabled(there);
    pause_->setChecked(queue_.isPaused());
    clear_->setEnabled(queue_.unfinished() < queue_.rowCount());
}

}  // namespace tintreel::ui
