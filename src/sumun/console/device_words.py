"""The texts of the page where devices are connected, in Korean."""

from typing import Final

DEVICE_KOREAN: Final[dict[str, str]] = {
    "Connect a device": "기기 연결",
    "Type in the code that the device shows.": "기기에 표시된 코드를 입력하세요.",
    "Go on only if your device shows this very code.": (
        "기기에 바로 이 코드가 표시되어 있을 때만 계속하세요."
    ),
    "Code": "코드",
    "The device is connected": "기기가 연결되었습니다",
    "The device is not connected": "기기를 연결하지 않았습니다",
    "You can close this page and go back to the device.": (
        "이 페이지를 닫고 기기로 돌아가셔도 됩니다."
    ),
    "The device that shows this code will act for you. If somebody sent you the code, do not "
    "allow it.": (
        "이 코드를 표시한 기기가 회원님을 대신해 작업합니다. 다른 사람이 보낸 코드라면 "
        "허용하지 마세요."
    ),
    "Asked from": "요청한 곳",
    "No device shows this code, or not any more. Check it, or start again there.": (
        "이 코드를 표시한 기기가 없거나 코드가 만료되었습니다. 코드를 확인하거나 기기에서 "
        "다시 시작해 주세요."
    ),
    "Somebody else has typed this code in. Start again on the device.": (
        "다른 사람이 이미 이 코드를 입력했습니다. 기기에서 다시 시작해 주세요."
    ),
    "Too many wrong codes. Wait {seconds} seconds, then try again.": (
        "틀린 코드를 너무 많이 입력했습니다. {seconds}초 뒤에 다시 시도해 주세요."
    ),
}
