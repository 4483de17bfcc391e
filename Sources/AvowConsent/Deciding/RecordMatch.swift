internal import AvowFHIR

extension RuleConditions {
    /// The elements of the provision that do not match a record; none when all of them do.
    ///
    /// - Parameters:
    ///   - custodian: who keeps a record that does not say.
    func mismatches(with record: RecordFacts, keptBy custodian: String?, in context: ConsentContext) -> [String] {
        var names: [String] = []
        if isAboutReading == false { names.append("action") }
        if let labels, !labels.contains(where: { matches($0, record) }) { names.append("securityLabel") }
        if let classes, !classes.contains(where: { matches($0, record) }) { names.append("class") }
        if let codes, !codes.contains(where: record.codes.contains) { names.append("code") }
        if let dataPeriod, !matches(dataPeriod, record) { names.append("dataPeriod") }
        if let data, !data.contains(where: { matches($0, record, context) }) { names.append("data") }
        if let custodians, record.keepers(or: custodian).isDisjoint(with: custodians) { names.append("actor") }
        if let authors, record.authors.isDisjoint(with: authors) { names.append("actor") }
        return names
    }

    private func matches(_ label: SecurityLabel, _ record: RecordFacts) -> Bool {
        switch label {
        case .tag(let token): record.labels.contains(token)
        case .confidentiality(let level):
            readings.labels == .deny ? record.confidentiality >= level : record.confidentiality <= level
        }
    }

    private func matches(_ recordClass: RecordClass, _ record: RecordFacts) -> Bool {
        switch recordClass {
        case .type(let name): record.type.name == name
        case .profile(let url): record.profiles.contains(url)
        case .mediaType(let type): record.mediaTypes.contains(type)
        }
    }

    /// A permit for data of a time covers what lies wholly in it, a denial what touches it.
    private func matches(_ period: ValidityWindow, _ record: RecordFacts) -> Bool {
        guard let time = record.clinicalTime else { return false }
        return readings.dataPeriod == .deny ? period.intersection(time) != nil : period.contains(time)
    }

    private func matches(_ test: DataTest, _ record: RecordFacts, _ context: ConsentContext) -> Bool {
        if test.meaning == .authoredby { return record.authors.contains(test.reference) }
        if record.reference == test.reference { return true }
        switch test.meaning {
        case .instance, .authoredby: return false
        case .dependents: return record.references.contains(test.reference)
        case .related:
            // R4 means what the named record refers to, IHE PCF what belongs to the named encounter.
            return record.references.contains(test.reference)
                || record.reference.map { context.refers(test.reference, to: $0) } ?? false
        }
    }
}

extension RecordFacts {
    /// Who keeps the record: whom it names, or else the one that keeps what names nobody.
    func keepers(or custodian: String?) -> Set<String> {
        custodians.isEmpty ? Set([custodian].compactMap(\.self)) : custodians
    }
}
