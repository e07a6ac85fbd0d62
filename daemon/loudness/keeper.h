#pragma once
#include "config/loudness_text.h"
#include "control/shelf.h"
#include "daemon/loudness/tap.h"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fohd::daemon::loudness {

/// What was kept, by the address of the strip: "/bus/main".
using KeptLoudness = std::map<std::string, config::Integration>;

/// The file of a strip in the state folder: "loudness/bus-main.yaml".
std::string file_of(const std::string& address);
/// The address of a strip from the stem of its file.
std::string address_of_file(const std::string& stem);

/// Saves what the meters of strips with `loudness: keep` have integrated, and has them go on from it. Control thread, which waits for
/// no disk: texts are made on the shelf's thread.
class Keeper {
public:
    using Clock = std::chrono::steady_clock;

    /// How long what changes all the time waits for its file. With the writing, no more than 10 s are lost whatever happens.
    static constexpr std::chrono::seconds interval{9};
    /// Of strips that are gone: what is kept for their return. Beyond, the first by name is forgotten.
    static constexpr std::size_t max_absent = 512;

    /// `kept`: as it was at the last stop. `shelf` must outlive it.
    Keeper(control::Shelf& shelf, KeptLoudness kept);

    /// A strip that is there, whether its loudness is kept, and where what is heard of it is measured, if it is.
    struct Strip {
        std::string address;
        bool is_kept;
        std::shared_ptr<Tap> tap;
    };
    /// These are there from now on. A kept one goes on where it stopped, also when it was gone or has another tap; with another
    /// number of channels it begins anew, which is logged. What is not kept any more is forgotten.
    void rebind(const std::vector<Strip>& strips);

    /// A few times a second: saves what has changed since the last interval, and at once what was reset.
    void tend(Clock::time_point now = Clock::now());
    /// Hands to the shelf what has not been handed to it.
    void save_now();

private:
    struct Kept {
        std::shared_ptr<Tap> tap;
        std::optional<std::uint64_t> saved; ///< Its changes() by then.
        std::uint64_t resets = 0;
    };
    void save(const std::string& address, Kept& kept);
    void part_with(const std::string& address, Tap& tap);
    void go_on(const std::string& address, Tap& tap);
    void forget(const std::string& address);

    control::Shelf& shelf_;
    KeptLoudness absent_; ///< Of strips that are not there, or not yet.
    std::map<std::string, Kept> kept_;
    std::optional<Clock::time_point> saved_at_;
};

} // namespace fohd::daemon::loudness
