"""Which old databases can be taken over, as whom, and what may become of their rows; and which are refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from django.db import connection

from tests.process.adoption.checksums import NOTHING, Changes, Rows, take_contents
from tests.process.adoption.commands import adopt
from tests.process.adoption.databases import LEGACY, OURSELVES, Database, Databases, Login

WAY_OUT = "way_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An old database, and how it is taken over.

    `replaced`: beginnings of the sentences (see `objects`) about what goes besides `REPLACED_EVERYWHERE`.
    `has_way_out`: `legacy/<variant>.way_out.sql` is what a person has to do before.
    `zone`: the zone of times that say none.
    """

    variant: str
    login: Login = OURSELVES
    allowed: Changes = NOTHING
    replaced: tuple[str, ...] = ()
    has_way_out: bool = False
    zone: str | None = None

    @property
    def schema(self) -> str:
        """The schema of the tables."""
        return self.login.options.get("search_path", "public").split(",")[0]

    def ready(self, databases: Databases) -> Database:
        """The database at the moment before it is taken over. Nobody is connected to it."""
        legacy = databases.legacy(self.variant)
        if not self.has_way_out:
            return legacy

        def take() -> None:
            with connection.cursor() as cursor:
                cursor.execute((LEGACY / f"{self.variant}.{WAY_OUT}.sql").read_text(encoding="utf-8"))

        return databases.derived(f"ready {self.variant}", legacy, take)

    def adopted(self, databases: Databases) -> Database:
        """The database after it was taken over. Nobody is connected to it."""
        return databases.derived(
            f"adopted {self.variant}", self.ready(databases), lambda: adopt(zone=self.zone), login=self.login
        )

    @contextmanager
    def use(self, databases: Databases, template: Database) -> Iterator[Database]:
        """A copy of a template, which Django uses as the one who takes it over."""
        with databases.copy(template) as database, database.logged_in(self.login):
            yield database

    @contextmanager
    def look_at(self, databases: Databases, template: Database) -> Iterator[Database]:
        """A template, for what must not write."""
        with databases.look_at(template) as database, database.logged_in(self.login):
            yield database

    def contents(self, database: Database) -> dict[str, Rows]:
        """Every value, with times that say no zone as instants."""
        zone: tzinfo = ZoneInfo(self.zone) if self.zone else UTC
        return take_contents(database, zone=zone)


OLD_LOG = Changes(renamed={"public.lead_assignment_logs": "public.lead_assignment_logs_legacy"})
OLD_LOG_REPLACED = (
    "column lead_assignment_logs.",
    "constraint lead_assignment_logs_",
    "index CREATE INDEX lead_assignment_logs_lead ON",
    "index CREATE INDEX idx_logs_time ON public.lead_assignment_logs ",
)
ENUM_REPLACED = (
    "column leads.status lead_status",
    # Both are there as before, about text.
    "constraint accepted_has_partner on",
    "index CREATE INDEX leads_new ON",
)

REPLACED_EVERYWHERE = (
    "function refresh_partner_performance_stats(",
    "index CREATE UNIQUE INDEX partner_performance_stats_pk ON",
    "constraint leads_status_check on leads:",
    # The instant of the statement in place of that of the transaction.
    "column leads.created_at timestamp with time zone not null default now()",
    "column lead_activities.created_at timestamp with time zone not null default now()",
)
"""What adoption takes away or makes anew in each of these databases."""

