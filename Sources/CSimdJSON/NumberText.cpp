#include <charconv>

#include "CSimdJSON.h"

namespace {

template <typename Number>
size_t write(Number value, char *text) {
    // Without a format the shorter of the plain and the scientific form is written, never more than the room asked for.
    return static_cast<size_t>(std::to_chars(text, text + CSIMDJSON_NUMBER_ROOM, value).ptr - text);
}

}  // namespace

size_t csimdjson_write_double(double value, char *text) { return write(value, text); }

size_t csimdjson_write_float(float value, char *text) { return write(value, text); }
