import Foundation
import Testing

/// Which modules of this package and of its dependencies a module may import: the table of floors in
/// the architecture document. The standard library, Foundation and the platform's C library are always
/// allowed, but for AvowSamples, which imports nothing.
private let floors: [String: Set<String>] = {
    let modules: Set = [
        "AvowProof", "AvowStorage", "AvowVault", "AvowFHIR", "AvowTree", "AvowConsent", "AvowQuery",
    ]
    let systemLibraries: Set = ["CLMDB", "CNettle", "CSodium", "CZstd", "CSimdjson"]
    let below = modules.union(systemLibraries).union(["Crypto"])
    return [
        "AvowSamples": [],
        "AvowProof": ["CNettle", "Crypto"],
        "AvowStorage": ["CLMDB"],
        "AvowVault": ["AvowProof", "CSodium", "CZstd"],
        "AvowFHIR": ["CSimdjson", "CZstd"],
        "AvowTree": ["AvowProof", "AvowStorage", "AvowVault"],
        "AvowConsent": ["AvowProof", "AvowFHIR"],
        "AvowQuery": ["AvowProof", "AvowFHIR", "AvowConsent"],
        "AvowVerify": ["AvowProof", "AvowFHIR", "AvowConsent", "AvowQuery", "Crypto"],
        "Avow": below,
        "AvowCLI": below.union(["Avow", "AvowVerify", "ArgumentParser", "AvowSamples"]),
    ]
}()

private let platform: Set = [
    "Swift", "Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Synchronization", "Dispatch",
]

/// The lines of a file that break a rule, as `path:line: text`.
private func offences(
    in files: [SourceFile], where breaksRule: (_ file: SourceFile, _ index: Int, _ code: String) -> Bool
) -> [String] {
    files.flatMap { file in
        file.code.indices.filter { breaksRule(file, $0, file.code[$0]) }
            .map { "\(file.path):\($0 + 1): \(file.lines[$0].trimmingCharacters(in: .whitespaces))" }
    }
}

/// Whether a line, or the one above it, has a comment.
private func isExplained(_ file: SourceFile, _ index: Int) -> Bool {
    func hasComment(_ line: String) -> Bool { line.contains("//") }
    if hasComment(file.lines[index]) { return true }
    return index > 0 && hasComment(file.lines[index - 1])
}

/// The module that a line imports, if it is an import.
private func importedModule(_ code: String) -> String? {
    let words = code.split(separator: " ").map(String.init)
    let modifiers: Set = [
        "public", "package", "internal", "private", "fileprivate", "@testable", "@preconcurrency",
    ]
    guard let index = words.firstIndex(where: { !modifiers.contains($0) && !$0.hasPrefix("@_spi") }),
        words[index] == "import"
    else { return nil }
    let kinds: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    let name = words.dropFirst(index + 1).first { !kinds.contains($0) }
    return name.map { String($0.prefix { $0 != "." }) }
}

@Suite struct `The source tree` {
    @Test func `is found at all`() {
        #expect(SourceTree.sources.count >= 10)
        #expect(SourceTree.files.contains { $0.path == "Tests/TidyTests/TidyTests.swift" })
    }

    @Test func `every module imports lower floors only`() {
        let unknown = Set(SourceTree.sources.map(\.module)).subtracting(floors.keys)
        #expect(unknown.isEmpty, "modules without a place in the table: \(unknown.sorted())")
        let broken = offences(in: SourceTree.sources) { file, _, code in
            guard let module = importedModule(code), let allowed = floors[file.module] else { return false }
            if file.module == "AvowSamples" { return true }
            return !allowed.contains(module) && !platform.contains(module)
        }
        #expect(broken.isEmpty)
    }

    @Test func `the table of floors has no circle`() {
        for module in floors.keys {
            var reached: Set<String> = []
            var next = floors[module, default: []]
            while let lower = next.popFirst() {
                if reached.insert(lower).inserted { next.formUnion(floors[lower, default: []]) }
            }
            #expect(!reached.contains(module), "\(module)")
        }
    }

    @Test func `no file is longer than 600 lines, tables aside`() {
        let written = SourceTree.files.filter { !$0.path.hasSuffix("+Table.swift") }
        let long = written.filter { $0.lines.count > 601 }.map { "\($0.path): \($0.lines.count)" }
        #expect(long.isEmpty)
    }

    @Test func `nothing crashes on purpose where an error could be thrown`() {
        let broken = offences(in: SourceTree.sources) { _, _, code in
            code.contains("try!") || code.contains("as!") || code.contains("fatalError(")
        }
        #expect(broken.isEmpty)
    }

    @Test func `nothing is unwrapped by force outside tests`() {
        #expect(offences(in: SourceTree.sources) { _, _, code in unwrapsByForce(code) }.isEmpty)
    }

    @Test(arguments: [
        ("let a = b!", true), ("a!.b", true), ("f(x)!", true), ("a[0]!", true), ("f(a!, b)", true),
        ("if a != b", false), ("a!=b", false), ("if !a { }", false), ("guard !(a) else", false),
        ("return !flag", false), ("a && !b[0]", false), ("x == y", false),
    ])
    func `the rule against unwrapping by force knows it when it sees it`(code: String, isForced: Bool) {
        #expect(unwrapsByForce(code) == isForced)
    }

    private func unwrapsByForce(_ code: String) -> Bool {
        code.contains(/[A-Za-z0-9_\)\]]!(?!=)/)
    }

    @Test func `what the compiler is told to trust is explained`() {
        let broken = offences(in: SourceTree.files) { file, index, code in
            (code.contains("@unchecked Sendable") || code.contains("nonisolated(unsafe)"))
                && !isExplained(file, index)
        }
        #expect(broken.isEmpty)
    }

    @Test func `every public declaration is documented`() {
        let declaration =
            /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:public|open)\s+(?!import|extension|private\(set\)\s+import)/
        let broken = offences(in: SourceTree.sources) { file, index, code in
            guard code.firstMatch(of: declaration) != nil, importedModule(code) == nil else { return false }
            if isInherited(code) { return false }
            var above = index - 1
            // Attributes may stand between a declaration and its comment.
            while above >= 0,
                file.code[above].trimmingCharacters(in: .whitespaces).hasPrefix("@")
                    || file.code[above].trimmingCharacters(in: .whitespaces).hasPrefix("#if")
            {
                above -= 1
            }
            return above < 0 || !file.lines[above].trimmingCharacters(in: .whitespaces).hasPrefix("///")
        }
        #expect(broken.isEmpty)
    }

    /// Members that only fulfil a protocol of the standard library, and are documented there.
    private func isInherited(_ code: String) -> Bool {
        [
            "var description: String", "var debugDescription: String", "static func == (", "static func < (",
            "func hash(into", "var customMirror", "func makeIterator(", "mutating func next(",
        ].contains { code.contains($0) }
    }

    @Test func `nothing is left for later`() {
        // Put together here, so that this line does not find itself.
        let marks = ["TO" + "DO", "FIX" + "ME"]
        let broken = SourceTree.files.flatMap { file in
            file.lines.enumerated().filter { _, line in marks.contains { line.contains($0) } }
                .map { "\(file.path):\($0.offset + 1)" }
        }
        #expect(broken.isEmpty)
    }
}
