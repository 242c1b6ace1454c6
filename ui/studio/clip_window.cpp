// SPDX-License-Identifier: Apache-2.0
#include "studio/clip_window.h"

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QMenuBar>
#include <QMimeData>
#include <QStatusBar>
#include <QVBoxLayout>

namespace tintreel::ui {

ClipWindow::ClipWindow(QWidget* parent)
    : QMainWindow(parent), picture_(new QLabel(tr("Open a film from the File menu, or drop one here."))), slider_(new QSlider(Qt::Horizontal)), position_(new QLabel), description_(new QLabel) {
    setWindowTitle(tr("Tintreel Studio"));
    setAcceptDrops(true);
    resize(1000, 700);
    picture_->setObjectName(QStringLiteral("picture"));
    picture_->setAccessibleName(tr("Frame of the film"));
    picture_->setAlignment(Qt::AlignCenter);
    picture_->setMinimumSize(160, 120);
    slider_->setObjectName(QStringLiteral("slider"));
    slider_->setAccessibleName(tr("Frame number"));
    slider_->setEnabled(false);
    position_->setObjectName(QStringLiteral("position"));
    auto* column = new QVBoxLayout;
    column->addWidget(picture_, 1);
    column->addWidget(slider_);
    auto* central = new QWidget;
    central->setLayout(column);
    setCentralWidget(central);
    statusBar()->addWidget(position_);
    statusBar()->addPermanentWidget(description_);
    auto* file = menuBar()->addMenu(tr("&File"));
    file->addAction(tr("&Open…"), QKeySequence::Open, this, &ClipWindow::chooseFile);
    file->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);
    connect(slider_, &QSlider::valueChanged, this, [this](int frame) {
        if (loader_) loader_->request(frame);
    });
}

void ClipWindow::open(const QString& path) {
    loader_.reset();
    image_ = {};
    auto reader = media::FrameReader::open(path.toStdString());
    if (!reader) {
        slider_->setEnabled(false);
        picture_->setText(QString::fromStdString(describe(reader.error())));
        return;
    }
    const auto& info = reader->info();
    setWindowTitle(tr("%1 — Tintreel Studio").arg(path));
    description_->setText(QStringLiteral("%1×%2 %3 %4").arg(info.width).arg(info.height).arg(QString::fromStdString(info.layout.name), QString::fromStdString(info.container)));
    slider_->setRange(0, static_cast<int>(std::max<std::int64_t>(info.expectedFrames, 1) - 1));
    slider_->setValue(0);
    slider_->setEnabled(true);
    loader_ = std::make_unique<FrameLoader>(std::move(*reader));
    connect(loader_.get(), &FrameLoader::loaded, this, &ClipWindow::show);
    connect(loader_.get(), &FrameLoader::failed, picture_, &QLabel::setText);
    loader_->request(0);
}

void ClipWindow::show(qlonglong frame, const QImage& image) {
    image_ = image;
    position_->setText(tr("frame %1 of %2").arg(frame).arg(slider_->maximum() + 1));
    fit();
}

void ClipWindow::fit() {
    if (!image_.isNull()) picture_->setPixmap(QPixmap::fromImage(image_.scaled(picture_->size(), Qt::KeepAspectRatio, Qt::SmoothTransformation)));
}

void ClipWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    fit();
}

void ClipWindow::chooseFile() {
    const auto path = QFileDialog::getOpenFileName(this, tr("Open a film"));
    if (!path.isEmpty()) open(path);
}

void ClipWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void ClipWindow::dropEvent(QDropEvent* event) {
    const auto urls = event->mimeData()->urls();
    if (!urls.isEmpty()) open(urls.first().toLocalFile());
}

}  // namespace tintreel::ui
