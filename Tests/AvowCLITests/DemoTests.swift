import Foundation
import Testing

@testable import AvowCLI

@Suite struct `The demo` {
    private static let headings = [
        "1. Make a store", "2. Import bundles", "3. Ask a question", "4. Ask for proof",
        "5. Verify without the store", "6. Ask for what consent does not allow",
        "7. Count with proof, from counts alone", "8. Prove that something is not there", "9. Check the store",
        "10. The store goes on", "11. Forge: one byte is changed", "12. Forge: rows are dropped",
        "13. Forge: an old checkpoint under a new answer",
    ]

    @Test func `goes through all its steps and ends with a forged answer refused`() throws {
        let session = try CommandSession()
        let run = try session.avow(["demo", "demo", "--patients", "100"])
        #expect(run.status == 0 && run.error.isEmpty, "\(run)")
        #expect(!run.output.contains("\u{1b}"))
        let headings = run.lines.filter { $0.first?.isNumber == true && $0.contains(". ") && !$0.hasPrefix(" ") }
        #expect(headings == `The demo`.headings)
        let refusals = run.lines.filter { $0.contains("avow: refused by the check") }
        #expect(
            refusals.map { $0.split(separator: "'").dropFirst().first.map(String.init) } == ["record", "tree", "log"])
        #expect(run.lines.suffix(2).first == refusals.last && run.lines.last == "    exit status 1")

        // What it shows can be done again where it stays.
        let key = ["--key-file", "demo/clinic.key"]
        #expect(try session.avow(["check", "demo/clinic"] + key).status == 0)
        #expect(try session.avow(["verify", "demo/hba1c.avow", "--key", "demo/clinic.vkey"]).status == 0)
        #expect(try session.avow(["verify", "demo/forged-rows.avow", "--key", "demo/clinic.vkey"]).status == 1)

        let again = try session.avow(["demo", "demo"])
        #expect(again.status == 2 && again.complaint.contains("not an empty directory"), "\(again)")
    }

    @Test(arguments: [
        ("plain", "plain"), ("two words", "\"two words\""), ("", "\"\""), ("a|b", "\"a|b\""),
        ("it's", "\"it's\""), ("$HOME", "'$HOME'"), ("say \"it's\"", "'say \"it'\\''s\"'"),
    ])
    func `quotes arguments as a shell takes them`(_ argument: String, _ quoted: String) {
        #expect(Stage.quoted(argument) == quoted)
    }
}
