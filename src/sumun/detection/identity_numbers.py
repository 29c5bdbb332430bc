"""Identity numbers of the world: what each is called, and the words people put beside it."""

import re

from sumun.detection.entity_type import EntityType, words

_WORDS = """
NATIONAL_ID: national_id: national id, national identity, national identification, identity
    number, identity card, id card no, personal id, personal identification, personal number,
    personal code, citizen id, tax id, tax identification, taxpayer, tax number,
    social insurance, government id, id document, identification number, identification no,
    national number, civil id, national registration: 신분증, 납세자번호, 납세자 번호, 세금번호,
    식별번호
US_ITIN: itin: itin, individual taxpayer, taxpayer id, tax id: 납세자번호
US_EIN: ein: ein, employer identification, employer id, fein, federal tax id:
US_PASSPORT: us_passport: passport, us passport, travel document: 여권
US_DRIVER_LICENSE: us_driver_license: driver license, driver's license, drivers license, driver
    licence, dl number, license number: 운전면허
CA_SIN: ca_sin: sin, social insurance, nas, assurance sociale: 사회보험번호
BR_CPF: br_cpf: cpf, cadastro de pessoas:
BR_CNPJ: br_cnpj: cnpj, cadastro nacional:
MX_CURP: mx_curp: curp, registro de población, registro de poblacion:
MX_RFC: mx_rfc: rfc, registro federal:
AR_DNI: ar_dni: dni, documento nacional, documento:
AR_CUIT: ar_cuit: cuit, cuil:
CL_RUT: cl_rut: rut, rol único, rol unico:
CO_NIT: co_nit: nit, identificación tributaria, identificacion tributaria:
CO_CC: co_cc: cédula, cedula, c.c., ciudadanía, ciudadania:
PE_RUC: pe_ruc: ruc, registro único, registro unico:
PE_DNI: pe_dni: dni peruano, dni perú, dni peru, peruvian dni:
EC_CI: ec_ci: cédula, cedula, cédula ecuatoriana, cédula de identidad, ci:
UY_CI: uy_ci: ci, cédula, cedula, cédula de identidad, cedula de identidad:
PY_RUC: py_ruc: ruc:
DO_CEDULA: do_cedula: cédula, cedula:
VE_RIF: ve_rif: rif, registro de información fiscal:
UK_NHS: uk_nhs: nhs, national health service, health service number:
UK_NINO: uk_nino: national insurance, nino, ni number, ni no, insurance number:
UK_UTR: uk_utr: utr, unique taxpayer, tax reference, self assessment:
UK_PASSPORT: uk_passport: uk passport, british passport, hm passport:
UK_DRIVING_LICENCE: uk_driving_licence: driving licence, driver licence, dvla, licence number:
UK_VEHICLE_REGISTRATION: uk_vehicle_registration: registration, number plate, vrm:
IE_PPSN: ie_ppsn: ppsn, pps, personal public service, rsi:
FR_NIR: fr_nir: nir, numéro de sécurité sociale, sécurité sociale, securite sociale, n° ss,
    insee, carte vitale:
FR_SPI: fr_spi: numéro fiscal, numero fiscal, spi, référence fiscale, reference fiscale:
BE_NRN: be_nrn: rijksregister, rijksregisternummer, registre national, numéro national, numero
    national, nationaal nummer, insz, niss, nrn, national register:
NL_BSN: nl_bsn: bsn, burgerservicenummer, burger service, sofinummer, sofi, citizen service:
LU_NIN: lu_nin: matricule, numéro d'identification national, numéro d'identification:
DE_TAX_ID: de_tax_id: steuer-id, steuerid, steuer id, idnr, steueridentifikationsnummer,
    steuerliche identifikationsnummer, steuer-identifikationsnummer, identifikationsnummer,
    german tax id, tin:
DE_ID_CARD: de_id_card: personalausweis, ausweis, ausweisnummer, german id:
DE_PASSPORT: de_passport: reisepass, pass-nr, passnummer:
DE_SOCIAL_SECURITY: de_social_security: rvnr, rentenversicherungsnummer,
    sozialversicherungsnummer, versicherungsnummer, rentenversicherung, sv-nummer:
AT_SVNR: at_svnr: svnr, sv-nummer, sv-nr, sozialversicherungsnummer, versicherungsnummer,
    sozialversicherung:
CH_AHV: ch_ahv: ahv, avs, avs-nr, ahv-nr, numéro avs, sozialversicherungsnummer, navs:
ES_NIF: es_nif: nif, dni, documento nacional, número de identificación fiscal, identificación
    fiscal, identificacion fiscal:
ES_NIE: es_nie: nie, número de identidad de extranjero, identidad de extranjero, extranjero:
ES_NUSS: es_nuss: nuss, naf, seguridad social, número de afiliación, numero de afiliacion:
ES_PASSPORT: es_passport: pasaporte:
PT_NIF: pt_nif: nif, contribuinte, número de contribuinte, numero de contribuinte, número
    fiscal:
PT_CC: pt_cc: cartão de cidadão, cartao de cidadao, cartão do cidadão, bilhete de identidade,
    cidadão:
IT_FISCAL_CODE: it_fiscal_code: codice fiscale, fiscal code, c.f., codicefiscale:
IT_VAT_CODE: it_vat_code: partita iva, p.iva, p. iva, piva, partitaiva:
IT_IDENTITY_CARD: it_identity_card: carta d'identità, carta identità, carta di identità:
IT_PASSPORT: it_passport: passaporto:
IT_DRIVER_LICENSE: it_driver_license: patente:
GR_AMKA: gr_amka: amka: αμκα
GR_AFM: gr_afm: afm: αφμ, α.φ.μ
MT_ID: mt_id: identity card, karta tal-identità, maltese id, malta id, id card:
HR_OIB: hr_oib: oib, osobni identifikacijski broj:
SI_EMSO: si_emso: emso, emšo:
RS_JMBG: rs_jmbg: jmbg, umcn, matični broj, maticni broj: јмбг, матични број, ембг
DK_CPR: dk_cpr: cpr, cpr-nr, cpr-nummer, cprnr, personnummer:
SE_PERSONNUMMER: se_personnummer: personnummer, personnr, pnr, samordningsnummer:
SE_ORGANISATIONSNUMMER: se_organisation: organisationsnummer, orgnummer, orgnr, org.nr, org nr,
    company identity code:
NO_FNR: no_fnr: fødselsnummer, fodselsnummer, fnr, personnummer, d-nummer, dnr:
FI_PERSONAL_IDENTITY_CODE: fi_hetu: hetu, henkilötunnus, henkilotunnus, personbeteckning:
IS_KT: is_kt: kennitala, kt.:
EE_IK: ee_ik: isikukood, ik:
LV_PK: lv_pk: personas kods, personas kodu:
LT_AK: lt_ak: asmens kodas, asmens kodo:
PL_PESEL: pl_pesel: pesel:
PL_NIP: pl_nip: nip, numer identyfikacji podatkowej:
PL_ID_CARD: pl_id_card: dowód osobisty, dowod osobisty, dowodu osobistego, seria i numer, nr
    dowodu:
CZ_BIRTH_NUMBER: cz_birth_number: rodné číslo, rodne cislo, rodného čísla, r.č., rč:
SK_BIRTH_NUMBER: sk_birth_number: rodné číslo, rodne cislo, slovak birth number:
HU_TAJ: hu_taj: taj, taj szám, taj-szám, tajszám:
HU_TAX_ID: hu_tax_id: adóazonosító, adoazonosito, adóazonosító jel:
HU_PERSONAL_ID: hu_personal_id: személyi szám, személyi azonosító, szemelyi szam:
RO_CNP: ro_cnp: cnp, cod numeric personal:
BG_EGN: bg_egn: egn: егн, единен граждански номер
UA_RNOKPP: ua_rnokpp: rnokpp, ipn, inn: рнокпп, іпн, ідентифікаційний номер, ідентифікаційний
    код
RU_INN: ru_inn: inn: инн
RU_SNILS: ru_snils: snils: снилс
RU_PASSPORT: ru_passport: russian passport, pasport: паспорт
KZ_IIN: kz_iin: iin: иин, жсн
TR_NATIONAL_ID: tr_national_id: tckn, tc kimlik, t.c. kimlik, kimlik, tc no, turkish id, kimlik
    numarası:
IL_TZ: il_tz: teudat zehut, teudat, israeli id: תעודת זהות, ת.ז, ת״ז, מספר זהות
SA_NID: sa_nid: iqama, saudi id, saudi national: رقم الهوية, الهوية الوطنية, رقم الإقامة
AE_EMIRATES_ID: ae_emirates_id: emirates id, eid: الهوية الإماراتية, رقم الهوية
KW_CIVIL_ID: kw_civil_id: civil id, kuwait: الرقم المدني
QA_QID: qa_qid: qid, qatar id, qatari id:
IR_NID: ir_nid: kode melli, code melli, iranian national: کد ملی, شماره ملی
ZA_ID_NUMBER: za_id: rsa id, south african id, identity number, sa id, permanent resident
    number, refugee id:
NG_NIN: ng_nin: nin, national identification:
NG_BVN: ng_bvn: bvn, bank verification:
EG_NID: eg_nid: egyptian id, egyptian national: الرقم القومي
KE_ID: ke_id: kenyan id, kenya id, huduma:
KE_PIN: ke_pin: kra pin, kra:
GH_CARD: gh_card: ghana card, ghanacard:
MA_CIN: ma_cin: cin, cnie, carte nationale:
CN_RIC: cn_ric: chinese id, resident identity, shenfenzheng: 身份证, 身份證, 公民身份号码, 身份号码
TW_NID: tw_nid: taiwan id, taiwanese id, national id: 身分證, 身份證, 統一編號
HK_HKID: hk_hkid: hkid, hong kong id, hk id, identity card: 香港身份證, 身份證
MO_BIR: mo_bir: bir, macau id, macao id: 澳門居民身份證
JP_MY_NUMBER: jp_my_number: my number, mynumber, individual number: マイナンバー, 個人番号
JP_PASSPORT: jp_passport: japanese passport: 旅券番号, パスポート
IN_AADHAAR: in_aadhaar: aadhaar, aadhar, uidai: आधार
IN_PAN: in_pan: pan, permanent account:
IN_GSTIN: in_gstin: gstin, gst:
IN_VOTER: in_voter: voter, epic, electors photo:
IN_PASSPORT: in_passport: indian passport:
IN_VEHICLE_REGISTRATION: in_vehicle_registration: vehicle, registration, number plate:
PK_CNIC: pk_cnic: cnic, nicop, nadra:
BD_NID: bd_nid: nid, bangladesh: জাতীয় পরিচয়পত্র
LK_NIC: lk_nic: nic, national identity card:
SG_NRIC_FIN: sg_nric_fin: nric, fin:
SG_UEN: sg_uen: uen, unique entity:
MY_NRIC: my_nric: mykad, nric, ic no, ic number, kad pengenalan, no. kp, mykid:
ID_NIK: id_nik: nik, ktp, nomor induk kependudukan:
PH_TIN: ph_tin: tin, bir tin, tax id:
PH_SSS: ph_sss: sss, social security system:
PH_PHILSYS: ph_philsys: philsys, pcn, psn, philid:
PH_UMID: ph_umid: umid, crn:
TH_TNIN: th_tnin: tnin, thai id, thai national, thai citizen: เลขประจำตัวประชาชน,
    เลขบัตรประชาชน, บัตรประชาชน
VN_CCCD: vn_cccd: cccd, cmnd, căn cước, can cuoc, chứng minh:
AU_ABN: au_abn: abn, australian business:
AU_ACN: au_acn: acn, australian company:
AU_TFN: au_tfn: tfn, tax file:
NZ_IRD: nz_ird: ird, inland revenue:
"""  # noqa: RUF001 - Greek and Cyrillic words are meant
"""Name, short name, words in Latin letters, words in other scripts."""


def _identity_number(row: str) -> EntityType:
    name, alias, latin, other = (part.strip() for part in f"{row} ".split(":"))
    return EntityType(name, "government_id", (alias,), words(latin), words(other))


_ROW = re.compile(r"^[A-Z].*(?:\n .*)*", re.MULTILINE)


IDENTITY_NUMBERS: tuple[EntityType, ...] = tuple(map(_identity_number, _ROW.findall(_WORDS)))
"""The identity, tax and licence numbers of countries other than Korea."""
