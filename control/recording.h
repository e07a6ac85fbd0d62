#pragma once

#include "control/store.h"
#include "control/take.h"

namespace fohd::control {

/// What surfaces move while it lives, with its time in what plays. Control thread.
class Recording {
public:
    static constexpr std::size_t most_moves = 1'000'000;

    /// `seconds` of a move that happens now; nothing while time stands still, and then nothing is recorded.
    Recording(Store& store, std::function<std::optional<double>()> seconds);

    /// Another graph's values from now on; what was recorded stays, by address.
    void rebind(Store& store);
    /// There is no room for more.
    bool full() const { return moves_ >= most_moves; }
    bool empty() const { return moves_ == 0; }

    const Take& take() const { return take_; }
    /// The lines of the moves since the last call.
    std::string fresh_lines();

private:
    void changed(const Change& change);

    Store* store_;
    std::function<std::optional<double>()> seconds_;
    Take take_;
    std::string fresh_;
    std::size_t moves_ = 0;
    Store::Listening changes_;
};

} // namespace fohd::control
