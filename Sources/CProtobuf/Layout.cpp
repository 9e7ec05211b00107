#include "Layout.h"

#include <utility>

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;

namespace {

// A schema may declare a message under the name of a well-known type; the form is only for one that is the same.
bool is_same(const Descriptor *one, const Descriptor *other) {
    if (one == other) { return true; }
    if (!other || one->field_count() != other->field_count()) { return false; }
    for (int i = 0; i < one->field_count(); i++) {
        const FieldDescriptor *field = one->field(i), *twin = other->FindFieldByNumber(field->number());
        if (!twin || field->type() != twin->type() || field->label() != twin->label()) { return false; }
        if (!field->containing_oneof() != !twin->containing_oneof()) { return false; }
        if (field->message_type() && field->message_type()->full_name() != twin->message_type()->full_name()) {
            return false;
        }
    }
    return true;
}

bool is_decimal(const Descriptor *descriptor) {
    const FieldDescriptor *value = descriptor->FindFieldByNumber(1), *scale = descriptor->FindFieldByNumber(3);
    return descriptor->full_name() == "confluent.type.Decimal" && value && scale && !value->is_repeated()
        && !scale->is_repeated() && value->type() == FieldDescriptor::TYPE_BYTES
        && scale->type() == FieldDescriptor::TYPE_INT32;
}

Layout::Form form_of(const Descriptor *descriptor) {
    using Form = Layout::Form;
    if (is_decimal(descriptor)) { return Form::decimal; }
    static const std::unordered_map<std::string, Form> forms = {
        {"Any", Form::any}, {"Timestamp", Form::timestamp}, {"Duration", Form::duration},
        {"FieldMask", Form::field_mask}, {"Struct", Form::structure}, {"Value", Form::value},
        {"ListValue", Form::list}, {"DoubleValue", Form::wrapper}, {"FloatValue", Form::wrapper},
        {"Int64Value", Form::wrapper}, {"UInt64Value", Form::wrapper}, {"Int32Value", Form::wrapper},
        {"UInt32Value", Form::wrapper}, {"BoolValue", Form::wrapper}, {"StringValue", Form::wrapper},
        {"BytesValue", Form::wrapper}};
    if (descriptor->file()->package() != "google.protobuf") { return Form::object; }
    const auto form = forms.find(descriptor->name());
    if (form == forms.end()) { return Form::object; }
    const auto *known = DescriptorPool::generated_pool()->FindMessageTypeByName(descriptor->full_name());
    return is_same(descriptor, known) ? form->second : Form::object;
}

Member::Kind kind_of(const FieldDescriptor *field) {
    using Kind = Member::Kind;
    switch (field->type()) {
        case FieldDescriptor::TYPE_INT32: case FieldDescriptor::TYPE_SFIXED32: return Kind::signed32;
        case FieldDescriptor::TYPE_INT64: case FieldDescriptor::TYPE_SFIXED64: return Kind::signed64;
        case FieldDescriptor::TYPE_UINT32: case FieldDescriptor::TYPE_FIXED32: return Kind::unsigned32;
        case FieldDescriptor::TYPE_UINT64: case FieldDescriptor::TYPE_FIXED64: return Kind::unsigned64;
        case FieldDescriptor::TYPE_SINT32: return Kind::zigzag32;
        case FieldDescriptor::TYPE_SINT64: return Kind::zigzag64;
        case FieldDescriptor::TYPE_FLOAT: return Kind::float32;
        case FieldDescriptor::TYPE_DOUBLE: return Kind::float64;
        case FieldDescriptor::TYPE_BOOL: return Kind::boolean;
        case FieldDescriptor::TYPE_ENUM: return Kind::enumeration;
        case FieldDescriptor::TYPE_STRING: return Kind::text;
        case FieldDescriptor::TYPE_BYTES: return Kind::bytes;
        case FieldDescriptor::TYPE_MESSAGE: case FieldDescriptor::TYPE_GROUP: return Kind::message;
    }
    return Kind::bytes;
}

WireType wire_of(const FieldDescriptor *field) {
    switch (field->type()) {
        case FieldDescriptor::TYPE_FIXED32: case FieldDescriptor::TYPE_SFIXED32: case FieldDescriptor::TYPE_FLOAT:
            return WireType::fixed32;
        case FieldDescriptor::TYPE_FIXED64: case FieldDescriptor::TYPE_SFIXED64: case FieldDescriptor::TYPE_DOUBLE:
            return WireType::fixed64;
        case FieldDescriptor::TYPE_STRING: case FieldDescriptor::TYPE_BYTES: case FieldDescriptor::TYPE_MESSAGE:
            return WireType::bytes;
        case FieldDescriptor::TYPE_GROUP: return WireType::group;
        default: return WireType::varint;
    }
}

std::string absent_value(const FieldDescriptor *field, Member::Kind kind, bool is_null) {
    switch (kind) {
        case Member::Kind::boolean: return "false";
        case Member::Kind::text: case Member::Kind::bytes: return "\"\"";
        // The first one, whatever default a field of it declares: where that counts, the field is left out.
        case Member::Kind::enumeration: return is_null ? "null" : "\"" + field->enum_type()->value(0)->name() + "\"";
        case Member::Kind::message: return "";
        default: return "0";
    }
}

Member member_of(const FieldDescriptor *field, const std::string &name) {
    Member member = {};
    member.field = field;
    member.name = name;
    member.key = "\"" + name + "\":";
    member.kind = kind_of(field);
    member.wire = wire_of(field);
    member.is_repeated = field->is_repeated();
    member.is_map = field->is_map();
    member.is_packable = field->is_packable();
    // An extension is not written for each message that could have it.
    member.is_optional = field->is_extension() || (!field->is_repeated() && field->has_presence());
    member.is_required = field->is_required();
    member.oneof = field->containing_oneof() ? field->containing_oneof()->index() : -1;
    if (const auto *type = field->enum_type()) {
        member.is_null = type->full_name() == "google.protobuf.NullValue";
        member.is_closed = type->file()->syntax() != google::protobuf::FileDescriptor::SYNTAX_PROTO3;
    }
    member.absent = absent_value(field, member.kind, member.is_null);
    return member;
}

}  // namespace

void Layout::add(Member member) {
    constexpr int lowest_high = 256;
    const int number = member.field->number(), place = int(members.size());
    if (number < lowest_high) {
        if (low.size() <= size_t(number)) { low.resize(size_t(number) + 1, -1); }
        low[size_t(number)] = place;
    } else {
        high[uint32_t(number)] = place;
    }
    members.push_back(std::move(member));
}

Layout &Layouts::of(const Descriptor *descriptor) {
    std::unique_ptr<Layout> &place = made[descriptor];
    if (place) { return *place; }
    auto layout = std::make_unique<Layout>();
    layout->descriptor = descriptor;
    layout->form = form_of(descriptor);
    layout->oneofs = size_t(descriptor->oneof_decl_count());
    for (int i = 0; i < descriptor->field_count(); i++) {
        const FieldDescriptor *field = descriptor->field(i);
        const auto real = schema.real_names.find({descriptor->full_name(), field->number()});
        layout->add(member_of(field, real == schema.real_names.end() ? field->name() : real->second));
    }
    if (descriptor->extension_range_count() > 0) {
        std::vector<const FieldDescriptor *> extensions;
        schema.pool.FindAllExtensions(descriptor, &extensions);
        for (const FieldDescriptor *field : extensions) {
            layout->add(member_of(field, "[" + field->full_name() + "]"));
        }
    }
    place = std::move(layout);
    return *place;
}
