"""A row for each recognizer of identity numbers: how people write it, and what says what it is."""

import pytest

from sumun.detection.recognizers import (
    RECOGNIZERS,
    africa,
    americas,
    british_isles,
    east_asia,
    eastern_europe,
    middle_east,
    northern_europe,
    oceania,
    south_asia,
    southeast_asia,
    southern_europe,
    unspecific,
    us,
    western_europe,
)

MODULES = (
    *(africa, americas, british_isles, east_asia, eastern_europe, middle_east, northern_europe),
    *(oceania, south_asia, southeast_asia, southern_europe, unspecific, us, western_europe),
)

FOUND = [
    # recognizer, text, value
    ("us_phone", "(212) 555-0123", "(212) 555-0123"),
    ("us_ssn", "536-90-4399", "536-90-4399"),
    ("us_itin", "ITIN 911-70-1234", "911-70-1234"),
    ("us_ein", "EIN: 12-3456789", "12-3456789"),
    ("us_passport", "passport 912803456", "912803456"),
    ("us_passport_next", "passport no. A12803456", "A12803456"),
    ("us_driver_license", "my driver's license number is F162823540116", "F162823540116"),
    ("ca_sin", "SIN: 046 454 286", "046 454 286"),
    ("br_cpf", "CPF 52998224725", "52998224725"),
    ("br_cpf_written", "529.982.247-25", "529.982.247-25"),
    ("br_cnpj", "CNPJ: 11222333000181", "11222333000181"),
    ("br_cnpj_written", "11.222.333/0001-81", "11.222.333/0001-81"),
    ("br_cnpj_written", "12.ABC.345/01DE-35", "12.ABC.345/01DE-35"),  # since July 2026
    ("mx_curp", "BOXW310820HNERXN09", "BOXW310820HNERXN09"),
    ("mx_rfc", "GODE561231GR8", "GODE561231GR8"),
    ("ar_dni", "DNI 12.345.678", "12.345.678"),
    ("ar_cuit", "CUIT: 20-05536168-2", "20-05536168-2"),
    ("cl_rut", "RUT 12.531.909-2", "12.531.909-2"),
    ("cl_rut_k", "RUT: 6.265.838-K", "6.265.838-K"),
    ("co_nit", "NIT 213.123.432-1", "213.123.432-1"),
    ("co_cc", "C.C. 1.020.304.050", "1.020.304.050"),
    ("pe_ruc", "RUC: 20512333797", "20512333797"),
    ("pe_dni", "DNI Perú: 10117410", "10117410"),
    ("ec_ci", "CI ecuatoriana 1714307103", "1714307103"),
    ("uy_ci", "CI 1.234.567-2", "1.234.567-2"),
    ("py_ruc", "RUC 80028061-0", "80028061-0"),
    ("do_cedula", "Cédula: 001-1391820-5", "001-1391820-5"),
    ("ve_rif", "RIF V-11470283-4", "V-11470283-4"),
    ("uk_nhs", "NHS number 943 476 5919", "943 476 5919"),
    ("uk_nino", "AB 12 34 56 C", "AB 12 34 56 C"),
    ("uk_utr", "UTR: 1955839661", "1955839661"),
    ("uk_passport", "British passport 925665416", "925665416"),
    ("uk_driving_licence", "MORGA657054SM9IJ", "MORGA657054SM9IJ"),
    ("uk_vehicle", "number plate: AB12 CDE", "AB12 CDE"),
    ("ie_ppsn", "PPSN 6433435F", "6433435F"),
    ("fr_nir", "NIR 2 95 10 99 126 111 93", "2 95 10 99 126 111 93"),
    ("fr_nir_corsica", "1 85 05 2A 006 084 35", "1 85 05 2A 006 084 35"),
    ("fr_spi", "Numéro fiscal: 30 23 217 600 053", "30 23 217 600 053"),
    ("be_nrn", "rijksregisternummer 85073003328", "85073003328"),
    ("be_nrn_written", "85.07.30-033.28", "85.07.30-033.28"),
    ("nl_bsn", "BSN: 111222333", "111222333"),
    ("lu_nin", "Matricule 1893120105732", "1893120105732"),
    ("de_tax_id", "Steuer-ID 36 574 261 809", "36 574 261 809"),
    ("de_id_card", "Personalausweis: L01X00T44", "L01X00T44"),
    ("de_passport", "Reisepass C01X00T41", "C01X00T41"),
    ("de_social_security", "15 070649 C 103", "15 070649 C 103"),
    ("de_health_insurance", "KVNR: A123456780", "A123456780"),
    ("at_svnr", "SVNR 1237 010180", "1237 010180"),
    ("ch_ahv", "AHV 7569217076985", "7569217076985"),
    ("ch_ahv_written", "756.9217.0769.85", "756.9217.0769.85"),
    ("es_nif", "54362315K", "54362315K"),
    ("es_nie", "X-2482300-W", "X-2482300-W"),
    ("es_nuss", "Seguridad Social 281234567840", "281234567840"),
    ("es_passport", "pasaporte: AAA123456", "AAA123456"),
    ("pt_nif", "NIF 501964843", "501964843"),
    ("pt_cc", "00000000 0 ZZ4", "00000000 0 ZZ4"),
    ("it_fiscal_code", "RSSMRA85T10A562S", "RSSMRA85T10A562S"),
    ("it_fiscal_code", "RSSMRAURTMLARSNL", "RSSMRAURTMLARSNL"),
    ("it_vat_code", "Partita IVA 00743110157", "00743110157"),
    ("it_identity_card", "carta d'identità: CA12345AA", "CA12345AA"),
    ("it_passport", "passaporto AA1234567", "AA1234567"),
    ("it_driver_license", "patente di guida U1H00B000C", "U1H00B000C"),
    ("gr_amka", "AMKA 15018500015", "15018500015"),
    ("gr_afm", "AFM 094259216", "094259216"),
    ("mt_id", "Maltese ID 1234567M", "1234567M"),
    ("hr_oib", "OIB: 33392005961", "33392005961"),
    ("si_emso", "EMSO 0101006500006", "0101006500006"),
    ("rs_jmbg", "JMBG 0101990712345", "0101990712345"),
    ("dk_cpr", "CPR 211062-5629", "211062-5629"),
    ("se_personnummer", "personnummer 880320-0016", "880320-0016"),
    ("se_personnummer_old", "personnummer 180320+0011", "180320+0011"),
    ("se_organisationsnummer", "orgnr 556703-7485", "556703-7485"),
    ("no_fnr", "fødselsnummer 151086 95088", "151086 95088"),
    ("fi_hetu", "131052-308T", "131052-308T"),
    ("fi_hetu", "131052A308T", "131052A308T"),
    ("is_kt", "kennitala 120174-3399", "120174-3399"),
    ("ee_ik", "isikukood 36805280109", "36805280109"),
    ("lt_ak", "asmens kodas 33309240064", "33309240064"),
    ("lv_pk", "personas kods 161175-19997", "161175-19997"),
    ("pl_pesel", "PESEL: 44051401359", "44051401359"),
    ("pl_nip", "NIP 856-734-62-15", "856-734-62-15"),
    ("pl_id_card", "dowód osobisty ABA 300000", "ABA 300000"),
    ("cz_birth_number", "710319/2745", "710319/2745"),
    ("cz_birth_number_bare", "rodné číslo 7103192745", "7103192745"),
    ("sk_birth_number", "Slovak birth number 7103192745", "7103192745"),
    ("hu_taj", "TAJ szám: 123 456 788", "123 456 788"),
    ("hu_tax_id", "adóazonosító jel 8071592153", "8071592153"),
    ("hu_personal", "személyi szám 2 840501 1238", "2 840501 1238"),
    ("ro_cnp", "CNP 1630615123457", "1630615123457"),
    ("bg_egn", "ЕГН 7523169263", "7523169263"),
    ("ua_rnokpp", "РНОКПП: 1759013776", "1759013776"),
    ("ru_inn", "ИНН 500100732259", "500100732259"),
    ("ru_snils", "СНИЛС 11223344595", "11223344595"),
    ("ru_snils_written", "112-233-445 95", "112-233-445 95"),
    ("ru_passport", "паспорт 45 08 123456", "45 08 123456"),
    ("kz_iin", "ИИН 850101300005", "850101300005"),
    ("tr_national_id", "TC kimlik no: 10000000146", "10000000146"),
    ("il_tz", "ת.ז. 039337423", "039337423"),
    ("sa_nid", "iqama 1012345672", "1012345672"),
    ("ae_eid", "Emirates ID 784198012345678", "784198012345678"),
    ("ae_eid_written", "784-1980-1234567-8", "784-1980-1234567-8"),
    ("kw_civil", "الرقم المدني 284012345679", "284012345679"),
    ("qa_qid", "QID 28412345678", "28412345678"),
    ("ir_nid", "کد ملی 0012345679", "0012345679"),
    ("za_id", "South African ID 7503305044089", "7503305044089"),
    ("ng_nin", "NIN: 12345678902", "12345678902"),
    ("ng_bvn", "BVN 22212345678", "22212345678"),
    ("eg_nid", "الرقم القومي 29001010100015", "29001010100015"),
    ("ke_id", "Kenyan ID 12345678", "12345678"),
    ("ke_pin", "KRA PIN A123456789Z", "A123456789Z"),
    ("gh_card", "GHA-123456789-0", "GHA-123456789-0"),
    ("ma_cin", "CIN: BE123456", "BE123456"),
    ("cn_ric", "360426199101010071", "360426199101010071"),
    ("cn_ric_x", "身份证号码：11010519491231002X", "11010519491231002X"),
    ("tw_nid", "身分證字號 A123456789", "A123456789"),
    ("hk_hkid", "A123456(3)", "A123456(3)"),
    ("hk_hkid_bare", "HKID AB9876543", "AB9876543"),
    ("mo_bir", "Macau ID 1234567(8)", "1234567(8)"),
    ("jp_my_number", "マイナンバー 1234 5678 9018", "1234 5678 9018"),
    ("jp_passport", "旅券番号: TK1234567", "TK1234567"),
    ("in_aadhaar", "Aadhaar 2341 2341 2346", "2341 2341 2346"),
    ("in_pan", "AAAPL1234C", "AAAPL1234C"),
    ("in_gstin", "27AAPFU0939F1ZV", "27AAPFU0939F1ZV"),
    ("in_voter", "voter EPIC CPJ4467918", "CPJ4467918"),
    ("in_passport", "Indian passport J8369854", "J8369854"),
    ("in_vehicle_registration", "vehicle registration KA 53 ME 3456", "KA 53 ME 3456"),
    ("pk_cnic", "CNIC 3520112345671", "3520112345671"),
    ("pk_cnic_written", "35201-1234567-1", "35201-1234567-1"),
    ("bd_nid", "NID: 1234567890123", "1234567890123"),
    ("lk_nic", "853400937V", "853400937V"),
    ("lk_nic_new", "NIC 198534000937", "198534000937"),
    ("sg_nric_fin", "S1234567D", "S1234567D"),
    ("sg_uen", "UEN 53125226D", "53125226D"),
    ("my_nric", "MyKad 770305021234", "770305021234"),
    ("my_nric_written", "NRIC 770305-02-1234", "770305-02-1234"),
    ("id_nik", "NIK 3171011708450001", "3171011708450001"),
    ("ph_tin", "BIR TIN: 000-123-456-001", "000-123-456-001"),
    ("ph_sss", "SSS 34-1234567-8", "34-1234567-8"),
    ("ph_philsys", "PhilSys 1234-5678-9012-3456", "1234-5678-9012-3456"),
    ("ph_umid", "UMID CRN 0028-1215160-9", "0028-1215160-9"),
    ("th_tnin", "เลขประจำตัวประชาชน 1-2345-67890-12-1", "1-2345-67890-12-1"),
    ("vn_cccd", "CCCD: 001085012345", "001085012345"),
    ("au_abn", "ABN 51 824 753 556", "51 824 753 556"),
    ("au_acn", "ACN 004 085 616", "004 085 616"),
    ("au_tfn", "TFN: 123 456 782", "123 456 782"),
    ("nz_ird", "IRD 49-091-850", "49-091-850"),
    ("national_id", "National ID: 1234567890", "1234567890"),
    ("national_id", "{'national_id': '99 1234 567'}", "99 1234 567"),
]


