import Foundation
import Testing

@Suite struct `Older states at the command line` {
    private static let key = ["--key-file", "clinic.key"]

    @Test func `are kept as it was said, asked, explained and verified`() throws {
        let session = try CommandSession()
        let made = try session.avow(["init", "clinic", "--origin", "clinic.example", "--keep", "100,30d"] + Self.key)
        #expect(made.status == 0, "\(made.testDescription)")
        for status in ["preliminary", "final"] {
            try session.write(
                """
                {"resourceType":"Observation","id":"a","status":"\(status)","code":{"text":"weight"}}
                """, to: "a.json")
            #expect(try session.avow(["import", "clinic", "a.json"] + Self.key).status == 0)
        }
        let shown = try session.avow(["retain", "clinic"] + Self.key)
        #expect(shown.status == 0, "\(shown.testDescription)")
        #expect(shown.lines.count == 3 && shown.lines[1].contains("\"commit\":1"))
        let kept = "Kept: the newest 100 versions, and all of the last 30 days. 3 versions can be read"
        #expect(shown.error.contains(kept), "\(shown.testDescription)")
        let request = Self.key + ["--as", "Practitioner/1", "--for", "TREAT"]
        let text = "SELECT status FROM Observation AS OF COMMIT 1"
        let asked = try session.avow(["query", "clinic", text, "--answer", "a.avow"] + request)
        #expect(asked.status == 0 && asked.output.contains("preliminary"), "\(asked.testDescription)")
        let key = try session.avow(["key", "clinic"] + Self.key).lines[0]
        let verified = try session.avow(["verify", "a.avow", "--key", key, "--query", text])
        #expect(verified.status == 0 && verified.output == asked.output, "\(verified.testDescription)")
        #expect(verified.error.contains("commit 1, ") && verified.error.contains("a log of 3 commits"))
        let explained = try session.avow(["explain", "clinic", text] + request)
        #expect(explained.status == 0 && explained.output.contains("as of commit 1, "), "\(explained.testDescription)")
        let less = try session.avow(["retain", "clinic", "1"] + Self.key)
        #expect(less.status == 0 && less.error.contains("Kept: the newest version. 1 version can be read"))
        let gone = try session.avow(["query", "clinic", text] + request)
        #expect(gone.status == 1 && gone.error.contains("the store keeps commit 2 alone"), "\(gone.testDescription)")
    }

    @Test(arguments: [
        "0", "30", "30d", "12h", "100,30d", "30d,100", "all", "", "x", "30m", "1,2", "1d,2d", "-1", "30d,",
    ])
    func `are named in few words`(what: String) throws {
        let session = try CommandSession()
        let run = try session.avow(["init", "clinic", "--origin", "clinic.example", "--keep=\(what)"] + Self.key)
        let isRefused = ["0", "", "x", "30m", "1,2", "1d,2d", "-1", "30d,"].contains(what)
        #expect(run.status == (isRefused ? 2 : 0), "\(run.testDescription)")
    }
}
