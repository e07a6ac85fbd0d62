#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

namespace fohd::control {

/// Who is told of something. A listener hears as long as it keeps what add() gave it, and either may go first. One thread.
template <class... Arguments> class Listeners {
public:
    using Listener = std::function<void(Arguments...)>;
    /// Its end is the end of listening.
    using Listening = std::shared_ptr<const Listener>;

    [[nodiscard]] Listening add(Listener listener)
    {
        auto listening = std::make_shared<const Listener>(std::move(listener));
        listeners_.push_back(listening);
        return listening;
    }

    /// In the order in which they came. A listener may not add another one from within.
    void tell(Arguments... arguments)
    {
        bool gone = false;
        for (const auto& each : listeners_) {
            if (const auto listener = each.lock())
                (*listener)(arguments...);
            else
                gone = true;
        }
        if (gone) std::erase_if(listeners_, [](const auto& each) { return each.expired(); });
    }

private:
    std::vector<std::weak_ptr<const Listener>> listeners_;
};

} // namespace fohd::control
