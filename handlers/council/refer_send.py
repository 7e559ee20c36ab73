"""What follows from a referral: the writer is told or asked, and the text is passed on."""

from handlers import offices
from handlers.council import cards, desk, refer, send
from handlers.messages import Choice, Outgoing
from handlers.migrant import referral
from handlers.told import shown
from handlers.turn import Scene, Turn, scene_of
from storage import audit, cases, referrals
from storage.model import Case, Outbox, Referral


def tell_there(turn: Turn, reference: str, office: str) -> None:
    """The writer gets name and number of the office: that is an answer."""
    case = desk.mine(turn, reference, "refer")
    if case is None:
        return
    body = offices.by_id(turn.charter, case, office)
    args = {"reference": reference, "office": office}
    if body is None or turn.someone.screen != "go_there" or turn.someone.screen_args != args:
        turn.toast = turn.tongue("There is nothing to send here any more.")
        return
    turn.close()
    theirs = refer.writers_tongue(turn, case)
    send.deliver(turn, case, "answer", refer.way_there(theirs, body))
    audit.note(
        turn.session, "referred", turn.now, by=turn.desk, about=case, way="told", office=office
    )
    turn.say(
        turn.tongue(
            "✅ Taken for {reference}. Its card says how far it comes.", reference=shown(turn, case)
        ),
        case_id=case.id,
    )
    cards.refresh(turn, case)


def may_we(turn: Turn, reference: str, office: str) -> None:
    """The writer is asked; the clock to the answer goes on."""
    text, case = refer.TEXT.held(turn, reference, office), desk.mine(turn, reference, "refer")
    if case is None:
        return
    body = offices.by_id(turn.charter, case, office)
    if body is None or text is None or referrals.unfinished(turn.session, case) is not None:
        turn.toast = turn.tongue("There is nothing to send here any more.")
        return
    turn.close()
    asked = Referral(
        case_id=case.id,
        member_id=turn.desk.id,
        body=office,
        text=text,
        state="asked",
        at=turn.now,
    )
    turn.session.add(asked)
    turn.session.flush()
    there = scene_of(turn.session, cases.writer(turn.session, case), turn.charter, turn.now)
    referral.ask(there, case, asked)
    audit.note(
        turn.session, "referred", turn.now, by=turn.desk, about=case, way="asked", office=office
    )
    turn.say(
        turn.tongue(
            "✅ The writer of {reference} is asked. Please pass nothing on before they say yes.",
            reference=shown(turn, case),
        ),
        case_id=case.id,
    )
    cards.refresh(turn, case)


def text_to_pass_on(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """What the writer allowed, and the button for when it is done; or that it may not be."""
    one = scene.session.get(Referral, row.args["referral"])
    if case is None or one is None:
        return None
    t, number = scene.tongue, shown(scene, case)
    if one.state in ("withdrawn", "refused"):
        return Outgoing(
            text=t("✋ {reference}: please pass nothing on.", reference=number), protect=True
        )
    body = offices.by_id(scene.charter, case, one.body)
    if one.state != "allowed" or body is None:
        return None
    text = t(
        "➡️ {reference}: the writer says yes.\nTo: <b>{office}</b>\n"
        "<blockquote>{text}</blockquote>\nPlease tell them exactly this, and nothing more.",
        reference=number,
        office=offices.called(t, body),
        text=t.written(one.text),
    )
    done = Choice(t("✅ Done, passed on"), f"passed:{case.reference}:{one.id}", "success")
    return Outgoing(text=text, choices=((done,),), protect=True)


def passed_on(turn: Turn, reference: str, number: str) -> None:
    """It was told to the office: the writer hears so."""
    case = desk.mine(turn, reference, "refer")
    if case is None:
        return
    one = referrals.numbered(turn.session, number)
    if one is None or one.case_id != case.id or one.state != "allowed":
        turn.toast = turn.tongue("Please pass nothing on: there is no yes for it now.")
        return
    one.state = "passed_on"
    there = scene_of(turn.session, cases.writer(turn.session, case), turn.charter, turn.now)
    there.say(referral.passed_on(there, case, one), case_id=case.id)
    audit.note(
        turn.session, "referral_passed_on", turn.now, by=turn.desk, about=case, office=one.body
    )
    turn.tidy(f"pass_on:{one.id}")
    turn.toast = turn.tongue("✅ The writer is told.")
    cards.refresh(turn, case)
