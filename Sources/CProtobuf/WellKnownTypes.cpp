#include <cmath>

#include "Printer.h"
#include "Decimal.h"

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

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

bool Printer::any(const Message &message, Layout &layout) {
    std::string scratch, other;
    const std::string &url = layout.reflection->GetStringReference(message, layout.members[0].field, &scratch);
    const std::string &bytes = layout.reflection->GetStringReference(message, layout.members[1].field, &other);
    if (url.empty()) {
        if (!bytes.empty()) { return fail("a google.protobuf.Any holds bytes without naming their type"); }
        output.text("{}");
        return true;
    }
    output.text("{\"@type\":");
    if (!output.string(url)) { return fail("the type of a google.protobuf.Any is not valid UTF-8"); }
    const size_t slash = url.rfind('/');
    if (!content(message, slash == std::string::npos ? url : url.substr(slash + 1), bytes)) { return false; }
    output.byte('}');
    return true;
}

bool Printer::content(const Message &, const std::string &type, const std::string &bytes) {
    const Descriptor *descriptor = layouts.schema.pool.FindMessageTypeByName(type);
    if (!descriptor) { return fail("a google.protobuf.Any holds a message of a type that the schema does not have"); }
    Layout &layout = layouts.of(descriptor);
    Message *held = layouts.schema.factory.GetPrototype(descriptor)->New(&arena);
    if (!held->ParsePartialFromString(bytes)) {
        return fail("a google.protobuf.Any holds bytes that are no message of the type that it names");
    }
    if (layout.has_required && !held->IsInitialized()) {
        return fail("the message in a google.protobuf.Any lacks required fields");
    }
    if (layout.form != Layout::Form::object) {
        output.text(",\"value\":");
        return this->message(*held, layout);
    }
    if (depth == CPROTOBUF_MAXIMUM_DEPTH) { return fail("messages are nested more deeply than 100 levels"); }
    return members(*held, layout, false);
}

bool Printer::timestamp(const Message &message, Layout &layout) {
    const int64_t seconds = layout.reflection->GetInt64(message, layout.members[0].field);
    const int32_t nanoseconds = layout.reflection->GetInt32(message, layout.members[1].field);
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
    output.bytes(text, sizeof text - 1);
    fraction(nanoseconds);
    output.text("Z\"");
    return true;
}

bool Printer::duration(const Message &message, Layout &layout) {
    const int64_t seconds = layout.reflection->GetInt64(message, layout.members[0].field);
    const int32_t nanoseconds = layout.reflection->GetInt32(message, layout.members[1].field);
    if (seconds < -longest || seconds > longest || nanoseconds < -999999999 || nanoseconds > 999999999) {
        return fail("a google.protobuf.Duration is longer than 10,000 years, or its fraction than a second");
    }
    if ((seconds < 0 && nanoseconds > 0) || (seconds > 0 && nanoseconds < 0)) {
        return fail("a google.protobuf.Duration has seconds and nanoseconds of different signs");
    }
    output.byte('"');
    if (seconds < 0 || nanoseconds < 0) { output.byte('-'); }
    output.integer(seconds < 0 ? -seconds : seconds);
    fraction(nanoseconds < 0 ? -nanoseconds : nanoseconds);
    output.text("s\"");
    return true;
}

// Nothing, or as many digits as needed out of 3, 6 and 9.
void Printer::fraction(int32_t nanoseconds) {
    if (nanoseconds == 0) { return; }
    char text[] = ".000000000";
    put_digits(text + 1, 9, nanoseconds);
    output.bytes(text, nanoseconds % 1000000 == 0 ? 4 : nanoseconds % 1000 == 0 ? 7 : 10);
}

bool Printer::field_mask(const Message &message, Layout &layout) {
    std::string scratch;
    output.byte('"');
    const int count = layout.reflection->FieldSize(message, layout.members[0].field);
    for (int i = 0; i < count; i++) {
        if (i > 0) { output.byte(','); }
        const std::string &path =
            layout.reflection->GetRepeatedStringReference(message, layout.members[0].field, i, &scratch);
        if (!mask_path(path)) { return fail("a path of a google.protobuf.FieldMask has no form in JSON"); }
    }
    output.byte('"');
    return true;
}

// Paths are written in camel case, from which the way back must be clear.
bool Printer::mask_path(const std::string &path) {
    bool is_after_underscore = false;
    std::string text;
    for (const char byte : path) {
        if (byte >= 'A' && byte <= 'Z') { return false; }
        if (is_after_underscore) {
            if (byte < 'a' || byte > 'z') { return false; }
            text.push_back(char(byte - 'a' + 'A'));
            is_after_underscore = false;
        } else if (byte == '_') {
            is_after_underscore = true;
        } else {
            text.push_back(byte);
        }
    }
    return !is_after_underscore && output.escaped(text);
}

bool Printer::dynamic_value(const Message &message, Layout &layout) {
    const FieldDescriptor *set =
        layout.reflection->GetOneofFieldDescriptor(message, layout.descriptor->oneof_decl(0));
    if (!set) {
        output.text("null");
        return true;
    }
    if (set->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE
        && !std::isfinite(layout.reflection->GetDouble(message, set))) {
        return fail("a google.protobuf.Value holds a number that JSON does not have");
    }
    return value(message, layout.members[size_t(set->index())], -1);
}

bool Printer::decimal(const Message &message, Layout &layout) {
    std::string scratch;
    const FieldDescriptor *value = layout.descriptor->FindFieldByNumber(1);
    const std::string &bytes = layout.reflection->GetStringReference(message, value, &scratch);
    const int32_t scale = layout.reflection->GetInt32(message, layout.descriptor->FindFieldByNumber(3));
    if (!decimal_fits(bytes.size(), scale)) {
        return fail("a confluent.type.Decimal has more digits than can be written");
    }
    put_decimal(bytes, scale, output);
    return true;
}
