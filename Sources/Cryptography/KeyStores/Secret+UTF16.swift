internal import Secrets

extension Secret {
    /// Two bytes for each character as Java counts them, the higher one first.
    var utf16BigEndian: [UInt8] { reveal().utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } }
}
