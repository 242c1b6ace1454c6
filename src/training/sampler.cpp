// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "training/stage.h"

namespace tintreel::training {

Sampler::Sampler(const std::vector<std::shared_ptr<const Shard>>& shards, const std::map<std::string, double>& weights, bool clips, const std::string& split) {
    std::map<std::string, double> counts;
    for (const auto& shard : shards)
        for (std::size_t i = 0; i < shard->items().size(); ++i) {
            const auto& item = shard->items()[i];
            if (item.clip != clips || item.split != split || item.pictures.empty()) continue;
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

const Sampler::Ref& Sampler::draw(Rng& rng) const {
    const double at = uniform(rng, 0, cumulative_.back());
    const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), at);
    return refs_[static_cast<std::size_t>(std::min(found - cumulative_.begin(), std::ptrdiff_t(refs_.size()) - 1))];
}

}  // namespace tintreel::training
