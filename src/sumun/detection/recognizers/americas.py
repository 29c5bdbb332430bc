"""America without the United States: identity and tax numbers."""

from sumun.detection.checksums import dot, eleven, luhn
from sumun.detection.recognizer import Recognizer
from sumun.detection.recognizers.identity import (
    LETTER_DIGITS,
    code,
    number,
)


def ca_sin(digits: str) -> bool:
    """Social insurance number: Luhn; 0 begins none, 8 only businesses' numbers."""
    return digits[0] != "8" and digits != "0" * 9 and luhn(digits)


def br_cpf(digits: str) -> bool:
    """Cadastro de Pessoas Físicas: two check digits, modulus 11."""
    if len(set(digits)) == 1:
        return False
    first, second = (dot(digits[: n - 1], range(n, 1, -1)) * 10 % 11 % 10 for n in (10, 11))
    return (first, second) == (int(digits[9]), int(digits[10]))


_CNPJ = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)


def br_cnpj(written: str) -> bool:
    """Cadastro Nacional da Pessoa Jurídica; since July 2026 with letters, worth ASCII less 48."""
    values = [ord(character) - 48 for character in written]
    if len(set(values)) == 1 or not written[12:].isdigit():
        return False
    for length in (12, 13):
        total = sum(v * w for v, w in zip(values, _CNPJ[13 - length :], strict=False))
        check = -total % 11
        if (0 if check == 10 else check) != values[length]:  # noqa: PLR2004 - has no digit
            return False
    return True


_CURP = "0123456789ABCDEFGHIJKLMN\u00d1OPQRSTUVWXYZ"


def mx_curp(written: str) -> bool:
    """Clave Única de Registro de Población: weights 18 to 2, modulus 10."""
    total = sum(_CURP.index(each) * (18 - n) for n, each in enumerate(written[:17]))
    return str(-total % 10) == written[17]


_RFC = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ \u00d1"


def mx_rfc(written: str) -> bool:
    """Registro Federal de Contribuyentes: weights 13 to 2, modulus 11."""
    total = sum(_RFC.index(each) * (13 - n) for n, each in enumerate(written.rjust(13)[:12]))
    return "0123456789A"[-total % 11] == written[-1]


_CUIT = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
ar_cuit = eleven(*_CUIT, ten=9)
"""CUIT and CUIL: modulus 11."""


def cl_rut(written: str) -> bool:
    """Rol Único Tributario: weights 2 to 7 from the right, K for ten."""
    body, check = written[:-1], written[-1]
    return "0123456789K"[-dot(reversed(body), (2, 3, 4, 5, 6, 7, 2, 3, 4)) % 11] == check


_NIT = (3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71)


def co_nit(digits: str) -> bool:
    """Número de Identificación Tributaria: weights are primes from the right, modulus 11."""
    rest = dot(reversed(digits[:-1]), _NIT) % 11
    return (rest if rest < 2 else 11 - rest) == int(digits[-1])  # noqa: PLR2004


def pe_ruc(digits: str) -> bool:
    """Registro Único de Contribuyentes: kind of taxpayer, then modulus 11."""
    check = (11 - dot(digits, _CUIT) % 11) % 10
    return digits[:2] in ("10", "15", "16", "17", "20") and check == int(digits[10])


def ec_ci(digits: str) -> bool:
    """Cédula of Ecuador: province, third digit below six, Luhn."""
    return (1 <= int(digits[:2]) <= 24 or digits[:2] == "30") and digits[2] < "6" and luhn(digits)  # noqa: PLR2004 - provinces


def uy_ci(digits: str) -> bool:
    """Cédula of Uruguay: weights 2987634, modulus 10."""
    padded = digits.zfill(8)
    return -dot(padded, (2, 9, 8, 7, 6, 3, 4)) % 10 == int(padded[7])


