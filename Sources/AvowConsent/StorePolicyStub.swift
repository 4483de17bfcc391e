public import AvowFHIR

public struct StorePolicy: Hashable, Sendable {
    public static let standard = StorePolicy()
    public init() {}
    public init(json: [UInt8]) throws(ConsentError) {}
    public var json: [UInt8] { Array("{}".utf8) }
    public var defaultAudience: Audience { DefaultPolicy.standard.audience }
    public func facts(of resource: JSONValue, type: ResourceType) -> RecordFacts { RecordFacts(resource, type: type) }
    public func audience(
        of record: RecordFacts, under readings: [ConsentReading], in context: ConsentContext, at time: Int64
    ) -> Audience {
        (try? RecordJudgement(of: record, under: readings, in: context).audience(default: .standard)) ?? .nobody
    }
}
