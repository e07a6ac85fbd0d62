#include "control/history.h"

#include "control/cover.h"

#include <algorithm>

namespace fohd::control {

History::History(Set set, std::function<Clock::time_point()> now) : set_(std::move(set)), now_(std::move(now)) {}

void History::rebind(Store& store)
{
    seal();
    store_ = &store;
    for (std::size_t a = 0; a < addresses_.size(); ++a) parameters_[a] = store.layout().find(addresses_[a]);
    address_of_parameter_.assign(store.layout().parameters.size(), -1);
    changes_ = store.on_change([this](const Change& change) {
        if (change.by != 0) changed(change);
    });
}

int History::address_of(int parameter)
{
    const auto p = static_cast<std::size_t>(parameter);
    if (address_of_parameter_[p] >= 0) return address_of_parameter_[p];
    const std::string& text = store_->layout().parameters[p].address;
    auto known = by_address_.find(text);
    if (known == by_address_.end()) {
        addresses_.push_back(text);
        parameters_.push_back(parameter);
        known = by_address_.emplace(addresses_.back(), static_cast<int>(addresses_.size()) - 1).first;
    }
    return address_of_parameter_[p] = known->second;
}

void History::changed(const Change& change)
{
    undone_.clear();
    const bool belongs = is_open_ && change.batch != 0 && steps_.back().batch == change.batch;
    if (!belongs) {
        seal();
        steps_.push_back({change.by, {}, change.batch, true, {}});
        is_open_ = true;
    }
    Step& step = steps_.back();
    step.last = now_();
    const auto unit = store_->layout().parameters[static_cast<std::size_t>(change.parameter)].spec->unit;
    step.glides = step.glides && unit != dsp::Unit::toggle && unit != dsp::Unit::choice;
    const int address = address_of(change.parameter);
    const auto [place, is_new] = open_moves_.try_emplace(address, step.moves.size());
    if (is_new) {
        step.moves.push_back({address, change.before, change.after});
        ++moves_;
    } else {
        step.moves[place->second].after = change.after;
    }
}

void History::add(Writer by, const std::vector<Change>& changes)
{
    undone_.clear();
    seal();
    Step step{by, now_(), 0, false, {}};
    for (const Change& change : changes)
        step.moves.push_back({address_of(change.parameter), change.before, change.after});
    append(std::move(step));
}

void History::append(Step step)
{
    std::erase_if(step.moves, [](const Move& move) { return move.before == move.after; });
    if (step.moves.empty()) return;
    std::ranges::sort(step.moves, {}, &Move::address);
    moves_ += step.moves.size();
    steps_.push_back(std::move(step));
    trim();
}

void History::trim()
{
    while (steps_.size() > max_steps || (moves_ > max_moves && steps_.size() > 1)) {
        moves_ -= steps_.front().moves.size();
        steps_.pop_front();
    }
}

void History::seal()
{
    if (!std::exchange(is_open_, false)) return;
    open_moves_.clear();
    Step step = std::move(steps_.back());
    steps_.pop_back();
    moves_ -= step.moves.size();
    std::ranges::sort(step.moves, {}, &Move::address);
    const auto same = [](const Move& a, const Move& b) { return a.address == b.address; };
    for (auto earlier = steps_.rbegin(); earlier != steps_.rend() && step.glides; ++earlier) {
        if (step.last - earlier->last >= pause) break;
        if (earlier->by == step.by && earlier->glides && std::ranges::equal(earlier->moves, step.moves, same)) {
            for (std::size_t m = 0; m < step.moves.size(); ++m) earlier->moves[m].after = step.moves[m].after;
            earlier->last = step.last;
            return;
        }
        const bool touches = std::ranges::any_of(step.moves, [&](const Move& move) {
            return std::ranges::binary_search(earlier->moves, move.address, {}, &Move::address);
        });
        if (touches) break;
    }
    append(std::move(step));
}

bool History::is_meant(const StepFilter& filter, const Step& step, const Move& move) const
{
    if (filter.by && *filter.by != step.by) return false;
    const auto a = static_cast<std::size_t>(move.address);
    return parameters_[a] >= 0 && (!filter.pattern || covers(*filter.pattern, addresses_[a]));
}

bool History::undo(const StepFilter& filter)
{
    seal();
    std::vector<char> touched_later(addresses_.size());
    for (auto at = steps_.size(); at-- > 0;) {
        Step& step = steps_[at];
        std::vector<Move> back, left;
        for (const Move& move : step.moves) {
            auto& later = touched_later[static_cast<std::size_t>(move.address)];
            const bool moved = move.before != move.after;
            (moved && !later && is_meant(filter, step, move) ? back : left).push_back(move);
            later = true;
        }
        if (back.empty()) continue;
        for (const Move& move : back) set_(parameters_[static_cast<std::size_t>(move.address)], move.before);
        moves_ -= back.size();
        undone_.push_back({step.by, step.last, 0, false, std::move(back)});
        step.moves = std::move(left);
        if (step.moves.empty()) steps_.erase(steps_.begin() + static_cast<std::ptrdiff_t>(at));
        return true;
    }
    return false;
}

bool History::redo(const StepFilter& filter)
{
    seal();
    for (auto at = undone_.size(); at-- > 0;) {
        Step& step = undone_[at];
        Step again{step.by, now_(), 0, false, {}};
        std::erase_if(step.moves, [&](const Move& move) {
            if (!is_meant(filter, step, move)) return false;
            const int parameter = parameters_[static_cast<std::size_t>(move.address)];
            again.moves.push_back({move.address, store_->value(parameter), move.after});
            return true;
        });
        if (again.moves.empty()) continue;
        if (step.moves.empty()) undone_.erase(undone_.begin() + static_cast<std::ptrdiff_t>(at));
        for (const Move& move : again.moves) set_(parameters_[static_cast<std::size_t>(move.address)], move.after);
        append(std::move(again));
        return true;
    }
    return false;
}

std::size_t History::undo_steps()
{
    seal();
    return steps_.size();
}

} // namespace fohd::control
