import CFuzzer
import Glibc

// Fuzzes one target: `Fuzz TARGET`, and then libFuzzer's own arguments. `Fuzz` alone lists the targets.
//
// For some of its work libFuzzer starts this program again, with its own arguments only: the variable names the target.
let variable = "FUZZ_TARGET"
var arguments = CommandLine.arguments
if arguments.count > 1, FuzzTarget.all.contains(where: { $0.name == arguments[1] }) {
    unsafe setenv(variable, arguments.remove(at: 1), 1)
}
let name = unsafe getenv(variable).map { unsafe String(cString: $0) }
guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
    for target in FuzzTarget.all { print(target.name) }
    exit(arguments.count > 1 ? 64 : 0)
}
FuzzTarget.select(target)

var pointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
var count = Int32(arguments.count)
exit(
    unsafe pointers.withUnsafeMutableBufferPointer { pointers in
        var base = pointers.baseAddress
        return unsafe LLVMFuzzerRunDriver(&count, &base) { bytes, count in
            unsafe FuzzTarget.run(UnsafeRawBufferPointer(start: bytes, count: count))
            return 0
        }
    }
)
