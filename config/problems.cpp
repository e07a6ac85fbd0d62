#include "config/problems.h"
#include <algorithm>

namespace fohd::config {
namespace {

constexpr int max_listed = 500, max_suggestions = 100;
constexpr std::size_t max_word = 64;

/// Levenshtein's distance, with neighbours that changed places counted once, or `limit` + 1 where it is larger.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit)
{
    if ((a.size() > b.size() ? a.size() - b.size() : b.size() - a.size()) > limit) return limit + 1;
    std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::ranges::fill(row, limit + 1); // what is farther than `limit` from the diagonal is too far anyway
        row[0] = i;
        for (std::size_t j = i > limit ? i - limit : 1; j <= std::min(b.size(), i + limit); ++j) {
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        if (*std::ranges::min_element(row) > limit) return limit + 1;
        before.swap(above);
        above.swap(row);
    }
    return above.back();
}
} // namespace

std::string to_line(const Error& error, std::string_view file)
{
    return (error.file.empty() ? std::string(file) : error.file) + ":" + std::to_string(error.line) + ":" +
           std::to_string(error.column) + (error.warning ? ": warning: " : ": error: ") + error.text;
}

void Problems::add(Position at, std::string text, bool warning)
{
    if (!warning) ++errors_;
    if (list_.size() < max_listed)
        list_.push_back({at.line, at.column, std::move(text), warning, {}});
    else if (list_.size() == max_listed)
        list_.push_back({at.line, at.column, "there are more errors; only the first 500 are shown", false, {}});
}

std::vector<Error> Problems::take()
{
    std::ranges::stable_sort(list_);
    list_.erase(std::unique(list_.begin(), list_.end()), list_.end()); // clang 14 cannot build the form in std::ranges.
    return std::move(list_);
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates)
{
    if (word.empty() || word.size() > max_word) return {};
    std::string_view best;
    std::size_t limit = std::min<std::size_t>(3, (word.size() + 1) / 2);
    for (const auto candidate : candidates) {
        const std::size_t distance = edit_distance(word, candidate, limit);
        if (distance > limit || distance >= candidate.size()) continue;
        best = candidate;
        if (distance == 0) break;
        limit = distance - 1;
    }
    return best;
}

std::string Problems::suggestion(std::string_view word, const std::vector<std::string_view>& candidates)
{
    if (++suggestions_ > max_suggestions) return {};
    if (const auto best = nearest(word, candidates); !best.empty()) return ", did you mean " + quoted(best) + "?";
    constexpr std::size_t most = 32;
    std::string list;
    for (std::size_t i = 0; i < std::min(most, candidates.size()); ++i)
        list += (i ? ", " : "; allowed: ") + std::string(candidates[i]);
    return list + (candidates.size() > most ? " …" : "");
}

std::string quoted(std::string_view word)
{
    std::string text(word.substr(0, max_word));
    while (word.size() > text.size() && !text.empty() && (word[text.size()] & 0xc0) == 0x80) text.pop_back();
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    return "`" + text + (text.size() < word.size() ? "…`" : "`");
}
} // namespace fohd::config
