#pragma once

#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <string>

namespace fohd::test {

/// A folder of its own that goes with the test.
class TempFolder {
public:
    TempFolder()
    {
        path_ = (std::filesystem::temp_directory_path() / "fohd-test-XXXXXX").string();
        if (!mkdtemp(path_.data())) throw std::runtime_error("no temporary folder can be made");
    }
    ~TempFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::string& path() const { return path_; }
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }
    long files() const { return std::distance(std::filesystem::directory_iterator(path_), {}); } ///< Hidden ones too.

private:
    std::string path_;
};

} // namespace fohd::test
