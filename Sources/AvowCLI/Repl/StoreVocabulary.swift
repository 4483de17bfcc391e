import Avow
import AvowConsent
import AvowFHIR
import AvowQuery
import Foundation

/// What a store holds, as far as somebody may read it, found out by asking it: how many resources of each type, and which
/// codes. It is looked up when it is needed, once.
final class StoreVocabulary: Vocabulary {
    /// For whom, and at which commit.
    struct Asker: Equatable {
        let actor: Actor?
        let purpose: Purpose?
        let commit: UInt64
    }

    /// Whoever waits at a prompt waits no longer than this.
    private static let patience = Duration.seconds(2)
    /// What more codes than these mean is not looked up.
    private static let mostDisplays = 2_000

    let asker: Asker
    var columns: [String] = []
    private let store: Store
    private let runner: QueryRunner
    private var knownTypes: [(name: String, count: Int)]?
    private var knownViews: [StoredView]?
    private var knownCodes: [String: [KnownCode]] = [:]

    init(_ store: Store, _ asker: Asker, _ runner: QueryRunner) {
        self.store = store
        self.asker = asker
        self.runner = runner
    }

    var types: [(name: String, count: Int)] {
        if let knownTypes { return knownTypes }
        let types = (try? loadTypes(deadline: StoreVocabulary.patience, isStopped: { false })) ?? []
        knownTypes = types
        return types
    }

    /// Views say nothing of anybody, so that all may know them.
    var views: [StoredView] {
        if let knownViews { return knownViews }
        let views = (try? store.views()) ?? []
        knownViews = views
        return views
    }

    func codes(of type: String) -> [KnownCode] {
        if let known = knownCodes[type] { return known }
        let codes = (try? loadCodes(of: type, deadline: StoreVocabulary.patience, isStopped: { false })) ?? []
        knownCodes[type] = codes
        return codes
    }

    /// As ``types``, for those who would rather have an error than an empty list.
    func loadTypes(deadline: Duration? = nil, isStopped: () -> Bool) throws(StoreError) -> [(name: String, count: Int)]
    {
        if let knownTypes { return knownTypes }
        let (store, actor, purpose) = (store, asker.actor, asker.purpose)
        let counts = try runner.run(deadline: deadline, isStopped: isStopped) { () throws(StoreError) in
            let snapshot = try store.snapshot()
            return try snapshot.recordingTogether(as: actor, for: purpose) { () throws(StoreError) in
                var counts: [TypeCount] = []
                for type in ResourceType.allCases {
                    // Counts come from the tree alone.
                    let result = try snapshot.query("SELECT COUNT(*) FROM \(type.name)", as: actor, for: purpose)
                    let count = Int(result.rows.first?.first?.text ?? "") ?? 0
                    if count > 0 { counts.append(TypeCount(name: type.name, count: count)) }
                }
                return counts
            }
        }
        let types = counts.sorted { ($1.count, $0.name) < ($0.count, $1.name) }.map { (name: $0.name, count: $0.count) }
        knownTypes = types
        return types
    }

    /// As ``codes(of:)``, for those who would rather have an error than an empty list.
    func loadCodes(
        of type: String, deadline: Duration? = nil, isStopped: () -> Bool
    ) throws(StoreError) -> [KnownCode] {
        if let known = knownCodes[type] { return known }
        guard R4Schema().searchParameters(of: type).contains("code") else { return [] }
        let (store, actor, purpose) = (store, asker.actor, asker.purpose)
        let codes = try runner.run(deadline: deadline, isStopped: isStopped) { () throws(StoreError) in
            let snapshot = try store.snapshot()
            return try snapshot.recordingTogether(as: actor, for: purpose) { () throws(StoreError) in
                let groups = try snapshot.query(
                    "SELECT code, COUNT(*) FROM \(type) GROUP BY code ORDER BY COUNT(*) DESC", as: actor, for: purpose)
                let parser = try? JSONParser()
                var codes: [KnownCode] = []
                for row in groups.rows {
                    guard row.count == 2, let coding = WrittenCode(row[0].text) else { continue }
                    var display = ""
                    if codes.count < StoreVocabulary.mostDisplays {
                        // One record that has the code says what it means.
                        let condition = "'\(row[0].text.replacing("'", with: "''"))'"
                        let record = try snapshot.query(
                            "SELECT resource FROM \(type) WHERE code = \(condition) LIMIT 1", as: actor, for: purpose)
                        if let json = record.rows.first?.first?.text,
                            let root = try? parser?.parse(Array(json.utf8)).root
                        {
                            display = coding.display(in: root) ?? ""
                        }
                    }
                    codes.append(
                        KnownCode(
                            token: coding.token, code: coding.code, display: display, count: Int(row[1].text) ?? 0))
                }
                return codes
            }
        }
        knownCodes[type] = codes
        return codes
    }

    func files(_ beginning: String) -> [String] {
        let slash = beginning.lastIndex(of: "/")
        let folder = slash.map { String(beginning[...$0]) } ?? ""
        let start = slash.map { String(beginning[beginning.index(after: $0)...]) } ?? beginning
        let directory = folder.isEmpty ? "." : ReplSession.expanded(folder)
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else { return [] }
        let found = names.filter { $0.hasPrefix(start) && (!$0.hasPrefix(".") || start.hasPrefix(".")) }.sorted()
        return found.filter { !$0.contains(where: \.isWhitespace) }.prefix(500).map { name in
            var isFolder: ObjCBool = false
            // The flag is set by the call and not kept.
            let exists = unsafe FileManager.default.fileExists(atPath: directory + "/" + name, isDirectory: &isFolder)
            return folder + name + (exists && isFolder.boolValue ? "/" : "")
        }
    }
}

/// A type's name and how many there are.
private struct TypeCount: Sendable {
    let name: String
    let count: Int
}

/// A code with its system, as the groups of a query have it: `http://loinc.org|4548-4`.
struct WrittenCode: Equatable {
    let system: String
    let code: String

    /// Nil for a text that is none. `\|` and `\\` stand for a bar and a backslash.
    init?(_ text: String) {
        var parts = [String.UnicodeScalarView()]
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if !isEscaped, scalar == "\\" {
                isEscaped = true
                continue
            }
            if !isEscaped, scalar == "|" { parts.append(.init()) } else { parts[parts.count - 1].append(scalar) }
            isEscaped = false
        }
        guard parts.count == 2 else { return nil }
        system = String(parts[0])
        code = String(parts[1])
    }

    /// As a query writes it, in quotes where it must.
    var token: String {
        func escaped(_ text: String) -> String { text.replacing("\\", with: "\\\\").replacing("|", with: "\\|") }
        let alias = CodeSystemAliases.alias(for: system)
        let text = "\(alias ?? escaped(system))|\(escaped(code))"
        let isPlain = text.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7f && !",;()'\"=<>".utf8.contains(byte)
        }
        return isPlain ? text : "'\(text.replacing("'", with: "''"))'"
    }

    /// What a resource says that the code means, in the first coding that does.
    func display(in value: JSONValue) -> String? {
        switch value.kind {
        case .object:
            if value["code"]?.equals(code) == true, value["system"]?.string ?? "" == system,
                let display = value["display"]?.string
            {
                return display
            }
            for member in value.members {
                if let display = display(in: member.value) { return display }
            }
        case .array:
            for element in value.elements {
                if let display = display(in: element) { return display }
            }
        default: break
        }
        return nil
    }
}
