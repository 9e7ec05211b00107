#include <cmath>
#include <cstring>

#include "Decimal.h"
#include "Transcoder.h"

using google::protobuf::Descriptor;

namespace {

constexpr int64_t day = 86400;
// The limits of the types' own definitions: 0001-01-01T00:00:00Z, 9999-12-31T23:59:59Z, and 10,000 years.
constexpr int64_t first_second = -62135596800, last_second = 253402300799, longest = 315576000000;

struct Date {
    int year, month, day;
};

// The date of a day, counted from 1970-01-01, of the Gregorian calendar; not before the year 1.
Date date_of(int64_t days) {
    // Years begin in March here, so that a leap day is the last one of its year.
    const int64_t since = days + 719468;  // since 0000-03-01
    const int64_t era = since / 146097, of_era = since % 146097;
    const int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    const int64_t month = (5 * of_year + 2) / 153;
    Date date;
    date.day = int(of_year - (153 * month + 2) / 5 + 1);
    date.month = int(month < 10 ? month + 3 : month - 9);
    date.year = int(year + era * 400 + (date.month <= 2));
    return date;
}

void put_digits(char *place, int count, int64_t value) {
    for (int i = count; i-- > 0; value /= 10) { place[i] = char('0' + value % 10); }
}

}  // namespace

bool Transcoder::any(const Frame &frame, Layout &layout) {
    const Span url = frame.slot(layout.find(1)).value.span, bytes = frame.slot(layout.find(2)).value.span;
    if (url.size() == 0) {
        if (bytes.size() > 0) { return fail("a google.protobuf.Any holds bytes without naming their type", bytes.begin); }
        output->text("{}");
        return true;
    }
    output->text("{\"@type\":");
    if (!output->string(url)) { return fail("the type of a google.protobuf.Any is not valid UTF-8", url.begin); }
    Span type = url;
    while (const void *slash = memchr(type.begin, '/', type.size())) {
        type.begin = static_cast<const uint8_t *>(slash) + 1;
    }
    if (!content(type, bytes)) { return false; }
    output->byte('}');
    return true;
}

bool Transcoder::content(Span type, Span bytes) {
    const std::string name(reinterpret_cast<const char *>(type.begin), type.size());
    const Descriptor *descriptor = layouts.schema.pool.FindMessageTypeByName(name);
    if (!descriptor) {
        return fail("a google.protobuf.Any holds a message of a type that the schema does not have", type.begin);
    }
    Layout &layout = layouts.of(descriptor);
    if (layout.form != Layout::Form::object) {
        output->text(",\"value\":");
        return message(bytes, layout);
    }
    if (depth == CPROTOBUF_MAXIMUM_DEPTH) {
        return fail("messages are nested more deeply than 100 levels", bytes.begin);
    }
    depth++;
    const Frame frame(*this, layout, bytes);
    const bool is_printed = frame.is_valid && members(frame, layout, false);
    depth--;
    return is_printed;
}

bool Transcoder::timestamp(const Frame &frame, Layout &layout) {
    const auto seconds = int64_t(frame.slot(layout.find(1)).value.number);
    const auto nanoseconds = int32_t(frame.slot(layout.find(2)).value.number);
    if (seconds < first_second || seconds > last_second || nanoseconds < 0 || nanoseconds > 999999999) {
        return fail("a google.protobuf.Timestamp is not within the years 1 to 9999");
    }
    const int64_t since = seconds - first_second;
    const Date date = date_of(since / day + first_second / day);
    const int64_t of_day = since % day;
    char text[] = "\"0000-00-00T00:00:00";
    put_digits(text + 1, 4, date.year);
    put_digits(text + 6, 2, date.month);
    put_digits(text + 9, 2, date.day);
    put_digits(text + 12, 2, of_day / 3600);
    put_digits(text + 15, 2, of_day / 60 % 60);
    put_digits(text + 18, 2, of_day % 60);
    output->bytes(text, sizeof text - 1);
    fraction(nanoseconds);
    output->text("Z\"");
    return true;
}

bool Transcoder::duration(const Frame &frame, Layout &layout) {
    const auto seconds = int64_t(frame.slot(layout.find(1)).value.number);
    const auto nanoseconds = int32_t(frame.slot(layout.find(2)).value.number);
    if (seconds < -longest || seconds > longest || nanoseconds < -999999999 || nanoseconds > 999999999) {
        return fail("a google.protobuf.Duration is longer than 10,000 years, or its fraction than a second");
    }
    if ((seconds < 0 && nanoseconds > 0) || (seconds > 0 && nanoseconds < 0)) {
        return fail("a google.protobuf.Duration has seconds and nanoseconds of different signs");
    }
    output->byte('"');
    if (seconds < 0 || nanoseconds < 0) { output->byte('-'); }
    output->integer(seconds < 0 ? -seconds : seconds);
    fraction(nanoseconds < 0 ? -nanoseconds : nanoseconds);
    output->text("s\"");
    return true;
}

// Nothing, or as many digits as needed out of 3, 6 and 9.
void Transcoder::fraction(int32_t nanoseconds) {
    if (nanoseconds == 0) { return; }
    char text[] = ".000000000";
    put_digits(text + 1, 9, nanoseconds);
    output->bytes(text, nanoseconds % 1000000 == 0 ? 4 : nanoseconds % 1000 == 0 ? 7 : 10);
}

bool Transcoder::field_mask(const Frame &frame, Layout &layout) {
    const Slot paths = frame.slot(layout.find(1));
    output->byte('"');
    uint32_t place = paths.first;
    for (uint32_t i = 0; i < paths.count; i++, place = occurrences[place].next) {
        if (i > 0) { output->byte(','); }
        const Span path = occurrences[place].value.span;
        if (!mask_path(path)) { return fail("a path of a google.protobuf.FieldMask has no form in JSON", path.begin); }
    }
    output->byte('"');
    return true;
}

// Paths are written in camel case, from which the way back must be clear.
bool Transcoder::mask_path(Span path) {
    const uint8_t *copied = path.begin;
    for (const uint8_t *place = path.begin; place < path.end; place++) {
        if (*place >= 'A' && *place <= 'Z') { return false; }
        if (*place != '_') { continue; }
        if (!output->escaped({copied, place})) { return false; }
        place++;
        if (place == path.end || *place < 'a' || *place > 'z') { return false; }
        output->byte(char(*place - 'a' + 'A'));
        copied = place + 1;
    }
    return output->escaped({copied, path.end});
}

bool Transcoder::dynamic_value(const Frame &frame, Layout &layout) {
    const int set = frame.set_member(0);
    if (set < 0) {
        output->text("null");
        return true;
    }
    Member &member = layout.members[size_t(set)];
    const Slot slot = frame.slot(set);
    if (member.kind == Member::Kind::float64) {
        double number;
        memcpy(&number, &slot.value.number, sizeof number);
        if (!std::isfinite(number)) { return fail("a google.protobuf.Value holds a number that JSON does not have"); }
    }
    return this->member(slot, member);
}

bool Transcoder::decimal(const Frame &frame, Layout &layout) {
    const Span unscaled = frame.slot(layout.find(1)).value.span;
    const auto scale = int32_t(frame.slot(layout.find(3)).value.number);
    if (!decimal_fits(unscaled.size(), scale)) {
        return fail("a confluent.type.Decimal has more digits than can be written", unscaled.begin);
    }
    put_decimal(unscaled, scale, *output);
    return true;
}
