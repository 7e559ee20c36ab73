"""The demo as a whole: everybody has come in, and its clock jumps to the digest's moments."""

import json
from datetime import datetime
from pathlib import Path

import aiohttp
from sqlalchemy import select

from bot.charter_file import read_charter
from bot.sandbox.demo import World, demo
from storage.model import Member, Recipient


async def test_the_service_sits_beside_the_council() -> None:
    """Its phone and its address joined, the page shows both, and a jump lands on Monday at nine."""
    charter = read_charter(Path(__file__).parents[2] / "council.toml")
    seen: list[str] = []

    async def then(world: World, address: str) -> None:
        with world.app.database.read() as session:
            joined = select(Recipient.name).where(Recipient.joined_at.is_not(None))
            assert set(session.scalars(joined)) == {"contact", "mailbox"}
            assert len(session.scalars(select(Member)).all()) == 4
        headers = {"Origin": address.rstrip("/")}
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(f"{address}live", headers=headers) as socket,
        ):
            state = await socket.receive_json(timeout=10)
            roles = [phone["role"] for phone in state["phones"]]
            assert roles == ["migrant"] * 3 + ["member"] * 4 + ["staff"]
            assert state["mail"]["address"] == "office@service.example"
            assert [each["label"] for each in state["moments"]] == ["Fri 10:00", "Mon 09:00"]
            await socket.send_str(json.dumps({"do": "jump", "to": "digest"}))
            while not seen:
                message = await socket.receive_json(timeout=30)
                if message["type"] == "state":
                    seen.append(message["clock"])

    await demo(charter, 0, False, lambda _: None, then, lived=False)
    at = datetime.fromisoformat(seen[0])
    assert (at.isoweekday(), at.hour, at.minute) == (1, 5, 0)
