"""How a second reading looks: to whoever reads, and to the answer's author."""

from handlers.council import history, preview, second_reader
from handlers.council.reviewing import is_asked
from handlers.language import Rich, Tongue
from handlers.messages import Attachment, Choice, Outgoing
from handlers.told import shown
from handlers.turn import Scene
from storage.model import Case, Member, Outbox, Review


def to_read(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """To the second reader: what was asked, and the answer exactly as its writer would see it."""
    review = scene.session.get(Review, row.args["review"])
    if case is None or review is None or not is_asked(scene, case, review):
        return None
    t, reference = scene.tongue, case.reference
    author = scene.session.get_one(Member, review.author_id)
    theirs = Tongue(case.language, scene.charter)
    words = preview.envelope(
        theirs, review.held["kind"], shown(scene, case), author.alias, review.held["text"]
    )
    lines = [
        t(
            "👀 <b>{reference}</b>: {alias} asks you to read an answer before it goes.",
            reference=shown(scene, case),
            alias=author.alias,
        ),
        history.whole(scene, case, "message", "answer", "question"),
        Rich("———"),
        t("👁 <b>This is what the writer will see:</b>"),
        Rich(f"<blockquote>{words}</blockquote>"),
    ]
    files = [
        *(
            (Choice(t("📎 Voice and files"), f"files:{reference}"),)
            if history.has_files(scene, case)
            else ()
        ),
        *(
            (Choice(t("📎 Files of the answer"), f"attached:{reference}:{review.id}"),)
            if review.held["attachments"]
            else ()
        ),
    ]
    choices: list[tuple[Choice, ...]] = [
        (Choice(t("✅ Good to send"), f"good:{reference}:{review.id}", "success"),),
        (
            Choice(t("✏️ Please change"), f"object:{reference}:{review.id}"),
            Choice(t("I cannot"), f"cannot:{reference}:{review.id}"),
        ),
    ]
    choices += [(choice,) for choice in files]
    return Outgoing(text=Rich("\n".join(lines)), choices=tuple(choices), protect=True)


def its_files(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """What the answer would carry."""
    review = scene.session.get(Review, row.args["review"])
    if case is None or review is None or not is_asked(scene, case, review):
        return None
    files = tuple(Attachment(**file) for file in review.held["attachments"])
    text = scene.tongue.fill("📎 {reference}", reference=shown(scene, case))
    return Outgoing(text=text, attachments=files, protect=True) if files else None


def asked_note(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """In place of a preview that somebody else reads now."""
    review = scene.session.get(Review, row.args["review"])
    if case is None or review is None or review.author_id != scene.chat.member_id:
        return None
    t = scene.tongue
    reader = scene.session.get_one(Member, review.reader_id)
    return Outgoing(
        text=t(
            "👀 {alias} reads your answer to {reference} before it goes. You are told.",
            alias=reader.alias.split("·")[0],
            reference=shown(scene, case),
        ),
        choices=((Choice(t("↩️ Back to the text"), f"reviewed:{case.reference}:{review.id}"),),),
        protect=True,
    )


def reviewed(scene: Scene, row: Outbox, case: Case | None) -> Outgoing | None:
    """To its author, who is busy with something else: what came of it, and the way back."""
    review = scene.session.get(Review, row.args["review"])
    if case is None or review is None or review.author_id != scene.chat.member_id:
        return None
    if review.state not in second_reader.OUTCOMES:
        return None
    t = scene.tongue
    number = t.fill("<b>{reference}</b>", reference=shown(scene, case))
    return Outgoing(
        text=Rich(f"{number}\n{second_reader.told(scene, review)}"),
        choices=((Choice(t("👁 Show the answer"), f"reviewed:{case.reference}:{review.id}"),),),
        protect=True,
    )
