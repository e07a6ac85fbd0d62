#pragma once
#include "config/learned_text.h"
#include "control/shelf.h"

#include <chrono>
#include <optional>
#include <set>

namespace fohd::daemon {

/// The file of a processor in the state folder: "learned/input.vox.feedback_suppressor.yaml". Names have no dots.
std::string learned_file_of(const std::string& address);
/// The address of a processor from the stem of its file.
std::string address_of_learned_file(const std::string& stem);

/// Saves what processors have learned. Of those that are gone it stays as it was, for their return. Control thread, which waits for no
/// disk.
class LearnedKeeper {
public:
    using Clock = std::chrono::steady_clock;
    /// What changes again and again waits so long for its file.
    static constexpr std::chrono::milliseconds interval{500};

    /// `shelf` must outlive it.
    explicit LearnedKeeper(control::Shelf& shelf) : shelf_(shelf) {}

    /// A few times a second: what has changed, of all there is.
    void tend(const std::set<std::string>& changed, const config::LearnedMap& all,
              Clock::time_point now = Clock::now());
    /// Hands to the shelf what has not been handed to it.
    void save_now(const config::LearnedMap& all);

private:
    control::Shelf& shelf_;
    std::set<std::string> unsaved_; ///< Addresses.
    std::optional<Clock::time_point> saved_at_;
};

} // namespace fohd::daemon
