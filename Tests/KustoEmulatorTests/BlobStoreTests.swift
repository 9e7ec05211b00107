import Foundation
import Testing

@testable import KustoEmulator

@Suite("The emulator's blobs on disk")
struct BlobStoreTests {
    private func files(_ directory: DataDirectory) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path)
    }

    private func store(_ text: String, _ name: String, in store: BlobStore) throws {
        let content = try store.reserve(text.utf8.count)
        try content.write(Array(text.utf8), at: 0)
        _ = try #require(store.store(content, as: name, replacing: true))
    }

    private func text(_ name: String, in store: BlobStore) throws -> String {
        var bytes: [UInt8] = []
        try #require(store[name]).content.forEachChunk { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("Many blobs share a file, which goes with the last of them; who reads one may finish")
    func shares() throws {
        let directory = try DataDirectory(path: nil)
        defer { directory.remove() }
        let store = BlobStore(directory: directory, clock: .system)
        for number in 0..<50 { try self.store("blob \(number)", "a/c/\(number)", in: store) }
        #expect(try files(directory).count == 1)
        #expect(try text("a/c/0", in: store) == "blob 0")
        #expect(try text("a/c/49", in: store) == "blob 49")
        try self.store("new", "a/c/0", in: store)
        #expect(try text("a/c/0", in: store) == "new")
        #expect(store.count == 50)

        let held = try #require(store["a/c/7"]).content
        store.removeAll()
        #expect(store.count == 0)
        #expect(try files(directory).count == 1)
        try held.forEachChunk { #expect($0 == Array("blob 7".utf8)) }
        withExtendedLifetime(held) {}
    }

    @Test("The file of a store without blobs is deleted, and large blobs have files of their own")
    func deletes() throws {
        let directory = try DataDirectory(path: nil)
        defer { directory.remove() }
        let store = BlobStore(directory: directory, clock: .system)
        try self.store("small", "a/c/small", in: store)
        for name in ["a/c/1", "a/c/2"] {
            _ = try #require(store.store(store.reserve(65 << 20), as: name, replacing: true))
        }
        #expect(try files(directory).count == 3)
        #expect(store.remove("a/c/1"))
        #expect(!store.remove("a/c/1"))
        #expect(try files(directory).count == 2)
        store.removeAll()
        #expect(try files(directory).isEmpty)
    }

    @Test("More bytes than were announced are refused, before they reach another blob's")
    func refuses() throws {
        let directory = try DataDirectory(path: nil)
        defer { directory.remove() }
        let store = BlobStore(directory: directory, clock: .system)
        let first = try store.reserve(3)
        try self.store("second", "a/c/second", in: store)
        #expect(throws: EmulatorError.self) { try first.write(Array("four".utf8), at: 0) }
        #expect(try text("a/c/second", in: store) == "second")
    }
}
