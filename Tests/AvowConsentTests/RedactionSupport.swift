import AvowConsent
import AvowFHIR
import AvowSamples
import Foundation

@testable import ConsentModel

/// Redaction as tests ask for it: in the year 2026, with ids whose replacements are told by their form.
enum Redacting {
    static let profile = RedactionProfileRules.deidentified

    static func time() throws -> Int64 { try Given.time("2026-06-01") }

    /// Another id; one that is another id already stays, so that redacting twice can be compared with once.
    @Sendable static func replace(_ type: ResourceType, _ id: String) -> String {
        if id.hasPrefix("x-") { return id }
        let hash = "\(type.name)/\(id)".utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        return "x-" + String(hash, radix: 16)
    }

    static func redacted(
        _ json: [UInt8], by profile: RedactionProfileRules = profile
    ) throws -> [UInt8]? {
        let root = try JSONParser().parse(json).root
        guard let type = root["resourceType"]?.string.flatMap({ ResourceType(name: $0) }) else { return nil }
        return profile.redacted(root, type: type, at: try time(), replace)
    }

    static func redacted(_ json: String, by profile: RedactionProfileRules = profile) throws -> String? {
        try redacted(Array(json.utf8), by: profile).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A profile of these rules.
    static func profile(_ rules: String) throws -> RedactionProfileRules {
        let policy = try StorePolicy(json: Array(#"{"profiles":{"p":\#(rules)}}"#.utf8))
        guard let profile = policy.redaction.profiles["p"] else { throw Given.Missing(what: "a profile") }
        return profile
    }

    /// Patients in the form in which a store keeps them, each a list of resources.
    static func patients(from files: [URL]) throws -> [[[UInt8]]] {
        try files.map { file in
            var reader = try ResourceReader(path: file.path)
            var found: [[UInt8]] = []
            while let item = reader.next() {
                if case .resource(let resource) = item { found.append(resource.json) }
            }
            return found
        }
    }

    /// Made-up patients, the same everywhere.
    static func samples(_ count: Int) throws -> [[[UInt8]]] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "avow-redaction-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var files: [URL] = []
        for (number, bundle) in SamplePatients(seed: 11).bundles(count: count).enumerated() {
            files.append(folder.appending(path: "\(number).json"))
            try Data(bundle).write(to: files[number])
        }
        return try patients(from: files)
    }
}

/// Synthea's patients, which lie beside the package in some checkouts.
enum SyntheaPatients {
    static let archive: URL = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder =
            ProcessInfo.processInfo.environment["AVOW_SHARED_DATA"].map { URL(filePath: $0) }
            ?? package.appending(path: "../shared/data")
        return folder.appending(path: "synthea-r4-40.tar.zst").standardizedFileURL
    }()

    static var isAvailable: Bool {
        if FileManager.default.fileExists(atPath: archive.path) { return true }
        print("skipped: \(archive.path) is not there")
        return false
    }

    static func read(_ count: Int) throws -> [[[UInt8]]] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "avow-redaction-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["tar", "--zstd", "-xf", archive.path, "-C", folder.path]
        try process.run()
        process.waitUntilExit()
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }
        return try Redacting.patients(from: Array(files.prefix(count)))
    }
}

/// What identifies somebody in resources, found without the model: by the names of members and the forms of texts.
struct IdentifyingValues {
    /// Texts that must not be a whole value.
    private var wholes: Set<String> = []
    /// Words that must not be a word of a value.
    private var words: Set<String> = []

    init(_ resources: [[UInt8]]) throws {
        for resource in resources {
            let root = try JSONParser().parse(resource).root
            if let id = root["id"]?.string { wholes.insert(id) }
            collect(root, inside: "")
        }
        // What anybody may be called that also is a word of the vocabulary.
        words.subtract(["Patient"])
    }

    private mutating func collect(_ value: JSONValue, inside name: String) {
        for element in value.elements { collect(element, inside: name) }
        for member in value.members {
            let path = member.name
            if ["line", "city", "district", "family", "given", "prefix", "suffix"].contains(path) {
                for text in texts(member.value) { words.formUnion(Self.words(text)) }
            }
            if path == "value", ["identifier", "telecom"].contains(name) {
                // Synthea numbers practitioners 10, 20 …, as vaccines are.
                wholes.formUnion(texts(member.value).filter { $0.count > 3 })
            }
            if ["display", "text", "div", "title", "postalCode", "unit", "versionId", "url"].contains(path) {
                wholes.formUnion(texts(member.value).filter { $0.contains(" ") || path == "postalCode" })
            }
            collect(member.value, inside: ["extension", "valueAddress"].contains(path) ? name : path)
        }
    }

    private func texts(_ value: JSONValue) -> [String] {
        value.kind == .array ? value.elements.compactMap(\.string) : [value.string].compactMap(\.self)
    }

    static func words(_ text: String) -> [String] {
        text.split { !$0.isLetter && !$0.isNumber }.map(String.init).filter {
            $0.count > 2 && $0.contains(where: \.isLetter)
        }
    }

    /// Every text in a resource as it is shown that tells who it is about, or could.
    func leaks(in shown: [UInt8]) throws -> [String] {
        var found: [String] = []
        func check(_ value: JSONValue) {
            if let text = value.string {
                let isVocabulary = text.hasPrefix("http://") || text.hasPrefix("https://") || text.hasPrefix("urn:oid:")
                if wholes.contains(text) { found.append(text) }
                if !isVocabulary, Self.words(text).contains(where: words.contains) { found.append(text) }
                if text.contains(" "), text.uppercased() != "NEW YORK" { found.append(text) }
                if Self.hasForm(["9999-99", "hhhhhhhh-hhhh-hhhh", "999-999-9999", "999-99-9999", "@"], in: text),
                    !text.hasSuffix("-01-01T00:00:00Z")
                {
                    found.append(text)
                }
            }
            for element in value.elements { check(element) }
            for member in value.members { check(member.value) }
        }
        check(try JSONParser().parse(shown).root)
        return found
    }

    /// Whether one of some forms stands in a text: 9 is a digit, h one of 16, anything else itself.
    private static func hasForm(_ forms: [String], in text: String) -> Bool {
        let bytes = Array(text.utf8)
        func fits(_ form: UInt8, _ byte: UInt8) -> Bool {
            let isDigit = UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
            return switch form {
            case UInt8(ascii: "9"): isDigit
            case UInt8(ascii: "h"): isDigit || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
            default: form == byte
            }
        }
        return forms.contains { form in
            let form = Array(form.utf8)
            guard bytes.count >= form.count else { return false }
            return (0...bytes.count - form.count).contains { start in
                form.indices.allSatisfy { fits(form[$0], bytes[start + $0]) }
            }
        }
    }
}
