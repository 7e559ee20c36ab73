"""The tables of the dialogue: which button, command, question and screen leads where."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from handlers import questions
from handlers.council import (
    absence,
    answer,
    away,
    ballot,
    bans,
    bulk,
    bulk_send,
    chair,
    close,
    conflicts,
    corrections,
    desk,
    desk_filters,
    desk_list,
    digest_draft,
    digest_lines,
    digest_writing,
    election,
    find,
    hand_over,
    helps,
    invitations,
    link,
    lists,
    make_private,
    notes,
    own_seat,
    proposals,
    proposals_approval,
    proposals_cases,
    proposals_making,
    proposals_outcome,
    proposals_replied,
    proposals_sent,
    reassign,
    record,
    refer,
    refer_send,
    release,
    release_send,
    reveal,
    reviewing,
    seat_endings,
    seats,
    send,
    sort,
    substitute,
    template_approval,
    template_making,
    template_stop,
    template_use,
    templates,
    undo,
    which,
)
from handlers.language import Rich
from handlers.migrant import (
    about_whom,
    banned,
    draft,
    follow,
    forget,
    hand_in,
    hide,
    manager,
    menu,
    rating,
    referral,
    released,
    requests,
    safe_time,
    safety,
    stop,
    welcome,
)
from handlers.rules import consent
from handlers.rules.digits import typed_number
from handlers.screens import fits
from handlers.turn import Turn


def _choose_language(turn: Turn, code: str) -> None:
    """Speak it from now on, and go on with what was open before."""
    if code not in turn.charter.languages:
        _stale(turn)
        return
    name, args = questions.before_language(turn)
    welcome.choose_language(turn, code)
    _go_on(turn, name, args)


def _help(turn: Turn) -> None:
    """How it works; then on with what was open."""
    person = turn.someone
    menu.help_text(turn)
    _go_on(turn, person.screen, person.screen_args or {})


def _go_on(turn: Turn, name: str, args: Mapping[str, Any]) -> None:
    if not questions.go_on(turn, name, args):
        act(turn, "start", [])


def _open(turn: Turn, reference: str) -> None:
    """A request of a list; one that is not theirs any more is taken off the list, too."""
    desk.open_card(turn, reference)
    person = turn.someone
    if turn.toast and person.screen in lists.LISTS:
        listed = questions.draw(turn, person.screen, person.screen_args or {})
        if listed is not None:
            lists.ask(turn, listed)


# What a button does, and what a command or digit leads to: verb → function of the turn and the
# button's own words. Every function looks up for itself whether whoever pressed may do it.
MIGRANT: Mapping[str, Callable[..., None]] = {
    "menu": menu.show,
    "start": menu.start,
    "help": _help,
    "write": menu.write,
    "requests": requests.list_requests,
    "status": requests.show_status,
    "private": safety.private,
    "safe": about_whom.safe,
    "about": about_whom.about,
    "about_back": about_whom.back,
    "subject": about_whom.subject,
    "subjects": about_whom.subjects,
    "when": safe_time.ask,
    "may_write": safe_time.may_write,
    "safe_word": safe_time.ask_word,
    "no_word": safe_time.no_word,
    "hide": hide.how,
    "draft": draft.back,
    "topics": draft.ask_topic,
    "topic": draft.set_topic,
    "share": draft.ask_share,
    "may": draft.set_share,
    "cancel": draft.cancel,
    "join": follow.join,
    "send": hand_in.send,
    "date": hand_in.with_date,
    "ordinary": hand_in.ordinary,
    "add": follow.ask_addition,
    "again": requests.show_answer,
    "done": follow.done,
    "rate": rating.rate,
    "agree": referral.agree,
    "releasing": released.decide,
    "skip": follow.skip,
    "manager": manager.ask,
    "appeal": banned.ask_appeal,
}
ALWAYS: Mapping[str, Callable[..., None]] = {
    "lang": _choose_language,
    "languages": questions.ask_language,
    "consent": welcome.answer_consent,
    "delete": forget.ask,
    "forget": forget.forget,
    "stop": stop.stop,
}
COUNCIL: Mapping[str, Callable[..., None]] = {
    "look": desk.look,
    "back": desk.back,
    "desk": desk_list.show,
    "deskviews": desk_filters.ask_view,
    "deskfilters": desk_filters.ask_filter,
    "deskvalues": desk_filters.ask_value,
    "find": find.begin,
    "found": find.show,
    "open": _open,
    "more": desk.more,
    "less": desk.less,
    "take": desk.take,
    "files": desk.files,
    "whole": desk.whole,
    "close": close.ask_close,
    "closed": close.close,
    "reopen": close.reopen,
    "sort": sort.ask,
    "sorted": sort.decide,
    "link": link.ask,
    "linked": link.link,
    "unlink": link.unlink,
    "all": bulk.begin,
    "bulk": bulk_send.press,
    "refer": refer.ask,
    "refers": refer.ask_how,
    "go_there": refer.ask_go_there,
    "told_there": refer_send.tell_there,
    "pass_on": refer.ask_write,
    "not_there": refer.TEXT.drop,
    "may_we": refer_send.may_we,
    "passed": refer_send.passed_on,
    "release": release.ask,
    "releases": release.ask_write,
    "let_go": release_send.let_go,
    "not_released": release.TEXT.drop,
    "private!": make_private.ask,
    "privately": make_private.make_private,
    "answer": answer.begin,
    "ask": answer.ask,
    "sendit": send.send,
    "undo": undo.take_back,
    "change": answer.change,
    "drop": answer.drop,
    "which": which.chosen,
    "hand": hand_over.ask_whom,
    "to": hand_over.ask_why,
    "over": hand_over.hand_over,
    "record": record.open_record,
    "second": reviewing.second,
    "reviewed": reviewing.back,
    "review": reviewing.again,
    "good": reviewing.good,
    "object": reviewing.object_to,
    "cannot": reviewing.cannot,
    "attached": reviewing.attached,
    "note": notes.begin,
    "reveal": reveal.ask,
    "revealed": reveal.reveal,
    "chair": chair.show,
    "give": reassign.ask_whom,
    "giveto": reassign.ask_why,
    "given": reassign.give,
    "conflict": conflicts.ask,
    "conflicted": conflicts.declare,
    "conflicts": conflicts.show,
    "judge": conflicts.ask_decision,
    "judged": conflicts.decide,
    "members": seats.show,
    "seat": seats.show_seat,
    "acting": seats.set_acting,
    "focal": seats.set_focal,
    "cap": seats.ask_cap,
    "capped": seats.set_cap,
    "suspend": seat_endings.ask_suspend,
    "suspended": seat_endings.do_suspend,
    "lift": seat_endings.lift,
    "letgo": seat_endings.ask_let_go,
    "gone": seat_endings.let_go,
    "invite": invitations.begin,
    "inv_role": invitations.choose_role,
    "inv_lang": invitations.toggle_language,
    "inv_topics": invitations.to_topics,
    "inv_topic": invitations.toggle_topic,
    "inv_done": invitations.make,
    "code": invitations.ask_code,
    "pending": invitations.show_pending,
    "revoke": invitations.revoke,
    "me": own_seat.show,
    "my_langs": own_seat.show_languages,
    "my_lang": own_seat.toggle_language,
    "my_topics": own_seat.show_topics,
    "my_topic": own_seat.toggle_topic,
    "leave": own_seat.ask_leave,
    "left": own_seat.leave,
    "resign": own_seat.ask_resign,
    "resigned": own_seat.resign,
    "away": away.command,
    "awaywhen": away.ask_until,
    "awayto": away.ask_sure,
    "awaynow": absence.go,
    "awayno": away.stay,
    "imback": away.back,
    "standins": substitute.ask,
    "standin": away.choose_substitute,
    "notme": substitute.decline,
    "ban": bans.ask,
    "banwish": bans.wish,
    "bans": bans.show,
    "banshow": bans.show_one,
    "bansay": bans.decide,
    "templates": templates.show,
    "oldready": templates.show_old,
    "ready": templates.one,
    "template": template_use.choose,
    "use": template_use.use,
    "wrong": template_stop.stop,
    "propose": template_making.begin,
    "redo": template_making.redo,
    "recheck": template_making.recheck,
    "rdraft": template_making.go_on,
    "redit": template_making.edit,
    "rtopic": template_making.set_topic,
    "rchecked": template_making.set_checked,
    "rtext": template_making.ask_text,
    "rskip": template_making.skip,
    "rwithout": template_making.without,
    "rhand": template_making.hand_in,
    "rdrop": template_making.drop,
    "approvals": template_approval.show,
    "approve": template_approval.one,
    "approved": template_approval.approve,
    "refused": template_approval.refuse,
    "sendback": template_approval.ask_remark,
    "corrections": corrections.show,
    "fixsend": corrections.send,
    "fixall": corrections.send_all,
    "fixno": corrections.decline,
    "proposals": proposals.show,
    "proposal": proposals.one,
    "newprop": proposals_making.begin,
    "pdraft": proposals_making.go_on,
    "pedit": proposals_making.edit,
    "punit": proposals_making.set_unit,
    "ptopic": proposals_making.set_topic,
    "ptext": proposals_making.ask_text,
    "pskip": proposals_making.skip,
    "pwithout": proposals_making.without,
    "pnowish": proposals_making.no_wish,
    "phand": proposals_making.hand_in,
    "pdrop": proposals_making.drop,
    "ppart": proposals_cases.ask,
    "padd": proposals_cases.add,
    "paddall": proposals_cases.add_all,
    "ptakeout": proposals_cases.take_out,
    "papprove": proposals_approval.look,
    "papproved": proposals_approval.approve,
    "psendback": proposals_approval.ask_remark,
    "pwithdraw": proposals_sent.ask_withdraw,
    "panswer": proposals_replied.ask_answer,
    "ptell": proposals_outcome.begin,
    "psay": proposals_outcome.say,
    "psayskip": proposals_outcome.skip,
    "psee": proposals_outcome.see,
    "ptold": proposals_outcome.tell,
    "election": election.show,
    "elect": election.call,
    "nominees": election.ask_nominee,
    "nominate": election.nominate,
    "nominate_none": election.nominate_none,
    "stand": election.stand,
    "stand_not": election.stand_not,
    "stand_down": election.stand_down,
    "vote": ballot.vote,
    "cast_vote": ballot.cast,
    "digest": digest_draft.show,
    "digest_see": digest_draft.see,
    "digest_yes": digest_draft.approve,
    "line_new": digest_writing.begin,
    "line_in": digest_writing.choose_section,
    "line_about": digest_writing.choose_topic,
    "line_skip": digest_writing.skip,
    "line_text": digest_writing.rewrite,
    "line": digest_lines.show,
    "line_yes": digest_lines.approve,
    "line_hold": digest_lines.hold,
    "line_drop": digest_lines.drop,
}
COMMANDS: Mapping[str, str] = {
    "start": "start",
    "menu": "menu",
    "help": "help",
    "requests": "requests",
    "private": "private",
    "language": "languages",
    "delete": "delete",
    "hide": "hide",
    "desk": "desk",
    "chair": "chair",
    "me": "me",
    "leave": "leave",
    "templates": "templates",
    "proposals": "proposals",
    "find": "find",
    "election": "election",
    "stop": "stop",
    "manager": "manager",
    "record": "record",
    "away": "away",
    "back": "imback",
    "substitute": "standins",
    "bans": "bans",
    "digest": "digest",
}


def act(turn: Turn, verb: str, arguments: Sequence[str]) -> None:
    """Do what a button, command or digit says; what is unknown or forged shows where things stand."""
    if _receives_alerts_only(turn) and (verb in COUNCIL or verb in ("start", "menu", "help")):
        turn.say(_alerts_only(turn))
    elif verb in COUNCIL and turn.member is not None:
        _call(turn, COUNCIL[verb], arguments)
    elif verb in ALWAYS:
        _call(turn, ALWAYS[verb], arguments)
    elif verb in MIGRANT:
        if verb in ("start", "menu", "help") and turn.member is not None:
            _council_start(turn, verb)
        elif consent.needs_asking(turn.someone.consent_version):
            welcome.ask_privacy(turn)
        else:
            _call(turn, MIGRANT[verb], arguments)
    else:
        _stale(turn)


def _call(turn: Turn, function: Callable[..., None], arguments: Sequence[str]) -> None:
    """A forged button may carry any words: too many or too few are a stale button."""
    if fits(function, turn, *arguments):
        function(turn, *arguments)
    else:
        _stale(turn)


def _stale(turn: Turn) -> None:
    if turn.incoming.happened == "press":
        turn.toast = follow.stale(turn)
    else:
        menu.show(turn)


def _council_start(turn: Turn, verb: str) -> None:
    """A member's start is the desk; the menu of migrants is theirs too, once they agreed."""
    if verb == "menu" and not consent.needs_asking(turn.someone.consent_version):
        menu.show(turn)
    elif verb == "menu" and _wants_to_write(turn):
        welcome.ask_privacy(turn)
    elif verb == "help":
        helps.say(turn)
        if (still := questions.still_open(turn)) is not None:
            questions.repeat(turn, still, turn.someone.screen_args or {})
    else:
        desk_list.show(turn)