CASES = (
    Case(variant="baseline"),
    Case(variant="regions_text", replaced=("column profiles.regions text",)),
    Case(variant="status_enum", has_way_out=True, replaced=ENUM_REPLACED),
    Case(
        variant="checks_of_any_name",
        replaced=(
            "constraint CHK Lead-Status 2 on",
            "constraint ck_x9 on",
            "column leads.status character varying(20)",
            "column lead_activities.type character varying(20)",
        ),
    ),
    Case(variant="unknown_values"),
    Case(
        variant="nulls",
        has_way_out=True,
        # They get defaults.
        replaced=(
            "column industries.id",
            "column lead_activities.created_at",
            "column lead_activities.id",
            "column leads.created_at",
            "column leads.id",
            "column leads.status",
            "column profiles.id",
            "column profiles.is_active_for_routing",
            "column profiles.routing_priority",
        ),
    ),
    Case(variant="old_log_table", allowed=OLD_LOG, replaced=OLD_LOG_REPLACED),
    Case(variant="old_refresh_functions", replaced=("column partner_performance_stats.",)),
    Case(variant="refresh_by_trigger", replaced=("trigger refresh_on_write on leads",)),
    Case(
        variant="dependent_views",
        has_way_out=True,
        replaced=("column leads.status lead_status", "column profiles.regions text"),
    ),
    Case(variant="default_privileges"),
    Case(variant="row_level_security"),
    Case(variant="row_level_security_forced", replaced=("view partner_performance_stats of ",)),
    Case(variant="extra_columns"),
    Case(variant="other_schema", login=Login(options={"search_path": "marketplace,public"})),
    Case(variant="other_owner", login=Login(role="member"), replaced=("view partner_performance_stats of ",)),
    Case(variant="old_activities"),
    Case(
        variant="half_done",
        has_way_out=True,
        allowed=Changes(filled=("public.leads.first_contact_at",)),
        replaced=(
            "constraint lead_activities_type_check on",
            "function set_first_contact_at()",
            "trigger trigger_set_first_contact_at on",
            # They get defaults.
            "column lead_activities.metadata",
            "column lead_feedback.comment",
            "column lead_feedback.created_at",
            "column support_tickets.created_at",
            "column support_tickets.type",
        ),
    ),
    Case(variant="high_score_is_risk"),
    Case(variant="required_column", has_way_out=True),
    Case(
        variant="same_names",
        has_way_out=True,
        replaced=(
            "column leads.deal_value double precision",
            "column lead_activities.metadata json",
            # They get defaults.
            "column leads.contact_name",
            "column leads.message",
            "column leads.source",
            "column profiles.company_name",
        ),
    ),
    Case(
        variant="times_without_zone",
        zone="Europe/Amsterdam",
        replaced=(
            "column leads.accepted_at timestamp without",
            "column leads.created_at timestamp without",
            "column lead_activities.created_at timestamp without",
            "column profiles.ai_risk_assessed_at timestamp without",
            "column partner_performance_stats.last_lead_assigned_at timestamp without",
        ),
    ),
    Case(
        variant="everything",
        has_way_out=True,
        allowed=OLD_LOG,
        replaced=(
            *ENUM_REPLACED,
            *OLD_LOG_REPLACED,
            "column profiles.regions text",
            # The new one is closed to others, as the old tables are.
            "table lead_assignment_logs of ",
        ),
    ),
)
BY_VARIANT = {case.variant: case for case in CASES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An old database that is refused; `reasons` are parts of what is said to be in the way."""

    variant: str
    reasons: tuple[str, ...]
    login: Login = OURSELVES


REFUSALS = (
    Refusal(
        variant="dependent_views",
        reasons=(
            "view top_partners",
            "view partners_by_region",
            "view waiting_leads",
            "policy only_open",
            "publication regional",
        ),
    ),
    Refusal(variant="status_enum", reasons=("function count_leads_of(lead_status)",)),
    Refusal(variant="everything", reasons=("function count_leads_of(lead_status)",)),
    Refusal(variant="required_column", reasons=("leads.tenant_id needs a value",)),
    Refusal(variant="times_without_zone", reasons=("leads.created_at is timestamp without time zone",)),
    Refusal(
        variant="same_names", reasons=("profiles.open_leads", "profiles.last_assigned_at", "leads.routing_attempts")
    ),
    Refusal(variant="half_done", reasons=("lead_feedback_lead_id_unique",)),
    Refusal(variant="other_owner", login=Login(role="stranger"), reasons=("leads belongs to", "profiles belongs to")),
    Refusal(
        variant="row_level_security_forced",
        login=Login(role="owner"),
        reasons=("row-level security hides rows of leads", "row-level security hides rows of profiles"),
    ),
    Refusal(variant="other_schema", reasons=("leads.id is integer",)),
    Refusal(
        variant="extra_columns",
        login=Login(options={"search_path": "accounts,public"}),
        reasons=("the tables are in the schema public, new ones would be made in accounts",),
    ),
)
