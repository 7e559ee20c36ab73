"""Reads what a call of the REST API gives: a form or JSON, and a query."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from multidict import MultiMapping

from bot.sandbox.twilio_refusals import RestRefusal


async def read_form(request: web.Request) -> tuple[dict[str, Any], dict[str, Any]]:
    """The query and the body as plain values; a field given several times is a list."""
    query = _plain(request.query)
    if not request.can_read_body:
        return query, {}
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise RestRefusal(20001, "not JSON") from None
        if not isinstance(body, dict):
            raise RestRefusal(20001, "not a JSON object")
        return query, body
    return query, _plain(await request.post())


def _plain(given: MultiMapping[Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name in values:
            before = values[name]
            values[name] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            values[name] = value
    return values
