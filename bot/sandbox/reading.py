"""A request of the bot read and held against the specification."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web
from aiohttp.multipart import BodyPartReader

from bot.sandbox.calls import Upload
from bot.sandbox.refusals import Refusal, bad_request
from bot.sandbox.specification import Method, bot_api, decode

MISSING = {
    # Telegram's own words where it has some; the rest are told in ours
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "photo": "there is no photo in the request",
    "voice": "there is no voice in the request",
    "video": "there is no video in the request",
    "video_note": "there is no video note in the request",
    "document": "there is no document in the request",
    "audio": "there is no audio in the request",
    "animation": "there is no animation in the request",
    "sticker": "there is no sticker in the request",
    "media": 'parameter "media" is required',
    "file_id": "file_id not specified",
    "action": "wrong parameter action in request",
}
Raw = dict[str, Any]


async def read_request(request: web.Request) -> tuple[Raw, dict[str, Upload]]:
    """Parameters and files from the query string and a JSON, form or multipart body."""
    given: Raw = dict(request.query)
    uploads: dict[str, Upload] = {}
    if request.content_type == "application/json":
        body = await request.read()
        try:
            parsed = json.loads(body) if body else {}
        except ValueError:
            raise bad_request("can't parse JSON request body") from None
        if not isinstance(parsed, dict):
            raise bad_request("object expected as JSON request body")
        given |= {name: value for name, value in parsed.items() if value is not None}
    elif request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader):
                await _read_part(part, given, uploads)
    else:
        given |= dict(await request.post())
    return given, uploads


async def _read_part(part: BodyPartReader, given: Raw, uploads: dict[str, Upload]) -> None:
    name = part.name or ""
    content = bytes(await part.read())
    if part.filename is None:
        given[name] = content.decode("utf-8")
    else:
        mime = part.headers.get("Content-Type", "application/octet-stream")
        uploads[name] = Upload(part.filename, mime, content)


def check(name: str, given: Raw, uploads: dict[str, Upload]) -> dict[str, Any]:
    """The parameters in their own types, or Telegram's no."""
    method = bot_api().methods.get(name)
    if method is None:
        raise Refusal(404, "Not Found: method not found")
    try:
        used = json.dumps(given, default=str, ensure_ascii=False)
        used.encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    attached = set(uploads) - set(method.parameters)
    # an empty value is no value, as everywhere in the Bot API, except where text is wanted
    given = {
        field: value
        for field, value in given.items()
        if value != ""
        or field not in method.parameters
        or "String" in method.parameters[field].types
    }
    unknown = [field for field in given if field not in method.parameters]
    if unknown:
        raise bad_request(f"{name} has no parameter {unknown[0]}")
    params = {field: _typed(field, value, method) for field, value in given.items()}
    params |= {field: uploads[field] for field in uploads if field in method.parameters}
    for field, slot in method.parameters.items():
        if slot.required and params.get(field) in (None, ""):
            raise bad_request(MISSING.get(field, f'parameter "{field}" is required'))
    for field in attached:
        if f"attach://{field}" not in used:
            raise bad_request(f"the attached file {field} is not used")
    return params


def _typed(field: str, value: Any, method: Method) -> Any:
    types = method.parameters[field].types
    if isinstance(value, str) and types != ("String",):
        try:
            value = decode(value, types)
        except (ValueError, KeyError):
            raise bad_request(f"can't parse {field} as {' or '.join(types)}") from None
    fault = bot_api().fault(value, types, field)
    if fault:
        raise bad_request(fault)
    return value
