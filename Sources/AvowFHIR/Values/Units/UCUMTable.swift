/// The prefixes, base units and derived units of UCUM 2.2: their symbols, and what each stands for.
///
/// Source of names and factors: The Unified Code for Units of Measure, tables 1 to 26
/// (https://ucum.org/ucum). A line gives a symbol and, behind `=`, a number and the units that it is made
/// of. `metric` units take prefixes. `arbitrary` units are defined by the procedure that measures them and
/// compare with nothing else; `special` units have a scale of their own that is no multiple of another,
/// and are treated alike. A number behind `+` is added to a value before it is multiplied.
enum UCUMTable {
    static let prefixes: [(symbol: String, factor: Rational)] =
        [
            ("da", 1), ("h", 2), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18), ("Z", 21), ("Y", 24),
            ("d", -1), ("c", -2), ("m", -3), ("u", -6), ("n", -9), ("p", -12), ("f", -15), ("a", -18), ("z", -21),
            ("y", -24),
        ].map { symbol, exponent in (symbol, Rational(10).raised(to: exponent)) }
        + [
            ("Ki", Rational(1 << 10)), ("Mi", Rational(1 << 20)), ("Gi", Rational(1 << 30)), ("Ti", Rational(1 << 40)),
        ]

    /// All of them are metric.
    static let baseUnits: Set<String> = ["m", "s", "g", "rad", "K", "C", "cd"]

    static let definitions = """
        # Numbers
        10* = 10 1
        10^ = 10 1
        [pi] = 3.1415926535897932384626433832795028841971693993751058209749445923 1
        % = 1 10*-2
        [ppth] = 1 10*-3
        [ppm] = 1 10*-6
        [ppb] = 1 10*-9
        [pptr] = 1 10*-12
        # SI units
        metric mol = 6.02214076 10*23
        metric sr = 1 rad2
        metric Hz = 1 s-1
        metric N = 1 kg.m/s2
        metric Pa = 1 N/m2
        metric J = 1 N.m
        metric W = 1 J/s
        metric A = 1 C/s
        metric V = 1 J/C
        metric F = 1 C/V
        metric Ohm = 1 V/A
        metric S = 1 Ohm-1
        metric Wb = 1 V.s
        metric Cel = 1 K +273.15
        metric T = 1 Wb/m2
        metric H = 1 Wb/A
        metric lm = 1 cd.sr
        metric lx = 1 lm/m2
        metric Bq = 1 s-1
        metric Gy = 1 J/kg
        metric Sv = 1 J/kg
        # Other units of ISO 1000, ISO 2955 and ANSI X3.50
        gon = 0.9 deg
        deg = 2 [pi].rad/360
        ' = 1 deg/60
        '' = 1 '/60
        metric l = 1 dm3
        metric L = 1 l
        metric ar = 100 m2
        min = 60 s
        h = 60 min
        d = 24 h
        a_t = 365.24219 d
        a_j = 365.25 d
        a_g = 365.2425 d
        a = 1 a_j
        wk = 7 d
        mo_s = 29.53059 d
        mo_j = 1 a_j/12
        mo_g = 1 a_g/12
        mo = 1 mo_j
        metric t = 1e3 kg
        metric bar = 1e5 Pa
        metric u = 1.66053906660e-24 g
        metric eV = 1 [e].V
        AU = 149597.870691 Mm
        metric pc = 3.085678e16 m
        # Natural units
        metric [c] = 299792458 m/s
        metric [h] = 6.62607015e-34 J.s
        metric [k] = 1.380649e-23 J/K
        metric [eps_0] = 8.854187817e-12 F/m
        metric [mu_0] = 1 4.[pi].10*-7.N/A2
        metric [e] = 1.602176634e-19 C
        metric [m_e] = 9.1093837139e-31 kg
        metric [m_p] = 1.67262192595e-27 kg
        metric [G] = 6.67430e-11 m3.kg-1.s-2
        metric [g] = 980665e-5 m/s2
        atm = 101325 Pa
        metric [ly] = 1 [c].a_j
        metric gf = 1 g.[g]
        [lbf_av] = 1 [lb_av].[g]
        # CGS units
        metric Ky = 1 cm-1
        metric Gal = 1 cm/s2
        metric dyn = 1 g.cm/s2
        metric erg = 1 dyn.cm
        metric P = 1 dyn.s/cm2
        metric Bi = 10 A
        metric St = 1 cm2/s
        metric Mx = 1e-8 Wb
        metric G = 1e-4 T
        metric Oe = 250 /[pi].A/m
        metric Gb = 1 Oe.cm
        metric sb = 1 cd/cm2
        metric Lmb = 1 cd/cm2/[pi]
        metric ph = 1e-4 lx
        metric Ci = 37e9 Bq
        metric R = 2.58e-4 C/kg
        metric RAD = 100 erg/g
        metric REM = 1 RAD
        # International customary units
        [in_i] = 254e-2 cm
        [ft_i] = 12 [in_i]
        [yd_i] = 3 [ft_i]
        [mi_i] = 5280 [ft_i]
        [fth_i] = 6 [ft_i]
        [nmi_i] = 1852 m
        [kn_i] = 1 [nmi_i]/h
        [sin_i] = 1 [in_i]2
        [sft_i] = 1 [ft_i]2
        [syd_i] = 1 [yd_i]2
        [cin_i] = 1 [in_i]3
        [cft_i] = 1 [ft_i]3
        [cyd_i] = 1 [yd_i]3
        [bf_i] = 144 [in_i]3
        [cr_i] = 128 [ft_i]3
        [mil_i] = 1e-3 [in_i]
        [cml_i] = 1 [pi]/4.[mil_i]2
        [hd_i] = 4 [in_i]
        # US survey lengths
        [ft_us] = 1200 m/3937
        [yd_us] = 3 [ft_us]
        [in_us] = 1 [ft_us]/12
        [rd_us] = 16.5 [ft_us]
        [ch_us] = 4 [rd_us]
        [lk_us] = 1 [ch_us]/100
        [rch_us] = 100 [ft_us]
        [rlk_us] = 1 [rch_us]/100
        [fth_us] = 6 [ft_us]
        [fur_us] = 40 [rd_us]
        [mi_us] = 8 [fur_us]
        [acr_us] = 160 [rd_us]2
        [srd_us] = 1 [rd_us]2
        [smi_us] = 1 [mi_us]2
        [sct] = 1 [mi_us]2
        [twp] = 36 [sct]
        [mil_us] = 1e-3 [in_us]
        # British imperial lengths
        [in_br] = 2.539998 cm
        [ft_br] = 12 [in_br]
        [rd_br] = 16.5 [ft_br]
        [ch_br] = 4 [rd_br]
        [lk_br] = 1 [ch_br]/100
        [fth_br] = 6 [ft_br]
        [pc_br] = 2.5 [ft_br]
        [yd_br] = 3 [ft_br]
        [mi_br] = 5280 [ft_br]
        [nmi_br] = 6080 [ft_br]
        [kn_br] = 1 [nmi_br]/h
        [acr_br] = 4840 [yd_br]2
        # US volumes, and metric cups and spoons
        [gal_us] = 231 [in_i]3
        [bbl_us] = 42 [gal_us]
        [qt_us] = 1 [gal_us]/4
        [pt_us] = 1 [qt_us]/2
        [gil_us] = 1 [pt_us]/4
        [foz_us] = 1 [gil_us]/4
        [fdr_us] = 1 [foz_us]/8
        [min_us] = 1 [fdr_us]/60
        [crd_us] = 128 [ft_i]3
        [bu_us] = 2150.42 [in_i]3
        [gal_wi] = 1 [bu_us]/8
        [pk_us] = 1 [bu_us]/4
        [dqt_us] = 1 [pk_us]/8
        [dpt_us] = 1 [dqt_us]/2
        [tbs_us] = 1 [foz_us]/2
        [tsp_us] = 1 [tbs_us]/3
        [cup_us] = 16 [tbs_us]
        [foz_m] = 30 mL
        [cup_m] = 240 mL
        [tsp_m] = 5 mL
        [tbs_m] = 15 mL
        # British imperial volumes
        [gal_br] = 4.54609 l
        [pk_br] = 2 [gal_br]
        [bu_br] = 4 [pk_br]
        [qt_br] = 1 [gal_br]/4
        [pt_br] = 1 [qt_br]/2
        [gil_br] = 1 [pt_br]/4
        [foz_br] = 1 [gil_br]/5
        [fdr_br] = 1 [foz_br]/8
        [min_br] = 1 [fdr_br]/60
        # Avoirdupois weights
        [gr] = 64.79891 mg
        [lb_av] = 7000 [gr]
        [oz_av] = 1 [lb_av]/16
        [dr_av] = 1 [oz_av]/16
        [scwt_av] = 100 [lb_av]
        [lcwt_av] = 112 [lb_av]
        [ston_av] = 20 [scwt_av]
        [lton_av] = 20 [lcwt_av]
        [stone_av] = 14 [lb_av]
        # Troy weights
        [pwt_tr] = 24 [gr]
        [oz_tr] = 20 [pwt_tr]
        [lb_tr] = 12 [oz_tr]
        # Apothecaries' weights
        [sc_ap] = 20 [gr]
        [dr_ap] = 3 [sc_ap]
        [oz_ap] = 8 [dr_ap]
        [lb_ap] = 12 [oz_ap]
        [oz_m] = 28 g
        # Units of typesetting
        [lne] = 1 [in_i]/12
        [pnt] = 1 [lne]/6
        [pca] = 12 [pnt]
        [pnt_pr] = 0.013837 [in_i]
        [pca_pr] = 12 [pnt_pr]
        [pied] = 32.48 cm
        [pouce] = 1 [pied]/12
        [ligne] = 1 [pouce]/12
        [didot] = 1 [ligne]/6
        [cicero] = 12 [didot]
        # Units of heat
        [degF] = 5 K/9 +459.67
        [degR] = 5 K/9
        [degRe] = 5 K/4 +218.52
        metric cal_[15] = 4.18580 J
        metric cal_[20] = 4.18190 J
        metric cal_m = 4.19002 J
        metric cal_IT = 4.1868 J
        metric cal_th = 4.184 J
        metric cal = 1 cal_th
        [Cal] = 1 kcal_th
        [Btu_39] = 1.05967 kJ
        [Btu_59] = 1.05480 kJ
        [Btu_60] = 1.05468 kJ
        [Btu_m] = 1.05587 kJ
        [Btu_IT] = 1.05505585262 kJ
        [Btu_th] = 1.054350 kJ
        [Btu] = 1 [Btu_th]
        [HP] = 550 [ft_i].[lbf_av]/s
        metric tex = 1 g/km
        [den] = 1 g/9/km
        # Units of clinical medicine
        metric m[H2O] = 980665e-5 kPa
        metric m[Hg] = 133.3220 kPa
        [in_i'H2O] = 1 m[H2O].[in_i]/m
        [in_i'Hg] = 1 m[Hg].[in_i]/m
        [PRU] = 1 mm[Hg].s/ml
        [wood'U] = 1 mm[Hg].min/L
        [diop] = 1 /m
        [p'diop] special
        %[slope] special
        [mesh_i] = 1 /[in_i]
        [Ch] = 1 mm/3
        [drp] = 1 ml/20
        [hnsf'U] = 1 1
        [MET] = 3.5 mL/min/kg
        [hp'_X] special
        [hp'_C] special
        [hp'_M] special
        [hp'_Q] special
        [hp_X] arbitrary
        [hp_C] arbitrary
        [hp_M] arbitrary
        [hp_Q] arbitrary
        [kp_X] arbitrary
        [kp_C] arbitrary
        [kp_M] arbitrary
        [kp_Q] arbitrary
        # Chemical and biochemical units
        metric eq = 1 mol
        metric osm = 1 mol
        [pH] special
        metric g% = 1 g/dl
        [S] = 1 10*-13.s
        [HPF] = 1 1
        [LPF] = 100 1
        metric kat = 1 mol/s
        metric U = 1 umol/min
        metric [iU] arbitrary
        metric [IU] = 1 [iU]
        [arb'U] arbitrary
        [USP'U] arbitrary
        [GPL'U] arbitrary
        [MPL'U] arbitrary
        [APL'U] arbitrary
        [beth'U] arbitrary
        [anti'Xa'U] arbitrary
        [todd'U] arbitrary
        [dye'U] arbitrary
        [smgy'U] arbitrary
        [bdsk'U] arbitrary
        [ka'U] arbitrary
        [knk'U] arbitrary
        [mclg'U] arbitrary
        [tb'U] arbitrary
        [CCID_50] arbitrary
        [TCID_50] arbitrary
        [EID_50] arbitrary
        [PFU] arbitrary
        [FFU] arbitrary
        [CFU] arbitrary
        [IR] arbitrary
        [BAU] arbitrary
        [AU] arbitrary
        [Amb'a'1'U] arbitrary
        [PNU] arbitrary
        [Lf] arbitrary
        [D'ag'U] arbitrary
        [FEU] arbitrary
        [ELU] arbitrary
        [EU] arbitrary
        # Levels
        metric Np special
        metric B special
        metric B[SPL] special
        metric B[V] special
        metric B[mV] special
        metric B[uV] special
        metric B[10.nV] special
        metric B[W] special
        metric B[kW] special
        # Miscellaneous
        metric st = 1 m3
        Ao = 0.1 nm
        b = 100 fm2
        att = 1 kgf/cm2
        metric mho = 1 S
        [psi] = 1 [lbf_av]/[in_i]2
        circ = 2 [pi].rad
        sph = 4 [pi].sr
        [car_m] = 2e-1 g
        [car_Au] = 1 /24
        [smoot] = 67 [in_i]
        [m/s2/Hz^(1/2)] special
        [NTU] = 1 1
        [FNU] = 1 1
        # Information technology
        bit_s special
        metric bit = 1 1
        metric By = 8 bit
        metric Bd = 1 /s
        """
}
