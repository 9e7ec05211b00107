#include "Wire.h"

#include "CProtobuf.h"

// Groups have no length, so all that is in one is skipped to find its end.
const char *Wire::group(uint32_t number, Span &span) {
    uint32_t open[CPROTOBUF_MAXIMUM_DEPTH];
    size_t depth = 0;
    open[depth++] = number;
    span.begin = place;
    while (!is_at_end()) {
        const uint8_t *const start = place;
        uint32_t next;
        WireType type;
        if (const char *reason = tag(next, type)) { return reason; }
        if (type == WireType::group) {
            if (depth == CPROTOBUF_MAXIMUM_DEPTH) { return "groups are nested more deeply than 100 levels"; }
            open[depth++] = next;
        } else if (type == WireType::group_end) {
            if (open[--depth] != next) { return "a group ends that did not begin"; }
            if (depth == 0) {
                span.end = start;
                return nullptr;
            }
        } else {
            Span skipped;
            uint64_t value;
            if (const char *reason = content(next, type, skipped, value)) { return reason; }
        }
    }
    return "a group does not end";
}
