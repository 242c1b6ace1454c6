// SPDX-License-Identifier: Apache-2.0
#include "studio/job_panel.h"

#include <QApplication>
#include <QPainter>
#include <QHBoxLayout>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace tintreel::ui {
namespace {

/// A bar under the text of a job that runs.
class JobDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QStyledItemDelegate::paint(painter, option, index);
        const double progress = index.data(JobQueue::ProgressRole).toDouble();
        if (index.data(JobQueue::StateRole).toInt() != static_cast<int>(JobQueue::State::Running) || progress < 0) return;
        const QRect bar(option.rect.left() + 4, option.rect.bottom() - 3, option.rect.width() - 8, 3);
        painter->fillRect(bar, option.palette.color(QPalette::Mid));
        painter->fillRect(QRect(bar.topLeft(), QSize(static_cast<int>(bar.width() * std::min(1.0, progress)), bar.height())), option.palette.color(QPalette::Highlight));
    }
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        return QStyledItemDelegate::sizeHint(option, index) + QSize(0, 6);
    }
};

}  // namespace

JobPanel::JobPanel(JobQueue& queue, QWidget* parent) : QWidget(parent), queue_(queue), list_(new QListView) {
    list_->setObjectName(QStringLiteral("jobList"));
    list_->setAccessibleName(tr("Jobs"));
    list_->setModel(&queue);
    list_->setItemDelegate(new JobDelegate(list_));
    list_->setWordWrap(true);
    auto* row = new QHBoxLayout;
    const auto button = [&](const char* id, const QString& text, auto work) {
        auto* made = new QPushButton(text);
        made->setObjectName(QString::fromLatin1(id));
        row->addWidget(made);
        connect(made, &QPushButton::clicked, this, work);
        return made;
    };
    cancel_ = button("jobCancel", tr("Cancel"), [this] { queue_.cancel(current()); });
    retry_ = button("jobRetry", tr("Try again"), [this] { queue_.retry(current()); });
    up_ = button("jobUp", tr("Earlier"), [this] { queue_.move(current(), -1); });
    down_ = button("jobDown", tr("Later"), [this] { queue_.move(current(), 1); });
    pause_ = button("jobPause", tr("Hold the queue"), [this] { queue_.setPaused(pause_->isChecked()); });
    pause_->setCheckable(true);
    clear_ = button("jobClear", tr("Clear finished"), [this] { queue_.clearFinished(); });
    row->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(list_);
    column->addLayout(row);
    connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this, &JobPanel::refresh);
    connect(&queue, &QAbstractItemModel::dataChanged, this, &JobPanel::refresh);
    connect(&queue, &QAbstractItemModel::rowsInserted, this, &JobPanel::refresh);
    connect(&queue, &QAbstractItemModel::rowsRemoved, this, &JobPanel::refresh);
    refresh();
}

int JobPanel::current() const { return list_->currentIndex().data(JobQueue::IdRole).toInt(); }

void JobPanel::refresh() {
    const auto index = list_->currentIndex();
    const auto state = static_cast<JobQueue::State>(index.data(JobQueue::StateRole).toInt());
    const bool waiting = index.isValid() && state == JobQueue::State::Waiting;
    cancel_->setEnabled(waiting || (index.isValid() && state == JobQueue::State::Running));
    retry_->setEnabled(index.isValid() && (state == JobQueue::State::Failed || state == JobQueue::State::Cancelled));
    up_->setEnabled(waiting);
    down_->setEnabled(waiting);
    clear_->setEnabled(queue_.unfinished() < queue_.rowCount());
}

}  // namespace tintreel::ui
