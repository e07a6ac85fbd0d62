#include "config/file_text.h"

#include "tests/support/temp_folder.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sys/stat.h>

using namespace fohd::config;

TEST_CASE("a file's text is read up to a limit and a byte beyond")
{
    const fohd::test::TempFolder folder;
    std::ofstream(folder / "text") << "twelve bytes";
    std::ofstream{folder / "empty"};
    CHECK(read_text(folder / "text", 12).text == "twelve bytes");
    CHECK(read_text(folder / "text", 5).text == "twelve");
    CHECK(read_text(folder / "empty", 5).text == "");
}

// Whoever opened a pipe to read would wait until somebody writes.
TEST_CASE("a pipe, a folder and nothing are no text, and each says so")
{
    const fohd::test::TempFolder folder;
    REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
    for (const auto& [name, why] : {std::pair{"pipe", "it is no regular file"}, {"", "it is a directory"}}) {
        const auto read = read_text(folder / name, 100);
        CHECK_FALSE(read.text);
        CHECK(read.error == why);
        CHECK_FALSE(read.missing);
    }
    const auto nothing = read_text(folder / "nothing", 100);
    CHECK_FALSE(nothing.text);
    CHECK(nothing.missing);
    CHECK(nothing.error == "No such file or directory");
}
