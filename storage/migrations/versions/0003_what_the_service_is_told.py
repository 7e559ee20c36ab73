"""What the Service is told"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = '0003'
down_revision: str | None = '0002'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# people who are there already get their numbers, too
RANDOM = {
    'sqlite': "UPDATE person SET counted_as = abs(random() / 2)",
    'postgresql': "UPDATE person SET counted_as = (random() * 4611686018427387903)::bigint",
}
# what is still known of requests from before
KNOWN = {
    'received': 'handed_in_at', 'read': 'taken_at', 'answered': 'answered_at', 'closed': 'closed_at'
}

# the Service's windows, as they were when this step was written: later steps make them anew
WINDOWS = {
    'sqlite': (
        """CREATE VIEW IF NOT EXISTS figure_request AS SELECT c.id AS request, p.counted_as AS writer, c.handed_in_at AS received_at,
            c.kind AS kind, c.topic AS topic, c.urgency AS urgency, c.language AS language,
            p.channel AS channel, c.track AS track
            FROM "case" c JOIN person p ON p.id = c.person_id
            WHERE c.handed_in_at IS NOT NULL""",
        """CREATE VIEW IF NOT EXISTS figure_milestone AS SELECT m.case_id AS request, m.what AS what, m.at AS at FROM milestone m""",
        """CREATE VIEW IF NOT EXISTS figure_date AS SELECT t.case_id AS request, t.what AS what, t.told_at AS told_at, t.due_at AS due_at,
            t.ended_at AS ended_at, t.outcome AS outcome
            FROM told t""",
        """CREATE VIEW IF NOT EXISTS figure_referral AS SELECT r.case_id AS request, r.sent_at AS sent_at,
            (SELECT MIN(y.at) FROM released_reply y WHERE y.released_id = r.id) AS answered_at
            FROM released r WHERE r.sent_at IS NOT NULL""",
        """CREATE VIEW IF NOT EXISTS service_digest AS SELECT d.week AS week, d.published AS published, d.content AS content, d.sent_at AS sent_at
            FROM digest_run d WHERE d.stage = 'sent'""",
        """CREATE VIEW IF NOT EXISTS service_proposal AS SELECT p.id AS number, p.unit AS unit, p.topic AS topic, p.concerns AS concerns,
            p.problem AS problem, p.asked AS asked, p.wished_on AS wished_on, p.state AS state,
            p.evidence AS evidence, p.sent_at AS sent_at, p.ended_at AS ended_at
            FROM proposal p WHERE p.sent_at IS NOT NULL""",
        """CREATE VIEW IF NOT EXISTS service_reply AS SELECT y.proposal_id AS number, y.recipient_id AS recipient, y.kind AS kind,
            y.text AS text, y.until_on AS until_on, y.at AS at
            FROM proposal_reply y JOIN proposal p ON p.id = y.proposal_id WHERE p.sent_at IS NOT NULL""",
        """CREATE VIEW IF NOT EXISTS service_released AS SELECT r.id AS number, r.unit AS unit, r.text AS text, r.state AS state,
            r.sent_at AS sent_at
            FROM released r WHERE r.sent_at IS NOT NULL""",
        """CREATE VIEW IF NOT EXISTS service_released_reply AS SELECT y.released_id AS number, y.recipient_id AS recipient, y.text AS text, y.at AS at
            FROM released_reply y JOIN released r ON r.id = y.released_id WHERE r.sent_at IS NOT NULL""",
    ),
    'postgresql': (
        """CREATE OR REPLACE VIEW figure_request AS SELECT c.id AS request, p.counted_as AS writer, c.handed_in_at AS received_at,
            c.kind AS kind, c.topic AS topic, c.urgency AS urgency, c.language AS language,
            p.channel AS channel, c.track AS track
            FROM "case" c JOIN person p ON p.id = c.person_id
            WHERE c.handed_in_at IS NOT NULL""",
        """CREATE OR REPLACE VIEW figure_milestone AS SELECT m.case_id AS request, m.what AS what, m.at AS at FROM milestone m""",
        """CREATE OR REPLACE VIEW figure_date AS SELECT t.case_id AS request, t.what AS what, t.told_at AS told_at, t.due_at AS due_at,
            t.ended_at AS ended_at, t.outcome AS outcome
            FROM told t""",
        """CREATE OR REPLACE VIEW figure_referral AS SELECT r.case_id AS request, r.sent_at AS sent_at,
            (SELECT MIN(y.at) FROM released_reply y WHERE y.released_id = r.id) AS answered_at
            FROM released r WHERE r.sent_at IS NOT NULL""",
        """CREATE OR REPLACE VIEW service_digest WITH (security_barrier) AS SELECT d.week AS week, d.published AS published, d.content AS content, d.sent_at AS sent_at
            FROM digest_run d WHERE d.stage = 'sent'""",
        """CREATE OR REPLACE VIEW service_proposal WITH (security_barrier) AS SELECT p.id AS number, p.unit AS unit, p.topic AS topic, p.concerns AS concerns,
            p.problem AS problem, p.asked AS asked, p.wished_on AS wished_on, p.state AS state,
            p.evidence AS evidence, p.sent_at AS sent_at, p.ended_at AS ended_at
            FROM proposal p WHERE p.sent_at IS NOT NULL""",
        """CREATE OR REPLACE VIEW service_reply WITH (security_barrier) AS SELECT y.proposal_id AS number, y.recipient_id AS recipient, y.kind AS kind,
            y.text AS text, y.until_on AS until_on, y.at AS at
            FROM proposal_reply y JOIN proposal p ON p.id = y.proposal_id WHERE p.sent_at IS NOT NULL""",
        """CREATE OR REPLACE VIEW service_released WITH (security_barrier) AS SELECT r.id AS number, r.unit AS unit, r.text AS text, r.state AS state,
            r.sent_at AS sent_at
            FROM released r WHERE r.sent_at IS NOT NULL""",
        """CREATE OR REPLACE VIEW service_released_reply WITH (security_barrier) AS SELECT y.released_id AS number, y.recipient_id AS recipient, y.text AS text, y.at AS at
            FROM released_reply y JOIN released r ON r.id = y.released_id WHERE r.sent_at IS NOT NULL""",
        """DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'council_service') THEN
            CREATE ROLE council_service NOLOGIN;
            END IF;
EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN NULL;
END $$""",
        """DO $$ DECLARE
            may text := CASE WHEN current_setting('server_version_num')::int >= 160000
            THEN 'SET' ELSE 'MEMBER' END;
BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'council_service') THEN
            GRANT USAGE ON SCHEMA public TO council_service;
            GRANT SELECT ON service_digest, service_proposal, service_reply, service_released, service_released_reply TO council_service;
            IF NOT pg_has_role(CURRENT_USER, 'council_service', may) THEN
            GRANT council_service TO CURRENT_USER;
            END IF;
            END IF;
EXCEPTION WHEN insufficient_privilege THEN NULL;
END $$""",
        """DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'council_figures') THEN
            CREATE ROLE council_figures NOLOGIN;
            END IF;
EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN NULL;
END $$""",
        """DO $$ DECLARE
            may text := CASE WHEN current_setting('server_version_num')::int >= 160000
            THEN 'SET' ELSE 'MEMBER' END;
BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'council_figures') THEN
            GRANT USAGE ON SCHEMA public TO council_figures;
            GRANT SELECT ON figure_request, figure_milestone, figure_date, figure_referral, service_digest, service_proposal, service_reply TO council_figures;
            IF NOT pg_has_role(CURRENT_USER, 'council_figures', may) THEN
            GRANT council_figures TO CURRENT_USER;
            END IF;
            END IF;
