// Derived by Tables/derive from the FHIR R4 (4.0.1) definitions; do not edit.

extension FHIRModel {
    /// The types of R4 and their elements.
    ///
    /// A line that begins with `=` begins a type: its kind, its name and what it specializes. Lines below it
    /// say what is known of a resource: `@` a compartment and the search parameters that decide membership,
    /// `?` the elements that say whose it is, `#` those of its code, `%` those of its date. All other lines
    /// are the elements that the type itself defines, those of its base left out: name, cardinality (`?` for
    /// 0..1, `1` for 1..1, `*` for 0..*, `+` for 1..*), types, and after `!` the value set of a required
    /// binding. `.` is the type of the elements inside this one; a type in brackets behind Reference or
    /// canonical may be referred to.
    static let table: StaticString = """
        =abstract Element
        id ? string
        extension * Extension
        =abstract BackboneElement Element
        modifierExtension * Extension
        =abstract Resource
        id ? id
        meta ? Meta
        implicitRules ? uri
        language ? code
        =abstract DomainResource Resource
        text ? Narrative
        contained * Resource
        extension * Extension
        modifierExtension * Extension
        =primitive base64Binary Element
        =primitive boolean Element
        =primitive canonical uri
        =primitive code string
        =primitive date Element
        =primitive dateTime Element
        =primitive decimal Element
        =primitive id string
        =primitive instant Element
        =primitive integer Element
        =primitive markdown string
        =primitive oid uri
        =primitive positiveInt integer
        =primitive string Element
        =primitive time Element
        =primitive unsignedInt integer
        =primitive uri Element
        =primitive url uri
        =primitive uuid uri
        =primitive xhtml Element
        =complex Address Element
        use ? code !address-use
        type ? code !address-type
        text ? string
        line * string
        city ? string
        district ? string
        state ? string
        postalCode ? string
        country ? string
        period ? Period
        =complex Age Quantity
        =complex Annotation Element
        author[x] ? Reference(Practitioner|Patient|RelatedPerson|Organization) string
        time ? dateTime
        text 1 markdown
        =complex Attachment Element
        contentType ? code !mimetypes
        language ? code
        data ? base64Binary
        url ? url
        size ? unsignedInt
        hash ? base64Binary
        title ? string
        creation ? dateTime
        =complex CodeableConcept Element
        coding * Coding
        text ? string
        =complex Coding Element
        system ? uri
        version ? string
        code ? code
        display ? string
        userSelected ? boolean
        =complex ContactDetail Element
        name ? string
        telecom * ContactPoint
        =complex ContactPoint Element
        system ? code !contact-point-system
        value ? string
        use ? code !contact-point-use
        rank ? positiveInt
        period ? Period
        =complex Contributor Element
        type 1 code !contributor-type
        name 1 string
        contact * ContactDetail
        =complex Count Quantity
        =complex DataRequirement Element
        type 1 code !all-types
        profile * canonical(StructureDefinition)
        subject[x] ? CodeableConcept Reference(Group)
        mustSupport * string
        codeFilter * .
        dateFilter * .
        limit ? positiveInt
        sort * .
        =backbone DataRequirement.codeFilter Element
        path ? string
        searchParam ? string
        valueSet ? canonical(ValueSet)
        code * Coding
        =backbone DataRequirement.dateFilter Element
        path ? string
        searchParam ? string
        value[x] ? dateTime Period Duration
        =backbone DataRequirement.sort Element
        path 1 string
        direction 1 code !sort-direction
        =complex Distance Quantity
        =complex Dosage BackboneElement
        sequence ? integer
        text ? string
        additionalInstruction * CodeableConcept
        patientInstruction ? string
        timing ? Timing
        asNeeded[x] ? boolean CodeableConcept
        site ? CodeableConcept
        route ? CodeableConcept
        method ? CodeableConcept
        doseAndRate * .
        maxDosePerPeriod ? Ratio
        maxDosePerAdministration ? Quantity
        maxDosePerLifetime ? Quantity
        =backbone Dosage.doseAndRate Element
        type ? CodeableConcept
        dose[x] ? Range Quantity
        rate[x] ? Ratio Range Quantity
        =complex Duration Quantity
        =complex ElementDefinition BackboneElement
        path 1 string
        representation * code !property-representation
        sliceName ? string
        sliceIsConstraining ? boolean
        label ? string
        code * Coding
        slicing ? .
        short ? string
        definition ? markdown
        comment ? markdown
        requirements ? markdown
        alias * string
        min ? unsignedInt
        max ? string
        base ? .
        contentReference ? uri
        type * .
        defaultValue[x] ? base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid positiveInt string time unsignedInt uri url uuid Address Age Annotation Attachment CodeableConcept Coding ContactPoint Count Distance Duration HumanName Identifier Money Period Quantity Range Ratio Reference SampledData Signature Timing ContactDetail Contributor DataRequirement Expression ParameterDefinition RelatedArtifact TriggerDefinition UsageContext Dosage Meta
        meaningWhenMissing ? markdown
        orderMeaning ? string
        fixed[x] ? base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid positiveInt string time unsignedInt uri url uuid Address Age Annotation Attachment CodeableConcept Coding ContactPoint Count Distance Duration HumanName Identifier Money Period Quantity Range Ratio Reference SampledData Signature Timing ContactDetail Contributor DataRequirement Expression ParameterDefinition RelatedArtifact TriggerDefinition UsageContext Dosage Meta
        pattern[x] ? base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid positiveInt string time unsignedInt uri url uuid Address Age Annotation Attachment CodeableConcept Coding ContactPoint Count Distance Duration HumanName Identifier Money Period Quantity Range Ratio Reference SampledData Signature Timing ContactDetail Contributor DataRequirement Expression ParameterDefinition RelatedArtifact TriggerDefinition UsageContext Dosage Meta
        example * .
        minValue[x] ? date dateTime instant time decimal integer positiveInt unsignedInt Quantity
        maxValue[x] ? date dateTime instant time decimal integer positiveInt unsignedInt Quantity
        maxLength ? integer
        condition * id
        constraint * .
        mustSupport ? boolean
        isModifier ? boolean
        isModifierReason ? string
        isSummary ? boolean
        binding ? .
        mapping * .
        =backbone ElementDefinition.slicing Element
        discriminator * .
        description ? string
        ordered ? boolean
        rules 1 code !resource-slicing-rules
        =backbone ElementDefinition.slicing.discriminator Element
        type 1 code !discriminator-type
        path 1 string
        =backbone ElementDefinition.base Element
        path 1 string
        min 1 unsignedInt
        max 1 string
        =backbone ElementDefinition.type Element
        code 1 uri
        profile * canonical(StructureDefinition|ImplementationGuide)
        targetProfile * canonical(StructureDefinition|ImplementationGuide)
        aggregation * code !resource-aggregation-mode
        versioning ? code !reference-version-rules
        =backbone ElementDefinition.example Element
        label 1 string
        value[x] 1 base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid positiveInt string time unsignedInt uri url uuid Address Age Annotation Attachment CodeableConcept Coding ContactPoint Count Distance Duration HumanName Identifier Money Period Quantity Range Ratio Reference SampledData Signature Timing ContactDetail Contributor DataRequirement Expression ParameterDefinition RelatedArtifact TriggerDefinition UsageContext Dosage Meta
        =backbone ElementDefinition.constraint Element
        key 1 id
        requirements ? string
        severity 1 code !constraint-severity
        human 1 string
        expression ? string
        xpath ? string
        source ? canonical(StructureDefinition)
        =backbone ElementDefinition.binding Element
        strength 1 code !binding-strength
        description ? string
        valueSet ? canonical(ValueSet)
        =backbone ElementDefinition.mapping Element
        identity 1 id
        language ? code !mimetypes
        map 1 string
        comment ? string
        =complex Expression Element
        description ? string
        name ? id
        language 1 code
        expression ? string
        reference ? uri
        =complex Extension Element
        url 1 uri
        value[x] ? base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid positiveInt string time unsignedInt uri url uuid Address Age Annotation Attachment CodeableConcept Coding ContactPoint Count Distance Duration HumanName Identifier Money Period Quantity Range Ratio Reference SampledData Signature Timing ContactDetail Contributor DataRequirement Expression ParameterDefinition RelatedArtifact TriggerDefinition UsageContext Dosage Meta
        =complex HumanName Element
        use ? code !name-use
        text ? string
        family ? string
        given * string
        prefix * string
        suffix * string
        period ? Period
        =complex Identifier Element
        use ? code !identifier-use
        type ? CodeableConcept
        system ? uri
        value ? string
        period ? Period
        assigner ? Reference(Organization)
        =complex MarketingStatus BackboneElement
        country 1 CodeableConcept
        jurisdiction ? CodeableConcept
        status 1 CodeableConcept
        dateRange 1 Period
        restoreDate ? dateTime
        =complex Meta Element
        versionId ? id
        lastUpdated ? instant
        source ? uri
        profile * canonical(StructureDefinition)
        security * Coding
        tag * Coding
        =complex Money Element
        value ? decimal
        currency ? code !currencies
        =complex Narrative Element
        status 1 code !narrative-status
        div 1 xhtml
        =complex ParameterDefinition Element
        name ? code
        use 1 code !operation-parameter-use
        min ? integer
        max ? string
        documentation ? string
        type 1 code !all-types
        profile ? canonical(StructureDefinition)
        =complex Period Element
        start ? dateTime
        end ? dateTime
        =complex Population BackboneElement
        age[x] ? Range CodeableConcept
        gender ? CodeableConcept
        race ? CodeableConcept
        physiologicalCondition ? CodeableConcept
        =complex ProdCharacteristic BackboneElement
        height ? Quantity
        width ? Quantity
        depth ? Quantity
        weight ? Quantity
        nominalVolume ? Quantity
        externalDiameter ? Quantity
        shape ? string
        color * string
        imprint * string
        image * Attachment
        scoring ? CodeableConcept
        =complex ProductShelfLife BackboneElement
        identifier ? Identifier
        type 1 CodeableConcept
        period 1 Quantity
        specialPrecautionsForStorage * CodeableConcept
        =complex Quantity Element
        value ? decimal
        comparator ? code !quantity-comparator
        unit ? string
        system ? uri
        code ? code
        =complex Range Element
        low ? Quantity
        high ? Quantity
        =complex Ratio Element
        numerator ? Quantity
        denominator ? Quantity
        =complex Reference Element
        reference ? string
        type ? uri
        identifier ? Identifier
        display ? string
        =complex RelatedArtifact Element
        type 1 code !related-artifact-type
        label ? string
        display ? string
        citation ? markdown
        url ? url
        document ? Attachment
        resource ? canonical
        =complex SampledData Element
        origin 1 Quantity
        period 1 decimal
        factor ? decimal
        lowerLimit ? decimal
        upperLimit ? decimal
        dimensions 1 positiveInt
        data ? string
        =complex Signature Element
        type + Coding
        when 1 instant
        who 1 Reference(Practitioner|PractitionerRole|RelatedPerson|Patient|Device|Organization)
        onBehalfOf ? Reference(Practitioner|PractitionerRole|RelatedPerson|Patient|Device|Organization)
        targetFormat ? code !mimetypes
        sigFormat ? code !mimetypes
        data ? base64Binary
        =complex SubstanceAmount BackboneElement
        amount[x] ? Quantity Range string
        amountType ? CodeableConcept
        amountText ? string
        referenceRange ? .
        =backbone SubstanceAmount.referenceRange Element
        lowLimit ? Quantity
        highLimit ? Quantity
        =complex Timing BackboneElement
        event * dateTime
        repeat ? .
        code ? CodeableConcept
        =backbone Timing.repeat Element
        bounds[x] ? Duration Range Period
        count ? positiveInt
        countMax ? positiveInt
        duration ? decimal
        durationMax ? decimal
        durationUnit ? code !units-of-time
        frequency ? positiveInt
        frequencyMax ? positiveInt
        period ? decimal
        periodMax ? decimal
        periodUnit ? code !units-of-time
        dayOfWeek * code !days-of-week
        timeOfDay * time
        when * code !event-timing
        offset ? unsignedInt
        =complex TriggerDefinition Element
        type 1 code !trigger-type
        name ? string
        timing[x] ? Timing Reference(Schedule) date dateTime
        data * DataRequirement
        condition ? Expression
        =complex UsageContext Element
        code 1 Coding
        value[x] 1 CodeableConcept Quantity Range Reference(PlanDefinition|ResearchStudy|InsurancePlan|HealthcareService|Group|Location|Organization)
        =resource Account DomainResource
        @Device subject
        @Patient subject
        @Practitioner subject
        ?subject
        %servicePeriod.start
        identifier * Identifier
        status 1 code !account-status
        type ? CodeableConcept
        name ? string
        subject * Reference(Patient|Device|Practitioner|PractitionerRole|Location|HealthcareService|Organization)
        servicePeriod ? Period
        coverage * .
        owner ? Reference(Organization)
        description ? string
        guarantor * .
        partOf ? Reference(Account)
        =backbone Account.coverage BackboneElement
        coverage 1 Reference(Coverage)
        priority ? positiveInt
        =backbone Account.guarantor BackboneElement
        party 1 Reference(Patient|RelatedPerson|Organization)
        onHold ? boolean
        period ? Period
        =resource ActivityDefinition DomainResource
        %date
        url ? uri
        identifier * Identifier
        version ? string
        name ? string
        title ? string
        subtitle ? string
        status 1 code !publication-status
        experimental ? boolean
        subject[x] ? CodeableConcept Reference(Group)
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        purpose ? markdown
        usage ? string
        copyright ? markdown
        approvalDate ? date
        lastReviewDate ? date
        effectivePeriod ? Period
        topic * CodeableConcept
        author * ContactDetail
        editor * ContactDetail
        reviewer * ContactDetail
        endorser * ContactDetail
        relatedArtifact * RelatedArtifact
        library * canonical(Library)
        kind ? code !request-resource-types
        profile ? canonical(StructureDefinition)
        code ? CodeableConcept
        intent ? code !request-intent
        priority ? code !request-priority
        doNotPerform ? boolean
        timing[x] ? Timing dateTime Age Period Range Duration
        location ? Reference(Location)
        participant * .
        product[x] ? Reference(Medication|Substance) CodeableConcept
        quantity ? Quantity
        dosage * Dosage
        bodySite * CodeableConcept
        specimenRequirement * Reference(SpecimenDefinition)
        observationRequirement * Reference(ObservationDefinition)
        observationResultRequirement * Reference(ObservationDefinition)
        transform ? canonical(StructureMap)
        dynamicValue * .
        =backbone ActivityDefinition.participant BackboneElement
        type 1 code !action-participant-type
        role ? CodeableConcept
        =backbone ActivityDefinition.dynamicValue BackboneElement
        path 1 string
        expression 1 Expression
        =resource AdverseEvent DomainResource
        @Patient subject
        @Practitioner recorder
        @RelatedPerson recorder
        ?subject
        %date
        identifier ? Identifier
        actuality 1 code !adverse-event-actuality
        category * CodeableConcept
        event ? CodeableConcept
        subject 1 Reference(Patient|Group|Practitioner|RelatedPerson)
        encounter ? Reference(Encounter)
        date ? dateTime
        detected ? dateTime
        recordedDate ? dateTime
        resultingCondition * Reference(Condition)
        location ? Reference(Location)
        seriousness ? CodeableConcept
        severity ? CodeableConcept !adverse-event-severity
        outcome ? CodeableConcept !adverse-event-outcome
        recorder ? Reference(Patient|Practitioner|PractitionerRole|RelatedPerson)
        contributor * Reference(Practitioner|PractitionerRole|Device)
        suspectEntity * .
        subjectMedicalHistory * Reference(Condition|Observation|AllergyIntolerance|FamilyMemberHistory|Immunization|Procedure|Media|DocumentReference)
        referenceDocument * Reference(DocumentReference)
        study * Reference(ResearchStudy)
        =backbone AdverseEvent.suspectEntity BackboneElement
        instance 1 Reference(Immunization|Procedure|Substance|Medication|MedicationAdministration|MedicationStatement|Device)
        causality * .
        =backbone AdverseEvent.suspectEntity.causality BackboneElement
        assessment ? CodeableConcept
        productRelatedness ? string
        author ? Reference(Practitioner|PractitionerRole)
        method ? CodeableConcept
        =resource AllergyIntolerance DomainResource
        @Patient patient recorder asserter
        @Practitioner recorder asserter
        @RelatedPerson asserter
        ?patient asserter recorder
        #code reaction.substance
        %recordedDate
        identifier * Identifier
        clinicalStatus ? CodeableConcept !allergyintolerance-clinical
        verificationStatus ? CodeableConcept !allergyintolerance-verification
        type ? code !allergy-intolerance-type
        category * code !allergy-intolerance-category
        criticality ? code !allergy-intolerance-criticality
        code ? CodeableConcept
        patient 1 Reference(Patient)
        encounter ? Reference(Encounter)
        onset[x] ? dateTime Age Period Range string
        recordedDate ? dateTime
        recorder ? Reference(Practitioner|PractitionerRole|Patient|RelatedPerson)
        asserter ? Reference(Patient|RelatedPerson|Practitioner|PractitionerRole)
        lastOccurrence ? dateTime
        note * Annotation
        reaction * .
        =backbone AllergyIntolerance.reaction BackboneElement
        substance ? CodeableConcept
        manifestation + CodeableConcept
        description ? string
        onset ? dateTime
        severity ? code !reaction-event-severity
        exposureRoute ? CodeableConcept
        note * Annotation
        =resource Appointment DomainResource
        @Device actor
        @Patient actor
        @Practitioner actor
        @RelatedPerson actor
        ?participant.actor
        %start
        identifier * Identifier
        status 1 code !appointmentstatus
        cancelationReason ? CodeableConcept
        serviceCategory * CodeableConcept
        serviceType * CodeableConcept
        specialty * CodeableConcept
        appointmentType ? CodeableConcept
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition|Procedure|Observation|ImmunizationRecommendation)
        priority ? unsignedInt
        description ? string
        supportingInformation * Reference
        start ? instant
        end ? instant
        minutesDuration ? positiveInt
        slot * Reference(Slot)
        created ? dateTime
        comment ? string
        patientInstruction ? string
        basedOn * Reference(ServiceRequest)
        participant + .
        requestedPeriod * Period
        =backbone Appointment.participant BackboneElement
        type * CodeableConcept
        actor ? Reference(Patient|Practitioner|PractitionerRole|RelatedPerson|Device|HealthcareService|Location)
        required ? code !participantrequired
        status 1 code !participationstatus
        period ? Period
        =resource AppointmentResponse DomainResource
        @Device actor
        @Patient actor
        @Practitioner actor
        @RelatedPerson actor
        ?actor
        %start
        identifier * Identifier
        appointment 1 Reference(Appointment)
        start ? instant
        end ? instant
        participantType * CodeableConcept
        actor ? Reference(Patient|Practitioner|PractitionerRole|RelatedPerson|Device|HealthcareService|Location)
        participantStatus 1 code !participationstatus
        comment ? string
        =resource AuditEvent DomainResource
        @Device agent
        @Patient patient
        @Practitioner agent
        ?agent.who entity.what
        %recorded
        type 1 Coding
        subtype * Coding
        action ? code !audit-event-action
        period ? Period
        recorded 1 instant
        outcome ? code !audit-event-outcome
        outcomeDesc ? string
        purposeOfEvent * CodeableConcept
        agent + .
        source 1 .
        entity * .
        =backbone AuditEvent.agent BackboneElement
        type ? CodeableConcept
        role * CodeableConcept
        who ? Reference(PractitionerRole|Practitioner|Organization|Device|Patient|RelatedPerson)
        altId ? string
        name ? string
        requestor 1 boolean
        location ? Reference(Location)
        policy * uri
        media ? Coding
        network ? .
        purposeOfUse * CodeableConcept
        =backbone AuditEvent.agent.network BackboneElement
        address ? string
        type ? code !network-type
        =backbone AuditEvent.source BackboneElement
        site ? string
        observer 1 Reference(PractitionerRole|Practitioner|Organization|Device|Patient|RelatedPerson)
        type * Coding
        =backbone AuditEvent.entity BackboneElement
        what ? Reference
        type ? Coding
        role ? Coding
        lifecycle ? Coding
        securityLabel * Coding
        name ? string
        description ? string
        query ? base64Binary
        detail * .
        =backbone AuditEvent.entity.detail BackboneElement
        type 1 string
        value[x] 1 string base64Binary
        =resource Basic DomainResource
        @Patient patient author
        @Practitioner author
        @RelatedPerson author
        ?subject author
        #code
        %created
        identifier * Identifier
        code 1 CodeableConcept
        subject ? Reference
        created ? date
        author ? Reference(Practitioner|PractitionerRole|Patient|RelatedPerson|Organization)
        =resource Binary Resource
        contentType 1 code !mimetypes
        securityContext ? Reference
        data ? base64Binary
        =resource BiologicallyDerivedProduct DomainResource
        identifier * Identifier
        productCategory ? code !product-category
        productCode ? CodeableConcept
        status ? code !product-status
        request * Reference(ServiceRequest)
        quantity ? integer
        parent * Reference(BiologicallyDerivedProduct)
        collection ? .
        processing * .
        manipulation ? .
        storage * .
        =backbone BiologicallyDerivedProduct.collection BackboneElement
        collector ? Reference(Practitioner|PractitionerRole)
        source ? Reference(Patient|Organization)
        collected[x] ? dateTime Period
        =backbone BiologicallyDerivedProduct.processing BackboneElement
        description ? string
        procedure ? CodeableConcept
        additive ? Reference(Substance)
        time[x] ? dateTime Period
        =backbone BiologicallyDerivedProduct.manipulation BackboneElement
        description ? string
        time[x] ? dateTime Period
        =backbone BiologicallyDerivedProduct.storage BackboneElement
        description ? string
        temperature ? decimal
        scale ? code !product-storage-scale
        duration ? Period
        =resource BodyStructure DomainResource
        @Patient patient
        ?patient
        identifier * Identifier
        active ? boolean
        morphology ? CodeableConcept
        location ? CodeableConcept
        locationQualifier * CodeableConcept
        description ? string
        image * Attachment
        patient 1 Reference(Patient)
        =resource Bundle Resource
        identifier ? Identifier
        type 1 code !bundle-type
        timestamp ? instant
        total ? unsignedInt
        link * .
        entry * .
        signature ? Signature
        =backbone Bundle.link BackboneElement
        relation 1 string
        url 1 uri
        =backbone Bundle.entry BackboneElement
        link * Bundle.link
        fullUrl ? uri
        resource ? Resource
        search ? .
        request ? .
        response ? .
        =backbone Bundle.entry.search BackboneElement
        mode ? code !search-entry-mode
        score ? decimal
        =backbone Bundle.entry.request BackboneElement
        method 1 code !http-verb
        url 1 uri
        ifNoneMatch ? string
        ifModifiedSince ? instant
        ifMatch ? string
        ifNoneExist ? string
        =backbone Bundle.entry.response BackboneElement
        status 1 string
        location ? uri
        etag ? string
        lastModified ? instant
        outcome ? Resource
        =resource CapabilityStatement DomainResource
        %date
        url ? uri
        version ? string
        name ? string
        title ? string
        status 1 code !publication-status
        experimental ? boolean
        date 1 dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        purpose ? markdown
        copyright ? markdown
        kind 1 code !capability-statement-kind
        instantiates * canonical(CapabilityStatement)
        imports * canonical(CapabilityStatement)
        software ? .
        implementation ? .
        fhirVersion 1 code !FHIR-version
        format + code !mimetypes
        patchFormat * code !mimetypes
        implementationGuide * canonical(ImplementationGuide)
        rest * .
        messaging * .
        document * .
        =backbone CapabilityStatement.software BackboneElement
        name 1 string
        version ? string
        releaseDate ? dateTime
        =backbone CapabilityStatement.implementation BackboneElement
        description 1 string
        url ? url
        custodian ? Reference(Organization)
        =backbone CapabilityStatement.rest BackboneElement
        mode 1 code !restful-capability-mode
        documentation ? markdown
        security ? .
        resource * .
        interaction * .
        searchParam * CapabilityStatement.rest.resource.searchParam
        operation * CapabilityStatement.rest.resource.operation
        compartment * canonical(CompartmentDefinition)
        =backbone CapabilityStatement.rest.security BackboneElement
        cors ? boolean
        service * CodeableConcept
        description ? markdown
        =backbone CapabilityStatement.rest.resource BackboneElement
        type 1 code !resource-types
        profile ? canonical(StructureDefinition)
        supportedProfile * canonical(StructureDefinition)
        documentation ? markdown
        interaction * .
        versioning ? code !versioning-policy
        readHistory ? boolean
        updateCreate ? boolean
        conditionalCreate ? boolean
        conditionalRead ? code !conditional-read-status
        conditionalUpdate ? boolean
        conditionalDelete ? code !conditional-delete-status
        referencePolicy * code !reference-handling-policy
        searchInclude * string
        searchRevInclude * string
        searchParam * .
        operation * .
        =backbone CapabilityStatement.rest.resource.interaction BackboneElement
        code 1 code !type-restful-interaction
        documentation ? markdown
        =backbone CapabilityStatement.rest.resource.searchParam BackboneElement
        name 1 string
        definition ? canonical(SearchParameter)
        type 1 code !search-param-type
        documentation ? markdown
        =backbone CapabilityStatement.rest.resource.operation BackboneElement
        name 1 string
        definition 1 canonical(OperationDefinition)
        documentation ? markdown
        =backbone CapabilityStatement.rest.interaction BackboneElement
        code 1 code !system-restful-interaction
        documentation ? markdown
        =backbone CapabilityStatement.messaging BackboneElement
        endpoint * .
        reliableCache ? unsignedInt
        documentation ? markdown
        supportedMessage * .
        =backbone CapabilityStatement.messaging.endpoint BackboneElement
        protocol 1 Coding
        address 1 url
        =backbone CapabilityStatement.messaging.supportedMessage BackboneElement
        mode 1 code !event-capability-mode
        definition 1 canonical(MessageDefinition)
        =backbone CapabilityStatement.document BackboneElement
        mode 1 code !document-mode
        documentation ? markdown
        profile 1 canonical(StructureDefinition)
        =resource CarePlan DomainResource
        @Encounter encounter
        @Patient patient performer
        @Practitioner performer
        @RelatedPerson performer
        ?subject activity.detail.performer
        %period.start
        identifier * Identifier
        instantiatesCanonical * canonical(PlanDefinition|Questionnaire|Measure|ActivityDefinition|OperationDefinition)
        instantiatesUri * uri
        basedOn * Reference(CarePlan)
        replaces * Reference(CarePlan)
        partOf * Reference(CarePlan)
        status 1 code !request-status
        intent 1 code !care-plan-intent
        category * CodeableConcept
        title ? string
        description ? string
        subject 1 Reference(Patient|Group)
        encounter ? Reference(Encounter)
        period ? Period
        created ? dateTime
        author ? Reference(Patient|Practitioner|PractitionerRole|Device|RelatedPerson|Organization|CareTeam)
        contributor * Reference(Patient|Practitioner|PractitionerRole|Device|RelatedPerson|Organization|CareTeam)
        careTeam * Reference(CareTeam)
        addresses * Reference(Condition)
        supportingInfo * Reference
        goal * Reference(Goal)
        activity * .
        note * Annotation
        =backbone CarePlan.activity BackboneElement
        outcomeCodeableConcept * CodeableConcept
        outcomeReference * Reference
        progress * Annotation
        reference ? Reference(Appointment|CommunicationRequest|DeviceRequest|MedicationRequest|NutritionOrder|Task|ServiceRequest|VisionPrescription|RequestGroup)
        detail ? .
        =backbone CarePlan.activity.detail BackboneElement
        kind ? code !care-plan-activity-kind
        instantiatesCanonical * canonical(PlanDefinition|ActivityDefinition|Questionnaire|Measure|OperationDefinition)
        instantiatesUri * uri
        code ? CodeableConcept
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition|Observation|DiagnosticReport|DocumentReference)
        goal * Reference(Goal)
        status 1 code !care-plan-activity-status
        statusReason ? CodeableConcept
        doNotPerform ? boolean
        scheduled[x] ? Timing Period string
        location ? Reference(Location)
        performer * Reference(Practitioner|PractitionerRole|Organization|RelatedPerson|Patient|CareTeam|HealthcareService|Device)
        product[x] ? CodeableConcept Reference(Medication|Substance)
        dailyAmount ? Quantity
        quantity ? Quantity
        description ? string
        =resource CareTeam DomainResource
        @Encounter encounter
        @Patient patient participant
        @Practitioner participant
        @RelatedPerson participant
        ?subject participant.member
        %period.start
        identifier * Identifier
        status ? code !care-team-status
        category * CodeableConcept
        name ? string
        subject ? Reference(Patient|Group)
        encounter ? Reference(Encounter)
        period ? Period
        participant * .
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition)
        managingOrganization * Reference(Organization)
        telecom * ContactPoint
        note * Annotation
        =backbone CareTeam.participant BackboneElement
        role * CodeableConcept
        member ? Reference(Practitioner|PractitionerRole|RelatedPerson|Patient|Organization|CareTeam)
        onBehalfOf ? Reference(Organization)
        period ? Period
        =resource CatalogEntry DomainResource
        identifier * Identifier
        type ? CodeableConcept
        orderable 1 boolean
        referencedItem 1 Reference(Medication|Device|Organization|Practitioner|PractitionerRole|HealthcareService|ActivityDefinition|PlanDefinition|SpecimenDefinition|ObservationDefinition|Binary)
        additionalIdentifier * Identifier
        classification * CodeableConcept
        status ? code !publication-status
        validityPeriod ? Period
        validTo ? dateTime
        lastUpdated ? dateTime
        additionalCharacteristic * CodeableConcept
        additionalClassification * CodeableConcept
        relatedEntry * .
        =backbone CatalogEntry.relatedEntry BackboneElement
        relationtype 1 code !relation-type
        item 1 Reference(CatalogEntry)
        =resource ChargeItem DomainResource
        @Device enterer performer-actor
        @Encounter context
        @Patient subject
        @Practitioner enterer performer-actor
        @RelatedPerson enterer performer-actor
        ?subject
        #code
        %occurrenceDateTime occurrencePeriod.start occurrenceTiming.event occurrenceTiming.repeat.boundsPeriod.start enteredDate
        identifier * Identifier
        definitionUri * uri
        definitionCanonical * canonical(ChargeItemDefinition)
        status 1 code !chargeitem-status
        partOf * Reference(ChargeItem)
        code 1 CodeableConcept
        subject 1 Reference(Patient|Group)
        context ? Reference(Encounter|EpisodeOfCare)
        occurrence[x] ? dateTime Period Timing
        performer * .
        performingOrganization ? Reference(Organization)
        requestingOrganization ? Reference(Organization)
        costCenter ? Reference(Organization)
        quantity ? Quantity
        bodysite * CodeableConcept
        factorOverride ? decimal
        priceOverride ? Money
        overrideReason ? string
        enterer ? Reference(Practitioner|PractitionerRole|Organization|Patient|Device|RelatedPerson)
        enteredDate ? dateTime
        reason * CodeableConcept
        service * Reference(DiagnosticReport|ImagingStudy|Immunization|MedicationAdministration|MedicationDispense|Observation|Procedure|SupplyDelivery)
        product[x] ? Reference(Device|Medication|Substance) CodeableConcept
        account * Reference(Account)
        note * Annotation
        supportingInformation * Reference
        =backbone ChargeItem.performer BackboneElement
        function ? CodeableConcept
        actor 1 Reference(Practitioner|PractitionerRole|Organization|CareTeam|Patient|Device|RelatedPerson)
        =resource ChargeItemDefinition DomainResource
        %date
        url 1 uri
        identifier * Identifier
        version ? string
        title ? string
        derivedFromUri * uri
        partOf * canonical(ChargeItemDefinition)
        replaces * canonical(ChargeItemDefinition)
        status 1 code !publication-status
        experimental ? boolean
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        copyright ? markdown
        approvalDate ? date
        lastReviewDate ? date
        effectivePeriod ? Period
        code ? CodeableConcept
        instance * Reference(Medication|Substance|Device)
        applicability * .
        propertyGroup * .
        =backbone ChargeItemDefinition.applicability BackboneElement
        description ? string
        language ? string
        expression ? string
        =backbone ChargeItemDefinition.propertyGroup BackboneElement
        applicability * ChargeItemDefinition.applicability
        priceComponent * .
        =backbone ChargeItemDefinition.propertyGroup.priceComponent BackboneElement
        type 1 code !invoice-priceComponentType
        code ? CodeableConcept
        factor ? decimal
        amount ? Money
        =resource Claim DomainResource
        @Device procedure-udi item-udi detail-udi subdetail-udi
        @Encounter encounter
        @Patient patient payee
        @Practitioner enterer provider payee care-team
        @RelatedPerson payee
        ?patient payee.party
        %created
        identifier * Identifier
        status 1 code !fm-status
        type 1 CodeableConcept
        subType ? CodeableConcept
        use 1 code !claim-use
        patient 1 Reference(Patient)
        billablePeriod ? Period
        created 1 dateTime
        enterer ? Reference(Practitioner|PractitionerRole)
        insurer ? Reference(Organization)
        provider 1 Reference(Practitioner|PractitionerRole|Organization)
        priority 1 CodeableConcept
        fundsReserve ? CodeableConcept
        related * .
        prescription ? Reference(DeviceRequest|MedicationRequest|VisionPrescription)
        originalPrescription ? Reference(DeviceRequest|MedicationRequest|VisionPrescription)
        payee ? .
        referral ? Reference(ServiceRequest)
        facility ? Reference(Location)
        careTeam * .
        supportingInfo * .
        diagnosis * .
        procedure * .
        insurance + .
        accident ? .
        item * .
        total ? Money
        =backbone Claim.related BackboneElement
        claim ? Reference(Claim)
        relationship ? CodeableConcept
        reference ? Identifier
        =backbone Claim.payee BackboneElement
        type 1 CodeableConcept
        party ? Reference(Practitioner|PractitionerRole|Organization|Patient|RelatedPerson)
        =backbone Claim.careTeam BackboneElement
        sequence 1 positiveInt
        provider 1 Reference(Practitioner|PractitionerRole|Organization)
        responsible ? boolean
        role ? CodeableConcept
        qualification ? CodeableConcept
        =backbone Claim.supportingInfo BackboneElement
        sequence 1 positiveInt
        category 1 CodeableConcept
        code ? CodeableConcept
        timing[x] ? date Period
        value[x] ? boolean string Quantity Attachment Reference
        reason ? CodeableConcept
        =backbone Claim.diagnosis BackboneElement
        sequence 1 positiveInt
        diagnosis[x] 1 CodeableConcept Reference(Condition)
        type * CodeableConcept
        onAdmission ? CodeableConcept
        packageCode ? CodeableConcept
        =backbone Claim.procedure BackboneElement
        sequence 1 positiveInt
        type * CodeableConcept
        date ? dateTime
        procedure[x] 1 CodeableConcept Reference(Procedure)
        udi * Reference(Device)
        =backbone Claim.insurance BackboneElement
        sequence 1 positiveInt
        focal 1 boolean
        identifier ? Identifier
        coverage 1 Reference(Coverage)
        businessArrangement ? string
        preAuthRef * string
        claimResponse ? Reference(ClaimResponse)
        =backbone Claim.accident BackboneElement
        date 1 date
        type ? CodeableConcept
        location[x] ? Address Reference(Location)
        =backbone Claim.item BackboneElement
        sequence 1 positiveInt
        careTeamSequence * positiveInt
        diagnosisSequence * positiveInt
        procedureSequence * positiveInt
        informationSequence * positiveInt
        revenue ? CodeableConcept
        category ? CodeableConcept
        productOrService 1 CodeableConcept
        modifier * CodeableConcept
        programCode * CodeableConcept
        serviced[x] ? date Period
        location[x] ? CodeableConcept Address Reference(Location)
        quantity ? Quantity
        unitPrice ? Money
        factor ? decimal
        net ? Money
        udi * Reference(Device)
        bodySite ? CodeableConcept
        subSite * CodeableConcept
        encounter * Reference(Encounter)
        detail * .
        =backbone Claim.item.detail BackboneElement
        sequence 1 positiveInt
        revenue ? CodeableConcept
        category ? CodeableConcept
        productOrService 1 CodeableConcept
        modifier * CodeableConcept
        programCode * CodeableConcept
        quantity ? Quantity
        unitPrice ? Money
        factor ? decimal
        net ? Money
        udi * Reference(Device)
        subDetail * .
        =backbone Claim.item.detail.subDetail BackboneElement
        sequence 1 positiveInt
        revenue ? CodeableConcept
        category ? CodeableConcept
        productOrService 1 CodeableConcept
        modifier * CodeableConcept
        programCode * CodeableConcept
        quantity ? Quantity
        unitPrice ? Money
        factor ? decimal
        net ? Money
        udi * Reference(Device)
        =resource ClaimResponse DomainResource
        @Patient patient
        @Practitioner requestor
        ?patient
        %created
        identifier * Identifier
        status 1 code !fm-status
        type 1 CodeableConcept
        subType ? CodeableConcept
        use 1 code !claim-use
        patient 1 Reference(Patient)
        created 1 dateTime
        insurer 1 Reference(Organization)
        requestor ? Reference(Practitioner|PractitionerRole|Organization)
        request ? Reference(Claim)
        outcome 1 code !remittance-outcome
        disposition ? string
        preAuthRef ? string
        preAuthPeriod ? Period
        payeeType ? CodeableConcept
        item * .
        addItem * .
        adjudication * ClaimResponse.item.adjudication
        total * .
        payment ? .
        fundsReserve ? CodeableConcept
        formCode ? CodeableConcept
        form ? Attachment
        processNote * .
        communicationRequest * Reference(CommunicationRequest)
        insurance * .
        error * .
        =backbone ClaimResponse.item BackboneElement
        itemSequence 1 positiveInt
        noteNumber * positiveInt
        adjudication + .
        detail * .
        =backbone ClaimResponse.item.adjudication BackboneElement
        category 1 CodeableConcept
        reason ? CodeableConcept
        amount ? Money
        value ? decimal
        =backbone ClaimResponse.item.detail BackboneElement
        detailSequence 1 positiveInt
        noteNumber * positiveInt
        adjudication + ClaimResponse.item.adjudication
        subDetail * .
        =backbone ClaimResponse.item.detail.subDetail BackboneElement
        subDetailSequence 1 positiveInt
        noteNumber * positiveInt
        adjudication * ClaimResponse.item.adjudication
        =backbone ClaimResponse.addItem BackboneElement
        itemSequence * positiveInt
        detailSequence * positiveInt
        subdetailSequence * positiveInt
        provider * Reference(Practitioner|PractitionerRole|Organization)
        productOrService 1 CodeableConcept
        modifier * CodeableConcept
        programCode * CodeableConcept
        serviced[x] ? date Period
        location[x] ? CodeableConcept Address Reference(Location)
        quantity ? Quantity
        unitPrice ? Money
        factor ? decimal
        net ? Money
        bodySite ? CodeableConcept
        subSite * CodeableConcept
        noteNumber * positiveInt
        adjudication + ClaimResponse.item.adjudication
        detail * .
        =backbone ClaimResponse.addItem.detail BackboneElement
        productOrService 1 CodeableConcept
        modifier * CodeableConcept
        quantity ? Quantity
        unitPrice ? Money
        factor ? decimal
        net ? Money
        noteNumber * positiveInt
        adjudication + ClaimResponse.item.adjudication
        subDetail * .
        =backbone ClaimResponse.addItem.detail.subDetail BackboneElement
        productOrService 1 CodeableConcept
        modifier * CodeableConcept
        quantity ? Quantity
        unitPrice ? Money
        factor ? decimal
        net ? Money
        noteNumber * positiveInt
        adjudication + ClaimResponse.item.adjudication
        =backbone ClaimResponse.total BackboneElement
        category 1 CodeableConcept
        amount 1 Money
        =backbone ClaimResponse.payment BackboneElement
        type 1 CodeableConcept
        adjustment ? Money
        adjustmentReason ? CodeableConcept
        date ? date
        amount 1 Money
        identifier ? Identifier
        =backbone ClaimResponse.processNote BackboneElement
        number ? positiveInt
        type ? code !note-type
        text 1 string
        language ? CodeableConcept
        =backbone ClaimResponse.insurance BackboneElement
        sequence 1 positiveInt
        focal 1 boolean
        coverage 1 Reference(Coverage)
        businessArrangement ? string
        claimResponse ? Reference(ClaimResponse)
        =backbone ClaimResponse.error BackboneElement
        itemSequence ? positiveInt
        detailSequence ? positiveInt
        subDetailSequence ? positiveInt
        code 1 CodeableConcept
        =resource ClinicalImpression DomainResource
        @Encounter encounter
        @Patient subject
        @Practitioner assessor
        ?subject
        %date
        identifier * Identifier
        status 1 code !clinicalimpression-status
        statusReason ? CodeableConcept
        code ? CodeableConcept
        description ? string
        subject 1 Reference(Patient|Group)
        encounter ? Reference(Encounter)
        effective[x] ? dateTime Period
        date ? dateTime
        assessor ? Reference(Practitioner|PractitionerRole)
        previous ? Reference(ClinicalImpression)
        problem * Reference(Condition|AllergyIntolerance)
        investigation * .
        protocol * uri
        summary ? string
        finding * .
        prognosisCodeableConcept * CodeableConcept
        prognosisReference * Reference(RiskAssessment)
        supportingInfo * Reference
        note * Annotation
        =backbone ClinicalImpression.investigation BackboneElement
        code 1 CodeableConcept
        item * Reference(Observation|QuestionnaireResponse|FamilyMemberHistory|DiagnosticReport|RiskAssessment|ImagingStudy|Media)
        =backbone ClinicalImpression.finding BackboneElement
        itemCodeableConcept ? CodeableConcept
        itemReference ? Reference(Condition|Observation|Media)
        basis ? string
        =resource CodeSystem DomainResource
        #concept.code
        %date
        url ? uri
        identifier * Identifier
        version ? string
        name ? string
        title ? string
        status 1 code !publication-status
        experimental ? boolean
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        purpose ? markdown
        copyright ? markdown
        caseSensitive ? boolean
        valueSet ? canonical(ValueSet)
        hierarchyMeaning ? code !codesystem-hierarchy-meaning
        compositional ? boolean
        versionNeeded ? boolean
        content 1 code !codesystem-content-mode
        supplements ? canonical(CodeSystem)
        count ? unsignedInt
        filter * .
        property * .
        concept * .
        =backbone CodeSystem.filter BackboneElement
        code 1 code
        description ? string
        operator + code !filter-operator
        value 1 string
        =backbone CodeSystem.property BackboneElement
        code 1 code
        uri ? uri
        description ? string
        type 1 code !concept-property-type
        =backbone CodeSystem.concept BackboneElement
        code 1 code
        display ? string
        definition ? string
        designation * .
        property * .
        concept * CodeSystem.concept
        =backbone CodeSystem.concept.designation BackboneElement
        language ? code
        use ? Coding
        value 1 string
        =backbone CodeSystem.concept.property BackboneElement
        code 1 code
        value[x] 1 code Coding string integer boolean dateTime decimal
        =resource Communication DomainResource
        @Device sender recipient
        @Encounter encounter
        @Patient subject sender recipient
        @Practitioner sender recipient
        @RelatedPerson sender recipient
        ?subject recipient sender
        %sent received
        identifier * Identifier
        instantiatesCanonical * canonical(PlanDefinition|ActivityDefinition|Measure|OperationDefinition|Questionnaire)
        instantiatesUri * uri
        basedOn * Reference
        partOf * Reference
        inResponseTo * Reference(Communication)
        status 1 code !event-status
        statusReason ? CodeableConcept
        category * CodeableConcept
        priority ? code !request-priority
        medium * CodeableConcept
        subject ? Reference(Patient|Group)
        topic ? CodeableConcept
        about * Reference
        encounter ? Reference(Encounter)
        sent ? dateTime
        received ? dateTime
        recipient * Reference(Device|Organization|Patient|Practitioner|PractitionerRole|RelatedPerson|Group|CareTeam|HealthcareService)
        sender ? Reference(Device|Organization|Patient|Practitioner|PractitionerRole|RelatedPerson|HealthcareService)
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition|Observation|DiagnosticReport|DocumentReference)
        payload * .
        note * Annotation
        =backbone Communication.payload BackboneElement
        content[x] 1 string Attachment Reference
        =resource CommunicationRequest DomainResource
        @Device sender recipient
        @Encounter encounter
        @Patient subject sender recipient requester
        @Practitioner sender recipient requester
        @RelatedPerson sender recipient requester
        ?subject recipient requester sender
        %occurrenceDateTime occurrencePeriod.start authoredOn
        identifier * Identifier
        basedOn * Reference
        replaces * Reference(CommunicationRequest)
        groupIdentifier ? Identifier
        status 1 code !request-status
        statusReason ? CodeableConcept
        category * CodeableConcept
        priority ? code !request-priority
        doNotPerform ? boolean
        medium * CodeableConcept
        subject ? Reference(Patient|Group)
        about * Reference
        encounter ? Reference(Encounter)
        payload * .
        occurrence[x] ? dateTime Period
        authoredOn ? dateTime
        requester ? Reference(Practitioner|PractitionerRole|Organization|Patient|RelatedPerson|Device)
        recipient * Reference(Device|Organization|Patient|Practitioner|PractitionerRole|RelatedPerson|Group|CareTeam|HealthcareService)
        sender ? Reference(Device|Organization|Patient|Practitioner|PractitionerRole|RelatedPerson|HealthcareService)
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition|Observation|DiagnosticReport|DocumentReference)
        note * Annotation
        =backbone CommunicationRequest.payload BackboneElement
        content[x] 1 string Attachment Reference
        =resource CompartmentDefinition DomainResource
        #code
        %date
        url 1 uri
        version ? string
        name 1 string
        status 1 code !publication-status
        experimental ? boolean
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        useContext * UsageContext
        purpose ? markdown
        code 1 code !compartment-type
        search 1 boolean
        resource * .
        =backbone CompartmentDefinition.resource BackboneElement
        code 1 code !resource-types
        param * string
        documentation ? string
        =resource Composition DomainResource
        @Device author
        @Encounter encounter
        @Patient subject author attester
        @Practitioner subject author attester
        @RelatedPerson author
        ?subject attester.party author
        %date
        identifier ? Identifier
        status 1 code !composition-status
        type 1 CodeableConcept
        category * CodeableConcept
        subject ? Reference
        encounter ? Reference(Encounter)
        date 1 dateTime
        author + Reference(Practitioner|PractitionerRole|Device|Patient|RelatedPerson|Organization)
        title 1 string
        confidentiality ? code !http://terminology.hl7.org/ValueSet/v3-ConfidentialityClassification
        attester * .
        custodian ? Reference(Organization)
        relatesTo * .
        event * .
        section * .
        =backbone Composition.attester BackboneElement
        mode 1 code !composition-attestation-mode
        time ? dateTime
        party ? Reference(Patient|RelatedPerson|Practitioner|PractitionerRole|Organization)
        =backbone Composition.relatesTo BackboneElement
        code 1 code !document-relationship-type
        target[x] 1 Identifier Reference(Composition)
        =backbone Composition.event BackboneElement
        code * CodeableConcept
        period ? Period
        detail * Reference
        =backbone Composition.section BackboneElement
        title ? string
        code ? CodeableConcept
        author * Reference(Practitioner|PractitionerRole|Device|Patient|RelatedPerson|Organization)
        focus ? Reference
        text ? Narrative
        mode ? code !list-mode
        orderedBy ? CodeableConcept
        entry * Reference
        emptyReason ? CodeableConcept
        section * Composition.section
        =resource ConceptMap DomainResource
        %date
        url ? uri
        identifier ? Identifier
        version ? string
        name ? string
        title ? string
        status 1 code !publication-status
        experimental ? boolean
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        purpose ? markdown
        copyright ? markdown
        source[x] ? uri canonical(ValueSet)
        target[x] ? uri canonical(ValueSet)
        group * .
        =backbone ConceptMap.group BackboneElement
        source ? uri
        sourceVersion ? string
        target ? uri
        targetVersion ? string
        element + .
        unmapped ? .
        =backbone ConceptMap.group.element BackboneElement
        code ? code
        display ? string
        target * .
        =backbone ConceptMap.group.element.target BackboneElement
        code ? code
        display ? string
        equivalence 1 code !concept-map-equivalence
        comment ? string
        dependsOn * .
        product * ConceptMap.group.element.target.dependsOn
        =backbone ConceptMap.group.element.target.dependsOn BackboneElement
        property 1 uri
        system ? canonical(CodeSystem)
        value 1 string
        display ? string
        =backbone ConceptMap.group.unmapped BackboneElement
        mode 1 code !conceptmap-unmapped-mode
        code ? code
        display ? string
        url ? canonical(ConceptMap)
        =resource Condition DomainResource
        @Encounter encounter
        @Patient patient asserter
        @Practitioner asserter
        @RelatedPerson asserter
        ?subject asserter
        #code
        %onsetDateTime onsetPeriod.start recordedDate
        identifier * Identifier
        clinicalStatus ? CodeableConcept !condition-clinical
        verificationStatus ? CodeableConcept !condition-ver-status
        category * CodeableConcept
        severity ? CodeableConcept
        code ? CodeableConcept
        bodySite * CodeableConcept
        subject 1 Reference(Patient|Group)
        encounter ? Reference(Encounter)
        onset[x] ? dateTime Age Period Range string
        abatement[x] ? dateTime Age Period Range string
        recordedDate ? dateTime
        recorder ? Reference(Practitioner|PractitionerRole|Patient|RelatedPerson)
        asserter ? Reference(Practitioner|PractitionerRole|Patient|RelatedPerson)
        stage * .
        evidence * .
        note * Annotation
        =backbone Condition.stage BackboneElement
        summary ? CodeableConcept
        assessment * Reference(ClinicalImpression|DiagnosticReport|Observation)
        type ? CodeableConcept
        =backbone Condition.evidence BackboneElement
        code * CodeableConcept
        detail * Reference
        =resource Consent DomainResource
        @Patient patient
        ?patient
        %dateTime
        identifier * Identifier
        status 1 code !consent-state-codes
        scope 1 CodeableConcept
        category + CodeableConcept
        patient ? Reference(Patient)
        dateTime ? dateTime
        performer * Reference(Organization|Patient|Practitioner|RelatedPerson|PractitionerRole)
        organization * Reference(Organization)
        source[x] ? Attachment Reference(Consent|DocumentReference|Contract|QuestionnaireResponse)
        policy * .
        policyRule ? CodeableConcept
        verification * .
        provision ? .
        =backbone Consent.policy BackboneElement
        authority ? uri
        uri ? uri
        =backbone Consent.verification BackboneElement
        verified 1 boolean
        verifiedWith ? Reference(Patient|RelatedPerson)
        verificationDate ? dateTime
        =backbone Consent.provision BackboneElement
        type ? code !consent-provision-type
        period ? Period
        actor * .
        action * CodeableConcept
        securityLabel * Coding
        purpose * Coding
        class * Coding
        code * CodeableConcept
        dataPeriod ? Period
        data * .
        provision * Consent.provision
        =backbone Consent.provision.actor BackboneElement
        role 1 CodeableConcept
        reference 1 Reference(Device|Group|CareTeam|Organization|Patient|Practitioner|RelatedPerson|PractitionerRole)
        =backbone Consent.provision.data BackboneElement
        meaning 1 code !consent-data-meaning
        reference 1 Reference
        =resource Contract DomainResource
        ?subject
        %issued
        identifier * Identifier
        url ? uri
        version ? string
        status ? code !contract-status
        legalState ? CodeableConcept
        instantiatesCanonical ? Reference(Contract)
        instantiatesUri ? uri
        contentDerivative ? CodeableConcept
        issued ? dateTime
        applies ? Period
        expirationType ? CodeableConcept
        subject * Reference
        authority * Reference(Organization)
        domain * Reference(Location)
        site * Reference(Location)
        name ? string
        title ? string
        subtitle ? string
        alias * string
        author ? Reference(Patient|Practitioner|PractitionerRole|Organization)
        scope ? CodeableConcept
        topic[x] ? CodeableConcept Reference
        type ? CodeableConcept
        subType * CodeableConcept
        contentDefinition ? .
        term * .
        supportingInfo * Reference
        relevantHistory * Reference(Provenance)
        signer * .
        friendly * .
        legal * .
        rule * .
        legallyBinding[x] ? Attachment Reference(Composition|DocumentReference|QuestionnaireResponse|Contract)
        =backbone Contract.contentDefinition BackboneElement
        type 1 CodeableConcept
        subType ? CodeableConcept
        publisher ? Reference(Practitioner|PractitionerRole|Organization)
        publicationDate ? dateTime
        publicationStatus 1 code !contract-publicationstatus
        copyright ? markdown
        =backbone Contract.term BackboneElement
        identifier ? Identifier
        issued ? dateTime
        applies ? Period
        topic[x] ? CodeableConcept Reference
        type ? CodeableConcept
        subType ? CodeableConcept
        text ? string
        securityLabel * .
        offer 1 .
        asset * .
        action * .
        group * Contract.term
        =backbone Contract.term.securityLabel BackboneElement
        number * unsignedInt
        classification 1 Coding
        category * Coding
        control * Coding
        =backbone Contract.term.offer BackboneElement
        identifier * Identifier
        party * .
        topic ? Reference
        type ? CodeableConcept
        decision ? CodeableConcept
        decisionMode * CodeableConcept
        answer * .
        text ? string
        linkId * string
        securityLabelNumber * unsignedInt
        =backbone Contract.term.offer.party BackboneElement
        reference + Reference(Patient|RelatedPerson|Practitioner|PractitionerRole|Device|Group|Organization)
        role 1 CodeableConcept
        =backbone Contract.term.offer.answer BackboneElement
        value[x] 1 boolean decimal integer date dateTime time string uri Attachment Coding Quantity Reference
        =backbone Contract.term.asset BackboneElement
        scope ? CodeableConcept
        type * CodeableConcept
        typeReference * Reference
        subtype * CodeableConcept
        relationship ? Coding
        context * .
        condition ? string
        periodType * CodeableConcept
        period * Period
        usePeriod * Period
        text ? string
        linkId * string
        answer * Contract.term.offer.answer
        securityLabelNumber * unsignedInt
        valuedItem * .
        =backbone Contract.term.asset.context BackboneElement
        reference ? Reference
        code * CodeableConcept
        text ? string
        =backbone Contract.term.asset.valuedItem BackboneElement
        entity[x] ? CodeableConcept Reference
        identifier ? Identifier
        effectiveTime ? dateTime
        quantity ? Quantity
        unitPrice ? Money
        factor ? decimal
        points ? decimal
        net ? Money
        payment ? string
        paymentDate ? dateTime
        responsible ? Reference(Organization|Patient|Practitioner|PractitionerRole|RelatedPerson)
        recipient ? Reference(Organization|Patient|Practitioner|PractitionerRole|RelatedPerson)
        linkId * string
        securityLabelNumber * unsignedInt
        =backbone Contract.term.action BackboneElement
        doNotPerform ? boolean
        type 1 CodeableConcept
        subject * .
        intent 1 CodeableConcept
        linkId * string
        status 1 CodeableConcept
        context ? Reference(Encounter|EpisodeOfCare)
        contextLinkId * string
        occurrence[x] ? dateTime Period Timing
        requester * Reference(Patient|RelatedPerson|Practitioner|PractitionerRole|Device|Group|Organization)
        requesterLinkId * string
        performerType * CodeableConcept
        performerRole ? CodeableConcept
        performer ? Reference(RelatedPerson|Patient|Practitioner|PractitionerRole|CareTeam|Device|Substance|Organization|Location)
        performerLinkId * string
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition|Observation|DiagnosticReport|DocumentReference|Questionnaire|QuestionnaireResponse)
        reason * string
        reasonLinkId * string
        note * Annotation
        securityLabelNumber * unsignedInt
        =backbone Contract.term.action.subject BackboneElement
        reference + Reference(Patient|RelatedPerson|Practitioner|PractitionerRole|Device|Group|Organization)
        role ? CodeableConcept
        =backbone Contract.signer BackboneElement
        type 1 Coding
        party 1 Reference(Organization|Patient|Practitioner|PractitionerRole|RelatedPerson)
        signature + Signature
        =backbone Contract.friendly BackboneElement
        content[x] 1 Attachment Reference(Composition|DocumentReference|QuestionnaireResponse)
        =backbone Contract.legal BackboneElement
        content[x] 1 Attachment Reference(Composition|DocumentReference|QuestionnaireResponse)
        =backbone Contract.rule BackboneElement
        content[x] 1 Attachment Reference(DocumentReference)
        =resource Coverage DomainResource
        @Patient policy-holder subscriber beneficiary payor
        @RelatedPerson policy-holder subscriber payor
        ?beneficiary payor policyHolder subscriber
        %period.start
        identifier * Identifier
        status 1 code !fm-status
        type ? CodeableConcept
        policyHolder ? Reference(Patient|RelatedPerson|Organization)
        subscriber ? Reference(Patient|RelatedPerson)
        subscriberId ? string
        beneficiary 1 Reference(Patient)
        dependent ? string
        relationship ? CodeableConcept
        period ? Period
        payor + Reference(Organization|Patient|RelatedPerson)
        class * .
        order ? positiveInt
        network ? string
        costToBeneficiary * .
        subrogation ? boolean
        contract * Reference(Contract)
        =backbone Coverage.class BackboneElement
        type 1 CodeableConcept
        value 1 string
        name ? string
        =backbone Coverage.costToBeneficiary BackboneElement
        type ? CodeableConcept
        value[x] 1 Quantity Money
        exception * .
        =backbone Coverage.costToBeneficiary.exception BackboneElement
        type 1 CodeableConcept
        period ? Period
        =resource CoverageEligibilityRequest DomainResource
        @Patient patient
        @Practitioner enterer provider
        ?patient
        %created
        identifier * Identifier
        status 1 code !fm-status
        priority ? CodeableConcept
        purpose + code !eligibilityrequest-purpose
        patient 1 Reference(Patient)
        serviced[x] ? date Period
        created 1 dateTime
        enterer ? Reference(Practitioner|PractitionerRole)
        provider ? Reference(Practitioner|PractitionerRole|Organization)
        insurer 1 Reference(Organization)
        facility ? Reference(Location)
        supportingInfo * .
        insurance * .
        item * .
        =backbone CoverageEligibilityRequest.supportingInfo BackboneElement
        sequence 1 positiveInt
        information 1 Reference
        appliesToAll ? boolean
        =backbone CoverageEligibilityRequest.insurance BackboneElement
        focal ? boolean
        coverage 1 Reference(Coverage)
        businessArrangement ? string
        =backbone CoverageEligibilityRequest.item BackboneElement
        supportingInfoSequence * positiveInt
        category ? CodeableConcept
        productOrService ? CodeableConcept
        modifier * CodeableConcept
        provider ? Reference(Practitioner|PractitionerRole)
        quantity ? Quantity
        unitPrice ? Money
        facility ? Reference(Location|Organization)
        diagnosis * .
        detail * Reference
        =backbone CoverageEligibilityRequest.item.diagnosis BackboneElement
        diagnosis[x] ? CodeableConcept Reference(Condition)
        =resource CoverageEligibilityResponse DomainResource
        @Patient patient
        @Practitioner requestor
        ?patient
        %created
        identifier * Identifier
        status 1 code !fm-status
        purpose + code !eligibilityresponse-purpose
        patient 1 Reference(Patient)
        serviced[x] ? date Period
        created 1 dateTime
        requestor ? Reference(Practitioner|PractitionerRole|Organization)
        request 1 Reference(CoverageEligibilityRequest)
        outcome 1 code !remittance-outcome
        disposition ? string
        insurer 1 Reference(Organization)
        insurance * .
        preAuthRef ? string
        form ? CodeableConcept
        error * .
        =backbone CoverageEligibilityResponse.insurance BackboneElement
        coverage 1 Reference(Coverage)
        inforce ? boolean
        benefitPeriod ? Period
        item * .
        =backbone CoverageEligibilityResponse.insurance.item BackboneElement
        category ? CodeableConcept
        productOrService ? CodeableConcept
        modifier * CodeableConcept
        provider ? Reference(Practitioner|PractitionerRole)
        excluded ? boolean
        name ? string
        description ? string
        network ? CodeableConcept
        unit ? CodeableConcept
        term ? CodeableConcept
        benefit * .
        authorizationRequired ? boolean
        authorizationSupporting * CodeableConcept
        authorizationUrl ? uri
        =backbone CoverageEligibilityResponse.insurance.item.benefit BackboneElement
        type 1 CodeableConcept
        allowed[x] ? unsignedInt string Money
        used[x] ? unsignedInt string Money
        =backbone CoverageEligibilityResponse.error BackboneElement
        code 1 CodeableConcept
        =resource DetectedIssue DomainResource
        @Device author
        @Patient patient
        @Practitioner author
        ?patient
        #code
        %identifiedDateTime identifiedPeriod.start
        identifier * Identifier
        status 1 code !observation-status
        code ? CodeableConcept
        severity ? code !detectedissue-severity
        patient ? Reference(Patient)
        identified[x] ? dateTime Period
        author ? Reference(Practitioner|PractitionerRole|Device)
        implicated * Reference
        evidence * .
        detail ? string
        reference ? uri
        mitigation * .
        =backbone DetectedIssue.evidence BackboneElement
        code * CodeableConcept
        detail * Reference
        =backbone DetectedIssue.mitigation BackboneElement
        action 1 CodeableConcept
        date ? dateTime
        author ? Reference(Practitioner|PractitionerRole)
        =resource Device DomainResource
        ?patient
        identifier * Identifier
        definition ? Reference(DeviceDefinition)
        udiCarrier * .
        status ? code !device-status
        statusReason * CodeableConcept
        distinctIdentifier ? string
        manufacturer ? string
        manufactureDate ? dateTime
        expirationDate ? dateTime
        lotNumber ? string
        serialNumber ? string
        deviceName * .
        modelNumber ? string
        partNumber ? string
        type ? CodeableConcept
        specialization * .
        version * .
        property * .
        patient ? Reference(Patient)
        owner ? Reference(Organization)
        contact * ContactPoint
        location ? Reference(Location)
        url ? uri
        note * Annotation
        safety * CodeableConcept
        parent ? Reference(Device)
        =backbone Device.udiCarrier BackboneElement
        deviceIdentifier ? string
        issuer ? uri
        jurisdiction ? uri
        carrierAIDC ? base64Binary
        carrierHRF ? string
        entryType ? code !udi-entry-type
        =backbone Device.deviceName BackboneElement
        name 1 string
        type 1 code !device-nametype
        =backbone Device.specialization BackboneElement
        systemType 1 CodeableConcept
        version ? string
        =backbone Device.version BackboneElement
        type ? CodeableConcept
        component ? Identifier
        value 1 string
        =backbone Device.property BackboneElement
        type 1 CodeableConcept
        valueQuantity * Quantity
        valueCode * CodeableConcept
        =resource DeviceDefinition DomainResource
        identifier * Identifier
        udiDeviceIdentifier * .
        manufacturer[x] ? string Reference(Organization)
        deviceName * .
        modelNumber ? string
        type ? CodeableConcept
        specialization * .
        version * string
        safety * CodeableConcept
        shelfLifeStorage * ProductShelfLife
        physicalCharacteristics ? ProdCharacteristic
        languageCode * CodeableConcept
        capability * .
        property * .
        owner ? Reference(Organization)
        contact * ContactPoint
        url ? uri
        onlineInformation ? uri
        note * Annotation
        quantity ? Quantity
        parentDevice ? Reference(DeviceDefinition)
        material * .
        =backbone DeviceDefinition.udiDeviceIdentifier BackboneElement
        deviceIdentifier 1 string
        issuer 1 uri
        jurisdiction 1 uri
        =backbone DeviceDefinition.deviceName BackboneElement
        name 1 string
        type 1 code !device-nametype
        =backbone DeviceDefinition.specialization BackboneElement
        systemType 1 string
        version ? string
        =backbone DeviceDefinition.capability BackboneElement
        type 1 CodeableConcept
        description * CodeableConcept
        =backbone DeviceDefinition.property BackboneElement
        type 1 CodeableConcept
        valueQuantity * Quantity
        valueCode * CodeableConcept
        =backbone DeviceDefinition.material BackboneElement
        substance 1 CodeableConcept
        alternate ? boolean
        allergenicIndicator ? boolean
        =resource DeviceMetric DomainResource
        identifier * Identifier
        type 1 CodeableConcept
        unit ? CodeableConcept
        source ? Reference(Device)
        parent ? Reference(Device)
        operationalStatus ? code !metric-operational-status
        color ? code !metric-color
        category 1 code !metric-category
        measurementPeriod ? Timing
        calibration * .
        =backbone DeviceMetric.calibration BackboneElement
        type ? code !metric-calibration-type
        state ? code !metric-calibration-state
        time ? instant
        =resource DeviceRequest DomainResource
        @Device device subject requester performer
        @Encounter encounter
        @Patient subject performer
        @Practitioner requester performer
        ?subject performer
        #codeCodeableConcept
        %occurrenceDateTime occurrencePeriod.start occurrenceTiming.event occurrenceTiming.repeat.boundsPeriod.start authoredOn
        identifier * Identifier
        instantiatesCanonical * canonical(ActivityDefinition|PlanDefinition)
        instantiatesUri * uri
        basedOn * Reference
        priorRequest * Reference
        groupIdentifier ? Identifier
        status ? code !request-status
        intent 1 code !request-intent
        priority ? code !request-priority
        code[x] 1 Reference(Device) CodeableConcept
        parameter * .
        subject 1 Reference(Patient|Group|Location|Device)
        encounter ? Reference(Encounter)
        occurrence[x] ? dateTime Period Timing
        authoredOn ? dateTime
        requester ? Reference(Device|Practitioner|PractitionerRole|Organization)
        performerType ? CodeableConcept
        performer ? Reference(Practitioner|PractitionerRole|Organization|CareTeam|HealthcareService|Patient|Device|RelatedPerson)
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition|Observation|DiagnosticReport|DocumentReference)
        insurance * Reference(Coverage|ClaimResponse)
        supportingInfo * Reference
        note * Annotation
        relevantHistory * Reference(Provenance)
        =backbone DeviceRequest.parameter BackboneElement
        code ? CodeableConcept
        value[x] ? CodeableConcept Quantity Range boolean
        =resource DeviceUseStatement DomainResource
        @Device device
        @Patient subject
        ?subject
        %timingDateTime timingPeriod.start timingTiming.event timingTiming.repeat.boundsPeriod.start recordedOn
        identifier * Identifier
        basedOn * Reference(ServiceRequest)
        status 1 code !device-statement-status
        subject 1 Reference(Patient|Group)
        derivedFrom * Reference(ServiceRequest|Procedure|Claim|Observation|QuestionnaireResponse|DocumentReference)
        timing[x] ? Timing Period dateTime
        recordedOn ? dateTime
        source ? Reference(Patient|Practitioner|PractitionerRole|RelatedPerson)
        device 1 Reference(Device)
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition|Observation|DiagnosticReport|DocumentReference|Media)
        bodySite ? CodeableConcept
        note * Annotation
        =resource DiagnosticReport DomainResource
        @Device subject
        @Encounter encounter
        @Patient subject
        @Practitioner performer
        ?subject
        #code
        %effectiveDateTime effectivePeriod.start
        identifier * Identifier
        basedOn * Reference(CarePlan|ImmunizationRecommendation|MedicationRequest|NutritionOrder|ServiceRequest)
        status 1 code !diagnostic-report-status
        category * CodeableConcept
        code 1 CodeableConcept
        subject ? Reference(Patient|Group|Device|Location)
        encounter ? Reference(Encounter)
        effective[x] ? dateTime Period
        issued ? instant
        performer * Reference(Practitioner|PractitionerRole|Organization|CareTeam)
        resultsInterpreter * Reference(Practitioner|PractitionerRole|Organization|CareTeam)
        specimen * Reference(Specimen)
        result * Reference(Observation)
        imagingStudy * Reference(ImagingStudy)
        media * .
        conclusion ? string
        conclusionCode * CodeableConcept
        presentedForm * Attachment
        =backbone DiagnosticReport.media BackboneElement
        comment ? string
        link 1 Reference(Media)
        =resource DocumentManifest DomainResource
        @Device subject author
        @Encounter related-ref
        @Patient subject author recipient
        @Practitioner subject author recipient
        @RelatedPerson author recipient
        ?subject author recipient
        %created
        masterIdentifier ? Identifier
        identifier * Identifier
        status 1 code !document-reference-status
        type ? CodeableConcept
        subject ? Reference(Patient|Practitioner|Group|Device)
        created ? dateTime
        author * Reference(Practitioner|PractitionerRole|Organization|Device|Patient|RelatedPerson)
        recipient * Reference(Patient|Practitioner|PractitionerRole|RelatedPerson|Organization)
        source ? uri
        description ? string
        content + Reference
        related * .
        =backbone DocumentManifest.related BackboneElement
        identifier ? Identifier
        ref ? Reference
        =resource DocumentReference DomainResource
        @Device subject author
        @Encounter encounter
        @Patient subject author
        @Practitioner subject author authenticator
        @RelatedPerson author
        ?subject author
        %date
        masterIdentifier ? Identifier
        identifier * Identifier
        status 1 code !document-reference-status
        docStatus ? code !composition-status
        type ? CodeableConcept
        category * CodeableConcept
        subject ? Reference(Patient|Practitioner|Group|Device)
        date ? instant
        author * Reference(Practitioner|PractitionerRole|Organization|Device|Patient|RelatedPerson)
        authenticator ? Reference(Practitioner|PractitionerRole|Organization)
        custodian ? Reference(Organization)
        relatesTo * .
        description ? string
        securityLabel * CodeableConcept
        content + .
        context ? .
        =backbone DocumentReference.relatesTo BackboneElement
        code 1 code !document-relationship-type
        target 1 Reference(DocumentReference)
        =backbone DocumentReference.content BackboneElement
        attachment 1 Attachment
        format ? Coding
        =backbone DocumentReference.context BackboneElement
        encounter * Reference(Encounter|EpisodeOfCare)
        event * CodeableConcept
        period ? Period
        facilityType ? CodeableConcept
        practiceSetting ? CodeableConcept
        sourcePatientInfo ? Reference(Patient)
        related * Reference
        =resource EffectEvidenceSynthesis DomainResource
        %date
        url ? uri
        identifier * Identifier
        version ? string
        name ? string
        title ? string
        status 1 code !publication-status
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        note * Annotation
        useContext * UsageContext
        jurisdiction * CodeableConcept
        copyright ? markdown
        approvalDate ? date
        lastReviewDate ? date
        effectivePeriod ? Period
        topic * CodeableConcept
        author * ContactDetail
        editor * ContactDetail
        reviewer * ContactDetail
        endorser * ContactDetail
        relatedArtifact * RelatedArtifact
        synthesisType ? CodeableConcept
        studyType ? CodeableConcept
        population 1 Reference(EvidenceVariable)
        exposure 1 Reference(EvidenceVariable)
        exposureAlternative 1 Reference(EvidenceVariable)
        outcome 1 Reference(EvidenceVariable)
        sampleSize ? .
        resultsByExposure * .
        effectEstimate * .
        certainty * .
        =backbone EffectEvidenceSynthesis.sampleSize BackboneElement
        description ? string
        numberOfStudies ? integer
        numberOfParticipants ? integer
        =backbone EffectEvidenceSynthesis.resultsByExposure BackboneElement
        description ? string
        exposureState ? code !exposure-state
        variantState ? CodeableConcept
        riskEvidenceSynthesis 1 Reference(RiskEvidenceSynthesis)
        =backbone EffectEvidenceSynthesis.effectEstimate BackboneElement
        description ? string
        type ? CodeableConcept
        variantState ? CodeableConcept
        value ? decimal
        unitOfMeasure ? CodeableConcept !ucum-units
        precisionEstimate * .
        =backbone EffectEvidenceSynthesis.effectEstimate.precisionEstimate BackboneElement
        type ? CodeableConcept
        level ? decimal
        from ? decimal
        to ? decimal
        =backbone EffectEvidenceSynthesis.certainty BackboneElement
        rating * CodeableConcept
        note * Annotation
        certaintySubcomponent * .
        =backbone EffectEvidenceSynthesis.certainty.certaintySubcomponent BackboneElement
        type ? CodeableConcept
        rating * CodeableConcept
        note * Annotation
        =resource Encounter DomainResource
        @Encounter {def}
        @Patient patient
        @Practitioner practitioner participant
        @RelatedPerson participant
        ?subject
        %period.start
        identifier * Identifier
        status 1 code !encounter-status
        statusHistory * .
        class 1 Coding
        classHistory * .
        type * CodeableConcept
        serviceType ? CodeableConcept
        priority ? CodeableConcept
        subject ? Reference(Patient|Group)
        episodeOfCare * Reference(EpisodeOfCare)
        basedOn * Reference(ServiceRequest)
        participant * .
        appointment * Reference(Appointment)
        period ? Period
        length ? Duration
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition|Procedure|Observation|ImmunizationRecommendation)
        diagnosis * .
        account * Reference(Account)
        hospitalization ? .
        location * .
        serviceProvider ? Reference(Organization)
        partOf ? Reference(Encounter)
        =backbone Encounter.statusHistory BackboneElement
        status 1 code !encounter-status
        period 1 Period
        =backbone Encounter.classHistory BackboneElement
        class 1 Coding
        period 1 Period
        =backbone Encounter.participant BackboneElement
        type * CodeableConcept
        period ? Period
        individual ? Reference(Practitioner|PractitionerRole|RelatedPerson)
        =backbone Encounter.diagnosis BackboneElement
        condition 1 Reference(Condition|Procedure)
        use ? CodeableConcept
        rank ? positiveInt
        =backbone Encounter.hospitalization BackboneElement
        preAdmissionIdentifier ? Identifier
        origin ? Reference(Location|Organization)
        admitSource ? CodeableConcept
        reAdmission ? CodeableConcept
        dietPreference * CodeableConcept
        specialCourtesy * CodeableConcept
        specialArrangement * CodeableConcept
        destination ? Reference(Location|Organization)
        dischargeDisposition ? CodeableConcept
        =backbone Encounter.location BackboneElement
        location 1 Reference(Location)
        status ? code !encounter-location-status
        physicalType ? CodeableConcept
        period ? Period
        =resource Endpoint DomainResource
        %period.start
        identifier * Identifier
        status 1 code !endpoint-status
        connectionType 1 Coding
        name ? string
        managingOrganization ? Reference(Organization)
        contact * ContactPoint
        period ? Period
        payloadType + CodeableConcept
        payloadMimeType * code !mimetypes
        address 1 url
        header * string
        =resource EnrollmentRequest DomainResource
        @Patient subject
        ?candidate
        %created
        identifier * Identifier
        status ? code !fm-status
        created ? dateTime
        insurer ? Reference(Organization)
        provider ? Reference(Practitioner|PractitionerRole|Organization)
        candidate ? Reference(Patient)
        coverage ? Reference(Coverage)
        =resource EnrollmentResponse DomainResource
        %created
        identifier * Identifier
        status ? code !fm-status
        request ? Reference(EnrollmentRequest)
        outcome ? code !remittance-outcome
        disposition ? string
        created ? dateTime
        organization ? Reference(Organization)
        requestProvider ? Reference(Practitioner|PractitionerRole|Organization)
        =resource EpisodeOfCare DomainResource
        @Patient patient
        @Practitioner care-manager
        ?patient
        %period.start
        identifier * Identifier
        status 1 code !episode-of-care-status
        statusHistory * .
        type * CodeableConcept
        diagnosis * .
        patient 1 Reference(Patient)
        managingOrganization ? Reference(Organization)
        period ? Period
        referralRequest * Reference(ServiceRequest)
        careManager ? Reference(Practitioner|PractitionerRole)
        team * Reference(CareTeam)
        account * Reference(Account)
        =backbone EpisodeOfCare.statusHistory BackboneElement
        status 1 code !episode-of-care-status
        period 1 Period
        =backbone EpisodeOfCare.diagnosis BackboneElement
        condition 1 Reference(Condition)
        role ? CodeableConcept
        rank ? positiveInt
        =resource EventDefinition DomainResource
        %date
        url ? uri
        identifier * Identifier
        version ? string
        name ? string
        title ? string
        subtitle ? string
        status 1 code !publication-status
        experimental ? boolean
        subject[x] ? CodeableConcept Reference(Group)
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        purpose ? markdown
        usage ? string
        copyright ? markdown
        approvalDate ? date
        lastReviewDate ? date
        effectivePeriod ? Period
        topic * CodeableConcept
        author * ContactDetail
        editor * ContactDetail
        reviewer * ContactDetail
        endorser * ContactDetail
        relatedArtifact * RelatedArtifact
        trigger + TriggerDefinition
        =resource Evidence DomainResource
        %date
        url ? uri
        identifier * Identifier
        version ? string
        name ? string
        title ? string
        shortTitle ? string
        subtitle ? string
        status 1 code !publication-status
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        note * Annotation
        useContext * UsageContext
        jurisdiction * CodeableConcept
        copyright ? markdown
        approvalDate ? date
        lastReviewDate ? date
        effectivePeriod ? Period
        topic * CodeableConcept
        author * ContactDetail
        editor * ContactDetail
        reviewer * ContactDetail
        endorser * ContactDetail
        relatedArtifact * RelatedArtifact
        exposureBackground 1 Reference(EvidenceVariable)
        exposureVariant * Reference(EvidenceVariable)
        outcome * Reference(EvidenceVariable)
        =resource EvidenceVariable DomainResource
        %date
        url ? uri
        identifier * Identifier
        version ? string
        name ? string
        title ? string
        shortTitle ? string
        subtitle ? string
        status 1 code !publication-status
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        note * Annotation
        useContext * UsageContext
        jurisdiction * CodeableConcept
        copyright ? markdown
        approvalDate ? date
        lastReviewDate ? date
        effectivePeriod ? Period
        topic * CodeableConcept
        author * ContactDetail
        editor * ContactDetail
        reviewer * ContactDetail
        endorser * ContactDetail
        relatedArtifact * RelatedArtifact
        type ? code !variable-type
        characteristic + .
        =backbone EvidenceVariable.characteristic BackboneElement
        description ? string
        definition[x] 1 Reference(Group) canonical(ActivityDefinition) CodeableConcept Expression DataRequirement TriggerDefinition
        usageContext * UsageContext
        exclude ? boolean
        participantEffective[x] ? dateTime Period Duration Timing
        timeFromStart ? Duration
        groupMeasure ? code !group-measure
        =resource ExampleScenario DomainResource
        %date
        url ? uri
        identifier * Identifier
        version ? string
        name ? string
        status 1 code !publication-status
        experimental ? boolean
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        useContext * UsageContext
        jurisdiction * CodeableConcept
        copyright ? markdown
        purpose ? markdown
        actor * .
        instance * .
        process * .
        workflow * canonical(ExampleScenario)
        =backbone ExampleScenario.actor BackboneElement
        actorId 1 string
        type 1 code !examplescenario-actor-type
        name ? string
        description ? markdown
        =backbone ExampleScenario.instance BackboneElement
        resourceId 1 string
        resourceType 1 code !resource-types
        name ? string
        description ? markdown
        version * .
        containedInstance * .
        =backbone ExampleScenario.instance.version BackboneElement
        versionId 1 string
        description 1 markdown
        =backbone ExampleScenario.instance.containedInstance BackboneElement
        resourceId 1 string
        versionId ? string
        =backbone ExampleScenario.process BackboneElement
        title 1 string
        description ? markdown
        preConditions ? markdown
        postConditions ? markdown
        step * .
        =backbone ExampleScenario.process.step BackboneElement
        process * ExampleScenario.process
        pause ? boolean
        operation ? .
        alternative * .
        =backbone ExampleScenario.process.step.operation BackboneElement
        number 1 string
        type ? string
        name ? string
        initiator ? string
        receiver ? string
        description ? markdown
        initiatorActive ? boolean
        receiverActive ? boolean
        request ? ExampleScenario.instance.containedInstance
        response ? ExampleScenario.instance.containedInstance
        =backbone ExampleScenario.process.step.alternative BackboneElement
        title 1 string
        description ? markdown
        step * ExampleScenario.process.step
        =resource ExplanationOfBenefit DomainResource
        @Device procedure-udi item-udi detail-udi subdetail-udi
        @Encounter encounter
        @Patient patient payee
        @Practitioner enterer provider payee care-team
        @RelatedPerson payee
        ?patient payee.party
        %created
        identifier * Identifier
        status 1 code !explanationofbenefit-status
        type 1 CodeableConcept
        subType ? CodeableConcept
        use 1 code !claim-use
        patient 1 Reference(Patient)
        billablePeriod ? Period
        created 1 dateTime
        enterer ? Reference(Practitioner|PractitionerRole)
        insurer 1 Reference(Organization)
        provider 1 Reference(Practitioner|PractitionerRole|Organization)
        priority ? CodeableConcept
        fundsReserveRequested ? CodeableConcept
        fundsReserve ? CodeableConcept
        related * .
        prescription ? Reference(MedicationRequest|VisionPrescription)
        originalPrescription ? Reference(MedicationRequest)
        payee ? .
        referral ? Reference(ServiceRequest)
        facility ? Reference(Location)
        claim ? Reference(Claim)
        claimResponse ? Reference(ClaimResponse)
        outcome 1 code !remittance-outcome
        disposition ? string
        preAuthRef * string
        preAuthRefPeriod * Period
        careTeam * .
        supportingInfo * .
        diagnosis * .
        procedure * .
        precedence ? positiveInt
        insurance + .
        accident ? .
        item * .
        addItem * .
        adjudication * ExplanationOfBenefit.item.adjudication
        total * .
        payment ? .
        formCode ? CodeableConcept
        form ? Attachment
        processNote * .
        benefitPeriod ? Period
        benefitBalance * .
        =backbone ExplanationOfBenefit.related BackboneElement
        claim ? Reference(Claim)
        relationship ? CodeableConcept
        reference ? Identifier
        =backbone ExplanationOfBenefit.payee BackboneElement
        type ? CodeableConcept
        party ? Reference(Practitioner|PractitionerRole|Organization|Patient|RelatedPerson)
        =backbone ExplanationOfBenefit.careTeam BackboneElement
        sequence 1 positiveInt
        provider 1 Reference(Practitioner|PractitionerRole|Organization)
        responsible ? boolean
        role ? CodeableConcept
        qualification ? CodeableConcept
        =backbone ExplanationOfBenefit.supportingInfo BackboneElement
        sequence 1 positiveInt
        category 1 CodeableConcept
        code ? CodeableConcept
        timing[x] ? date Period
        value[x] ? boolean string Quantity Attachment Reference
        reason ? Coding
        =backbone ExplanationOfBenefit.diagnosis BackboneElement
        sequence 1 positiveInt
        diagnosis[x] 1 CodeableConcept Reference(Condition)
        type * CodeableConcept
        onAdmission ? CodeableConcept
        packageCode ? CodeableConcept
        =backbone ExplanationOfBenefit.procedure BackboneElement
        sequence 1 positiveInt
        type * CodeableConcept
        date ? dateTime
        procedure[x] 1 CodeableConcept Reference(Procedure)
        udi * Reference(Device)
        =backbone ExplanationOfBenefit.insurance BackboneElement
        focal 1 boolean
        coverage 1 Reference(Coverage)
        preAuthRef * string
        =backbone ExplanationOfBenefit.accident BackboneElement
        date ? date
        type ? CodeableConcept
        location[x] ? Address Reference(Location)
        =backbone ExplanationOfBenefit.item BackboneElement
        sequence 1 positiveInt
        careTeamSequence * positiveInt
        diagnosisSequence * positiveInt
        procedureSequence * positiveInt
        informationSequence * positiveInt
        revenue ? CodeableConcept
        category ? CodeableConcept
        productOrService 1 CodeableConcept
        modifier * CodeableConcept
        programCode * CodeableConcept
        serviced[x] ? date Period
        location[x] ? CodeableConcept Address Reference(Location)
        quantity ? Quantity
        unitPrice ? Money
        factor ? decimal
        net ? Money
        udi * Reference(Device)
        bodySite ? CodeableConcept
        subSite * CodeableConcept
        encounter * Reference(Encounter)
        noteNumber * positiveInt
        adjudication * .
        detail * .
        =backbone ExplanationOfBenefit.item.adjudication BackboneElement
        category 1 CodeableConcept
        reason ? CodeableConcept
        amount ? Money
        value ? decimal
        =backbone ExplanationOfBenefit.item.detail BackboneElement
        sequence 1 positiveInt
        revenue ? CodeableConcept
        category ? CodeableConcept
        productOrService 1 CodeableConcept
        modifier * CodeableConcept
        programCode * CodeableConcept
        quantity ? Quantity
        unitPrice ? Money
        factor ? decimal
        net ? Money
        udi * Reference(Device)
        noteNumber * positiveInt
        adjudication * ExplanationOfBenefit.item.adjudication
        subDetail * .
        =backbone ExplanationOfBenefit.item.detail.subDetail BackboneElement
        sequence 1 positiveInt
        revenue ? CodeableConcept
        category ? CodeableConcept
        productOrService 1 CodeableConcept
        modifier * CodeableConcept
        programCode * CodeableConcept
        quantity ? Quantity
        unitPrice ? Money
        factor ? decimal
        net ? Money
        udi * Reference(Device)
        noteNumber * positiveInt
        adjudication * ExplanationOfBenefit.item.adjudication
        =backbone ExplanationOfBenefit.addItem BackboneElement
        itemSequence * positiveInt
        detailSequence * positiveInt
        subDetailSequence * positiveInt
        provider * Reference(Practitioner|PractitionerRole|Organization)
        productOrService 1 CodeableConcept
        modifier * CodeableConcept
        programCode * CodeableConcept
        serviced[x] ? date Period
        location[x] ? CodeableConcept Address Reference(Location)
        quantity ? Quantity
        unitPrice ? Money
        factor ? decimal
        net ? Money
        bodySite ? CodeableConcept
        subSite * CodeableConcept
        noteNumber * positiveInt
        adjudication * ExplanationOfBenefit.item.adjudication
        detail * .
        =backbone ExplanationOfBenefit.addItem.detail BackboneElement
        productOrService 1 CodeableConcept
        modifier * CodeableConcept
        quantity ? Quantity
        unitPrice ? Money
        factor ? decimal
        net ? Money
        noteNumber * positiveInt
        adjudication * ExplanationOfBenefit.item.adjudication
        subDetail * .
        =backbone ExplanationOfBenefit.addItem.detail.subDetail BackboneElement
        productOrService 1 CodeableConcept
        modifier * CodeableConcept
        quantity ? Quantity
        unitPrice ? Money
        factor ? decimal
        net ? Money
        noteNumber * positiveInt
        adjudication * ExplanationOfBenefit.item.adjudication
        =backbone ExplanationOfBenefit.total BackboneElement
        category 1 CodeableConcept
        amount 1 Money
        =backbone ExplanationOfBenefit.payment BackboneElement
        type ? CodeableConcept
        adjustment ? Money
        adjustmentReason ? CodeableConcept
        date ? date
        amount ? Money
        identifier ? Identifier
        =backbone ExplanationOfBenefit.processNote BackboneElement
        number ? positiveInt
        type ? code !note-type
        text ? string
        language ? CodeableConcept
        =backbone ExplanationOfBenefit.benefitBalance BackboneElement
        category 1 CodeableConcept
        excluded ? boolean
        name ? string
        description ? string
        network ? CodeableConcept
        unit ? CodeableConcept
        term ? CodeableConcept
        financial * .
        =backbone ExplanationOfBenefit.benefitBalance.financial BackboneElement
        type 1 CodeableConcept
        allowed[x] ? unsignedInt string Money
        used[x] ? unsignedInt Money
        =resource FamilyMemberHistory DomainResource
        @Patient patient
        ?patient
        #condition.code
        %date
        identifier * Identifier
        instantiatesCanonical * canonical(PlanDefinition|Questionnaire|ActivityDefinition|Measure|OperationDefinition)
        instantiatesUri * uri
        status 1 code !history-status
        dataAbsentReason ? CodeableConcept
        patient 1 Reference(Patient)
        date ? dateTime
        name ? string
        relationship 1 CodeableConcept
        sex ? CodeableConcept
        born[x] ? Period date string
        age[x] ? Age Range string
        estimatedAge ? boolean
        deceased[x] ? boolean Age Range date string
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition|Observation|AllergyIntolerance|QuestionnaireResponse|DiagnosticReport|DocumentReference)
        note * Annotation
        condition * .
        =backbone FamilyMemberHistory.condition BackboneElement
        code 1 CodeableConcept
        outcome ? CodeableConcept
        contributedToDeath ? boolean
        onset[x] ? Age Range Period string
        note * Annotation
        =resource Flag DomainResource
        @Device author
        @Patient patient
        @Practitioner author
        ?subject
        %period.start
        identifier * Identifier
        status 1 code !flag-status
        category * CodeableConcept
        code 1 CodeableConcept
        subject 1 Reference(Patient|Location|Group|Organization|Practitioner|PlanDefinition|Medication|Procedure)
        period ? Period
        encounter ? Reference(Encounter)
        author ? Reference(Device|Organization|Patient|Practitioner|PractitionerRole)
        =resource Goal DomainResource
        @Patient patient
        ?subject
        %startDate
        identifier * Identifier
        lifecycleStatus 1 code !goal-status
        achievementStatus ? CodeableConcept
        category * CodeableConcept
        priority ? CodeableConcept
        description 1 CodeableConcept
        subject 1 Reference(Patient|Group|Organization)
        start[x] ? date CodeableConcept
        target * .
        statusDate ? date
        statusReason ? string
        expressedBy ? Reference(Patient|Practitioner|PractitionerRole|RelatedPerson)
        addresses * Reference(Condition|Observation|MedicationStatement|NutritionOrder|ServiceRequest|RiskAssessment)
        note * Annotation
        outcomeCode * CodeableConcept
        outcomeReference * Reference(Observation)
        =backbone Goal.target BackboneElement
        measure ? CodeableConcept
        detail[x] ? Quantity Range CodeableConcept string boolean integer Ratio
        due[x] ? date Duration
        =resource GraphDefinition DomainResource
        %date
        url ? uri
        version ? string
        name 1 string
        status 1 code !publication-status
        experimental ? boolean
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        purpose ? markdown
        start 1 code !resource-types
        profile ? canonical(StructureDefinition)
        link * .
        =backbone GraphDefinition.link BackboneElement
        path ? string
        sliceName ? string
        min ? integer
        max ? string
        description ? string
        target * .
        =backbone GraphDefinition.link.target BackboneElement
        type 1 code !resource-types
        params ? string
        profile ? canonical(StructureDefinition)
        compartment * .
        link * GraphDefinition.link
        =backbone GraphDefinition.link.target.compartment BackboneElement
        use 1 code !graph-compartment-use
        code 1 code !compartment-type
        rule 1 code !graph-compartment-rule
        expression ? string
        description ? string
        =resource Group DomainResource
        @Device member
        @Patient member
        @Practitioner member
        ?member.entity
        #code
        identifier * Identifier
        active ? boolean
        type 1 code !group-type
        actual 1 boolean
        code ? CodeableConcept
        name ? string
        quantity ? unsignedInt
        managingEntity ? Reference(Organization|RelatedPerson|Practitioner|PractitionerRole)
        characteristic * .
        member * .
        =backbone Group.characteristic BackboneElement
        code 1 CodeableConcept
        value[x] 1 CodeableConcept boolean Quantity Range Reference
        exclude 1 boolean
        period ? Period
        =backbone Group.member BackboneElement
        entity 1 Reference(Patient|Practitioner|PractitionerRole|Device|Medication|Substance|Group)
        period ? Period
        inactive ? boolean
        =resource GuidanceResponse DomainResource
        ?subject
        %occurrenceDateTime
        requestIdentifier ? Identifier
        identifier * Identifier
        module[x] 1 uri canonical CodeableConcept
        status 1 code !guidance-response-status
        subject ? Reference(Patient|Group)
        encounter ? Reference(Encounter)
        occurrenceDateTime ? dateTime
        performer ? Reference(Device)
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition|Observation|DiagnosticReport|DocumentReference)
        note * Annotation
        evaluationMessage * Reference(OperationOutcome)
        outputParameters ? Reference(Parameters)
        result ? Reference(CarePlan|RequestGroup)
        dataRequirement * DataRequirement
        =resource HealthcareService DomainResource
        identifier * Identifier
        active ? boolean
        providedBy ? Reference(Organization)
        category * CodeableConcept
        type * CodeableConcept
        specialty * CodeableConcept
        location * Reference(Location)
        name ? string
        comment ? string
        extraDetails ? markdown
        photo ? Attachment
        telecom * ContactPoint
        coverageArea * Reference(Location)
        serviceProvisionCode * CodeableConcept
        eligibility * .
        program * CodeableConcept
        characteristic * CodeableConcept
        communication * CodeableConcept
        referralMethod * CodeableConcept
        appointmentRequired ? boolean
        availableTime * .
        notAvailable * .
        availabilityExceptions ? string
        endpoint * Reference(Endpoint)
        =backbone HealthcareService.eligibility BackboneElement
        code ? CodeableConcept
        comment ? markdown
        =backbone HealthcareService.availableTime BackboneElement
        daysOfWeek * code !days-of-week
        allDay ? boolean
        availableStartTime ? time
        availableEndTime ? time
        =backbone HealthcareService.notAvailable BackboneElement
        description 1 string
        during ? Period
        =resource ImagingStudy DomainResource
        @Patient patient
        ?subject
        %started
        identifier * Identifier
        status 1 code !imagingstudy-status
        modality * Coding
        subject 1 Reference(Patient|Device|Group)
        encounter ? Reference(Encounter)
        started ? dateTime
        basedOn * Reference(CarePlan|ServiceRequest|Appointment|AppointmentResponse|Task)
        referrer ? Reference(Practitioner|PractitionerRole)
        interpreter * Reference(Practitioner|PractitionerRole)
        endpoint * Reference(Endpoint)
        numberOfSeries ? unsignedInt
        numberOfInstances ? unsignedInt
        procedureReference ? Reference(Procedure)
        procedureCode * CodeableConcept
        location ? Reference(Location)
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition|Observation|Media|DiagnosticReport|DocumentReference)
        note * Annotation
        description ? string
        series * .
        =backbone ImagingStudy.series BackboneElement
        uid 1 id
        number ? unsignedInt
        modality 1 Coding
        description ? string
        numberOfInstances ? unsignedInt
        endpoint * Reference(Endpoint)
        bodySite ? Coding
        laterality ? Coding
        specimen * Reference(Specimen)
        started ? dateTime
        performer * .
        instance * .
        =backbone ImagingStudy.series.performer BackboneElement
        function ? CodeableConcept
        actor 1 Reference(Practitioner|PractitionerRole|Organization|CareTeam|Patient|Device|RelatedPerson)
        =backbone ImagingStudy.series.instance BackboneElement
        uid 1 id
        sopClass 1 Coding
        number ? unsignedInt
        title ? string
        =resource Immunization DomainResource
        @Patient patient
        @Practitioner performer
        ?patient
        %occurrenceDateTime
        identifier * Identifier
        status 1 code !immunization-status
        statusReason ? CodeableConcept
        vaccineCode 1 CodeableConcept
        patient 1 Reference(Patient)
        encounter ? Reference(Encounter)
        occurrence[x] 1 dateTime string
        recorded ? dateTime
        primarySource ? boolean
        reportOrigin ? CodeableConcept
        location ? Reference(Location)
        manufacturer ? Reference(Organization)
        lotNumber ? string
        expirationDate ? date
        site ? CodeableConcept
        route ? CodeableConcept
        doseQuantity ? Quantity
        performer * .
        note * Annotation
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition|Observation|DiagnosticReport)
        isSubpotent ? boolean
        subpotentReason * CodeableConcept
        education * .
        programEligibility * CodeableConcept
        fundingSource ? CodeableConcept
        reaction * .
        protocolApplied * .
        =backbone Immunization.performer BackboneElement
        function ? CodeableConcept
        actor 1 Reference(Practitioner|PractitionerRole|Organization)
        =backbone Immunization.education BackboneElement
        documentType ? string
        reference ? uri
        publicationDate ? dateTime
        presentationDate ? dateTime
        =backbone Immunization.reaction BackboneElement
        date ? dateTime
        detail ? Reference(Observation)
        reported ? boolean
        =backbone Immunization.protocolApplied BackboneElement
        series ? string
        authority ? Reference(Organization)
        targetDisease * CodeableConcept
        doseNumber[x] 1 positiveInt string
        seriesDoses[x] ? positiveInt string
        =resource ImmunizationEvaluation DomainResource
        @Patient patient
        ?patient
        %date
        identifier * Identifier
        status 1 code !immunization-evaluation-status
        patient 1 Reference(Patient)
        date ? dateTime
        authority ? Reference(Organization)
        targetDisease 1 CodeableConcept
        immunizationEvent 1 Reference(Immunization)
        doseStatus 1 CodeableConcept
        doseStatusReason * CodeableConcept
        description ? string
        series ? string
        doseNumber[x] ? positiveInt string
        seriesDoses[x] ? positiveInt string
        =resource ImmunizationRecommendation DomainResource
        @Patient patient
        ?patient
        %date
        identifier * Identifier
        patient 1 Reference(Patient)
        date 1 dateTime
        authority ? Reference(Organization)
        recommendation + .
        =backbone ImmunizationRecommendation.recommendation BackboneElement
        vaccineCode * CodeableConcept
        targetDisease ? CodeableConcept
        contraindicatedVaccineCode * CodeableConcept
        forecastStatus 1 CodeableConcept
        forecastReason * CodeableConcept
        dateCriterion * .
        description ? string
        series ? string
        doseNumber[x] ? positiveInt string
        seriesDoses[x] ? positiveInt string
        supportingImmunization * Reference(Immunization|ImmunizationEvaluation)
        supportingPatientInformation * Reference
        =backbone ImmunizationRecommendation.recommendation.dateCriterion BackboneElement
        code 1 CodeableConcept
        value 1 dateTime
        =resource ImplementationGuide DomainResource
        %date
        url 1 uri
        version ? string
        name 1 string
        title ? string
        status 1 code !publication-status
        experimental ? boolean
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        copyright ? markdown
        packageId 1 id
        license ? code !spdx-license
        fhirVersion + code !FHIR-version
        dependsOn * .
        global * .
        definition ? .
        manifest ? .
        =backbone ImplementationGuide.dependsOn BackboneElement
        uri 1 canonical(ImplementationGuide)
        packageId ? id
        version ? string
        =backbone ImplementationGuide.global BackboneElement
        type 1 code !resource-types
        profile 1 canonical(StructureDefinition)
        =backbone ImplementationGuide.definition BackboneElement
        grouping * .
        resource + .
        page ? .
        parameter * .
        template * .
        =backbone ImplementationGuide.definition.grouping BackboneElement
        name 1 string
        description ? string
        =backbone ImplementationGuide.definition.resource BackboneElement
        reference 1 Reference
        fhirVersion * code !FHIR-version
        name ? string
        description ? string
        example[x] ? boolean canonical(StructureDefinition)
        groupingId ? id
        =backbone ImplementationGuide.definition.page BackboneElement
        name[x] 1 url Reference(Binary)
        title 1 string
        generation 1 code !guide-page-generation
        page * ImplementationGuide.definition.page
        =backbone ImplementationGuide.definition.parameter BackboneElement
        code 1 code !guide-parameter-code
        value 1 string
        =backbone ImplementationGuide.definition.template BackboneElement
        code 1 code
        source 1 string
        scope ? string
        =backbone ImplementationGuide.manifest BackboneElement
        rendering ? url
        resource + .
        page * .
        image * string
        other * string
        =backbone ImplementationGuide.manifest.resource BackboneElement
        reference 1 Reference
        example[x] ? boolean canonical(StructureDefinition)
        relativePath ? url
        =backbone ImplementationGuide.manifest.page BackboneElement
        name 1 string
        title ? string
        anchor * string
        =resource InsurancePlan DomainResource
        %period.start
        identifier * Identifier
        status ? code !publication-status
        type * CodeableConcept
        name ? string
        alias * string
        period ? Period
        ownedBy ? Reference(Organization)
        administeredBy ? Reference(Organization)
        coverageArea * Reference(Location)
        contact * .
        endpoint * Reference(Endpoint)
        network * Reference(Organization)
        coverage * .
        plan * .
        =backbone InsurancePlan.contact BackboneElement
        purpose ? CodeableConcept
        name ? HumanName
        telecom * ContactPoint
        address ? Address
        =backbone InsurancePlan.coverage BackboneElement
        type 1 CodeableConcept
        network * Reference(Organization)
        benefit + .
        =backbone InsurancePlan.coverage.benefit BackboneElement
        type 1 CodeableConcept
        requirement ? string
        limit * .
        =backbone InsurancePlan.coverage.benefit.limit BackboneElement
        value ? Quantity
        code ? CodeableConcept
        =backbone InsurancePlan.plan BackboneElement
        identifier * Identifier
        type ? CodeableConcept
        coverageArea * Reference(Location)
        network * Reference(Organization)
        generalCost * .
        specificCost * .
        =backbone InsurancePlan.plan.generalCost BackboneElement
        type ? CodeableConcept
        groupSize ? positiveInt
        cost ? Money
        comment ? string
        =backbone InsurancePlan.plan.specificCost BackboneElement
        category 1 CodeableConcept
        benefit * .
        =backbone InsurancePlan.plan.specificCost.benefit BackboneElement
        type 1 CodeableConcept
        cost * .
        =backbone InsurancePlan.plan.specificCost.benefit.cost BackboneElement
        type 1 CodeableConcept
        applicability ? CodeableConcept !insuranceplan-applicability
        qualifiers * CodeableConcept
        value ? Quantity
        =resource Invoice DomainResource
        @Device participant
        @Patient subject patient recipient
        @Practitioner participant
        @RelatedPerson recipient
        ?subject recipient
        %date
        identifier * Identifier
        status 1 code !invoice-status
        cancelledReason ? string
        type ? CodeableConcept
        subject ? Reference(Patient|Group)
        recipient ? Reference(Organization|Patient|RelatedPerson)
        date ? dateTime
        participant * .
        issuer ? Reference(Organization)
        account ? Reference(Account)
        lineItem * .
        totalPriceComponent * Invoice.lineItem.priceComponent
        totalNet ? Money
        totalGross ? Money
        paymentTerms ? markdown
        note * Annotation
        =backbone Invoice.participant BackboneElement
        role ? CodeableConcept
        actor 1 Reference(Practitioner|Organization|Patient|PractitionerRole|Device|RelatedPerson)
        =backbone Invoice.lineItem BackboneElement
        sequence ? positiveInt
        chargeItem[x] 1 Reference(ChargeItem) CodeableConcept
        priceComponent * .
        =backbone Invoice.lineItem.priceComponent BackboneElement
        type 1 code !invoice-priceComponentType
        code ? CodeableConcept
        factor ? decimal
        amount ? Money
        =resource Library DomainResource
        %date
        url ? uri
        identifier * Identifier
        version ? string
        name ? string
        title ? string
        subtitle ? string
        status 1 code !publication-status
        experimental ? boolean
        type 1 CodeableConcept
        subject[x] ? CodeableConcept Reference(Group)
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        purpose ? markdown
        usage ? string
        copyright ? markdown
        approvalDate ? date
        lastReviewDate ? date
        effectivePeriod ? Period
        topic * CodeableConcept
        author * ContactDetail
        editor * ContactDetail
        reviewer * ContactDetail
        endorser * ContactDetail
        relatedArtifact * RelatedArtifact
        parameter * ParameterDefinition
        dataRequirement * DataRequirement
        content * Attachment
        =resource Linkage DomainResource
        @Practitioner author
        active ? boolean
        author ? Reference(Practitioner|PractitionerRole|Organization)
        item + .
        =backbone Linkage.item BackboneElement
        type 1 code !linkage-type
        resource 1 Reference
        =resource List DomainResource
        @Device subject source
        @Patient subject source
        @Practitioner source
        ?subject source
        #code
        %date
        identifier * Identifier
        status 1 code !list-status
        mode 1 code !list-mode
        title ? string
        code ? CodeableConcept
        subject ? Reference(Patient|Group|Device|Location)
        encounter ? Reference(Encounter)
        date ? dateTime
        source ? Reference(Practitioner|PractitionerRole|Patient|Device)
        orderedBy ? CodeableConcept
        note * Annotation
        entry * .
        emptyReason ? CodeableConcept
        =backbone List.entry BackboneElement
        flag ? CodeableConcept
        deleted ? boolean
        date ? dateTime
        item 1 Reference
        =resource Location DomainResource
        identifier * Identifier
        status ? code !location-status
        operationalStatus ? Coding
        name ? string
        alias * string
        description ? string
        mode ? code !location-mode
        type * CodeableConcept
        telecom * ContactPoint
        address ? Address
        physicalType ? CodeableConcept
        position ? .
        managingOrganization ? Reference(Organization)
        partOf ? Reference(Location)
        hoursOfOperation * .
        availabilityExceptions ? string
        endpoint * Reference(Endpoint)
        =backbone Location.position BackboneElement
        longitude 1 decimal
        latitude 1 decimal
        altitude ? decimal
        =backbone Location.hoursOfOperation BackboneElement
        daysOfWeek * code !days-of-week
        allDay ? boolean
        openingTime ? time
        closingTime ? time
        =resource Measure DomainResource
        %date
        url ? uri
        identifier * Identifier
        version ? string
        name ? string
        title ? string
        subtitle ? string
        status 1 code !publication-status
        experimental ? boolean
        subject[x] ? CodeableConcept Reference(Group)
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        purpose ? markdown
        usage ? string
        copyright ? markdown
        approvalDate ? date
        lastReviewDate ? date
        effectivePeriod ? Period
        topic * CodeableConcept
        author * ContactDetail
        editor * ContactDetail
        reviewer * ContactDetail
        endorser * ContactDetail
        relatedArtifact * RelatedArtifact
        library * canonical(Library)
        disclaimer ? markdown
        scoring ? CodeableConcept
        compositeScoring ? CodeableConcept
        type * CodeableConcept
        riskAdjustment ? string
        rateAggregation ? string
        rationale ? markdown
        clinicalRecommendationStatement ? markdown
        improvementNotation ? CodeableConcept !measure-improvement-notation
        definition * markdown
        guidance ? markdown
        group * .
        supplementalData * .
        =backbone Measure.group BackboneElement
        code ? CodeableConcept
        description ? string
        population * .
        stratifier * .
        =backbone Measure.group.population BackboneElement
        code ? CodeableConcept
        description ? string
        criteria 1 Expression
        =backbone Measure.group.stratifier BackboneElement
        code ? CodeableConcept
        description ? string
        criteria ? Expression
        component * .
        =backbone Measure.group.stratifier.component BackboneElement
        code ? CodeableConcept
        description ? string
        criteria 1 Expression
        =backbone Measure.supplementalData BackboneElement
        code ? CodeableConcept
        usage * CodeableConcept
        description ? string
        criteria 1 Expression
        =resource MeasureReport DomainResource
        @Patient patient
        ?subject
        %date
        identifier * Identifier
        status 1 code !measure-report-status
        type 1 code !measure-report-type
        measure 1 canonical(Measure)
        subject ? Reference(Patient|Practitioner|PractitionerRole|Location|Device|RelatedPerson|Group)
        date ? dateTime
        reporter ? Reference(Practitioner|PractitionerRole|Location|Organization)
        period 1 Period
        improvementNotation ? CodeableConcept !measure-improvement-notation
        group * .
        evaluatedResource * Reference
        =backbone MeasureReport.group BackboneElement
        code ? CodeableConcept
        population * .
        measureScore ? Quantity
        stratifier * .
        =backbone MeasureReport.group.population BackboneElement
        code ? CodeableConcept
        count ? integer
        subjectResults ? Reference(List)
        =backbone MeasureReport.group.stratifier BackboneElement
        code * CodeableConcept
        stratum * .
        =backbone MeasureReport.group.stratifier.stratum BackboneElement
        value ? CodeableConcept
        component * .
        population * .
        measureScore ? Quantity
        =backbone MeasureReport.group.stratifier.stratum.component BackboneElement
        code 1 CodeableConcept
        value 1 CodeableConcept
        =backbone MeasureReport.group.stratifier.stratum.population BackboneElement
        code ? CodeableConcept
        count ? integer
        subjectResults ? Reference(List)
        =resource Media DomainResource
        @Device subject
        @Encounter encounter
        @Patient subject
        @Practitioner subject operator
        ?subject
        %createdDateTime createdPeriod.start
        identifier * Identifier
        basedOn * Reference(ServiceRequest|CarePlan)
        partOf * Reference
        status 1 code !event-status
        type ? CodeableConcept
        modality ? CodeableConcept
        view ? CodeableConcept
        subject ? Reference(Patient|Practitioner|PractitionerRole|Group|Device|Specimen|Location)
        encounter ? Reference(Encounter)
        created[x] ? dateTime Period
        issued ? instant
        operator ? Reference(Practitioner|PractitionerRole|Organization|CareTeam|Patient|Device|RelatedPerson)
        reasonCode * CodeableConcept
        bodySite ? CodeableConcept
        deviceName ? string
        device ? Reference(Device|DeviceMetric|Device)
        height ? positiveInt
        width ? positiveInt
        frames ? positiveInt
        duration ? decimal
        content 1 Attachment
        note * Annotation
        =resource Medication DomainResource
        #code
        identifier * Identifier
        code ? CodeableConcept
        status ? code !medication-status
        manufacturer ? Reference(Organization)
        form ? CodeableConcept
        amount ? Ratio
        ingredient * .
        batch ? .
        =backbone Medication.ingredient BackboneElement
        item[x] 1 CodeableConcept Reference(Substance|Medication)
        isActive ? boolean
        strength ? Ratio
        =backbone Medication.batch BackboneElement
        lotNumber ? string
        expirationDate ? dateTime
        =resource MedicationAdministration DomainResource
        @Device device
        @Encounter context
        @Patient patient performer subject
        @Practitioner performer
        @RelatedPerson performer
        ?subject performer.actor
        #medicationCodeableConcept
        %effectiveDateTime effectivePeriod.start
        identifier * Identifier
        instantiates * uri
        partOf * Reference(MedicationAdministration|Procedure)
        status 1 code !medication-admin-status
        statusReason * CodeableConcept
        category ? CodeableConcept
        medication[x] 1 CodeableConcept Reference(Medication)
        subject 1 Reference(Patient|Group)
        context ? Reference(Encounter|EpisodeOfCare)
        supportingInformation * Reference
        effective[x] 1 dateTime Period
        performer * .
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition|Observation|DiagnosticReport)
        request ? Reference(MedicationRequest)
        device * Reference(Device)
        note * Annotation
        dosage ? .
        eventHistory * Reference(Provenance)
        =backbone MedicationAdministration.performer BackboneElement
        function ? CodeableConcept
        actor 1 Reference(Practitioner|PractitionerRole|Patient|RelatedPerson|Device)
        =backbone MedicationAdministration.dosage BackboneElement
        text ? string
        site ? CodeableConcept
        route ? CodeableConcept
        method ? CodeableConcept
        dose ? Quantity
        rate[x] ? Ratio Quantity
        =resource MedicationDispense DomainResource
        @Patient subject patient receiver
        @Practitioner performer receiver
        ?subject receiver
        #medicationCodeableConcept
        %whenHandedOver whenPrepared
        identifier * Identifier
        partOf * Reference(Procedure)
        status 1 code !medicationdispense-status
        statusReason[x] ? CodeableConcept Reference(DetectedIssue)
        category ? CodeableConcept
        medication[x] 1 CodeableConcept Reference(Medication)
        subject ? Reference(Patient|Group)
        context ? Reference(Encounter|EpisodeOfCare)
        supportingInformation * Reference
        performer * .
        location ? Reference(Location)
        authorizingPrescription * Reference(MedicationRequest)
        type ? CodeableConcept
        quantity ? Quantity
        daysSupply ? Quantity
        whenPrepared ? dateTime
        whenHandedOver ? dateTime
        destination ? Reference(Location)
        receiver * Reference(Patient|Practitioner)
        note * Annotation
        dosageInstruction * Dosage
        substitution ? .
        detectedIssue * Reference(DetectedIssue)
        eventHistory * Reference(Provenance)
        =backbone MedicationDispense.performer BackboneElement
        function ? CodeableConcept
        actor 1 Reference(Practitioner|PractitionerRole|Organization|Patient|Device|RelatedPerson)
        =backbone MedicationDispense.substitution BackboneElement
        wasSubstituted 1 boolean
        type ? CodeableConcept
        reason * CodeableConcept
        responsibleParty * Reference(Practitioner|PractitionerRole)
        =resource MedicationKnowledge DomainResource
        #code
        code ? CodeableConcept
        status ? code !medicationknowledge-status
        manufacturer ? Reference(Organization)
        doseForm ? CodeableConcept
        amount ? Quantity
        synonym * string
        relatedMedicationKnowledge * .
        associatedMedication * Reference(Medication)
        productType * CodeableConcept
        monograph * .
        ingredient * .
        preparationInstruction ? markdown
        intendedRoute * CodeableConcept
        cost * .
        monitoringProgram * .
        administrationGuidelines * .
        medicineClassification * .
        packaging ? .
        drugCharacteristic * .
        contraindication * Reference(DetectedIssue)
        regulatory * .
        kinetics * .
        =backbone MedicationKnowledge.relatedMedicationKnowledge BackboneElement
        type 1 CodeableConcept
        reference + Reference(MedicationKnowledge)
        =backbone MedicationKnowledge.monograph BackboneElement
        type ? CodeableConcept
        source ? Reference(DocumentReference|Media)
        =backbone MedicationKnowledge.ingredient BackboneElement
        item[x] 1 CodeableConcept Reference(Substance)
        isActive ? boolean
        strength ? Ratio
        =backbone MedicationKnowledge.cost BackboneElement
        type 1 CodeableConcept
        source ? string
        cost 1 Money
        =backbone MedicationKnowledge.monitoringProgram BackboneElement
        type ? CodeableConcept
        name ? string
        =backbone MedicationKnowledge.administrationGuidelines BackboneElement
        dosage * .
        indication[x] ? CodeableConcept Reference(ObservationDefinition)
        patientCharacteristics * .
        =backbone MedicationKnowledge.administrationGuidelines.dosage BackboneElement
        type 1 CodeableConcept
        dosage + Dosage
        =backbone MedicationKnowledge.administrationGuidelines.patientCharacteristics BackboneElement
        characteristic[x] 1 CodeableConcept Quantity
        value * string
        =backbone MedicationKnowledge.medicineClassification BackboneElement
        type 1 CodeableConcept
        classification * CodeableConcept
        =backbone MedicationKnowledge.packaging BackboneElement
        type ? CodeableConcept
        quantity ? Quantity
        =backbone MedicationKnowledge.drugCharacteristic BackboneElement
        type ? CodeableConcept
        value[x] ? CodeableConcept string Quantity base64Binary
        =backbone MedicationKnowledge.regulatory BackboneElement
        regulatoryAuthority 1 Reference(Organization)
        substitution * .
        schedule * .
        maxDispense ? .
        =backbone MedicationKnowledge.regulatory.substitution BackboneElement
        type 1 CodeableConcept
        allowed 1 boolean
        =backbone MedicationKnowledge.regulatory.schedule BackboneElement
        schedule 1 CodeableConcept
        =backbone MedicationKnowledge.regulatory.maxDispense BackboneElement
        quantity 1 Quantity
        period ? Duration
        =backbone MedicationKnowledge.kinetics BackboneElement
        areaUnderCurve * Quantity
        lethalDose50 * Quantity
        halfLifePeriod ? Duration
        =resource MedicationRequest DomainResource
        @Encounter encounter
        @Patient subject
        @Practitioner requester
        ?subject
        #medicationCodeableConcept
        %authoredOn
        identifier * Identifier
        status 1 code !medicationrequest-status
        statusReason ? CodeableConcept
        intent 1 code !medicationrequest-intent
        category * CodeableConcept
        priority ? code !request-priority
        doNotPerform ? boolean
        reported[x] ? boolean Reference(Patient|Practitioner|PractitionerRole|RelatedPerson|Organization)
        medication[x] 1 CodeableConcept Reference(Medication)
        subject 1 Reference(Patient|Group)
        encounter ? Reference(Encounter)
        supportingInformation * Reference
        authoredOn ? dateTime
        requester ? Reference(Practitioner|PractitionerRole|Organization|Patient|RelatedPerson|Device)
        performer ? Reference(Practitioner|PractitionerRole|Organization|Patient|Device|RelatedPerson|CareTeam)
        performerType ? CodeableConcept
        recorder ? Reference(Practitioner|PractitionerRole)
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition|Observation)
        instantiatesCanonical * canonical
        instantiatesUri * uri
        basedOn * Reference(CarePlan|MedicationRequest|ServiceRequest|ImmunizationRecommendation)
        groupIdentifier ? Identifier
        courseOfTherapyType ? CodeableConcept
        insurance * Reference(Coverage|ClaimResponse)
        note * Annotation
        dosageInstruction * Dosage
        dispenseRequest ? .
        substitution ? .
        priorPrescription ? Reference(MedicationRequest)
        detectedIssue * Reference(DetectedIssue)
        eventHistory * Reference(Provenance)
        =backbone MedicationRequest.dispenseRequest BackboneElement
        initialFill ? .
        dispenseInterval ? Duration
        validityPeriod ? Period
        numberOfRepeatsAllowed ? unsignedInt
        quantity ? Quantity
        expectedSupplyDuration ? Duration
        performer ? Reference(Organization)
        =backbone MedicationRequest.dispenseRequest.initialFill BackboneElement
        quantity ? Quantity
        duration ? Duration
        =backbone MedicationRequest.substitution BackboneElement
        allowed[x] 1 boolean CodeableConcept
        reason ? CodeableConcept
        =resource MedicationStatement DomainResource
        @Patient subject
        @Practitioner source
        @RelatedPerson source
        ?subject
        #medicationCodeableConcept
        %effectiveDateTime effectivePeriod.start
        identifier * Identifier
        basedOn * Reference(MedicationRequest|CarePlan|ServiceRequest)
        partOf * Reference(MedicationAdministration|MedicationDispense|MedicationStatement|Procedure|Observation)
        status 1 code !medication-statement-status
        statusReason * CodeableConcept
        category ? CodeableConcept
        medication[x] 1 CodeableConcept Reference(Medication)
        subject 1 Reference(Patient|Group)
        context ? Reference(Encounter|EpisodeOfCare)
        effective[x] ? dateTime Period
        dateAsserted ? dateTime
        informationSource ? Reference(Patient|Practitioner|PractitionerRole|RelatedPerson|Organization)
        derivedFrom * Reference
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition|Observation|DiagnosticReport)
        note * Annotation
        dosage * Dosage
        =resource MedicinalProduct DomainResource
        identifier * Identifier
        type ? CodeableConcept
        domain ? Coding
        combinedPharmaceuticalDoseForm ? CodeableConcept
        legalStatusOfSupply ? CodeableConcept
        additionalMonitoringIndicator ? CodeableConcept
        specialMeasures * string
        paediatricUseIndicator ? CodeableConcept
        productClassification * CodeableConcept
        marketingStatus * MarketingStatus
        pharmaceuticalProduct * Reference(MedicinalProductPharmaceutical)
        packagedMedicinalProduct * Reference(MedicinalProductPackaged)
        attachedDocument * Reference(DocumentReference)
        masterFile * Reference(DocumentReference)
        contact * Reference(Organization|PractitionerRole)
        clinicalTrial * Reference(ResearchStudy)
        name + .
        crossReference * Identifier
        manufacturingBusinessOperation * .
        specialDesignation * .
        =backbone MedicinalProduct.name BackboneElement
        productName 1 string
        namePart * .
        countryLanguage * .
        =backbone MedicinalProduct.name.namePart BackboneElement
        part 1 string
        type 1 Coding
        =backbone MedicinalProduct.name.countryLanguage BackboneElement
        country 1 CodeableConcept
        jurisdiction ? CodeableConcept
        language 1 CodeableConcept
        =backbone MedicinalProduct.manufacturingBusinessOperation BackboneElement
        operationType ? CodeableConcept
        authorisationReferenceNumber ? Identifier
        effectiveDate ? dateTime
        confidentialityIndicator ? CodeableConcept
        manufacturer * Reference(Organization)
        regulator ? Reference(Organization)
        =backbone MedicinalProduct.specialDesignation BackboneElement
        identifier * Identifier
        type ? CodeableConcept
        intendedUse ? CodeableConcept
        indication[x] ? CodeableConcept Reference(MedicinalProductIndication)
        status ? CodeableConcept
        date ? dateTime
        species ? CodeableConcept
        =resource MedicinalProductAuthorization DomainResource
        identifier * Identifier
        subject ? Reference(MedicinalProduct|MedicinalProductPackaged)
        country * CodeableConcept
        jurisdiction * CodeableConcept
        status ? CodeableConcept
        statusDate ? dateTime
        restoreDate ? dateTime
        validityPeriod ? Period
        dataExclusivityPeriod ? Period
        dateOfFirstAuthorization ? dateTime
        internationalBirthDate ? dateTime
        legalBasis ? CodeableConcept
        jurisdictionalAuthorization * .
        holder ? Reference(Organization)
        regulator ? Reference(Organization)
        procedure ? .
        =backbone MedicinalProductAuthorization.jurisdictionalAuthorization BackboneElement
        identifier * Identifier
        country ? CodeableConcept
        jurisdiction * CodeableConcept
        legalStatusOfSupply ? CodeableConcept
        validityPeriod ? Period
        =backbone MedicinalProductAuthorization.procedure BackboneElement
        identifier ? Identifier
        type 1 CodeableConcept
        date[x] ? Period dateTime
        application * MedicinalProductAuthorization.procedure
        =resource MedicinalProductContraindication DomainResource
        subject * Reference(MedicinalProduct|Medication)
        disease ? CodeableConcept
        diseaseStatus ? CodeableConcept
        comorbidity * CodeableConcept
        therapeuticIndication * Reference(MedicinalProductIndication)
        otherTherapy * .
        population * Population
        =backbone MedicinalProductContraindication.otherTherapy BackboneElement
        therapyRelationshipType 1 CodeableConcept
        medication[x] 1 CodeableConcept Reference(MedicinalProduct|Medication|Substance|SubstanceSpecification)
        =resource MedicinalProductIndication DomainResource
        subject * Reference(MedicinalProduct|Medication)
        diseaseSymptomProcedure ? CodeableConcept
        diseaseStatus ? CodeableConcept
        comorbidity * CodeableConcept
        intendedEffect ? CodeableConcept
        duration ? Quantity
        otherTherapy * .
        undesirableEffect * Reference(MedicinalProductUndesirableEffect)
        population * Population
        =backbone MedicinalProductIndication.otherTherapy BackboneElement
        therapyRelationshipType 1 CodeableConcept
        medication[x] 1 CodeableConcept Reference(MedicinalProduct|Medication|Substance|SubstanceSpecification)
        =resource MedicinalProductIngredient DomainResource
        identifier ? Identifier
        role 1 CodeableConcept
        allergenicIndicator ? boolean
        manufacturer * Reference(Organization)
        specifiedSubstance * .
        substance ? .
        =backbone MedicinalProductIngredient.specifiedSubstance BackboneElement
        code 1 CodeableConcept
        group 1 CodeableConcept
        confidentiality ? CodeableConcept
        strength * .
        =backbone MedicinalProductIngredient.specifiedSubstance.strength BackboneElement
        presentation 1 Ratio
        presentationLowLimit ? Ratio
        concentration ? Ratio
        concentrationLowLimit ? Ratio
        measurementPoint ? string
        country * CodeableConcept
        referenceStrength * .
        =backbone MedicinalProductIngredient.specifiedSubstance.strength.referenceStrength BackboneElement
        substance ? CodeableConcept
        strength 1 Ratio
        strengthLowLimit ? Ratio
        measurementPoint ? string
        country * CodeableConcept
        =backbone MedicinalProductIngredient.substance BackboneElement
        code 1 CodeableConcept
        strength * MedicinalProductIngredient.specifiedSubstance.strength
        =resource MedicinalProductInteraction DomainResource
        subject * Reference(MedicinalProduct|Medication|Substance)
        description ? string
        interactant * .
        type ? CodeableConcept
        effect ? CodeableConcept
        incidence ? CodeableConcept
        management ? CodeableConcept
        =backbone MedicinalProductInteraction.interactant BackboneElement
        item[x] 1 Reference(MedicinalProduct|Medication|Substance|ObservationDefinition) CodeableConcept
        =resource MedicinalProductManufactured DomainResource
        manufacturedDoseForm 1 CodeableConcept
        unitOfPresentation ? CodeableConcept
        quantity 1 Quantity
        manufacturer * Reference(Organization)
        ingredient * Reference(MedicinalProductIngredient)
        physicalCharacteristics ? ProdCharacteristic
        otherCharacteristics * CodeableConcept
        =resource MedicinalProductPackaged DomainResource
        identifier * Identifier
        subject * Reference(MedicinalProduct)
        description ? string
        legalStatusOfSupply ? CodeableConcept
        marketingStatus * MarketingStatus
        marketingAuthorization ? Reference(MedicinalProductAuthorization)
        manufacturer * Reference(Organization)
        batchIdentifier * .
        packageItem + .
        =backbone MedicinalProductPackaged.batchIdentifier BackboneElement
        outerPackaging 1 Identifier
        immediatePackaging ? Identifier
        =backbone MedicinalProductPackaged.packageItem BackboneElement
        identifier * Identifier
        type 1 CodeableConcept
        quantity 1 Quantity
        material * CodeableConcept
        alternateMaterial * CodeableConcept
        device * Reference(DeviceDefinition)
        manufacturedItem * Reference(MedicinalProductManufactured)
        packageItem * MedicinalProductPackaged.packageItem
        physicalCharacteristics ? ProdCharacteristic
        otherCharacteristics * CodeableConcept
        shelfLifeStorage * ProductShelfLife
        manufacturer * Reference(Organization)
        =resource MedicinalProductPharmaceutical DomainResource
        identifier * Identifier
        administrableDoseForm 1 CodeableConcept
        unitOfPresentation ? CodeableConcept
        ingredient * Reference(MedicinalProductIngredient)
        device * Reference(DeviceDefinition)
        characteristics * .
        routeOfAdministration + .
        =backbone MedicinalProductPharmaceutical.characteristics BackboneElement
        code 1 CodeableConcept
        status ? CodeableConcept
        =backbone MedicinalProductPharmaceutical.routeOfAdministration BackboneElement
        code 1 CodeableConcept
        firstDose ? Quantity
        maxSingleDose ? Quantity
        maxDosePerDay ? Quantity
        maxDosePerTreatmentPeriod ? Ratio
        maxTreatmentPeriod ? Duration
        targetSpecies * .
        =backbone MedicinalProductPharmaceutical.routeOfAdministration.targetSpecies BackboneElement
        code 1 CodeableConcept
        withdrawalPeriod * .
        =backbone MedicinalProductPharmaceutical.routeOfAdministration.targetSpecies.withdrawalPeriod BackboneElement
        tissue 1 CodeableConcept
        value 1 Quantity
        supportingInformation ? string
        =resource MedicinalProductUndesirableEffect DomainResource
        subject * Reference(MedicinalProduct|Medication)
        symptomConditionEffect ? CodeableConcept
        classification ? CodeableConcept
        frequencyOfOccurrence ? CodeableConcept
        population * Population
        =resource MessageDefinition DomainResource
        %date
        url ? uri
        identifier * Identifier
        version ? string
        name ? string
        title ? string
        replaces * canonical(MessageDefinition)
        status 1 code !publication-status
        experimental ? boolean
        date 1 dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        purpose ? markdown
        copyright ? markdown
        base ? canonical(MessageDefinition)
        parent * canonical(ActivityDefinition|PlanDefinition)
        event[x] 1 Coding uri
        category ? code !message-significance-category
        focus * .
        responseRequired ? code !messageheader-response-request
        allowedResponse * .
        graph * canonical(GraphDefinition)
        =backbone MessageDefinition.focus BackboneElement
        code 1 code !resource-types
        profile ? canonical(StructureDefinition)
        min 1 unsignedInt
        max ? string
        =backbone MessageDefinition.allowedResponse BackboneElement
        message 1 canonical(MessageDefinition)
        situation ? markdown
        =resource MessageHeader DomainResource
        @Device target
        @Practitioner receiver author responsible enterer
        #response.code
        event[x] 1 Coding uri
        destination * .
        sender ? Reference(Practitioner|PractitionerRole|Organization)
        enterer ? Reference(Practitioner|PractitionerRole)
        author ? Reference(Practitioner|PractitionerRole)
        source 1 .
        responsible ? Reference(Practitioner|PractitionerRole|Organization)
        reason ? CodeableConcept
        response ? .
        focus * Reference
        definition ? canonical(MessageDefinition)
        =backbone MessageHeader.destination BackboneElement
        name ? string
        target ? Reference(Device)
        endpoint 1 url
        receiver ? Reference(Practitioner|PractitionerRole|Organization)
        =backbone MessageHeader.source BackboneElement
        name ? string
        software ? string
        version ? string
        contact ? ContactPoint
        endpoint 1 url
        =backbone MessageHeader.response BackboneElement
        identifier 1 id
        code 1 code !response-code
        details ? Reference(OperationOutcome)
        =resource MolecularSequence DomainResource
        @Patient patient
        ?patient
        identifier * Identifier
        type ? code !sequence-type
        coordinateSystem 1 integer
        patient ? Reference(Patient)
        specimen ? Reference(Specimen)
        device ? Reference(Device)
        performer ? Reference(Organization)
        quantity ? Quantity
        referenceSeq ? .
        variant * .
        observedSeq ? string
        quality * .
        readCoverage ? integer
        repository * .
        pointer * Reference(MolecularSequence)
        structureVariant * .
        =backbone MolecularSequence.referenceSeq BackboneElement
        chromosome ? CodeableConcept
        genomeBuild ? string
        orientation ? code !orientation-type
        referenceSeqId ? CodeableConcept
        referenceSeqPointer ? Reference(MolecularSequence)
        referenceSeqString ? string
        strand ? code !strand-type
        windowStart ? integer
        windowEnd ? integer
        =backbone MolecularSequence.variant BackboneElement
        start ? integer
        end ? integer
        observedAllele ? string
        referenceAllele ? string
        cigar ? string
        variantPointer ? Reference(Observation)
        =backbone MolecularSequence.quality BackboneElement
        type 1 code !quality-type
        standardSequence ? CodeableConcept
        start ? integer
        end ? integer
        score ? Quantity
        method ? CodeableConcept
        truthTP ? decimal
        queryTP ? decimal
        truthFN ? decimal
        queryFP ? decimal
        gtFP ? decimal
        precision ? decimal
        recall ? decimal
        fScore ? decimal
        roc ? .
        =backbone MolecularSequence.quality.roc BackboneElement
        score * integer
        numTP * integer
        numFP * integer
        numFN * integer
        precision * decimal
        sensitivity * decimal
        fMeasure * decimal
        =backbone MolecularSequence.repository BackboneElement
        type 1 code !repository-type
        url ? uri
        name ? string
        datasetId ? string
        variantsetId ? string
        readsetId ? string
        =backbone MolecularSequence.structureVariant BackboneElement
        variantType ? CodeableConcept !http://loinc.org/vs/LL379-9
        exact ? boolean
        length ? integer
        outer ? .
        inner ? .
        =backbone MolecularSequence.structureVariant.outer BackboneElement
        start ? integer
        end ? integer
        =backbone MolecularSequence.structureVariant.inner BackboneElement
        start ? integer
        end ? integer
        =resource NamingSystem DomainResource
        %date
        name 1 string
        status 1 code !publication-status
        kind 1 code !namingsystem-type
        date 1 dateTime
        publisher ? string
        contact * ContactDetail
        responsible ? string
        type ? CodeableConcept
        description ? markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        usage ? string
        uniqueId + .
        =backbone NamingSystem.uniqueId BackboneElement
        type 1 code !namingsystem-identifier-type
        value 1 string
        preferred ? boolean
        comment ? string
        period ? Period
        =resource NutritionOrder DomainResource
        @Encounter encounter
        @Patient patient
        @Practitioner provider
        ?patient
        %dateTime
        identifier * Identifier
        instantiatesCanonical * canonical(ActivityDefinition|PlanDefinition)
        instantiatesUri * uri
        instantiates * uri
        status 1 code !request-status
        intent 1 code !request-intent
        patient 1 Reference(Patient)
        encounter ? Reference(Encounter)
        dateTime 1 dateTime
        orderer ? Reference(Practitioner|PractitionerRole)
        allergyIntolerance * Reference(AllergyIntolerance)
        foodPreferenceModifier * CodeableConcept
        excludeFoodModifier * CodeableConcept
        oralDiet ? .
        supplement * .
        enteralFormula ? .
        note * Annotation
        =backbone NutritionOrder.oralDiet BackboneElement
        type * CodeableConcept
        schedule * Timing
        nutrient * .
        texture * .
        fluidConsistencyType * CodeableConcept
        instruction ? string
        =backbone NutritionOrder.oralDiet.nutrient BackboneElement
        modifier ? CodeableConcept
        amount ? Quantity
        =backbone NutritionOrder.oralDiet.texture BackboneElement
        modifier ? CodeableConcept
        foodType ? CodeableConcept
        =backbone NutritionOrder.supplement BackboneElement
        type ? CodeableConcept
        productName ? string
        schedule * Timing
        quantity ? Quantity
        instruction ? string
        =backbone NutritionOrder.enteralFormula BackboneElement
        baseFormulaType ? CodeableConcept
        baseFormulaProductName ? string
        additiveType ? CodeableConcept
        additiveProductName ? string
        caloricDensity ? Quantity
        routeofAdministration ? CodeableConcept
        administration * .
        maxVolumeToDeliver ? Quantity
        administrationInstruction ? string
        =backbone NutritionOrder.enteralFormula.administration BackboneElement
        schedule ? Timing
        quantity ? Quantity
        rate[x] ? Quantity Ratio
        =resource Observation DomainResource
        @Device subject device
        @Encounter encounter
        @Patient subject performer
        @Practitioner performer
        @RelatedPerson performer
        ?subject performer
        #code
        %effectiveDateTime effectiveInstant effectivePeriod.start effectiveTiming.event effectiveTiming.repeat.boundsPeriod.start
        identifier * Identifier
        basedOn * Reference(CarePlan|DeviceRequest|ImmunizationRecommendation|MedicationRequest|NutritionOrder|ServiceRequest)
        partOf * Reference(MedicationAdministration|MedicationDispense|MedicationStatement|Procedure|Immunization|ImagingStudy)
        status 1 code !observation-status
        category * CodeableConcept
        code 1 CodeableConcept
        subject ? Reference(Patient|Group|Device|Location)
        focus * Reference
        encounter ? Reference(Encounter)
        effective[x] ? dateTime Period Timing instant
        issued ? instant
        performer * Reference(Practitioner|PractitionerRole|Organization|CareTeam|Patient|RelatedPerson)
        value[x] ? Quantity CodeableConcept string boolean integer Range Ratio SampledData time dateTime Period
        dataAbsentReason ? CodeableConcept
        interpretation * CodeableConcept
        note * Annotation
        bodySite ? CodeableConcept
        method ? CodeableConcept
        specimen ? Reference(Specimen)
        device ? Reference(Device|DeviceMetric)
        referenceRange * .
        hasMember * Reference(Observation|QuestionnaireResponse|MolecularSequence)
        derivedFrom * Reference(DocumentReference|ImagingStudy|Media|QuestionnaireResponse|Observation|MolecularSequence)
        component * .
        =backbone Observation.referenceRange BackboneElement
        low ? Quantity
        high ? Quantity
        type ? CodeableConcept
        appliesTo * CodeableConcept
        age ? Range
        text ? string
        =backbone Observation.component BackboneElement
        code 1 CodeableConcept
        value[x] ? Quantity CodeableConcept string boolean integer Range Ratio SampledData time dateTime Period
        dataAbsentReason ? CodeableConcept
        interpretation * CodeableConcept
        referenceRange * Observation.referenceRange
        =resource ObservationDefinition DomainResource
        category * CodeableConcept
        code 1 CodeableConcept
        identifier * Identifier
        permittedDataType * code !permitted-data-type
        multipleResultsAllowed ? boolean
        method ? CodeableConcept
        preferredReportName ? string
        quantitativeDetails ? .
        qualifiedInterval * .
        validCodedValueSet ? Reference(ValueSet)
        normalCodedValueSet ? Reference(ValueSet)
        abnormalCodedValueSet ? Reference(ValueSet)
        criticalCodedValueSet ? Reference(ValueSet)
        =backbone ObservationDefinition.quantitativeDetails BackboneElement
        customaryUnit ? CodeableConcept
        unit ? CodeableConcept
        conversionFactor ? decimal
        decimalPrecision ? integer
        =backbone ObservationDefinition.qualifiedInterval BackboneElement
        category ? code !observation-range-category
        range ? Range
        context ? CodeableConcept
        appliesTo * CodeableConcept
        gender ? code !administrative-gender
        age ? Range
        gestationalAge ? Range
        condition ? string
        =resource OperationDefinition DomainResource
        #code
        %date
        url ? uri
        version ? string
        name 1 string
        title ? string
        status 1 code !publication-status
        kind 1 code !operation-kind
        experimental ? boolean
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        purpose ? markdown
        affectsState ? boolean
        code 1 code
        comment ? markdown
        base ? canonical(OperationDefinition)
        resource * code !resource-types
        system 1 boolean
        type 1 boolean
        instance 1 boolean
        inputProfile ? canonical(StructureDefinition)
        outputProfile ? canonical(StructureDefinition)
        parameter * .
        overload * .
        =backbone OperationDefinition.parameter BackboneElement
        name 1 code
        use 1 code !operation-parameter-use
        min 1 integer
        max 1 string
        documentation ? string
        type ? code !all-types
        targetProfile * canonical(StructureDefinition)
        searchType ? code !search-param-type
        binding ? .
        referencedFrom * .
        part * OperationDefinition.parameter
        =backbone OperationDefinition.parameter.binding BackboneElement
        strength 1 code !binding-strength
        valueSet 1 canonical(ValueSet)
        =backbone OperationDefinition.parameter.referencedFrom BackboneElement
        source 1 string
        sourceId ? string
        =backbone OperationDefinition.overload BackboneElement
        parameterName * string
        comment ? string
        =resource OperationOutcome DomainResource
        issue + .
        =backbone OperationOutcome.issue BackboneElement
        severity 1 code !issue-severity
        code 1 code !issue-type
        details ? CodeableConcept
        diagnostics ? string
        location * string
        expression * string
        =resource Organization DomainResource
        identifier * Identifier
        active ? boolean
        type * CodeableConcept
        name ? string
        alias * string
        telecom * ContactPoint
        address * Address
        partOf ? Reference(Organization)
        contact * .
        endpoint * Reference(Endpoint)
        =backbone Organization.contact BackboneElement
        purpose ? CodeableConcept
        name ? HumanName
        telecom * ContactPoint
        address ? Address
        =resource OrganizationAffiliation DomainResource
        %period.start
        identifier * Identifier
        active ? boolean
        period ? Period
        organization ? Reference(Organization)
        participatingOrganization ? Reference(Organization)
        network * Reference(Organization)
        code * CodeableConcept
        specialty * CodeableConcept
        location * Reference(Location)
        healthcareService * Reference(HealthcareService)
        telecom * ContactPoint
        endpoint * Reference(Endpoint)
        =resource Parameters Resource
        parameter * .
        =backbone Parameters.parameter BackboneElement
        name 1 string
        value[x] ? base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid positiveInt string time unsignedInt uri url uuid Address Age Annotation Attachment CodeableConcept Coding ContactPoint Count Distance Duration HumanName Identifier Money Period Quantity Range Ratio Reference SampledData Signature Timing ContactDetail Contributor DataRequirement Expression ParameterDefinition RelatedArtifact TriggerDefinition UsageContext Dosage Meta
        resource ? Resource
        part * Parameters.parameter
        =resource Patient DomainResource
        @Patient link
        @Practitioner general-practitioner
        @RelatedPerson link
        identifier * Identifier
        active ? boolean
        name * HumanName
        telecom * ContactPoint
        gender ? code !administrative-gender
        birthDate ? date
        deceased[x] ? boolean dateTime
        address * Address
        maritalStatus ? CodeableConcept
        multipleBirth[x] ? boolean integer
        photo * Attachment
        contact * .
        communication * .
        generalPractitioner * Reference(Organization|Practitioner|PractitionerRole)
        managingOrganization ? Reference(Organization)
        link * .
        =backbone Patient.contact BackboneElement
        relationship * CodeableConcept
        name ? HumanName
        telecom * ContactPoint
        address ? Address
        gender ? code !administrative-gender
        organization ? Reference(Organization)
        period ? Period
        =backbone Patient.communication BackboneElement
        language 1 CodeableConcept
        preferred ? boolean
        =backbone Patient.link BackboneElement
        other 1 Reference(Patient|RelatedPerson)
        type 1 code !link-type
        =resource PaymentNotice DomainResource
        @Practitioner provider
        %created
        identifier * Identifier
        status 1 code !fm-status
        request ? Reference
        response ? Reference
        created 1 dateTime
        provider ? Reference(Practitioner|PractitionerRole|Organization)
        payment 1 Reference(PaymentReconciliation)
        paymentDate ? date
        payee ? Reference(Practitioner|PractitionerRole|Organization)
        recipient 1 Reference(Organization)
        amount 1 Money
        paymentStatus ? CodeableConcept
        =resource PaymentReconciliation DomainResource
        @Practitioner requestor
        %created
        identifier * Identifier
        status 1 code !fm-status
        period ? Period
        created 1 dateTime
        paymentIssuer ? Reference(Organization)
        request ? Reference(Task)
        requestor ? Reference(Practitioner|PractitionerRole|Organization)
        outcome ? code !remittance-outcome
        disposition ? string
        paymentDate 1 date
        paymentAmount 1 Money
        paymentIdentifier ? Identifier
        detail * .
        formCode ? CodeableConcept
        processNote * .
        =backbone PaymentReconciliation.detail BackboneElement
        identifier ? Identifier
        predecessor ? Identifier
        type 1 CodeableConcept
        request ? Reference
        submitter ? Reference(Practitioner|PractitionerRole|Organization)
        response ? Reference
        date ? date
        responsible ? Reference(PractitionerRole)
        payee ? Reference(Practitioner|PractitionerRole|Organization)
        amount ? Money
        =backbone PaymentReconciliation.processNote BackboneElement
        type ? code !note-type
        text ? string
        =resource Person DomainResource
        @Patient patient
        @Practitioner practitioner
        @RelatedPerson link
        ?link.target
        identifier * Identifier
        name * HumanName
        telecom * ContactPoint
        gender ? code !administrative-gender
        birthDate ? date
        address * Address
        photo ? Attachment
        managingOrganization ? Reference(Organization)
        active ? boolean
        link * .
        =backbone Person.link BackboneElement
        target 1 Reference(Patient|Practitioner|RelatedPerson|Person)
        assurance ? code !identity-assuranceLevel
        =resource PlanDefinition DomainResource
        %date
        url ? uri
        identifier * Identifier
        version ? string
        name ? string
        title ? string
        subtitle ? string
        type ? CodeableConcept
        status 1 code !publication-status
        experimental ? boolean
        subject[x] ? CodeableConcept Reference(Group)
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        purpose ? markdown
        usage ? string
        copyright ? markdown
        approvalDate ? date
        lastReviewDate ? date
        effectivePeriod ? Period
        topic * CodeableConcept
        author * ContactDetail
        editor * ContactDetail
        reviewer * ContactDetail
        endorser * ContactDetail
        relatedArtifact * RelatedArtifact
        library * canonical(Library)
        goal * .
        action * .
        =backbone PlanDefinition.goal BackboneElement
        category ? CodeableConcept
        description 1 CodeableConcept
        priority ? CodeableConcept
        start ? CodeableConcept
        addresses * CodeableConcept
        documentation * RelatedArtifact
        target * .
        =backbone PlanDefinition.goal.target BackboneElement
        measure ? CodeableConcept
        detail[x] ? Quantity Range CodeableConcept
        due ? Duration
        =backbone PlanDefinition.action BackboneElement
        prefix ? string
        title ? string
        description ? string
        textEquivalent ? string
        priority ? code !request-priority
        code * CodeableConcept
        reason * CodeableConcept
        documentation * RelatedArtifact
        goalId * id
        subject[x] ? CodeableConcept Reference(Group)
        trigger * TriggerDefinition
        condition * .
        input * DataRequirement
        output * DataRequirement
        relatedAction * .
        timing[x] ? dateTime Age Period Duration Range Timing
        participant * .
        type ? CodeableConcept
        groupingBehavior ? code !action-grouping-behavior
        selectionBehavior ? code !action-selection-behavior
        requiredBehavior ? code !action-required-behavior
        precheckBehavior ? code !action-precheck-behavior
        cardinalityBehavior ? code !action-cardinality-behavior
        definition[x] ? canonical(ActivityDefinition|PlanDefinition|Questionnaire) uri
        transform ? canonical(StructureMap)
        dynamicValue * .
        action * PlanDefinition.action
        =backbone PlanDefinition.action.condition BackboneElement
        kind 1 code !action-condition-kind
        expression ? Expression
        =backbone PlanDefinition.action.relatedAction BackboneElement
        actionId 1 id
        relationship 1 code !action-relationship-type
        offset[x] ? Duration Range
        =backbone PlanDefinition.action.participant BackboneElement
        type 1 code !action-participant-type
        role ? CodeableConcept
        =backbone PlanDefinition.action.dynamicValue BackboneElement
        path ? string
        expression ? Expression
        =resource Practitioner DomainResource
        @Practitioner {def}
        identifier * Identifier
        active ? boolean
        name * HumanName
        telecom * ContactPoint
        address * Address
        gender ? code !administrative-gender
        birthDate ? date
        photo * Attachment
        qualification * .
        communication * CodeableConcept
        =backbone Practitioner.qualification BackboneElement
        identifier * Identifier
        code 1 CodeableConcept
        period ? Period
        issuer ? Reference(Organization)
        =resource PractitionerRole DomainResource
        @Practitioner practitioner
        %period.start
        identifier * Identifier
        active ? boolean
        period ? Period
        practitioner ? Reference(Practitioner)
        organization ? Reference(Organization)
        code * CodeableConcept
        specialty * CodeableConcept
        location * Reference(Location)
        healthcareService * Reference(HealthcareService)
        telecom * ContactPoint
        availableTime * .
        notAvailable * .
        availabilityExceptions ? string
        endpoint * Reference(Endpoint)
        =backbone PractitionerRole.availableTime BackboneElement
        daysOfWeek * code !days-of-week
        allDay ? boolean
        availableStartTime ? time
        availableEndTime ? time
        =backbone PractitionerRole.notAvailable BackboneElement
        description 1 string
        during ? Period
        =resource Procedure DomainResource
        @Encounter encounter
        @Patient patient performer
        @Practitioner performer
        @RelatedPerson performer
        ?subject performer.actor
        #code
        %performedDateTime performedPeriod.start
        identifier * Identifier
        instantiatesCanonical * canonical(PlanDefinition|ActivityDefinition|Measure|OperationDefinition|Questionnaire)
        instantiatesUri * uri
        basedOn * Reference(CarePlan|ServiceRequest)
        partOf * Reference(Procedure|Observation|MedicationAdministration)
        status 1 code !event-status
        statusReason ? CodeableConcept
        category ? CodeableConcept
        code ? CodeableConcept
        subject 1 Reference(Patient|Group)
        encounter ? Reference(Encounter)
        performed[x] ? dateTime Period string Age Range
        recorder ? Reference(Patient|RelatedPerson|Practitioner|PractitionerRole)
        asserter ? Reference(Patient|RelatedPerson|Practitioner|PractitionerRole)
        performer * .
        location ? Reference(Location)
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition|Observation|Procedure|DiagnosticReport|DocumentReference)
        bodySite * CodeableConcept
        outcome ? CodeableConcept
        report * Reference(DiagnosticReport|DocumentReference|Composition)
        complication * CodeableConcept
        complicationDetail * Reference(Condition)
        followUp * CodeableConcept
        note * Annotation
        focalDevice * .
        usedReference * Reference(Device|Medication|Substance)
        usedCode * CodeableConcept
        =backbone Procedure.performer BackboneElement
        function ? CodeableConcept
        actor 1 Reference(Practitioner|PractitionerRole|Organization|Patient|RelatedPerson|Device)
        onBehalfOf ? Reference(Organization)
        =backbone Procedure.focalDevice BackboneElement
        action ? CodeableConcept
        manipulated 1 Reference(Device)
        =resource Provenance DomainResource
        @Device agent
        @Patient patient
        @Practitioner agent
        @RelatedPerson agent
        ?target
        %occurredDateTime occurredPeriod.start recorded
        target + Reference
        occurred[x] ? Period dateTime
        recorded 1 instant
        policy * uri
        location ? Reference(Location)
        reason * CodeableConcept
        activity ? CodeableConcept
        agent + .
        entity * .
        signature * Signature
        =backbone Provenance.agent BackboneElement
        type ? CodeableConcept
        role * CodeableConcept
        who 1 Reference(Practitioner|PractitionerRole|RelatedPerson|Patient|Device|Organization)
        onBehalfOf ? Reference(Practitioner|PractitionerRole|RelatedPerson|Patient|Device|Organization)
        =backbone Provenance.entity BackboneElement
        role 1 code !provenance-entity-role
        what 1 Reference
        agent * Provenance.agent
        =resource Questionnaire DomainResource
        #item.code
        %date
        url ? uri
        identifier * Identifier
        version ? string
        name ? string
        title ? string
        derivedFrom * canonical(Questionnaire)
        status 1 code !publication-status
        experimental ? boolean
        subjectType * code !resource-types
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        purpose ? markdown
        copyright ? markdown
        approvalDate ? date
        lastReviewDate ? date
        effectivePeriod ? Period
        code * Coding
        item * .
        =backbone Questionnaire.item BackboneElement
        linkId 1 string
        definition ? uri
        code * Coding
        prefix ? string
        text ? string
        type 1 code !item-type
        enableWhen * .
        enableBehavior ? code !questionnaire-enable-behavior
        required ? boolean
        repeats ? boolean
        readOnly ? boolean
        maxLength ? integer
        answerValueSet ? canonical(ValueSet)
        answerOption * .
        initial * .
        item * Questionnaire.item
        =backbone Questionnaire.item.enableWhen BackboneElement
        question 1 string
        operator 1 code !questionnaire-enable-operator
        answer[x] 1 boolean decimal integer date dateTime time string Coding Quantity Reference
        =backbone Questionnaire.item.answerOption BackboneElement
        value[x] 1 integer date time string Coding Reference
        initialSelected ? boolean
        =backbone Questionnaire.item.initial BackboneElement
        value[x] 1 boolean decimal integer date dateTime time string uri Attachment Coding Quantity Reference
        =resource QuestionnaireResponse DomainResource
        @Device author
        @Encounter encounter
        @Patient subject author
        @Practitioner author source
        @RelatedPerson author source
        ?subject author
        %authored
        identifier ? Identifier
        basedOn * Reference(CarePlan|ServiceRequest)
        partOf * Reference(Observation|Procedure)
        questionnaire ? canonical(Questionnaire)
        status 1 code !questionnaire-answers-status
        subject ? Reference
        encounter ? Reference(Encounter)
        authored ? dateTime
        author ? Reference(Device|Practitioner|PractitionerRole|Patient|RelatedPerson|Organization)
        source ? Reference(Patient|Practitioner|PractitionerRole|RelatedPerson)
        item * .
        =backbone QuestionnaireResponse.item BackboneElement
        linkId 1 string
        definition ? uri
        text ? string
        answer * .
        item * QuestionnaireResponse.item
        =backbone QuestionnaireResponse.item.answer BackboneElement
        value[x] ? boolean decimal integer date dateTime time string uri Attachment Coding Quantity Reference
        item * QuestionnaireResponse.item
        =resource RelatedPerson DomainResource
        @Patient patient
        @RelatedPerson {def}
        ?patient
        %period.start
        identifier * Identifier
        active ? boolean
        patient 1 Reference(Patient)
        relationship * CodeableConcept
        name * HumanName
        telecom * ContactPoint
        gender ? code !administrative-gender
        birthDate ? date
        address * Address
        photo * Attachment
        period ? Period
        communication * .
        =backbone RelatedPerson.communication BackboneElement
        language 1 CodeableConcept
        preferred ? boolean
        =resource RequestGroup DomainResource
        @Device author
        @Encounter encounter
        @Patient subject participant
        @Practitioner participant author
        @RelatedPerson participant
        ?subject action.participant
        #code
        %authoredOn
        identifier * Identifier
        instantiatesCanonical * canonical
        instantiatesUri * uri
        basedOn * Reference
        replaces * Reference
        groupIdentifier ? Identifier
        status 1 code !request-status
        intent 1 code !request-intent
        priority ? code !request-priority
        code ? CodeableConcept
        subject ? Reference(Patient|Group)
        encounter ? Reference(Encounter)
        authoredOn ? dateTime
        author ? Reference(Device|Practitioner|PractitionerRole)
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition|Observation|DiagnosticReport|DocumentReference)
        note * Annotation
        action * .
        =backbone RequestGroup.action BackboneElement
        prefix ? string
        title ? string
        description ? string
        textEquivalent ? string
        priority ? code !request-priority
        code * CodeableConcept
        documentation * RelatedArtifact
        condition * .
        relatedAction * .
        timing[x] ? dateTime Age Period Duration Range Timing
        participant * Reference(Patient|Practitioner|PractitionerRole|RelatedPerson|Device)
        type ? CodeableConcept
        groupingBehavior ? code !action-grouping-behavior
        selectionBehavior ? code !action-selection-behavior
        requiredBehavior ? code !action-required-behavior
        precheckBehavior ? code !action-precheck-behavior
        cardinalityBehavior ? code !action-cardinality-behavior
        resource ? Reference
        action * RequestGroup.action
        =backbone RequestGroup.action.condition BackboneElement
        kind 1 code !action-condition-kind
        expression ? Expression
        =backbone RequestGroup.action.relatedAction BackboneElement
        actionId 1 id
        relationship 1 code !action-relationship-type
        offset[x] ? Duration Range
        =resource ResearchDefinition DomainResource
        %date
        url ? uri
        identifier * Identifier
        version ? string
        name ? string
        title ? string
        shortTitle ? string
        subtitle ? string
        status 1 code !publication-status
        experimental ? boolean
        subject[x] ? CodeableConcept Reference(Group)
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        comment * string
        useContext * UsageContext
        jurisdiction * CodeableConcept
        purpose ? markdown
        usage ? string
        copyright ? markdown
        approvalDate ? date
        lastReviewDate ? date
        effectivePeriod ? Period
        topic * CodeableConcept
        author * ContactDetail
        editor * ContactDetail
        reviewer * ContactDetail
        endorser * ContactDetail
        relatedArtifact * RelatedArtifact
        library * canonical(Library)
        population 1 Reference(ResearchElementDefinition)
        exposure ? Reference(ResearchElementDefinition)
        exposureAlternative ? Reference(ResearchElementDefinition)
        outcome ? Reference(ResearchElementDefinition)
        =resource ResearchElementDefinition DomainResource
        %date
        url ? uri
        identifier * Identifier
        version ? string
        name ? string
        title ? string
        shortTitle ? string
        subtitle ? string
        status 1 code !publication-status
        experimental ? boolean
        subject[x] ? CodeableConcept Reference(Group)
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        comment * string
        useContext * UsageContext
        jurisdiction * CodeableConcept
        purpose ? markdown
        usage ? string
        copyright ? markdown
        approvalDate ? date
        lastReviewDate ? date
        effectivePeriod ? Period
        topic * CodeableConcept
        author * ContactDetail
        editor * ContactDetail
        reviewer * ContactDetail
        endorser * ContactDetail
        relatedArtifact * RelatedArtifact
        library * canonical(Library)
        type 1 code !research-element-type
        variableType ? code !variable-type
        characteristic + .
        =backbone ResearchElementDefinition.characteristic BackboneElement
        definition[x] 1 CodeableConcept canonical(ValueSet) Expression DataRequirement
        usageContext * UsageContext
        exclude ? boolean
        unitOfMeasure ? CodeableConcept !ucum-units
        studyEffectiveDescription ? string
        studyEffective[x] ? dateTime Period Duration Timing
        studyEffectiveTimeFromStart ? Duration
        studyEffectiveGroupMeasure ? code !group-measure
        participantEffectiveDescription ? string
        participantEffective[x] ? dateTime Period Duration Timing
        participantEffectiveTimeFromStart ? Duration
        participantEffectiveGroupMeasure ? code !group-measure
        =resource ResearchStudy DomainResource
        @Practitioner principalinvestigator
        %period.start
        identifier * Identifier
        title ? string
        protocol * Reference(PlanDefinition)
        partOf * Reference(ResearchStudy)
        status 1 code !research-study-status
        primaryPurposeType ? CodeableConcept
        phase ? CodeableConcept
        category * CodeableConcept
        focus * CodeableConcept
        condition * CodeableConcept
        contact * ContactDetail
        relatedArtifact * RelatedArtifact
        keyword * CodeableConcept
        location * CodeableConcept
        description ? markdown
        enrollment * Reference(Group)
        period ? Period
        sponsor ? Reference(Organization)
        principalInvestigator ? Reference(Practitioner|PractitionerRole)
        site * Reference(Location)
        reasonStopped ? CodeableConcept
        note * Annotation
        arm * .
        objective * .
        =backbone ResearchStudy.arm BackboneElement
        name 1 string
        type ? CodeableConcept
        description ? string
        =backbone ResearchStudy.objective BackboneElement
        name ? string
        type ? CodeableConcept
        =resource ResearchSubject DomainResource
        @Patient individual
        ?individual
        %period.start
        identifier * Identifier
        status 1 code !research-subject-status
        period ? Period
        study 1 Reference(ResearchStudy)
        individual 1 Reference(Patient)
        assignedArm ? string
        actualArm ? string
        consent ? Reference(Consent)
        =resource RiskAssessment DomainResource
        @Device performer
        @Patient subject
        @Practitioner performer
        ?subject
        %occurrenceDateTime occurrencePeriod.start
        identifier * Identifier
        basedOn ? Reference
        parent ? Reference
        status 1 code !observation-status
        method ? CodeableConcept
        code ? CodeableConcept
        subject 1 Reference(Patient|Group)
        encounter ? Reference(Encounter)
        occurrence[x] ? dateTime Period
        condition ? Reference(Condition)
        performer ? Reference(Practitioner|PractitionerRole|Device)
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition|Observation|DiagnosticReport|DocumentReference)
        basis * Reference
        prediction * .
        mitigation ? string
        note * Annotation
        =backbone RiskAssessment.prediction BackboneElement
        outcome ? CodeableConcept
        probability[x] ? decimal Range
        qualitativeRisk ? CodeableConcept
        relativeRisk ? decimal
        when[x] ? Period Range
        rationale ? string
        =resource RiskEvidenceSynthesis DomainResource
        %date
        url ? uri
        identifier * Identifier
        version ? string
        name ? string
        title ? string
        status 1 code !publication-status
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        note * Annotation
        useContext * UsageContext
        jurisdiction * CodeableConcept
        copyright ? markdown
        approvalDate ? date
        lastReviewDate ? date
        effectivePeriod ? Period
        topic * CodeableConcept
        author * ContactDetail
        editor * ContactDetail
        reviewer * ContactDetail
        endorser * ContactDetail
        relatedArtifact * RelatedArtifact
        synthesisType ? CodeableConcept
        studyType ? CodeableConcept
        population 1 Reference(EvidenceVariable)
        exposure ? Reference(EvidenceVariable)
        outcome 1 Reference(EvidenceVariable)
        sampleSize ? .
        riskEstimate ? .
        certainty * .
        =backbone RiskEvidenceSynthesis.sampleSize BackboneElement
        description ? string
        numberOfStudies ? integer
        numberOfParticipants ? integer
        =backbone RiskEvidenceSynthesis.riskEstimate BackboneElement
        description ? string
        type ? CodeableConcept
        value ? decimal
        unitOfMeasure ? CodeableConcept !ucum-units
        denominatorCount ? integer
        numeratorCount ? integer
        precisionEstimate * .
        =backbone RiskEvidenceSynthesis.riskEstimate.precisionEstimate BackboneElement
        type ? CodeableConcept
        level ? decimal
        from ? decimal
        to ? decimal
        =backbone RiskEvidenceSynthesis.certainty BackboneElement
        rating * CodeableConcept
        note * Annotation
        certaintySubcomponent * .
        =backbone RiskEvidenceSynthesis.certainty.certaintySubcomponent BackboneElement
        type ? CodeableConcept
        rating * CodeableConcept
        note * Annotation
        =resource Schedule DomainResource
        @Device actor
        @Patient actor
        @Practitioner actor
        @RelatedPerson actor
        ?actor
        %planningHorizon.start
        identifier * Identifier
        active ? boolean
        serviceCategory * CodeableConcept
        serviceType * CodeableConcept
        specialty * CodeableConcept
        actor + Reference(Patient|Practitioner|PractitionerRole|RelatedPerson|Device|HealthcareService|Location)
        planningHorizon ? Period
        comment ? string
        =resource SearchParameter DomainResource
        #code
        %date
        url 1 uri
        version ? string
        name 1 string
        derivedFrom ? canonical(SearchParameter)
        status 1 code !publication-status
        experimental ? boolean
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description 1 markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        purpose ? markdown
        code 1 code
        base + code !resource-types
        type 1 code !search-param-type
        expression ? string
        xpath ? string
        xpathUsage ? code !search-xpath-usage
        target * code !resource-types
        multipleOr ? boolean
        multipleAnd ? boolean
        comparator * code !search-comparator
        modifier * code !search-modifier-code
        chain * string
        component * .
        =backbone SearchParameter.component BackboneElement
        definition 1 canonical(SearchParameter)
        expression 1 string
        =resource ServiceRequest DomainResource
        @Device performer requester
        @Encounter encounter
        @Patient subject performer
        @Practitioner performer requester
        @RelatedPerson performer
        ?subject performer
        #code
        %occurrenceDateTime occurrencePeriod.start occurrenceTiming.event occurrenceTiming.repeat.boundsPeriod.start authoredOn
        identifier * Identifier
        instantiatesCanonical * canonical(ActivityDefinition|PlanDefinition)
        instantiatesUri * uri
        basedOn * Reference(CarePlan|ServiceRequest|MedicationRequest)
        replaces * Reference(ServiceRequest)
        requisition ? Identifier
        status 1 code !request-status
        intent 1 code !request-intent
        category * CodeableConcept
        priority ? code !request-priority
        doNotPerform ? boolean
        code ? CodeableConcept
        orderDetail * CodeableConcept
        quantity[x] ? Quantity Ratio Range
        subject 1 Reference(Patient|Group|Location|Device)
        encounter ? Reference(Encounter)
        occurrence[x] ? dateTime Period Timing
        asNeeded[x] ? boolean CodeableConcept
        authoredOn ? dateTime
        requester ? Reference(Practitioner|PractitionerRole|Organization|Patient|RelatedPerson|Device)
        performerType ? CodeableConcept
        performer * Reference(Practitioner|PractitionerRole|Organization|CareTeam|HealthcareService|Patient|Device|RelatedPerson)
        locationCode * CodeableConcept
        locationReference * Reference(Location)
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition|Observation|DiagnosticReport|DocumentReference)
        insurance * Reference(Coverage|ClaimResponse)
        supportingInfo * Reference
        specimen * Reference(Specimen)
        bodySite * CodeableConcept
        note * Annotation
        patientInstruction ? string
        relevantHistory * Reference(Provenance)
        =resource Slot DomainResource
        %start
        identifier * Identifier
        serviceCategory * CodeableConcept
        serviceType * CodeableConcept
        specialty * CodeableConcept
        appointmentType ? CodeableConcept
        schedule 1 Reference(Schedule)
        status 1 code !slotstatus
        start 1 instant
        end 1 instant
        overbooked ? boolean
        comment ? string
        =resource Specimen DomainResource
        @Device subject
        @Patient subject
        @Practitioner collector
        ?subject
        %collection.collectedDateTime collection.collectedPeriod.start
        identifier * Identifier
        accessionIdentifier ? Identifier
        status ? code !specimen-status
        type ? CodeableConcept
        subject ? Reference(Patient|Group|Device|Substance|Location)
        receivedTime ? dateTime
        parent * Reference(Specimen)
        request * Reference(ServiceRequest)
        collection ? .
        processing * .
        container * .
        condition * CodeableConcept
        note * Annotation
        =backbone Specimen.collection BackboneElement
        collector ? Reference(Practitioner|PractitionerRole)
        collected[x] ? dateTime Period
        duration ? Duration
        quantity ? Quantity
        method ? CodeableConcept
        bodySite ? CodeableConcept
        fastingStatus[x] ? CodeableConcept Duration
        =backbone Specimen.processing BackboneElement
        description ? string
        procedure ? CodeableConcept
        additive * Reference(Substance)
        time[x] ? dateTime Period
        =backbone Specimen.container BackboneElement
        identifier * Identifier
        description ? string
        type ? CodeableConcept
        capacity ? Quantity
        specimenQuantity ? Quantity
        additive[x] ? CodeableConcept Reference(Substance)
        =resource SpecimenDefinition DomainResource
        identifier ? Identifier
        typeCollected ? CodeableConcept
        patientPreparation * CodeableConcept
        timeAspect ? string
        collection * CodeableConcept
        typeTested * .
        =backbone SpecimenDefinition.typeTested BackboneElement
        isDerived ? boolean
        type ? CodeableConcept
        preference 1 code !specimen-contained-preference
        container ? .
        requirement ? string
        retentionTime ? Duration
        rejectionCriterion * CodeableConcept
        handling * .
        =backbone SpecimenDefinition.typeTested.container BackboneElement
        material ? CodeableConcept
        type ? CodeableConcept
        cap ? CodeableConcept
        description ? string
        capacity ? Quantity
        minimumVolume[x] ? Quantity string
        additive * .
        preparation ? string
        =backbone SpecimenDefinition.typeTested.container.additive BackboneElement
        additive[x] 1 CodeableConcept Reference(Substance)
        =backbone SpecimenDefinition.typeTested.handling BackboneElement
        temperatureQualifier ? CodeableConcept
        temperatureRange ? Range
        maxDuration ? Duration
        instruction ? string
        =resource StructureDefinition DomainResource
        %date
        url 1 uri
        identifier * Identifier
        version ? string
        name 1 string
        title ? string
        status 1 code !publication-status
        experimental ? boolean
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        purpose ? markdown
        copyright ? markdown
        keyword * Coding
        fhirVersion ? code !FHIR-version
        mapping * .
        kind 1 code !structure-definition-kind
        abstract 1 boolean
        context * .
        contextInvariant * string
        type 1 uri
        baseDefinition ? canonical(StructureDefinition)
        derivation ? code !type-derivation-rule
        snapshot ? .
        differential ? .
        =backbone StructureDefinition.mapping BackboneElement
        identity 1 id
        uri ? uri
        name ? string
        comment ? string
        =backbone StructureDefinition.context BackboneElement
        type 1 code !extension-context-type
        expression 1 string
        =backbone StructureDefinition.snapshot BackboneElement
        element + ElementDefinition
        =backbone StructureDefinition.differential BackboneElement
        element + ElementDefinition
        =resource StructureMap DomainResource
        %date
        url 1 uri
        identifier * Identifier
        version ? string
        name 1 string
        title ? string
        status 1 code !publication-status
        experimental ? boolean
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        purpose ? markdown
        copyright ? markdown
        structure * .
        import * canonical(StructureMap)
        group + .
        =backbone StructureMap.structure BackboneElement
        url 1 canonical(StructureDefinition)
        mode 1 code !map-model-mode
        alias ? string
        documentation ? string
        =backbone StructureMap.group BackboneElement
        name 1 id
        extends ? id
        typeMode 1 code !map-group-type-mode
        documentation ? string
        input + .
        rule + .
        =backbone StructureMap.group.input BackboneElement
        name 1 id
        type ? string
        mode 1 code !map-input-mode
        documentation ? string
        =backbone StructureMap.group.rule BackboneElement
        name 1 id
        source + .
        target * .
        rule * StructureMap.group.rule
        dependent * .
        documentation ? string
        =backbone StructureMap.group.rule.source BackboneElement
        context 1 id
        min ? integer
        max ? string
        type ? string
        defaultValue[x] ? base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid positiveInt string time unsignedInt uri url uuid Address Age Annotation Attachment CodeableConcept Coding ContactPoint Count Distance Duration HumanName Identifier Money Period Quantity Range Ratio Reference SampledData Signature Timing ContactDetail Contributor DataRequirement Expression ParameterDefinition RelatedArtifact TriggerDefinition UsageContext Dosage Meta
        element ? string
        listMode ? code !map-source-list-mode
        variable ? id
        condition ? string
        check ? string
        logMessage ? string
        =backbone StructureMap.group.rule.target BackboneElement
        context ? id
        contextType ? code !map-context-type
        element ? string
        variable ? id
        listMode * code !map-target-list-mode
        listRuleId ? id
        transform ? code !map-transform
        parameter * .
        =backbone StructureMap.group.rule.target.parameter BackboneElement
        value[x] 1 id string boolean integer decimal
        =backbone StructureMap.group.rule.dependent BackboneElement
        name 1 id
        variable + string
        =resource Subscription DomainResource
        status 1 code !subscription-status
        contact * ContactPoint
        end ? instant
        reason 1 string
        criteria 1 string
        error ? string
        channel 1 .
        =backbone Subscription.channel BackboneElement
        type 1 code !subscription-channel-type
        endpoint ? url
        payload ? code !mimetypes
        header * string
        =resource Substance DomainResource
        #code ingredient.substanceCodeableConcept
        identifier * Identifier
        status ? code !substance-status
        category * CodeableConcept
        code 1 CodeableConcept
        description ? string
        instance * .
        ingredient * .
        =backbone Substance.instance BackboneElement
        identifier ? Identifier
        expiry ? dateTime
        quantity ? Quantity
        =backbone Substance.ingredient BackboneElement
        quantity ? Ratio
        substance[x] 1 CodeableConcept Reference(Substance)
        =resource SubstanceNucleicAcid DomainResource
        sequenceType ? CodeableConcept
        numberOfSubunits ? integer
        areaOfHybridisation ? string
        oligoNucleotideType ? CodeableConcept
        subunit * .
        =backbone SubstanceNucleicAcid.subunit BackboneElement
        subunit ? integer
        sequence ? string
        length ? integer
        sequenceAttachment ? Attachment
        fivePrime ? CodeableConcept
        threePrime ? CodeableConcept
        linkage * .
        sugar * .
        =backbone SubstanceNucleicAcid.subunit.linkage BackboneElement
        connectivity ? string
        identifier ? Identifier
        name ? string
        residueSite ? string
        =backbone SubstanceNucleicAcid.subunit.sugar BackboneElement
        identifier ? Identifier
        name ? string
        residueSite ? string
        =resource SubstancePolymer DomainResource
        class ? CodeableConcept
        geometry ? CodeableConcept
        copolymerConnectivity * CodeableConcept
        modification * string
        monomerSet * .
        repeat * .
        =backbone SubstancePolymer.monomerSet BackboneElement
        ratioType ? CodeableConcept
        startingMaterial * .
        =backbone SubstancePolymer.monomerSet.startingMaterial BackboneElement
        material ? CodeableConcept
        type ? CodeableConcept
        isDefining ? boolean
        amount ? SubstanceAmount
        =backbone SubstancePolymer.repeat BackboneElement
        numberOfUnits ? integer
        averageMolecularFormula ? string
        repeatUnitAmountType ? CodeableConcept
        repeatUnit * .
        =backbone SubstancePolymer.repeat.repeatUnit BackboneElement
        orientationOfPolymerisation ? CodeableConcept
        repeatUnit ? string
        amount ? SubstanceAmount
        degreeOfPolymerisation * .
        structuralRepresentation * .
        =backbone SubstancePolymer.repeat.repeatUnit.degreeOfPolymerisation BackboneElement
        degree ? CodeableConcept
        amount ? SubstanceAmount
        =backbone SubstancePolymer.repeat.repeatUnit.structuralRepresentation BackboneElement
        type ? CodeableConcept
        representation ? string
        attachment ? Attachment
        =resource SubstanceProtein DomainResource
        sequenceType ? CodeableConcept
        numberOfSubunits ? integer
        disulfideLinkage * string
        subunit * .
        =backbone SubstanceProtein.subunit BackboneElement
        subunit ? integer
        sequence ? string
        length ? integer
        sequenceAttachment ? Attachment
        nTerminalModificationId ? Identifier
        nTerminalModification ? string
        cTerminalModificationId ? Identifier
        cTerminalModification ? string
        =resource SubstanceReferenceInformation DomainResource
        comment ? string
        gene * .
        geneElement * .
        classification * .
        target * .
        =backbone SubstanceReferenceInformation.gene BackboneElement
        geneSequenceOrigin ? CodeableConcept
        gene ? CodeableConcept
        source * Reference(DocumentReference)
        =backbone SubstanceReferenceInformation.geneElement BackboneElement
        type ? CodeableConcept
        element ? Identifier
        source * Reference(DocumentReference)
        =backbone SubstanceReferenceInformation.classification BackboneElement
        domain ? CodeableConcept
        classification ? CodeableConcept
        subtype * CodeableConcept
        source * Reference(DocumentReference)
        =backbone SubstanceReferenceInformation.target BackboneElement
        target ? Identifier
        type ? CodeableConcept
        interaction ? CodeableConcept
        organism ? CodeableConcept
        organismType ? CodeableConcept
        amount[x] ? Quantity Range string
        amountType ? CodeableConcept
        source * Reference(DocumentReference)
        =resource SubstanceSourceMaterial DomainResource
        sourceMaterialClass ? CodeableConcept
        sourceMaterialType ? CodeableConcept
        sourceMaterialState ? CodeableConcept
        organismId ? Identifier
        organismName ? string
        parentSubstanceId * Identifier
        parentSubstanceName * string
        countryOfOrigin * CodeableConcept
        geographicalLocation * string
        developmentStage ? CodeableConcept
        fractionDescription * .
        organism ? .
        partDescription * .
        =backbone SubstanceSourceMaterial.fractionDescription BackboneElement
        fraction ? string
        materialType ? CodeableConcept
        =backbone SubstanceSourceMaterial.organism BackboneElement
        family ? CodeableConcept
        genus ? CodeableConcept
        species ? CodeableConcept
        intraspecificType ? CodeableConcept
        intraspecificDescription ? string
        author * .
        hybrid ? .
        organismGeneral ? .
        =backbone SubstanceSourceMaterial.organism.author BackboneElement
        authorType ? CodeableConcept
        authorDescription ? string
        =backbone SubstanceSourceMaterial.organism.hybrid BackboneElement
        maternalOrganismId ? string
        maternalOrganismName ? string
        paternalOrganismId ? string
        paternalOrganismName ? string
        hybridType ? CodeableConcept
        =backbone SubstanceSourceMaterial.organism.organismGeneral BackboneElement
        kingdom ? CodeableConcept
        phylum ? CodeableConcept
        class ? CodeableConcept
        order ? CodeableConcept
        =backbone SubstanceSourceMaterial.partDescription BackboneElement
        part ? CodeableConcept
        partLocation ? CodeableConcept
        =resource SubstanceSpecification DomainResource
        #code.code
        identifier ? Identifier
        type ? CodeableConcept
        status ? CodeableConcept
        domain ? CodeableConcept
        description ? string
        source * Reference(DocumentReference)
        comment ? string
        moiety * .
        property * .
        referenceInformation ? Reference(SubstanceReferenceInformation)
        structure ? .
        code * .
        name * .
        molecularWeight * SubstanceSpecification.structure.isotope.molecularWeight
        relationship * .
        nucleicAcid ? Reference(SubstanceNucleicAcid)
        polymer ? Reference(SubstancePolymer)
        protein ? Reference(SubstanceProtein)
        sourceMaterial ? Reference(SubstanceSourceMaterial)
        =backbone SubstanceSpecification.moiety BackboneElement
        role ? CodeableConcept
        identifier ? Identifier
        name ? string
        stereochemistry ? CodeableConcept
        opticalActivity ? CodeableConcept
        molecularFormula ? string
        amount[x] ? Quantity string
        =backbone SubstanceSpecification.property BackboneElement
        category ? CodeableConcept
        code ? CodeableConcept
        parameters ? string
        definingSubstance[x] ? Reference(SubstanceSpecification|Substance) CodeableConcept
        amount[x] ? Quantity string
        =backbone SubstanceSpecification.structure BackboneElement
        stereochemistry ? CodeableConcept
        opticalActivity ? CodeableConcept
        molecularFormula ? string
        molecularFormulaByMoiety ? string
        isotope * .
        molecularWeight ? SubstanceSpecification.structure.isotope.molecularWeight
        source * Reference(DocumentReference)
        representation * .
        =backbone SubstanceSpecification.structure.isotope BackboneElement
        identifier ? Identifier
        name ? CodeableConcept
        substitution ? CodeableConcept
        halfLife ? Quantity
        molecularWeight ? .
        =backbone SubstanceSpecification.structure.isotope.molecularWeight BackboneElement
        method ? CodeableConcept
        type ? CodeableConcept
        amount ? Quantity
        =backbone SubstanceSpecification.structure.representation BackboneElement
        type ? CodeableConcept
        representation ? string
        attachment ? Attachment
        =backbone SubstanceSpecification.code BackboneElement
        code ? CodeableConcept
        status ? CodeableConcept
        statusDate ? dateTime
        comment ? string
        source * Reference(DocumentReference)
        =backbone SubstanceSpecification.name BackboneElement
        name 1 string
        type ? CodeableConcept
        status ? CodeableConcept
        preferred ? boolean
        language * CodeableConcept
        domain * CodeableConcept
        jurisdiction * CodeableConcept
        synonym * SubstanceSpecification.name
        translation * SubstanceSpecification.name
        official * .
        source * Reference(DocumentReference)
        =backbone SubstanceSpecification.name.official BackboneElement
        authority ? CodeableConcept
        status ? CodeableConcept
        date ? dateTime
        =backbone SubstanceSpecification.relationship BackboneElement
        substance[x] ? Reference(SubstanceSpecification) CodeableConcept
        relationship ? CodeableConcept
        isDefining ? boolean
        amount[x] ? Quantity Range Ratio string
        amountRatioLowLimit ? Ratio
        amountType ? CodeableConcept
        source * Reference(DocumentReference)
        =resource SupplyDelivery DomainResource
        @Patient patient
        @Practitioner supplier receiver
        ?patient
        %occurrenceDateTime occurrencePeriod.start occurrenceTiming.event occurrenceTiming.repeat.boundsPeriod.start
        identifier * Identifier
        basedOn * Reference(SupplyRequest)
        partOf * Reference(SupplyDelivery|Contract)
        status ? code !supplydelivery-status
        patient ? Reference(Patient)
        type ? CodeableConcept !supplydelivery-type
        suppliedItem ? .
        occurrence[x] ? dateTime Period Timing
        supplier ? Reference(Practitioner|PractitionerRole|Organization)
        destination ? Reference(Location)
        receiver * Reference(Practitioner|PractitionerRole)
        =backbone SupplyDelivery.suppliedItem BackboneElement
        quantity ? Quantity
        item[x] ? CodeableConcept Reference(Medication|Substance|Device)
        =resource SupplyRequest DomainResource
        @Device requester
        @Patient subject
        @Practitioner requester
        @RelatedPerson requester
        ?deliverTo
        %authoredOn
        identifier * Identifier
        status ? code !supplyrequest-status
        category ? CodeableConcept
        priority ? code !request-priority
        item[x] 1 CodeableConcept Reference(Medication|Substance|Device)
        quantity 1 Quantity
        parameter * .
        occurrence[x] ? dateTime Period Timing
        authoredOn ? dateTime
        requester ? Reference(Practitioner|PractitionerRole|Organization|Patient|RelatedPerson|Device)
        supplier * Reference(Organization|HealthcareService)
        reasonCode * CodeableConcept
        reasonReference * Reference(Condition|Observation|DiagnosticReport|DocumentReference)
        deliverFrom ? Reference(Organization|Location)
        deliverTo ? Reference(Organization|Location|Patient)
        =backbone SupplyRequest.parameter BackboneElement
        code ? CodeableConcept
        value[x] ? CodeableConcept Quantity Range boolean
        =resource Task DomainResource
        ?for
        #code
        %authoredOn executionPeriod.start lastModified
        identifier * Identifier
        instantiatesCanonical ? canonical(ActivityDefinition)
        instantiatesUri ? uri
        basedOn * Reference
        groupIdentifier ? Identifier
        partOf * Reference(Task)
        status 1 code !task-status
        statusReason ? CodeableConcept
        businessStatus ? CodeableConcept
        intent 1 code !task-intent
        priority ? code !request-priority
        code ? CodeableConcept
        description ? string
        focus ? Reference
        for ? Reference
        encounter ? Reference(Encounter)
        executionPeriod ? Period
        authoredOn ? dateTime
        lastModified ? dateTime
        requester ? Reference(Device|Organization|Patient|Practitioner|PractitionerRole|RelatedPerson)
        performerType * CodeableConcept
        owner ? Reference(Practitioner|PractitionerRole|Organization|CareTeam|HealthcareService|Patient|Device|RelatedPerson)
        location ? Reference(Location)
        reasonCode ? CodeableConcept
        reasonReference ? Reference
        insurance * Reference(Coverage|ClaimResponse)
        note * Annotation
        relevantHistory * Reference(Provenance)
        restriction ? .
        input * .
        output * .
        =backbone Task.restriction BackboneElement
        repetitions ? positiveInt
        period ? Period
        recipient * Reference(Patient|Practitioner|PractitionerRole|RelatedPerson|Group|Organization)
        =backbone Task.input BackboneElement
        type 1 CodeableConcept
        value[x] 1 base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid positiveInt string time unsignedInt uri url uuid Address Age Annotation Attachment CodeableConcept Coding ContactPoint Count Distance Duration HumanName Identifier Money Period Quantity Range Ratio Reference SampledData Signature Timing ContactDetail Contributor DataRequirement Expression ParameterDefinition RelatedArtifact TriggerDefinition UsageContext Dosage Meta
        =backbone Task.output BackboneElement
        type 1 CodeableConcept
        value[x] 1 base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid positiveInt string time unsignedInt uri url uuid Address Age Annotation Attachment CodeableConcept Coding ContactPoint Count Distance Duration HumanName Identifier Money Period Quantity Range Ratio Reference SampledData Signature Timing ContactDetail Contributor DataRequirement Expression ParameterDefinition RelatedArtifact TriggerDefinition UsageContext Dosage Meta
        =resource TerminologyCapabilities DomainResource
        %date
        url ? uri
        version ? string
        name ? string
        title ? string
        status 1 code !publication-status
        experimental ? boolean
        date 1 dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        purpose ? markdown
        copyright ? markdown
        kind 1 code !capability-statement-kind
        software ? .
        implementation ? .
        lockedDate ? boolean
        codeSystem * .
        expansion ? .
        codeSearch ? code !code-search-support
        validateCode ? .
        translation ? .
        closure ? .
        =backbone TerminologyCapabilities.software BackboneElement
        name 1 string
        version ? string
        =backbone TerminologyCapabilities.implementation BackboneElement
        description 1 string
        url ? url
        =backbone TerminologyCapabilities.codeSystem BackboneElement
        uri ? canonical(CodeSystem)
        version * .
        subsumption ? boolean
        =backbone TerminologyCapabilities.codeSystem.version BackboneElement
        code ? string
        isDefault ? boolean
        compositional ? boolean
        language * code
        filter * .
        property * code
        =backbone TerminologyCapabilities.codeSystem.version.filter BackboneElement
        code 1 code
        op + code
        =backbone TerminologyCapabilities.expansion BackboneElement
        hierarchical ? boolean
        paging ? boolean
        incomplete ? boolean
        parameter * .
        textFilter ? markdown
        =backbone TerminologyCapabilities.expansion.parameter BackboneElement
        name 1 code
        documentation ? string
        =backbone TerminologyCapabilities.validateCode BackboneElement
        translations 1 boolean
        =backbone TerminologyCapabilities.translation BackboneElement
        needsMap 1 boolean
        =backbone TerminologyCapabilities.closure BackboneElement
        translation ? boolean
        =resource TestReport DomainResource
        %issued
        identifier ? Identifier
        name ? string
        status 1 code !report-status-codes
        testScript 1 Reference(TestScript)
        result 1 code !report-result-codes
        score ? decimal
        tester ? string
        issued ? dateTime
        participant * .
        setup ? .
        test * .
        teardown ? .
        =backbone TestReport.participant BackboneElement
        type 1 code !report-participant-type
        uri 1 uri
        display ? string
        =backbone TestReport.setup BackboneElement
        action + .
        =backbone TestReport.setup.action BackboneElement
        operation ? .
        assert ? .
        =backbone TestReport.setup.action.operation BackboneElement
        result 1 code !report-action-result-codes
        message ? markdown
        detail ? uri
        =backbone TestReport.setup.action.assert BackboneElement
        result 1 code !report-action-result-codes
        message ? markdown
        detail ? string
        =backbone TestReport.test BackboneElement
        name ? string
        description ? string
        action + .
        =backbone TestReport.test.action BackboneElement
        operation ? TestReport.setup.action.operation
        assert ? TestReport.setup.action.assert
        =backbone TestReport.teardown BackboneElement
        action + .
        =backbone TestReport.teardown.action BackboneElement
        operation 1 TestReport.setup.action.operation
        =resource TestScript DomainResource
        %date
        url 1 uri
        identifier ? Identifier
        version ? string
        name 1 string
        title ? string
        status 1 code !publication-status
        experimental ? boolean
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        purpose ? markdown
        copyright ? markdown
        origin * .
        destination * .
        metadata ? .
        fixture * .
        profile * Reference
        variable * .
        setup ? .
        test * .
        teardown ? .
        =backbone TestScript.origin BackboneElement
        index 1 integer
        profile 1 Coding
        =backbone TestScript.destination BackboneElement
        index 1 integer
        profile 1 Coding
        =backbone TestScript.metadata BackboneElement
        link * .
        capability + .
        =backbone TestScript.metadata.link BackboneElement
        url 1 uri
        description ? string
        =backbone TestScript.metadata.capability BackboneElement
        required 1 boolean
        validated 1 boolean
        description ? string
        origin * integer
        destination ? integer
        link * uri
        capabilities 1 canonical(CapabilityStatement)
        =backbone TestScript.fixture BackboneElement
        autocreate 1 boolean
        autodelete 1 boolean
        resource ? Reference
        =backbone TestScript.variable BackboneElement
        name 1 string
        defaultValue ? string
        description ? string
        expression ? string
        headerField ? string
        hint ? string
        path ? string
        sourceId ? id
        =backbone TestScript.setup BackboneElement
        action + .
        =backbone TestScript.setup.action BackboneElement
        operation ? .
        assert ? .
        =backbone TestScript.setup.action.operation BackboneElement
        type ? Coding
        resource ? code !defined-types
        label ? string
        description ? string
        accept ? code !mimetypes
        contentType ? code !mimetypes
        destination ? integer
        encodeRequestUrl 1 boolean
        method ? code !http-operations
        origin ? integer
        params ? string
        requestHeader * .
        requestId ? id
        responseId ? id
        sourceId ? id
        targetId ? id
        url ? string
        =backbone TestScript.setup.action.operation.requestHeader BackboneElement
        field 1 string
        value 1 string
        =backbone TestScript.setup.action.assert BackboneElement
        label ? string
        description ? string
        direction ? code !assert-direction-codes
        compareToSourceId ? string
        compareToSourceExpression ? string
        compareToSourcePath ? string
        contentType ? code !mimetypes
        expression ? string
        headerField ? string
        minimumId ? string
        navigationLinks ? boolean
        operator ? code !assert-operator-codes
        path ? string
        requestMethod ? code !http-operations
        requestURL ? string
        resource ? code !defined-types
        response ? code !assert-response-code-types
        responseCode ? string
        sourceId ? id
        validateProfileId ? id
        value ? string
        warningOnly 1 boolean
        =backbone TestScript.test BackboneElement
        name ? string
        description ? string
        action + .
        =backbone TestScript.test.action BackboneElement
        operation ? TestScript.setup.action.operation
        assert ? TestScript.setup.action.assert
        =backbone TestScript.teardown BackboneElement
        action + .
        =backbone TestScript.teardown.action BackboneElement
        operation 1 TestScript.setup.action.operation
        =resource ValueSet DomainResource
        #expansion.contains.code compose.include.concept.code
        %date
        url ? uri
        identifier * Identifier
        version ? string
        name ? string
        title ? string
        status 1 code !publication-status
        experimental ? boolean
        date ? dateTime
        publisher ? string
        contact * ContactDetail
        description ? markdown
        useContext * UsageContext
        jurisdiction * CodeableConcept
        immutable ? boolean
        purpose ? markdown
        copyright ? markdown
        compose ? .
        expansion ? .
        =backbone ValueSet.compose BackboneElement
        lockedDate ? date
        inactive ? boolean
        include + .
        exclude * ValueSet.compose.include
        =backbone ValueSet.compose.include BackboneElement
        system ? uri
        version ? string
        concept * .
        filter * .
        valueSet * canonical(ValueSet)
        =backbone ValueSet.compose.include.concept BackboneElement
        code 1 code
        display ? string
        designation * .
        =backbone ValueSet.compose.include.concept.designation BackboneElement
        language ? code
        use ? Coding
        value 1 string
        =backbone ValueSet.compose.include.filter BackboneElement
        property 1 code
        op 1 code !filter-operator
        value 1 string
        =backbone ValueSet.expansion BackboneElement
        identifier ? uri
        timestamp 1 dateTime
        total ? integer
        offset ? integer
        parameter * .
        contains * .
        =backbone ValueSet.expansion.parameter BackboneElement
        name 1 string
        value[x] ? string boolean integer decimal uri code dateTime
        =backbone ValueSet.expansion.contains BackboneElement
        system ? uri
        abstract ? boolean
        inactive ? boolean
        version ? string
        code ? code
        display ? string
        designation * ValueSet.compose.include.concept.designation
        contains * ValueSet.expansion.contains
        =resource VerificationResult DomainResource
        target * Reference
        targetLocation * string
        need ? CodeableConcept
        status 1 code !verificationresult-status
        statusDate ? dateTime
        validationType ? CodeableConcept
        validationProcess * CodeableConcept
        frequency ? Timing
        lastPerformed ? dateTime
        nextScheduled ? date
        failureAction ? CodeableConcept
        primarySource * .
        attestation ? .
        validator * .
        =backbone VerificationResult.primarySource BackboneElement
        who ? Reference(Organization|Practitioner|PractitionerRole)
        type * CodeableConcept
        communicationMethod * CodeableConcept
        validationStatus ? CodeableConcept
        validationDate ? dateTime
        canPushUpdates ? CodeableConcept
        pushTypeAvailable * CodeableConcept
        =backbone VerificationResult.attestation BackboneElement
        who ? Reference(Practitioner|PractitionerRole|Organization)
        onBehalfOf ? Reference(Organization|Practitioner|PractitionerRole)
        communicationMethod ? CodeableConcept
        date ? date
        sourceIdentityCertificate ? string
        proxyIdentityCertificate ? string
        proxySignature ? Signature
        sourceSignature ? Signature
        =backbone VerificationResult.validator BackboneElement
        organization 1 Reference(Organization)
        identityCertificate ? string
        attestationSignature ? Signature
        =resource VisionPrescription DomainResource
        @Encounter encounter
        @Patient patient
        @Practitioner prescriber
        ?patient
        %dateWritten
        identifier * Identifier
        status 1 code !fm-status
        created 1 dateTime
        patient 1 Reference(Patient)
        encounter ? Reference(Encounter)
        dateWritten 1 dateTime
        prescriber 1 Reference(Practitioner|PractitionerRole)
        lensSpecification + .
        =backbone VisionPrescription.lensSpecification BackboneElement
        product 1 CodeableConcept
        eye 1 code !vision-eye-codes
        sphere ? decimal
        cylinder ? decimal
        axis ? integer
        prism * .
        add ? decimal
        power ? decimal
        backCurve ? decimal
        diameter ? decimal
        duration ? Quantity
        color ? string
        brand ? string
        note * Annotation
        =backbone VisionPrescription.lensSpecification.prism BackboneElement
        amount 1 decimal
        base 1 code !vision-base-codes
        """
}
