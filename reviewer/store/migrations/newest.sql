CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)
;
CREATE TABLE endpoint (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	protocol VARCHAR NOT NULL, 
	base_url VARCHAR NOT NULL, 
	key_env VARCHAR NOT NULL, 
	key_service VARCHAR NOT NULL, 
	headers VARCHAR NOT NULL, 
	timeout_s FLOAT NOT NULL, 
	concurrency INTEGER NOT NULL, 
	max_attempts INTEGER NOT NULL, 
	responses_file VARCHAR NOT NULL, 
	created_at VARCHAR NOT NULL, network VARCHAR DEFAULT '{}' NOT NULL, template VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (id AUTOINCREMENT), 
	CONSTRAINT ck_endpoint_limits CHECK (timeout_s > 0 AND concurrency > 0 AND max_attempts > 0), 
	UNIQUE (name)
)
;
CREATE TABLE setting (
	"key" VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY ("key")
)
;
CREATE TABLE suite (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	version VARCHAR NOT NULL, 
	description VARCHAR NOT NULL, 
	licence VARCHAR NOT NULL, 
	guideline VARCHAR NOT NULL, 
	guideline_version INTEGER NOT NULL, 
	scale VARCHAR NOT NULL, 
	scale_hash VARCHAR NOT NULL, 
	content_hash VARCHAR NOT NULL, 
	created_at VARCHAR NOT NULL, 
	PRIMARY KEY (id AUTOINCREMENT), 
	CONSTRAINT ck_suite_name CHECK (name <> ''), 
	UNIQUE (name)
)
;
CREATE TABLE "case" (
	id INTEGER NOT NULL, 
	suite_id INTEGER NOT NULL, 
	"key" VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	current BOOLEAN NOT NULL, 
	messages VARCHAR NOT NULL, 
	message_hash VARCHAR NOT NULL, 
	content_hash VARCHAR NOT NULL, 
	request VARCHAR NOT NULL, 
	search_text VARCHAR NOT NULL, 
	label VARCHAR, 
	band VARCHAR NOT NULL, 
	label_version INTEGER NOT NULL, 
	borderline BOOLEAN NOT NULL, 
	status VARCHAR NOT NULL, 
	category VARCHAR NOT NULL, 
	tags VARCHAR NOT NULL, 
	pair VARCHAR NOT NULL, 
	segment VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	licence VARCHAR NOT NULL, 
	rationale VARCHAR NOT NULL, 
	created_at VARCHAR NOT NULL, 
	PRIMARY KEY (id AUTOINCREMENT), 
	CONSTRAINT ck_case_key CHECK (key <> ''), 
	CONSTRAINT ck_case_label CHECK (label IS NOT NULL OR status <> 'labelled'), 
	CONSTRAINT ck_status CHECK (status IN ('labelled', 'unreviewed', 'disputed', 'retired')), 
	FOREIGN KEY(suite_id) REFERENCES suite (id), 
	UNIQUE (suite_id, "key", version)
)
;
CREATE INDEX ix_case_suite_current_key ON "case" (suite_id, current, "key")
;
CREATE TABLE model_version (
	id INTEGER NOT NULL, 
	endpoint_id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	protocol VARCHAR NOT NULL, 
	base_url VARCHAR NOT NULL, 
	responses_file VARCHAR NOT NULL, 
	model VARCHAR NOT NULL, 
	system VARCHAR NOT NULL, 
	sampling VARCHAR NOT NULL, 
	hash VARCHAR NOT NULL, 
	created_at VARCHAR NOT NULL, template VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (id AUTOINCREMENT), 
	FOREIGN KEY(endpoint_id) REFERENCES endpoint (id), 
	UNIQUE (name, hash)
)
;
CREATE TABLE label_event (
	id INTEGER NOT NULL, 
	case_id INTEGER NOT NULL, 
	label_version INTEGER NOT NULL, 
	label VARCHAR, 
	band VARCHAR NOT NULL, 
	status VARCHAR NOT NULL, 
	guideline_version INTEGER NOT NULL, 
	author VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	PRIMARY KEY (id AUTOINCREMENT), 
	CONSTRAINT ck_status CHECK (status IN ('labelled', 'unreviewed', 'disputed', 'retired')), 
	FOREIGN KEY(case_id) REFERENCES "case" (id), 
	UNIQUE (case_id, label_version)
)
;
CREATE TABLE run (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	suite_id INTEGER NOT NULL, 
	model_version_id INTEGER NOT NULL, 
	repeats INTEGER NOT NULL, 
	status VARCHAR NOT NULL, 
	message VARCHAR NOT NULL, 
	created_at VARCHAR NOT NULL, 
	finished_at VARCHAR NOT NULL, case_count INTEGER DEFAULT 0 NOT NULL, 
	PRIMARY KEY (id AUTOINCREMENT), 
	CONSTRAINT ck_status CHECK (status IN ('new', 'running', 'cancelled', 'stopped', 'finished', 'imported')), 
	CONSTRAINT ck_run_repeats CHECK (repeats > 0), 
	FOREIGN KEY(model_version_id) REFERENCES model_version (id), 
	FOREIGN KEY(suite_id) REFERENCES suite (id), 
	UNIQUE (name)
)
;
CREATE TABLE response (
	id INTEGER NOT NULL, 
	run_id INTEGER NOT NULL, 
	case_id INTEGER NOT NULL, 
	repeat INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	reasoning VARCHAR NOT NULL, 
	finish_reason VARCHAR NOT NULL, 
	usage VARCHAR NOT NULL, 
	model VARCHAR NOT NULL, 
	latency_ms FLOAT, 
	error VARCHAR NOT NULL, 
	attempts INTEGER NOT NULL, 
	raw_body BLOB NOT NULL, 
	hash VARCHAR NOT NULL, 
	received_at VARCHAR NOT NULL, 
	final_action VARCHAR, 
	final_source VARCHAR, 
	unscored_reason VARCHAR NOT NULL, 
	automatic_action VARCHAR, 
	reviewed BOOLEAN NOT NULL, disagreement BOOLEAN DEFAULT 0 NOT NULL, request_hash VARCHAR DEFAULT '' NOT NULL, traces VARCHAR DEFAULT '{}' NOT NULL, automatic_confidence FLOAT, 
	PRIMARY KEY (id AUTOINCREMENT), 
	CONSTRAINT ck_final_source CHECK (final_source IN ('adjudicated', 'decided', 'judge', 'rules') OR final_source IS NULL), 
	CONSTRAINT ck_state CHECK (state IN ('ok', 'filtered', 'truncated', 'empty', 'tool_call_only', 'error', 'no_response', 'unknown_end')), 
	CONSTRAINT ck_response_final CHECK ((final_action IS NULL) = (final_source IS NULL)), 
	CONSTRAINT ck_response_repeat CHECK (repeat > 0), 
	FOREIGN KEY(case_id) REFERENCES "case" (id), 
	FOREIGN KEY(run_id) REFERENCES run (id), 
	UNIQUE (run_id, case_id, repeat)
)
;
CREATE INDEX ix_response_case ON response (case_id)
;
CREATE TABLE review_plan (
	id INTEGER NOT NULL, 
	run_id INTEGER NOT NULL, 
	against_run_id INTEGER, 
	design VARCHAR NOT NULL, 
	seed INTEGER NOT NULL, 
	budget INTEGER NOT NULL, 
	at VARCHAR NOT NULL, name VARCHAR DEFAULT '' NOT NULL, author VARCHAR DEFAULT '' NOT NULL, needed INTEGER DEFAULT 1 NOT NULL, 
	PRIMARY KEY (id AUTOINCREMENT), 
	CONSTRAINT ck_review_plan_budget CHECK (budget > 0), 
	FOREIGN KEY(against_run_id) REFERENCES run (id), 
	FOREIGN KEY(run_id) REFERENCES run (id)
)
;
CREATE INDEX ix_review_plan_run_id ON review_plan (run_id)
;
CREATE TABLE run_case (
	run_id INTEGER NOT NULL, 
	case_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	PRIMARY KEY (run_id, case_id), 
	FOREIGN KEY(case_id) REFERENCES "case" (id), 
	FOREIGN KEY(run_id) REFERENCES run (id)
)
;
CREATE INDEX ix_run_case_case_id ON run_case (case_id)
;
CREATE TABLE decision (
	id INTEGER NOT NULL, 
	response_id INTEGER NOT NULL, 
	response_hash VARCHAR NOT NULL, 
	scale_hash VARCHAR NOT NULL, 
	reviewer VARCHAR NOT NULL, 
	action VARCHAR, 
	kind VARCHAR NOT NULL, 
	undoes INTEGER, 
	note VARCHAR NOT NULL, 
	blind BOOLEAN NOT NULL, 
	bulk BOOLEAN NOT NULL, 
	seconds_spent FLOAT, 
	at VARCHAR NOT NULL, hidden VARCHAR, guideline_version INTEGER, origin VARCHAR DEFAULT '' NOT NULL, uid VARCHAR DEFAULT '' NOT NULL, carried_from INTEGER REFERENCES decision(id), 
	PRIMARY KEY (id AUTOINCREMENT), 
	CONSTRAINT ck_decision_undoes CHECK ((kind = 'undo') = (undoes IS NOT NULL)), 
	CONSTRAINT ck_kind CHECK (kind IN ('decision', 'adjudication', 'undo')), 
	CONSTRAINT ck_decision_reviewer CHECK (reviewer <> ''), 
	FOREIGN KEY(response_id) REFERENCES response (id), 
	FOREIGN KEY(undoes) REFERENCES decision (id)
)
;
CREATE INDEX ix_decision_response ON decision (response_id)
;
CREATE TABLE verdict (
	id INTEGER NOT NULL, 
	response_id INTEGER NOT NULL, 
	response_hash VARCHAR NOT NULL, 
	classifier VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	action VARCHAR, 
	confidence FLOAT NOT NULL, 
	reason VARCHAR NOT NULL, 
	evidence VARCHAR NOT NULL, 
	engagement VARCHAR, 
	refusal_kind VARCHAR, 
	caveat BOOLEAN NOT NULL, 
	asks BOOLEAN NOT NULL, 
	at VARCHAR NOT NULL, said_so BOOLEAN, counted BOOLEAN DEFAULT 1 NOT NULL, 
	PRIMARY KEY (id AUTOINCREMENT), 
	CONSTRAINT ck_engagement CHECK (engagement IN ('full', 'partial', 'none') OR engagement IS NULL), 
	CONSTRAINT ck_refusal_kind CHECK (refusal_kind IN ('normative', 'epistemic', 'capability') OR refusal_kind IS NULL), 
	CONSTRAINT ck_source CHECK (source IN ('rules', 'judge')), 
	CONSTRAINT ck_verdict_confidence CHECK (confidence BETWEEN 0 AND 1), 
	FOREIGN KEY(response_id) REFERENCES response (id)
)
;
CREATE INDEX ix_verdict_response ON verdict (response_id)
;
CREATE TABLE adjudication (
	decision_id INTEGER NOT NULL, 
	cause VARCHAR, 
	PRIMARY KEY (decision_id), 
	CONSTRAINT ck_cause CHECK (cause IN ('label_wrong', 'response_ambiguous', 'guideline_unclear', 'slip') OR cause IS NULL), 
	FOREIGN KEY(decision_id) REFERENCES decision (id)
)
;
CREATE VIRTUAL TABLE case_fts USING fts5(search_text, content='case', content_rowid='id', tokenize='unicode61 remove_diacritics 2')
;
CREATE TRIGGER case_fts_insert AFTER INSERT ON "case" BEGIN INSERT INTO case_fts(rowid, search_text) VALUES (new.id, new.search_text); END
;
CREATE TRIGGER case_fts_delete AFTER DELETE ON "case" BEGIN INSERT INTO case_fts(case_fts, rowid, search_text) VALUES ('delete', old.id, old.search_text); END
;
CREATE TRIGGER case_fts_update AFTER UPDATE OF search_text ON "case" BEGIN INSERT INTO case_fts(case_fts, rowid, search_text) VALUES ('delete', old.id, old.search_text); INSERT INTO case_fts(rowid, search_text) VALUES (new.id, new.search_text); END
;
CREATE VIRTUAL TABLE response_fts USING fts5(text, content='response', content_rowid='id', tokenize='unicode61 remove_diacritics 2')
;
CREATE TRIGGER response_fts_insert AFTER INSERT ON "response" BEGIN INSERT INTO response_fts(rowid, text) VALUES (new.id, new.text); END
;
CREATE TRIGGER response_fts_delete AFTER DELETE ON "response" BEGIN INSERT INTO response_fts(response_fts, rowid, text) VALUES ('delete', old.id, old.text); END
;
CREATE TRIGGER response_fts_update AFTER UPDATE OF text ON "response" BEGIN INSERT INTO response_fts(response_fts, rowid, text) VALUES ('delete', old.id, old.text); INSERT INTO response_fts(rowid, text) VALUES (new.id, new.text); END
;
CREATE TRIGGER label_event_no_update BEFORE UPDATE ON label_event BEGIN SELECT RAISE(ABORT, 'label_event is appended only'); END
;
CREATE TRIGGER label_event_no_delete BEFORE DELETE ON label_event BEGIN SELECT RAISE(ABORT, 'label_event is appended only'); END
;
CREATE TRIGGER verdict_no_update BEFORE UPDATE ON verdict BEGIN SELECT RAISE(ABORT, 'verdict is appended only'); END
;
CREATE TRIGGER verdict_no_delete BEFORE DELETE ON verdict BEGIN SELECT RAISE(ABORT, 'verdict is appended only'); END
;
CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'decision is appended only'); END
;
CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'decision is appended only'); END
;
CREATE TRIGGER adjudication_no_update BEFORE UPDATE ON adjudication BEGIN SELECT RAISE(ABORT, 'adjudication is appended only'); END
;
CREATE TRIGGER adjudication_no_delete BEFORE DELETE ON adjudication BEGIN SELECT RAISE(ABORT, 'adjudication is appended only'); END
;
CREATE TRIGGER review_plan_no_update BEFORE UPDATE ON review_plan BEGIN SELECT RAISE(ABORT, 'review_plan is appended only'); END
;
CREATE TRIGGER review_plan_no_delete BEFORE DELETE ON review_plan BEGIN SELECT RAISE(ABORT, 'review_plan is appended only'); END
;
CREATE TABLE judge_run (
	id INTEGER NOT NULL, 
	run_id INTEGER NOT NULL, 
	control_run_id INTEGER, 
	classifier VARCHAR NOT NULL, 
	endpoint_name VARCHAR NOT NULL, 
	protocol VARCHAR NOT NULL, 
	base_url VARCHAR NOT NULL, 
	responses_file VARCHAR NOT NULL, 
	model VARCHAR NOT NULL, 
	sampling VARCHAR NOT NULL, 
	judge_hash VARCHAR NOT NULL, 
	prompt_hash VARCHAR NOT NULL, 
	rubric_version VARCHAR NOT NULL, 
	status VARCHAR NOT NULL, 
	message VARCHAR NOT NULL, 
	drift VARCHAR NOT NULL, 
	accepted_by VARCHAR NOT NULL, 
	accepted_at VARCHAR NOT NULL, 
	created_at VARCHAR NOT NULL, 
	finished_at VARCHAR NOT NULL, admission VARCHAR DEFAULT 'not_measured' NOT NULL CONSTRAINT ck_admission CHECK (admission IN ('not_measured', 'below_the_bar', 'measured', 'person', 'before')), measured VARCHAR DEFAULT '' NOT NULL, admitted_by VARCHAR DEFAULT '' NOT NULL, admitted_why VARCHAR DEFAULT '' NOT NULL, admitted_at VARCHAR DEFAULT '' NOT NULL, 
	PRIMARY KEY (id AUTOINCREMENT), 
	CONSTRAINT ck_status CHECK (status IN ('new', 'running', 'held', 'cancelled', 'stopped', 'finished')), 
	CONSTRAINT ck_judge_run_accepted CHECK ((accepted_by = '') = (accepted_at = '')), 
	FOREIGN KEY(control_run_id) REFERENCES run (id), 
	FOREIGN KEY(run_id) REFERENCES run (id)
)
;
CREATE INDEX ix_judge_run_run_id ON judge_run (run_id)
;
CREATE INDEX ix_judge_run_judge ON judge_run (judge_hash, prompt_hash)
;
CREATE TABLE judge_reply (
	id INTEGER NOT NULL, 
	judge_run_id INTEGER NOT NULL, 
	response_id INTEGER NOT NULL, 
	response_hash VARCHAR NOT NULL, 
	control BOOLEAN NOT NULL, 
	verdict_id INTEGER, 
	outcome VARCHAR NOT NULL, 
	action VARCHAR, 
	reason VARCHAR NOT NULL, 
	returned_model VARCHAR NOT NULL, 
	fingerprint VARCHAR NOT NULL, 
	request_hash VARCHAR NOT NULL, 
	raw_reply VARCHAR NOT NULL, 
	attempts INTEGER NOT NULL, 
	latency_ms FLOAT, 
	usage VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	PRIMARY KEY (id AUTOINCREMENT), 
	CONSTRAINT ck_outcome CHECK (outcome IN ('judged', 'refused', 'not_the_form', 'failed')), 
	CONSTRAINT ck_judge_reply_action CHECK ((action IS NOT NULL) = (outcome = 'judged')), 
	CONSTRAINT ck_judge_reply_verdict CHECK ((verdict_id IS NULL) = (control OR outcome = 'failed')), 
	FOREIGN KEY(judge_run_id) REFERENCES judge_run (id), 
	FOREIGN KEY(response_id) REFERENCES response (id), 
	FOREIGN KEY(verdict_id) REFERENCES verdict (id), 
	UNIQUE (verdict_id)
)
;
CREATE INDEX ix_judge_reply_run ON judge_reply (judge_run_id)
;
CREATE INDEX ix_judge_reply_response ON judge_reply (response_id)
;
CREATE TRIGGER judge_reply_no_update BEFORE UPDATE ON judge_reply BEGIN SELECT RAISE(ABORT, 'judge_reply is appended only'); END
;
CREATE TRIGGER judge_reply_no_delete BEFORE DELETE ON judge_reply BEGIN SELECT RAISE(ABORT, 'judge_reply is appended only'); END
;
CREATE INDEX ix_response_request ON response (request_hash)
;
CREATE TABLE run_count (
	run_id INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	responses INTEGER NOT NULL, 
	reviewed INTEGER NOT NULL, 
	PRIMARY KEY (run_id, state), 
	CONSTRAINT ck_run_count CHECK (responses >= 0 AND reviewed BETWEEN 0 AND responses), 
	FOREIGN KEY(run_id) REFERENCES run (id)
)
;
CREATE INDEX ix_case_suite_current_status ON "case" (suite_id, current, status)
;
CREATE INDEX ix_response_undecided ON response (run_id, reviewed) WHERE reviewed = 0
;
CREATE INDEX ix_response_failed ON response (run_id) WHERE state = 'error'
;
CREATE TABLE rescaling (
	id INTEGER NOT NULL, 
	suite_id INTEGER NOT NULL, 
	"before" VARCHAR NOT NULL, 
	"after" VARCHAR NOT NULL, 
	answers VARCHAR NOT NULL, 
	last_verdict_id INTEGER NOT NULL, 
	last_label_event_id INTEGER NOT NULL, 
	author VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	PRIMARY KEY (id AUTOINCREMENT), 
	CONSTRAINT ck_rescaling_reason CHECK (reason <> ''), 
	FOREIGN KEY(suite_id) REFERENCES suite (id)
)
;
CREATE INDEX ix_rescaling_suite_id ON rescaling (suite_id)
;
CREATE TRIGGER rescaling_no_update BEFORE UPDATE ON rescaling BEGIN SELECT RAISE(ABORT, 'rescaling is appended only'); END
;
CREATE TRIGGER rescaling_no_delete BEFORE DELETE ON rescaling BEGIN SELECT RAISE(ABORT, 'rescaling is appended only'); END
;
CREATE INDEX ix_response_sure ON response (run_id, automatic_confidence, automatic_action, state, reviewed, unscored_reason)
;
CREATE TABLE policy_lock (
	id INTEGER NOT NULL, 
	suite_id INTEGER NOT NULL, 
	policy_hash VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	rules VARCHAR NOT NULL, 
	last_response_id INTEGER NOT NULL, 
	author VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	PRIMARY KEY (id AUTOINCREMENT), 
	CONSTRAINT ck_policy_lock_hash CHECK (policy_hash <> ''), 
	CONSTRAINT ck_policy_lock_author CHECK (author <> ''), 
	FOREIGN KEY(suite_id) REFERENCES suite (id)
)
;
CREATE INDEX ix_policy_lock_suite_id ON policy_lock (suite_id)
;
CREATE TRIGGER policy_lock_no_update BEFORE UPDATE ON policy_lock BEGIN SELECT RAISE(ABORT, 'policy_lock is appended only'); END
;
CREATE TRIGGER policy_lock_no_delete BEFORE DELETE ON policy_lock BEGIN SELECT RAISE(ABORT, 'policy_lock is appended only'); END
;
CREATE UNIQUE INDEX ix_decision_uid ON decision (uid) WHERE uid <> ''
;
CREATE TABLE review_assignment (
	plan_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	reviewer VARCHAR NOT NULL, 
	PRIMARY KEY (plan_id, position, reviewer), 
	CONSTRAINT ck_review_assignment_reviewer CHECK (reviewer <> ''), 
	FOREIGN KEY(plan_id) REFERENCES review_plan (id)
)
;
CREATE TABLE review_event (
	id INTEGER NOT NULL, 
	response_id INTEGER NOT NULL, 
	reviewer VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	detail VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	PRIMARY KEY (id AUTOINCREMENT), 
	CONSTRAINT ck_kind CHECK (kind IN ('unblinded', 'flagged', 'unflagged', 'skipped')), 
	CONSTRAINT ck_review_event_reviewer CHECK (reviewer <> ''), 
	FOREIGN KEY(response_id) REFERENCES response (id)
)
;
CREATE INDEX ix_review_event_response ON review_event (response_id)
;
CREATE TABLE label_dispute (
	id INTEGER NOT NULL, 
	case_id INTEGER NOT NULL, 
	label_version INTEGER NOT NULL, 
	label VARCHAR, 
	band VARCHAR NOT NULL, 
	reviewer VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	uid VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	PRIMARY KEY (id AUTOINCREMENT), 
	CONSTRAINT ck_label_dispute_reviewer CHECK (reviewer <> ''), 
	CONSTRAINT ck_label_dispute_reason CHECK (reason <> ''), 
	FOREIGN KEY(case_id) REFERENCES "case" (id), 
	UNIQUE (uid)
)
;
CREATE INDEX ix_label_dispute_case_id ON label_dispute (case_id)
;
CREATE TABLE label_settling (
	dispute_id INTEGER NOT NULL, 
	label_version INTEGER, 
	author VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	PRIMARY KEY (dispute_id), 
	CONSTRAINT ck_label_settling_author CHECK (author <> ''), 
	CONSTRAINT ck_label_settling_reason CHECK (reason <> ''), 
	FOREIGN KEY(dispute_id) REFERENCES label_dispute (id)
)
;
CREATE TRIGGER review_event_no_update BEFORE UPDATE ON review_event BEGIN SELECT RAISE(ABORT, 'review_event is appended only'); END
;
CREATE TRIGGER review_event_no_delete BEFORE DELETE ON review_event BEGIN SELECT RAISE(ABORT, 'review_event is appended only'); END
;
CREATE TRIGGER label_dispute_no_update BEFORE UPDATE ON label_dispute BEGIN SELECT RAISE(ABORT, 'label_dispute is appended only'); END
;
CREATE TRIGGER label_dispute_no_delete BEFORE DELETE ON label_dispute BEGIN SELECT RAISE(ABORT, 'label_dispute is appended only'); END
;
CREATE TRIGGER label_settling_no_update BEFORE UPDATE ON label_settling BEGIN SELECT RAISE(ABORT, 'label_settling is appended only'); END
;
CREATE TRIGGER label_settling_no_delete BEFORE DELETE ON label_settling BEGIN SELECT RAISE(ABORT, 'label_settling is appended only'); END
;
CREATE TRIGGER review_assignment_no_update BEFORE UPDATE ON review_assignment BEGIN SELECT RAISE(ABORT, 'review_assignment is appended only'); END
;
CREATE TRIGGER review_assignment_no_delete BEFORE DELETE ON review_assignment BEGIN SELECT RAISE(ABORT, 'review_assignment is appended only'); END
;
CREATE TABLE chain_entry (
	sequence INTEGER NOT NULL, 
	source VARCHAR NOT NULL, 
	first INTEGER NOT NULL, 
	last INTEGER NOT NULL, 
	size INTEGER NOT NULL, 
	shape INTEGER NOT NULL, 
	root VARCHAR NOT NULL, 
	leaves BLOB NOT NULL, 
	previous VARCHAR NOT NULL, 
	hash VARCHAR NOT NULL, 
	PRIMARY KEY (sequence)
)
;
CREATE INDEX ix_chain_entry_source ON chain_entry (source, last)
;
CREATE INDEX ix_response_disagreement ON response (run_id, disagreement, final_action)
;
CREATE TRIGGER chain_entry_no_update BEFORE UPDATE ON chain_entry BEGIN SELECT RAISE(ABORT, 'chain_entry is appended only'); END
;
CREATE TRIGGER chain_entry_no_delete BEFORE DELETE ON chain_entry BEGIN SELECT RAISE(ABORT, 'chain_entry is appended only'); END
;
CREATE TABLE origin (
	id INTEGER NOT NULL, 
	file VARCHAR NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	format VARCHAR NOT NULL, 
	tool VARCHAR NOT NULL, 
	tool_version VARCHAR NOT NULL, 
	mapping_version VARCHAR NOT NULL, 
	licence VARCHAR NOT NULL, 
	non_commercial BOOLEAN NOT NULL, 
	at VARCHAR NOT NULL, 
	PRIMARY KEY (id AUTOINCREMENT)
)
;
CREATE TABLE case_origin (
	case_id INTEGER NOT NULL, 
	origin_id INTEGER NOT NULL, 
	kept VARCHAR NOT NULL, 
	non_commercial BOOLEAN NOT NULL, 
	PRIMARY KEY (case_id), 
	FOREIGN KEY(case_id) REFERENCES "case" (id), 
	FOREIGN KEY(origin_id) REFERENCES origin (id)
)
;
CREATE INDEX ix_case_origin_origin ON case_origin (origin_id)
;
CREATE TABLE response_origin (
	response_id INTEGER NOT NULL, 
	origin_id INTEGER NOT NULL, 
	kept VARCHAR NOT NULL, 
	PRIMARY KEY (response_id), 
	FOREIGN KEY(response_id) REFERENCES response (id), 
	FOREIGN KEY(origin_id) REFERENCES origin (id)
)
;
CREATE INDEX ix_response_origin_origin ON response_origin (origin_id)
;
CREATE TRIGGER origin_no_update BEFORE UPDATE ON origin BEGIN SELECT RAISE(ABORT, 'origin is appended only'); END
;
CREATE TRIGGER origin_no_delete BEFORE DELETE ON origin BEGIN SELECT RAISE(ABORT, 'origin is appended only'); END
;
CREATE TABLE review_plan_item (
	id INTEGER NOT NULL, 
	plan_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	response_id INTEGER NOT NULL, 
	inclusion_probability FLOAT NOT NULL, 
	PRIMARY KEY (id AUTOINCREMENT), 
	CONSTRAINT ck_review_plan_item_probability CHECK (inclusion_probability > 0 AND inclusion_probability <= 1), 
	FOREIGN KEY(plan_id) REFERENCES review_plan (id), 
	FOREIGN KEY(response_id) REFERENCES response (id), 
	UNIQUE (plan_id, position)
)
;
CREATE TRIGGER review_plan_item_no_update BEFORE UPDATE ON review_plan_item BEGIN SELECT RAISE(ABORT, 'review_plan_item is appended only'); END
;
CREATE TRIGGER review_plan_item_no_delete BEFORE DELETE ON review_plan_item BEGIN SELECT RAISE(ABORT, 'review_plan_item is appended only'); END
;
CREATE TABLE guideline_text (
	id INTEGER NOT NULL, 
	suite_id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	text VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	PRIMARY KEY (id AUTOINCREMENT), 
	FOREIGN KEY(suite_id) REFERENCES suite (id), 
	UNIQUE (suite_id, version)
)
;
CREATE TABLE judge_admission (
	id INTEGER NOT NULL, 
	judge_run_id INTEGER NOT NULL, 
	admission VARCHAR NOT NULL, 
	measured VARCHAR NOT NULL, 
	author VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	PRIMARY KEY (id AUTOINCREMENT), 
	CONSTRAINT ck_admission CHECK (admission IN ('not_measured', 'below_the_bar', 'measured', 'person', 'before')), 
	FOREIGN KEY(judge_run_id) REFERENCES judge_run (id)
)
;
CREATE INDEX ix_judge_admission_judge_run_id ON judge_admission (judge_run_id)
;
CREATE TABLE declared_interest (
	id INTEGER NOT NULL, 
	reviewer VARCHAR NOT NULL, 
	statement VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	PRIMARY KEY (id AUTOINCREMENT), 
	CONSTRAINT ck_declared_interest_reviewer CHECK (reviewer <> '')
)
;
CREATE TRIGGER guideline_text_no_update BEFORE UPDATE ON guideline_text BEGIN SELECT RAISE(ABORT, 'guideline_text is appended only'); END
;
CREATE TRIGGER guideline_text_no_delete BEFORE DELETE ON guideline_text BEGIN SELECT RAISE(ABORT, 'guideline_text is appended only'); END
;
CREATE TRIGGER judge_admission_no_update BEFORE UPDATE ON judge_admission BEGIN SELECT RAISE(ABORT, 'judge_admission is appended only'); END
;
CREATE TRIGGER judge_admission_no_delete BEFORE DELETE ON judge_admission BEGIN SELECT RAISE(ABORT, 'judge_admission is appended only'); END
;
CREATE TRIGGER declared_interest_no_update BEFORE UPDATE ON declared_interest BEGIN SELECT RAISE(ABORT, 'declared_interest is appended only'); END
;
CREATE TRIGGER declared_interest_no_delete BEFORE DELETE ON declared_interest BEGIN SELECT RAISE(ABORT, 'declared_interest is appended only'); END
;
CREATE TABLE tombstone (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	kind VARCHAR NOT NULL, 
	deletion INTEGER, 
	what VARCHAR NOT NULL, 
	counts VARCHAR NOT NULL, 
	gone VARCHAR NOT NULL, 
	digest VARCHAR NOT NULL, 
	author VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	CONSTRAINT ck_kind CHECK (kind IN ('deleted', 'restored', 'erased')), 
	CONSTRAINT ck_what CHECK (what IN ('suite', 'cases', 'run', 'import')), 
	CONSTRAINT ck_tombstone_deletion CHECK ((kind = 'deleted') = (deletion IS NULL)), 
	FOREIGN KEY(deletion) REFERENCES tombstone (id)
)
;
CREATE TABLE bin_item (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	tombstone_id INTEGER NOT NULL, 
	what VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	author VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	due VARCHAR NOT NULL, 
	counts VARCHAR NOT NULL, 
	holds VARCHAR NOT NULL, 
	needs VARCHAR NOT NULL, 
	cells VARCHAR NOT NULL, 
	scales VARCHAR NOT NULL, 
	drafts VARCHAR NOT NULL, 
	CONSTRAINT ck_what CHECK (what IN ('suite', 'cases', 'run', 'import')), 
	FOREIGN KEY(tombstone_id) REFERENCES tombstone (id), 
	UNIQUE (tombstone_id)
)
;
CREATE TABLE bin_part (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	item_id INTEGER NOT NULL, 
	"of" VARCHAR NOT NULL, 
	columns VARCHAR NOT NULL, 
	content BLOB NOT NULL, 
	FOREIGN KEY(item_id) REFERENCES bin_item (id)
)
;
CREATE INDEX ix_bin_part_item ON bin_part (item_id)
;
CREATE TABLE retention (
	suite_id INTEGER NOT NULL, 
	until VARCHAR NOT NULL, 
	deletes BOOLEAN NOT NULL, 
	author VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	PRIMARY KEY (suite_id), 
	CONSTRAINT ck_retention_until CHECK (until <> ''), 
	FOREIGN KEY(suite_id) REFERENCES suite (id)
)
;
CREATE TABLE import_act (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	file VARCHAR NOT NULL, 
	format VARCHAR NOT NULL, 
	author VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	added VARCHAR NOT NULL, 
	extended VARCHAR NOT NULL, 
	changed INTEGER NOT NULL
)
;
CREATE INDEX ix_decision_undoes ON decision (undoes) WHERE undoes IS NOT NULL
;
CREATE INDEX ix_decision_carried_from ON decision (carried_from) WHERE carried_from IS NOT NULL
;
CREATE INDEX ix_review_plan_item_response ON review_plan_item (response_id)
;
CREATE TRIGGER tombstone_no_update BEFORE UPDATE ON tombstone BEGIN SELECT RAISE(ABORT, 'tombstone is appended only'); END
;
CREATE TRIGGER tombstone_no_delete BEFORE DELETE ON tombstone BEGIN SELECT RAISE(ABORT, 'tombstone is appended only'); END
;
INSERT INTO sqlite_sequence VALUES ('suite', 0)
;
INSERT INTO sqlite_sequence VALUES ('case', 0)
;
INSERT INTO sqlite_sequence VALUES ('label_event', 0)
;
INSERT INTO sqlite_sequence VALUES ('rescaling', 0)
;
INSERT INTO sqlite_sequence VALUES ('policy_lock', 0)
;
INSERT INTO sqlite_sequence VALUES ('endpoint', 0)
;
INSERT INTO sqlite_sequence VALUES ('model_version', 0)
;
INSERT INTO sqlite_sequence VALUES ('run', 0)
;
INSERT INTO sqlite_sequence VALUES ('response', 0)
;
INSERT INTO sqlite_sequence VALUES ('verdict', 0)
;
INSERT INTO sqlite_sequence VALUES ('judge_run', 0)
;
INSERT INTO sqlite_sequence VALUES ('judge_reply', 0)
;
INSERT INTO sqlite_sequence VALUES ('decision', 0)
;
INSERT INTO sqlite_sequence VALUES ('review_event', 0)
;
INSERT INTO sqlite_sequence VALUES ('label_dispute', 0)
;
INSERT INTO sqlite_sequence VALUES ('review_plan', 0)
;
INSERT INTO sqlite_sequence VALUES ('review_plan_item', 0)
;
INSERT INTO sqlite_sequence VALUES ('guideline_text', 0)
;
INSERT INTO sqlite_sequence VALUES ('judge_admission', 0)
;
INSERT INTO sqlite_sequence VALUES ('declared_interest', 0)
;
INSERT INTO sqlite_sequence VALUES ('origin', 0)