EXCEPTION WHEN insufficient_privilege THEN NULL;
END $$""",
    ),
}


def upgrade() -> None:
    op.create_table('recipient',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=32), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('address', sa.LargeBinary(), nullable=True),
    sa.Column('token_hash', sa.String(length=64), nullable=True),
    sa.Column('code_hash', sa.String(length=64), nullable=True),
    sa.Column('claimed_hash', sa.String(length=64), nullable=True),
    sa.Column('claimed_address', sa.LargeBinary(), nullable=True),
    sa.Column('invited_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_recipient_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recipient')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_recipient_code_hash')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_recipient_token_hash')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('recipient', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recipient_name'), ['name'], unique=False)
        batch_op.create_index(batch_op.f('ix_recipient_person_id'), ['person_id'], unique=False)

    op.create_table('digest_copy',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('week', sa.String(length=8), nullable=False),
    sa.Column('recipient_id', sa.Integer(), nullable=False),
    sa.Column('outbox_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['recipient_id'], ['recipient.id'], name=op.f('fk_digest_copy_recipient_id_recipient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digest_copy')),
    sa.UniqueConstraint('week', 'recipient_id', name=op.f('uq_digest_copy_week_recipient_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('digest_copy', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_digest_copy_recipient_id'), ['recipient_id'], unique=False)

    op.create_table('digest_line',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('week', sa.String(length=8), nullable=False),
    sa.Column('section', sa.String(length=12), nullable=False),
    sa.Column('topic', sa.String(length=24), nullable=False),
    sa.Column('on', sa.Date(), nullable=True),
    sa.Column('texts', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['member.id'], name=op.f('fk_digest_line_author_id_member')),
    sa.ForeignKeyConstraint(['decided_by'], ['member.id'], name=op.f('fk_digest_line_decided_by_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digest_line')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('digest_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_digest_line_week'), ['week'], unique=False)

    op.create_table('digest_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('week', sa.String(length=8), nullable=False),
    sa.Column('stage', sa.String(length=12), nullable=False),
    sa.Column('stage_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('published', sa.JSON(), nullable=True),
    sa.Column('content', sa.JSON(), nullable=True),
    sa.Column('approved_by', sa.Integer(), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['approved_by'], ['member.id'], name=op.f('fk_digest_run_approved_by_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digest_run')),
    sa.UniqueConstraint('week', name=op.f('uq_digest_run_week')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('digest_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_digest_run_stage_at'), ['stage_at'], unique=False)

    op.create_table('proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(length=32), nullable=False),
    sa.Column('topic', sa.String(length=24), nullable=False),
    sa.Column('concerns', sa.LargeBinary(), nullable=False),
    sa.Column('problem', sa.LargeBinary(), nullable=False),
    sa.Column('asked', sa.LargeBinary(), nullable=False),
    sa.Column('wished_on', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('evidence', sa.JSON(), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('approved_by', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('remind_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.LargeBinary(), nullable=True),
    sa.Column('outcome_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['approved_by'], ['member.id'], name=op.f('fk_proposal_approved_by_member')),
    sa.ForeignKeyConstraint(['author_id'], ['member.id'], name=op.f('fk_proposal_author_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('proposal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposal_outcome_at'), ['outcome_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposal_remind_at'), ['remind_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_proposal_state'), ['state'], unique=False)

    op.create_table('milestone',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=12), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_milestone_case_id_case'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_milestone')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('milestone', schema=None) as batch_op:
        batch_op.create_index('ix_milestone_case_what_at', ['case_id', 'what', 'at'], unique=False)
        batch_op.create_index('ix_milestone_what_at', ['what', 'at', 'case_id'], unique=False)

    # what a week's figures are found by
    op.create_index('ix_case_handed_in_at', 'case', ['handed_in_at'], unique=False)
    op.create_index('ix_told_ended_at', 'told', ['ended_at', 'outcome', 'case_id'], unique=False)

    op.create_table('proposal_case',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_proposal_case_case_id_case'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_proposal_case_proposal_id_proposal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal_case')),
    sa.UniqueConstraint('proposal_id', 'case_id', name=op.f('uq_proposal_case_proposal_id_case_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('proposal_case', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposal_case_case_id'), ['case_id'], unique=False)

    op.create_table('proposal_reply',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('recipient_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_proposal_reply_proposal_id_proposal'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['recipient_id'], ['recipient.id'], name=op.f('fk_proposal_reply_recipient_id_recipient')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposal_reply')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('proposal_reply', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_proposal_reply_proposal_id'), ['proposal_id'], unique=False)

    op.create_table('released',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('unit', sa.String(length=32), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_released_case_id_case'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_released_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_released')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('released', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_released_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_released_sends_at'), ['sends_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_released_sent_at'), ['sent_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_released_state'), ['state'], unique=False)

    op.create_table('released_reply',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('released_id', sa.Integer(), nullable=False),
    sa.Column('recipient_id', sa.Integer(), nullable=True),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['recipient_id'], ['recipient.id'], name=op.f('fk_released_reply_recipient_id_recipient')),
    sa.ForeignKeyConstraint(['released_id'], ['released.id'], name=op.f('fk_released_reply_released_id_released'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_released_reply')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('released_reply', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_released_reply_released_id'), ['released_id'], unique=False)

    # plain columns, added in place: rebuilding a table on SQLite would forget which ids were given
    op.add_column('person', sa.Column('counted_as', sa.BigInteger(), nullable=False, server_default='0'))
    op.execute(RANDOM[op.get_bind().dialect.name])
    for what, column in KNOWN.items():
        op.execute(
            f'INSERT INTO milestone (case_id, what, at) SELECT id, \'{what}\', {column} '
            f'FROM "case" WHERE {column} IS NOT NULL'
        )
    for one in WINDOWS[op.get_bind().dialect.name]:
        op.execute(sa.text(one.replace(':', '\\:')))


def downgrade() -> None:
    raise NotImplementedError("put back the backup that was made before the upgrade")
