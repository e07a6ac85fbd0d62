#pragma once

#include "control/command.h"
#include "control/host.h"
#include "control/store.h"

#include <functional>
#include <span>
#include <string_view>

namespace fohd::control {

/// Messages that are no values: somebody who obeys some of them. Control thread; must not wait.
class CommandSet {
public:
    /// May be kept and called later, on the control thread, as long as the service lives.
    using Answer = std::function<void(const Message&)>;

    /// What it obeys; always the same.
    virtual std::span<const Command> commands() const = 0;
    /// Does what one of these asks, answers to who asked, `by`. Its arguments fit, and no button is let go. Empty, or one sentence
    /// that says why not.
    virtual std::string obey(const Message& message, Writer by, const Answer& answer) = 0;
    /// What it has to say in `/status/text` and `/info`.
    virtual void describe(Status& status) = 0;
    virtual std::vector<std::string> notes() = 0;

protected:
    ~CommandSet() = default;
};

} // namespace fohd::control
