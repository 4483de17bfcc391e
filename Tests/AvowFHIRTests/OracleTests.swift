import Foundation
import Testing

@testable import AvowFHIR

/// Importing against a second implementation of it, in Python.
@Suite struct OracleTests {
    static let hasPython = (try? run("python3", ["--version"])) != nil

    static let canRun: Bool = {
        guard hasPython else {
            print("skipped: python3 is not there")
            return false
        }
        return Synthea.isAvailable
    }()

    @Test(.enabled(if: canRun, "needs python3 and ../shared/data/synthea-r4-40.tar.zst"))
    func `bytes, owners, codes and dates are those of the oracle`() throws {
        let directory = try Synthea.directory()
        let files = try ResourceReader.files(at: directory)
        #expect(files.count == 42)
        // The bundles of organizations and practitioners, and some patients.
        let chosen =
            files.filter { $0.contains("Information") }
            + files.filter { !$0.contains("Information") }.prefix(6)
        #expect(chosen.count == 8)
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Oracle/oracle.py")
            .path
        let expected = try run("python3", [script] + chosen).split(separator: UInt8(ascii: "\n")).map {
            String(decoding: $0, as: UTF8.self)
        }

        var reader = ResourceReader(files: Array(chosen))
        var found: [String] = []
        while let item = reader.next() {
            guard case .resource(let resource) = item else {
                Issue.record("\(item)")
                continue
            }
            found.append(line(for: resource))
        }
        #expect(found.count == expected.count)
        #expect(found.count > 1_000)
        for (found, expected) in zip(found, expected) where found != expected {
            Issue.record("found \(found)\nexpected \(expected)")
            return
        }
    }

    private func line(for resource: ImportedResource) -> String {
        func quote(_ text: String) -> String {
            let plain = CharacterSet(
                charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-~")
            return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
        }
        let codes = resource.codes.map { quote($0.system) + "|" + quote($0.code) }.joined(separator: " ")
        let date = resource.clinicalDate.map(String.init) ?? "-"
        return [
            resource.type.name, resource.id, resource.patient ?? "-", date, codes.isEmpty ? "-" : codes,
            text(resource.json),
        ].joined(separator: "\t")
    }

    @Test(.enabled(if: Synthea.isAvailable, "needs ../shared/data/synthea-r4-40.tar.zst"))
    func `a stored resource is compact, and its members are found where they stand`() throws {
        var reader = try ResourceReader(path: Synthea.directory())
        let parser = try JSONParser()
        var count = 0
        while case .resource(let resource)? = reader.next() {
            count += 1
            guard count % 25 == 0 else { continue }
            let root = try parser.parse(resource.json).root
            #expect(root.rawBytes == resource.json)
            let members = try TopLevelMembers.find(in: resource.json)
            #expect(members.map { $0.value } == root.members.map { $0.value.byteRange })
            #expect(members.map { Array(resource.json[$0.name]) } == root.members.map(\.rawName))
        }
        #expect(count == 13_420)
    }
}
