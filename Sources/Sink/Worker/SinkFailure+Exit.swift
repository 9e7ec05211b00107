package import Daemon

extension SinkFailure {
    /// How a process ends because of this failure.
    package var exitError: ExitError {
        switch code {
        case .unwritableDirectory, .clientConfiguration, .converter: ExitError(.usage, message)
        case .kafka: ExitError(.unavailable, message)
        case .ingestion, .conversion, .corruptRecords, .deadLetter, .recordsGone:
            ExitError(.temporaryFailure, message)
        default: ExitError(.software, message)
        }
    }
}
