/// Writes the program of a pattern.
struct RegularExpressionWriter {
    typealias Failure = RegularExpression.PatternError

    private(set) var program: [RegularExpression.Instruction] = []

    mutating func emit(_ instruction: RegularExpression.Instruction) throws(Failure) {
        guard program.count < RegularExpression.longestProgram else {
            throw Failure(reason: "a pattern whose repetitions make it too long")
        }
        program.append(instruction)
    }

    mutating func write(_ tree: RegularExpressionTree) throws(Failure) {
        switch tree {
        case .empty: break
        case .scalar(let scalar): try emit(.scalar(scalar))
        case .set(let set): try emit(.set(set))
        case .any: try emit(.any)
        case .assertion(let assertion): try emit(.assert(assertion))
        case .sequence(let parts):
            for part in parts { try write(part) }
        case .group(let inner, let number):
            try emit(.save(number * 2))
            try write(inner)
            try emit(.save(number * 2 + 1))
        case .alternatives(let branches):
            var jumps: [Int] = []
            for branch in branches.dropLast() {
                let split = program.count
                try emit(.match)
                try write(branch)
                jumps.append(program.count)
                try emit(.match)
                program[split] = .split(split + 1, program.count)
            }
            try write(branches[branches.count - 1])
            for jump in jumps { program[jump] = .jump(program.count) }
        case .repetition(let inner, let from, let to, let isLazy):
            for _ in 0..<from {
                let before = program.count
                try write(inner)
                // Nothing stays nothing however often, and repetitions of repetitions of it would never end.
                if program.count == before { break }
            }
            guard let to else { return try writeLoop(inner, isLazy: isLazy) }
            var splits: [Int] = []
            for _ in from..<max(from, to) {
                splits.append(program.count)
                try emit(.match)
                try write(inner)
            }
            for split in splits { program[split] = Self.split(split + 1, program.count, isLazy: isLazy) }
        }
    }

    private mutating func writeLoop(_ inner: RegularExpressionTree, isLazy: Bool) throws(Failure) {
        let split = program.count
        try emit(.match)
        try write(inner)
        try emit(.jump(split))
        program[split] = Self.split(split + 1, program.count, isLazy: isLazy)
    }

    private static func split(_ inside: Int, _ outside: Int, isLazy: Bool) -> RegularExpression.Instruction {
        isLazy ? .split(outside, inside) : .split(inside, outside)
    }
}

/// Runs a program over a text, all alternatives side by side in the order of their preference.
struct RegularExpressionMachine {
    private let expression: RegularExpression
    private let text: [Unicode.Scalar]
    private let wholly: Bool
    /// The places of the current threads and the groups of each.
    private var current = Threads()
    private var following = Threads()
    /// At which position a place of the program was last entered, so that each is entered once.
    private var entered: [Int]
    /// How far the text was looked at.
    private(set) var reached = 0

    private struct Threads {
        var places: [Int] = []
        var groups: [[Int]] = []
    }

    init(_ expression: RegularExpression, _ text: [Unicode.Scalar], wholly: Bool) {
        self.expression = expression
        self.text = text
        self.wholly = wholly
        entered = [Int](repeating: -1, count: expression.program.count)
    }

    mutating func run(from start: Int) -> [Int]? {
        var found: [Int]?
        var position = start
        let none = [Int](repeating: -1, count: expression.groupCount * 2)
        while position <= text.count {
            if found == nil, position == start || !wholly {
                enter(0, at: position, none, into: \.current)
            }
            if current.places.isEmpty, found != nil || wholly { break }
            following.places.removeAll(keepingCapacity: true)
            following.groups.removeAll(keepingCapacity: true)
            let scalar = position < text.count ? text[position] : nil
            steps: for index in current.places.indices {
                let place = current.places[index]
                switch expression.program[place] {
                case .match:
                    if wholly && position < text.count { continue }
                    found = current.groups[index]
                    // What comes later is preferred less.
                    break steps
                case .scalar(let wanted) where scalar == wanted:
                    enter(place + 1, at: position + 1, current.groups[index], into: \.following)
                case .any where scalar != nil:
                    enter(place + 1, at: position + 1, current.groups[index], into: \.following)
                case .set(let set):
                    if let scalar, set.contains(scalar) {
                        enter(place + 1, at: position + 1, current.groups[index], into: \.following)
                    }
                default: continue
                }
            }
            swap(&current, &following)
            position += 1
            reached = position
        }
        return found
    }

    /// Adds a thread at a place, following what takes no scalar.
    private mutating func enter(
        _ place: Int, at position: Int, _ groups: [Int], into list: WritableKeyPath<Self, Threads>
    ) {
        // A stack of its own: a program may be longer than the machine's stack is deep.
        var pending = [(place, groups)]
        while let (place, groups) = pending.popLast() {
            guard entered[place] != position else { continue }
            entered[place] = position
            switch expression.program[place] {
            case .jump(let target): pending.append((target, groups))
            case .split(let first, let second):
                pending.append((second, groups))
                pending.append((first, groups))
            case .save(let slot):
                var changed = groups
                changed[slot] = position
                pending.append((place + 1, changed))
            case .assert(let assertion):
                if holds(assertion, at: position) { pending.append((place + 1, groups)) }
            default:
                self[keyPath: list].places.append(place)
                self[keyPath: list].groups.append(groups)
            }
        }
    }

    private func holds(_ assertion: RegularExpression.Assertion, at position: Int) -> Bool {
        switch assertion {
        case .start: return position == 0
        case .end: return position == text.count
        case .lineStart: return position == 0 || text[position - 1] == "\n"
        case .lineEnd: return position == text.count || text[position] == "\n"
        case .wordBoundary, .noWordBoundary:
            let before = position > 0 && RegularExpression.isWord(text[position - 1])
            let after = position < text.count && RegularExpression.isWord(text[position])
            return (before != after) == (assertion == .wordBoundary)
        }
    }
}
