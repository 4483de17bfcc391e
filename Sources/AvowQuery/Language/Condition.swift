/// One test of WHERE: what a record must meet.
public enum Condition: Hashable, Sendable {
    /// What is asked of a search parameter's values: `code = loinc|4548-4`.
    case parameter(ParameterTest)
    /// What is asked of a column of the view that is selected from.
    case column(ColumnTest)
    /// What a path of FHIRPath says of the record: `PATH(value.value > 7)`.
    case path(PathExpression)
    /// The patient, or what a reference leads to, is one of those that a query finds: `patient IN (SELECT …)`.
    case membership(Located<ParameterName>, PatientSet)
    /// The patient has such a record: `EXISTS (Condition WHERE …)`.
    case exists(Event)
    /// The record's date stands so to that of another record of the patient.
    case temporal(TemporalRelation)
}

/// What is asked of the values of a search parameter.
public struct ParameterTest: Hashable, Sendable {
    /// The parameter.
    public let parameter: Located<ParameterName>
    /// What is asked.
    public let operation: Operation<ConditionValue>

    /// A test of a parameter.
    public init(_ parameter: Located<ParameterName>, _ operation: Operation<ConditionValue>) {
        self.parameter = parameter
        self.operation = operation
    }
}

/// A search parameter as a condition names it.
public struct ParameterName: Hashable, Sendable {
    /// The name, as R4 has it: `value-quantity`.
    public let name: String
    /// What stands behind a colon: `exact`.
    public let modifier: String?

    /// A name, with or without a modifier.
    public init(_ name: String, modifier: String? = nil) {
        self.name = name
        self.modifier = modifier
    }
}

/// A value that a condition compares with, in the form that the parameter's kind has.
public enum ConditionValue: Hashable, Sendable {
    /// A code, its system, or both.
    case token(Token)
    /// A date, as precise as it was written.
    case date(DateLiteral)
    /// The digits of a number.
    case number(NumberLiteral)
    /// A number with a unit, or with any.
    case quantity(NumberLiteral, unit: String?)
    /// A resource.
    case reference(ResourceReference)
    /// A logical id.
    case id(ResourceID)
    /// Text: of a string, a URI, or a reference that is one.
    case text(String)
    /// One comparison for each component of a composite: `(loinc|4548-4, > 7 '%')`.
    case composite([CompositeTerm])
    /// What a value is to be bound to.
    case placeholder(Placeholder)
}

/// What is asked of one component of a composite search parameter.
public struct CompositeTerm: Hashable, Sendable {
    /// How it is compared.
    public let comparison: Comparison
    /// What it is compared with.
    public let value: Located<ConditionValue>

    /// A comparison with a value.
    public init(_ comparison: Comparison, _ value: Located<ConditionValue>) {
        self.comparison = comparison
        self.value = value
    }
}

/// Records that a condition refers to: those of a type that meet conditions of their own.
public struct Event: Hashable, Sendable {
    /// The records' type.
    public let type: Located<String>
    /// What they must meet; nil for all of the type.
    public let condition: Logic<Condition>?

    /// Records of a type.
    public init(_ type: Located<String>, _ condition: Logic<Condition>? = nil) {
        self.type = type
        self.condition = condition
    }
}

/// How a record's clinical date must stand to that of another record of the same patient.
public struct TemporalRelation: Hashable, Sendable {
    /// The side of the other record.
    public enum Side: String, CaseIterable, Hashable, Sendable {
        case before = "BEFORE"
        case after = "AFTER"
        /// Either side; only with a distance.
        case around = "OF"
    }

    /// Which of the other records counts.
    public enum Choice: String, CaseIterable, Hashable, Sendable {
        case first = "FIRST"
        case last = "LAST"
    }

    /// The greatest distance; nil for any.
    public let distance: CalendarDistance?
    /// On which side of the other record this one stands.
    public let side: Side
    /// The earliest or latest of the others; nil when any of them will do.
    public let choice: Choice?
    /// The others.
    public let event: Event

    /// A relation.
    public init(within distance: CalendarDistance?, _ side: Side, _ choice: Choice?, _ event: Event) {
        self.distance = distance
        self.side = side
        self.choice = choice
        self.event = event
    }
}

/// A distance in time: `30 DAYS`.
public struct CalendarDistance: Hashable, Sendable {
    /// What it is counted in.
    public enum Unit: String, CaseIterable, Hashable, Sendable {
        case minutes = "MINUTES"
        case hours = "HOURS"
        case days = "DAYS"
        case weeks = "WEEKS"
        case months = "MONTHS"
        case years = "YEARS"

        /// The unit of a word, in the singular or plural and either case.
        init?(word: String) {
            let upper = word.uppercased()
            self.init(rawValue: upper.hasSuffix("S") ? upper : upper + "S")
        }
    }

    /// How many, 0 to ``greatestCount``; 0 for a placeholder.
    public let count: Int
    /// What a number is to be bound to.
    public let placeholder: Located<Placeholder>?
    /// Of what.
    public let unit: Unit

    /// The greatest count.
    public static let greatestCount = 1_000_000

    /// A distance.
    public init(_ count: Int, _ unit: Unit) {
        self.count = count
        self.unit = unit
        placeholder = nil
    }

    init(_ placeholder: Located<Placeholder>, _ unit: Unit) {
        count = 0
        self.unit = unit
        self.placeholder = placeholder
    }
}

/// Patients, or other resources, that queries find.
public indirect enum PatientSet: Hashable, Sendable {
    /// What stands in the one column of a query.
    case select(SelectStatement)
    /// A cohort that was named before.
    case cohort(Located<String>)
    /// What two sets are together.
    case combination(SetOperation, PatientSet, PatientSet)
}

/// How two sets become one.
public enum SetOperation: String, CaseIterable, Hashable, Sendable {
    case union = "UNION"
    case intersection = "INTERSECT"
    case difference = "EXCEPT"
}

/// A named set of patients: `COHORT diabetics AS SELECT patient …`.
public struct Cohort: Hashable, Sendable {
    /// The name that conditions know it by.
    public let name: Located<String>
    /// Who is in it.
    public let patients: PatientSet

    /// A cohort.
    public init(_ name: Located<String>, _ patients: PatientSet) {
        self.name = name
        self.patients = patients
    }
}
