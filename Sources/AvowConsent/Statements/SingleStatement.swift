internal import AvowFHIR

/// A statement of one purpose, one type, one recipient, one label and one code, each of which may be missing for all.
///
/// A statement with lists says the same as all that can be made of it with one item of each list.
struct SingleStatement: Hashable {
    let effect: ConsentEffect
    let purpose: Purpose?
    let type: ResourceType?
    let recipient: Recipient?
    let label: ConsentLabel?
    let code: Token?
    let from: String?
    let until: String?
    let window: ValidityWindow

    /// The most of them that a Consent is made of.
    static let greatestCount = 1_024

    /// Takes a statement apart.
    ///
    /// - Throws: ``ConsentError`` of kind `invalidWindow`, or `tooManyExceptions` for more than ``greatestCount``.
    static func all(of statement: ConsentStatement) throws(ConsentError) -> Set<SingleStatement> {
        let window = try statement.window()
        // What names everything is as if nothing were named.
        func parts<Part>(_ parts: [Part]?, isAll: (Part) -> Bool) -> [Part?] {
            guard let parts, !parts.contains(where: isAll) else { return [nil] }
            return parts
        }
        let widest = statement.effect == .permit ? "V" : "U"
        let purposes = parts(statement.purposes) { $0 == .anyPurpose }
        let types = parts(statement.types) { _ in false }
        let named = try statement.recipients?.map { recipient throws(ConsentError) in
            try recipient.withCanonicalSystem()
        }
        let recipients = parts(named) { $0 == .anyone }
        let labels = parts(statement.labels) { $0.system == CodeSystem.confidentiality && $0.code == widest }
        let codes = parts(
            statement.codes?.map { Token(system: CodeSystem.canonical($0.system), code: $0.code) }
        ) { _ in false }
        var count = 1
        for length in [purposes.count, types.count, recipients.count, labels.count, codes.count] {
            let product = count.multipliedReportingOverflow(by: length)
            guard !product.overflow, product.partialValue <= greatestCount else { throw tooMany() }
            count = product.partialValue
        }
        var singles: Set<SingleStatement> = []
        for purpose in purposes {
            for type in types {
                for recipient in recipients {
                    for label in labels {
                        for code in codes {
                            singles.insert(
                                SingleStatement(
                                    effect: statement.effect, purpose: purpose, type: type, recipient: recipient,
                                    label: label, code: code, from: statement.from, until: statement.until,
                                    window: window))
                        }
                    }
                }
            }
        }
        return singles
    }

    static func tooMany() -> ConsentError {
        ConsentError(
            .tooManyExceptions,
            "the patient's statements, taken apart, would be more than \(greatestCount), or stand too deep in each other"
        )
    }

    /// Whether every request for every record that the other one is about is one that this one is about.
    func covers(_ other: SingleStatement) -> Bool {
        if let type, type != other.type { return false }
        if let code, code != other.code { return false }
        if let recipient, recipient != other.recipient { return false }
        if let purpose { guard let narrower = other.purpose, purpose.covers(narrower) else { return false } }
        if let label {
            guard let narrower = other.label else { return false }
            guard label.covers(narrower, effect, of: other.effect) else { return false }
        }
        return window.contains(other.window)
    }

    /// Whether both may be about one request for one record: they have a type, a purpose and a time in common.
    func meets(_ other: SingleStatement) -> Bool {
        if let type, let otherType = other.type, type != otherType { return false }
        if let purpose, let otherPurpose = other.purpose, !purpose.covers(otherPurpose), !otherPurpose.covers(purpose) {
            return false
        }
        return window.intersection(other.window) != nil
    }

    /// What orders statements that are written side by side.
    var sortKey: [String] {
        [
            effect.rawValue, purpose?.code ?? "", type?.name ?? "",
            recipient.map { String(decoding: $0.canonicalBytes, as: UTF8.self) } ?? "",
            label.map { "\($0.system)|\($0.code)" } ?? "", code.map { "\($0.system)|\($0.code)" } ?? "", from ?? "",
            until ?? "",
        ]
    }
}

extension Recipient {
    /// The recipient, the system of a role named as R4 names it.
    fileprivate func withCanonicalSystem() throws(ConsentError) -> Recipient {
        guard case .role(let name) = self, name.text.utf8.contains(UInt8(ascii: "|")) else { return self }
        let role = Token(role: name)
        return .role(try Token(system: CodeSystem.canonical(role.system), code: role.code).role())
    }
}

extension ConsentLabel {
    /// Whether all records that a statement of one effect means by the other label are meant by this one.
    func covers(_ other: ConsentLabel, _ effect: ConsentEffect, of otherEffect: ConsentEffect) -> Bool {
        guard system == other.system else { return false }
        if let level = Confidentiality(code: code), system == CodeSystem.confidentiality,
            let otherLevel = Confidentiality(code: other.code)
        {
            // A permit reaches from below up to the level, a refusal from the level on upwards.
            guard effect == otherEffect else { return false }
            return effect == .permit ? level >= otherLevel : level <= otherLevel
        }
        return SecurityLabel.ancestorsAndSelf(Token(system: other.system, code: other.code))
            .contains(Token(system: system, code: code))
    }
}

extension ConsentStatement {
    /// When it holds.
    ///
    /// - Throws: ``ConsentError`` of kind `invalidWindow`.
    func window() throws(ConsentError) -> ValidityWindow {
        func instant(_ text: String?) throws(ConsentError) -> FHIRDateTime? {
            guard let text else { return nil }
            guard let date = FHIRDateTime(text) else { throw ConsentError(.invalidWindow, "'\(text)' is no date") }
            return date
        }
        do throws(ConsentError) {
            return try ValidityWindow(from: try instant(from)?.lowerBound, until: try instant(until)?.upperBound)
        } catch {
            throw ConsentError(.invalidWindow, "the statement ends before it begins to hold: \(error.message)")
        }
    }
}
