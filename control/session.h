#pragma once

#include "control/command_set.h"
#include "control/fades.h"
#include "control/history.h"
#include "control/scene_list.h"
#include "control/state_keeper.h"

namespace fohd::control {

/// How scenes are recalled where nothing else is said; `scenes` in the file.
struct SceneOptions {
    std::vector<std::string> safe; ///< Patterns of what a recall never touches: addresses or what is above them.
    float fade = 0;                ///< s
    Switches switches = Switches::start;
};

/// What the show remembers: scenes, undo and redo, and what is there again after a restart. Lives longer than a graph: everything
/// is kept by address. Control thread.
class Session final : public CommandSet {
public:
    static constexpr float max_fade = 600; ///< s
    static constexpr std::size_t max_safes = 256;

    /// `saved`: as it was at the last stop; its values are restored by whoever makes the store. `shelf` must outlive it.
    Session(boost::asio::io_context& context, Shelf& shelf, SceneOptions options, const config::SavedState& saved);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// What moves from now on; before the service is bound to them, because addresses are added to the space. `orphans`: what restore()
    /// found no address for.
    void rebind(Store& store, AddressSpace& space, std::vector<config::KeptValue> orphans);
    /// Another file is in force.
    void set_options(SceneOptions options) { options_ = std::move(options); }
    /// What restore() takes for the layout of another file.
    std::vector<config::KeptValue> kept() const { return keeper_.kept(); }

    /// The scenes were read from the disk.
    void load(SceneMap scenes);
    /// A MIDI program change: recalls the scene that has this program, if there is one. Any channel.
    void program_change(int channel, int program);
    /// Hands to the shelf what has not been handed to it yet: at the end.
    void save_now() { keeper_.save_now(); }

    std::span<const Command> commands() const override;
    std::string obey(const Message& message, Writer by, const Answer& answer) override;
    void describe(Status& status) override;
    std::vector<std::string> notes() override { return shelf_.notes(); }

private:
    using Arguments = std::vector<Argument>;
    using Row = Obeyed<Session, Writer, const Answer&>;
    static std::span<const Row> table();

    std::string undo(const Arguments&, Writer, const Answer&);
    std::string undo_mine(const Arguments&, Writer, const Answer&);
    std::string redo(const Arguments&, Writer, const Answer&);
    std::string redo_mine(const Arguments&, Writer, const Answer&);
    std::string save(const Arguments&, Writer, const Answer&);
    std::string recall(const Arguments&, Writer, const Answer&);
    std::string remove(const Arguments&, Writer, const Answer&);
    std::string rename(const Arguments&, Writer, const Answer&);
    std::string copy(const Arguments&, Writer, const Answer&);
    std::string next(const Arguments&, Writer, const Answer&);
    std::string previous(const Arguments&, Writer, const Answer&);
    std::string scope(const Arguments&, Writer, const Answer&);
    std::string program(const Arguments&, Writer, const Answer&);
    std::string safe(const Arguments&, Writer, const Answer&);

    std::string step_back(const Arguments& arguments, std::optional<Writer> by, bool forward);
    std::string walk(const Arguments& arguments, int step, Writer by, const Answer& answer);
    /// Sets a scene's values that are in both scopes and not safe.
    std::string recall(const std::string& name, std::optional<float> seconds, const config::SceneScope& narrower,
                       Writer by, const Answer& answer);
    std::string check_scope(const config::SceneScope& scope) const;
    std::vector<Pattern> safes() const;
    void set_current(const std::string& name);
    void list_changed();

    Shelf& shelf_;
    SceneOptions options_;
    std::vector<std::string> safe_by_hand_;
    std::string current_;
    Store* store_ = nullptr;
    AddressSpace* space_ = nullptr;
    SceneList scenes_;
    Fades fades_;
    History history_;
    StateKeeper keeper_;
    int current_entry_ = -1, list_entry_ = -1;
};

} // namespace fohd::control
