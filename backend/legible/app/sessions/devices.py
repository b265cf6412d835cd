"""What a device is called, from its `User-Agent`, in plain words."""

import re
from dataclasses import dataclass

import ua_parser
from fastapi import Request

# A longer one is no browser's, and looking through it takes time.
_MAX_USER_AGENT_CHARS = 400
_MAX_NAME_CHARS = 100

# Where the parser's name is not the one that people know.
_BROWSERS = {
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile WebView": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Edge Mobile": "Edge",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Opera Mobile": "Opera",
}
_SYSTEMS = {"Mac OS X": "macOS", "Chrome OS": "ChromeOS"}
_IOS_DEVICES = ("iPhone", "iPad", "iPod")


@dataclass(frozen=True)
class Device:
    """What asks, as far as a request tells."""

    name: str
    address: str | None


def device_of(request: Request) -> Device:
    """Answer what sent a request, and from where."""
    address = request.client.host[:64] if request.client else None
    return Device(name_device(request.headers.get("User-Agent", "")), address)


def name_device(user_agent: str) -> str:
    """`Mozilla/5.0 (Windows NT 10.0...) ... Firefox/140.0` to `Firefox on Windows`."""
    user_agent = user_agent[:_MAX_USER_AGENT_CHARS]
    found = ua_parser.parse(user_agent)
    browser = found.user_agent.family if found.user_agent else ""
    system = found.os.family if found.os else ""
    hardware = found.device.family if found.device else ""
    browser = _BROWSERS.get(browser, browser)
    system = hardware if system == "iOS" and hardware in _IOS_DEVICES else system
    name = " on ".join(part for part in (browser, _SYSTEMS.get(system, system)) if part)
    return name[:_MAX_NAME_CHARS] or _program(user_agent)


def _program(user_agent: str) -> str:
    """What is no browser names itself first: `legible-client/1.2 (...)`."""
    product = re.match(r"[A-Za-z][A-Za-z0-9 ._-]{0,49}", user_agent)
    return product[0].strip() if product else "Unknown device"
