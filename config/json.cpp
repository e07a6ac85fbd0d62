#include "config/json.h"
#include <array>
#include <charconv>
#include <cmath>

namespace fohd::config {
namespace {

void write_number(std::string& to, double value)
{
    if (!std::isfinite(value)) {
        to += "null";
        return;
    }
    std::array<char, 32> digits{};
    to.append(digits.data(), std::to_chars(digits.begin(), digits.end(), value).ptr);
}

void write_string(std::string& to, std::string_view text)
{
    constexpr char hex[] = "0123456789abcdef";
    to += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\')
            (to += '\\') += c;
        else if (c == '\n')
            to += "\\n";
        else if (static_cast<unsigned char>(c) < 0x20)
            ((to += "\\u00") += hex[c >> 4]) += hex[c & 15];
        else
            to += c;
    }
    to += '"';
}

void write_line(std::string& to, int level) { to.append("\n").append(static_cast<std::size_t>(2 * level), ' '); }
} // namespace

Json::Json(float value) : value_(static_cast<double>(value))
{
    if (!std::isfinite(value)) return;
    std::array<char, 32> digits{};
    double shortest = 0;
    std::from_chars(digits.data(), std::to_chars(digits.begin(), digits.end(), value).ptr, shortest);
    value_ = shortest;
}

Json& Json::set(std::string key, Json value)
{
    std::get<Object>(value_).emplace_back(std::move(key), std::move(value));
    return *this;
}

Json& Json::push(Json value)
{
    std::get<Array>(value_).push_back(std::move(value));
    return *this;
}

std::string Json::text() const
{
    std::string to;
    write(to, 0);
    return to += '\n';
}

void Json::write(std::string& to, int level) const
{
    const auto close = [&](bool empty, char bracket) {
        if (!empty) write_line(to, level);
        to += bracket;
    };
    if (const auto* flag = std::get_if<bool>(&value_))
        to += *flag ? "true" : "false";
    else if (const auto* number = std::get_if<double>(&value_))
        write_number(to, *number);
    else if (const auto* string = std::get_if<std::string>(&value_))
        write_string(to, *string);
    else if (const auto* array = std::get_if<Array>(&value_)) {
        to += '[';
        for (const Json& item : *array) {
            if (&item != &array->front()) to += ',';
            write_line(to, level + 1);
            item.write(to, level + 1);
        }
        close(array->empty(), ']');
    } else if (const auto* object = std::get_if<Object>(&value_)) {
        to += '{';
        for (const auto& entry : *object) {
            if (&entry != &object->front()) to += ',';
            write_line(to, level + 1);
            write_string(to, entry.first);
            to += ": ";
            entry.second.write(to, level + 1);
        }
        close(object->empty(), '}');
    } else
        to += "null";
}
} // namespace fohd::config
