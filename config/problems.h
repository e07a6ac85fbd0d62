#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace fohd::config {

/// A place in a file, from 1, columns in characters.
struct Position {
    int line = 1, column = 1;
    auto operator<=>(const Position&) const = default;
};

/// What is wrong with a file, or (a warning) what its writer may not have meant.
struct Error {
    int line = 1, column = 1;
    std::string text; ///< One sentence: what is wrong and what is allowed.
    bool warning = false;
    std::string file = {}; ///< Where it is not in the file that was asked about.
    auto operator<=>(const Error&) const = default;
};

/// `FILE:LINE:COL: error: TEXT`, or `warning:`. No newline. `file` is the one that was asked about.
std::string to_line(const Error& error, std::string_view file);

/// Collects every error of a file, so that all are told at once.
class Problems {
public:
    void error(Position at, std::string text) { add(at, std::move(text), false); }
    void warning(Position at, std::string text) { add(at, std::move(text), true); }
    bool has_errors() const { return errors_ > 0; }
    /// ", did you mean `NAME`?", or where nothing is near the candidates that there are: "; allowed: a, b, c". May be empty, and
    /// is after 100 of them: who makes that many mistakes is no typist, and looking for neighbours takes time.
    std::string suggestion(std::string_view word, const std::vector<std::string_view>& candidates);
    /// In the order of the file, each once. A hostile file's list is cut at 500, and the last entry says so.
    std::vector<Error> take();

private:
    void add(Position at, std::string text, bool warning);
    std::vector<Error> list_;
    int errors_ = 0, suggestions_ = 0;
};

/// The candidate most like `word` by edit distance, if any is near enough to be meant; else empty.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

/// The word between backquotes, cut and with control characters shown as `?`, so that it fits into one line.
std::string quoted(std::string_view word);
} // namespace fohd::config
