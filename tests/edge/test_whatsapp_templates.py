"""Texts and forms with buttons: what we need at Twilio, how it gets there, what may be sent."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import SecretStr
from twilio.base.exceptions import TwilioRestException

from bot import template_table, templates_sync, whatsapp_client
from bot.charter_file import read_charter
from bot.sandbox.twilio import TwilioSandbox
from bot.sandbox.twilio_contents import Content as Kept
from bot.template_table import Wanted, button_variables, list_variables, needed
from bot.templates_at_twilio import Content, read
from bot.templates_sync import carry_out, plan, to_do
from bot.transport import SendError
from bot.whatsapp_account import WhatsAppAccount
from bot.whatsapp_client import call, make_client
from bot.whatsapp_templates import FRESH, REST, Found, Templates
from handlers import language
from handlers.charter import Charter
from handlers.migrant.notice import TEXT

ROOT = Path(__file__).parents[2]
CHARTER = read_charter(ROOT / "council.toml")
UPDATES = {
    "az": "Müraciət {reference}: yenilik var. Oxumaq üçün 1 yazın.",
    "tr": "Başvuru {reference}: yenilik var. Okumak için 1 yazın.",
}


class Catalogue(dict[str, str]):
    """A catalogue that knows one text."""

    def gettext(self, text: str) -> str:
        """Its translation, or the text itself."""
        return self.get(text, text)


@pytest.fixture
def translated(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Translations of the text, by language; a test may change them."""
    texts = dict(UPDATES)

    def catalogue(code: str) -> Catalogue:
        return Catalogue({TEXT: texts[code]} if code in texts else {})

    monkeypatch.setattr(language, "catalogue", catalogue)
    monkeypatch.setattr(template_table, "catalogue", catalogue)
    return texts


@pytest.fixture
async def twilio() -> AsyncIterator[TwilioSandbox]:
    """A Twilio on this machine."""
    sandbox = TwilioSandbox()
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@pytest.fixture
def client(twilio: TwilioSandbox) -> Iterator[SimpleNamespace]:
    """Twilio's client."""
    made = make_client(
        WhatsAppAccount(
            account_sid=twilio.account_sid,
            auth_token=SecretStr(twilio.auth_token),
            sender=twilio.sender,
            public_url="https://bot.example",
            api_base_url=twilio.origin,
            content_base_url=twilio.origin,
            messaging_base_url=twilio.origin,
        )
    )
    yield made
    whatsapp_client.close(made)


async def sync(client: SimpleNamespace, charter: Charter = CHARTER) -> list[str]:
    """Do what the command does, and say what was done."""
    steps = plan(await call(read, client), needed(charter))
    done: list[str] = []
    await call(carry_out, client, steps, done.append)
    return done


def text_in(code: str, charter: Charter = CHARTER) -> Wanted:
    """The text we need in this language."""
    (found,) = [one for one in needed(charter).wanted if one.category and one.language == code]
    return found


def at(twilio: TwilioSandbox, friendly_name: str) -> Kept:
    """The resource of this name at Twilio."""
    return next(one for one in twilio.contents.values() if one.friendly_name == friendly_name)


