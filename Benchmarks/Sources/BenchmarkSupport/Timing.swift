/// How long `body` takes, in microseconds.
public func time(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    try body()
    let parts = (clock.now - start).components
    return Double(parts.seconds) * 1e6 + Double(parts.attoseconds) / 1e12
}

/// Runs `body` several times and gives the median of how long it took, in microseconds.
public func medianTime(_ runs: Int, _ body: (Int) throws -> Void) rethrows -> Double {
    var times: [Double] = []
    times.reserveCapacity(runs)
    for run in 0..<runs { times.append(try time { try body(run) }) }
    return times.sorted()[runs / 2]
}
