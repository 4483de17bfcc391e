import BenchmarkSupport

/// A random choice of a few elements of a sequence whose length is not known before its end, each as likely as any other.
struct Reservoir<Element> {
    private(set) var elements: [Element] = []
    private let capacity: Int
    private var seen: UInt64 = 0
    private var generator: SplitMix64

    init(capacity: Int, seed: UInt64) {
        self.capacity = capacity
        generator = SplitMix64(seed: seed)
    }

    mutating func offer(_ element: Element) {
        seen += 1
        if elements.count < capacity {
            elements.append(element)
            return
        }
        let place = Int(generator.next() % seen)
        if place < capacity { elements[place] = element }
    }
}
