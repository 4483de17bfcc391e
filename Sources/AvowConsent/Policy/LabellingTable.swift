internal import AvowFHIR

/// The tables of sensitive codes that are built in.
///
/// What a table says never changes under its name, since a store's records stand where it put them; a better table has
/// another name. It is a beginning, not a terminology: the codes that are most used of five kinds of information that laws
/// and patients single out. A store's own rules stand beside it in the policy, or in its place.
enum LabellingTable: String, CaseIterable, Hashable, Sendable {
    /// HIV, substance use, mental health, sexual and reproductive health, domestic and sexual violence.
    case standard1 = "standard-1"

    var rules: [LabellingRule] { Self.standardRules }

    private static let standardRules: [LabellingRule] =
        [
            rules(
                ["HIV"],
                snomed: [
                    "31676001",  // HIV antigen test
                    "62479008",  // AIDS
                    "86406008",  // HIV infection
                    "91947003",  // asymptomatic HIV infection
                    "165816005",  // HIV positive
                ],
                loinc: [
                    "7917-8", "7918-6", "29893-5", "31201-7", "48345-3",  // antibodies
                    "24012-7", "33660-2", "56888-1",  // antigens, with or without antibodies
                    "20447-9", "25836-8",  // viral load
                    "55277-8",  // status
                ],
                icd10: ["B20", "B21", "B22", "B23", "B24", "O98.7", "R75", "Z21", "Z71.7"]),
            rules(
                ["ETH", "SUD"],
                snomed: [
                    "5602001",  // opioid abuse
                    "7200002",  // alcoholism
                    "15167005",  // alcohol abuse
                    "24165007",  // alcoholism counseling
                    "26416006",  // drug abuse
                    "55680006",  // drug overdose
                    "56876005",  // drug rehabilitation and detoxification
                    "60112009",  // drug addiction counseling
                    "61480009",  // drug detoxification
                    "66590003",  // alcohol dependence
                    "75544000",  // opioid dependence
                    "191816009",  // drug dependence
                    "266707007",  // drug addiction therapy
                    "313071005",  // counseling for substance abuse
                    "408935001", "408936000",  // substance abuse prevention
                ],
                loinc: [
                    "75626-2",  // AUDIT-C, total
                    "82667-7",  // DAST-10, total
                ],
                icd10: ["F10", "F11", "F12", "F13", "F14", "F15", "F16", "F18", "F19", "Z71.4", "Z71.5"]),
            rules(
                ["MH", "PSY"],
                snomed: [
                    "13746004",  // bipolar disorder
                    "35489007",  // depressive disorder
                    "36923009",  // major depression, single episode
                    "47505003",  // posttraumatic stress disorder
                    "58214004",  // schizophrenia
                    "66344007",  // recurrent major depression
                    "74732009",  // mental disorder
                    "76168009",  // group psychotherapy
                    "79094001",  // initial psychiatric interview
                    "88848003",  // psychiatric follow-up
                    "171207006",  // depression screening
                    "192127007",  // child attention deficit disorder
                    "197480006",  // anxiety disorder
                    "225337009",  // suicide risk assessment
                    "370143000",  // major depressive disorder
                    "385892002",  // mental health screening
                    "405783006",  // psychological assessment
                    "406506008",  // attention deficit hyperactivity disorder
                    "715252007",  // depression screening with PHQ-9
                    "718347000",  // mental health care plan
                    "736254008",  // psychiatry care plan
                ],
                loinc: [
                    "44261-6",  // PHQ-9, total
                    "55758-7",  // PHQ-2, total
                    "70274-6",  // GAD-7, total
                    "75443-2", "84215-3",  // mental health notes
                ],
                icd10: ["F2", "F3", "F4", "F5", "F6", "F9", "T14.91", "X6", "X7", "X80", "X81", "X82", "X83", "R45.85"]),
            rules(
                ["SEX"],
                snomed: [
                    "5880005",  // examination after abortion
                    "10383002",  // counseling for termination of pregnancy
                    "19169002",  // miscarriage in first trimester
                    "22523008",  // vasectomy
                    "46706006", "65200003", "68254000",  // intrauterine device
                    "79586000",  // tubal pregnancy
                    "169553002", "301807007", "755621000000101",  // subcutaneous contraceptive
                    "252160004",  // pregnancy test
                    "287664005",  // bilateral tubal ligation
                    "386394001",  // pregnancy termination care
                    "714812005",  // induced termination of pregnancy
                ],
                loinc: [
                    "76690-7"  // sexual orientation
                ],
                icd10: ["F52", "F64", "N52", "O03", "O04", "O07", "Z30", "Z31", "Z32", "Z33.2", "Z64.0", "Z70"]),
            rules(
                ["SEX", "STD"],
                snomed: [
                    "165829005",  // gonorrhea test
                    "269828009",  // syphilis test
                    "310861008",  // chlamydia antigen test
                ],
                loinc: [],
                icd10: [
                    "A50", "A51", "A52", "A53", "A54", "A55", "A56", "A57", "A58", "A59", "A60", "A63", "A64", "Z11.3",
                ]),
            rules(
                ["SDV", "VIO"],
                snomed: [
                    "397940009",  // victim of child abuse
                    "706893006",  // victim of intimate partner abuse
                ],
                loinc: [
                    "28245-9",  // abuse status
                    "76499-3", "76504-0",  // HARK questionnaire
                ],
                icd10: ["T74", "T76", "Y07", "Z04.4", "Z62.81", "Z69", "Z91.41"]),
        ].flatMap(\.self)

    /// - Parameter icd10: what codes of ICD-10 and of its clinical modification begin with.
    private static func rules(
        _ labels: [String], snomed: [String], loinc: [String], icd10: [String]
    ) -> [LabellingRule] {
        let labels = labels.map { Token(system: CodeSystem.actCode, code: $0) }
        return [
            LabellingRule(labels: labels, system: CodeSystem.snomed, codes: snomed, prefixes: []),
            LabellingRule(labels: labels, system: CodeSystem.loinc, codes: loinc, prefixes: []),
            LabellingRule(labels: labels, system: CodeSystem.icd10, codes: [], prefixes: icd10),
            LabellingRule(labels: labels, system: CodeSystem.icd10CM, codes: [], prefixes: icd10),
        ]
    }
}
