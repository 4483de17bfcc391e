/// What happens to one patient over the years of the sample, from birth date to last visit.
///
/// All amounts are integers (millimetres, grams, tenths of a percent), so that the same seed gives the
/// same bytes on every machine.
struct PatientStory {
    /// The day after which nothing happens in a sample.
    static let lastDay = CivilDate(year: 2025, month: 6, day: 30)

    private var chart: Chart
    private let birth: CivilDate
    private let isFemale: Bool
    private let isSmoker: Bool
    private var isHypertensive: Bool
    private var hasAsthma: Bool
    private var hasHyperlipidemia: Bool
    /// When blood sugar became a diagnosis, for those who have one.
    private var diabetesOnset: CivilDate?
    private let isPrediabetic: Bool
    /// Height of the grown patient, in millimetres.
    private let adultHeight: Int
    /// Body mass index at the beginning, in tenths.
    private var bodyMassIndex: Int
    private var hemoglobinA1c: Int
    private var diabetes: Identity?

    /// The resources of patient `number`.
    static func entries(seed: UInt64, number: Int, form: ReferenceForm, clinic: Clinic) -> [Entry] {
        let random = RandomSource(seed: seed, stream: UInt64(number) + 1)
        var story = PatientStory(chart: Chart(random: random, form: form, clinic: clinic))
        story.live()
        return story.chart.entries
    }

    private init(chart: Chart) {
        var random = chart.random
        let age = random.chance(12) ? random.integer(in: 11...17) : random.integer(in: 18...91)
        let isAdult = age >= 25
        birth = PatientStory.lastDay.adding(days: -age * 365 - random.integer(in: 0...364))
        isFemale = random.chance(51)
        isSmoker = age >= 18 && random.chance(16)
        bodyMassIndex = random.integer(in: 195...300) + (random.chance(30) ? 45 : 0)
        adultHeight = (isFemale ? 1_640 : 1_770) + random.noise(150)
        let isHeavy = bodyMassIndex >= 300
        isHypertensive = isAdult && random.chance(min(70, age / 2 + (isHeavy ? 15 : 0)))
        hasAsthma = random.chance(9)
        hasHyperlipidemia = isAdult && random.chance(age > 50 ? 40 : 15)
        let isDiabetic = isAdult && random.chance(isHeavy ? 32 : 11)
        isPrediabetic = isDiabetic || (isAdult && random.chance(18))
        // Some were diagnosed long ago; in others the sample sees blood sugar rise until they are.
        diabetesOnset = isDiabetic ? PatientStory.lastDay.adding(days: -random.integer(in: 200...4_000)) : nil
        hemoglobinA1c = isPrediabetic ? random.integer(in: 57...62) : random.integer(in: 47...55)
        self.chart = chart
        self.chart.random = random
    }

    private mutating func live() {
        let years = chart.random.integer(in: 3...8)
        let first = PatientStory.lastDay.adding(days: -years * 365 + chart.random.integer(in: 0...120))
        let isDead = PatientStory.lastDay.years(since: birth) > 75 && chart.random.chance(25)
        let last =
            isDead
            ? PatientStory.lastDay.adding(days: -chart.random.integer(in: 30...500)) : PatientStory.lastDay
        addPatient(died: isDead ? last : nil)
        addAllergies(before: first)

        var day = first
        var isFirst = true
        while day < last {
            checkUp(on: day, isFirst: isFirst)
            isFirst = false
            if chart.random.chance(35) {
                acuteIllness(on: day.adding(days: chart.random.integer(in: 20...70)), before: last)
            }
            let isWatched = diabetesOnset.map { $0 <= day } ?? false
            day = day.adding(
                days: isWatched ? chart.random.integer(in: 85...130) : chart.random.integer(in: 180...400))
        }
    }

    private mutating func addPatient(died: CivilDate?) {
        // Not everyone's birthday is known to the day.
        let birthDate =
            switch chart.random.integer(in: 0...49) {
            case 0: birth.year
            case 1, 2: birth.yearAndMonth
            default: birth.text
            }
        let gender = chart.random.chance(2) ? "other" : (isFemale ? "female" : "male")
        chart.addPatient(
            gender: gender, birthDate: birthDate,
            deceased: died.map { Moment(date: $0, seconds: 79_200, offset: chart.offset) })
    }

