/// Why a value is not one that consent can be decided with.
public struct ConsentError: Error, Hashable, Sendable {
    /// The sort of mistake, for programs that react to it.
    public enum Kind: Hashable, Sendable {
        /// A code that is not in the value set v3-PurposeOfUse.
        case unknownPurpose
        /// A security label that its code system does not have.
        case unknownLabel
        /// A name of an actor, role, organization or group that has not the form of one.
        case invalidName
        /// A reason for breaking the glass that is empty, too long, or holds control characters.
        case invalidReason
        /// A validity window that ends before it begins.
        case invalidWindow
        /// Bytes that are not the canonical encoding of an audience.
        case malformedAudience
        /// A Consent that has not the form that FHIR R4 gives it.
        case malformedConsent
        /// A Consent that says something which cannot be evaluated, and which must not be ignored either.
        case unsupportedConsent
        /// Rules that have more exceptions to exceptions than an audience can list.
        case tooManyExceptions
    }

    /// What kind of mistake it is, to match on.
    public let kind: Kind
    /// What is wrong, as a clause without a final stop.
    public let message: String
    /// The known name nearest to the one that was given.
    public let suggestion: String?
    /// Where in the encoding the fault is, in bytes; nil when nothing was decoded.
    public let offset: Int?
    /// Which element of a Consent it is about, as FHIR writes paths: `Consent.provision.actor[1].role`.
    public let path: String?

    /// An error of a kind.
    ///
    /// - Parameters:
    ///   - message: a sentence for a person.
    ///   - suggestion: what was probably meant.
    ///   - offset: where in the bytes that were read.
    ///   - path: which element of a Consent.
    public init(
        _ kind: Kind, _ message: String, suggestion: String? = nil, offset: Int? = nil, path: String? = nil
    ) {
        self.kind = kind
        self.message = message
        self.suggestion = suggestion
        self.offset = offset
        self.path = path
    }
}

extension ConsentError: CustomStringConvertible {
    /// The message, behind the element's path where there is one, with the suggestion and the offset likewise.
    public var description: String {
        var text = path.map { "\($0): \(message)" } ?? message
        if let offset {
            text += " (at byte \(offset))"
        }
        if let suggestion {
            text += "; did you mean '\(suggestion)'?"
        }
        return text
    }
}