def _wants_to_write(turn: Turn) -> bool:
    """Whether a member asked for the migrants' menu in so many words, and not by a way back."""
    incoming = turn.incoming
    said = incoming.happened == "message" and typed_number(incoming.text) is None
    return said and turn.desk.role != "operator"


def repeat_question(turn: Turn) -> None:
    """Ask the open question again; without one, show what can be done."""
    person = turn.someone
    args: dict[str, Any] = person.screen_args or {}
    screen = questions.draw(turn, person.screen, args)
    if screen is None:
        act(turn, "start" if turn.member else "menu", [])
        return
    choose = turn.tongue("Please choose one of the numbers:")
    questions.repeat(turn, replace(screen, text=Rich(f"{choose}\n\n{screen.text}")), args)


def member_words(turn: Turn) -> bool:
    """Free words of somebody who sits in the council; false: they write as a migrant."""
    if _receives_alerts_only(turn):
        turn.say(_alerts_only(turn))
        return True
    return answer.words(turn)


def _receives_alerts_only(turn: Turn) -> bool:
    """An operator, unless they agreed to write as a migrant."""
    operator = turn.member is not None and turn.member.role == "operator"
    return operator and turn.someone.consent_version is None


def _alerts_only(turn: Turn) -> Rich:
    return turn.tongue("This chat receives alerts only. Nobody reads what is written here.")


def member_edited(turn: Turn) -> bool:
    """An edit by somebody who sits in the council; false: of what they wrote as a migrant."""
    return answer.edited(turn)
