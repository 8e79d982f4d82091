"""Who carries parcels: what staff write for them, what they are called, where one follows them."""

from dataclasses import dataclass
from urllib.parse import quote

from app.kernel.i18n import locale_tag

HUB = "https://www.kuaidi100.com/chaxun?com={0}&nu="


@dataclass(frozen=True, slots=True)
class Carrier:
    """One of them.

    Attributes:
        url: where a parcel is followed; its number comes at the end.
        also: other names that files have for it, in small letters.
    """

    key: str
    zh: str
    en: str
    url: str
    also: tuple[str, ...] = ()


CARRIERS = (
    Carrier("sf", "顺丰速运", "SF Express", HUB.format("shunfeng"), ("顺丰", "sf express")),
    Carrier("jd", "京东物流", "JD Logistics", HUB.format("jd"), ("京东", "京东快递")),
    Carrier("zto", "中通快递", "ZTO Express", HUB.format("zhongtong"), ("中通",)),
    Carrier("yto", "圆通速递", "YTO Express", HUB.format("yuantong"), ("圆通", "圆通快递")),
    Carrier("sto", "申通快递", "STO Express", HUB.format("shentong"), ("申通",)),
    Carrier("yunda", "韵达快递", "Yunda Express", HUB.format("yunda"), ("韵达", "韵达速递")),
    Carrier("jt", "极兔速递", "J&T Express", HUB.format("jtexpress"), ("极兔", "极兔快递")),
    Carrier("ems", "中国邮政 EMS", "China Post EMS", HUB.format("ems"), ("邮政", "中国邮政")),
    Carrier("deppon", "德邦快递", "Deppon", HUB.format("debangkuaidi"), ("德邦",)),
    Carrier("dhl", "DHL", "DHL", HUB.format("dhl"), ()),
    Carrier("fedex", "联邦快递", "FedEx", HUB.format("fedex"), ("联邦",)),
    Carrier("ups", "UPS", "UPS", HUB.format("ups"), ()),
)
_KNOWN = {
    name.casefold(): each for each in CARRIERS for name in (each.key, each.zh, each.en, *each.also)
}


def find_carrier(text: str) -> Carrier | None:
    """Return the carrier that somebody means, or None."""
    return _KNOWN.get(text.strip().casefold())


def carrier_name(stored: str) -> str:
    """Return what a stored carrier is called in the reader's language; an unknown one as it is."""
    found = find_carrier(stored)
    if found is None:
        return stored
    return found.zh if locale_tag().startswith("zh") else found.en


def tracking_url(stored: str, number: str) -> str | None:
    """Return where a parcel can be followed, or None where nobody knows its carrier."""
    found = find_carrier(stored)
    return f"{found.url}{quote(number, safe='')}" if found else None
