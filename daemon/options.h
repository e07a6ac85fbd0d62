#pragma once
#include "daemon/commands.h"

#include <charconv>
#include <functional>
#include <map>
#include <optional>

namespace fohd::daemon {

/// The options of a command: `--name value` or `--name=value`, in any order.
class Options {
public:
    /// Takes the value; answers what is wrong with it, or nothing.
    using Take = std::function<std::optional<std::string>(const std::string& value)>;

    explicit Options(std::string command) : command_(std::move(command)) {}
    void on(const std::string& name, Take take) { takes_[name] = std::move(take); }
    /// What stands without an option, e.g. a file.
    void on_word(Take take) { word_ = std::move(take); }

    /// Exit code 2 after a sentence on stderr, or 0.
    int read(const Arguments& arguments) const;
    /// Says what is wrong; answers 2.
    int refuse(const std::string& text) const;

private:
    std::string command_;
    std::map<std::string, Take> takes_;
    Take word_;
};

/// All of the text as a number, or nothing.
template <class T> std::optional<T> number(const std::string& text)
{
    T value{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

} // namespace fohd::daemon