    private mutating func addAllergies(before first: CivilDate) {
        guard chart.random.chance(28) else { return }
        for _ in 1...chart.random.integer(in: 1...2) {
            let code = chart.random.chance(90) ? chart.random.pick(Vocabulary.allergies) : nil
            let recorded = max(birth, first.adding(days: -chart.random.integer(in: 100...2_000)))
            chart.addAllergy(code, recorded: chart.random.chance(50) ? recorded.year : recorded.text)
        }
    }

    // MARK: - A regular visit

    private mutating func checkUp(on day: CivilDate, isFirst: Bool) {
        let isDiabetic = diabetesOnset.map { $0 <= day } ?? false
        let visit = chart.addEncounter(
            isFirst || !isDiabetic ? Vocabulary.generalExamination : Vocabulary.followUp, code: "AMB",
            on: day,
            minutes: chart.random.integer(in: 15...60))
        if isFirst { addProblemList(visit) }
        if isDiabetic && diabetes == nil { diagnoseDiabetes(visit) }
        progress(isDiabetic: isDiabetic)
        addVitalSigns(visit)
        if isFirst { addSmokingStatus(visit) }
        if PatientStory.lastDay.years(since: birth) >= 20 { addLaboratory(visit, isDiabetic: isDiabetic) }
        if chart.random.chance(55) { chart.addImmunization(Vocabulary.influenza, visit: visit) }
        if chart.random.chance(12) {
            chart.addImmunization(chart.random.pick(Vocabulary.otherVaccines), visit: visit)
        }
        addProcedures(visit)
    }

    /// What the patient brings along to the first visit.
    private mutating func addProblemList(_ visit: Visit) {
        let day = visit.start.date
        if isHypertensive {
            let condition = chart.addCondition(
                Vocabulary.hypertension, onset: onset(before: day), visit: visit)
            let medication = chart.random.pick([Vocabulary.lisinopril, Vocabulary.amlodipine])
            chart.addMedication(medication, reason: condition, isStopped: false, visit: visit)
        }
        if hasAsthma {
            let condition = chart.addCondition(Vocabulary.asthma, onset: onset(before: day), visit: visit)
            chart.addMedication(Vocabulary.albuterol, reason: condition, isStopped: false, visit: visit)
        }
        if hasHyperlipidemia {
            let condition = chart.addCondition(
                Vocabulary.hyperlipidemia, onset: onset(before: day), visit: visit)
            chart.addMedication(Vocabulary.simvastatin, reason: condition, isStopped: false, visit: visit)
        }
        if isPrediabetic {
            let resolved = diabetesOnset.flatMap { $0 < day ? $0.yearAndMonth : nil }
            let start = (diabetesOnset.map { min($0, day) } ?? day).adding(days: -900)
            chart.addCondition(
                Vocabulary.prediabetes, onset: start.yearAndMonth, abatement: resolved, visit: visit)
        }
        if bodyMassIndex >= 300 {
            chart.addCondition(Vocabulary.obesity, onset: onset(before: day), visit: visit)
        }
        let isAdult = day.years(since: birth) >= 18
        if isAdult && chart.random.chance(10) {
            chart.addCondition(
                Vocabulary.depression, onset: onset(before: day), visit: visit, isRestricted: true)
        }
        if isAdult && chart.random.chance(3) {
            chart.addCondition(
                Vocabulary.alcoholDependence, onset: onset(before: day), visit: visit, isRestricted: true)
        }
        if isAdult && chart.random.chance(8) {
            let condition = chart.addCondition(
                Vocabulary.hypothyroidism, onset: onset(before: day), visit: visit)
            chart.addMedication(Vocabulary.levothyroxine, reason: condition, isStopped: false, visit: visit)
        }
        if chart.random.chance(9) {
            chart.addCondition(Vocabulary.migraine, onset: onset(before: day), visit: visit)
        }
        if day.years(since: birth) >= 55 && chart.random.chance(25) {
            chart.addCondition(Vocabulary.osteoarthritis, onset: onset(before: day), visit: visit)
        }
        if chart.random.chance(6) {
            chart.addCondition(
                nil, onset: onset(before: day), visit: visit,
                note: "Seen elsewhere as \"query\"\tno report\\letter yet.\nÀ vérifier – 要確認 🩺")
        }
    }

    /// A date in the past, as exactly as people remember: a year, a month or a day.
    private mutating func onset(before day: CivilDate) -> String {
        let past = max(birth, day.adding(days: -chart.random.integer(in: 60...1_800)))
        return switch chart.random.integer(in: 0...9) {
        case 0...3: past.year
        case 4...5: past.yearAndMonth
        default: past.text
        }
    }

