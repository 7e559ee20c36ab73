"""How Twilio says no, at once or later in a status callback."""

from typing import Any

CODES: dict[int, tuple[int, str]] = {
    # code: (status of an answer that says so at once, words)
    11200: (502, "The address gave no usable answer"),
    12300: (400, "The content type is not one we take"),
    20001: (400, "Invalid parameter"),
    20003: (401, "Authentication Error - invalid username"),
    20004: (405, "Method not allowed"),
    20009: (409, "Cannot delete this resource before it is complete"),
    20404: (404, "The requested resource was not found"),
    20422: (422, "Invalid parameter"),
    20429: (429, "Too Many Requests"),
    20500: (500, "Internal Server Error"),
    20503: (503, "Service Unavailable"),
    21211: (400, "Invalid 'To' Phone Number"),
    21603: (400, "A 'From' or 'MessagingServiceSid' is required"),
    21604: (400, "A 'To' phone number is required"),
    21610: (400, "Attempt to send to a recipient who has opted out"),
    21617: (400, "The message body exceeds the 1600 character limit"),
    21619: (400, "A text message body, media or content is required"),
    21620: (400, "Invalid media URL"),
    21623: (400, "The number of media files exceeds the limit of the channel"),
    21655: (400, "The ContentSid parameter is invalid"),
    21656: (400, "The ContentVariables parameter is invalid"),
    21658: (400, "A variable exceeds the 1600 character limit"),
    21701: (400, "The Messaging Service does not exist"),
    30008: (400, "Unknown error"),
    63005: (400, "The channel did not accept the content"),
    63007: (400, "Could not find a channel with the specified From address"),
    63013: (400, "The message violates the rules of the channel"),
    63014: (400, "Blocked by an action of the recipient"),
    63016: (400, "Outside the window in which free messages are allowed"),
    63019: (400, "The media could not be downloaded"),
    63021: (400, "The channel found the content invalid"),
    63024: (400, "Invalid recipient"),
    63032: (400, "The recipient cannot be sent this message"),
    63040: (400, "The template was rejected"),
    63041: (400, "The template is paused"),
    63042: (400, "The template is disabled"),
}
OF_STATUS = {400: 20001, 401: 20003, 404: 20404, 409: 20009, 429: 20429, 500: 20500, 503: 20503}


def words(code: int) -> str:
    """What Twilio says about this code."""
    return CODES.get(code, (400, "Unknown error"))[1]


class RestRefusal(Exception):
    """A call that fails with a code of Twilio's, and a word on what was wrong."""

    def __init__(
        self,
        code: int,
        about: str = "",
        *,
        status: int | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(f"{words(code)}: {about}" if about else words(code))
        self.code = code
        self.status = status if status is not None else CODES.get(code, (400, ""))[0]
        self.retry_after = retry_after

    def body(self) -> dict[str, Any]:
        """The JSON answer."""
        return {
            "code": self.code,
            "message": str(self),
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
