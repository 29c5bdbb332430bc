"""Passwords that are tried first everywhere, known without any list on disk.

Whole passwords are judged, never parts of long ones: a word of these with a few digits or signs
around it, the same again and again, or a walk over the keyboard. Korean words are tried as they are
and as they come out on an English keyboard.
"""

import unicodedata
from collections.abc import Collection
from functools import cache
from typing import Final

_TRIMMED: Final = 8
"""Digits and signs around a word that do not make it another password."""
_UNIT: Final = 4
"""Characters whose repetition is no password."""
_STEPS: Final = 3
"""Walks over the keyboard that a password may be put together of and still be one of these."""

_ENGLISH: Final = """
abc access account admin administrator airbus alexander amanda america andrew angel angela apple
arsenal asdf asdfasdf ashley august austin autumn baby babygirl bailey banana barcelona baseball
basketball batman beautiful blessed blink bubbles buster butterfly camaro canada changeit changeme
changepassword changethis charlie cheese chelsea chocolate christmas college company computer
cookie corvette cowboys creative daniel database december default demo
diamond dolphin donald dragon eagles elephant elizabeth eminem england enter family february
ferrari fitness flower football forever freedom friday friends galaxy gandalf garfield george
ginger google grandma guest guitar hacker hannah happy harley hello helloworld hockey home house
iamgod iceman iloveu iloveyou iloveyousomuch internet invincible jackson january jasmine jennifer
jessica jesus jordan joshua justin killer knight korea korean ladies letmein letmeinnow
letmeinplease liverpool login london looking loremipsum loremipsumdolorsitamet lovely loveme
loveyou maggie manager manchester marina marlboro martin master matrix matthew maverick mercedes
merlin michael michelle mickey minecraft monday monkey monster morgan mother mustang mypassword
mysecretpassword myspace naruto natasha newpassword newyork nicole ninja nissan nothing november
october onetwothree onetwothreefour opensesame operator orange pass passcode passphrase passw
password passwort patrick peanut pepper phoenix pikachu pokemon princess private purple qazwsx
qazwsxedc qwer qwert qwerty qwertyui rabbit rachel rainbow ranger raptor realmadrid remember
richard robert rockyou root samantha samsung saturday school scooter secret secure security seoul
september server service shadow shalom silver simple slipknot snoopy soccer sophie spiderman
spring starwars steelers stella strong strongpassword student summer sunday sunflower sunshine
superman supersecretpassword superstar support sweetheart sydney system taylor temp temporary
temppassword test tester testing testpassword thequickbrownfox thisismypassword thomas thunder
thursday tigers tigger tobeornottobe toor topsecretpassword training trustno trustnoone tuesday
tweety unknown user username vanessa victoria vmware wednesday welcome welcomehome whatever
william winner winter wizard wonderful yankees yellow youtube zaq zxcv zxcvbn
"""
_KOREAN: Final = """
비밀번호 비번 패스워드 암호 관리자 운영자 사용자 안녕 안녕하세요 사랑 사랑해 사랑해요 사랑합니다
대한민국 한국 한국인 서울 부산 엄마 아빠 가족 친구 행복 행복해 행복하자 천사 바보 멍청이 나비 하늘
바다 구름 별빛 무지개 햇살 봄날 겨울 여름 가을 네이버 카카오 카카오톡 삼성 현대 엘지 롯데 두산
축구 야구 농구 태권도 김치 라면 떡볶이 치킨 소주 맥주 커피 강아지 고양이 호랑이 독도 독도는우리땅
동해물과백두산이 백두산 한라산 무궁화 세종대왕 이순신 홍길동 가나다라 가나다라마바사 동방신기
소녀시대 방탄소년단 아이유 스타크래프트 리니지 메이플 오버워치 화이팅 파이팅 대박 부자되세요
돈많이벌자 아자아자 컴퓨터 인터넷 회사 학교 선생님 테스트 로그인 접속 열려라참깨 참깨 수문
"""

