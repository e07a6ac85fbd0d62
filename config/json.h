#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace fohd::config {

/// A JSON value to be written: an object keeps the order of its keys. Numbers that are not finite are written as null.
class Json {
public:
    using Array = std::vector<Json>;
    using Object = std::vector<std::pair<std::string, Json>>;

    Json() = default;
    Json(bool value) : value_(value) {}
    Json(int value) : value_(static_cast<double>(value)) {}
    Json(double value) : value_(value) {}
    Json(float value); ///< As the shortest number that is the same float: 0.1, not 0.10000000149.
    Json(const char* value) : value_(std::string(value)) {}
    Json(std::string_view value) : value_(std::string(value)) {}
    Json(std::string value) : value_(std::move(value)) {}
    Json(Array value) : value_(std::move(value)) {}
    Json(Object value) : value_(std::move(value)) {}

    static Json object(std::initializer_list<std::pair<std::string, Json>> entries = {}) { return Object(entries); }
    static Json array(std::initializer_list<Json> items = {}) { return Array(items); }
    template <class List> static Json strings(const List& list)
    {
        Array items;
        for (const auto& item : list) items.emplace_back(std::string_view(item));
        return items;
    }

    /// Adds to an object, which comes back.
    Json& set(std::string key, Json value);
    /// Adds to an array, which comes back.
    Json& push(Json value);

    /// Indented by two spaces a level, with a line end at the end.
    std::string text() const;

private:
    void write(std::string& to, int level) const;
    std::variant<std::monostate, bool, double, std::string, Array, Object> value_;
};
} // namespace fohd::config
