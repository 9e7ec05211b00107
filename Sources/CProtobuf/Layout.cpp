#include "Layout.h"

#include <unordered_set>

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

bool requires_fields(const Descriptor *root) {
    std::vector<const Descriptor *> waiting = {root};
    std::unordered_set<const Descriptor *> seen = {root};
    while (!waiting.empty()) {
        const Descriptor *descriptor = waiting.back();
        waiting.pop_back();
        // What extends it may hold anything.
        if (descriptor->extension_range_count() > 0) { return true; }
        for (int i = 0; i < descriptor->field_count(); i++) {
            const FieldDescriptor *field = descriptor->field(i);
            if (field->is_required()) { return true; }
            if (field->message_type() && seen.insert(field->message_type()).second) {
                waiting.push_back(field->message_type());
            }
        }
    }
    return false;
}

}  // namespace

Layout &Layouts::of(const Descriptor *descriptor) {
    std::unique_ptr<Layout> &place = made[descriptor];
    if (place) { return *place; }
    auto layout = std::make_unique<Layout>();
    layout->descriptor = descriptor;
    layout->reflection = schema.factory.GetPrototype(descriptor)->GetReflection();
    layout->form = form_of(descriptor);
    layout->has_extensions = descriptor->extension_range_count() > 0;
    layout->has_required = requires_fields(descriptor);
    for (int i = 0; i < descriptor->field_count(); i++) {
        const FieldDescriptor *field = descriptor->field(i);
        const auto real = schema.real_names.find({descriptor->full_name(), field->number()});
        const std::string name = real == schema.real_names.end() ? field->name() : real->second;
        layout->members.push_back({field, name, "\"" + name + "\":", !field->is_repeated() && field->has_presence(),
                                   nullptr});
    }
    place = std::move(layout);
    return *place;
}

Member &Layouts::extension(const FieldDescriptor *field) {
    const auto found = extensions.find(field);
    if (found != extensions.end()) { return found->second; }
    const std::string name = "[" + field->full_name() + "]";
    return extensions.emplace(field, Member{field, name, "\"" + name + "\":", false, nullptr}).first->second;
}