    private mutating func diagnoseDiabetes(_ visit: Visit) {
        let onset = diabetesOnset ?? visit.start.date
        let isRecent = visit.start.date.dayNumber - onset.dayNumber < 400
        let condition = chart.addCondition(
            Vocabulary.diabetes, onset: isRecent ? onset.text : onset.yearAndMonth, visit: visit)
        diabetes = condition
        hemoglobinA1c = chart.random.integer(in: 68...104)
        chart.addMedication(Vocabulary.metformin, reason: condition, isStopped: false, visit: visit)
        if !isRecent && chart.random.chance(30) {
            chart.addCondition(
                Vocabulary.kidneyDisease, onset: visit.start.date.adding(days: -200).yearAndMonth,
                visit: visit)
        }
    }

    /// Moves the slow quantities on by one visit.
    private mutating func progress(isDiabetic: Bool) {
        bodyMassIndex = min(480, max(160, bodyMassIndex + chart.random.noise(6)))
        if isDiabetic {
            // Treatment pulls towards 7.2 %, life pushes away from it.
            hemoglobinA1c += (72 - hemoglobinA1c) / 5 + chart.random.noise(6)
            hemoglobinA1c = min(140, max(59, hemoglobinA1c))
        } else if isPrediabetic {
            hemoglobinA1c = min(64, max(56, hemoglobinA1c + chart.random.noise(2)))
        } else {
            hemoglobinA1c = min(56, max(44, hemoglobinA1c + chart.random.noise(2)))
        }
    }

    private mutating func addVitalSigns(_ visit: Visit) {
        let height = height(on: visit.start.date)
        let index = bodyMassIndex(on: visit.start.date)
        // Index in tenths of kg/m², height in mm: weight in tenths of a kilogram.
        let weight = (index * height * height + 500_000) / 1_000_000
        let category = Vocabulary.vitalSigns
        chart.addObservation(
            Vocabulary.bodyHeight, .measure(Measure(.tenths(height), "cm")), category: category, visit: visit)
        chart.addObservation(
            Vocabulary.bodyWeight, .measure(Measure(.tenths(weight), "kg")), category: category, visit: visit)
        chart.addObservation(
            Vocabulary.bodyMassIndex, .measure(Measure(.tenths(index), "kg/m2")), category: category,
            visit: visit)
        let systolic = (isHypertensive ? 141 : 117) + chart.random.noise(16)
        let diastolic = (isHypertensive ? 88 : 75) + chart.random.noise(10)
        let unit = "mm[Hg]"
        chart.addObservation(
            Vocabulary.bloodPressure,
            .components([
                (code: Vocabulary.systolic, measure: Measure(.integer(systolic), unit, display: "mmHg")),
                (code: Vocabulary.diastolic, measure: Measure(.integer(diastolic), unit, display: "mmHg")),
            ]), category: category, visit: visit)
        let rate = 72 + chart.random.noise(18)
        chart.addObservation(
            Vocabulary.heartRate, .measure(Measure(.integer(rate), "/min", display: "beats/minute")),
            category: category, visit: visit)
    }

    private mutating func addSmokingStatus(_ visit: Visit) {
        let status = isSmoker ? Vocabulary.smoking[2] : Vocabulary.smoking[chart.random.chance(25) ? 1 : 0]
        chart.addObservation(
            Vocabulary.smokingStatus, .coded(status), category: Vocabulary.socialHistory, visit: visit)
    }

