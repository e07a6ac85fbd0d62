#pragma once
// What the readers of fohd's own files share.

#include "config/fields.h"

namespace fohd::config {

/// The first line of the file, `KEY: 1`, says what it is.
void check_version(Fields& fields, std::string_view key);

/// The last line of the file, `end: true`, says that it was not cut off between two lines, which would be a good one with less in it.
void check_end(Fields& fields);

/// The texts of a list, none where there is no such key.
std::vector<std::string> read_texts(Fields& fields, std::string_view key);

/// "line 3, column 7: …", or nothing where there is no error.
std::string first_error(Problems& problems);
} // namespace fohd::config
