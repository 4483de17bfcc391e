/// Reads the table that ``FHIRModel`` is made of; the comment on the table says what its lines are.
///
/// The table is part of the program, so a line that does not fit is passed over rather than reported; tests compare
/// what comes out with the definitions.
struct ModelBuilder {
    private(set) var types: [TypeRecord] = []
    private(set) var typeSlots = [UInt16](repeating: 0, count: 2_048)
    private(set) var elements: [ElementRecord] = []
    private(set) var members: [MemberRecord] = []
    private(set) var elementLists: [UInt16] = []
    private(set) var elementTypes: [ElementType] = []
    private(set) var targets: [FHIRType] = []
    private(set) var names: [UInt8] = []
    private(set) var memberSlots: [UInt16] = []
    private(set) var resources: [FHIRType] = []
    private(set) var bindings: [String] = []
    private(set) var compartments: [CompartmentRecord] = []
    private(set) var clinical: [ResourceElements] = []

    private var bindingNumbers: [String: UInt16] = [:]
    /// Which elements each type defines itself.
    private var own: [Range<Int>] = []

    /// The table.
    private let text: [UInt8]

    init(_ table: StaticString) {
        // The literal stays where it is as long as the program runs.
        text = unsafe Array(UnsafeBufferPointer(start: table.utf8Start, count: table.utf8CodeUnitCount))
    }

    mutating func read() {
        names.reserveCapacity(1 << 17)
        elements.reserveCapacity(1 << 13)
        members.reserveCapacity(1 << 13)
        // Types first, because a line may name one that comes later.
        var lines = TextPieces(text.indices, separator: UInt8(ascii: "\n"))
        while let line = lines.next(in: text) {
            if text[line.lowerBound] == UInt8(ascii: "=") { addType(line.dropFirst()) }
        }
        own = Array(repeating: 0..<0, count: types.count)
        readLines()
        for number in types.indices { flatten(number) }
    }

    private mutating func readLines() {
        var number = -1
        var paths = ClinicalPaths()
        var lines = TextPieces(text.indices, separator: UInt8(ascii: "\n"))
        while let line = lines.next(in: text) {
            let rest = line.dropFirst()
            switch text[line.lowerBound] {
            case UInt8(ascii: "="):
                addClinical(&paths, of: number)
                number += 1
                own[number] = elements.count..<elements.count
                setBase(of: number, rest)
            case UInt8(ascii: "@"): addCompartment(rest, FHIRType(number: UInt16(number)))
            case UInt8(ascii: "?"): paths.patient = ElementPath.list(string(rest))
            case UInt8(ascii: "#"): paths.code = ElementPath.list(string(rest))
            case UInt8(ascii: "%"): paths.date = ElementPath.list(string(rest))
            default:
                addElement(line, FHIRType(number: UInt16(number)))
                own[number] = own[number].lowerBound..<elements.count
            }
        }
        addClinical(&paths, of: number)
    }

    /// Gives a type the elements of its base, and the table by which its members are found.
    private mutating func flatten(_ number: Int) {
        var chain = [number]
        while let base = types[chain[chain.count - 1]].base { chain.append(Int(base.number)) }
        let start = elementLists.count
        for type in chain.reversed() { elementLists.append(contentsOf: own[type].lazy.map { UInt16($0) }) }
        types[number].firstElement = UInt32(start)
        types[number].elementCount = UInt16(elementLists.count - start)
        let count = elementLists[start...].reduce(0) { $0 + Int(elements[Int($1)].typeCount) }
        guard count > 0 else { return }
        var slotCount = 4
        while slotCount < count * 2 { slotCount *= 2 }
        let first = memberSlots.count
        memberSlots.append(contentsOf: repeatElement(0, count: slotCount))
        for element in elementLists[start...] {
            let record = elements[Int(element)]
            for member in record.firstMember..<record.firstMember + UInt16(record.typeCount) {
                var slot = members[Int(member)].name.key.slot(mask: slotCount - 1)
                while memberSlots[first + slot] != 0 { slot = (slot + 1) & (slotCount - 1) }
                memberSlots[first + slot] = member + 1
            }
        }
        types[number].firstSlot = UInt32(first)
        types[number].slotCount = UInt16(slotCount)
    }

    private mutating func addName(_ bytes: some Collection<UInt8>) -> Name {
        let start = names.count
        names.append(contentsOf: bytes)
        return Name(key: NameKey(names[start...]), offset: UInt32(start))
    }

    private func string(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
}

// Types.
extension ModelBuilder {
    /// - Parameter header: Kind, name and base.
    private mutating func addType(_ header: Range<Int>) {
        var words = TextPieces(header, separator: TextPieces.space)
        guard let kind = words.next(in: text), let name = words.next(in: text) else { return }
        let number = UInt16(types.count)
        var record = TypeRecord(name: addName(text[name]), kind: FHIRType.Kind(rawValue: string(kind)) ?? .abstract)
        if record.kind == .primitive { record.primitive = FHIRPrimitive(rawValue: string(name)) }
        if record.kind == .resource {
            resources.append(FHIRType(number: number))
            record.resource = ResourceType(rawValue: UInt8(resources.count))
        }
        types.append(record)
        var slot = record.name.key.slot(mask: typeSlots.count - 1)
        while typeSlots[slot] != 0 { slot = (slot + 1) & (typeSlots.count - 1) }
        typeSlots[slot] = number + 1
    }

