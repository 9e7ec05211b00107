internal import Kafka

extension OffsetReader: OffsetReading {}
