#include "CSimdJSON.h"

#include <memory>
#include <new>
#include <simdjson.h>

#include "StructureCheck.h"

using stages = simdjson::internal::dom_parser_implementation;

struct csimdjson_checker {
    std::unique_ptr<stages> first_stage;
    bool is_plain = false;
};

namespace {

// Documents up to here share one buffer. A larger one gets its own, which is freed with it: the buffer is four times
// the document, and one record of many megabytes must not cost memory for ever.
constexpr size_t kept_capacity = 256 << 10;

// simdjson's buffer has exactly the capacity asked for, so documents that grow slowly would each allocate again.
size_t rounded(size_t length) {
    size_t capacity = 4096;
    while (capacity < length) { capacity *= 2; }
    return capacity;
}

std::unique_ptr<stages> make_stages(size_t capacity) {
    std::unique_ptr<stages> made;
    // The second stage, which has the depth limit, is never used.
    if (simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1, made)) { return nullptr; }
    return made;
}

}  // namespace

csimdjson_checker *csimdjson_create(void) { return new (std::nothrow) csimdjson_checker; }

void csimdjson_destroy(csimdjson_checker *checker) { delete checker; }

csimdjson_kind csimdjson_check(csimdjson_checker *checker, const uint8_t *bytes, size_t length) {
    checker->is_plain = is_plain_text(bytes, length);
    if (length > kept_capacity) {
        std::unique_ptr<stages> own = make_stages(length);
        return own ? check_structure(*own, bytes, length, checker->is_plain) : CSIMDJSON_INVALID;
    }
    if (!checker->first_stage || checker->first_stage->capacity() < length) {
        checker->first_stage = make_stages(rounded(length));
        if (!checker->first_stage) { return CSIMDJSON_INVALID; }
    }
    return check_structure(*checker->first_stage, bytes, length, checker->is_plain);
}

bool csimdjson_is_plain(const csimdjson_checker *checker) { return checker->is_plain; }
