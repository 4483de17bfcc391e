internal import AvowProof

extension TreeProver {
    /// Shows an entry as far as its order, and not whose it is nor what it stands for.
    ///
    /// - Parameter rank: how many entries stand before it.
    public mutating func show(orderAt rank: UInt64) {
        shown.append((rank, .order))
    }
}
