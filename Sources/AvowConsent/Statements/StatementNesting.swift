/// How the statements of a patient stand in each other, so that the deepest that applies is the one that decides.
///
/// A permit overrules the refusals that wholly cover it, and a refusal that a permit covers is an exception to it. Of two
/// that only meet, the refusal stands: it is put as deep as the permit, if need be. Where such pairs go round in a ring
/// (permit a lies within refusal b, which meets permit c, which lies within refusal d, which meets a) the refusals stand.
struct StatementNesting {
    let statements: [SingleStatement]
    /// How deep each stands, from 1.
    private(set) var levels: [Int]
    /// For each the statement that it is an exception to, if there is one.
    private(set) var parents: [Int?]

    /// The greatest level: provisions stand at most 32 deep, the root among them.
    private static let greatestLevel = 31

    /// - Parameter statements: none of which covers another of the same effect or was made later than one that it covers.
    /// - Throws: ``ConsentError`` of kind `tooManyExceptions`.
    /// - Complexity: O(n²) for n statements.
    init(_ statements: [SingleStatement]) throws(ConsentError) {
        self.statements = statements
        var above: [[Edge]] = Array(repeating: [], count: statements.count)
        for (place, statement) in statements.enumerated() where statement.effect == .deny {
            for (other, permit) in statements.enumerated() where permit.effect == .permit && statement.meets(permit) {
                if statement.covers(permit) {
                    above[place].append(Edge(to: other, isStrict: true))
                } else {
                    above[other].append(Edge(to: place, isStrict: permit.covers(statement)))
                }
            }
        }
        Self.breakRings(&above, statements)
        levels = Self.levels(above)
        parents = []
        guard levels.allSatisfy({ $0 <= Self.greatestLevel }) else { throw SingleStatement.tooMany() }
        parents = statements.indices.map { place in
            statements.indices
                .filter {
                    statements[$0].effect != statements[place].effect && levels[$0] < levels[place]
                        && statements[$0].covers(statements[place])
                }
                .max { (levels[$0], $1) < (levels[$1], $0) }
        }
    }

    /// That one statement has to stand deeper than another, or at least as deep.
    private struct Edge {
        let to: Int
        let isStrict: Bool
    }

    /// Turns round every pair of a refusal and a permit within it that is part of a ring.
    private static func breakRings(_ above: inout [[Edge]], _ statements: [SingleStatement]) {
        let rings = StronglyConnected(above.map { $0.map(\.to) }).components
        for place in statements.indices where statements[place].effect == .deny {
            for edge in above[place] where rings[edge.to] == rings[place] {
                above[edge.to].append(Edge(to: place, isStrict: false))
            }
            above[place].removeAll { rings[$0.to] == rings[place] }
        }
    }

    /// The least levels that satisfy all edges, of which none are part of a ring any more.
    private static func levels(_ above: [[Edge]]) -> [Int] {
        var levels = Array(repeating: 1, count: above.count)
        var waiting = Array(repeating: 0, count: above.count)
        for edges in above { for edge in edges { waiting[edge.to] += 1 } }
        var ready = waiting.indices.filter { waiting[$0] == 0 }
        while let place = ready.popLast() {
            for edge in above[place] {
                levels[edge.to] = max(levels[edge.to], levels[place] + (edge.isStrict ? 1 : 0))
                waiting[edge.to] -= 1
                if waiting[edge.to] == 0 { ready.append(edge.to) }
            }
        }
        return levels
    }
}

/// The strongly connected components of a graph, after Tarjan.
private struct StronglyConnected {
    /// For each node the number of its component.
    private(set) var components: [Int]

    init(_ edges: [[Int]]) {
        components = Array(repeating: -1, count: edges.count)
        var order = Array(repeating: -1, count: edges.count)
        var lowest = order
        var open: [Int] = []
        var next = 0
        var componentCount = 0
        for root in edges.indices where order[root] < 0 {
            var path: [(node: Int, edge: Int)] = [(root, 0)]
            while let (node, edge) = path.last {
                if edge == 0 {
                    order[node] = next
                    lowest[node] = next
                    next += 1
                    open.append(node)
                }
                if edge < edges[node].count {
                    path[path.count - 1].edge += 1
                    let neighbour = edges[node][edge]
                    if order[neighbour] < 0 {
                        path.append((neighbour, 0))
                    } else if components[neighbour] < 0 {
                        lowest[node] = min(lowest[node], order[neighbour])
                    }
                    continue
                }
                path.removeLast()
                if let caller = path.last?.node { lowest[caller] = min(lowest[caller], lowest[node]) }
                guard lowest[node] == order[node] else { continue }
                while let last = open.popLast() {
                    components[last] = componentCount
                    if last == node { break }
                }
                componentCount += 1
            }
        }
    }
}
