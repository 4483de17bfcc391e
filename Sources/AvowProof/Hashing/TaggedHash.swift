/// The first byte of every hash input: what kind of thing is hashed.
///
/// No two kinds share a tag, so an input of one kind can never be read as one of another: a leaf cannot be shown as
/// an inner node, a record digest not as a tree hash. 0x00 and 0x01 belong to the commit log, where RFC 6962
/// (section 2.1) fixes them, and nothing else uses them.
public enum HashTag: UInt8, Sendable {
    case logLeaf = 0x00
    case logInner = 0x01
    case leaf = 0x02
    case inner = 0x03
    case keyBlind = 0x04
    case ownerBlind = 0x05
    case emptyTree = 0x06
    case value = 0x07
    case member = 0x10
    case record = 0x11
    case sealedRecord = 0x12
    case memberSalt = 0x13
    case memberNames = 0x14
    case audience = 0x15
    case recipient = 0x16
    case answer = 0x17
    case deletion = 0x18
}

extension Digest {
    /// SHA-256 of the tag byte of `tag` and then `bytes`.
    ///
    /// - Parameter bytes: what is hashed, already laid out as the format says.
    public init(_ tag: HashTag, _ bytes: Span<UInt8>) {
        var state = HashState(tag)
        state.update(bytes)
        self = state.finish()
    }

    /// SHA-256 of the tag byte of `tag` and then `bytes`.
    public init(_ tag: HashTag, _ bytes: [UInt8]) {
        self.init(tag, bytes.span)
    }

    /// SHA-256 of `input`, whose first byte is already a tag.
    init(sha256 input: Span<UInt8>) {
        var state = HashState()
        state.update(input)
        self = state.finish()
    }
}
