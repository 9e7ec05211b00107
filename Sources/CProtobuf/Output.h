#ifndef OUTPUT_H
#define OUTPUT_H

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "Wire.h"

/// Writes JSON text into lent memory and counts what does not fit.
class Output {
  public:
    Output(uint8_t *memory, size_t capacity) : memory(memory), capacity(capacity) {}

    /// Bytes that were written, or would have been, had there been room.
    size_t count() const { return length; }
    bool has_overflowed() const { return length > capacity; }

    void byte(char value) {
        if (length < capacity) { memory[length] = uint8_t(value); }
        length++;
    }
    void bytes(const void *from, size_t size) {
        // Once something did not fit, nothing fits any more: the length stays beyond the capacity.
        if (length <= capacity && size <= capacity - length) { memcpy(memory + length, from, size); }
        length += size;
    }
    void text(const std::string &value) { bytes(value.data(), value.size()); }
    template <size_t size> void text(const char (&value)[size]) { bytes(value, size - 1); }
    void boolean(bool value) {
        if (value) {
            text("true");
        } else {
            text("false");
        }
    }
    void integer(int64_t value);
    void integer(uint64_t value);
    /// The shortest text that gives the same value of that width; NaN and the infinities as strings.
    void number(double value);
    void number(float value);
    /// Standard alphabet, padded, with quotes.
    void base64(Span value);
    /// Escaped, with quotes; false when the text is not valid UTF-8.
    bool string(Span value) {
        byte('"');
        if (!escaped(value)) { return false; }
        byte('"');
        return true;
    }
    /// The same without quotes.
    bool escaped(Span value);

  private:
    uint8_t *memory;
    size_t capacity;
    size_t length = 0;

    template <typename Number> void floating(Number value);
    void escape(uint8_t value);
};

#endif
