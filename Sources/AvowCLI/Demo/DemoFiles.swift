import AvowSamples
import Foundation

/// What lies in the demo's directory.
struct DemoFiles {
    let directory: String
    let store, away, keyFile, publicKey: String
    let monday, tuesday: String
    /// True answers.
    let answer, newAnswer, narrow, research, count, absence: String
    /// Forged ones.
    let flipped, dropped, oldCheckpoint: String

    init(_ directory: String) {
        func path(_ name: String) -> String { directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)" }
        self.directory = directory
        store = path("clinic")
        away = path("away")
        keyFile = path("clinic.key")
        publicKey = path("clinic.vkey")
        monday = path("monday")
        tuesday = path("tuesday")
        answer = path("hba1c.avow")
        newAnswer = path("hba1c-tuesday.avow")
        narrow = path("hba1c-few-days.avow")
        research = path("research.avow")
        count = path("count.avow")
        absence = path("absence.avow")
        flipped = path("forged-byte.avow")
        dropped = path("forged-rows.avow")
        oldCheckpoint = path("forged-checkpoint.avow")
    }

    /// Writes the bundles of some patients of the sample, a file each.
    func writeBundles(_ numbers: Range<Int>, into folder: String) throws(CommandFailure) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure("\(folder) cannot be made: \(FileAccess.reason(error))")
        }
        let sample = SamplePatients(seed: 1)
        for number in numbers {
            let digits = String(number)
            let name = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
            try FileAccess.write(sample.bundle(number: number), to: "\(folder)/patient-\(name).json")
        }
    }
}
