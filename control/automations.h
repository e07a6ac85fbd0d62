#pragma once

#include "control/address_space.h"
#include "control/archive.h"
#include "control/command_set.h"
#include "control/player.h"
#include "control/recording.h"
#include "control/shelf.h"

#include <boost/asio/steady_timer.hpp>
#include <set>

namespace fohd::control {

/// `/automation/…`: plays one automation, records what surfaces move, and keeps the files of all. Lives longer than a graph.
/// Control thread.
class Automations final : public CommandSet {
public:
    static constexpr std::chrono::milliseconds tick{10};
    static constexpr std::size_t most = 1000; ///< files

    /// All must outlive it.
    Automations(boost::asio::io_context& context, Shelf& shelf, Archive& archive);

    /// What is played from now on; before the service is bound to it, because addresses are added to the space. What was before still
    /// exists.
    void rebind(Store& store, AddressSpace& space, const Desk& desk, Performance& performance);
    /// What the configuration says, at start and where it says something else.
    void configure(std::string name, std::shared_ptr<const config::Automation> automation, bool follows);
    /// Ends a recording: at the end of all.
    void save_now();

    std::span<const std::string_view> addresses() const override;
    std::string obey(const Message& message, Writer by, const Answer& answer) override;
    void describe(Status& status) override;
    std::vector<std::string> notes() override;

private:
    using Arguments = std::vector<Argument>;
    struct Command {
        std::string_view address;
        std::string (Automations::*obey)(const Arguments&, const Answer&);
    };
    static std::span<const Command> commands();
    std::string load(const Arguments&, const Answer&);
    std::string play(const Arguments&, const Answer&);
    std::string stop(const Arguments&, const Answer&);
    std::string locate(const Arguments&, const Answer&);
    std::string record(const Arguments&, const Answer&);
    std::string remove(const Arguments&, const Answer&);
    std::string follow(const Arguments&, const Answer&);

    enum class Then { nothing, play, record };
    /// Being read, and what becomes of it.
    struct Loading {
        std::string command, name;
        std::future<Archive::Read> text;
        Then then;
        Answer answer;
    };
    std::string read(std::string_view command, const std::string& name, Then then, const Answer& answer);
    void loaded();
    void take(const std::string& name, std::shared_ptr<const config::Automation> automation);
    void begin_recording();
    void end_recording();
    std::string unknown(const std::string& name) const;
    const char* state() const;
    bool busy() const;
    void tend();
    void arm();
    void tell();

    Shelf& shelf_;
    Archive& archive_;
    boost::asio::steady_timer timer_;
    Player player_;
    Store* store_ = nullptr;
    AddressSpace* space_ = nullptr;
    std::string name_;                           ///< Of what is loaded.
    std::optional<std::set<std::string>> names_; ///< Until they were read nothing.
    std::future<std::vector<std::string>> listing_;
    std::optional<Loading> loading_;
    std::optional<Recording> recording_;
    bool armed_ = false, from_file_ = false; ///< Whether what is loaded is the configuration's.
    int state_entry_ = -1, name_entry_ = -1, list_entry_ = -1, position_entry_ = -1, released_entry_ = -1;
    std::string told_state_;
    std::vector<std::string> told_released_;
    std::chrono::steady_clock::time_point position_told_{};
    double told_position_ = -1;
    std::vector<std::string> notes_;
};

} // namespace fohd::control
