import Avow
import AvowFHIR
import AvowQuery
import TestSupport

@testable import ConsentModel

/// A query, and the rows that a model says it has, in no order.
struct ModelQuestion {
    let text: String
    let rows: [[String]]

    /// A question of a kind that is drawn.
    static func random(
        _ random: inout SeededGenerator, _ model: StoreModel, _ request: SlowRequest, _ reason: String?
    ) throws -> ModelQuestion {
        let type: ResourceType = random.pick([.observation, .observation, .condition])
        let id = "o\(Int.random(in: 1...5, using: &random))"
        let patient = random.pick(["p", "q", "r"])
        let code = random.pick(["a", "b"])
        let visible = try model.visible(type, request, reason)
        let coded = visible.filter { $0.facts.codes.contains(code) }
        func identifiers(_ versions: [StoreModel.Version]) -> [[String]] { versions.map { [$0.facts.id] } }
        switch Int.random(in: 0..<13, using: &random) {
        case 0:
            return ModelQuestion(
                text: "SELECT id FROM \(type.name) WHERE _id = '\(id)'",
                rows: identifiers(visible.filter { $0.facts.id == id }))
        case 1: return ModelQuestion(text: "SELECT id FROM \(type.name)", rows: identifiers(visible))
        case 2: return ModelQuestion(text: "SELECT COUNT(*) FROM \(type.name)", rows: [["\(visible.count)"]])
        case 3:
            return ModelQuestion(
                text: "SELECT id FROM \(type.name) WHERE code = 'http://codes|\(code)'", rows: identifiers(coded))
        case 4:
            let day = Int.random(in: 1...20, using: &random)
            return ModelQuestion(
                text:
                    "SELECT id FROM \(type.name) WHERE code = 'http://codes|\(code)' AND date >= \(SlowTime.day(day))",
                rows: identifiers(coded.filter { $0.facts.time.map { $0.lowerBound >= day } ?? false }))
        case 5:
            return ModelQuestion(
                text: "SELECT COUNT(*) FROM \(type.name) WHERE code = 'http://codes|\(code)'",
                rows: [["\(coded.count)"]])
        case 6:
            let groups = ["a", "b", "c"].map { code in
                ["http://codes|\(code)", "\(visible.count { $0.facts.codes.contains(code) })"]
            }
            return ModelQuestion(
                text: "SELECT code, COUNT(*) FROM \(type.name) GROUP BY code", rows: groups.filter { $0[1] != "0" })
        case 7:
            return ModelQuestion(
                text: "SELECT id FROM \(type.name) WHERE patient = Patient/\(patient)",
                rows: identifiers(visible.filter { $0.facts.patient == "Patient/\(patient)" }))
        case 8:
            return ModelQuestion(
                text: "SELECT COUNT(DISTINCT patient) FROM \(type.name)",
                rows: [["\(Set(visible.compactMap(\.facts.patient)).count)"]])
        case 9:
            let patients = try model.visible(.patient, request, reason).filter { patient in
                coded.contains { $0.facts.patient == patient.facts.patient }
            }
            return ModelQuestion(
                text:
                    "SELECT id FROM Patient WHERE EXISTS (\(type.name) WHERE code = 'http://codes|\(code)')",
                rows: identifiers(patients))
        case 10:
            let types: [ResourceType] = [.patient, .encounter]
            let type = random.pick(types)
            return ModelQuestion(
                text: "SELECT id FROM \(type.name)", rows: identifiers(try model.visible(type, request, reason)))
        case 11:
            let day = Int.random(in: 1...20, using: &random)
            let either = visible.filter { version in
                let isLate = version.facts.time.map { $0.lowerBound >= day } ?? false
                return version.facts.codes.contains(code) && isLate || version.facts.id == id
                    || version.facts.patient == "Patient/\(patient)"
            }
            return ModelQuestion(
                text:
                    "SELECT id FROM \(type.name) WHERE code = 'http://codes|\(code)' AND date >= \(SlowTime.day(day)) "
                    + "OR _id = '\(id)' OR patient = Patient/\(patient)",
                rows: identifiers(either))
        default:
            let resource = model.resources[ResourceIdentity(type, id: id)] ?? StoreModel.Resource()
            let versions = try model.permits(request, reason, resource) ? resource.versions : []
            return ModelQuestion(
                text: "HISTORY OF \(type.name)/\(id)",
                rows: versions.enumerated().map { ["\($0 + 1)", "\($1 == nil)", $1?.json ?? ""] })
        }
    }
}
