#pragma once

#include "control/shelf.h"

#include <map>

namespace fohd::control::test {

/// A shelf in memory.
struct FakeShelf : Shelf {
    std::map<std::string, std::string> files;
    std::string word = "ok";

    void write(const std::string& name, Text text, const std::string& instead_of) override
    {
        files[name] = text();
        files.erase(instead_of);
    }
    void remove(const std::string& name) override { files.erase(name); }
    std::string condition() const override { return word; }
    std::vector<std::string> notes() const override { return {"the shelf is made up"}; }
};

} // namespace fohd::control::test
