"""A council with ready answers: propose, approve and use them as its members do."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session
from talk import Talk

from storage.model import Case, Correction, Entry, Member, Template

WRONG = "Apply at least one day before your visa ends."
RIGHT = "Apply at least three days before your visa ends."
TITLE = "Extend a visa"
ASKED = "How do I extend my visa? It ends in two weeks."


def council(talk: Talk) -> Talk:
    """Leyla and Samir answer, Vusal is the chair, Rana and Farid ask."""
    talk.seat("Leyla")
    talk.seat("Samir", languages="en,ru")
    talk.seat("Vusal", "chair")
    talk.agreed("Rana")
    talk.agreed("Farid")
    return talk


def newest(talk: Talk) -> Template:
    """The ready answer that was begun last."""
    return talk.work(lambda s: s.scalars(select(Template).order_by(Template.id.desc())).first())


def known(talk: Talk, template_id: int) -> Template:
    """A ready answer as it stands."""
    return talk.work(lambda s: s.get_one(Template, template_id))


def draft(
    talk: Talk,
    who: str,
    texts: Mapping[str, str],
    title: str = TITLE,
    checked: str = "1",
) -> int:
    """They write one, step by step, up to the page that shows all of it; gives its id."""
    talk.press(who, "propose")
    talk.write(who, title)
    made = newest(talk).id
    talk.press(who, f"rtopic:{made}:visa_entry")
    talk.write(who, "migration.gov.az/en/useful_detail/594")
    talk.deliver()
    talk.write(who, checked)
    for language in _order(talk, who):
        if language in texts:
            talk.write(who, texts[language])
        else:
            talk.press(who, f"rskip:{made}:{language}")
    talk.deliver()
    return made


def _order(talk: Talk, who: str) -> list[str]:
    spoken = talk.work(lambda s: member(s, who).languages[0])
    return list(dict.fromkeys([spoken, "en", *talk.charter.languages]))


def member(session: Session, alias: str) -> Member:
    """A member by name."""
    found = session.scalar(select(Member).where(Member.alias == alias))
    assert isinstance(found, Member)
    return found


def propose(talk: Talk, who: str, texts: Mapping[str, str] | str = RIGHT, **how: str) -> int:
    """They write one and hand it in."""
    made = draft(talk, who, {"en": texts} if isinstance(texts, str) else texts, **how)
    talk.press(who, f"rhand:{made}")
    talk.deliver()
    return made


def approve(talk: Talk, who: str, template_id: int) -> str:
    """They read it and approve it; gives what the button says."""
    said = talk.press(who, f"approve:{template_id}")
    talk.deliver()
    button = next((b for b in talk.buttons(who) if b.startswith(f"approved:{template_id}:")), "")
    said = talk.press(who, button) if button else said
    talk.deliver()
    return said


def ready(talk: Talk, texts: Mapping[str, str] | str = RIGHT, who: str = "Samir") -> int:
    """One that may be sent: proposed by Samir, approved by the chair."""
    made = propose(talk, who, texts)
    approve(talk, "Vusal", made)
    assert known(talk, made).state == "approved"
    return made


def asked(talk: Talk, who: str = "Rana", reader: str = "Leyla", text: str = ASKED) -> Case:
    """A request that this member reads."""
    case = talk.hand_in(who, text)

    def give(session: Session) -> None:
        row = session.get_one(Case, case.id)
        row.responsible_id = member(session, reader).id

    talk.work(give)
    return talk.case()


def sent(talk: Talk, case: Case, template_id: int, reader: str = "Leyla") -> None:
    """The member answers with it."""
    talk.press(reader, f"use:{case.reference}:{template_id}")
    talk.deliver()
    talk.press(reader, f"sendit:{case.reference}")
    talk.deliver()


def stopped(talk: Talk, who: str, template_id: int) -> None:
    """They say that it is wrong."""
    talk.press(who, f"wrong:{template_id}:never")
    talk.deliver()


def corrected(
    talk: Talk, template_id: int, who: str = "Samir", right: str = RIGHT, approver: str = "Vusal"
) -> int:
    """A corrected version is written by one and approved by the other; gives its id."""
    talk.press(who, f"redo:{template_id}:fix")
    made = newest(talk).id
    talk.press(who, f"rchecked:{made}:today")
    talk.press(who, f"rtext:{made}:en")
    talk.write(who, right)
    talk.press(who, f"rhand:{made}")
    talk.deliver()
    approve(talk, approver, made)
    assert known(talk, made).state == "approved"
    return made


def answers(talk: Talk, case: Case) -> list[Entry]:
    """What was sent to the writer of a request."""
    return talk.work(
        lambda s: list(
            s.scalars(
                select(Entry)
                .where(Entry.case_id == case.id, Entry.kind == "answer")
                .order_by(Entry.id)
            )
        )
    )


def corrections(talk: Talk) -> list[Correction]:
    """Every correction as it stands."""
    return talk.work(lambda s: list(s.scalars(select(Correction).order_by(Correction.id))))