    private mutating func setBase(of number: Int, _ header: Range<Int>) {
        var words = TextPieces(header, separator: TextPieces.space)
        _ = (words.next(in: text), words.next(in: text))
        types[number].base = words.next(in: text).flatMap { type(named: text[$0]) }
    }

    private func type(named name: ArraySlice<UInt8>) -> FHIRType? {
        unsafe name.withUnsafeBufferPointer { unsafe FHIRModel.find($0, typeSlots, types, names) }
    }

    private mutating func addCompartment(_ line: Range<Int>, _ type: FHIRType) {
        let words = string(line).split(separator: " ").map(String.init)
        guard let first = words.first, let compartment = Compartment(rawValue: first) else { return }
        compartments.append(
            CompartmentRecord(type: type, compartment: compartment, parameters: Array(words.dropFirst())))
    }

    private mutating func addClinical(_ paths: inout ClinicalPaths, of number: Int) {
        guard number >= 0, types[number].kind == .resource else { return }
        let name = names[types[number].name.range]
        clinical.append(ResourceElements(name: String(decoding: name, as: UTF8.self), paths))
        paths = ClinicalPaths()
    }
}

// Elements.
extension ModelBuilder {
    /// - Parameter line: Name, cardinality, types, and the value set of a required binding.
    private mutating func addElement(_ line: Range<Int>, _ owner: FHIRType) {
        var words = TextPieces(line, separator: TextPieces.space)
        guard var name = words.next(in: text), let cardinality = words.next(in: text) else { return }
        let isChoice = text[name.upperBound - 1] == UInt8(ascii: "]")
        if isChoice { name = name.dropLast(3) }
        let element = FHIRElement(number: UInt16(elements.count))
        let firstType = elementTypes.count
        let firstMember = members.count
        var binding: UInt16 = 0
        while let word = words.next(in: text) {
            if text[word.lowerBound] == UInt8(ascii: "!") {
                binding = bindingNumber(string(word.dropFirst()))
            } else {
                let type = addElementType(word, element: name, owner)
                members.append(MemberRecord(name: memberName(name, type, isChoice), element: element, type: type))
            }
        }
        let mark = text[cardinality.lowerBound]
        elements.append(
            ElementRecord(
                name: isChoice ? addName(text[name]) : members[firstMember].name, owner: owner,
                minimum: mark == UInt8(ascii: "1") || mark == UInt8(ascii: "+") ? 1 : 0,
                repeats: mark == UInt8(ascii: "*") || mark == UInt8(ascii: "+"), isChoice: isChoice,
                firstType: UInt16(firstType), typeCount: UInt8(elementTypes.count - firstType),
                firstMember: UInt16(firstMember), binding: binding))
    }

    /// - Parameter word: `code`, `Reference(Patient|Group)`, or `.` for the backbone element at this place.
    private mutating func addElementType(_ word: Range<Int>, element: Range<Int>, _ owner: FHIRType) -> FHIRType {
        let firstTarget = targets.count
        var name = word
        if let bracket = text[word].firstIndex(of: UInt8(ascii: "(")) {
            name = word.lowerBound..<bracket
            var pieces = TextPieces(bracket + 1..<word.upperBound - 1, separator: UInt8(ascii: "|"))
            while let target = pieces.next(in: text) {
                if let type = type(named: text[target]) { targets.append(type) }
            }
        }
        let isInside = text[name.lowerBound] == UInt8(ascii: ".")
        let path = names[types[Int(owner.number)].name.range] + [UInt8(ascii: ".")] + text[element]
        let type = type(named: isInside ? path : text[name]) ?? .element
        elementTypes.append(
            ElementType(
                type: type, firstTarget: UInt16(firstTarget), targetCount: UInt16(targets.count - firstTarget)))
        return type
    }

    /// The name of a choice goes on with that of the type: `valueQuantity`, `valueString`.
    private mutating func memberName(_ name: Range<Int>, _ type: FHIRType, _ isChoice: Bool) -> Name {
        guard isChoice else { return addName(text[name]) }
        var suffix = Array(names[types[Int(type.number)].name.range])
        if suffix[0] >= UInt8(ascii: "a") { suffix[0] -= 32 }
        return addName(text[name] + suffix)
    }

    private mutating func bindingNumber(_ name: String) -> UInt16 {
        if let known = bindingNumbers[name] { return known }
        bindings.append(ValueSetURL.full(name))
        bindingNumbers[name] = UInt16(bindings.count)
        return UInt16(bindings.count)
    }
}

/// Value sets of the specification itself, whose URLs tables shorten.
enum ValueSetURL {
    private static let prefix = "http://hl7.org/fhir/ValueSet/"

    static func full(_ name: String) -> String { name.utf8.contains(UInt8(ascii: ":")) ? name : prefix + name }
}

/// Where the pieces of a text stand that a separator parts; no empty ones.
struct TextPieces {
    static let space = UInt8(ascii: " ")

    private let end: Int
    private let separator: UInt8
    private var position: Int

    init(_ range: Range<Int>, separator: UInt8) {
        position = range.lowerBound
        end = range.upperBound
        self.separator = separator
    }

    mutating func next(in text: [UInt8]) -> Range<Int>? {
        while position < end, text[position] == separator { position += 1 }
        guard position < end else { return nil }
        let start = position
        while position < end, text[position] != separator { position += 1 }
        return start..<position
    }
}