class TestNeeded:
    """What we need, before anybody asks Twilio."""

    def test_a_text_is_needed_in_every_language_that_has_it(
        self, translated: dict[str, str]
    ) -> None:
        """English always; another language with its translation and its value as a variable."""
        table = needed(CHARTER)
        texts = {one.language: one for one in table.wanted if one.category}
        assert set(texts) == {"en", "az", "tr"}
        assert texts["az"].request["types"] == {
            "twilio/text": {"body": "Müraciət {{1}}: yenilik var. Oxumaq üçün 1 yazın."}
        }
        assert texts["az"].request["variables"] == {"1": "MC 4827 1935 6"}
        assert dict(table.without) == dict.fromkeys(("ru", "fa"), "the text is not translated")

    @pytest.mark.parametrize(
        "text",
        ["{reference} yeniləndi. Oxumaq üçün 1 yazın.", "1 yazın ki, oxuyasınız: {reference}"],
    )
    def test_a_text_that_meta_refuses_is_not_submitted(
        self, translated: dict[str, str], text: str
    ) -> None:
        """A translation that begins or ends with its value is named and left out."""
        translated["az"] = text
        table = needed(CHARTER)
        assert "az" not in {one.language for one in table.wanted if one.category}
        assert table.without["az"] == "the translation begins or ends with its value"

    def test_the_english_text_may_be_submitted(self) -> None:
        """The text in the code itself begins and ends with words."""
        body = text_in("en").types["twilio/text"]["body"]
        assert not body.startswith("{{")
        assert not body.endswith("}}")

    def test_a_changed_text_has_another_name(self, translated: dict[str, str]) -> None:
        """Twilio's resources cannot be changed: a new text is a new one, the others stay."""
        before = [one.friendly_name for one in needed(CHARTER).wanted]
        translated["az"] += " Sağ olun."
        after = [one.friendly_name for one in needed(CHARTER).wanted]
        (changed,) = set(after) - set(before)
        assert changed.startswith("council_update_az_v")

    @pytest.mark.parametrize("count", [1, 2, 3])
    def test_forms_with_buttons_are_filled_by_number(self, count: int) -> None:
        """Every variable of a form is filled, and by the value that belongs there."""
        form = self.form(f"buttons_{count}_2")
        choices = [(f"Title {at}", f"does:{at}") for at in range(count)]
        variables = button_variables(["Well?", "Now?"], choices)
        parts = self.filled(form, variables)["twilio/quick-reply"]
        assert parts["body"] == "Well?\nNow?"
        assert [(one["title"], one["id"]) for one in parts["actions"]] == choices

    @pytest.mark.parametrize("count", [4, 7, 10])
    def test_lists_are_filled_by_number(self, count: int) -> None:
        """The same for lists, which a button opens."""
        form = self.form(f"list_{count}_{count + 1}")
        choices = [(f"Row {at}", f"does:{at}") for at in range(count)]
        lines = ["Which?", *(f"{at} row" for at in range(count))]
        variables = list_variables(lines, "Open", choices)
        parts = self.filled(form, variables)["twilio/list-picker"]
        assert (parts["body"], parts["button"]) == ("\n".join(lines), "Open")
        assert [(one["item"], one["id"]) for one in parts["items"]] == choices

    def form(self, name: str) -> Wanted:
        (found,) = [one for one in needed(CHARTER).wanted if one.name == name]
        return found

    def filled(self, form: Wanted, values: dict[str, str]) -> SimpleNamespace:
        assert set(values) == set(form.samples)

        def fill(part: object) -> object:
            if isinstance(part, dict):
                return {name: fill(one) for name, one in part.items()}
            if isinstance(part, list):
                return [fill(one) for one in part]
            return re.sub(r"\{\{(\d+)\}\}", lambda place: values[place[1]], str(part))

        return fill(dict(form.types))


class TestSync:
    """Bringing Twilio up to what we need."""

    async def test_everything_is_made_and_texts_are_submitted(
        self, twilio: TwilioSandbox, client: SimpleNamespace, translated: dict[str, str]
    ) -> None:
        """Three texts wait for approval then, and every form stands; nobody submits a form."""
        done = await sync(client)
        wanted = needed(CHARTER).wanted
        assert {one.friendly_name for one in twilio.contents.values()} == {
            one.friendly_name for one in wanted
        }
        submitted = [line for line in done if line.startswith("submitted")]
        assert len(submitted) == 3
        for content in twilio.contents.values():
            approval = content.approval
            if content.kind == "twilio/text":
                assert approval is not None
                assert (approval.category, approval.status) == ("UTILITY", "received")
            else:
                assert approval is None

    async def test_a_second_time_there_is_nothing_to_do(
        self, twilio: TwilioSandbox, client: SimpleNamespace, translated: dict[str, str]
    ) -> None:
        """Whatever Meta has said meanwhile, nothing is made or submitted again."""
        await sync(client)
        twilio.approve(text_in("en").friendly_name)
        twilio.reject(text_in("az").friendly_name, "Too pushy.")
        calls = len(twilio.calls)
        assert await sync(client) == []
        assert {made.method for made in twilio.calls[calls:]} == {"GET"}

    async def test_work_that_was_cut_short_is_finished(
        self, twilio: TwilioSandbox, client: SimpleNamespace, translated: dict[str, str]
    ) -> None:
        """A text that was made and not submitted is submitted, and not made again."""
        twilio.faults.add("CreateApprovalCreate", 500)
        with pytest.raises(TwilioRestException):
            await sync(client)
        await sync(client)
        names = [one.friendly_name for one in twilio.contents.values()]
        assert len(names) == len(set(names)) == len(needed(CHARTER).wanted)
        assert await sync(client) == []

    async def test_an_older_version_is_named_once_it_is_of_no_use(
        self, twilio: TwilioSandbox, client: SimpleNamespace, translated: dict[str, str]
    ) -> None:
        """Not before the newer is approved; and nothing is ever deleted."""
        await sync(client)
        old = text_in("az").friendly_name
        translated["az"] = "Yenilik {reference} üçün. Oxumaq üçün 1 yazın."
        await sync(client)
        assert not await self.superseded(client)
        twilio.approve(text_in("az").friendly_name)
        (line,) = await self.superseded(client)
        assert line.startswith(f"{old}: an older version")
        assert not [made for made in twilio.calls if made.method == "DELETE"]

    async def superseded(self, client: SimpleNamespace) -> list[str]:
        steps = plan(await call(read, client), needed(CHARTER))
        return [step.text for step in steps if step.action == "superseded"]

    def test_what_is_not_ours_is_not_mentioned(self) -> None:
        """Other resources in the account appear in no plan."""
        others = [Content("HX1", "council"), Content("HX2", "council_update_zz_v00000000")]
        steps = plan(others, needed(CHARTER))
        assert not [step for step in steps if step.sid or step.action == "superseded"]

    def test_the_plan_says_what_meta_said(self) -> None:
        """A rejected text names the reason and is not submitted again by itself."""
        text = text_in("en")
        content = Content("HX1", text.friendly_name, status="rejected", reason="Too pushy.")
        steps = plan([content], needed(CHARTER))
        (step,) = [step for step in steps if step.wanted == text]
        assert step.text.endswith("rejected (Too pushy.); change the text, then sync again")
        assert step not in to_do(steps)


