/// A file that holds many blobs, one after the other; it is deleted with the last of them.
///
/// A file for each blob would cost more than its bytes do: file systems take long to find room in a directory where
/// thousands of files were just deleted.
final class Segment: Sendable {
    /// The file.
    let file: DataFile

    /// Takes a file over.
    init(file: DataFile) { self.file = file }

    deinit { file.unlink() }
}
