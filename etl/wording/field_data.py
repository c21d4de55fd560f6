"""Texts of field data: what becomes of a submission."""

from collections.abc import Mapping

from etl.locale import N_

USAGE_LABELS: Mapping[str, str] = {
    "counted": N_("counted"),
    "rejected": N_("rejected by reviewers"),
    "no site": N_("without a known site"),
    "no date": N_("without a date"),
    "outside plan": N_("outside the plan's years"),
    "no number": N_("with an invalid number"),
    "deleted": N_("deleted"),
}
