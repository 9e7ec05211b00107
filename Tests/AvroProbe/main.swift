import Avro
import Glibc
import JSON

// Answers one JSON line for each of standard input, so that programs in other languages can compare what they read with
// what the module reads. Bytes are base64.
//
//     {"schema": TEXT, "references": [TEXT…], "requests": [REQUEST…]}
//         {"mode": "check" | "json" | "base64" | "text" | "fields" | "null", "datum": BYTES}
//         {"mode": "container", "datums": [BYTES…], "block": ROWS}
//         {"mode": "measure check" | "measure json", "datums": [BYTES…], "rounds": COUNT}
//         {"mode": "file", "file": BYTES}
//     {"text": the schema's own text, "results": [{"output": TEXT, BYTES or NANOSECONDS} | {"fault": SENTENCE}…]}
//     {"error": SENTENCE} when the schema is refused
while let line = readLine() {
    let reply: JSONValue
    do {
        reply = try ProbeRequest(parsing: line).reply()
    } catch {
        reply = ["error": .string("\(error)")]
    }
    print(reply.text)
    fflush(nil)
}