@pytest.mark.parametrize(("recognizer", "text", "value"), FOUND, ids=lambda each: str(each)[:40])
def test_an_identity_number_is_found(detector, recognizer, text, value):
    found = {(text[each.start : each.end], each.entity_type) for each in detector.scan_text(text)}
    (entity_type,) = {each.entity_type for each in RECOGNIZERS if each.name == recognizer}
    assert (value, entity_type) in found


def test_every_recognizer_of_identity_numbers_has_a_row():
    names = {each.name for module in MODULES for each in module.RECOGNIZERS}
    assert names == {recognizer for recognizer, _, _ in FOUND}


def test_forty_countries_are_known():
    countries = {
        each.entity_type[:2]
        for module in MODULES
        for each in module.RECOGNIZERS
        if each.entity_type[2] == "_"
    }
    assert len(countries) >= 60


@pytest.mark.parametrize(
    "text",
    [
        *("order 52998224725", "id 7503305044089", "1763900000000", "046454286", "36805280109"),
        *("ref 1237010180", "batch 111222333", "case-54362315K", "12345678A", "SKU ABC1234567"),
        *("test run 12345678", "the ein 123", "fin. 12", "pan 20 cm", "nip 7 and tuck 8"),
    ],
)
def test_the_same_digits_without_a_word_beside_them_are_left_alone(found, text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("key", "value", "entity_type"),
    [
        ("cpf", 52998224725, "BR_CPF"),
        ("customerBsn", "111222333", "NL_BSN"),
        ("personal_number", "19850101", "NATIONAL_ID"),
        ("national_insurance_number", "AB123456C", "UK_NINO"),
        ("aadhaar_no", 234123412346, "IN_AADHAAR"),
        ("tc_kimlik", "10000000146", "TR_NATIONAL_ID"),
    ],
)
def test_a_json_key_is_a_word_beside_it(detector, key, value, entity_type):
    assert [each.entity_type for each in detector.scan_json({key: value})] == [entity_type]


@pytest.mark.parametrize(
    ("text", "entity_type"),
    [
        ("CPF: 52998224720", "BR_CPF"),
        ("PESEL 44051401350", "PL_PESEL"),
        ("BSN 111222334", "NL_BSN"),
    ],
)
def test_a_wrong_check_digit_right_beside_the_word_is_a_mistyped_number(
    detector, text, entity_type
):
    assert [each.entity_type for each in detector.scan_text(text)] == [entity_type]
