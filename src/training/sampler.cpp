// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "training/stage.h"

namespace tintreel::training {

Sampler::Sampler(const std::vector<std::shared_ptr<const Shard>>& shards, const std::map<std::string, double>& weights,
                 bool clips, const std::string& split) {
    std::map<std::string, double> counts;
    for (const auto& shard : shards)
        for (std::size_t i = 0; i < shard->items().size(); ++i) {
            const auto& item = shard->items()[i];
            // In a clip of one frame there is nothing to be carried.
            if (item.clip != clips || item.split != split || item.pictures.size() < (clips ? 2 : 1)) continue;
            refs_.push_back({shard.get(), i});
            counts[item.set] += 1;
        }
    double total = 0;
    for (const auto& ref : refs_) {
        const auto& set = ref.info().set;
        const auto named = weights.find(set);
        // Where weights are given, they are shares of the sets; else every item counts the same.
        total += weights.empty() ? 1.0 : (named == weights.end() ? 0.0 : named->second / counts[set]);
        cumulative_.push_back(total);
    }
    if (total <= 0) refs_.clear();
}

void Sampler::mixIn(Sampler other, double share) {
    other_ = std::make_shared<const Sampler>(std::move(other));
    share_ = share;
}

const Sampler::Ref& Sampler::draw(Rng& rng) const {
    if (other_ && !other_->empty() && (refs_.empty() || chance(rng, share_))) return other_->draw(rng);
    const double at = uniform(rng, 0, cumulative_.back());
    const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), at);
    return refs_[static_cast<std::size_t>(std::min(found - cumulative_.begin(), std::ptrdiff_t(refs_.size()) - 1))];
}

Result<std::shared_ptr<const RgbImage>> Sampler::drawPicture(Rng& rng) const {
    constexpr int kTries = 50;
    for (int i = 0;; ++i) {
        auto picture = draw(rng).picture(0);
        if (picture || i == kTries) return picture;
    }
}

Sampler StageContext::trainingItems(bool clips) const {
    Sampler items(shards, options.weights, clips, "train");
    if (options.rehearsalShare <= 0) return items;
    Sampler others(rehearsal, options.weights, clips, "train");
    if (others.empty())
        others = Sampler(rehearsal, {}, clips, "train");  // the weights name the sets of one's own shards alone
    items.mixIn(std::move(others), options.rehearsalShare);
    return items;
}

}  // namespace tintreel::training
