import Avow
import AvowConsent
import AvowProof
import AvowQuery
import AvowVerify
import Dispatch
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct `Hostile answers` {
    // MARK: Bytes

    /// What verifying a changed file gives: nil when it is refused or leaves the rows the same.
    private static func wronglyAccepted(_ file: [UInt8], _ verifier: AnswerVerifier, _ rows: QueryResult)
        -> String?
    {
        do throws(VerificationError) {
            let found = try verifier.verify(file).result
            return found == rows ? nil : "accepted with other rows"
        } catch {
            // Describing an error must be safe too, whatever bytes it carries.
            return error.description.isEmpty || error.check.isEmpty ? "refused without a reason" : nil
        }
    }

    /// Verifies many files on all cores.
    private static func forEach(_ count: Int, _ body: @escaping @Sendable (Int) -> String?) -> [String] {
        let found = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: count) { index in
            if let problem = body(index) { found.withLock { $0.append("\(index): \(problem)") } }
        }
        return found.withLock { $0 }
    }

    @Test func `every single-byte change is refused or leaves the rows the same`() throws {
        let fixture = try StoreFixture(patients: 1)
        let answered = try fixture.store.answer(
            "SELECT id, gender FROM Patient LIMIT 2", as: StoreFixture.clinician, for: .treatment)
        let (file, rows, verifier) = (answered.answer.bytes, answered.result, fixture.verifier)
        #expect(try verifier.verify(file).result == rows)
        #expect(rows.rows.count == 1)
        let isThorough = ProcessInfo.processInfo.environment["AVOW_THOROUGH"] != nil
        let problems = Self.forEach(file.count) { offset in
            var random = SeededGenerator(seed: UInt64(offset))
            var masks: [UInt8] = [1, 0x80, random.mask()]
            // At some offsets everything that a byte can become; with AVOW_THOROUGH, which takes minutes, at all.
            if isThorough || offset % 199 == 0 { masks = Array(1...255) }
            for mask in masks {
                var changed = file
                changed[offset] ^= mask
                if let problem = Self.wronglyAccepted(changed, verifier, rows) {
                    return "xor \(mask): \(problem)"
                }
            }
            return nil
        }
        #expect(problems == [], "of \(file.count) bytes")
    }

    @Test func `every single-byte change behind a digest that fits is refused or leaves the rows the same`()
        throws
    {
        // Without the digest at the end of the file, the proofs alone have to find it.
        let fixture = try StoreFixture(patients: 1)
        let answered = try fixture.store.answer(
            HostileCorpus.weights, as: StoreFixture.clinician, for: .treatment)
        let (answer, rows, verifier) = (answered.answer, answered.result, fixture.verifier)
        #expect(rows.rows.count == 2)
        typealias Part = (name: String, bytes: [UInt8], put: @Sendable (inout Answer, [UInt8]) -> Void)
        var parts: [Part] = [
            ("commit", answer.commit, { $0.commit = $1 }),
            ("log proof", answer.logProof, { $0.logProof = $1 }),
            ("tree proof", answer.treeProof, { $0.treeProof = $1 }),
        ]
        for (index, value) in answer.values.enumerated() {
            parts.append(("value \(index)", value, { $0.values[index] = $1 }))
        }
        for (index, record) in answer.records.enumerated() {
            parts.append(
                ("record \(index)", record.json, { $0.records[index] = $0.records[index].with(json: $1) }))
        }
        for part in parts {
            let problems = Self.forEach(part.bytes.count) { offset in
                var random = SeededGenerator(seed: UInt64(offset) &+ 1_000_000)
                var bytes = part.bytes
                bytes[offset] ^= offset % 3 == 0 ? 1 : random.mask()
                var changed = answer
                part.put(&changed, bytes)
                return Self.wronglyAccepted(changed.bytes, verifier, rows)
            }
            #expect(problems == [], "\(part.name)")
        }
    }

    @Test func `every truncation is refused`() throws {
        let fixture = try StoreFixture(patients: 1)
        let answered = try fixture.store.answer(
            "SELECT id FROM Patient", as: StoreFixture.clinician, for: .treatment)
        let (file, verifier) = (answered.answer.bytes, fixture.verifier)
        let problems = Self.forEach(file.count) { count in
            do throws(VerificationError) {
                _ = try verifier.verify(Array(file[..<count]))
                return "accepted"
            } catch {
                guard case .format = error else { return "refused late: \(error)" }
                return nil
            }
        }
        #expect(problems == [])
    }

    @Test func `random bytes, and answers spliced of pieces, never crash the verifier`() throws {
        let fixture = try StoreFixture(patients: 1)
        let questions = [HostileCorpus.weights, "SELECT COUNT(*) FROM Resource", "SELECT id FROM Patient"]
        let files = try questions.map {
            try fixture.store.answer($0, as: StoreFixture.clinician, for: .treatment).answer.bytes
        }
        let verifier = fixture.verifier
        let problems = Self.forEach(1_500) { seed in
            var random = SeededGenerator(seed: UInt64(seed))
            var file = files[random.below(files.count)]
            switch seed % 5 {
            case 0: file = random.bytes(random.below(600))
            case 1:
                // The head of an answer, then anything.
                file = Array(file.prefix(16 + random.below(100))) + random.bytes(random.below(300))
            case 2:
                let source = files[random.below(files.count)]
                let start = random.below(source.count)
                let piece = source[start..<min(source.count, start + 1 + random.below(400))]
                let place = random.below(file.count)
                file.replaceSubrange(place..<min(file.count, place + random.below(400)), with: piece)
            case 3:
                for _ in 0..<(1 + random.below(8)) {
                    file[random.below(file.count)] = UInt8(random.below(256))
                }
            default:
                // Lengths and counts of all sizes where a head of the encoding may stand.
                let head: [UInt8] = [
                    [0x9A, 0xFF, 0xFF, 0xFF, 0xFF], [0x5B] + random.bytes(8), [0x9B, 0, 0] + random.bytes(6),
                ][
                    random.below(3)]
                let place = random.below(file.count - head.count)
                file.replaceSubrange(place..<(place + head.count), with: head)
            }
            do throws(VerificationError) {
                _ = try verifier.verify(file)
                // Splicing a file with a piece of itself can give the same file again.
                return files.contains(file) ? nil : "accepted"
            } catch {
                return error.description.isEmpty ? "refused without a reason" : nil
            }
        }
        #expect(problems == [])
    }

    @Test func `random tree proofs, values and records never crash the verifier`() throws {
        let fixture = try StoreFixture(patients: 1)
        let answer = try fixture.store.answer(
            HostileCorpus.weights, as: StoreFixture.clinician, for: .treatment
        ).answer
        let verifier = fixture.verifier
        let problems = Self.forEach(800) { seed in
            var random = SeededGenerator(seed: UInt64(seed) &+ 77)
            var forged = answer
            func mangled(_ bytes: [UInt8]) -> [UInt8] {
                var bytes = bytes
                for _ in 0..<(1 + random.below(4)) {
                    let place = random.below(bytes.count)
                    let range = place..<min(bytes.count, place + random.below(20))
                    bytes.replaceSubrange(range, with: random.bytes(random.below(20)))
                    if bytes.isEmpty { bytes = [0] }
                }
                return bytes
            }
            switch seed % 4 {
            case 0: forged.treeProof = mangled(answer.treeProof)
            case 1: forged.logProof = mangled(answer.logProof)
            case 2:
                let index = random.below(answer.values.count)
                forged.values[index] = mangled(answer.values[index])
            default:
                let index = random.below(answer.records.count)
                let old = answer.records[index]
                forged.records[index] = DisclosedRecord(
                    json: mangled(old.json), saltSeed: old.saltSeed, sealedDigest: old.sealedDigest)
            }
            guard forged != answer else { return nil }
            do throws(VerificationError) {
                _ = try verifier.verify(forged.bytes)
                return "accepted"
            } catch {
                return nil
            }
        }
        #expect(problems == [])
    }

    // MARK: Forgeries

    @Test func `every forgery is refused for its own reason`() throws {
        let corpus = try HostileCorpus()
        let verifier = AnswerVerifier(LogPolicy(log: corpus.key))
        #expect(try verifier.verify(corpus.sound.bytes).result.rows.count == 2)
        #expect(corpus.hostile.count > 100)
        #expect(Set(corpus.hostile.map(\.name)).count == corpus.hostile.count)
        for forgery in corpus.hostile {
            // Not the files themselves in the expectation: a failure would print them.
            let isChanged = forgery.bytes != corpus.sound.bytes
            #expect(isChanged, "\(forgery.name)")
            let reason = RefusalReason.of(forgery.bytes, forgery.key)
            #expect(reason == forgery.reason || reason.hasPrefix(forgery.reason + "."), "\(forgery.name)")
            // What a verifier remembers of other answers, forged ones among them, makes no difference.
            if forgery.key == corpus.key {
                #expect(RefusalReason.of(forgery.bytes, by: verifier) == reason, "\(forgery.name)")
            }
        }
    }

    /// What an answer says beside its proofs can be changed by whoever passes it on, as long as the changed answer is
    /// true, too. A verifier replays what the file says and returns it with the rows, so whoever checks compares it with
    /// what was asked:
    ///
    /// - The **query** may be changed into one that reads the same entries: other columns, other white space, a LIMIT
    ///   that the rows do not reach. The rows are then those of the changed query, and as true as the others.
    /// - The **actor** may be exchanged for another one whom the policy gives the same: here anyone may read for treatment,
    ///   and that nothing more is permitted to the other actor follows from the same neighbours. Another purpose reads
    ///   other audiences, and is refused.
    /// - The **time** of the request is the store's word, from the commit's on. It decides only whether windows of
    ///   consents are open.
    /// - The **order** in which values and records are listed, and what stands in the log proof beside what is signed,
    ///   mean nothing.
    @Test func `a changed answer that is accepted is another true answer`() throws {
        let corpus = try HostileCorpus()
        let verifier = AnswerVerifier(LogPolicy(log: corpus.key))
        let rows = try verifier.verify(corpus.sound.bytes).result
        func verified(_ change: (inout Answer) throws -> Void) throws -> VerifiedAnswer {
            var changed = corpus.sound
            try change(&changed)
            return try verifier.verify(changed.bytes)
        }
        let projected = "SELECT status FROM Observation WHERE code = loinc|29463-7 ORDER BY date LIMIT 2"
        let other = try verified { $0.query = projected }
        #expect(other.query.text == projected)
        #expect(
            try other.result
                == corpus.fixture.store.query(projected, as: StoreFixture.clinician, for: .treatment))
        #expect(other.result != rows)
        let spaced = corpus.sound.query.replacingOccurrences(of: " ", with: "  ")
        #expect(try verified { $0.query = spaced }.query.text == spaced)
        let later = try verified {
            $0.request = AccessRequest(
                actor: $0.request.actor, purpose: $0.request.purpose, time: $0.request.time + 1_000)
        }
        #expect(later.request.time == corpus.sound.request.time + 1_000)
        #expect(later.result == rows)
        let actors = [
            try Actor("Practitioner/2"), try Actor("Practitioner/1", roles: ["nurse"]),
            try Actor("Practitioner/1", organization: "Organization/1", groups: ["Group/1"]),
        ]
        for actor in actors {
            let asked = try verified {
                $0.request = AccessRequest(actor: actor, purpose: $0.request.purpose, time: $0.request.time)
            }
            #expect(asked.request.actor == actor)
            #expect(asked.result == rows)
            #expect(
                try asked.result.rows
                    == corpus.fixture.store.query(corpus.sound.query, as: actor, for: .treatment).rows)
        }
        #expect(try verified { $0.values.reverse() }.result == rows)
        #expect(try verified { $0.records.reverse() }.result == rows)
        let proof = try TlogProof(parsing: corpus.sound.logProof)
        let extra = try verified {
            $0.logProof =
                TlogProof(
                    index: proof.index, path: proof.path, checkpoint: proof.checkpoint, extra: [1, 2, 3]
                ).bytes
        }
        #expect(extra.result == rows)
    }
}

