// SPDX-License-Identifier: Apache-2.0
#include "training/comparer.h"

#include <cstring>

#include "tintreel/workflow/screen.h"

namespace tintreel::ui {
namespace {

constexpr int kLongSide = 1280;

QImage imageFrom(const RgbImage& rgb) {
    QImage image(rgb.width, rgb.height, QImage::Format_RGB888);
    for (int y = 0; y < rgb.height; ++y)
        std::memcpy(image.scanLine(y), rgb.pixel(0, y), static_cast<std::size_t>(rgb.width) * 3);
    return image;
}

Result<QImage> colored(workflow::FilmOptions film, const Comparer::Side& side, const workflow::FilmPlan& plan,
                       FrameIndex frame, Comparer::Pictures& pictures, JobContext& context) {
    film.networks = side.networks;
    if (!side.run.empty()) {
        TT_ASSIGN(film.networks, workflow::trialOf(side.run, side.networks));
    }
    TT_ASSIGN(auto colorizer, workflow::FilmColorizer::open(film));
    if (context.stopRequested()) return cancelled();
    TT_ASSIGN(auto colors, colorizer.colors(frame, plan));
    if (!colors || colors->stale || colors->unfinished) {
        TT_TRY(colorizer.colorizeScene(plan.sceneOf(frame), plan, context, frame));
        TT_ASSIGN(colors, colorizer.colors(frame, plan));
    }
    if (!colors) return fail(ErrorCode::Failed, "This frame has no colours.");
    TT_ASSIGN(const auto decoded, colorizer.frame(frame));
    const auto size = workflow::shownSize(colorizer.info());
    pictures.shown = {size.width, size.height};
    pictures.source = imageFrom(workflow::sourcePicture(colorizer.info(), decoded, kLongSide));
    return imageFrom(workflow::coloredPicture(colorizer.info(), decoded, colors->ab, kLongSide));
}

}  // namespace

/// Passes progress to the GUI thread while its comparer wants it.
struct Comparer::Context final : JobContext {
    explicit Context(Comparer* comparer) : owner(comparer) {}
    void report(const Progress& p) override {
        QMetaObject::invokeMethod(
            owner,
            [self = owner, this, done = static_cast<int>(p.done), total = static_cast<int>(p.total)] {
                if (self->context_.get() == this) Q_EMIT self->progressed(done, total);
            },
            Qt::QueuedConnection);
    }
    Comparer* owner;
};

Comparer::Comparer(QObject* parent) : QObject(parent) {}

Comparer::~Comparer() {
    cancel();
    if (thread_.joinable()) thread_.join();
}

void Comparer::cancel() {
    if (context_) context_->requestStop();
    context_.reset();
}

void Comparer::compare(const TrainingHost& host, const Side& one, const Side& other) {
    cancel();
    if (thread_.joinable()) thread_.join();  // it answers a stop within a frame
    if (host.project.empty() || !host.film) {
        Q_EMIT failed(tr("Open a film first."));
        return;
    }
    context_ = std::make_shared<Context>(this);
    thread_ = std::jthread(
        [this, context = context_, film = host.film(), plan = host.plan(), frame = host.frame(), one, other] {
            Pictures pictures;
            auto first = colored(film, one, *plan, frame, pictures, *context);
            auto second = first ? colored(film, other, *plan, frame, pictures, *context) : first;
            QMetaObject::invokeMethod(
                this,
                [this, context, pictures, first, second]() mutable {
                    if (context_ != context) return;
                    context_.reset();
                    const auto& bad = first ? second : first;
                    if (!bad) {
                        if (bad.error().code != ErrorCode::Cancelled)
                            Q_EMIT failed(QString::fromStdString(describe(bad.error())));
                        return;
                    }
                    pictures.one = *first;
                    pictures.other = *second;
                    Q_EMIT compared(pictures);
                },
                Qt::QueuedConnection);
        });
}

}  // namespace tintreel::ui
