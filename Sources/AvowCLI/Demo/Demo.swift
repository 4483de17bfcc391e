import Avow
import AvowConsent
import AvowQuery
import AvowSamples
import AvowVault
import Foundation

/// The demo: a store from its making to forged answers.
struct Demo {
    private static let actor = "Practitioner/1"

    private let patients: Int
    private let stays: Bool
    private var stage: Stage
    private let files: DemoFiles

    init(directory: String, patients: Int, stays: Bool) {
        self.patients = patients
        self.stays = stays
        stage = Stage(.current)
        files = DemoFiles(directory)
    }

    mutating func run() throws(CommandFailure) {
        stage.title("Avow: records sealed, answers proven")
        stage.say(
            """
            \(HumanFormat.count(patients, "made-up patient")) go into a store; questions are answered; somebody who \
            has nothing but the store's public key checks the answers; and some answers are forged. Everything is in \
            \(files.directory)\(stays ? ", which stays." : " and removed at the end. (avow demo DIR keeps it.)")
            """)
        try makeStore()
        try importPatients()
        try ask()
        try verifyWithoutStore()
        try askAgainstConsent()
        try proveCountAndAbsence()
        try check()
        try importMore()
        try tamper()
    }

    // MARK: A store and what is in it

    private mutating func makeStore() throws(CommandFailure) {
        stage.step("Make a store")
        stage.say(
            """
            A key file opens this one, so that the demo need not ask for a passphrase. Records, codes, dates and names \
            rest sealed on the disk; each patient has a key of their own.
            """)
        try stage.run(["init", files.store, "--origin", "clinic.example/records", "--key-file", files.keyFile])
        try stage.run(["key"] + opened, into: files.publicKey)
        stage.say("The public key is all that a verifier needs. It goes out, the store stays in.")
    }

    private mutating func importPatients() throws(CommandFailure) {
        stage.step("Import bundles")
        let early = patients - patients / 10
        try files.writeBundles(0..<early, into: files.monday)
        stage.say(
            """
            \(files.monday) holds \(early) FHIR R4 bundles, one a patient. All of it becomes one commit, whose root \
            hash stands in a signed, append-only log.
            """)
        try stage.run(["import"] + opened + [files.monday])
        try stage.run(["stats"] + opened)
    }

    // MARK: Questions

    private mutating func ask() throws(CommandFailure) {
        stage.step("Ask a question")
        stage.say("Every question says who asks and for which purpose. First: who has diabetes?")
        try query(
            "SELECT patient, onset AS since, clinicalStatus.coding.code AS status FROM Condition "
                + "WHERE code = snomed|44054006 ORDER BY date LIMIT 5")
        let patient = try firstDiabetic()
        stage.say("And how did the blood sugar (HbA1c) of the first of them go?")
        try query(
            "SELECT effective AS taken, value.value AS hba1c, value.unit AS unit FROM Observation "
                + "WHERE patient = \(patient) AND code = loinc|4548-4 ORDER BY date")
        stage.step("Ask for proof")
        stage.say(
            """
            The same for everybody in the last days of the sample, this time with an answer file: the records that \
            were read, and the hashes that show that they are in the store and that none was left out.
            """)
        try query(Demo.wide, answer: files.answer)
    }

    private mutating func verifyWithoutStore() throws(CommandFailure) {
        stage.step("Verify without the store")
        stage.say(
            """
            The store is moved out of the way. The verifier has the answer and the public key, runs the query again \
            over what the answer proves, and gets the same rows.
            """)
        let (store, away) = (files.store, files.away)
        try stage.act("mv \(Stage.quoted(store)) \(Stage.quoted(away))") {
            try FileManager.default.moveItem(atPath: store, toPath: away)
        }
        try verify(files.answer)
        try stage.act("mv \(Stage.quoted(away)) \(Stage.quoted(store))") {
            try FileManager.default.moveItem(atPath: away, toPath: store)
        }
    }

    private mutating func askAgainstConsent() throws(CommandFailure) {
        stage.step("Ask for what consent does not allow")
        stage.say(
            """
            No patient has agreed to research (HRESCH), so a researcher gets no rows. The audience that may read a \
            record is part of the record's place in the store; the answer proves that no audience there admits the \
            request, without a word about the records.
            """)
        try query("SELECT id, name.family FROM Patient", for: "HRESCH", answer: files.research)
        try verify(files.research)
    }

