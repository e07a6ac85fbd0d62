#pragma once
// Files that are whole whatever happens. All of these wait for the disk.

#include <string>

namespace fohd::daemon {

/// Writes a file so that after a crash or a loss of power it has its old text or its new one: a temporary file beside it, fsync,
/// rename, fsync of the folder. 0, or errno.
int write_safely(const std::string& path, const std::string& text);

/// As write_safely(), and a file that was there with another text stays: as `NAME.1.EXT` for a `NAME.EXT`, or the number after the
/// highest. `kept` is its path, empty where there was none.
int write_beside(const std::string& path, const std::string& text, std::string& kept);

/// Adds to the end of a file, or makes one, so that it is there after a loss of power; nothing of it where it cannot be written whole. 0,
/// or errno.
int append_safely(const std::string& path, const std::string& text);

/// Removes a file and makes that last. 0, also where there was none, or errno.
int remove_safely(const std::string& path);

/// Renames a file that is of no use to `NAME.damaged-TIME`, of which the newest five of a name are kept. The new path, or empty where
/// that is not possible.
std::string set_aside(const std::string& path);

} // namespace fohd::daemon
