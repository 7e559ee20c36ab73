"""The one open question of a person: drawn as it is now, asked again, gone on with."""

from collections.abc import Callable, Mapping
from typing import Any

from handlers.council import (
    answer,
    away,
    ballot,
    bans,
    bulk,
    chair,
    close,
    conflicts,
    corrections,
    desk_filters,
    desk_list,
    election,
    find,
    hand_over,
    invitations,
    link,
    make_private,
    notes,
    own_seat,
    preview,
    reassign,
    record,
    refer,
    release,
    reveal,
    reviewing,
    seat_endings,
    seats,
    sort,
    substitute,
    template_approval,
    template_pages,
    template_stop,
    template_use,
    templates,
    which,
)
from handlers.council.free_words import WORDS_FOR
from handlers.migrant import (
    about_whom,
    banned,
    draft,
    elsewhere,
    follow,
    forget,
    hand_in,
    manager,
    menu,
    rating,
    referral,
    released,
    requests,
    safe_time,
    safety,
    welcome,
)
from handlers.screens import RESTING as RESTING
from handlers.screens import Screen
from handlers.turn import Scene, Turn

SCREENS: Mapping[str, Callable[..., Screen | None]] = {
    "languages": welcome.languages,
    "privacy": welcome.privacy,
    "menu": menu.main,
    "requests": requests.screen,
    "status": requests.status,
    "answered": rating.screen,
    "referral": referral.screen,
    "may_release": released.screen,
    "draft": draft.screen,
    "topics": draft.topics,
    "sharing": draft.sharing,
    "paper_date": hand_in.paper_date,
    "is_it_safe": safety.is_it_safe,
    "nobody_private": safety.nobody_private,
    "about_whom": about_whom.whom,
    "about_member": about_whom.which,
    "not_whom": safety.not_whom,
    "manager": manager.screen,
    "safe_time": safe_time.when,
    "safe_hours": safe_time.hours,
    "safe_word": safe_time.word,
    "forget": forget.first_step,
    "forget_sure": forget.second_step,
    "close_reasons": close.close_reasons,
    "close_sure": close.close_sure,
    "sort": sort.screen,
    "why_lower": sort.why_lower,
    "link": link.screen,
    "bulk_write": bulk.write,
    "bulk_reasons": bulk.reasons,
    "bulk": bulk.screen,
    "refer": refer.screen,
    "refer_how": refer.how,
    "go_there": refer.go_there,
    "refer_write": refer.write,
    "refer_text": refer.text_seen,
    "release": release.screen,
    "release_write": release.write,
    "release_text": release.text_seen,
    "make_private": make_private.screen,
    "desk": desk_list.screen,
    "desk_views": desk_filters.views,
    "desk_filters": desk_filters.filters,
    "desk_values": desk_filters.filter_values,
    "find": find.screen,
    "found": find.results,
    "compose": answer.compose,
    "preview": preview.screen,
    "which": which.screen,
    "whom": hand_over.whom,
    "why": hand_over.why,
    "record": record.screen,
    "note": notes.screen,
    "second_remark": reviewing.remark,
    "reveal_why": reveal.screen,
    "chair": chair.queue,
    "chair_list": chair.parts,
    "give_whom": reassign.whom,
    "give_why": reassign.why,
    "conflict": conflicts.screen,
    "conflicts": conflicts.waiting,
    "judge": conflicts.decision,
    "members": seats.everybody,
    "seat": seats.one,
    "cap": seats.caps,
    "suspend": seat_endings.suspending,
    "letgo": seat_endings.letting_go,
    "invite_role": invitations.roles,
    "invite_alias": invitations.alias,
    "invite_languages": invitations.languages,
    "invite_topics": invitations.topics,
    "invite_code": invitations.code,
    "pending": invitations.pending,
    "me": own_seat.mine,
    "my_langs": own_seat.languages,
    "my_topics": own_seat.topics,
    "leave": own_seat.leaving,
    "resign": own_seat.resigning,
    "away_until": away.until,
    "away_sure": away.sure,
    "substitute": substitute.screen,
    "ban_why": bans.reasons,
    "bans": bans.listing,
    "ban": bans.one,
    "banned": banned.screen,
    "ready": templates.listing,
    "ready_old": templates.old,
    "ready_one": templates.whole,
    "ready_wrong": template_stop.reasons,
    "ready_use": template_use.choosing,
    "ready_instead": template_use.other_language,
    "ready_title": template_pages.title,
    "ready_topic": template_pages.topic,
    "ready_source": template_pages.source,
    "ready_checked": template_pages.checked,
    "ready_text": template_pages.text,
    "ready_whole": template_pages.whole,
    "ready_approvals": template_approval.waiting,
    "ready_approve": template_approval.whole,
    "ready_remark": template_approval.remark,
    "corrections": corrections.screen,
    "correction_why": corrections.why_not,
    "election": election.screen,
    "nominees": election.nominees,
    ballot.SURE: ballot.sure,
}
FREE_WORDS = ("write", "adding", "asked", "secret", "safe_word", "appeal", "compose", *WORDS_FOR)
"""Screens whose answer is words: there a number that is no choice is words too."""
NOT_DRAWN_WITH = ("messages", "message_ids", "before")


def draw(scene: Scene, name: str, args: Mapping[str, Any]) -> Screen | None:
    """The screen of that name as it would look now; None if it is gone or has no choices."""
    screen = SCREENS.get(name)
    if screen is None:
        return None
    kept = {key: value for key, value in args.items() if key not in NOT_DRAWN_WITH}
    return screen(scene, **kept)


def still_open(scene: Scene) -> Screen | None:
    """The question that must be repeated after something arrived; None if it gives way."""
    person = scene.someone
    if person.screen in RESTING or person.screen in FREE_WORDS:
        return None
    return draw(scene, person.screen, person.screen_args or {})


def repeat(scene: Scene, screen: Screen, args: Mapping[str, Any]) -> None:
    """Ask the open question once more, below what came between; nothing it holds is lost."""
    row = scene.ask(screen)
    scene.open(screen.name, args, row)


def ask_language(turn: Turn) -> None:
    """Let them change the language; what they were about to write is not forgotten."""
    name, args = before_language(turn)
    row = turn.ask(welcome.languages(turn))
    turn.open("languages", {"before": [name, args]}, row)


def before_language(turn: Turn) -> tuple[str, dict[str, Any]]:
    """The question that was open before that of the language."""
    person = turn.someone
    args: dict[str, Any] = person.screen_args or {}
    if person.screen != "languages":
        return person.screen, args
    name, before = args.get("before", ("", {}))
    return name, before


def go_on(turn: Turn, name: str, args: Mapping[str, Any]) -> bool:
    """Go on with what was open before something else came between; false if it gives way."""
    if name == "write" and args.get("track"):
        about_whom.begin(turn, args)
    elif name == "write" and args.get("kind"):
        menu.write(turn, args["kind"])
    elif name == "adding":
        follow.ask_addition(turn, args["reference"])
    elif name == "secret":
        elsewhere.ask_secret(turn, args["reference"])
    elif name == "draft":
        draft.back(turn, args["reference"])
    elif name in FREE_WORDS and name not in ("compose", "safe_word"):
        turn.open(name, args)
    elif name in RESTING or (screen := draw(turn, name, args)) is None:
        return False
    else:
        repeat(turn, screen, args)
    return True
