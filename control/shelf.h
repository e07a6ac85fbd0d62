#pragma once

#include <functional>
#include <string>
#include <vector>

namespace fohd::control {

/// Where texts are put that must be there after a restart; daemon implements it with a folder and a thread that waits for
/// the disk. Control thread; returns at once. What cannot be written is tried again, and said in condition().
class Shelf {
public:
    /// Makes the text, on the thread that writes it.
    using Text = std::function<std::string()>;

    virtual ~Shelf() = default;
    /// The file of this name, below the folder, has this text: the old one or the new one whole, whatever happens. Of several for one
    /// name only the newest need be written. `instead_of`: the name of a file that goes once this one is there.
    virtual void write(const std::string& name, Text text, const std::string& instead_of = {}) = 0;
    virtual void remove(const std::string& name) = 0;
    /// A word for `/status`: `ok`, or why nothing is saved.
    virtual std::string condition() const = 0;
    /// What somebody who asks should know, a sentence each.
    virtual std::vector<std::string> notes() const = 0;
};

} // namespace fohd::control
