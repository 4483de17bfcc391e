// Derived by Tables/derive.py from the FHIR R4 (4.0.1) definitions; do not edit.

extension ResourceElements {
    /// One line a type, in the order of their numbers: its name, then the elements that say which
    /// patient it belongs to, those of the search parameter `code`, and those of its clinical date,
    /// each in order of precedence.
    static let table = """
        Account|subject||servicePeriod.start
        ActivityDefinition|||date
        AdverseEvent|subject||date
        AllergyIntolerance|patient asserter recorder|code reaction.substance|recordedDate
        Appointment|participant.actor||start
        AppointmentResponse|actor||start
        AuditEvent|agent.who entity.what||recorded
        Basic|subject author|code|created
        Binary|||
        BiologicallyDerivedProduct|||
        BodyStructure|patient||
        Bundle|||
        CapabilityStatement|||date
        CarePlan|subject activity.detail.performer||period.start
        CareTeam|subject participant.member||period.start
        CatalogEntry|||
        ChargeItem|subject|code|occurrenceDateTime occurrencePeriod.start occurrenceTiming.event occurrenceTiming.repeat.boundsPeriod.start enteredDate
        ChargeItemDefinition|||date
        Claim|patient payee.party||created
        ClaimResponse|patient||created
        ClinicalImpression|subject||date
        CodeSystem||concept.code|date
        Communication|subject recipient sender||sent received
        CommunicationRequest|subject recipient requester sender||occurrenceDateTime occurrencePeriod.start authoredOn
        CompartmentDefinition||code|date
        Composition|subject attester.party author||date
        ConceptMap|||date
        Condition|subject asserter|code|onsetDateTime onsetPeriod.start recordedDate
        Consent|patient||dateTime
        Contract|subject||issued
        Coverage|beneficiary payor policyHolder subscriber||period.start
        CoverageEligibilityRequest|patient||created
        CoverageEligibilityResponse|patient||created
        DetectedIssue|patient|code|identifiedDateTime identifiedPeriod.start
        Device|patient||
        DeviceDefinition|||
        DeviceMetric|||
        DeviceRequest|subject performer|codeCodeableConcept|occurrenceDateTime occurrencePeriod.start occurrenceTiming.event occurrenceTiming.repeat.boundsPeriod.start authoredOn
        DeviceUseStatement|subject||timingDateTime timingPeriod.start timingTiming.event timingTiming.repeat.boundsPeriod.start recordedOn
        DiagnosticReport|subject|code|effectiveDateTime effectivePeriod.start
        DocumentManifest|subject author recipient||created
        DocumentReference|subject author||date
        EffectEvidenceSynthesis|||date
        Encounter|subject||period.start
        Endpoint|||period.start
        EnrollmentRequest|candidate||created
        EnrollmentResponse|||created
        EpisodeOfCare|patient||period.start
        EventDefinition|||date
        Evidence|||date
        EvidenceVariable|||date
        ExampleScenario|||date
        ExplanationOfBenefit|patient payee.party||created
        FamilyMemberHistory|patient|condition.code|date
        Flag|subject||period.start
        Goal|subject||startDate
        GraphDefinition|||date
        Group|member.entity|code|
        GuidanceResponse|subject||occurrenceDateTime
        HealthcareService|||
        ImagingStudy|subject||started
        Immunization|patient||occurrenceDateTime
        ImmunizationEvaluation|patient||date
        ImmunizationRecommendation|patient||date
        ImplementationGuide|||date
        InsurancePlan|||period.start
        Invoice|subject recipient||date
        Library|||date
        Linkage|||
        List|subject source|code|date
        Location|||
        Measure|||date
        MeasureReport|subject||date
        Media|subject||createdDateTime createdPeriod.start
        Medication||code|
        MedicationAdministration|subject performer.actor|medicationCodeableConcept|effectiveDateTime effectivePeriod.start
        MedicationDispense|subject receiver|medicationCodeableConcept|whenHandedOver whenPrepared
        MedicationKnowledge||code|
        MedicationRequest|subject|medicationCodeableConcept|authoredOn
        MedicationStatement|subject|medicationCodeableConcept|effectiveDateTime effectivePeriod.start
        MedicinalProduct|||
        MedicinalProductAuthorization|||
        MedicinalProductContraindication|||
        MedicinalProductIndication|||
        MedicinalProductIngredient|||
        MedicinalProductInteraction|||
        MedicinalProductManufactured|||
        MedicinalProductPackaged|||
        MedicinalProductPharmaceutical|||
        MedicinalProductUndesirableEffect|||
        MessageDefinition|||date
        MessageHeader||response.code|
        MolecularSequence|patient||
        NamingSystem|||date
        NutritionOrder|patient||dateTime
        Observation|subject performer|code|effectiveDateTime effectiveInstant effectivePeriod.start effectiveTiming.event effectiveTiming.repeat.boundsPeriod.start
        ObservationDefinition|||
        OperationDefinition||code|date
        OperationOutcome|||
        Organization|||
        OrganizationAffiliation|||period.start
        Parameters|||
        Patient|||
        PaymentNotice|||created
        PaymentReconciliation|||created
        Person|link.target||
        PlanDefinition|||date
        Practitioner|||
        PractitionerRole|||period.start
        Procedure|subject performer.actor|code|performedDateTime performedPeriod.start
        Provenance|target||occurredDateTime occurredPeriod.start recorded
        Questionnaire||item.code|date
        QuestionnaireResponse|subject author||authored
        RelatedPerson|patient||period.start
        RequestGroup|subject action.participant|code|authoredOn
        ResearchDefinition|||date
        ResearchElementDefinition|||date
        ResearchStudy|||period.start
        ResearchSubject|individual||period.start
        RiskAssessment|subject||occurrenceDateTime occurrencePeriod.start
        RiskEvidenceSynthesis|||date
        Schedule|actor||planningHorizon.start
        SearchParameter||code|date
        ServiceRequest|subject performer|code|occurrenceDateTime occurrencePeriod.start occurrenceTiming.event occurrenceTiming.repeat.boundsPeriod.start authoredOn
        Slot|||start
        Specimen|subject||collection.collectedDateTime collection.collectedPeriod.start
        SpecimenDefinition|||
        StructureDefinition|||date
        StructureMap|||date
        Subscription|||
        Substance||code ingredient.substanceCodeableConcept|
        SubstanceNucleicAcid|||
        SubstancePolymer|||
        SubstanceProtein|||
        SubstanceReferenceInformation|||
        SubstanceSourceMaterial|||
        SubstanceSpecification||code.code|
        SupplyDelivery|patient||occurrenceDateTime occurrencePeriod.start occurrenceTiming.event occurrenceTiming.repeat.boundsPeriod.start
        SupplyRequest|deliverTo||authoredOn
        Task|for|code|authoredOn executionPeriod.start lastModified
        TerminologyCapabilities|||date
        TestReport|||issued
        TestScript|||date
        ValueSet||expansion.contains.code compose.include.concept.code|date
        VerificationResult|||
        VisionPrescription|patient||dateWritten
        """
}
