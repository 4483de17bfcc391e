extension Grant {
    /// The grant in words: `TREAT to anyone, but not Practitioner/7, from 2026-01-01T00:00:00.000Z`.
    public var text: String {
        var text = "\(purpose) to \(recipient)"
        if !limits.recipients.isEmpty { text += " who is also " + Self.list(limits.recipients, "and") }
        if !limits.exceptRecipients.isEmpty { text += ", but not " + Self.list(limits.exceptRecipients, "or") }
        if !limits.exceptPurposes.isEmpty { text += ", but not for " + Self.list(limits.exceptPurposes, "or") }
        if window != .always { text += ", " + window.text }
        if needsBrokenGlass { text += ", when the glass is broken" }
        if profile != .none { text += ", as profile \(profile.id) shows it" }
        return text
    }

    /// Why the grant does not permit a request, each reason a clause; none when it does.
    public func mismatches(with request: AccessRequest) -> [String] {
        let actor = Set(request.actor.recipients)
        var reasons: [String] = []
        if !purpose.covers(request.purpose) { reasons.append("it is not for \(request.purpose)") }
        if !actor.contains(recipient) { reasons.append("the actor is not \(recipient)") }
        if !window.contains(request.time) { reasons.append("it is not in force at that time") }
        let missing = limits.recipients.filter { !actor.contains($0) }
        if !missing.isEmpty { reasons.append("the actor is not \(Self.list(missing, "or"))") }
        let excepted = limits.exceptRecipients.filter(actor.contains)
        if !excepted.isEmpty { reasons.append("the actor is \(Self.list(excepted, "and"))") }
        if limits.exceptPurposes.contains(where: { $0.covers(request.purpose) }) {
            reasons.append("it excepts \(request.purpose)")
        }
        if needsBrokenGlass, request.breakGlassReason == nil { reasons.append("the glass is not broken") }
        return reasons
    }

    private static func list(_ items: [some CustomStringConvertible], _ word: String) -> String {
        guard let last = items.last, items.count > 1 else { return items.first?.description ?? "" }
        return items.dropLast().map(\.description).joined(separator: ", ") + " \(word) \(last)"
    }
}
