"""The council's desk"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = '0002'
down_revision: str | None = '0001'
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


# the record is append-only: the database itself refuses anything else
GUARDS = {
    'sqlite': (
        "CREATE TRIGGER audit_stays BEFORE UPDATE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
        "CREATE TRIGGER audit_keeps BEFORE DELETE ON audit WHEN OLD.id > COALESCE("
        "(SELECT CAST(value AS INTEGER) FROM note WHERE name = 'audit anchor'), 0) "
        "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END",
    ),
    'postgresql': (
        "CREATE FUNCTION audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'DELETE' AND OLD.id <= COALESCE((SELECT split_part(value, ' ', 1)::bigint "
        "FROM note WHERE name = 'audit anchor'), 0) THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'the record is append-only'; END $$",
        "CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_guard()",
    ),
}


def upgrade() -> None:
    op.create_table('audit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=16), nullable=False),
    sa.Column('what', sa.String(length=32), nullable=False),
    sa.Column('subject', sa.String(length=16), nullable=False),
    sa.Column('detail', sa.String(length=400), nullable=False),
    sa.Column('seal', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_actor'), ['actor'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_subject'), ['subject'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_what'), ['what'], unique=False)
    for guard in GUARDS[op.get_bind().dialect.name]:
        op.execute(guard)

    op.create_table('pseudonym',
    sa.Column('number', sa.String(length=16), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('row', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_pseudonym')),
    sa.UniqueConstraint('kind', 'row', name=op.f('uq_pseudonym_kind_row'))
    )
    op.create_table('ban',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('wished_by', sa.Integer(), nullable=True),
    sa.Column('why', sa.String(length=24), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('appeal', sa.LargeBinary(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['decided_by'], ['member.id'], name=op.f('fk_ban_decided_by_member')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_ban_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['wished_by'], ['member.id'], name=op.f('fk_ban_wished_by_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ban')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('ban', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ban_person_id'), ['person_id'], unique=False)

    op.create_table('bundle',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_bundle_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bundle')),
    sqlite_autoincrement=True
    )
    op.create_table('election',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('called_by', sa.Integer(), nullable=True),
    sa.Column('electors', sa.JSON(), nullable=False),
    sa.Column('elected_id', sa.Integer(), nullable=True),
    sa.Column('why_void', sa.String(length=24), nullable=False),
    sa.Column('called_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stage_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('remind_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('extended', sa.Boolean(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['called_by'], ['member.id'], name=op.f('fk_election_called_by_member')),
    sa.ForeignKeyConstraint(['elected_id'], ['member.id'], name=op.f('fk_election_elected_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_election')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('election', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_election_remind_at'), ['remind_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_election_stage_at'), ['stage_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_election_state'), ['state'], unique=False)

    op.create_table('template',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('topic', sa.String(length=24), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('checked_on', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('replaces_id', sa.Integer(), nullable=True),
    sa.Column('corrects', sa.Boolean(), nullable=False),
    sa.Column('proposed_by', sa.Integer(), nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reminded_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['decided_by'], ['member.id'], name=op.f('fk_template_decided_by_member')),
    sa.ForeignKeyConstraint(['proposed_by'], ['member.id'], name=op.f('fk_template_proposed_by_member')),
    sa.ForeignKeyConstraint(['replaces_id'], ['template.id'], name=op.f('fk_template_replaces_id_template')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_template')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('template', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_template_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_template_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_template_topic'), ['topic'], unique=False)

    op.create_table('candidate',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('nominated_by', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('votes', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], name=op.f('fk_candidate_election_id_election'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_candidate_member_id_member')),
    sa.ForeignKeyConstraint(['nominated_by'], ['member.id'], name=op.f('fk_candidate_nominated_by_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_candidate')),
    sa.UniqueConstraint('election_id', 'round', 'member_id', name=op.f('uq_candidate_election_id_round_member_id')),
    sqlite_autoincrement=True
    )
    op.create_table('template_text',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('template_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['template_id'], ['template.id'], name=op.f('fk_template_text_template_id_template'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_template_text')),
    sa.UniqueConstraint('template_id', 'language', name=op.f('uq_template_text_template_id_language')),
    sqlite_autoincrement=True
    )
    op.create_table('voter',
    sa.Column('election_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('voted', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['election_id'], ['election.id'], name=op.f('fk_voter_election_id_election'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_voter_member_id_member')),
    sa.PrimaryKeyConstraint('election_id', 'round', 'member_id', name=op.f('pk_voter')),
    sqlite_with_rowid=False
    )
    op.create_table('conflict',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_conflict_case_id_case'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['decided_by'], ['member.id'], name=op.f('fk_conflict_decided_by_member')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_conflict_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conflict')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('conflict', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conflict_case_id'), ['case_id'], unique=False)

    op.create_table('correction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('template_id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_correction_case_id_case'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['template_id'], ['template.id'], name=op.f('fk_correction_template_id_template'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction')),
    sa.UniqueConstraint('template_id', 'case_id', name=op.f('uq_correction_template_id_case_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('correction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_correction_case_id'), ['case_id'], unique=False)

    op.create_table('referral',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.Integer(), nullable=False),
    sa.Column('body', sa.String(length=32), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_referral_case_id_case'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_referral_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_referral')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('referral', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_referral_case_id'), ['case_id'], unique=False)

    op.create_table('review',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('reader_id', sa.Integer(), nullable=False),
    sa.Column('held', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('remark', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['member.id'], name=op.f('fk_review_author_id_member')),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_review_case_id_case'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['reader_id'], ['member.id'], name=op.f('fk_review_reader_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_case_id'), ['case_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_reader_id'), ['reader_id'], unique=False)

    op.create_table('told',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=8), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_told_case_id_case'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_told')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('told', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_told_case_id'), ['case_id'], unique=False)

    # plain columns, added in place: rebuilding a table on SQLite would forget which ids were given

    op.add_column('case', sa.Column('about', sa.String(length=16), nullable=False, server_default=''))
    op.add_column('case', sa.Column('subjects', sa.JSON(), nullable=False, server_default='[]'))
    op.add_column('case', sa.Column('bundle_id', sa.Integer(), nullable=True))
    op.create_index('ix_case_bundle_id', 'case', ['bundle_id'])

    op.add_column('entry', sa.Column('template_id', sa.Integer(), nullable=True))
    op.add_column('entry', sa.Column('undo', sa.LargeBinary(), nullable=True))
    op.create_index('ix_entry_template_id', 'entry', ['template_id'])

    op.add_column('invitation', sa.Column('invited_by', sa.Integer(), nullable=True))

    op.add_column('member', sa.Column('is_focal', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('member', sa.Column('is_acting', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('member', sa.Column('substitute_id', sa.Integer(), nullable=True))
    op.add_column('member', sa.Column('cap', sa.Integer(), nullable=True))
    op.add_column('member', sa.Column('away_since', sa.DateTime(timezone=True), nullable=True))
    op.add_column('member', sa.Column('suspended_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('member', sa.Column('chair_since', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_member_away_until', 'member', ['away_until'])

    op.add_column('person', sa.Column('safety', sa.LargeBinary(), nullable=True))
    op.add_column('person', sa.Column('counted_since', sa.DateTime(timezone=True), nullable=True))
    op.add_column('person', sa.Column('counted', sa.Integer(), nullable=False, server_default='0'))
    op.add_column('person', sa.Column('warned_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("put back the backup that was made before the upgrade")
