public import AvowConsent
public import AvowProof
public import AvowQuery

/// An answer that passed every check. Only `AnswerVerifier` makes one.
public struct VerifiedAnswer: Sendable {
    /// The query that was answered.
    public let query: Query
    /// Who asked, why and when, as the answer says.
    public let request: AccessRequest
    /// The rows: what the query gives over exactly the entries that the store has committed to.
    public let result: QueryResult
    /// The commit that the rows are true of: the newest of the log, or the one that the query is AS OF.
    public let commit: CommitRecord
    /// The signed checkpoint of the log that holds the commit.
    public let checkpoint: VerifiedCheckpoint
}

/// Checks answers with nothing but a store's public key.
///
/// ```swift
/// let verifier = AnswerVerifier(LogPolicy(log: key))
/// let verified = try verifier.verify(file)
/// print(verified.result.rows)
/// ```
///
/// A verifier remembers the last few commits whose log proof it verified, so that of many answers over one commit only
/// the first pays for the signatures. It remembers, too, what it made of the text of queries and of the encodings of
/// audiences and indexes, which are the same in most answers to one asker.
public struct AnswerVerifier: Sendable {
    private let policy: LogPolicy
    private let known = VerifiedCommits()
    /// Those of the store's audit ledger, which is another log, with another name.
    private let knownOfLedger = VerifiedCommits()
    private let memory = VerifierMemory()

    /// A verifier that trusts checkpoints as `policy` says: which key signs them, and which witnesses cosign them.
    public init(_ policy: LogPolicy) {
        self.policy = policy
    }

    /// Checks an answer file and executes its query over what it proves.
    ///
    /// The checks go from the outside in: the encoding, the checkpoint's signatures and the commit's place in the log,
    /// that the commit is the one that the query is about, the newest or the one that AS OF comes to, that the request
    /// was made no earlier than the newest commit, the tree's root and count, then the query, which decides by itself
    /// which audiences, ranges, entries, values and records it reads; at last that nothing is disclosed which it does not
    /// read, and that the file is as it was written.
    ///
    /// An answer to `SHOW DISCLOSURES` is one of the store's audit ledger, whose checkpoints are signed with the same key
    /// under the ledger's name, and is refused as an answer to anything else.
    ///
    /// - Throws: `VerificationError`, which says what does not hold. No rows are given then.
    /// - Complexity: O(n) hashes in what the answer holds; memory O(n).
    public func verify(_ file: [UInt8]) throws(VerificationError) -> VerifiedAnswer {
        let (answer, isIntact) = try read(file)
        // What is wrong with the query is said when its turn comes; which log it is about must be known first.
        let prepared = Result { () throws(QueryError) in try memory.queries.query(answer.query) }
        let isAboutLedger = (try? prepared.get())?.isAboutLedger ?? false
        let (commit, checkpoint) = try verifyLog(answer, ofLedger: isAboutLedger)
        let newest = try CommitCheck(commit, checkpoint.checkpoint, answer.laterCommits)
            .newestCommit(asOf: (try? prepared.get())?.asOf)
        // In the ledger nothing begins or ends with time, and asking makes commits of its own.
        guard isAboutLedger || answer.request.time >= Int64(clamping: newest.time) else {
            throw .requestBeforeCommit(time: answer.request.time, commit: newest.time)
        }
        let tree: ProvenTree
        do throws(TreeProofError) {
            tree = try TreeProof(answer.treeProof).verified(root: commit.stateRoot, count: commit.entryCount)
        } catch {
            throw .tree(error)
        }
        let source = try ProvenSource(tree, answer, memory)
        let query: Query
        let result: QueryResult
        do throws(QueryError) {
            query = try prepared.get()
            let request = try query.request(
                actor: answer.request.actor, purpose: answer.request.purpose, time: answer.request.time,
                breakGlassReason: answer.request.breakGlassReason)
            guard request == answer.request else { throw .source(VerificationError.contradictoryRequest) }
            result = try QueryExecutor(query, as: request, over: source, at: commit).run()
        } catch {
            if case .source(let refusal as VerificationError) = error { throw refusal }
            throw .query(error)
        }
        try source.finish()
        guard isIntact else { throw .altered }
        return VerifiedAnswer(
            query: query, request: answer.request, result: result, commit: commit, checkpoint: checkpoint)
    }

    private func read(_ file: [UInt8]) throws(VerificationError) -> (Answer, isIntact: Bool) {
        do throws(AnswerFormatError) {
            let decoded = try Answer.decode(file)
            return (decoded.answer, decoded.isIntact)
        } catch {
            throw .format(error)
        }
    }

    private func verifyLog(
        _ answer: Answer, ofLedger isOfLedger: Bool
    ) throws(VerificationError) -> (CommitRecord, VerifiedCheckpoint) {
        let known = isOfLedger ? knownOfLedger : known
        if let found = known.find(commit: answer.commit, logProof: answer.logProof) { return found }
        let verified = try verifyUnknownLog(answer, ofLedger: isOfLedger)
        known.remember(verified.0, verified.1, commit: answer.commit, logProof: answer.logProof)
        return verified
    }

    private func verifyUnknownLog(
        _ answer: Answer, ofLedger isOfLedger: Bool
    ) throws(VerificationError) -> (CommitRecord, VerifiedCheckpoint) {
        let commit: CommitRecord
        do throws(CBORError) {
            commit = try CommitRecord(decoding: answer.commit)
        } catch {
            throw .commit(error)
        }
        let proof: TlogProof
        let checkpoint: VerifiedCheckpoint
        do throws(NoteError) {
            proof = try TlogProof(parsing: answer.logProof)
            checkpoint = try proof.verify(
                leafHash: commit.leafHash, isOfLedger ? try policy.ofLedger() : policy)
        } catch {
            throw .log(error)
        }
        guard proof.index == commit.sequence else {
            throw .commitMisplaced(sequence: commit.sequence, index: proof.index)
        }
        return (commit, checkpoint)
    }
}
