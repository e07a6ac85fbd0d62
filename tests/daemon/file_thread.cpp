#include "daemon/file_thread.h"
#include "config/file_text.h"
#include "daemon/safe_file.h"

#include "tests/support/temp_folder.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <future>
#include <mutex>
#include <vector>

using namespace fohd::daemon;
using fohd::config::read_text;
using fohd::test::TempFolder;

TEST_CASE("files: jobs are done in order, the newest of a key alone where the first has not begun")
{
    FileThread files;
    std::promise<void> go, begun;
    std::vector<int> done; // by the file thread alone
    files.post("gate", [&] {
        begun.set_value();
        go.get_future().wait();
        return true;
    });
    begun.get_future().wait();
    for (int i = 0; i < 3; ++i)
        files.post("a", [&, i] {
            done.push_back(i);
            return true;
        });
    files.post("b", [&] {
        done.push_back(10);
        return true;
    });
    go.set_value();
    CHECK(files.finish(std::chrono::seconds(60)));
    CHECK(done == std::vector<int>{2, 10});
}

TEST_CASE("files: what fails is tried again, and gives way to what is newer")
{
    FileThread files;
    std::promise<void> again;
    int tries = 0;
    files.post("a", [&] {
        if (++tries == 2) again.set_value();
        return tries == 2;
    });
    CHECK(again.get_future().wait_for(std::chrono::seconds(60)) == std::future_status::ready);
    std::promise<void> failed, newer;
    files.post("b", [&] {
        failed.set_value(); // a second time it would throw
        return false;
    });
    failed.get_future().wait();
    files.post("b", [&] {
        newer.set_value();
        return true;
    });
    CHECK(newer.get_future().wait_for(std::chrono::seconds(60)) == std::future_status::ready);
    CHECK(files.finish(std::chrono::seconds(60)));
}

TEST_CASE("files: a disk that hangs does not keep the program")
{
    const auto never = std::make_shared<std::promise<void>>();
    {
        FileThread files;
        files.post("a", [never, waits = never->get_future().share()] {
            waits.wait();
            return true;
        });
        CHECK_FALSE(files.finish(std::chrono::milliseconds(10)));
    }
    never->set_value();
}

TEST_CASE("files: a file is written whole or not at all, and nothing is left beside it")
{
    const TempFolder folder;
    const std::string path = folder / "state.yaml";
    REQUIRE(write_safely(path, "one\n") == 0);
    REQUIRE(write_safely(path, "two\n") == 0);
    CHECK(read_text(path, 100).text == "two\n");
    CHECK(folder.files() == 1);
    CHECK(read_text(path, 2).text->size() == 3);
    CHECK(write_safely(folder / "none/state.yaml", "x") == ENOENT);
    CHECK(remove_safely(path) == 0);
    CHECK(remove_safely(path) == 0);
    CHECK(read_text(path, 100).missing);
}

TEST_CASE("files: of damaged ones the newest five are kept")
{
    const TempFolder folder;
    const std::string path = folder / "state.yaml";
    for (int i = 0; i < 8; ++i) {
        std::ofstream(path) << i;
        const std::string aside = set_aside(path);
        CHECK(read_text(aside, 100).text == std::to_string(i));
    }
    CHECK(folder.files() == 5);
    CHECK(set_aside(path).empty());
}
