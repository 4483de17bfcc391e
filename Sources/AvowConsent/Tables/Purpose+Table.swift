// Derived by Sources/AvowConsent/Tables/derive.py from CodeSystem v3-ActReason 2018-08-12 of hl7.fhir.r4.core.

extension Purpose {
    /// Every concept of the value set v3-PurposeOfUse, each behind its parent; the root is its own parent.
    static let table: [(code: String, parent: Int, display: String)] = [
        ("PurposeOfUse", 0, "purpose of use"),
        ("HMARKT", 0, "healthcare marketing"),
        ("HOPERAT", 0, "healthcare operations"),
        ("CAREMGT", 2, "care management"),
        ("DONAT", 2, "donation"),
        ("FRAUD", 2, "fraud"),
        ("GOV", 2, "government"),
        ("HACCRED", 2, "health accreditation"),
        ("HCOMPL", 2, "health compliance"),
        ("HDECD", 2, "decedent"),
        ("HDIRECT", 2, "directory"),
        ("HDM", 2, "healthcare delivery management"),
        ("HLEGAL", 2, "legal"),
        ("HOUTCOMS", 2, "health outcome measure"),
        ("HPRGRP", 2, "health program reporting"),
        ("HQUALIMP", 2, "health quality improvement"),
        ("HSYSADMIN", 2, "health system administration"),
        ("LABELING", 16, "labeling"),
        ("METAMGT", 16, "metadata management"),
        ("MEMADMIN", 2, "member administration"),
        ("MILCDM", 2, "military command"),
        ("PATADMIN", 2, "patient administration"),
        ("PATSFTY", 2, "patient safety"),
        ("PERFMSR", 2, "performance measure"),
        ("RECORDMGT", 2, "records management"),
        ("SYSDEV", 2, "system development"),
        ("HTEST", 25, "test health data"),
        ("TRAIN", 2, "training"),
        ("HPAYMT", 0, "healthcare payment"),
        ("CLMATTCH", 28, "claim attachment"),
        ("COVAUTH", 28, "coverage authorization"),
        ("COVERAGE", 28, "coverage under policy or program"),
        ("ELIGDTRM", 31, "eligibility determination"),
        ("ELIGVER", 31, "eligibility verification"),
        ("ENROLLM", 31, "enrollment"),
        ("MILDCRG", 31, "military discharge"),
        ("REMITADV", 28, "remittance advice"),
        ("HRESCH", 0, "healthcare research"),
        ("BIORCH", 37, "biomedical research"),
        ("CLINTRCH", 37, "clinical trial research"),
        ("CLINTRCHNPC", 39, "clinical trial research without patient care"),
        ("CLINTRCHPC", 39, "clinical trial research with patient care"),
        ("PRECLINTRCH", 39, "preclinical trial research"),
        ("DSRCH", 37, "disease specific healthcare research"),
        ("POARCH", 37, "population origins or ancestry healthcare research"),
        ("TRANSRCH", 37, "translational healthcare research"),
        ("PATRQT", 0, "patient requested"),
        ("FAMRQT", 46, "family requested"),
        ("PWATRNY", 46, "power of attorney"),
        ("SUPNWK", 46, "support network"),
        ("PUBHLTH", 0, "public health"),
        ("DISASTER", 50, "disaster"),
        ("THREAT", 50, "threat"),
        ("TREAT", 0, "treatment"),
        ("CLINTRL", 53, "clinical trial"),
        ("COC", 53, "coordination of care"),
        ("ETREAT", 53, "emergency treatment"),
        ("BTG", 56, "break the glass"),
        ("ERTREAT", 56, "emergency room treatment"),
        ("POPHLTH", 53, "population health"),
    ]

    /// `PurposeOfUse`: purpose of use.
    public static let anyPurpose = Purpose(row: 0)

    /// `TREAT`: treatment.
    public static let treatment = Purpose(row: 53)

    /// `ETREAT`: emergency treatment.
    public static let emergencyTreatment = Purpose(row: 56)

    /// `BTG`: break the glass.
    public static let breakTheGlass = Purpose(row: 57)

    /// `HPAYMT`: healthcare payment.
    public static let payment = Purpose(row: 28)

    /// `HOPERAT`: healthcare operations.
    public static let operations = Purpose(row: 2)

    /// `HRESCH`: healthcare research.
    public static let research = Purpose(row: 37)

    /// `PUBHLTH`: public health.
    public static let publicHealth = Purpose(row: 50)

    /// `HMARKT`: healthcare marketing.
    public static let marketing = Purpose(row: 1)

    /// `PATRQT`: patient requested.
    public static let patientRequest = Purpose(row: 46)
}
