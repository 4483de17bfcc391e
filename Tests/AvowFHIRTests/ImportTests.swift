import Foundation
import Testing

@testable import AvowFHIR

@Suite struct ImportTests {
    @Test(.enabled(if: Synthea.isAvailable, "needs ../shared/data/synthea-r4-40.tar.zst and tar"))
    func `every resource of forty Synthea patients is taken`() throws {
        var reader = try ResourceReader(path: Synthea.directory())
        var rejects: [Reject] = []
        var resources = 0
        var owned = 0
        while let item = reader.next() {
            switch item {
            case .resource(let resource):
                resources += 1
                owned += resource.patient == nil ? 0 : 1
            case .reject(let reject): rejects.append(reject)
            }
        }
        #expect(rejects == [])
        #expect(resources == 13_420)
        #expect(owned > resources * 9 / 10)
    }
}
