/// The dictionaries of a store, of all types and generations.
public struct DictionarySet: Sendable {
    private var byID: [UInt32: CompressionDictionary] = [:]
    private var newestByType: [UInt32: CompressionDictionary] = [:]

    /// A set of none.
    public init() {}

    /// Adds a dictionary, in place of one with the same id.
    public mutating func insert(_ dictionary: CompressionDictionary) {
        if let replaced = byID.updateValue(dictionary, forKey: dictionary.id) {
            newestByType[replaced.typeNumber] = newest(of: replaced.typeNumber)
        }
        newestByType[dictionary.typeNumber] = newest(of: dictionary.typeNumber)
    }

    /// The dictionary that a record names.
    public subscript(id id: UInt32) -> CompressionDictionary? { byID[id] }

    /// The dictionary with which resources of a type are written: that of the highest generation.
    public func newest(forType typeNumber: UInt32) -> CompressionDictionary? { newestByType[typeNumber] }

    /// All dictionaries, by id.
    public var all: [CompressionDictionary] { byID.values.sorted { $0.id < $1.id } }

    /// Of two with one generation, the one with the higher id, so that the order of insertion is
    /// without effect.
    private func newest(of typeNumber: UInt32) -> CompressionDictionary? {
        byID.values.lazy.filter { $0.typeNumber == typeNumber }
            .max { ($0.generation, $0.id) < ($1.generation, $1.id) }
    }
}