/// The reason of a refusal as the path of the error's cases: `tree.incomplete`, `log.notIncluded.rootMismatch`.
enum RefusalReason {
    /// - Returns: `accepted` when there is no refusal.
    static func of(_ file: [UInt8], _ key: VerifierKey) -> String {
        // The forger's key signs under the same name as the store's.
        of(file, by: AnswerVerifier(LogPolicy(log: key)))
    }

    /// - Returns: `accepted` when there is no refusal.
    static func of(_ file: [UInt8], by verifier: AnswerVerifier) -> String {
        do throws(VerificationError) {
            _ = try verifier.verify(file)
            return "accepted"
        } catch {
            switch error {
            case .format(.notAnAnswer): return "format.notAnAnswer"
            case .format(let cause): return "format." + label(cause)
            case .tree(let cause): return "tree." + label(cause)
            case .query(let cause): return "query." + label(cause)
            case .log(let cause):
                switch cause.problem {
                case .notIncluded(let reason): return "log.notIncluded." + label(reason)
                case .notSigned: return "log.notSigned"
                case .noSignatures: return "log.noSignatures"
                default: return "log." + label(cause.problem)
                }
            case .altered: return "altered"
            case .contradictoryRequest: return "contradictoryRequest"
            default: return label(error)
            }
        }
    }

    /// The name of a case that carries something.
    private static func label(_ value: Any) -> String {
        Mirror(reflecting: value).children.first?.label ?? "\(value)"
    }
}
