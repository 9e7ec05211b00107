internal import JSON

/// The kinds of rows of which the table is made.
extension SchemaField {
    /// A string of at most `maximum` characters on one line.
    static func text(
        _ name: String,
        _ summary: String,
        maximum: Int = 253,
        minimum: Int = 1,
        pattern: SchemaPattern? = .line
    ) -> SchemaField {
        let limits = TextLimits(minimumLength: minimum, maximumLength: maximum, pattern: pattern)
        return SchemaField(name, summary, .text(limits))
    }

    /// One of a few words.
    static func word(_ name: String, _ summary: String, _ values: [String]) -> SchemaField {
        let longest = values.map(\.unicodeScalars.count).max() ?? 0
        return SchemaField(name, summary, .text(TextLimits(maximumLength: longest, values: values)))
    }

    /// `true` or `false`.
    static func flag(_ name: String, _ summary: String) -> SchemaField { SchemaField(name, summary, .boolean) }

    /// A whole number.
    static func integer(_ name: String, _ summary: String, _ range: ClosedRange<Int64>) -> SchemaField {
        SchemaField(name, summary, .integer(minimum: range.lowerBound, maximum: range.upperBound))
    }

    /// A time between two others, which are included.
    static func duration(
        _ name: String,
        _ summary: String,
        from minimum: Duration,
        to maximum: Duration
    ) -> SchemaField {
        let (least, most) = (minimum.resourceText, maximum.resourceText)
        var field = SchemaField(name, summary, .duration)
        field.times = minimum...maximum
        return field.ruled(
            SchemaRule(
                "duration(self) >= duration('\(least)') && duration(self) <= duration('\(most)')",
                "must be a time from \(least) to \(most)"
            ) { value in
                guard let time = value.stringValue.flatMap({ Duration(resourceText: $0) }) else { return false }
                return (minimum...maximum).contains(time)
            }
        )
    }

    /// An object.
    static func object(_ name: String, _ summary: String, _ fields: [SchemaField]) -> SchemaField {
        SchemaField(name, summary, .object(fields))
    }

    /// A list.
    static func list(
        _ name: String,
        _ summary: String,
        of element: SchemaField,
        _ limits: ListLimits
    ) -> SchemaField {
        SchemaField(name, summary, .list(element, limits))
    }

    /// A list of strings.
    static func texts(
        _ name: String,
        _ summary: String,
        maximumCount: Int,
        minimumCount: Int = 0,
        maximumLength: Int = 253,
        pattern: SchemaPattern? = .line,
        identity: ListLimits.Uniqueness = .set
    ) -> SchemaField {
        list(
            name,
            summary,
            of: .text("[]", "One of them.", maximum: maximumLength, pattern: pattern),
            ListLimits(minimumCount: minimumCount, maximumCount: maximumCount, identity: identity)
        )
    }

    /// Texts under keys of the user's.
    static func map(
        _ name: String,
        _ summary: String,
        keys: TextLimits,
        values: TextLimits,
        maximumCount: Int
    ) -> SchemaField {
        SchemaField(
            name,
            summary,
            .map(SchemaField("{}", "One of them.", .text(values)), keys: keys, maximumCount: maximumCount)
        )
    }

    /// A credential, which only a Secret may hold.
    static func secret(_ name: String, _ summary: String) -> SchemaField {
        object(name, summary, [secretKeyRef.required])
    }

    /// A setting that stands here or in a Secret.
    static func valueSource(_ name: String, _ summary: String, maximum: Int = 253) -> SchemaField {
        object(
            name,
            summary,
            [
                text("value", "The value itself.", maximum: maximum), secretKeyRef,
            ]
        ).ruled(
            SchemaRule(
                "has(self.value) != has(self.secretKeyRef)",
                "must have exactly one of value and secretKeyRef"
            ) { ($0["value"] == nil) != ($0["secretKeyRef"] == nil) }
        )
    }

    private static let secretKeyRef = object(
        "secretKeyRef",
        "A key of a Secret in the namespace of this resource.",
        [
            text("name", "The Secret's name.", maximum: 253, pattern: .objectName).required,
            text("key", "The key in the Secret's data.", maximum: 253, pattern: .secretKey).required,
        ]
    )
}