_ROWS: Final = (
    "1234567890",
    "!@#$%^&*()",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qazwsxedcrfvtgbyhnujm",
    "q1w2e3r4t5y6u7i8o9p0",
    "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ",
    "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ",
    "ㅋㅌㅊㅍㅠㅜㅡ",
    "가나다라마바사아자차카타파하",
)
_STEP: Final = 3
"""Characters of a walk at least."""
_LIKENESS: Final = str.maketrans("@4310$5!7", "aaeiossit")

# The keys of the Dubeolsik layout, in the order of Unicode's syllables.
_LEADS: Final = "r R s e E f a q Q t T d w W c z x v g"
_VOWELS: Final = "k o i O j p u P h hk ho hl y n nj np nl b m ml l"
_TAILS: Final = "r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g"
_FIRST_SYLLABLE, _LAST_SYLLABLE = "가", "힣"


def is_common(password: str, names: Collection[str] = ()) -> bool:
    """Say whether it is tried first, also because of whose it is and where it is used.

    Parameters
    ----------
    names:
        The user name, the service's name and the like.

    """
    text = _plain(password)
    words = _words() | {_joined(_plain(name)) for name in names if name}
    if any(core in words for core in _cores(text)):
        return True
    return _is_repeated(text, words) or _is_walk(text)


def keys_of(korean: str) -> str:
    """Return what comes of Korean typed on a keyboard that is set to English."""
    return "".join(map(_keys, korean))


def _keys(character: str) -> str:
    if not _FIRST_SYLLABLE <= character <= _LAST_SYLLABLE:
        return character
    # Unicode §3.12: a syllable is its lead, vowel and tail by arithmetic.
    leads, vowels, tails = _LEADS.split(), _VOWELS.split(), ["", *_TAILS.split()]
    rest, tail = divmod(ord(character) - ord(_FIRST_SYLLABLE), len(tails))
    lead, vowel = divmod(rest, len(vowels))
    return leads[lead] + vowels[vowel] + tails[tail]


@cache
def _words() -> frozenset[str]:
    korean = _KOREAN.split()
    return frozenset({*_ENGLISH.split(), *korean, *map(str.casefold, map(keys_of, korean))})


def _cores(text: str) -> set[str]:
    """Return the word that may be at its core: without what is around it, and as it is meant."""
    whole = _joined(text)
    meant = whole.translate(_LIKENESS)
    return {whole, meant, _trimmed(whole), _trimmed(meant), _trimmed(whole).translate(_LIKENESS)}


def _trimmed(text: str) -> str:
    letters = [n for n, each in enumerate(text) if each.isalpha()]
    core = text[letters[0] : letters[-1] + 1] if letters else text
    return core if len(text) - len(core) <= _TRIMMED else text


def _joined(text: str) -> str:
    return "".join(each for each in text if not each.isspace() and each not in "-_.")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _is_repeated(text: str, words: Collection[str]) -> bool:
    for length in range(1, len(text) // 2 + 1):
        unit = text[:length]
        if unit * (len(text) // length) + unit[: len(text) % length] == text:
            return length <= _UNIT or any(core in words for core in _cores(unit)) or _is_walk(unit)
    return False


def _is_walk(text: str) -> bool:
    """Say whether it is put together of a few walks along rows, to either side."""
    position = steps = 0
    while position < len(text) and steps < _STEPS:
        length = _walked(text[position:])
        if length < min(_STEP, len(text) - position):
            return False
        position += length
        steps += 1
    return position == len(text)


def _walked(text: str) -> int:
    """Return how far a text goes along some row."""
    best = 0
    for row in _rows():
        length = best + 1
        while length <= len(text) and text[:length] in row:
            best, length = length, length + 1
    return best


@cache
def _rows() -> tuple[str, ...]:
    # Twice, for those who go on at its beginning.
    rows = [_plain(each) for each in _ROWS]
    return tuple(row * 2 for each in rows for row in (each, each[::-1]))
