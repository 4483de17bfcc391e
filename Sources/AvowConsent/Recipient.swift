/// Whom a grant is for.
public enum Recipient: Hashable, Sendable {
    /// Whoever asks.
    case anyone
    /// The actor with this reference, or the members of the group with it.
    case reference(PartyName)
    /// Actors in this role: a code, or `system|code`.
    case role(PartyName)
    /// Actors of this organization.
    case organization(PartyName)

    private var tag: UInt8 {
        switch self {
        case .anyone: 0
        case .reference: 1
        case .role: 2
        case .organization: 3
        }
    }

    /// The recipient's name; nil for ``anyone``.
    public var name: PartyName? {
        switch self {
        case .anyone: nil
        case .reference(let name), .role(let name), .organization(let name): name
        }
    }

    /// A tag byte (0 anyone, 1 reference, 2 role, 3 organization) and the name's UTF-8.
    public var canonicalBytes: [UInt8] {
        [tag] + (name.map { Array($0.text.utf8) } ?? [])
    }

    /// The recipients in the order of their canonical bytes.
    static func sorted(_ recipients: some Sequence<Recipient>) -> [Recipient] {
        recipients.map { (recipient: $0, bytes: $0.canonicalBytes) }
            .sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
            .map(\.recipient)
    }

    /// Reads ``canonicalBytes``.
    ///
    /// - Throws: ``ConsentError`` of kind `malformedAudience`, its offset counted from the beginning of `bytes`.
    public init(canonicalBytes bytes: some Collection<UInt8>) throws(ConsentError) {
        guard let tag = bytes.first else {
            throw ConsentError(.malformedAudience, "a recipient has no tag", offset: 0)
        }
        let rest = bytes.dropFirst()
        if tag == 0 {
            guard rest.isEmpty else {
                throw ConsentError(.malformedAudience, "the recipient 'anyone' has no name", offset: 1)
            }
            self = .anyone
            return
        }
        guard let text = String(validating: rest, as: UTF8.self) else {
            throw ConsentError(.malformedAudience, "a recipient's name is not UTF-8", offset: 1)
        }
        do throws(ConsentError) {
            switch tag {
            case 1: self = .reference(try PartyName(reference: text))
            case 2: self = .role(try PartyName(text))
            case 3: self = .organization(try PartyName(text))
            default:
                throw ConsentError(.malformedAudience, "no kind of recipient has the tag \(tag)", offset: 0)
            }
        } catch {
            throw ConsentError(.malformedAudience, error.message, offset: error.offset ?? 1)
        }
    }
}

extension Recipient: CustomStringConvertible {
    /// The recipient as a person reads it.
    public var description: String {
        switch self {
        case .anyone: "anyone"
        case .reference(let name): name.text
        case .role(let name): "role '\(name)'"
        case .organization(let name): "organization '\(name)'"
        }
    }
}
