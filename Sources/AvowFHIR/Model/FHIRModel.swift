/// The types of FHIR R4 (4.0.1), their elements, and how these are called in JSON.
///
/// Loaded once, on first use, from a table in the program (about a millisecond); nothing is looked up in files.
/// ``FHIRType``, ``FHIRElement`` and ``FHIRMember`` are small handles into it, cheap to keep and to compare.
///
/// ```swift
/// let patient = FHIRType(.patient)
/// patient.element(named: "deceased")?.types         // boolean, dateTime
/// patient.member(named: "deceasedDateTime")?.type   // dateTime
/// FHIRType.code.isA(.string)                        // true
/// ```
public final class FHIRModel: Sendable {
    /// The model of R4.
    public static let r4 = FHIRModel(reading: table)

    let types: [TypeRecord]
    let elements: [ElementRecord]
    let members: [MemberRecord]
    /// The elements of each type, those of its base first.
    let elementLists: [UInt16]
    /// The types of each element.
    let elementTypes: [ElementType]
    /// The types that references may lead to.
    let targets: [FHIRType]
    /// The names of types, elements and members, one behind the other.
    let names: [UInt8]
    /// For each type a hash table of its members: their numbers plus one, 0 where there is none.
    let memberSlots: [UInt16]
    /// A hash table of the types, likewise.
    let typeSlots: [UInt16]
    /// The types of resources, by their number less one.
    let resources: [FHIRType]
    /// The URLs of the value sets of required bindings.
    let bindings: [String]
    let compartments: [CompartmentRecord]
    /// The clinical elements of resources, by their number less one.
    let clinical: [ResourceElements]

    private init(reading table: StaticString) {
        var builder = ModelBuilder(table)
        builder.read()
        types = builder.types
        elements = builder.elements
        members = builder.members
        elementLists = builder.elementLists
        elementTypes = builder.elementTypes
        targets = builder.targets
        names = builder.names
        memberSlots = builder.memberSlots
        typeSlots = builder.typeSlots
        resources = builder.resources
        bindings = builder.bindings
        compartments = builder.compartments
        clinical = builder.clinical
    }

    /// All types, each before the backbone elements in it.
    public var allTypes: some RandomAccessCollection<FHIRType> {
        types.indices.lazy.map { FHIRType(number: UInt16($0)) }
    }

    /// The type of this name, `Patient.contact` for the backbone element at that path; nil when R4 has none.
    ///
    /// - Complexity: O(1) expected.
    public func type(named name: String) -> FHIRType? {
        var name = name
        return name.withUTF8 { unsafe type(named: $0) }
    }

    func type(named name: UnsafeBufferPointer<UInt8>) -> FHIRType? {
        unsafe FHIRModel.find(name, typeSlots, types, names)
    }

    static func find(
        _ name: UnsafeBufferPointer<UInt8>, _ slots: [UInt16], _ types: [TypeRecord], _ names: [UInt8]
    ) -> FHIRType? {
        let key = unsafe NameKey(name)
        var slot = key.slot(mask: slots.count - 1)
        while slots[slot] != 0 {
            let number = slots[slot] - 1
            if unsafe types[Int(number)].name.matches(key, name, in: names) { return FHIRType(number: number) }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The member of a type's JSON that these bytes name; escapes are not decoded.
    func member(named name: UnsafeBufferPointer<UInt8>, of type: FHIRType) -> FHIRMember? {
        let record = types[Int(type.number)]
        let mask = Int(record.slotCount) - 1
        guard mask >= 0 else { return nil }
        let key = unsafe NameKey(name)
        var slot = key.slot(mask: mask)
        while true {
            let number = memberSlots[Int(record.firstSlot) + slot]
            if number == 0 { return nil }
            if unsafe members[Int(number) - 1].name.matches(key, name, in: names) {
                return FHIRMember(number: number - 1)
            }
            slot = (slot + 1) & mask
        }
    }

    func text(of name: Name) -> String { String(decoding: names[name.range], as: UTF8.self) }
}
