#include "control/fades.h"

#include <boost/asio/io_context.hpp>

namespace fohd::control {

void Fades::rebind(Store& store)
{
    std::unordered_map<int, Fading> again;
    const auto initial = [](const Store& of, int parameter) {
        return of.layout().parameters[static_cast<std::size_t>(parameter)].initial;
    };
    for (auto& [parameter, fading] : fading_)
        if (const int now = store.layout().find(fading.address);
            now >= 0 && initial(store, now) == initial(*store_, parameter))
            again.emplace(now, std::move(fading));
    fading_ = std::move(again);
    store_ = &store;
    changes_ = store.on_change([this](const Change& change) {
        if (!setting_ && !change.followed) release(change.parameter); // a recall wins over an automation
    });
}

void Fades::start(const std::vector<Target>& targets, Clock::duration time, Switches switches, Clock::time_point now)
{
    const Store::Batch one_deed(*store_);
    for (const auto& [parameter, value] : targets) {
        const auto& [address, spec, initial, slice] = store_->layout().parameters[static_cast<std::size_t>(parameter)];
        const bool is_switch = spec->unit == dsp::Unit::toggle || spec->unit == dsp::Unit::choice;
        const bool reshapes = spec->glide == dsp::Glide::rebuild;
        release(parameter);
        if (time <= time.zero() || (is_switch && !reshapes && switches == Switches::start)) {
            set(parameter, value);
        } else if (const float from = store_->value(parameter); from != value) {
            fading_.insert_or_assign(parameter, Fading{address, dsp::to_norm(*spec, from), dsp::to_norm(*spec, value),
                                                       value, !is_switch && !reshapes, now, time});
        }
    }
    arm();
}

void Fades::set(int parameter, float value)
{
    setting_ = true;
    store_->set(parameter, value, 0);
    setting_ = false;
}

std::optional<float> Fades::goal(int parameter) const
{
    const auto found = fading_.find(parameter);
    return found == fading_.end() ? std::nullopt : std::optional(found->second.goal);
}

void Fades::move(Clock::time_point now)
{
    const Store::Batch one_deed(*store_);
    for (auto at = fading_.begin(); at != fading_.end();) {
        const auto& [parameter, fading] = *at;
        const float done = std::chrono::duration<float>(now - fading.begin) / fading.time;
        if (done >= 1) {
            set(parameter, fading.goal);
            at = fading_.erase(at);
            continue;
        }
        const auto& spec = *store_->layout().parameters[static_cast<std::size_t>(parameter)].spec;
        if (fading.glides && done > 0)
            set(parameter, dsp::from_norm(spec, fading.from + done * (fading.to - fading.from)));
        ++at;
    }
}

void Fades::arm()
{
    if (fading_.empty() || std::exchange(armed_, true)) return;
    timer_.expires_after(step);
    timer_.async_wait([this](boost::system::error_code failure) {
        armed_ = false;
        if (failure) return;
        move(Clock::now());
        arm();
    });
}

} // namespace fohd::control
