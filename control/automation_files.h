#pragma once

#include "config/automation_text.h"
#include "control/archive.h"
#include "control/shelf.h"

#include <deque>
#include <map>
#include <memory>
#include <set>

namespace fohd::control {

using AutomationPtr = std::shared_ptr<const config::Automation>;

/// The automations of the state folder, each a file, and the takes of which fohd ended while it recorded. Every question is about the
/// folder as it is now, so the file thread looks, and tend() brings the answer. Control thread.
class AutomationFiles {
public:
    using Names = std::set<std::string>;
    using Then = std::function<void(const Archive::Read&)>;

    static constexpr std::size_t most_asked = 64; ///< At a time.

    /// `changed` is told when other names are there. Both must outlive it.
    AutomationFiles(Shelf& shelf, Archive& archive, std::function<void()> changed);

    /// As they were when somebody looked last.
    const Names& names() const { return names_; }
    bool is_full() const { return asked_.size() >= most_asked; }
    bool busy() const { return !asked_.empty() || !saving_.empty(); }

    /// Looks which there are; and reads one. `then` is called when names() are those of now.
    void look(Then then);
    void read(const std::string& name, Then then);
    void read_take(const std::string& name, Then then);
    void remove(const std::string& name, Then then);

    /// What its file had stays beside it, under another name; the take that was kept of it meanwhile goes.
    void save(const std::string& name, AutomationPtr automation);
    /// What was to be saved under this name and is not yet: a disk is full, or slow. nullptr: nothing.
    AutomationPtr unsaved(const std::string& name) const;

    /// The names of the takes that wait since fohd ended.
    std::future<std::vector<std::string>> takes();
    /// Keeps what is recorded as it comes.
    void append_to_take(const std::string& name, std::string lines);
    /// A take that cannot be played here becomes a file of its own name that people may mend, which is answered.
    std::string give_up_take(const std::string& name, std::string text);
    void remove_take(const std::string& name);

    void tend();

private:
    struct Asked {
        std::future<std::vector<std::string>> names;
        std::future<Archive::Read> text;
        Then then;
    };
    struct Saving {
        AutomationPtr automation;
        std::future<void> saved;
    };
    void ask(std::future<Archive::Read> text, Then then);

    Shelf& shelf_;
    Archive& archive_;
    std::function<void()> changed_;
    Names names_;
    std::deque<Asked> asked_;
    std::map<std::string, Saving> saving_;
};

} // namespace fohd::control
