package import Logging

extension PropertySet {
    /// How log lines are to look, if the properties say so; it is known also when others of them are wrong.
    package var logFormat: LogFormat? {
        entry(of: PropertyTable.definition(of: "log.format")).flatMap { LogFormat(rawValue: $0.entry.value) }
    }
}
