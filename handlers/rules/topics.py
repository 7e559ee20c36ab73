"""What requests are about: the topics, and which of them a text suggests."""

from collections.abc import Mapping
from dataclasses import dataclass

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Topic:
    """One subject of requests.

    `label` is the English source text. `gcm` are objectives of the Global Compact for Migration,
    for reports. `dated`: a date on a paper decides something here, so it is asked for.
    """

    icon: str
    label: str
    gcm: tuple[int, ...] = ()
    dated: bool = False


TOPICS: Mapping[str, Topic] = {
    "registration": Topic("📍", "Registration at place of stay", (4, 15), dated=True),
    "residence": Topic("🪪", "Residence permit and longer stay", (5, 7), dated=True),
    "work_permit": Topic("🛠️", "Work permit", (5, 6), dated=True),
    "labour": Topic("👷", "Problems at work", (6,), dated=True),
    "citizenship": Topic("🏛️", "Citizenship and statelessness", (4,)),
    "asylum": Topic("🕊️", "Asylum and refugee status", (7,), dated=True),
    "visa_entry": Topic("🛂", "Visa, invitation, entry and exit", (5, 11), dated=True),
    "fines": Topic("⚖️", "Fines, overstay and expulsion", (7, 13), dated=True),
    "documents": Topic("📄", "Passport, ID, FIN and e-services", (4,)),
    "health": Topic("🩺", "Health care and insurance", (15,)),
    "education": Topic("🎓", "School, university and language", (15, 18)),
    "family": Topic("👪", "Marriage, birth and family", (7, 15)),
    "housing": Topic("🏠", "Housing and landlord", (15,), dated=True),
    "discrimination": Topic("🤝", "Discrimination and hate", (17,)),
    "service": Topic("🗣️", "Service, staff conduct, corruption", (3, 12)),
    OTHER: Topic("✳️", "Something else"),
}
