import ArgumentParser
import AvowConsent
import AvowFHIR
import Foundation

/// `avow consent decide`
struct ConsentDecideCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "Try consents out: may this resource be read, by whom and for what?",
        discussion: """
            Example: avow consent decide --consents consents --resource observation.json --as Practitioner/1 --for TREAT

            The answer is permit, deny or no-consent, with the consents and provisions that say so; no-consent means \
            that none of them says anything, so that the policy of a store would decide. In json it is an object with \
            the members decision and because.

            Every Consent in the folder is read, and one that cannot be evaluated is refused with the path of the \
            element; the exit status is 1 then. Consents of other patients, and those that are not active, decide \
            nothing. A purpose is a code of v3-PurposeOfUse, or system|code; any other code is looked for among the \
            purposes that the consents name. Of several purposes one that is permitted suffices.
            """)

    /// How the decision is written.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, json
    }

    private static let combinations = Combination.allCases.map(\.rawValue).joined(separator: ", ")

    /// The longest resource that is read, in bytes.
    private static let longestResource = 1 << 28

    @Option(
        name: .customLong("consents"),
        help: ArgumentHelp("A folder with the Consents on file.", valueName: "dir"))
    var consentsPath: String

    @Option(
        name: .customLong("context"),
        help: ArgumentHelp(
            "A folder with other resources, to know what those refer to that consents name.", valueName: "dir"))
    var contextPaths: [String] = []

    @Option(
        name: .customLong("resource"),
        help: ArgumentHelp("A JSON file with the resource that is asked for.", valueName: "file"))
    var resourceFile: String

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("Who asks: a reference such as Practitioner/1, or a URI.", valueName: "reference"))
    var actor: String

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("Why: a purpose such as TREAT or HRESCH; may be repeated.", valueName: "purpose"))
    var purposes: [String]

    @Option(help: ArgumentHelp("The organization for which the actor asks.", valueName: "reference"))
    var organization: String?

    @Option(
        name: .customLong("group"),
        help: ArgumentHelp("A group that the actor is a member of; may be repeated.", valueName: "reference"))
    var groups: [String] = []

    @Option(
        name: .customLong("role"),
        help: ArgumentHelp(
            "A role in which the actor asks, a code or system|code; may be repeated.", valueName: "code"))
    var roles: [String] = []

    @Option(
        help: ArgumentHelp("When it is asked, such as 2024-03-01T10:00:00Z; now unless given.", valueName: "instant"))
    var at: String?

    @Option(
        help: ArgumentHelp(
            "What holds where several consents decide: \(ConsentDecideCommand.combinations).", valueName: "algorithm"),
        transform: { text in
            if let combination = Combination(rawValue: text) { return combination }
            throw ValidationError("a combination is one of \(ConsentDecideCommand.combinations)")
        })
    var combination: Combination = .denyOverrides

    @Option(help: ArgumentHelp("How the decision is written: text or json.", valueName: "format"))
    var format: Format = .text

    func validate() throws {
        if purposes.isEmpty { throw ValidationError("say what for: add --for TREAT (or another purpose of use)") }
    }

    func run() throws {
        let console = Console.current
        let time = try instant()
        let asker = try checked { () throws(ConsentError) in
            try Actor(actor, roles: roles, organization: organization, groups: groups)
        }
        let record = try record()
        var context = ConsentContext()
        let consents = try consents(addingTo: &context)
        for path in contextPaths {
            try forEachResource(at: path, skippingRejects: true) { context.add($0, type: $1) }
        }
        let requests = try purposes.map { text throws(CommandFailure) in
            AccessRequest(actor: asker, purpose: try purpose(text, in: consents), time: time)
        }
        let judgement = RecordJudgement(of: record, under: consents, combination: combination, in: context)
        let decision = judgement.decision(for: requests)
        switch format {
        case .text: console.write(Self.text(decision), to: .output)
        case .json: console.write(Self.json(decision) + "\n", to: .output)
        }
    }

    // MARK: The request

    private func instant() throws(CommandFailure) -> Int64 {
        guard let at else { return Int64(Date().timeIntervalSince1970 * 1000) }
        if let instant = FHIRDateTime(at) { return instant.lowerBound }
        throw CommandFailure(
            "'\(DisplayText.sanitized(at))' is no instant: write it as in 2024-03-01T10:00:00Z", status: .usage)
    }

    /// A purpose by its code, which the consents may know when v3-PurposeOfUse does not.
    private func purpose(_ text: String, in consents: [ConsentReading]) throws(CommandFailure) -> Purpose {
        do throws(ConsentError) {
            return try Purpose(code: text)
        } catch {
            var named: Set<Purpose> = []
            for case .rules(let rules) in consents {
                named.formUnion(rules.purposes.filter { $0.code.hasSuffix("|\(text)") })
            }
            guard named.count <= 1 else {
                let codes = named.map(\.code).sorted().joined(separator: " and ")
                throw CommandFailure(
                    "several systems have a purpose '\(DisplayText.sanitized(text))': \(DisplayText.sanitized(codes))",
                    status: .usage)
            }
            if let purpose = named.first { return purpose }
            // What is nearly a known code is a slip; anything else is a purpose that nobody has spoken of.
            guard error.suggestion == nil else { throw CommandFailure("\(error)", status: .usage) }
            return try checked { () throws(ConsentError) in try Purpose(system: "", code: text) }
        }
    }

    private func checked<Result>(_ body: () throws(ConsentError) -> Result) throws(CommandFailure) -> Result {
        do throws(ConsentError) {
            return try body()
        } catch {
            throw CommandFailure(DisplayText.sanitized("\(error)"), status: .usage)
        }
    }

    // MARK: Input

    private func record() throws(CommandFailure) -> RecordFacts {
        let bytes = try FileAccess.read(resourceFile, limit: Self.longestResource, failingWith: .failure)
        let root: JSONValue
        do throws(JSONError) {
            root = try JSONParser().parse(bytes).root
        } catch {
            let (line, column) = error.position(in: bytes)
            throw CommandFailure("\(resourceFile):\(line):\(column): \(error)")
        }
        guard let name = root["resourceType"]?.string, let type = ResourceType(name: name) else {
            throw CommandFailure("\(resourceFile) holds no resource of FHIR R4")
        }
        return RecordFacts(root, type: type)
    }

    /// The Consents on file; what else lies beside them is taken note of.
    private func consents(addingTo context: inout ConsentContext) throws(CommandFailure) -> [ConsentReading] {
        var readings: [ConsentReading] = []
        var failure: CommandFailure?
        try forEachResource(at: consentsPath) { value, type in
            context.add(value, type: type)
            guard type == .consent, failure == nil else { return }
            do throws(ConsentError) {
                readings.append(try ConsentReading(value))
            } catch {
                let id = value["id"]?.string.map { "Consent/\($0)" } ?? "a Consent without id"
                failure = CommandFailure(DisplayText.sanitized("\(id) is refused: \(error)"))
            }
        }
        if let failure { throw failure }
        return readings
    }

    private func forEachResource(
        at path: String, skippingRejects: Bool = false, _ body: (JSONValue, ResourceType) -> Void
    ) throws(CommandFailure) {
        var limits = ReadLimits()
        limits.requiresID = false
        var reader = ResourceReader(files: try InputPaths.files(at: [path]), limits: limits, validation: .none)
        while let item = reader.next() {
            switch item {
            case .resource(let resource): body(try value(resource.json, from: path), resource.type)
            case .reject(let reject):
                let text = "not read: \(DisplayText.sanitized("\(reject)"))"
                guard skippingRejects else { throw CommandFailure(text) }
                Console.current.note(text)
            }
        }
    }

    private func value(_ json: [UInt8], from path: String) throws(CommandFailure) -> JSONValue {
        do throws(JSONError) {
            return try JSONParser().parse(json).root
        } catch {
            throw CommandFailure("\(path): \(error)")
        }
    }

    // MARK: Output

    private static func text(_ decision: ConsentDecision) -> String {
        var lines = [decision.outcome.rawValue]
        for reason in decision.reasons {
            let version = reason.version.map { ", version \($0)" } ?? ""
            lines.append("  \(reason.consent)\(version): \(reason.path): \(reason.text)")
        }
        return lines.map { DisplayText.sanitized($0) + "\n" }.joined()
    }

    private static func json(_ decision: ConsentDecision) -> String {
        let reasons = decision.reasons.map { reason in
            let members = [
                ("consent", reason.consent), ("version", reason.version), ("dialect", reason.dialect?.rawValue),
                ("says", reason.effect?.rawValue), ("path", reason.path), ("reason", reason.text),
            ]
            return JSONText.object(members.map { (name: $0.0, json: $0.1.map(JSONText.string) ?? "null") })
        }
        return JSONText.object([
            (name: "decision", json: JSONText.string(decision.outcome.rawValue)),
            (name: "because", json: "[\(reasons.joined(separator: ","))]"),
        ])
    }
}
