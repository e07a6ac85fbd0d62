#pragma once

#include <string>
#include <utility>
#include <variant>

namespace fohd::daemon {

/// One clear sentence: what is wrong, where, and what is allowed.
struct Error {
    std::string text;
};

/// A value, or why there is none: what functions return whose input may be bad.
template <class T> class OrError {
public:
    OrError(T value) : content_(std::move(value)) {}
    OrError(Error error) : content_(std::move(error)) {}

    explicit operator bool() const { return content_.index() == 0; }
    T& operator*() { return std::get<0>(content_); }
    const T& operator*() const { return std::get<0>(content_); }
    T* operator->() { return &**this; }
    const T* operator->() const { return &**this; }
    const std::string& error() const { return std::get<1>(content_).text; } ///< Only where there is no value.

private:
    std::variant<T, Error> content_;
};

} // namespace fohd::daemon
