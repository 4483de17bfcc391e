// Derived by Tables/derive from the FHIR R4 (4.0.1) definitions; do not edit.

// The types that code names; resources have `FHIRType(_:)`.
extension FHIRType {
    // Abstract types.
    /// `Element`.
    public static let element = FHIRType(number: 0)
    /// `BackboneElement`.
    public static let backboneElement = FHIRType(number: 1)
    /// `Resource`.
    public static let resource = FHIRType(number: 2)
    /// `DomainResource`.
    public static let domainResource = FHIRType(number: 3)
    // Primitive types (R4, section 2.24.0.1).
    /// `base64Binary`.
    public static let base64Binary = FHIRType(number: 4)
    /// `boolean`.
    public static let boolean = FHIRType(number: 5)
    /// `canonical`.
    public static let canonical = FHIRType(number: 6)
    /// `code`.
    public static let code = FHIRType(number: 7)
    /// `date`.
    public static let date = FHIRType(number: 8)
    /// `dateTime`.
    public static let dateTime = FHIRType(number: 9)
    /// `decimal`.
    public static let decimal = FHIRType(number: 10)
    /// `id`.
    public static let id = FHIRType(number: 11)
    /// `instant`.
    public static let instant = FHIRType(number: 12)
    /// `integer`.
    public static let integer = FHIRType(number: 13)
    /// `markdown`.
    public static let markdown = FHIRType(number: 14)
    /// `oid`.
    public static let oid = FHIRType(number: 15)
    /// `positiveInt`.
    public static let positiveInt = FHIRType(number: 16)
    /// `string`.
    public static let string = FHIRType(number: 17)
    /// `time`.
    public static let time = FHIRType(number: 18)
    /// `unsignedInt`.
    public static let unsignedInt = FHIRType(number: 19)
    /// `uri`.
    public static let uri = FHIRType(number: 20)
    /// `url`.
    public static let url = FHIRType(number: 21)
    /// `uuid`.
    public static let uuid = FHIRType(number: 22)
    /// `xhtml`.
    public static let xhtml = FHIRType(number: 23)
    // Complex datatypes (R4, section 2.24).
    /// `Address`.
    public static let address = FHIRType(number: 24)
    /// `Age`.
    public static let age = FHIRType(number: 25)
    /// `Annotation`.
    public static let annotation = FHIRType(number: 26)
    /// `Attachment`.
    public static let attachment = FHIRType(number: 27)
    /// `CodeableConcept`.
    public static let codeableConcept = FHIRType(number: 28)
    /// `Coding`.
    public static let coding = FHIRType(number: 29)
    /// `ContactDetail`.
    public static let contactDetail = FHIRType(number: 30)
    /// `ContactPoint`.
    public static let contactPoint = FHIRType(number: 31)
    /// `Contributor`.
    public static let contributor = FHIRType(number: 32)
    /// `Count`.
    public static let count = FHIRType(number: 33)
    /// `DataRequirement`.
    public static let dataRequirement = FHIRType(number: 34)
    /// `Distance`.
    public static let distance = FHIRType(number: 38)
    /// `Dosage`.
    public static let dosage = FHIRType(number: 39)
    /// `Duration`.
    public static let duration = FHIRType(number: 41)
    /// `ElementDefinition`.
    public static let elementDefinition = FHIRType(number: 42)
    /// `Expression`.
    public static let expression = FHIRType(number: 51)
    /// `Extension`.
    public static let `extension` = FHIRType(number: 52)
    /// `HumanName`.
    public static let humanName = FHIRType(number: 53)
    /// `Identifier`.
    public static let identifier = FHIRType(number: 54)
    /// `MarketingStatus`.
    public static let marketingStatus = FHIRType(number: 55)
    /// `Meta`.
    public static let meta = FHIRType(number: 56)
    /// `Money`.
    public static let money = FHIRType(number: 57)
    /// `Narrative`.
    public static let narrative = FHIRType(number: 58)
    /// `ParameterDefinition`.
    public static let parameterDefinition = FHIRType(number: 59)
    /// `Period`.
    public static let period = FHIRType(number: 60)
    /// `Population`.
    public static let population = FHIRType(number: 61)
    /// `ProdCharacteristic`.
    public static let prodCharacteristic = FHIRType(number: 62)
    /// `ProductShelfLife`.
    public static let productShelfLife = FHIRType(number: 63)
    /// `Quantity`.
    public static let quantity = FHIRType(number: 64)
    /// `Range`.
    public static let range = FHIRType(number: 65)
    /// `Ratio`.
    public static let ratio = FHIRType(number: 66)
    /// `Reference`.
    public static let reference = FHIRType(number: 67)
    /// `RelatedArtifact`.
    public static let relatedArtifact = FHIRType(number: 68)
    /// `SampledData`.
    public static let sampledData = FHIRType(number: 69)
    /// `Signature`.
    public static let signature = FHIRType(number: 70)
    /// `SubstanceAmount`.
    public static let substanceAmount = FHIRType(number: 71)
    /// `Timing`.
    public static let timing = FHIRType(number: 73)
    /// `TriggerDefinition`.
    public static let triggerDefinition = FHIRType(number: 75)
    /// `UsageContext`.
    public static let usageContext = FHIRType(number: 76)
}
