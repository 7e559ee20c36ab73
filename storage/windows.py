"""Views for the Service's side: all that can be seen from there, on either database.

There are two windows, and no reader has both. Through "service" the Service's chat is shown what
was sent to it: from the moment it was sent, and nothing that says of whom it came. Through
"figures" the council's digest is computed: there people are told apart by a random number that
stands nowhere else, and released texts are not to be seen, because the moment in which one was
sent would lead from it to its request. On PostgreSQL each window is a role of its own; on SQLite
the connection itself refuses to read anything else (`storage.database.Database`).
"""

from collections.abc import Mapping
from typing import Literal

from sqlalchemy import DDL, JSON, BigInteger, Date, Integer, String, column, event, table

from storage.base import Base, Moment
from storage.secrecy import SecretJson, SecretText

Side = Literal["service", "figures"]

ROLES: Mapping[Side, str] = {"service": "council_service", "figures": "council_figures"}
"""Who may look through which window, on PostgreSQL."""

VIEWS: Mapping[str, str] = {
    "figure_request": """
        SELECT c.id AS request, p.counted_as AS writer, c.handed_in_at AS received_at,
               c.kind AS kind, c.topic AS topic, c.urgency AS urgency, c.language AS language,
               p.channel AS channel, c.track AS track
        FROM "case" c JOIN person p ON p.id = c.person_id
        WHERE c.handed_in_at IS NOT NULL
    """,
    "figure_milestone": """
        SELECT m.case_id AS request, m.what AS what, m.at AS at FROM milestone m
    """,
    "figure_date": """
        SELECT t.case_id AS request, t.what AS what, t.told_at AS told_at, t.due_at AS due_at,
               t.ended_at AS ended_at, t.outcome AS outcome
        FROM told t
    """,
    "figure_referral": """
        SELECT r.case_id AS request, r.sent_at AS sent_at,
               (SELECT MIN(y.at) FROM released_reply y WHERE y.released_id = r.id) AS answered_at
        FROM released r WHERE r.sent_at IS NOT NULL
    """,
    "service_digest": """
        SELECT d.week AS week, d.published AS published, d.content AS content, d.sent_at AS sent_at
        FROM digest_run d WHERE d.stage = 'sent'
    """,
    "service_proposal": """
        SELECT p.id AS number, p.unit AS unit, p.topic AS topic, p.concerns AS concerns,
               p.problem AS problem, p.asked AS asked, p.wished_on AS wished_on, p.state AS state,
               p.evidence AS evidence, p.sent_at AS sent_at, p.ended_at AS ended_at
        FROM proposal p WHERE p.sent_at IS NOT NULL
    """,
    "service_reply": """
        SELECT y.proposal_id AS number, y.recipient_id AS recipient, y.kind AS kind,
               y.text AS text, y.until_on AS until_on, y.at AS at
        FROM proposal_reply y JOIN proposal p ON p.id = y.proposal_id WHERE p.sent_at IS NOT NULL
    """,
    "service_released": """
        SELECT r.id AS number, r.unit AS unit, r.text AS text, r.state AS state,
               r.sent_at AS sent_at
        FROM released r WHERE r.sent_at IS NOT NULL
    """,
    "service_released_reply": """
        SELECT y.released_id AS number, y.recipient_id AS recipient, y.text AS text, y.at AS at
        FROM released_reply y JOIN released r ON r.id = y.released_id WHERE r.sent_at IS NOT NULL
    """,
}
"""Each view by its name, in words that both databases understand."""
SEEN: Mapping[Side, tuple[str, ...]] = {
    "service": tuple(name for name in VIEWS if name.startswith("service_")),
    "figures": (
        *(name for name in VIEWS if name.startswith("figure_")),
        *("service_digest", "service_proposal", "service_reply"),
    ),
}
"""The views of each window."""
GUARDED = SEEN["service"]
"""Views that hide rows: without a barrier a condition of the reader's is tried on hidden rows, too,
and its error tells what stands in them."""

requests = table(
    "figure_request",
    column("request", Integer),
    column("writer", BigInteger),
    column("received_at", Moment),
    column("kind", String),
    column("topic", String),
    column("urgency", String),
    column("language", String),
    column("channel", String),
    column("track", String),
)
milestones = table(
    "figure_milestone", column("request", Integer), column("what", String), column("at", Moment)
)
dates = table(
    "figure_date",
    column("request", Integer),
    column("what", String),
    column("told_at", Moment),
    column("due_at", Moment),
    column("ended_at", Moment),
    column("outcome", String),
)
referrals = table(
    "figure_referral",
    column("request", Integer),
    column("sent_at", Moment),
    column("answered_at", Moment),
)
digests = table(
    "service_digest",
    column("week", String),
    column("published", JSON),
    column("content", JSON),
    column("sent_at", Moment),
)
proposals = table(
    "service_proposal",
    column("number", Integer),
    column("unit", String),
    column("topic", String),
    column("concerns", SecretJson("proposal.concerns")),
    column("problem", SecretJson("proposal.problem")),
    column("asked", SecretJson("proposal.asked")),
    column("wished_on", Date),
    column("state", String),
    column("evidence", JSON),
    column("sent_at", Moment),
    column("ended_at", Moment),
)
replies = table(
    "service_reply",
    column("number", Integer),
    column("recipient", Integer),
    column("kind", String),
    column("text", SecretText("proposal_reply.text")),
    column("until_on", Date),
    column("at", Moment),
)
released = table(
    "service_released",
    column("number", Integer),
    column("unit", String),
    column("text", SecretText("released.text")),
    column("state", String),
    column("sent_at", Moment),
)
released_replies = table(
    "service_released_reply",
    column("number", Integer),
    column("recipient", Integer),
    column("text", SecretText("released_reply.text")),
    column("at", Moment),
)

_MAKE_ROLE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
    CREATE ROLE {role} NOLOGIN;
  END IF;
EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN NULL;
END $$
"""
_LET_IT_READ = """
DO $$ DECLARE
  may text := CASE WHEN current_setting('server_version_num')::int >= 160000
              THEN 'SET' ELSE 'MEMBER' END;
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
    GRANT USAGE ON SCHEMA public TO {role};
    GRANT SELECT ON {views} TO {role};
    IF NOT pg_has_role(CURRENT_USER, '{role}', may) THEN
      GRANT {role} TO CURRENT_USER;
    END IF;
  END IF;
EXCEPTION WHEN insufficient_privilege THEN NULL;
END $$
"""


def statements(dialect: str) -> tuple[str, ...]:
    """What makes the views, and on PostgreSQL the roles that may read them.

    Where the database's user may not make roles, an operator does (docs/running.md); until then
    the Service's side stays shut.
    """
    if dialect == "sqlite":
        return tuple(
            f"CREATE VIEW IF NOT EXISTS {name} AS {query.strip()}" for name, query in VIEWS.items()
        )
    views = (
        f"CREATE OR REPLACE VIEW {name} {_barrier(name)}AS {query.strip()}"
        for name, query in VIEWS.items()
    )
    roles = (
        form.format(role=role, views=", ".join(SEEN[side]))
        for side, role in ROLES.items()
        for form in (_MAKE_ROLE, _LET_IT_READ)
    )
    return (*views, *roles)


def _barrier(name: str) -> str:
    return "WITH (security_barrier) " if name in GUARDED else ""


for _dialect in ("sqlite", "postgresql"):
    for _one in statements(_dialect):
        _made = DDL(_one).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]
        event.listen(Base.metadata, "after_create", _made)