class TestTemplates:
    """What may be sent just now."""

    @pytest.fixture
    async def synced(self, client: SimpleNamespace, translated: dict[str, str]) -> SimpleNamespace:
        """Everything stands at Twilio, and nothing is approved."""
        await sync(client)
        return client

    async def test_an_approved_text_is_found(
        self, twilio: TwilioSandbox, synced: SimpleNamespace
    ) -> None:
        """In the language that was asked for."""
        name = text_in("az").friendly_name
        twilio.approve(name)
        found = await Templates(synced, CHARTER).sid("update", "az")
        assert found == Found(at(twilio, name).sid, "az")

    @pytest.mark.parametrize(
        ("asked", "approved", "found"),
        [
            ("tr", ["en", "az"], "az"),
            ("az", ["en", "tr"], "tr"),
            ("tr", ["en", "az", "tr"], "tr"),
            ("fa", ["en", "az"], "en"),
            ("tk", ["en", "az"], "en"),
            ("tr", ["en"], "en"),
        ],
    )
    async def test_another_language_stands_in(
        self,
        twilio: TwilioSandbox,
        synced: SimpleNamespace,
        asked: str,
        approved: list[str],
        found: str,
    ) -> None:
        """A related one before English, and only where the right one is not to be had."""
        for code in approved:
            twilio.approve(text_in(code).friendly_name)
        assert (await Templates(synced, CHARTER).sid("update", asked)).language == found

    @pytest.mark.parametrize(
        ("judged", "code"),
        [
            ("pause", "template_paused"),
            ("reject", "template_rejected"),
            ("", "template_pending"),
        ],
    )
    async def test_what_hinders_a_text_is_named(
        self, twilio: TwilioSandbox, synced: SimpleNamespace, judged: str, code: str
    ) -> None:
        """The operator is told what to see to, of the language nearest to the one asked for."""
        if judged:
            getattr(twilio, judged)(text_in("az").friendly_name)
        with pytest.raises(SendError) as caught:
            await Templates(synced, CHARTER).sid("update", "az")
        assert (caught.value.reaction, caught.value.code) == ("template", code)

    async def test_nothing_at_twilio_is_missing(self, client: SimpleNamespace) -> None:
        """Neither texts nor forms, and no wrong code for it."""
        templates = Templates(client, CHARTER)
        for name, code in (("update", "az"), ("update", "en"), ("other", "en")):
            with pytest.raises(SendError) as caught:
                await templates.sid(name, code)
            assert caught.value.code == "template_missing"
        assert await templates.form(2, 3) is None
        assert await templates.form(5, 7) is None

    async def test_forms_are_found_by_their_size(
        self, twilio: TwilioSandbox, synced: SimpleNamespace
    ) -> None:
        """One to three buttons under one to ten lines, and four to ten rows, which stand among the
        lines; there is no other form."""
        templates = Templates(synced, CHARTER)
        kinds = {
            (count, lines): twilio.contents[sid].kind
            for count in range(12)
            for lines in range(25)
            if (sid := await templates.form(count, lines))
        }
        buttons = {(count, n): "twilio/quick-reply" for count in (1, 2, 3) for n in range(1, 11)}
        rows = {
            (count, count + n): "twilio/list-picker" for count in range(4, 11) for n in range(1, 11)
        }
        assert kinds == buttons | rows

    async def test_the_former_text_is_sent_until_the_new_one_is_approved(
        self, twilio: TwilioSandbox, synced: SimpleNamespace, translated: dict[str, str]
    ) -> None:
        """A mended translation silences nobody for the days that an approval takes."""
        old = text_in("az").friendly_name
        twilio.approve(old)
        translated["az"] = "Yenilik {reference} üçün. Oxumaq üçün 1 yazın."
        await sync(synced)
        templates = Templates(synced, CHARTER)
        assert (await templates.sid("update", "az")).sid == at(twilio, old).sid
        new = text_in("az").friendly_name
        twilio.approve(new)
        await templates.load()
        assert (await templates.sid("update", "az")).sid == at(twilio, new).sid

    async def test_a_former_text_with_other_values_is_not_sent(
        self, twilio: TwilioSandbox, synced: SimpleNamespace, translated: dict[str, str]
    ) -> None:
        """It would show its samples where our values belong."""
        old = text_in("az").friendly_name
        twilio.approve(old)
        at(twilio, old).variables["2"] = "Rana"
        translated["az"] = "Yenilik {reference} üçün. Oxumaq üçün 1 yazın."
        await sync(synced)
        with pytest.raises(SendError) as caught:
            await Templates(synced, CHARTER).sid("update", "az")
        assert caught.value.code == "template_pending"

    async def test_what_was_read_is_believed_for_ten_minutes(
        self, twilio: TwilioSandbox, synced: SimpleNamespace
    ) -> None:
        """Then it is read again, once for all who ask at that moment; or at once on demand."""
        clock = [0.0]
        templates = Templates(synced, CHARTER, passed=lambda: clock[0])
        before = len(twilio.calls)
        await asyncio.gather(*(templates.form(1, 1) for _ in range(5)))
        clock[0] += FRESH - 1
        await templates.form(4, 6)
        assert len(twilio.calls) - before == 1
        clock[0] += 1
        await asyncio.gather(*(templates.form(1, 1) for _ in range(5)))
        assert len(twilio.calls) - before == 2
        await templates.load()
        assert len(twilio.calls) - before == 3

    async def test_while_twilio_fails_what_was_known_is_believed(
        self, twilio: TwilioSandbox, synced: SimpleNamespace
    ) -> None:
        """A form that was there stays in use."""
        clock = [0.0]
        templates = Templates(synced, CHARTER, passed=lambda: clock[0])
        known = await templates.form(1, 1)
        clock[0] += FRESH
        twilio.faults.add("ListContentAndApprovals", 500)
        assert await templates.form(1, 1) == known

    @pytest.mark.parametrize(
        ("wrong", "fault"),
        [
            (500, ("retry", "templates_unread")),
            (429, ("retry", "templates_unread")),
            (404, ("retry", "templates_unread")),
            ("garbage", ("retry", "templates_unread")),
            ("drop", ("retry", "templates_unread")),
            (401, ("operator", "account")),
        ],
    )
    async def test_who_knows_nothing_yet_waits(
        self,
        twilio: TwilioSandbox,
        synced: SimpleNamespace,
        wrong: int | str,
        fault: tuple[str, str],
    ) -> None:
        """What was to be sent was not, and goes later; only a wrong account needs a person."""
        twilio.faults.add("ListContentAndApprovals", wrong)
        with pytest.raises(SendError) as caught:
            await Templates(synced, CHARTER).sid("update", "en")
        assert (caught.value.reaction, caught.value.code) == fault
        assert not caught.value.maybe_sent
        assert caught.value.__context__ is None

    async def test_what_cannot_be_read_hinders(
        self, twilio: TwilioSandbox, synced: SimpleNamespace
    ) -> None:
        """After five readings in vain nobody waits for one; a minute later it is read again."""
        clock = [0.0]
        templates = Templates(synced, CHARTER, passed=lambda: clock[0])
        twilio.faults.add("ListContentAndApprovals", 404, times=5)
        faults = []
        for _ in range(6):
            with pytest.raises(SendError) as caught:
                await templates.sid("update", "en")
            faults.append((caught.value.reaction, caught.value.code))
        assert [reaction for reaction, _ in faults] == ["retry"] * 4 + ["template"] * 2
        assert {code for _, code in faults} == {"templates_unread"}
        assert [c.operation for c in twilio.calls].count("ListContentAndApprovals") == 6
        with pytest.raises(SendError):
            await templates.form(1, 1)
        clock[0] += REST
        assert await templates.form(1, 1)


def test_a_plan_shows_languages_that_go_without() -> None:
    """Turkmen is offered nowhere at Meta: the plan says so, and what is done instead."""
    table = template_table.Table((), {"tk": "WhatsApp approves no texts in it"})
    (step,) = templates_sync.plan([], table)
    assert step.text.startswith("Türkmençe: WhatsApp approves no texts in it; a related language")
