#ifndef WIRE_H
#define WIRE_H

#include <cstddef>
#include <cstdint>
#include <cstring>

/// Bytes that are not this object's own.
struct Span {
    const uint8_t *begin = nullptr, *end = nullptr;

    size_t size() const { return size_t(end - begin); }
};

/// The wire types of fields (protobuf.dev/programming-guides/encoding).
enum class WireType : uint8_t { varint = 0, fixed64 = 1, bytes = 2, group = 3, group_end = 4, fixed32 = 5 };

/// Reads the parts of a message; a reason says what is wrong where `place` then is.
struct Wire {
    const uint8_t *place, *end;

    explicit Wire(Span span) : place(span.begin), end(span.end) {}

    bool is_at_end() const { return place == end; }

    /// Reads a number of at most ten bytes; bits beyond 64 are dropped, as everywhere.
    const char *varint(uint64_t &value) {
        if (place < end && *place < 0x80) {
            value = *place++;
            return nullptr;
        }
        uint64_t result = 0;
        const uint8_t *next = place;
        for (unsigned shift = 0; shift < 70; shift += 7) {
            if (next == end) { return "a number goes beyond the end"; }
            const uint8_t byte = *next++;
            result |= uint64_t(byte & 0x7F) << shift;
            if (byte < 0x80) {
                value = result;
                place = next;
                return nullptr;
            }
        }
        return "a number has more than ten bytes";
    }

    const char *tag(uint32_t &number, WireType &type) {
        const uint8_t *const start = place;
        uint64_t value;
        if (const char *reason = varint(value)) { return reason; }
        number = uint32_t(value >> 3);
        type = WireType(value & 7);
        if (value <= UINT32_MAX && number > 0) { return nullptr; }
        place = start;
        return "a field has a number that none may have";
    }

    const char *bytes(Span &span) {
        const uint8_t *const start = place;
        uint64_t size;
        if (const char *reason = varint(size)) { return reason; }
        if (size > uint64_t(end - place)) {
            place = start;
            return "a length goes beyond the end";
        }
        span = {place, place + size};
        place += size;
        return nullptr;
    }

    template <typename Number> const char *fixed(uint64_t &value) {
        if (size_t(end - place) < sizeof(Number)) { return "a number goes beyond the end"; }
        // Protobuf is little-endian, and so is every machine that this is built for.
        Number number;
        memcpy(&number, place, sizeof number);
        value = number;
        place += sizeof number;
        return nullptr;
    }

    /// Reads what a field holds, up to the end of a group: into `span` or, when it is a number, into `value`.
    const char *content(uint32_t number, WireType type, Span &span, uint64_t &value) {
        switch (type) {
            case WireType::varint: return varint(value);
            case WireType::fixed64: return fixed<uint64_t>(value);
            case WireType::fixed32: return fixed<uint32_t>(value);
            case WireType::bytes: return bytes(span);
            case WireType::group: return group(number, span);
            case WireType::group_end: return "a group ends that did not begin";
        }
        return "a field has a wire type that does not exist";
    }

  private:
    const char *group(uint32_t number, Span &span);
};

#endif