def py_ruc(digits: str) -> bool:
    """RUC of Paraguay: weights from 2 upward from the right, modulus 11."""
    rest = dot(reversed(digits[:-1]), range(2, 12)) % 11
    return (11 - rest if rest > 1 else 0) == int(digits[-1])


_RIF = {"V": 4, "E": 8, "J": 12, "P": 16, "G": 20}


def ve_rif(written: str) -> bool:
    """RIF of Venezuela: kind of taxpayer, then modulus 11."""
    check = -(_RIF[written[0]] + dot(written[1:], (3, 2, 7, 6, 5, 4, 3, 2))) % 11
    return (0 if check > 9 else check) == int(written[9])  # noqa: PLR2004 - has no digit


RECOGNIZERS: tuple[Recognizer, ...] = (
    number("ca_sin", "CA_SIN", r"000[- ]000[- ]000|0{9}", ca_sin),
    number("br_cpf", "BR_CPF", r"0{9}-?00", br_cpf),
    number("br_cpf_written", "BR_CPF", r"000\.000\.000-00", br_cpf, valid=0.85, invalid=0.45),
    number("br_cnpj", "BR_CNPJ", r"0{14}", br_cnpj),
    code(
        "br_cnpj_written",
        "BR_CNPJ",
        rb"/[0-9A-Z]{4}-[0-9]{2}",
        r"[0-9A-Z]{2}\.?[0-9A-Z]{3}\.?[0-9A-Z]{3}/[0-9A-Z]{4}-[0-9]{2}",
        br_cnpj,
        valid=0.85,
        invalid=0.4,
    ),
    code(
        "mx_curp",
        "MX_CURP",
        LETTER_DIGITS,
        r"[A-Z][AEIOUX][A-Z]{2}[0-9]{6}[HMX][A-Z]{5}[0-9A-Z][0-9]",
        mx_curp,
        valid=0.95,
        invalid=0.6,
    ),
    code(
        "mx_rfc",
        "MX_RFC",
        rb"[A-Z&\x91]-?[0-9]{2}[01][0-9][0-3][0-9]-?[0-9A-Z]{2}[0-9A]",
        r"[A-Z\u00d1&]{3,4}-?[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]-?[0-9A-Z]{2}[0-9A]",
        mx_rfc,
        valid=0.7,
        invalid=0.3,
    ),
    number("ar_dni", "AR_DNI", r"00?\.000\.000|0{7,8}"),
    number("ar_cuit", "AR_CUIT", r"00-?0{8}-?0", ar_cuit),
    number("cl_rut", "CL_RUT", r"00?\.000\.000-0|0{7,8}-0", cl_rut, valid=0.45),
    code(
        "cl_rut_k",
        "CL_RUT",
        rb"[0-9]-[Kk]",
        r"[0-9]{1,2}\.?[0-9]{3}\.?[0-9]{3}-[Kk]",
        cl_rut,
        valid=0.7,
        invalid=0.3,
    ),
    number("co_nit", "CO_NIT", r"000\.000\.000-0|0{9}-?0", co_nit),
    number("co_cc", "CO_CC", r"0{1,3}(?:\.000){2,3}|0{7,10}"),
    number("pe_ruc", "PE_RUC", r"0{11}", pe_ruc),
    number("pe_dni", "PE_DNI", r"0{8}(?:-0)?"),
    number("ec_ci", "EC_CI", r"0{9}-?0", ec_ci),
    number("uy_ci", "UY_CI", r"0\.000\.000-0|0{6,7}-0|0{7,8}", uy_ci),
    number("py_ruc", "PY_RUC", r"0{6,8}-0", py_ruc),
    number("do_cedula", "DO_CEDULA", r"000-?0{7}-?0", luhn),
    code(
        "ve_rif",
        "VE_RIF",
        rb"[VEJPG]-?[0-9]{8}",
        r"[VEJPG]-?[0-9]{8}-?[0-9]",
        ve_rif,
        valid=0.45,
    ),
)
