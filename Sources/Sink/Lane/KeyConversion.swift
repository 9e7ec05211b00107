internal import Converters

/// How the keys of all topics are to be read.
struct KeyConversion: Sendable, Hashable {
    /// The converter that is named.
    let kind: ConverterKind
    /// Its settings.
    let options: ConverterOptions
}
