#pragma once

#include "control/address_space.h"
#include "control/automation_files.h"
#include "control/command_set.h"
#include "control/player.h"
#include "control/recording.h"

#include <boost/asio/steady_timer.hpp>

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
    void configure(std::string name, AutomationPtr automation, bool follows);
    /// Ends a recording: at the end of all.
    void save_now() { end_recording(); }

    std::span<const Command> commands() const override;
    std::string obey(const Message& message, Writer by, const Answer& answer) override;
    void describe(Status& status) override;
    std::vector<std::string> notes() override;

private:
    using Arguments = std::vector<Argument>;
    using Row = Obeyed<Automations, const Answer&>;
    static std::span<const Row> table();
    std::string load(const Arguments&, const Answer&);
    std::string play(const Arguments&, const Answer&);
    std::string stop(const Arguments&, const Answer&);
    std::string locate(const Arguments&, const Answer&);
    std::string record(const Arguments&, const Answer&);
    std::string remove(const Arguments&, const Answer&);
    std::string follow(const Arguments&, const Answer&);
    std::string list(const Arguments&, const Answer&);

    enum class Then { nothing, play, record };
    /// Who wants what to happen with an automation that is being read.
    struct Asked {
        std::string command, name;
        Then then;
        Answer answer;
        int stops; ///< How often `/automation/stop` had come before.

        void error(const std::string& text) const { answer({"/error", {command, text}}); }
    };
    struct Loaded {
        std::string name;
        AutomationPtr automation;
        bool is_configured = false; ///< It is the configuration's.
    };

    std::string fetch(std::string command, const std::string& name, Then then, const Answer& answer);
    void fetched(const Asked& asked, const Archive::Read& read);
    void begin(const Asked& asked, Loaded what);
    void take_up(Loaded what);
    void begin_recording();
    /// Empty, or what whoever ended it should know.
    std::string end_recording();
    void keep_take();
    void recover(const std::string& name, const Archive::Read& take, const Archive::Read& before);
    bool is_starting() const { return takes_.valid() || recovering_ > 0; }
    AutomationFiles::Names names() const;
    std::string unknown(const std::string& name) const;
    void note(std::string text);
    const char* state() const;
    bool busy() const;
    void tend();
    void arm();
    void tell();

    Shelf& shelf_;
    boost::asio::steady_timer timer_;
    AutomationFiles files_;
    Player player_;
    Store* store_ = nullptr;
    AddressSpace* space_ = nullptr;
    Loaded loaded_;
    std::optional<Loaded> before_;                ///< What was loaded before a recording began something new.
    Loaded configured_;                           ///< What the configuration names.
    std::future<std::vector<std::string>> takes_; ///< Of which fohd ended, until they are listed.
    int recovering_ = 0;                          ///< So many of them are being read.
    std::optional<Recording> recording_;
    std::chrono::steady_clock::time_point take_kept_{};
    int stops_ = 0;
    bool armed_ = false;
    int state_entry_ = -1, name_entry_ = -1, list_entry_ = -1, position_entry_ = -1, released_entry_ = -1;
    std::string told_state_;
    std::vector<std::string> told_released_;
    std::chrono::steady_clock::time_point position_told_{};
    double told_position_ = -1;
    std::vector<std::string> notes_;
};

} // namespace fohd::control