    private mutating func proveCountAndAbsence() throws(CommandFailure) {
        stage.step("Count with proof, from counts alone")
        stage.say(
            """
            Each hash commits to the number of entries below it. So this count is proven without showing one of the \
            measurements: see how small the file is.
            """)
        try query("SELECT COUNT(*) AS measurements FROM Observation WHERE code = loinc|4548-4", answer: files.count)
        try verify(files.count)
        stage.step("Prove that something is not there")
        stage.say("The entries stand in order, so two neighbours with nothing between them prove an absence.")
        try query("SELECT * FROM Patient WHERE _id = nobody-of-that-id", answer: files.absence)
        try verify(files.absence)
    }

    private mutating func check() throws(CommandFailure) {
        stage.step("Check the store")
        stage.say("Every byte is read: pages, nodes, hashes, records, index entries against records, keys, the log.")
        try stage.run(["check"] + opened)
    }

    private mutating func importMore() throws(CommandFailure) {
        stage.step("The store goes on")
        let early = patients - patients / 10
        try files.writeBundles(early..<patients, into: files.tuesday)
        stage.say(
            """
            More patients come, and with them a second commit. The old answer stays true of the old commit; a new \
            one is made of the new.
            """)
        try stage.run(["import"] + opened + [files.tuesday])
        try stage.run(["checkpoint"] + opened)
        try query(Demo.wide, answer: files.newAnswer, showsRows: false)
    }

    // MARK: Forgeries

    private mutating func tamper() throws(CommandFailure) {
        stage.step("Forge: one byte is changed")
        let forger = Forger(files)
        let flip = try forger.flipDigit()
        stage.say("A digit of one measured value becomes another, so that somebody's blood sugar looks different.")
        let copy = "cp \(Stage.quoted(files.answer)) \(Stage.quoted(files.flipped))"
        try stage.act(
            "\(copy) && printf \(flip.digit) | dd of=\(Stage.quoted(files.flipped)) bs=1 seek=\(flip.offset) "
                + "conv=notrunc status=none"
        ) { try FileAccess.write(flip.bytes, to: files.flipped) }
        try verify(files.flipped, expecting: .failure)

        stage.step("Forge: rows are dropped")
        stage.say(
            "The rows of a few days, with their true and complete proof, are passed off as those of all the days.")
        try query(Demo.narrow, answer: files.narrow, showsRows: false)
        try forger.passOffNarrow(as: Demo.wide)
        stage.say("(\(files.dropped) is that answer with the wider query written over its own.)")
        try verify(files.dropped, expecting: .failure)

        stage.step("Forge: an old checkpoint under a new answer")
        stage.say("Monday's checkpoint is put under Tuesday's answer, as if the log had never grown.")
        try forger.putOldCheckpoint()
        stage.say("(\(files.oldCheckpoint) is \(files.newAnswer) with the log proof of \(files.answer).)")
        try verify(files.oldCheckpoint, expecting: .failure)
    }

    // MARK: Command lines

    private static let columns = "SELECT patient, effective AS taken, value.value AS hba1c, value.unit AS unit"
    private static let wide =
        columns + " FROM Observation WHERE code = loinc|4548-4 AND date >= 2025-06-12 ORDER BY date"
    private static let narrow =
        columns + " FROM Observation WHERE code = loinc|4548-4 AND date >= 2025-06-20 ORDER BY date"

    /// The arguments that name and open the store.
    private var opened: [String] { [files.store, "--key-file", files.keyFile] }

    private func query(
        _ text: String, for purpose: String = "TREAT", answer: String? = nil, showsRows: Bool = true
    ) throws(CommandFailure) {
        var arguments = ["query"] + opened + [text, "--as", Demo.actor, "--for", purpose]
        if let answer { arguments += ["--answer", answer] }
        try stage.run(arguments, into: showsRows ? nil : "/dev/null")
    }

    private func verify(_ answer: String, expecting expected: ExitStatus = .success) throws(CommandFailure) {
        try stage.run(["verify", answer, "--key", files.publicKey], expecting: expected)
    }

    /// The patient that the list of diabetics begins with.
    private func firstDiabetic() throws(CommandFailure) -> String {
        let secret = try Unlocking.keyFile(files.keyFile)
        let result = try attempt(on: files.store) { () throws(StoreError) in
            let store = try Store.open(at: files.store, unlock: secret)
            return try store.query(
                "SELECT patient FROM Condition WHERE code = snomed|44054006 ORDER BY date LIMIT 1 "
                    + "AS \(Demo.actor) FOR TREAT")
        }
        guard let patient = result.rows.first?.first?.text else {
            throw CommandFailure("the demo did not go as it must: nobody has diabetes")
        }
        return patient
    }
}
