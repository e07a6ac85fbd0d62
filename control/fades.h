#pragma once

#include "control/store.h"

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <optional>
#include <unordered_map>

namespace fohd::control {

/// A value and where it goes.
struct Target {
    int parameter;
    float value;
};

/// When switches and choices change in a fade; what changes the shape of the sound does so at its end in any case.
enum class Switches { start, end };

/// Values on their way: continuous ones in their own taper, in steps that are shorter than the glide of the sound between them.
/// Whoever else writes a value on its way takes it out of the fade. Control thread.
class Fades {
public:
    using Clock = std::chrono::steady_clock;

    static constexpr std::chrono::milliseconds step{8};

    explicit Fades(boost::asio::io_context& context) : timer_(context) {}

    /// Fades go on, by address, but where the file's own value is another now: that counts. The store before still exists.
    void rebind(Store& store);
    /// From where values are, whatever moved them so far. With no time all is there at once.
    void start(const std::vector<Target>& targets, Clock::duration time, Switches switches,
               Clock::time_point now = Clock::now());
    /// The value stays where it is.
    void release(int parameter) { fading_.erase(parameter); }
    /// Where a value is going that is on its way.
    std::optional<float> goal(int parameter) const;
    bool running() const { return !fading_.empty(); }
    /// Moves all to where they are at this time; otherwise a timer does.
    void move(Clock::time_point now);

private:
    struct Fading {
        std::string address;
        float from, to; ///< Positions on the taper.
        float goal;
        bool glides;
        Clock::time_point begin;
        Clock::duration time;
    };
    void set(int parameter, float value);
    void arm();

    Store* store_ = nullptr;
    boost::asio::steady_timer timer_;
    std::unordered_map<int, Fading> fading_; ///< By parameter.
    bool setting_ = false, armed_ = false;
    Store::Listening changes_;
};

} // namespace fohd::control
