/// What a store permits for records about which no consent is on file.
public struct DefaultPolicy: Hashable, Sendable {
    /// The purposes for which anyone may read, with those below them.
    public let purposes: Set<Purpose>

    /// A policy that permits these purposes, and what they cover, to anyone.
    public init(purposes: Set<Purpose>) {
        self.purposes = purposes
    }

    /// Treatment, payment, operations and what the patient asks for: `TREAT`, `HPAYMT`, `HOPERAT`, `PATRQT`.
    public static let standard = DefaultPolicy(purposes: [.treatment, .payment, .operations, .patientRequest])

    /// The audience of a record about which no consent is on file.
    public var audience: Audience {
        Audience(purposes.map { Grant(purpose: $0, recipient: .anyone) })
    }
}
