import pytest

from sumun.detection.checksums import luhn, mod_11_10, verhoeff
from sumun.detection.recognizers import (
    africa,
    americas,
    british_isles,
    east_asia,
    eastern_europe,
    financial,
    health,
    middle_east,
    northern_europe,
    oceania,
    south_asia,
    southeast_asia,
    southern_europe,
    western_europe,
)
from sumun.detection.recognizers.kr import brn_checksum, corp_checksum, frn_checksum, rrn_checksum


@pytest.mark.parametrize("digits", ["4111111111111111", "378282246310005", "79927398713"])
def test_luhn_holds(digits):
    assert luhn(digits)


@pytest.mark.parametrize(
    ("checksum", "digits"),
    [
        (rrn_checksum, "9001011234568"),
        (frn_checksum, "9001015234561"),
        (brn_checksum, "1248100998"),
        (corp_checksum, "1301110006246"),
    ],
)
def test_a_registration_number_holds(checksum, digits):
    assert checksum(digits)


@pytest.mark.parametrize(
    ("checksum", "digits"),
    [
        (luhn, "4111111111111111"),
        (rrn_checksum, "9001011234568"),
        (frn_checksum, "9001015234561"),
        (brn_checksum, "1248100998"),
        (corp_checksum, "1301110006246"),
    ],
)
def test_exactly_one_last_digit_holds(checksum, digits):
    assert [n for n in range(10) if checksum(f"{digits[:-1]}{n}")] == [int(digits[-1])]


PUBLISHED = [
    # numbers that governments, standards and encyclopedias print as examples
    (americas.ca_sin, "046454286"),
    (americas.br_cpf, "52998224725"),
    (americas.ar_cuit, "20055361682"),
    (americas.co_nit, "2131234321"),
    (americas.pe_ruc, "20512333797"),
    (americas.ec_ci, "1714307103"),
    (americas.uy_ci, "12345672"),
    (americas.py_ruc, "800280610"),
    (british_isles.uk_nhs, "9434765919"),
    (western_europe.nl_bsn, "111222333"),
    (western_europe.de_tax_id, "36574261809"),
    (western_europe.ch_ahv, "7569217076985"),
    (southern_europe.pt_nif, "501964843"),
    (southern_europe.it_vat_code, "00743110157"),
    (southern_europe.gr_amka, "01013099997"),
    (southern_europe.gr_afm, "094259216"),
    (southern_europe.si_emso, "0101006500006"),
    (mod_11_10, "33392005961"),
    (northern_europe.se_personnummer, "8803200016"),
    (northern_europe.no_fnr, "15108695088"),
    (northern_europe.baltic, "36805280109"),
    (northern_europe.baltic, "33309240064"),
    (northern_europe.lv_pk, "16117519997"),
    (eastern_europe.pl_pesel, "44051401359"),
    (eastern_europe.pl_nip, "8567346215"),
    (eastern_europe.hu_taj, "123456788"),
    (eastern_europe.hu_tax_id, "8071592153"),
    (eastern_europe.ro_cnp, "1630615123457"),
    (eastern_europe.bg_egn, "7523169263"),
    (eastern_europe.ua_rnokpp, "1759013776"),
    (eastern_europe.ru_inn, "7707083893"),
    (eastern_europe.ru_inn, "500100732259"),
    (eastern_europe.kz_iin, "850101300005"),
    (eastern_europe.birth_number, "7103192745"),
    (middle_east.tr_national_id, "10000000146"),
    (middle_east.ir_nid, "0012345679"),
    (middle_east.il_tz, "039337423"),
    (africa.za_id, "7503305044089"),
    (east_asia.cn_ric, "360426199101010071"),
    (east_asia.jp_my_number, "123456789018"),
    (south_asia.in_aadhaar, "234123412346"),
    (southeast_asia.th_tnin, "1234567890121"),
    (oceania.au_acn, "004085616"),
    (oceania.au_tfn, "123456782"),
    (oceania.nz_ird, "49091850"),
    (health.us_npi, "1234567893"),
    (financial.aba_routing, "121000358"),
    (verhoeff, "2363"),
]


@pytest.mark.parametrize(("checksum", "digits"), PUBLISHED)
def test_a_published_number_holds_and_no_other_last_digit_does(checksum, digits):
    assert [n for n in range(10) if checksum(f"{digits[:-1]}{n}")] == [int(digits[-1])]


@pytest.mark.parametrize(
    ("checksum", "code"),
    [
        (americas.br_cnpj, "11222333000181"),
        (americas.br_cnpj, "12ABC34501DE35"),
        (americas.mx_curp, "BOXW310820HNERXN09"),
        (americas.mx_rfc, "GODE561231GR8"),
        (americas.cl_rut, "125319092"),
        (americas.ve_rif, "V114702834"),
        (british_isles.uk_utr, "1955839661"),
        (british_isles.ie_ppsn, "6433435F"),
        (british_isles.ie_ppsn, "6433435OA"),
        (western_europe.fr_nir, "295109912611193"),
        (western_europe.fr_spi, "3023217600053"),
        (western_europe.be_nrn, "85073003328"),
        (western_europe.lu_nin, "1893120105732"),
        (western_europe.at_svnr, "1237010180"),
        (western_europe.de_social_security, "65070803A019"),
        (western_europe.de_health_insurance, "A123456780"),
        (southern_europe.es_nif, "54362315K"),
        (southern_europe.es_nie, "X2482300W"),
        (southern_europe.pt_cc, "000000000ZZ4"),
        (southern_europe.it_fiscal_code, "RSSMRA85T10A562S"),
        (northern_europe.fi_hetu, "131052308T"),
        (northern_europe.is_kt, "1201743399"),
        (eastern_europe.ru_snils, "11223344595"),
        (eastern_europe.pl_id_card, "ABA300000"),
        (east_asia.cn_ric, "11010519491231002X"),
        (east_asia.tw_nid, "A123456789"),
        (east_asia.hk_hkid, "A1234563"),
        (east_asia.hk_hkid, "AB9876543"),
        (south_asia.in_gstin, "27AAPFU0939F1ZV"),
        (southeast_asia.sg_nric_fin, "S1234567D"),
        (oceania.au_abn, "51824753556"),
        (health.au_medicare, "2123456701"),
        (health.dea, "BB1388568"),
    ],
)
def test_a_published_code_holds_and_not_with_two_characters_swapped(checksum, code):
    assert checksum(code)
    swaps = [
        code[:at] + code[at + 1] + code[at] + code[at + 2 :]
        for at in range(2, len(code) - 1)
        if code[at] != code[at + 1] and code[at].isdigit() and code[at + 1].isdigit()
    ]
    # A few pairs escape any check of one character; most do not.
    assert sum(map(checksum, swaps)) <= len(swaps) // 3
