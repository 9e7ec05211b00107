#ifndef BUILT_IN_FILES_H
#define BUILT_IN_FILES_H

#include <string>

/// The text of a file that a schema may import without the registry having it as a reference, or NULL.
///
/// These are the files that a schema registry knows by itself, but for google/protobuf/, which is in the library. They
/// declare what is on the wire and nothing else.
const char *built_in_file(const std::string &name);

#endif