    private mutating func addLaboratory(_ visit: Visit, isDiabetic: Bool) {
        if isDiabetic || isPrediabetic || chart.random.chance(40) {
            if chart.random.chance(2) {
                addLaboratory(Vocabulary.hemoglobinA1c, .absent(reason: "error"), visit)
            } else {
                addLaboratory(Vocabulary.hemoglobinA1c, .measure(Measure(.tenths(hemoglobinA1c), "%")), visit)
            }
        }
        // Mean blood sugar follows from HbA1c by the usual linear relation, 28.7 · HbA1c − 46.7.
        let sugar = (287 * hemoglobinA1c - 4_670) / 100 + chart.random.noise(isDiabetic ? 25 : 8)
        let creatinine = 88 + chart.random.noise(22)
        let metabolic = [
            addLaboratory(Vocabulary.glucose, .measure(Measure(.integer(sugar), "mg/dL")), visit),
            addLaboratory(Vocabulary.creatinine, .measure(Measure(.hundredths(creatinine), "mg/dL")), visit),
        ]
        chart.addReport(Vocabulary.metabolicPanel, results: metabolic, visit: visit)
        guard hasHyperlipidemia || chart.random.chance(45) else { return }
        let ldl = (hasHyperlipidemia ? 138 : 98) + chart.random.noise(30)
        let hdl = (isFemale ? 58 : 49) + chart.random.noise(14)
        let triglycerides = (hasHyperlipidemia ? 170 : 110) + chart.random.noise(45)
        let lipids = [
            addLaboratory(Vocabulary.ldl, .measure(Measure(.integer(ldl), "mg/dL")), visit),
            addLaboratory(Vocabulary.hdl, .measure(Measure(.integer(hdl), "mg/dL")), visit),
            addLaboratory(
                Vocabulary.triglycerides, .measure(Measure(.integer(triglycerides), "mg/dL")), visit),
            addLaboratory(
                Vocabulary.totalCholesterol,
                .measure(Measure(.integer(ldl + hdl + triglycerides / 5), "mg/dL")), visit),
        ]
        chart.addReport(Vocabulary.lipidPanel, results: lipids, visit: visit)
    }

    @discardableResult
    private mutating func addLaboratory(_ code: Coding, _ finding: Chart.Finding, _ visit: Visit) -> Identity {
        chart.addObservation(code, finding, category: Vocabulary.laboratory, visit: visit)
    }

    private mutating func addProcedures(_ visit: Visit) {
        if chart.random.chance(15) {
            chart.addProcedure(Vocabulary.medicationReconciliation, minutes: 15, visit: visit)
        }
        if hasAsthma && chart.random.chance(30) {
            chart.addProcedure(Vocabulary.respiratoryFunction, minutes: 25, visit: visit)
        }
        let age = visit.start.date.years(since: birth)
        if age >= 50 && chart.random.chance(6) {
            chart.addProcedure(Vocabulary.colonoscopy, minutes: 40, visit: visit)
        }
        if isHypertensive && chart.random.chance(12) {
            chart.addProcedure(Vocabulary.electrocardiogram, minutes: 10, visit: visit)
        }
        if chart.random.chance(1) { chart.addProcedure(nil, minutes: 20, visit: visit) }
    }

    // MARK: - An illness between visits

    private mutating func acuteIllness(on day: CivilDate, before last: CivilDate) {
        guard day < last else { return }
        let isEmergency = chart.random.chance(8)
        let visit = chart.addEncounter(
            isEmergency ? Vocabulary.emergency : Vocabulary.symptom, code: isEmergency ? "EMER" : "AMB",
            on: day,
            minutes: isEmergency ? chart.random.integer(in: 90...600) : chart.random.integer(in: 10...30))
        let healed = min(last, day.adding(days: chart.random.integer(in: 5...21)))
        let condition = chart.addCondition(
            chart.random.pick(Vocabulary.acute), onset: day.text, abatement: healed.text, visit: visit)
        let temperature = Measure(.tenths(377 + chart.random.noise(12)), "Cel", display: "°C")
        chart.addObservation(
            Vocabulary.bodyTemperature, .measure(temperature), category: Vocabulary.vitalSigns, visit: visit)
        if chart.random.chance(70) {
            let remedies = [Vocabulary.ibuprofen, Vocabulary.acetaminophen, Vocabulary.amoxicillin]
            chart.addMedication(chart.random.pick(remedies), reason: condition, isStopped: true, visit: visit)
        }
    }

    // MARK: - Growing up

    /// Share of the adult height, and of the adult body mass index, in percent, at ages 0 to 18.
    private static let heightShare = [
        30, 43, 49, 54, 58, 62, 66, 69, 73, 76, 79, 82, 85, 89, 93, 96, 98, 99, 100,
    ]
    private static let indexShare = [
        56, 68, 67, 66, 65, 64, 64, 65, 66, 68, 70, 73, 76, 79, 83, 87, 91, 95, 100,
    ]

    private func height(on day: CivilDate) -> Int {
        adultHeight * PatientStory.heightShare[min(18, max(0, day.years(since: birth)))] / 100
    }

    private func bodyMassIndex(on day: CivilDate) -> Int {
        bodyMassIndex * PatientStory.indexShare[min(18, max(0, day.years(since: birth)))] / 100
    }
}
