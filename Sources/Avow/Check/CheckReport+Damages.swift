internal import AvowProof
internal import AvowStorage
internal import AvowTree
internal import AvowVault

extension CheckReport {
    /// Notes what an error says about the store; throws it when it says nothing about what rests there.
    mutating func take(_ error: StoreError) throws(StoreError) {
        switch error {
        case .damaged(let part, let reason): add(part, reason)
        case .record(let key, let reason): add("record at key \(key.bytes.hexadecimal)", reason)
        case .note(let cause): add("checkpoint", "\(cause)")
        case .vault(.notAuthentic(let subject)): add(subject.rawValue, "\(error)")
        case .tree(.storage(let cause)): try take(.storage(cause))
        case .tree(let cause): add("tree", "\(cause)")
        case .storage(let cause):
            switch cause.code {
            case .damaged, .missingTable, .tableKindMismatch: add("\(cause.place)", "\(cause.code)")
            default: throw error
            }
        default: throw error
        }
    }

    mutating func take(_ file: FileCheckReport) {
        pages = file.pages.meta + file.pages.branch + file.pages.leaf + file.pages.overflow
        for damage in file.damages {
            let table = damage.table.map { " of table \($0)" } ?? ""
            add(
                "page \(damage.page)\(table), byte \(damage.offset)",
                "expected \(damage.expected), found \(damage.found)")
        }
    }
}
