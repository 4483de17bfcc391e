import Foundation

#if LIBFUZZER
    import CFuzzer
#endif

@main enum Fuzz {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count > 1, let harness = Harness(rawValue: arguments[1]) else {
            print(
                "fuzz \(Harness.allCases.map(\.rawValue).joined(separator: "|")) [libFuzzer's options | seconds seed corpus]"
            )
            exit(2)
        }
        #if LIBFUZZER
            unsafe chosen = harness
            runLibFuzzer()
        #else
            let seconds = arguments.dropFirst(2).first.flatMap(Double.init) ?? 60
            let seed = arguments.dropFirst(3).first.flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)
            let corpus = arguments.dropFirst(4).first ?? "Corpus/\(harness.rawValue)"
            let only = arguments.dropFirst(5).first.flatMap(UInt64.init)
            var loop = MutationLoop(harness: harness, seed: seed, corpus: corpus)
            loop.run(seconds: seconds, only: only)
        #endif
    }
}

#if LIBFUZZER
    // Written once, before libFuzzer's loop begins on the same thread.
    nonisolated(unsafe) private var chosen = Harness.json

    private func runLibFuzzer() {
        // The arguments live as long as the program; what libFuzzer hands over, as long as one call.
        let status = unsafe avow_fuzz(CommandLine.argc, CommandLine.unsafeArgv) { data, size in
            unsafe chosen.run(Array(UnsafeBufferPointer(start: data, count: size)))
            return 0
        }
        exit(status)
    }
#endif
