#pragma once
#include "daemon/backends/program_changes.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

namespace fohd::daemon {

/// Takes program changes from the audio thread every 10 ms; that never wakes anybody. Control thread.
class ProgramInput {
public:
    using Take = std::function<void(int channel, int program)>;

    /// `changes` may be null: nothing comes.
    ProgramInput(boost::asio::io_context& context, std::shared_ptr<ProgramChanges> changes, Take take)
        : changes_(std::move(changes)), take_(std::move(take)), timer_(context)
    {
        if (changes_) look();
    }

private:
    void look()
    {
        for (ProgramChange change; changes_->read({&change, 1}) == 1;) take_(change.channel, change.program);
        timer_.expires_after(std::chrono::milliseconds(10));
        timer_.async_wait([this](const boost::system::error_code& failure) {
            if (!failure) look();
        });
    }

    std::shared_ptr<ProgramChanges> changes_;
    Take take_;
    boost::asio::steady_timer timer_;
};

} // namespace fohd::daemon
