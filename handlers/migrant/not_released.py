"""A text that was to go to the Service does not go after all, and its writer hears so."""

from handlers.told import shown
from handlers.turn import Scene
from storage import audit, released
from storage.model import Case


def stop(there: Scene, case: Case) -> None:
    """Whatever of this request waits to be sent stays here: it became private."""
    one = released.unfinished(there.session, case)
    if one is None:
        return
    was, one.state, one.sends_at = one.state, "withdrawn", None
    audit.note(there.session, "release_withdrawn", there.now, about=case, unit=one.unit)
    if was == "agreed":
        tell(there, case)


def tell(there: Scene, case: Case) -> None:
    """They were told that it goes: now they are told that it did not."""
    there.say(
        there.tongue(
            "🏛 {reference}: your text was <b>not</b> sent to the {service}. "
            "Nothing went there. The council goes on with your request.",
            reference=shown(there, case),
        ),
        case_id=case.id,
    )
